"""A guild as its owner sets it up and changes it, while the bot is there or away."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import discord

from tests.support.loopback import payloads
from tests.support.loopback.constants import FORUM, NEWS, PRIVATE_THREAD, PUBLIC_THREAD, STAGE, TEXT, VOICE
from tests.support.loopback.people import Member
from tests.support.loopback.state import Channel, Guild, User

if TYPE_CHECKING:
    from tests.support.loopback.server import LoopbackDiscord

MANAGE_GUILD = 1 << 5
"""Discord's permission bit."""


def _names(permissions: Sequence[str]) -> frozenset[str]:
    names = frozenset(permission.lower() for permission in permissions)
    unknown = names - set(discord.Permissions.VALID_FLAGS)
    if unknown:
        raise AssertionError(f"no permissions of Discord's: {sorted(unknown)}")
    return names


class GuildHandle:
    """A guild as its owner sets it up."""

    def __init__(self, discord: "LoopbackDiscord", guild: Guild) -> None:
        self._discord = discord
        self.guild = guild

    def _add(self, channel: Channel) -> Channel:
        self._discord.state.channels[channel.id] = channel
        if channel.parent is None:
            self.guild.channels.append(channel)
            if self.guild.bot_is_member:
                self._discord.gateway.announce("CHANNEL_CREATE", payloads.channel(channel))
        return channel

    def _channel(self, name: str, kind: int, deny: Sequence[str], allow: Sequence[str]) -> Channel:
        return self._add(Channel(name, kind, self.guild, denied=_names(deny), granted=_names(allow)))

    def add_text_channel(self, name: str, deny: Sequence[str] = (), allow: Sequence[str] = ()) -> Channel:
        """A text channel in which the bot lacks the permissions `deny` names and has those of `allow` besides."""
        return self._channel(name, TEXT, deny, allow)

    def add_news_channel(self, name: str, deny: Sequence[str] = (), allow: Sequence[str] = ()) -> Channel:
        """An announcement channel."""
        return self._channel(name, NEWS, deny, allow)

    def add_voice_channel(self, name: str, deny: Sequence[str] = (), allow: Sequence[str] = ()) -> Channel:
        """A voice channel (with its text chat)."""
        return self._channel(name, VOICE, deny, allow)

    def add_stage_channel(self, name: str, deny: Sequence[str] = (), allow: Sequence[str] = ()) -> Channel:
        """A stage channel (with its text chat)."""
        return self._channel(name, STAGE, deny, allow)

    def add_forum(self, name: str, deny: Sequence[str] = (), allow: Sequence[str] = ()) -> Channel:
        """A forum."""
        return self._channel(name, FORUM, deny, allow)

    def add_forum_post(self, forum: Channel, author: Member, title: str) -> Channel:
        """A post in a forum: its author owns it; the author's next `send` is its first message, of the same id."""
        return self.add_thread(forum, author, title)

    def add_thread(self, parent: Channel, author: Member, title: str, *, private: bool = False) -> Channel:
        """A thread that somebody begins; the bot is not in a private one until it is mentioned."""
        thread = Channel(title, PRIVATE_THREAD if private else PUBLIC_THREAD, self.guild, parent, author.user)
        thread.members.append(author.user)
        parent.threads.append(thread)
        self._add(thread)
        if self._discord.state.sees(thread):
            self._discord.gateway.announce("THREAD_CREATE", {**payloads.channel(thread), "newly_created": True})
        return thread

    def add_member(self, name: str, *, manages: bool = False, display_name: str | None = None) -> Member:
        """Somebody joins; `manages`: may manage the server."""
        user = User(name, permissions=MANAGE_GUILD if manages else 0, display_name=display_name)
        self.guild.members.append(user)
        self._discord.state.users[user.id] = user
        return Member(self._discord, user)

    def invite(self, member: Member) -> Member:
        """Somebody who is in another guild joins this one too."""
        self.guild.members.append(member.user)
        return member

    # -- what changes

    async def set_permissions(self, channel: Channel, deny: Sequence[str] = (), allow: Sequence[str] = ()) -> None:
        """What the bot may not, or may besides, from now on in a channel (CHANNEL_UPDATE)."""
        channel.denied, channel.granted = _names(deny), _names(allow)
        await self._tell("CHANNEL_UPDATE", payloads.channel(channel))

    async def let_everyone_see(self, *, see: bool) -> None:
        """What @everyone may changes: GUILD_ROLE_UPDATE, and no event of any channel."""
        self.guild.everyone_sees = see
        role = payloads.roles(self.guild, self._discord.state.bot)[0]
        await self._tell("GUILD_ROLE_UPDATE", {"guild_id": str(self.guild.id), "role": role})

    async def make_bot_listener(self, *, listens: bool = True) -> None:
        """The bot gets a role: GUILD_MEMBER_UPDATE, which comes of the bot itself without the members intent."""
        self.guild.bot_is_listener = listens
        member = payloads.bot_member(self.guild, self._discord.state.bot)
        await self._tell("GUILD_MEMBER_UPDATE", {"guild_id": str(self.guild.id), **member})

    async def sync_threads(self) -> None:
        """The bot has come to see channels: THREAD_LIST_SYNC names their threads that are not archived."""
        found = payloads.visible_threads(self.guild, self._discord.state.bot)
        data = {
            "guild_id": str(self.guild.id),
            "threads": [payloads.channel(thread) for thread in found],
            "members": [],
        }
        await self._tell("THREAD_LIST_SYNC", data)

    async def delete_channel(self, channel: Channel) -> None:
        """A channel goes, with its threads (CHANNEL_DELETE; threads have no event of their own)."""
        self.guild.channels.remove(channel)
        for gone in [channel, *channel.threads]:
            self._discord.state.channels.pop(gone.id, None)
        await self._tell("CHANNEL_DELETE", payloads.channel(channel))

    async def remove_bot(self) -> None:
        """The bot is removed: GUILD_DELETE without `unavailable`; REST answers 50001."""
        await self._discord.gateway.dispatch("GUILD_DELETE", {"id": str(self.guild.id)})
        self.guild.bot_is_member = False

    async def readd_bot(self) -> None:
        """The bot is invited again (GUILD_CREATE)."""
        self.guild.bot_is_member = True
        await self._discord.gateway.dispatch("GUILD_CREATE", payloads.guild(self.guild, self._discord.state))

    async def go_out(self) -> None:
        """An outage of this guild: GUILD_DELETE with `unavailable`; REST answers 503."""
        self.guild.unavailable = True
        await self._discord.gateway.dispatch("GUILD_DELETE", {"id": str(self.guild.id), "unavailable": True})

    async def come_back(self) -> None:
        """The outage is over (GUILD_CREATE)."""
        self.guild.unavailable = False
        await self._discord.gateway.dispatch("GUILD_CREATE", payloads.guild(self.guild, self._discord.state))

    def fill_threads(self, *, full: bool = True) -> None:
        """The limit of active threads is reached: 160006."""
        self.guild.threads_are_full = full

    async def _tell(self, event: str, data: dict[str, object]) -> None:
        if self.guild.bot_is_member and not self.guild.unavailable:
            await self._discord.gateway.dispatch(event, data)
