"""Uploads whose message a proxy bot repeats: the links of the first message expire, those of the second are valid."""

import asyncio

from core.service.job_payloads import FeedbackPayload, upload_payload
from core.storage import Database
from core.values.errors import EarshotError, InputCode, InputError
from core.values.job import Job, JobState

MOVE_PAUSES_S = (0.0, 1.0, 2.0)
"""Pauses in seconds before each look for new links: the links expire at about the time Discord reports the deletion."""


async def moved_upload(database: Database, job: Job, error: EarshotError) -> Job | None:
    """The job as it is stored now, if its files have new links; None if it is over or its links are the same.

    Args:
        database: the database.
        job: the job as it was when its download began.
        error: why the download failed; only for an expired link (EXPIRED) is a new one looked for.

    Raises:
        DependencyError: the database cannot be used now.
    """
    before = upload_payload(job)
    has_ended = isinstance(error, InputError) and error.code is InputCode.EXPIRED
    if not has_ended or not isinstance(before, FeedbackPayload) or before.shown_in is None:
        return None
    for pause_s in MOVE_PAUSES_S:
        await asyncio.sleep(pause_s)
        async with database.read() as unit:
            now = await unit.jobs.get(job.job_id)
        if now is None or now.state is not JobState.RECEIVED:
            return None
        if upload_payload(now).uploads != before.uploads:
            return now
    return None
