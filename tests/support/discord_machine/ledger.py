"""Who may see what, and what was shown. Looks at every message at the moment in which the bot writes it."""

import json
import re
from collections import defaultdict
from dataclasses import dataclass, field

from tests.support.discord_machine.pipeline import FIRST_LENGTH_S
from tests.support.loopback import Channel, Interaction, LoopbackDiscord, Message
from tests.support.loopback.faults import Logged
from tests.support.loopback.state import User

WORDS = re.compile(r"q(track|name|focus|ask)(\d+)q")
LENGTH = re.compile(r"Length (\d+):(\d\d)\b")
REVIEW = re.compile(r"^> .*qtrack(\d+)q", re.MULTILINE)
REPORT = "earshot-track-"

NEWEST = 6
"""Messages of a channel that are looked at after each request: others may have been posted meanwhile."""

_CHANNEL = re.compile(r"/channels/(\d+)/messages(?:/(\d+))?$")
_BY_TOKEN = re.compile(r"/(?:webhooks|interactions)/\d+/([^/]+)")


def guild_of(channel: Channel) -> int:
    """A guild's id; 0 for a direct message."""
    return channel.guild.id if channel.guild is not None else 0


@dataclass
class Secret:
    """A track or question: whose it is, and where it may be seen.

    Attributes:
        holders: guild (0: direct messages) and member.
        channels: ids of channels in which it may be spoken of.
        named_in: ids of channels in which the file's name is known, for its member posted it there.
        askers: members for whose requests it was used.
    """

    holders: set[tuple[int, int]] = field(default_factory=set)
    channels: set[int] = field(default_factory=set)
    named_in: set[int] = field(default_factory=set)
    names: set[str] = field(default_factory=set)


