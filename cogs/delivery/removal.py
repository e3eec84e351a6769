"""Removing posts of ours from Discord, also from archived threads, which must be opened first (topics/threads)."""

import asyncio
import logging
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple, Self

import aiohttp
import discord

from cogs.delivery.threads import RENAME_WITHIN_S
from cogs.discord_errors import THREAD_ARCHIVED, THREAD_LOCKED, UNKNOWN_CHANNEL, is_final
from core.storage import Post

_FAILURES = (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError)

log = logging.getLogger(__name__)


class Removed(NamedTuple):
    """How many posts are gone, stay because their thread is locked, or stay for another reason."""

    gone: int = 0
    locked: int = 0
    refused: int = 0

    def plus(self, other: Self) -> "Removed":
        """Both together."""
        return Removed(self.gone + other.gone, self.locked + other.locked, self.refused + other.refused)


async def remove_posts(client: discord.Client, posts: Iterable[Post], rename: Collection[int], name: str) -> Removed:
    """Delete posts of ours, as many as can be deleted, and rename threads.

    An archived thread is opened for it and archived again.

    Args:
        client: who posted them.
        posts: what to delete.
        rename: ids of threads that are to lose their name; only those that we made do.
        name: what those are called.
    """
    by_channel: dict[int, list[int]] = {channel_id: [] for channel_id in rename}
    for post in posts:
        by_channel.setdefault(post.channel_id, []).append(post.message_id)
    removed = Removed()
    for channel_id, message_ids in by_channel.items():
        new_name = name if channel_id in rename else None
        removed = removed.plus(await _clear(client, channel_id, message_ids, new_name))
    return removed


async def _clear(client: discord.Client, channel_id: int, message_ids: Collection[int], name: str | None) -> Removed:
    try:
        channel: dict[str, Any] = dict(await client.http.get_channel(channel_id))
    except discord.NotFound as error:
        log.info("channel %s is gone: %s", channel_id, error)
        return Removed(gone=len(message_ids)) if error.code == UNKNOWN_CHANNEL else Removed(refused=len(message_ids))
    except _FAILURES as error:
        log.info("channel %s cannot be looked at: %s", channel_id, error)
        return Removed(refused=len(message_ids))
    if name is not None and client.user is not None and channel.get("owner_id") != str(client.user.id):
        name = None  # a member's own thread keeps its name
    state = channel.get("thread_metadata", {})
    if not state.get("archived"):
        removed = await _delete(client, channel_id, message_ids)
        if name is not None:
            await _try_to_change(client, channel_id, name=name)
        return removed
    opened = False
    if name is not None:
        opened = await _try_to_change(client, channel_id, name=name, archived=False) is None
    refusal = None if opened else await _try_to_change(client, channel_id, archived=False)
    if isinstance(refusal, discord.Forbidden) and state.get("locked"):
        return Removed(locked=len(message_ids))
    if refusal is not None:
        return Removed(refused=len(message_ids))
    try:
        return await _delete(client, channel_id, message_ids)
    finally:
        await _try_to_change(client, channel_id, archived=True)


async def _try_to_change(client: discord.Client, channel_id: int, **changes: object) -> Exception | None:
    """Change a thread; what kept it from being changed, if anything.

    Discord allows two renames in ten minutes, and discord.py would wait for the next: nobody else does.
    """
    try:
        async with asyncio.timeout(RENAME_WITHIN_S):
            await client.http.edit_channel(channel_id, **changes)  # type: ignore[arg-type]
    except _FAILURES as error:
        log.info("thread %s was not changed (%s): %s", channel_id, ", ".join(changes), repr(error))
        return error
    return None


async def _delete(client: discord.Client, channel_id: int, message_ids: Collection[int]) -> Removed:
    removed = Removed()
    for message_id in message_ids:
        one = Removed(gone=1)
        try:
            await client.http.delete_message(channel_id, message_id)
        except discord.NotFound as error:
            log.debug("post %s is gone already: %s", message_id, error)
            one = Removed(gone=1) if is_final(error) else Removed(refused=1)
        except _FAILURES as error:
            log.info("post %s stays: %s", message_id, error)
            is_closed = isinstance(error, discord.HTTPException) and error.code in {THREAD_LOCKED, THREAD_ARCHIVED}
            one = Removed(locked=1) if is_closed else Removed(refused=1)
        removed = removed.plus(one)
    return removed
