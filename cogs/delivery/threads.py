"""Threads of reviews: made from the response, shown to the member, named after the newest version."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Literal

import aiohttp
import discord

from cogs.discord_errors import THREAD_EXISTS, TOKEN_DEAD, UNKNOWN_MESSAGE

RENAME_WITHIN_S = 5.0
"""discord.py waits out rate limits, and that of renames lasts ten minutes: a name is not worth that."""

ArchiveMinutes = Literal[60, 1440, 4320, 10080]
"""What Discord offers."""

THREAD_ARCHIVE_MINUTES: ArchiveMinutes = 1440
"""After how long without a message Discord hides a thread."""

log = logging.getLogger(__name__)


class Threads:
    """Makes and names the threads of one channel.

    `response_id` finds the message of ours from which a thread is made; what it raises of Discord's is judged here.
    """

    def __init__(self, client: discord.Client, channel_id: int, response_id: Callable[[], Awaitable[int]]) -> None:
        self._client = client
        self._channel_id = channel_id
        self._response_id = response_id
        self._made_id: int | None = None

    async def open(self, name: str, archive_minutes: ArchiveMinutes) -> int:
        """Make a thread from the response, and return its id; the one that is there already counts as made.

        It is made by the bare route, which needs nothing that the gateway tells. Where the response was deleted, the
        thread stands by itself.

        Raises:
            discord.HTTPException: Discord refuses.
        """
        self._made_id = await self._open(name, archive_minutes)
        return self._made_id

    async def _open(self, name: str, archive_minutes: ArchiveMinutes) -> int:
        try:
            message_id = await self._response_id()
            made = await self._client.http.start_thread_with_message(
                self._channel_id, message_id, name=name, auto_archive_duration=archive_minutes
            )
        except discord.HTTPException as error:
            if error.code == THREAD_EXISTS:
                return message_id
            if error.code != UNKNOWN_MESSAGE and error.code not in TOKEN_DEAD:
                raise
            return await self._open_bare(name, archive_minutes)
        return int(made["id"])

    async def _open_bare(self, name: str, archive_minutes: ArchiveMinutes) -> int:
        made = await self._client.http.start_thread_without_message(
            self._channel_id,
            name=name,
            auto_archive_duration=archive_minutes,
            type=discord.ChannelType.public_thread.value,
        )
        return int(made["id"])

    async def add(self, thread_id: int, user_id: int) -> None:
        """The member sees the thread in their list. Best effort: it stands in the channel as well."""
        try:
            await self._client.http.add_user_to_thread(thread_id, user_id)
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            log.info("member %s was not added to thread %s: %s", user_id, thread_id, error)

    @property
    def made_id(self) -> int | None:
        """The thread that was made here, if one was."""
        return self._made_id

    async def rename_own(self, thread_id: int, name: str, is_given: Callable[[str], bool]) -> None:
        """Name a thread of ours anew, where its name was given by us; a member's own thread keeps its name.

        Best effort: two renames in ten minutes.
        """
        thread = self._client.get_channel(thread_id)
        me = self._client.user
        if not isinstance(thread, discord.Thread) or me is None or thread.owner_id != me.id or thread.name == name:
            return
        if not is_given(thread.name):
            return  # a moderator has named it
        try:
            async with asyncio.timeout(RENAME_WITHIN_S):
                await self._client.http.edit_channel(thread_id, name=name)
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            log.info("thread %s keeps its name: %s", thread_id, error)
        except TimeoutError:
            log.info("thread %s keeps its name: it was renamed too often", thread_id)
