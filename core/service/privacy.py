"""PrivacyService: show, delete, forget by default."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from core.service.channels import MEMBER_SETTING
from core.service.limits import Limits
from core.service.offers import OFFER_LIFETIME
from core.storage import BlobStore, Database, Post
from core.values.actor import Actor
from core.values.clock import Clock, utc_now
from core.values.job import Job

KEEP_CALL_NAMES = timedelta(days=2)
"""Budgets are per day (UTC): names on yesterday's counts decide nothing, and say when somebody was here."""

KEEP_CALL_COUNTS = timedelta(days=400)
"""What a server has spent, without names: a year's bill can be looked up."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Deleted:
    """What was still there when a person's things were deleted.

    Attributes:
        stopped: the jobs that were waiting or running: nothing comes of them, and whoever waits must hear so.
        posts: Earshot's posts about this person's tracks.
    """

    stopped: tuple[Job, ...]
    posts: tuple[Post, ...]


class PrivacyService:
    """What a member and a guild may demand, and what happens without being asked."""

    def __init__(self, database: Database, blobs: BlobStore, limits: Limits, clock: Clock = utc_now) -> None:
        self._database = database
        self._blobs = blobs
        self._limits = limits
        self._clock = clock

    @property
    def limits(self) -> Limits:
        """Retention times, for the disclosure."""
        return self._limits

    async def export(self, actor: Actor) -> dict[str, Any]:
        """Everything stored about this person, in every guild, as plain JSON values."""
        async with self._database.read() as unit:
            exported: dict[str, Any] = await unit.privacy.export(actor)
            return exported

    async def posts(self, actor: Actor) -> tuple[Post, ...]:
        """Where Earshot's posts about this person's tracks stand, in every guild, oldest first."""
        async with self._database.read() as unit:
            return await unit.conversations.posts_of(actor)

    async def threads(self, actor: Actor) -> tuple[int, ...]:
        """Channel ids of the threads that belong to this person's reviews, in every guild."""
        async with self._database.read() as unit:
            return tuple(await unit.conversations.threads_of(actor))

    async def delete(self, actor: Actor) -> Deleted:
        """Delete everything stored about this person, in every guild, from the database and from disk."""
        async with self._database.begin() as unit:
            stopped = await unit.privacy.open_jobs(actor)
            posts = await unit.conversations.posts_of(actor)
            paths = await unit.privacy.delete(actor)
        for path in paths:
            await self._blobs.delete(path)
        await self._database.compact()
        return Deleted(tuple(stopped), posts)

    async def guild_joined(self, *guild_ids: int) -> None:
        """The bot is a member of these guilds (again)."""
        async with self._database.begin() as unit:
            for guild_id in guild_ids:
                await unit.guilds.joined(guild_id)
                settings = await unit.guilds.settings(guild_id)
                await unit.guilds.put_settings(guild_id, {**settings, MEMBER_SETTING: True})

    async def guild_left(self, guild_id: int) -> None:
        """The bot was removed; the grace period begins. Never called on a mere outage."""
        async with self._database.begin() as unit:
            await unit.guilds.left(guild_id, self._clock())

    async def sweep(self) -> None:
        """Delete what is past its time: audio, finished jobs, guilds that removed the bot."""
        now = self._clock()
        async with self._database.begin() as unit:
            expired = await unit.library.expired_blobs(now)
            for blob in expired:
                await unit.library.remove_blob(blob.blob_id)
            await unit.jobs.forget(now - timedelta(hours=self._limits.job_retention_h))
            gone = await unit.guilds.expired(now, timedelta(hours=self._limits.left_guild_grace_h))
            paths = [path for guild_id in gone for path in await unit.guilds.purge(guild_id)]
            await unit.offers.forget(now - OFFER_LIFETIME)
            await unit.usage.anonymise(before=now.date() - KEEP_CALL_NAMES)
            await unit.usage.forget(now.date() - KEEP_CALL_COUNTS)
        for path in (*(blob.path for blob in expired), *paths):
            await self._blobs.delete(path)
        if gone:
            await self._database.compact()
        orphans = await self._sweep_orphans()
        if expired or gone or orphans:
            log.info("swept %d expired files, %d left behind and %d guilds", len(expired), orphans, len(gone))

    async def _sweep_orphans(self) -> int:
        """Delete files whose upload or deletion was cut short by a crash."""
        async with self._database.read() as unit:
            known = await unit.library.blob_paths()
        return await self._blobs.sweep(known)