class Ledger:
    """What may be shown to whom, and what was."""

    def __init__(self, discord: LoopbackDiscord) -> None:
        self._discord = discord
        self.tracks: dict[int, Secret] = defaultdict(Secret)
        self.questions: dict[int, Secret] = defaultdict(Secret)
        self.violations: list[str] = []
        self.reviews: dict[int, set[int]] = defaultdict(set)
        self.numbers: dict[int, set[int]] = defaultdict(set)
        self.reports: dict[int, set[int]] = defaultdict(set)
        self.pings: dict[int, set[int]] = defaultdict(set)
        self.replies: dict[int, set[int]] = defaultdict(set)
        self.quoted: dict[int, set[int]] = defaultdict(set)
        self._looked_at: dict[int, int] = {}
        discord.faults.on_request("*", "/api/", self._look, after_effect=True, times=None)

    # -- at every request

    async def _look(self, logged: Logged) -> None:
        if logged.method == "GET":
            return
        if match := _CHANNEL.search(logged.path):
            channel = self._discord.state.channels.get(int(match[1]))
            if channel is not None:
                one = channel.by_id.get(int(match[2])) if match[2] else None
                for message in [one] if one is not None else channel.messages[-NEWEST:]:
                    self._see(message)
        elif match := _BY_TOKEN.search(logged.path):
            interaction = self._discord.state.interactions.get(match[1])
            if interaction is not None:
                self._see_interaction(interaction)

    def _see_interaction(self, interaction: Interaction) -> None:
        for message in filter(None, [*interaction.responses, interaction.original]):
            self._see(message)
        if interaction.modal is not None:
            text = json.dumps(interaction.modal, ensure_ascii=False)
            for kind, number in WORDS.findall(text):
                self._check_alone(kind, int(number), interaction.user, interaction.channel, text)

    def _see(self, message: Message) -> None:
        if message.author is not self._discord.state.bot:
            return
        text = _everything(message)
        if self._looked_at.get(message.id) == (seen := hash((text, message.ephemeral))):
            return
        self._looked_at[message.id] = seen
        for kind, number in set(WORDS.findall(text)):
            self._check(kind, int(number), message, text)
        for minutes, seconds in LENGTH.findall(text):
            self._check("track", int(minutes) * 60 + int(seconds) - FIRST_LENGTH_S, message, text)
        if not message.ephemeral:
            self._note(message)

    def _note(self, message: Message) -> None:
        """Count what must be there once."""
        if found := REVIEW.search(message.content):
            self.reviews[int(found[1])].add(message.id)
        for embed in message.embeds:
            for minutes, seconds in LENGTH.findall(json.dumps(embed)):
                self.numbers[int(minutes) * 60 + int(seconds) - FIRST_LENGTH_S].add(message.id)
        for file in message.attachments:
            if file.filename.startswith(REPORT):
                length = re.search(rb'"duration_s":(\d+)', file.data)
                self.reports[int(length[1]) - FIRST_LENGTH_S if length else -1].add(message.id)
        if message.reference_id is not None:
            self.replies[message.reference_id].add(message.id)
        if " asked: *" in message.content:
            for number in re.findall(r"qask(\d+)q", message.content):
                self.quoted[int(number)].add(message.id)
        self._check_pings(message)

    def _check_pings(self, message: Message) -> None:
        if not message.pinged:
            return
        found = REVIEW.search(message.content)
        holders = {user for _, user in self.tracks[int(found[1])].holders} if found else set()
        if not message.pinged <= holders:
            self.violations.append(f"pinged {message.pinged}, of {holders}: {message.content[:200]!r}")
        elif found:
            self.pings[int(found[1])].add(message.id)

    # -- who may see what

    def _check(self, kind: str, number: int, message: Message, text: str) -> None:
        channel = message.channel
        if message.ephemeral and message.interaction is not None:
            self._check_alone(kind, number, message.interaction.user, channel, text)
        elif kind == "ask":
            self._check_question(number, channel, text)
        elif kind == "name":
            if channel.id not in self.tracks[number].named_in:
                self._leak(f"the name of track {number}", channel, text)
        elif not self.spoken_of_in(number, channel):
            self._leak(f"track {number}", channel, text)

    def _check_alone(self, kind: str, number: int, user: User, channel: Channel, text: str) -> None:
        """What only one member sees: their own things, or those of a conversation that stands where they are."""
        secret = (self.questions if kind == "ask" else self.tracks)[number]
        servers = {0, *(guild.id for guild in self._discord.state.guilds if user in guild.members)}
        # the copy of what is stored about a member holds what they were answered, and what was asked about their tracks
        is_copy = "earshot-data.json" in text and bool({guild for guild, _ in secret.holders} & servers)
        if kind == "ask" and not is_copy:
            self._check_question(number, channel, text)
            return
        is_own = is_copy or (guild_of(channel), user.id) in secret.holders
        there = channel.id in secret.named_in if kind == "name" else self.spoken_of_in(number, channel)
        if not is_own and not there:
            self._leak(f"{kind} {number} (to {user.name} alone)", channel, text)

    def _check_question(self, number: int, channel: Channel, text: str) -> None:
        guild, _ = next(iter(self.questions[number].holders), (-1, -1))
        is_same = guild_of(channel) == guild and (guild != 0 or channel.id in self.questions[number].channels)
        if not is_same:
            self._leak(f"question {number}", channel, text)

    def spoken_of_in(self, number: int, channel: Channel) -> bool:
        """Whether a track may be spoken of in a channel: where it was asked for, and in its member's threads there."""
        secret = self.tracks[number]
        if channel.id in secret.channels:
            return True
        parent = channel.parent
        is_own_thread = channel.owner is self._discord.state.bot and channel.name.split(" · ")[0] in secret.names
        return parent is not None and parent.id in secret.channels and is_own_thread

    def _leak(self, what: str, channel: Channel, text: str) -> None:
        guild = channel.guild.name if channel.guild else "direct"
        self.violations.append(f"{what} is shown in {guild} / {channel.name}: {text[:300]!r}")


def _everything(message: Message) -> str:
    parts = [message.content, json.dumps(message.embeds, ensure_ascii=False)]
    parts.append(json.dumps(message.components, ensure_ascii=False))
    parts += [
        f"{file.filename} {file.description} {file.data.decode(errors='replace')}" for file in message.attachments
    ]
    return "\n".join(parts)
