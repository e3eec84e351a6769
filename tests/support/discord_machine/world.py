"""Who and what there is: three servers with four members each, their channels, and what is expected of the bot."""

import asyncio
import contextlib
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar

from tests.support.discord_machine import checks, rows
from tests.support.discord_machine.ledger import Ledger, guild_of
from tests.support.discord_machine.pipeline import track_bytes
from tests.support.discord_machine.running import RunningBot, pointed_at
from tests.support.loopback import Channel, Interaction, LoopbackDiscord, Message
from tests.support.loopback.guilds import GuildHandle
from tests.support.loopback.people import Member
from tests.support.processes.migrated import put_database

SERVERS, MEMBERS = 3, 4
RECENT = 20
"""Interactions that may be under way at one time."""

IN_TWO = 1
"""The first member of the first server is in the second as well."""

T = TypeVar("T")

Certain = Callable[[], bool]
"""Whether nothing came in between that may have cost an interaction its answer."""


@dataclass(repr=False)
class Place:
    """A server with its channels and members."""

    handle: GuildHandle
    text: Channel
    no_thread: Channel
    forum: Channel
    members: list[Member] = field(default_factory=list)
    posts: dict[int, Channel] = field(default_factory=dict)

    @property
    def channels(self) -> list[Channel]:
        """All channels in which people write, those that were deleted left out."""
        threads = [*self.text.threads, *self.no_thread.threads, *self.forum.threads]
        return [self.text, self.no_thread, *threads]


@dataclass(repr=False)
class Asked:
    """A message, and how many replies it gets: "one", "none", "most one"."""

    message: Message
    expected: str
    what: str


@dataclass(repr=False)
class Sent:
    """A track that was sent in. `by` is its interaction, or its message."""

    number: int
    member: Member
    by: Interaction | Message
    is_firm: bool = True


@dataclass(repr=False)
class Pressed:
    """An interaction that must be answered."""

    interaction: Interaction
    what: str
    is_firm: bool = True
    question: int | None = None


