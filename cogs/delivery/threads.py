"""Threads of reviews: made from the response, with the member added, named after the newest version."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Literal

import aiohttp
import discord

from cogs.discord_errors import THREAD_EXISTS, TOKEN_DEAD, UNKNOWN_MESSAGE

RENAME_WITHIN_S = 5.0
"""Seconds that a rename may take: discord.py waits out rate limits, and that of renames lasts ten minutes."""

ArchiveMinutes = Literal[60, 1440, 4320, 10080]
"""Minutes without a message before a thread is archived; Discord offers these."""

THREAD_ARCHIVE_MINUTES: ArchiveMinutes = 1440
"""Minutes without a message after which Discord hides the thread of a review."""

log = logging.getLogger(__name__)


class Threads:
    """Makes and names the threads of one channel.

    `response_id` finds the message of ours from which a thread is made; its discord.HTTPException is handled here.
    """

    def __init__(self, client: discord.Client, channel_id: int, response_id: Callable[[], Awaitable[int]]) -> None:
        self._client = client
        self._channel_id = channel_id
        self._response_id = response_id
        self._made_id: int | None = None

    async def open(self, name: str, archive_minutes: ArchiveMinutes) -> int:
        """Make a thread from the response, and return its id; a thread that the response already has counts as made.

        The HTTP route is called directly, without data from the gateway. Where the response was deleted, the thread is
        made without a message.

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
        """Add the member, who then has the thread in their list. Best effort: the channel shows it as well."""
        try:
            await self._client.http.add_user_to_thread(thread_id, user_id)
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            log.info("member %s was not added to thread %s: %s", user_id, thread_id, error)

    @property
    def made_id(self) -> int | None:
        """The id of the thread that `open` made, if any."""
        return self._made_id

    async def rename_own(self, thread_id: int, name: str, is_given: Callable[[str], bool]) -> None:
        """Rename a thread of ours whose name we gave (`is_given`); a member's own thread keeps its name.

        Best effort: Discord allows two renames in ten minutes.
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
