"""What exists: guilds, channels, people, messages, interactions."""

import asyncio
import itertools
import time
from dataclasses import dataclass, field
from typing import Any

import discord

DISCORD_EPOCH_MS = 1_420_070_400_000

TEXT, DM, VOICE, NEWS, PUBLIC_THREAD, FORUM = 0, 1, 2, 5, 11, 15
THREADS = (10, 11, 12)

DEFAULT_PERMISSIONS = (
    "view_channel",
    "send_messages",
    "send_messages_in_threads",
    "create_public_threads",
    "embed_links",
    "attach_files",
    "read_message_history",
)

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


@dataclass
class User:
    """Somebody, or the bot."""

    name: str
    bot: bool = False
    id: int = field(default_factory=snowflake)
    permissions: int = 0


@dataclass
class Attachment:
    """A file in a message."""

    filename: str
    data: bytes
    content_type: str | None
    url: str
    description: str | None = None
    id: int = field(default_factory=snowflake)

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.data)


@dataclass
class Message:
    """A message as people see it."""

    channel: "Channel"
    author: User
    content: str = ""
    embeds: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    reference_id: int | None = None
    mentions: list[User] = field(default_factory=list)
    allowed_mentions: dict[str, Any] | None = None
    nonce: str | None = None
    ephemeral: bool = False
    thinking: bool = False
    interaction: "Interaction | None" = None
    type: int = 0
    edits: list[tuple[float, str]] = field(default_factory=list)
    id: int = field(default_factory=snowflake)


@dataclass
class Channel:
    """A text channel, thread, forum, voice chat or direct message."""

    name: str
    type: int
    guild: "Guild | None" = None
    parent: "Channel | None" = None
    owner: User | None = None
    denied: frozenset[str] = frozenset()
    messages: list[Message] = field(default_factory=list)
    threads: list["Channel"] = field(default_factory=list)
    recipients: list[User] = field(default_factory=list)
    archived: bool = False
    locked: bool = False
    typing: int = 0
    id: int = field(default_factory=snowflake)

    def permissions(self) -> int:
        """What the bot may do here, as Discord's bit field."""
        denied = self.denied | (self.parent.denied if self.parent else frozenset())
        names = {name: name not in denied for name in DEFAULT_PERMISSIONS}
        return discord.Permissions(**names).value

    def check(self, name: str) -> None:
        """Raise what Discord answers when the bot lacks a permission."""
        if self.guild is not None and not getattr(discord.Permissions(self.permissions()), name):
            raise DiscordError(403, 50001 if name == "view_channel" else 50013, "Missing Permissions")

    def message(self, message_id: int) -> Message:
        """One of its messages."""
        for message in self.messages:
            if message.id == message_id and not message.ephemeral:
                return message
        raise DiscordError(404, 10008, "Unknown Message")


@dataclass
class Guild:
    """A guild with the bot in it (or, for user installs, without)."""

    name: str
    bot_is_member: bool = True
    channels: list[Channel] = field(default_factory=list)
    members: list[User] = field(default_factory=list)
    id: int = field(default_factory=snowflake)


@dataclass
class Interaction:
    """A command, button, form or autocomplete on its way."""

    user: User
    channel: Channel
    kind: int
    data: dict[str, Any]
    payload: dict[str, Any] = field(default_factory=dict)
    source: Message | None = None
    original: Message | None = None
    responses: list[Message] = field(default_factory=list)
    modal: dict[str, Any] | None = None
    choices: list[dict[str, Any]] | None = None
    answered: bool = False
    failed: bool = False
    expired_code: int | None = None
    created_at: float = field(default_factory=time.monotonic)
    acknowledged_at: float | None = None
    id: int = field(default_factory=snowflake)
    token: str = ""

    def __post_init__(self) -> None:
        self.token = f"token-{self.id}"


class State:
    """Everything there is, and the bell that rings when it changes."""

    def __init__(self, upload_limit_bytes: int) -> None:
        self.bot = User("Earshot", bot=True)
        self.upload_limit_bytes = upload_limit_bytes
        self.guilds: list[Guild] = []
        self.channels: dict[int, Channel] = {}
        self.interactions: dict[str, Interaction] = {}
        self.files: dict[str, Attachment] = {}
        self.commands: list[dict[str, Any]] = []
        self.problems: list[str] = []
        self.changed = asyncio.Condition()

    async def ring(self) -> None:
        """Wake everybody who waits for something."""
        async with self.changed:
            self.changed.notify_all()

    def channel(self, channel_id: int) -> Channel:
        """A channel the bot may see."""
        channel = self.channels.get(channel_id)
        if channel is None:
            raise DiscordError(404, 10003, "Unknown Channel")
        channel.check("view_channel")
        return channel
