"""What exists: guilds, channels, people, messages, interactions."""

import asyncio
import bisect
import itertools
import operator
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import discord

from tests.support.loopback.constants import DEFAULT_PERMISSIONS, DISCORD_EPOCH_MS, DM, PRIVATE_THREAD, THREADS

__all__ = ["DM", "Attachment", "Channel", "DiscordError", "Guild", "Interaction", "Message", "State", "User"]

_counter = itertools.count()


def snowflake() -> int:
    """A fresh id, later than all before."""
    return (int(time.time() * 1000) - DISCORD_EPOCH_MS) << 22 | next(_counter) & 0x3FFFFF


class DiscordError(Exception):
    """An error answer of the REST API."""

    def __init__(self, status: int, code: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(f"{status}/{code} {message}")
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}


# no __repr__ by fields: each holds the others, and asyncio writes what a fixture made into its own repr at every test
@dataclass(eq=False, repr=False)
class User:
    """Somebody, a webhook's face, or the bot."""

    name: str
    bot: bool = False
    id: int = field(default_factory=snowflake)
    permissions: int = 0
    accepts_dms: bool = True
    dm: "Channel | None" = None
    display_name: str | None = None
    locale: str = "en-US"


@dataclass(eq=False, repr=False)
class Attachment:
    """A file in a message."""

    filename: str
    data: bytes
    content_type: str | None
    url: str
    description: str | None = None
    id: int = field(default_factory=snowflake)
    claimed_size: int | None = None
    duration_s: float | None = None

    @property
    def size(self) -> int:
        """Bytes, as payloads say."""
        return len(self.data) if self.claimed_size is None else self.claimed_size


@dataclass(eq=False, repr=False)
class Message:
    """A message as people see it."""

    channel: "Channel"
    author: User
    content: str = ""
    embeds: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    stickers: list[dict[str, Any]] = field(default_factory=list)
    reference_id: int | None = None
    forwarded: "Message | None" = None
    snapshot: dict[str, Any] | None = None
    mentions: list[User] = field(default_factory=list)
    mentions_everyone: bool = False
    pinged: set[int | str] = field(default_factory=set)
    allowed_mentions: dict[str, Any] | None = None
    reactions: list[str] = field(default_factory=list)
    nonce: str | None = None
    flags: int = 0
    ephemeral: bool = False
    thinking: bool = False
    interaction: "Interaction | None" = None
    webhook_id: int | None = None
    type: int = 0
    edits: list[tuple[float, str]] = field(default_factory=list)
    edited: bool = False
    thread: "Channel | None" = None
    id: int = field(default_factory=snowflake)


@dataclass(eq=False, repr=False)
class Channel:
    """A text channel, thread, forum, voice chat or direct message."""

    name: str
    type: int
    guild: "Guild | None" = None
    parent: "Channel | None" = None
    owner: User | None = None
    denied: frozenset[str] = frozenset()
    granted: frozenset[str] = frozenset()
    messages: list[Message] = field(default_factory=list)
    threads: list["Channel"] = field(default_factory=list)
    recipients: list[User] = field(default_factory=list)
    members: list[User] = field(default_factory=list)
    archived: bool = False
    locked: bool = False
    auto_archive_minutes: int = 1440
    typing: int = 0
    last_message_id: int | None = None
    id: int = field(default_factory=snowflake)
    history: list[Message] = field(default_factory=list)
    by_id: dict[int, Message] = field(default_factory=dict)
    by_nonce: dict[str, Message] = field(default_factory=dict)

    def add(self, message: Message, *, system: bool = False) -> Message:
        """Post a message; system messages stand in the history, not in `messages`."""
        if not system:
            self.messages.append(message)
        bisect.insort(self.history, message, key=operator.attrgetter("id"))
        self.by_id[message.id] = message
        self.last_message_id = max(self.last_message_id or 0, message.id)
        if message.nonce is not None:
            self.by_nonce[f"{message.author.id}:{message.nonce}"] = message
        return message

    def remove(self, message: Message) -> None:
        """Take a message away; `last_message_id` stays, as at Discord."""
        if self.by_id.pop(message.id, None) is not None:
            self.history.remove(message)
            if message in self.messages:
                self.messages.remove(message)

    def permissions(self) -> int:
        """What the bot may do here, as Discord's bit field."""
        return discord.Permissions(**dict.fromkeys(self._permission_names(), True)).value

    def _permission_names(self) -> frozenset[str]:
        """A thread inherits from its parent."""
        above = self.parent
        denied = self.denied | (above.denied if above else frozenset())
        if self.guild is not None and not (self.guild.everyone_sees or self.guild.bot_is_listener):
            denied |= {"view_channel"}
        return (DEFAULT_PERMISSIONS - denied) | self.granted | (above.granted if above else frozenset())

    def may(self, name: str) -> bool:
        """Whether the bot has a permission here; in direct messages it has all that matter."""
        return self.guild is None or name in self._permission_names()

    def check(self, name: str) -> None:
        """Raise what Discord answers when the bot lacks a permission."""
        if not self.may(name):
            raise DiscordError(403, 50001 if name == "view_channel" else 50013, "Missing Permissions")

    def message(self, message_id: int) -> Message:
        """One of its messages."""
        message = self.by_id.get(message_id)
        if message is None:
            raise DiscordError(404, 10008, "Unknown Message")
        return message

    @property
    def is_thread(self) -> bool:
        """Whether this is a thread of any kind."""
        return self.type in THREADS


