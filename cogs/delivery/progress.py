"""Progress: the stages of a job as edits of its waiting message, at most one every 2.5 s."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable

import aiohttp
import discord

from cogs.interactions.acknowledging import ORIGINAL
from core.service.job_payloads import origin_of_job
from core.values.errors import EarshotError
from core.values.job import UPLOADING, Job, Stage

EDIT_EVERY_S = 2.5
"""Seconds between two edits: Discord allows about five in five seconds, and a shorter stage need not be seen."""

FIRST_EDIT_AFTER_S = 0.4
"""Seconds before the first edit: a stage that is over by then is not shown, such as "queued" on an idle bot."""

ENDED_MAX = 500
"""Number of jobs remembered that were ended early: a worker may still report stages of one that it will drop."""

STAGE_LINES = {
    Stage.QUEUED: "⏳ Your upload is stored and waits for its turn.",
    Stage.MEASURING: "📏 Measuring: loudness, peaks, tone, stereo, tempo and key …",
    Stage.LISTENING: "🔎 Listening for problems …",
    Stage.WRITING: "✍️ Writing your feedback …",
}

log = logging.getLogger(__name__)


QUEUE_LINE = "⏳ Your upload is stored. It is number {position} in the queue."

Position = Callable[[str], Awaitable[int]]
"""Finds the place of a job in the queue by its id: 1 is the next, 0 does not wait."""


class Progress:
    """Shows the stages of jobs. Best effort: an edit that fails is logged, and the job continues."""

    def __init__(self, position: Position) -> None:
        self._position = position
        self._client: discord.Client | None = None
        self._latest: dict[str, Stage] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._ended: deque[str] = deque(maxlen=ENDED_MAX)

    def attach(self, client: discord.Client | None) -> None:
        """Use this client from now on (each new connection has a new one); None while there is none."""
        self._client = client

    def report(self, job: Job, stage: Stage) -> None:
        """Note the stage that a job has reached, to be shown later. Returns at once."""
        if job.kind not in UPLOADING or job.job_id in self._ended:
            return
        self._latest[job.job_id] = stage
        if job.job_id not in self._tasks:
            self._tasks[job.job_id] = asyncio.create_task(self._follow(job), name=f"progress {job.job_id}")

    async def stop(self, job_id: str) -> None:
        """Stop the edits for a job: its waiting message is about to get its last text."""
        self._latest.pop(job_id, None)
        task = self._tasks.pop(job_id, None)
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def silence(self, job_id: str) -> None:
        """Stop the edits for a job that was stopped or deleted; later stages of it are ignored."""
        self._ended.append(job_id)
        await self.stop(job_id)

    async def end(self, job: Job, text: str) -> None:
        """Silence a job that was stopped or deleted, and put `text` into its waiting message."""
        await self.silence(job.job_id)
        if job.kind in UPLOADING:
            await self._edit(job, text)

    async def close(self) -> None:
        """Stop all edits."""
        for job_id in tuple(self._tasks):
            await self.stop(job_id)

    async def _follow(self, job: Job) -> None:
        shown: str | None = None
        await asyncio.sleep(FIRST_EDIT_AFTER_S)
        while True:
            line = await self._line(job)
            if line is not None and line != shown:
                await self._edit(job, line)
                shown = line
            await asyncio.sleep(EDIT_EVERY_S)

    async def _line(self, job: Job) -> str | None:
        """The line to show now; None where no stage is known."""
        stage = self._latest.get(job.job_id)
        if stage is Stage.QUEUED:
            try:
                position = await self._position(job.job_id)
            except EarshotError as error:
                log.info("job %s: its place is not known: %s", job.job_id, error)
                position = 0
            if position > 1:
                return QUEUE_LINE.format(position=position)
        return STAGE_LINES[stage] if stage is not None else None

    async def _edit(self, job: Job, line: str) -> None:
        origin = origin_of_job(job)
        if self._client is None or origin.token is None:
            return
        webhook = discord.Webhook.partial(origin.application_id, origin.token, client=self._client)
        try:
            await webhook.edit_message(
                ORIGINAL,
                content=line,
                allowed_mentions=discord.AllowedMentions.none(),
            )
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            log.info("job %s: its progress was not shown: %s", job.job_id, error)
