"""Uploads whose message a proxy repeats: the links of the first message end with it, those of the other are good."""

import asyncio

from core.service.job_payloads import FeedbackPayload, upload_payload
from core.storage import Database
from core.values.errors import EarshotError, InputCode, InputError
from core.values.job import Job, JobState

MOVE_PAUSES_S = (0.0, 1.0, 2.0)
"""Seconds before each look for a new link: Discord tells of a deletion about when the links of its message end."""


async def moved_upload(database: Database, job: Job, error: EarshotError) -> Job | None:
    """The job as it stands now, if its files have other links by now; None where it is over or has not moved.

    Args:
        database: where it is stored.
        job: as it was when its download began.
        error: why that failed; only a link that ended (EXPIRED) may have a successor.

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
