"""PrivacyService: export and deletion of stored data, on request and when it expires."""

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
"""Time after which counts of model calls lose their user ids: budgets are per day (UTC), so older ids are not needed,
and they tell when somebody was active."""

KEEP_CALL_COUNTS = timedelta(days=400)
"""Time after which counts of model calls are deleted: long enough to look up the costs of a year."""

COMPACTION_DUE = "compaction_due"
"""Key in the settings of `NO_GUILD`: number of deletions whose content is still in the database's files."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Deleted:
    """What a deletion of a person's data affects outside the database.

    Attributes:
        stopped: jobs that were deleted or withdrawn before they were delivered; the people who wait must be told.
        posts: Earshot's posts about this person's tracks or in answer to this person, which may still be in Discord.
    """

    stopped: tuple[Job, ...]
    posts: tuple[Post, ...]


class PrivacyService:
    """Exports and deletes the data of members and guilds, and deletes what has expired."""

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
        self._may_be_due = True  # an earlier process may have left one undone
        self._compacting = asyncio.Lock()

    @property
    def limits(self) -> Limits:
        """The limits, for the retention times in the privacy notice."""
        return self._limits

    async def export(self, actor: Actor) -> dict[str, Any]:
        """Everything stored about this person, in every guild, as plain JSON values."""
        async with self._database.read() as unit:
            exported: dict[str, Any] = await unit.privacy.export(actor)
            return exported

    async def copy(self, actor: Actor, max_bytes: int) -> DataCopy:
        """`export` as files of at most `max_bytes` bytes."""
        return await asyncio.to_thread(data_copy, await self.export(actor), max_bytes)

    async def ready(self) -> None:
        """Check that the database can be written now, so that a deletion right afterwards will not have to wait.

        Raises:
            DependencyError: the database is busy.
        """
        async with self._database.begin() as unit:
            await unit.guilds.settings(NO_GUILD)

    async def delete(self, actor: Actor, posts_too: Origin | None = None) -> Deleted:
        """Delete everything stored about this person, in every guild, from the database and from disk.

        Deletions in Discord are stored as outbox steps in the same transaction.

        Args:
            actor: the person.
            posts_too: origin of the button press that asked to delete the posts about their tracks as well, and that
                is told the result; None to keep the posts.
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
            # files left on disk have no row any more: the sweep deletes them, and compacts
            log.warning("the rest of a deletion is put off: %s", error)
        return Deleted((*stopped, *traces.withdrawn), posts)

    async def _note_compaction(self, unit: Unit) -> None:
        """Store in the transaction of a deletion that the database's files must be compacted, even after a restart."""
        settings = await unit.guilds.settings(NO_GUILD)
        await unit.guilds.put_settings(NO_GUILD, {**settings, COMPACTION_DUE: settings.get(COMPACTION_DUE, 0) + 1})
        self._may_be_due = True

    async def compact(self) -> bool:
        """Remove deleted content from the database's files if that is due, without waiting for readers.

        Returns:
            False when a reader (a backup) blocked it, or something else was deleted meanwhile: call again later.

        Raises:
            DependencyError: the database or its disk failed; call again later.
        """
        if not self._may_be_due:
            return True
        async with self._compacting:
            async with self._database.read() as unit:
                due = (await unit.guilds.settings(NO_GUILD)).get(COMPACTION_DUE, 0)
            if due and not await self._database.compact(wait=False):
                log.info("deleted content stays in the database's files until their reader has finished")
                return False
            async with self._database.begin() as unit:
                settings = await unit.guilds.settings(NO_GUILD)
                if settings.get(COMPACTION_DUE, 0) != due:
                    return False  # another deletion was stored meanwhile
                if due:
                    await unit.guilds.put_settings(NO_GUILD, {**settings, COMPACTION_DUE: 0})
                self._may_be_due = False
        return True

    async def guild_joined(self, *guild_ids: int) -> None:
        """Note that the bot is a member of these guilds (again)."""
        async with self._database.begin() as unit:
            for guild_id in guild_ids:
                await unit.guilds.joined(guild_id)
                settings = await unit.guilds.settings(guild_id)
                await unit.guilds.put_settings(guild_id, {**settings, MEMBER_SETTING: True})

    async def guild_left(self, guild_id: int) -> None:
        """Note that the bot was removed from a guild; its grace period begins. Not to be called after an outage."""
        async with self._database.begin() as unit:
            await unit.guilds.left(guild_id, self._clock())

    async def sweep(self) -> None:
        """Delete what has expired: uploads, jobs, offers, counts of model calls, guilds that removed the bot."""
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
            log.info("swept %d expired files, %d files without a row and %d guilds", len(expired), orphans, len(gone))

    async def _sweep_orphans(self) -> int:
        """Delete files whose upload or deletion was interrupted; returns how many."""
        async with self._database.read() as unit:
            known = await unit.library.blob_paths()
        return await self._blobs.sweep(known)