class World:
    """The machine's state; `async with`."""

    def __init__(self, folder: Path) -> None:
        self.discord = LoopbackDiscord()
        self.bot = RunningBot(self.discord, folder)
        self.folder = folder
        self.history: list[str] = []
        self.places: list[Place] = []
        self.asked: list[Asked] = []
        self.sent: list[Sent] = []
        self.pressed: list[Pressed] = []
        self.requests: Counter[int] = Counter()
        self.offers: dict[int, list[int]] = {}
        self.taken: set[int] = set()
        self.edited: set[int] = set()
        self.forms: list[Interaction] = []
        self.tasks: set[asyncio.Task[Any]] = set()
        self.firm = True
        self.wiping = False
        self.speaking: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
        self.doubts = 0
        self.in_doubt: set[int] = set()
        self.settlings = 0
        self._numbers = 0
        self._stack = contextlib.AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self.discord)
        self._stack.enter_context(pointed_at(self.discord))
        self.ledger = Ledger(self.discord)
        for number in range(SERVERS):
            self.places.append(self._place(number))
        self.places[1].members.append(self.places[1].handle.invite(self.places[0].members[0]))
        put_database(self.folder)
        await self.bot.start()
        await self.discord.wait_ready()
        await self.bot.settle()
        return self

    def _place(self, number: int) -> Place:
        guild = self.discord.add_guild(f"server{number}")
        place = Place(
            guild,
            guild.add_text_channel(f"mixes{number}"),
            guild.add_text_channel(f"quiet{number}", deny=["create_public_threads"]),
            guild.add_forum(f"forum{number}"),
        )
        place.members += [guild.add_member(f"m{number}{n}", display_name=f"M{number}{n}") for n in range(MEMBERS)]
        return place

    async def __aexit__(self, *_: object) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        self.discord.faults.clear()
        await self.bot.stop()
        await self._stack.aclose()

    # -- for what happens

    def number(self) -> int:
        """A number that was never used."""
        self._numbers += 1
        return self._numbers

    def start(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        """Let somebody do something while others go on."""
        task = asyncio.get_running_loop().create_task(work, name="somebody")
        self.tasks.add(task)
        return task

    def member(self, server: int, who: int) -> tuple[Place, Member]:
        """Somebody."""
        place = self.places[server % SERVERS]
        return place, place.members[who % len(place.members)]

    def file(self, number: int) -> tuple[str, bytes, str]:
        """An upload of a number of its own."""
        return f"qname{number}q.wav", track_bytes(number), "audio/wav"

    def may_use(self, number: int, member: Member, channel: Channel, *, by_message: bool = False) -> None:
        """A track is used by a member in a channel: there it may be spoken of."""
        secret = self.ledger.tracks[number]
        secret.holders.add((guild_of(channel), member.user.id))
        secret.channels.add(channel.id)
        secret.names.add(member.user.display_name or member.user.name)
        secret.channels |= self.speaking[guild_of(channel), member.user.id]
        if by_message:
            secret.named_in.add(channel.id)

    def speaks_of_own(self, member: Member, channel: Channel) -> None:
        """A member asks about own tracks in a channel: whatever is theirs in this server may be answered there.

        So may what they send in until the question is answered: it is the newest version then.
        """
        self.speaking[guild_of(channel), member.user.id].add(channel.id)
        for secret in self.ledger.tracks.values():
            if (guild_of(channel), member.user.id) in secret.holders:
                secret.channels.add(channel.id)

    def takes_offer(self, source_id: int, *, again: bool = False) -> None:
        """One of the tracks that were shown is asked for: once by whatever button, and by each form that is sent."""
        if again or source_id not in self.taken:
            self.requests.update(self.offers.get(source_id, ()))
        self.taken.add(source_id)

    def bot_messages(self, member: Member, place: Place) -> list[Message]:
        """What the bot wrote and this member can press, oldest first."""
        where = [*place.channels, member.dm()]
        seen = [m for channel in where for m in channel.messages if m.author.bot and m.components]
        return sorted(seen, key=lambda message: message.id)

    def is_bound(self, channel: Channel, member: Member | None, *, own_place: bool = False) -> bool:
        """Whether a conversation (of this member) takes place in a channel by now."""
        query = (
            "SELECT 1 FROM conversations WHERE channel_id = ? AND (? IS NULL OR owner_id = ?) AND follows_owner >= ?"
        )
        owner = member.user.id if member is not None else None
        with contextlib.closing(sqlite3.connect(f"file:{self.bot.database_file}?mode=ro", uri=True)) as database:
            return database.execute(query, (channel.id, owner, owner, int(own_place))).fetchone() is not None

    def is_elsewhere(self, written: Message, member: Member) -> bool:
        """Whether what the bot wrote is about somebody else's conversation that takes place in another channel."""
        query = (
            "SELECT 1 FROM posts JOIN conversations ON conversations.id = posts.conversation_id "
            "WHERE posts.discord_message_id = ? AND owner_id != ? AND conversations.channel_id IS NOT posts.channel_id"
        )
        with contextlib.closing(sqlite3.connect(f"file:{self.bot.database_file}?mode=ro", uri=True)) as database:
            return database.execute(query, (written.id, member.user.id)).fetchone() is not None

    def certainty(self) -> Certain:
        """What an interaction that begins now can be asked later."""
        firm, doubts = self.firm, self.doubts
        return lambda: firm and self.doubts == doubts

    def note(self, pressed: Pressed) -> None:
        """Somebody used something."""
        self.pressed.append(pressed)
        if not pressed.is_firm:
            self.in_doubt.add(pressed.interaction.id)

    def doubt(self) -> None:
        """Interactions under way may come to nothing from now on."""
        self.doubts += 1
        self.in_doubt |= {i.id for i in list(self.discord.state.interactions.values())[-RECENT:]}

    def excuse(self) -> None:
        """Something was taken away: what was under way may end in nothing (but never in two)."""
        self.doubt()
        for asked in self.asked:
            asked.expected = "most one" if asked.expected == "one" else asked.expected
        for sent in self.sent:
            sent.is_firm = False
        for pressed in self.pressed:
            pressed.is_firm = False

    # -- what must hold

    async def settle(self) -> None:
        """Wait for everything, then check everything."""
        await self.bot.settle(lambda: all(task.done() for task in self.tasks))
        for task in self.tasks:
            task.result()
        self.tasks.clear()
        self.speaking.clear()
        self.settlings += 1
        if self.wiping:
            # whatever was begun after the press may have been deleted with the rest
            self.excuse()
            self.wiping = False
        wrong = [*self.ledger.violations, *self.discord.state.problems, *checks.wrong(self)]
        wrong += rows.wrong(self.bot.database_file, self.discord, self.ledger)
        if wrong:
            raise AssertionError("\n".join(wrong[:12]))
        self.excuse()
        self.firm = True

    # -- shorthands

    def pick(self, things: Sequence[T], number: int) -> T | None:
        """One of several; None where there are none."""
        return things[number % len(things)] if things else None
