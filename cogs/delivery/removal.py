"""Removal of our posts from Discord, also from archived threads, which must be unarchived first (Discord: Threads)."""

import asyncio
import logging
from collections.abc import Awaitable, Collection, Iterable
from typing import Any, NamedTuple, Self

import discord

from cogs.content import TAKEN
from cogs.delivery.threads import RENAME_WITHIN_S
from cogs.discord_errors import REQUEST_FAILURES, THREAD_ARCHIVED, THREAD_LOCKED, UNKNOWN_CHANNEL, is_final
from core.jobs.ports import RetryLaterError
from core.storage import Post

log = logging.getLogger(__name__)


class Removed(NamedTuple):
    """Numbers of posts that are gone, stay because their thread is locked, or stay for another reason."""

    gone: int = 0
    locked: int = 0
    refused: int = 0

    def plus(self, other: Self) -> "Removed":
        """The sums of both."""
        return Removed(self.gone + other.gone, self.locked + other.locked, self.refused + other.refused)


class Cleared(NamedTuple):
    """What was removed from a channel, and whether a thread of ours could not be renamed now."""

    removed: Removed
    keeps_name: bool = False


class Unwanted(NamedTuple):
    """What to remove from a channel.

    Attributes:
        message_ids: ids of our posts.
        taken_ids: ids of members' messages with our reaction "taken".
        name: the new name of the thread, if it is one that we made.
    """

    message_ids: Collection[int] = ()
    taken_ids: Collection[int] = ()
    name: str | None = None


async def remove_posts(client: discord.Client, posts: Iterable[Post], rename: Collection[int], name: str) -> None:
    """Delete posts of ours and rename threads, as far as Discord lets us now.

    Args:
        client: the client to use.
        posts: the posts to delete.
        rename: ids of threads to rename; only those that we made are renamed.
        name: their new name.
    """
    by_channel: dict[int, list[int]] = {channel_id: [] for channel_id in rename}
    for post in posts:
        by_channel.setdefault(post.channel_id, []).append(post.message_id)
    for channel_id, message_ids in by_channel.items():
        try:
            await clear_channel(client, channel_id, Unwanted(message_ids, name=name if channel_id in rename else None))
        except RetryLaterError as error:
            log.warning("posts in channel %s stay: %s", channel_id, error)


async def clear_channel(client: discord.Client, channel_id: int, unwanted: Unwanted) -> Cleared:
    """Remove our posts and reactions from a channel. An archived thread is opened and archived again. Safe to repeat.

    Raises:
        RetryLaterError: part of it must be tried again: Discord failed, or the outcome of a request is unknown.
    """
    count, name = len(unwanted.message_ids), unwanted.name
    try:
        channel: dict[str, Any] = dict(await client.http.get_channel(channel_id))
    except REQUEST_FAILURES as error:
        log.info("channel %s cannot be looked at: %s", channel_id, error)
        if not _is_final(error):
            raise RetryLaterError(repr(error)) from error
        is_gone = isinstance(error, discord.NotFound) and error.code == UNKNOWN_CHANNEL
        return Cleared(Removed(gone=count) if is_gone else Removed(refused=count))
    if name is not None and client.user is not None and channel.get("owner_id") != str(client.user.id):
        name = None  # a member's own thread keeps its name
    state = channel.get("thread_metadata", {})
    if not state.get("archived"):
        removed = await _delete(client, channel_id, unwanted)
        refusal = None if name is None else await _try_to_change(client, channel_id, name=name)
        return Cleared(removed, keeps_name=refusal is not None and not _is_final(refusal))
    unnamed = None if name is None else await _try_to_change(client, channel_id, name=name, archived=False)
    is_open = name is not None and unnamed is None
    refusal = None if is_open else await _try_to_change(client, channel_id, archived=False)
    if isinstance(refusal, discord.Forbidden) and state.get("locked"):
        return Cleared(Removed(locked=count))
    if refusal is not None:
        if not _is_final(refusal):
            raise RetryLaterError(repr(refusal)) from refusal
        return Cleared(Removed(refused=count))
    try:
        removed = await _delete(client, channel_id, unwanted)
    finally:
        await _try_to_change(client, channel_id, archived=True)
    return Cleared(removed, keeps_name=unnamed is not None and not _is_final(unnamed))


def _is_final(error: Exception) -> bool:
    """Whether another try would end the same way; not after a failed connection."""
    return isinstance(error, discord.HTTPException) and is_final(error)


async def _try_to_change(client: discord.Client, channel_id: int, **changes: object) -> Exception | None:
    """Change a thread, and return the error if it was not changed.

    Discord allows two renames in ten minutes; discord.py would wait for the next one, this waits `RENAME_WITHIN_S`.
    """
    try:
        async with asyncio.timeout(RENAME_WITHIN_S):
            await client.http.edit_channel(channel_id, **changes)  # type: ignore[arg-type]
    except REQUEST_FAILURES as error:
        log.info("thread %s was not changed (%s): %s", channel_id, ", ".join(changes), repr(error))
        return error
    return None


async def _delete(client: discord.Client, channel_id: int, unwanted: Unwanted) -> Removed:
    """Delete everything that can be deleted, and go on after a failure.

    Raises:
        RetryLaterError: something must be tried again.
    """
    removed = Removed()
    doubt: Exception | None = None
    for message_id in unwanted.message_ids:
        error = await _failure(client.http.delete_message(channel_id, message_id))
        if error is None or (isinstance(error, discord.NotFound) and _is_final(error)):
            removed = removed.plus(Removed(gone=1))
            continue
        log.info("post %s stays: %r", message_id, error)
        if not _is_final(error):
            doubt = error
            continue
        is_closed = isinstance(error, discord.HTTPException) and error.code in {THREAD_LOCKED, THREAD_ARCHIVED}
        removed = removed.plus(Removed(locked=1) if is_closed else Removed(refused=1))
    for message_id in unwanted.taken_ids:
        error = await _failure(client.http.remove_own_reaction(channel_id, message_id, TAKEN))
        if error is not None:
            log.info("message %s keeps its reaction: %r", message_id, error)
            doubt = doubt if _is_final(error) else error
    if doubt is not None:
        raise RetryLaterError(repr(doubt)) from doubt
    return removed


async def _failure(request: Awaitable[object]) -> Exception | None:
    try:
        await request
    except REQUEST_FAILURES as error:
        return error
    return None
