"""The typing indicator and the checked paragraphs while an answer is written. All of it best effort."""

import asyncio
import logging
from typing import Any

import discord

from cogs.discord_errors import REQUEST_FAILURES
from cogs.rendering import answer_message
from core.service.job_payloads import Origin, Place, QuestionPayload, origin_of_job
from core.values.job import Job, Stage
from core.values.serial import from_json

TYPING_EVERY_S = 8.0
"""Seconds between two typing requests: Discord shows typing for ten (Trigger Typing Indicator)."""

TYPING_MAX_S = 120.0
"""Seconds for which typing is shown at most: no answer takes longer."""

SHOW_MAX_S = 5.0
"""Seconds that showing a paragraph may take: the time limit of the model runs meanwhile."""

STILL_WRITING = "✍️ still writing …"

log = logging.getLogger(__name__)


class Writing:
    """Shows that questions and summaries are being worked on."""

    def __init__(self) -> None:
        self._client: discord.Client | None = None
        self._typing: dict[str, asyncio.Task[None]] = {}

    def attach(self, client: discord.Client | None) -> None:
        """Use this client from now on (each new connection has a new one); None while there is none."""
        self._client = client

    def report(self, job: Job, stage: Stage) -> None:
        """Show typing from a job's first stage to its last. Returns at once."""
        if stage is Stage.OVER:
            self._end(job.job_id)
        elif job.job_id not in self._typing:
            task = asyncio.create_task(self._type(origin_of_job(job)), name=f"typing {job.job_id}")
            self._typing[job.job_id] = task

    async def stop(self, job_id: str) -> None:
        """Stop typing for a job, and wait for that: its answer is about to be posted."""
        task = self._end(job_id)
        if task is not None:
            await asyncio.gather(task, return_exceptions=True)

    def _end(self, job_id: str) -> "asyncio.Task[None] | None":
        task = self._typing.pop(job_id, None)
        if task is not None:
            task.cancel()
        return task

    async def close(self) -> None:
        """Stop typing for all jobs."""
        for job_id in tuple(self._typing):
            await self.stop(job_id)

    async def _type(self, origin: Origin) -> None:
        """Show typing until cancelled, for `TYPING_MAX_S` at most."""
        if origin.place is Place.TOKEN_ONLY:
            return
        for _ in range(int(TYPING_MAX_S / TYPING_EVERY_S)):
            if self._client is not None:
                try:
                    await self._client.get_partial_messageable(origin.channel_id).typing()
                except REQUEST_FAILURES as error:
                    log.info("typing could not be shown: %s", error)
            await asyncio.sleep(TYPING_EVERY_S)

    async def show(self, job: Job, text: str, message_id: int | None) -> int | None:
        """Show an answer as far as it is written and checked; returns the id of the message that shows it, if any."""
        payload = from_json(QuestionPayload, job.payload)
        if self._client is None or payload.origin.place is Place.TOKEN_ONLY:
            return message_id
        by_button = payload.message_id is None
        content = answer_message(
            text, note=None, quote=payload.question if by_button else None, asker_id=job.user_id, key=STILL_WRITING
        )[0]
        channel = self._client.get_partial_messageable(payload.origin.channel_id)
        silent = discord.AllowedMentions.none()
        try:
            async with asyncio.timeout(SHOW_MAX_S):
                if message_id is not None:
                    await channel.get_partial_message(message_id).edit(content=content, allowed_mentions=silent)
                    return message_id
                arguments: dict[str, Any] = {"content": content, "allowed_mentions": silent}
                if payload.message_id is not None:
                    arguments["reference"] = _reply_to(payload.message_id, payload.origin)
                return (await channel.send(**arguments)).id
        except REQUEST_FAILURES as error:
            log.info("job %s: the beginning of its answer was not shown: %s", job.job_id, error)
            return message_id


def _reply_to(message_id: int, origin: Origin) -> discord.MessageReference:
    return discord.MessageReference(message_id=message_id, channel_id=origin.channel_id, fail_if_not_exists=False)
