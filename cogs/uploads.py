"""Uploads: a command's job is committed, then acknowledged, then its files are fetched behind it."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

import discord

from core.errors import DependencyCode, DependencyError, EarshotError
from core.job import Job
from core.service.intake import Intake

ACCEPT_TIMEOUT_S = 1.5
"""Discord waits 3 s for an acknowledgement; a database that needs longer than this to commit is said to be busy."""

log = logging.getLogger(__name__)


class Uploads:
    """Carries jobs from an interaction to their stored files."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._downloads: set[asyncio.Task[None]] = set()

    async def begin(self, interaction: discord.Interaction, accept: Coroutine[Any, Any, Job | None]) -> None:
        """Commit the job before it is acknowledged: whatever dies afterwards, somebody knows of it.

        Raises:
            DependencyError: the database is busy.
            EarshotError: whatever `accept` refuses.
        """
        try:
            job = await asyncio.wait_for(accept, ACCEPT_TIMEOUT_S)
        except TimeoutError as error:
            raise DependencyError(DependencyCode.DATABASE, cause="busy") from error
        if job is None:
            return
        try:
            response = await interaction.response.defer(thinking=True)
        except discord.HTTPException:
            await self._intake.forget(job.job_id, "not acknowledged")
            raise
        task = asyncio.create_task(self._download(job, response.message_id if response else None))
        self._downloads.add(task)
        task.add_done_callback(self._downloads.discard)

    async def _download(self, job: Job, message_id: int | None) -> None:
        try:
            if message_id is not None:
                await self._intake.note_response(job.job_id, message_id)
            await self._intake.download(job.job_id)
        except EarshotError as error:
            log.warning("job %s: %s; the reconciler goes on with it", job.job_id, error)
        except Exception:  # a background task must not die unseen; the reconciler goes on with the job
            log.exception("job %s: its download failed", job.job_id)

    async def close(self) -> None:
        """Leave downloads to the reconciler of the next process."""
        for task in self._downloads:
            task.cancel()
        await asyncio.gather(*self._downloads, return_exceptions=True)