@dataclass(eq=False, repr=False)
class Guild:
    """A guild with the bot in it (or, for user installs, without)."""

    name: str
    bot_is_member: bool = True
    channels: list[Channel] = field(default_factory=list)
    members: list[User] = field(default_factory=list)
    unavailable: bool = False
    threads_are_full: bool = False
    everyone_sees: bool = True
    """Whether @everyone may see channels; where not, the bot may by the role of listeners, if it has it."""
    bot_is_listener: bool = False
    id: int = field(default_factory=snowflake)
    owner_id: int = field(default_factory=snowflake)
    bot_role_id: int = field(default_factory=snowflake)
    """The role that Discord made for the bot."""
    listeners_id: int = field(default_factory=snowflake)


@dataclass(eq=False, repr=False)
class Interaction:
    """A command, button, form or autocomplete on its way."""

    user: User
    channel: Channel
    kind: int
    data: dict[str, Any]
    installed_in_guild: bool = True
    payload: dict[str, Any] = field(default_factory=dict)
    source: Message | None = None
    original: Message | None = None
    responses: list[Message] = field(default_factory=list)
    modal: dict[str, Any] | None = None
    choices: list[dict[str, Any]] | None = None
    answered: bool = False
    failed: bool = False
    follow_ups: int = 0
    expired_code: int | None = None
    created_at: float = field(default_factory=time.monotonic)
    acknowledged_at: float | None = None
    settled: asyncio.Event = field(default_factory=asyncio.Event)
    id: int = field(default_factory=snowflake)
    token: str = ""

    def __post_init__(self) -> None:
        self.token = f"token-{self.id}"

    @property
    def forces_ephemeral(self) -> bool:
        """Without USE_EXTERNAL_APPS all replies of an app that only the user installed are ephemeral."""
        return not self.installed_in_guild and not self.channel.may("use_external_apps")


@dataclass(eq=False, repr=False)
class Wait:
    """A condition that somebody waits for; looked at without waking them."""

    condition: Callable[[], Any]
    future: asyncio.Future[Any]


class State:
    """Everything there is, and the bell that rings when it changes."""

    def __init__(self, upload_limit_bytes: int, *, message_content_enabled: bool = True) -> None:
        self.bot = User("Earshot", bot=True)
        self.upload_limit_bytes = upload_limit_bytes
        self.message_content_enabled = message_content_enabled
        self.guilds: list[Guild] = []
        self.users: dict[int, User] = {self.bot.id: self.bot}
        self.channels: dict[int, Channel] = {}
        self.interactions: dict[str, Interaction] = {}
        self.files: dict[str, Attachment] = {}
        self.commands: list[dict[str, Any]] = []
        self.problems: list[str] = []
        self.waits: list[Wait] = []

    async def ring(self) -> None:
        """Something changed: look at every condition that somebody waits for."""
        for wait in [wait for wait in self.waits if not wait.future.done()]:
            try:
                value = wait.condition()
            except Exception as error:  # a condition that breaks fails the test that waits for it
                wait.future.set_exception(error)
            else:
                if value:
                    wait.future.set_result(value)

    def dm_of(self, user: User) -> Channel:
        """The direct message channel of somebody with the bot."""
        if user.dm is None:
            user.dm = Channel("dm", DM, recipients=[user])
            self.channels[user.dm.id] = user.dm
        return user.dm

    def channel(self, channel_id: int) -> Channel:
        """A channel the bot may see."""
        channel = self.channels.get(channel_id)
        if channel is None:
            raise DiscordError(404, 10003, "Unknown Channel")
        if not (channel.type == DM if channel.guild is None else channel.guild.bot_is_member):
            raise DiscordError(403, 50001, "Missing Access")
        if channel.guild is not None and channel.guild.unavailable:
            raise DiscordError(503, 0, "the guild is unavailable")
        channel.check("view_channel")
        if channel.type == PRIVATE_THREAD and self.bot not in channel.members and not channel.may("manage_threads"):
            raise DiscordError(403, 50001, "Missing Access")
        return channel

    def sees(self, channel: Channel) -> bool:
        """Whether events of a channel reach the bot."""
        guild = channel.guild
        if guild is None:
            return channel.type == DM
        is_private = channel.type == PRIVATE_THREAD and self.bot not in channel.members
        return guild.bot_is_member and not guild.unavailable and channel.may("view_channel") and not is_private

    def readable(self, message: Message, *, with_intent: bool) -> bool:
        """Whether the bot sees what a message says (gateway: you-might-not-need-a-privileged-intent).

        A reply counts only with its ping, and only to an ordinary message, not to an interaction's response.
        """
        if with_intent or message.author is self.bot or message.channel.type == DM:
            return True
        if f"<@{self.bot.id}>" in message.content:
            return True
        replied = message.channel.by_id.get(message.reference_id or 0)
        is_ordinary = replied is not None and replied.author is self.bot and replied.interaction is None
        return is_ordinary and self.bot in message.mentions
