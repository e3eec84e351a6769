"""Uploads: the job of an interaction is committed, the interaction acknowledged, then the files are fetched."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

import discord

from cogs.interactions.acknowledging import ANSWER_WITHIN_S, InDoubtError, acknowledge
from core.service.intake import NOT_ACKNOWLEDGED, Intake
from core.values.errors import DependencyCode, DependencyError, EarshotError
from core.values.job import Job

log = logging.getLogger(__name__)


class Uploads:
    """Commits jobs that an interaction asks for, acknowledges them and starts their downloads."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._tasks: set[asyncio.Task[None]] = set()

    async def begin(self, interaction: discord.Interaction, accept: Coroutine[Any, Any, Job | None]) -> bool:
        """Commit a job, then acknowledge its interaction: after a crash in between the job is still stored.

        Returns:
            False when the job is known already (a replayed event, a button pressed twice).

        Raises:
            DependencyError: the database is busy.
            EarshotError: as `accept`.
            discord.HTTPException: Discord refused the acknowledgement; the job is ended.
        """
        job = await self._accepted(interaction.id, accept)
        if job is None:
            return False
        try:
            message_id = await acknowledge(interaction, lambda: interaction.response.defer(thinking=True))
        except InDoubtError:
            # The reconciler asks Discord whether the command was acknowledged, and continues the job or ends it.
            log.warning("job %s: it is not known whether its command was acknowledged", job.job_id)
            self._intake.doubt(job.job_id)
            return True
        except discord.HTTPException:
            await self._intake.forget(job.job_id, NOT_ACKNOWLEDGED)
            raise
        self._in_background(self._start_download(job, message_id))
        return True

    async def _accepted(self, interaction_id: int, accept: Coroutine[Any, Any, Job | None]) -> Job | None:
        accepting = asyncio.create_task(accept)
        done, _ = await asyncio.wait({accepting}, timeout=ANSWER_WITHIN_S)
        if not done:
            self._intake.give_up(interaction_id)
            self._in_background(self._take_back(interaction_id, accepting))
            raise DependencyError(DependencyCode.DATABASE, cause="busy")
        return accepting.result()

    async def _take_back(self, interaction_id: int, accepting: "asyncio.Task[Job | None]") -> None:
        """End a job that is committed after its member was told to try again."""
        job: Job | None = None
        try:
            job = await accepting
        except EarshotError as error:
            log.info("a command that was refused as too slow failed: %s", error)
        try:
            await self._intake.accepted_late(interaction_id, job)
        except EarshotError as error:
            log.warning("a command that was refused as too slow could not be taken back: %s", error)

    async def _start_download(self, job: Job, message_id: int | None) -> None:
        try:
            if message_id is not None:
                await self._intake.note_response(job.job_id, message_id)
        except EarshotError as error:
            log.warning("job %s: its response was not noted: %s", job.job_id, error)
        self._intake.download_behind(job.job_id)

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Cancel background work; the reconciler of the next process continues the downloads."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
