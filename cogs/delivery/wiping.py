"""Steps after a member's data was deleted: remove the posts about it, and tell the member how that ended."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

import aiohttp
import discord

from cogs.delivery.posting import Poster
from cogs.delivery.progress import Progress
from cogs.delivery.removal import Removed, Unwanted, clear_channel
from cogs.delivery.texts import DELETED_MEANWHILE, STOPPED, UNNAMED
from core.jobs.ports import RetryLaterError
from core.service.deletion.removal_steps import RemovalStep
from core.service.step_context import Delivery, DeliveryService
from core.values.job import StepKind

SAY_WITHIN_S = 5.0
"""Seconds that the removal waits until its announcement is posted."""

DELETED = "Done: everything I had about you is deleted.{posts}"
POSTS_GO = (
    "Everything I had about you is deleted. Now I remove my posts about your tracks ({count}); that goes on by itself, "
    "also after an outage. If it ends within 15 minutes, this message says how."
)
POSTS_STAY = (
    " What I posted stays where it is ({count} messages, reviews and answers about your tracks among them): "
    "whoever manages the server can delete them."
)
POSTS_GONE = " So are {count} of my posts about your tracks."
POSTS_LOCKED = (
    " {count} of them stay in locked threads, which I may not open (Manage Threads): whoever manages the server can "
    "delete them."
)
POSTS_REFUSED = " {count} of them could not be deleted: I have no access there any more."

log = logging.getLogger(__name__)


def removed_line(removed: Removed) -> str:
    """The sentence about how a deletion that includes posts has ended."""
    parts = ((POSTS_GONE, removed.gone), (POSTS_LOCKED, removed.locked), (POSTS_REFUSED, removed.refused))
    return DELETED.format(posts="".join(text.format(count=number) for text, number in parts if number))


class Wiping:
    """Carries out the steps of REMOVAL jobs."""

    def __init__(self, service: DeliveryService, progress: Progress) -> None:
        self._service = service
        self._progress = progress

    @property
    def kinds(self) -> Mapping[StepKind, Callable[[Delivery, Poster], Awaitable[int | None]]]:
        """The method that carries out each kind of step."""
        return {
            StepKind.REMOVE_POSTS: self.remove,
            StepKind.TELL_REMOVED: self.tell_removed,
            StepKind.TELL_STOPPED: self.tell_stopped,
        }

    async def remove(self, delivery: Delivery, poster: Poster) -> int | None:
        """Remove posts and marks from one channel. A thread that cannot be renamed now is left to a later step."""
        todo = self._service.removal(delivery)
        if not (todo.message_ids or todo.taken_ids or todo.takes_name):
            return None  # noted as done by an earlier try
        name = UNNAMED if todo.takes_name else None
        cleared = await clear_channel(poster.client, todo.channel_id, Unwanted(todo.message_ids, todo.taken_ids, name))
        if cleared.keeps_name and not (todo.message_ids or todo.taken_ids):
            raise RetryLaterError("the thread was renamed too often")
        done = RemovalStep(todo.channel_id, (), (), False, *cleared.removed)
        rest = RemovalStep(todo.channel_id, takes_name=True) if cleared.keeps_name else None
        await self._service.note_removed(delivery, done, rest)
        return None

    async def tell_removed(self, delivery: Delivery, poster: Poster) -> int | None:
        """Announce the removal of posts, or tell how it ended. A failed announcement does not stop the removal."""
        news = self._service.removed_news(delivery)
        if news.is_over:
            removed = Removed(*await self._service.removed(delivery))
            return await poster.edit_origin(removed_line(removed))
        try:
            async with asyncio.timeout(SAY_WITHIN_S):
                return await poster.edit_origin(POSTS_GO.format(count=news.posts))
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            log.info("job %s: the removal of posts was not announced: %r", delivery.job.job_id, error)
        return None

    async def tell_stopped(self, delivery: Delivery, poster: Poster) -> int | None:
        """Tell in the waiting message of a deleted job that it was stopped."""
        stopped = self._service.stopped(delivery)
        await self._progress.silence(stopped.job_id)
        return await poster.edit_origin(STOPPED if stopped.by_owner else DELETED_MEANWHILE)
