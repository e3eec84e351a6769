"""PrivacyService: show, delete, forget by default."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from core.service.channels import MEMBER_SETTING
from core.service.deletion.data_copy import DataCopy, data_copy
from core.service.deletion.removal_steps import NOWHERE, promise, promise_to_stop, removals, told_steps
from core.service.deletion.traces import remove_traces
from core.service.job_payloads import Origin
from core.service.limits import Limits
from core.service.shown.offers import OFFER_LIFETIME
from core.storage import NO_GUILD, BlobStore, Database, Post, Unit
from core.values.actor import Actor
from core.values.clock import Clock, utc_now
from core.values.errors import DependencyError
from core.values.job import Job

KEEP_CALL_NAMES = timedelta(days=2)
"""Budgets are per day (UTC): names on yesterday's counts decide nothing, and say when somebody was here."""

KEEP_CALL_COUNTS = timedelta(days=400)
"""What a server has spent, without names: a year's bill can be looked up."""

COMPACTION_DUE = "compaction_due"
"""Setting of no guild: how many deletions are still in the database's files; 0 when none is."""

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

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        limits: Limits,
        clock: Clock = utc_now,
        *,
        on_written: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._on_written = on_written
        self._blobs = blobs
        self._limits = limits
        self._clock = clock
        self._may_be_due = True  # an earlier process may have left it so
        self._compacting = asyncio.Lock()

    @property
    def limits(self) -> Limits:
        """Retention times, for the disclosure."""
        return self._limits

    async def export(self, actor: Actor) -> dict[str, Any]:
        """Everything stored about this person, in every guild, as plain JSON values."""
        async with self._database.read() as unit:
            exported: dict[str, Any] = await unit.privacy.export(actor)
            return exported

    async def copy(self, actor: Actor, max_bytes: int) -> DataCopy:
        """The same as files of at most `max_bytes`."""
        return await asyncio.to_thread(data_copy, await self.export(actor), max_bytes)

    async def ready(self) -> None:
        """Whether something can be deleted now: who may write in time can have everything deleted right afterwards.

        Raises:
            DependencyError: the database is busy.
        """
        async with self._database.begin() as unit:
            await unit.guilds.settings(NO_GUILD)

    async def delete(self, actor: Actor, posts_too: Origin | None = None) -> Deleted:
        """Delete everything stored about this person, in every guild, from the database and from disk.

        What is to go from Discord is noted in the same transaction, and goes as steps of the outbox.

        Args:
            actor: who.
            posts_too: the press that wants the posts about their tracks removed as well, and hears how that ended.
        """
        async with self._database.begin() as unit:
            stopped = await unit.privacy.open_jobs(actor)
            posts = await unit.conversations.posts_of(actor)
            threads = await unit.conversations.threads_of(actor)
            traces = await remove_traces(unit, actor)
            paths = (*await unit.privacy.delete(actor), *traces.paths)
            unposted = (*stopped, *traces.unanswered)
            removal = removals(unposted, posts, threads) if posts_too is not None else removals(unposted, (), ())
            steps = told_steps(removal, len(posts) if posts_too is not None else 0)
            await promise(unit, self._clock, posts_too or NOWHERE, steps)
            await promise_to_stop(unit, self._clock, stopped)
            await promise_to_stop(unit, self._clock, traces.withdrawn, by_owner=False)
            await self._note_compaction(unit)
        self._on_written()
        try:
            for path in paths:
                await self._blobs.delete(path)
            await self.compact()
        except DependencyError as error:
            # what is left of it on disk belongs to nobody any more: the sweep finds the files, and compacts
            log.warning("the rest of a deletion is done later: %s", error)
        return Deleted((*stopped, *traces.withdrawn), posts)

    async def _note_compaction(self, unit: Unit) -> None:
        """In the transaction of a deletion: its content must go from the files on disk, also after a restart."""
        settings = await unit.guilds.settings(NO_GUILD)
        await unit.guilds.put_settings(NO_GUILD, {**settings, COMPACTION_DUE: settings.get(COMPACTION_DUE, 0) + 1})
        self._may_be_due = True

    async def compact(self) -> bool:
        """Remove deleted content from the files on disk as well, where that is due. Waits for nobody who is in the way.

        Returns:
            False when somebody was (a backup that reads): call again later.

        Raises:
            DependencyError: the database or its disk refuses; call again later.
        """
        if not self._may_be_due:
            return True
        async with self._compacting:
            async with self._database.read() as unit:
                due = (await unit.guilds.settings(NO_GUILD)).get(COMPACTION_DUE, 0)
            if due and not await self._database.compact(wait=False):
                log.info("deleted content stays in the database's files until whoever reads them is done")
                return False
            async with self._database.begin() as unit:
                settings = await unit.guilds.settings(NO_GUILD)
                if settings.get(COMPACTION_DUE, 0) != due:
                    return False  # something else was deleted meanwhile
                if due:
                    await unit.guilds.put_settings(NO_GUILD, {**settings, COMPACTION_DUE: 0})
                self._may_be_due = False
        return True

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
            if gone:
                await self._note_compaction(unit)
        for path in (*(blob.path for blob in expired), *paths):
            await self._blobs.delete(path)
        await self.compact()
        orphans = await self._sweep_orphans()
        if expired or gone or orphans:
            log.info("swept %d expired files, %d left behind and %d guilds", len(expired), orphans, len(gone))

    async def _sweep_orphans(self) -> int:
        """Delete files whose upload or deletion was cut short by a crash."""
        async with self._database.read() as unit:
            known = await unit.library.blob_paths()
        return await self._blobs.sweep(known)
