"""The stage of the wire tests: one loopback Discord, one real bot process, a fresh channel and people for each test."""

import itertools
from dataclasses import dataclass, field
from typing import Any

from tests.support.audio.tracks import clean_mp3, faulty_mp3
from tests.support.loopback import LoopbackDiscord
from tests.support.processes.bot_process import BotProcess

JOB_TIMEOUT_S = 180.0

Upload = tuple[str, bytes, str]

MASTER = {"type": "master", "genre": "house"}
"""What most uploads are asked as."""


@dataclass(repr=False)
class Stage:
    """What a wire test works with."""

    discord: LoopbackDiscord
    bot: BotProcess
    guild: Any
    _numbers: Any = field(default_factory=itertools.count)

    def channel(self, deny: list[str] | None = None) -> Any:
        """A text channel of one's own."""
        return self.guild.add_text_channel(f"mixes-{next(self._numbers)}", deny=deny or [])

    def member(self, name: str = "member") -> Any:
        """A member of one's own, so that limits per member do not meet."""
        return self.guild.add_member(f"{name}-{next(self._numbers)}")

    def manager(self, name: str = "manager") -> Any:
        """A member who may manage the server."""
        return self.guild.add_member(f"{name}-{next(self._numbers)}", manages=True)

    def track(self, name: str = "track.mp3") -> Upload:
        """A short synthesized track with known faults."""
        return name, faulty_mp3(), "audio/mpeg"

    def clean_track(self, name: str = "track v2.mp3") -> Upload:
        """Its twin without the faults."""
        return name, clean_mp3(), "audio/mpeg"

    async def report_in(self, where: Any) -> Any:
        """The message that brings the PDF: the last of a review."""
        return await self.discord.wait_for_message(
            where, lambda message: message.author.bot and bool(message.attachments), timeout=JOB_TIMEOUT_S
        )

    async def answer_to(self, where: Any, question: Any) -> Any:
        """The bot's answer to a message."""
        return await self.discord.wait_for_message(
            where,
            lambda message: message.author.bot and message.reference_id == question.id,
            timeout=JOB_TIMEOUT_S,
        )

    async def final_text(self, interaction: Any) -> str:
        """What the response says in the end."""
        message = await self.discord.wait_until(
            lambda: interaction.original if interaction.original and "✅" in interaction.original.content else None,
            timeout=JOB_TIMEOUT_S,
        )
        return str(message.content)

    async def refusal(self, interaction: Any) -> Any:
        """The message that only the asker sees."""
        return await self.discord.wait_until(
            lambda: next((m for m in interaction.responses if m.ephemeral), None), timeout=JOB_TIMEOUT_S
        )

    async def nothing_public(self, channel: Any) -> None:
        """Nobody else sees anything of it."""
        await self.discord.wait_until(lambda: not channel.messages and not channel.threads, timeout=JOB_TIMEOUT_S)

    async def reviewed(self, owner: Any, channel: Any = None, track: Upload | None = None, **files: Upload) -> Any:
        """The thread of a finished review of the owner's, in a channel of its own unless one is named."""
        channel = channel or self.channel()
        before = len(channel.threads)
        asked = await owner.slash(channel, "feedback", MASTER, files={"track": track or self.track(), **files})
        thread = await self.discord.wait_until(
            lambda: channel.threads[-1] if len(channel.threads) > before else None, timeout=JOB_TIMEOUT_S
        )
        await self.report_in(thread)
        await self.final_text(asked)
        return thread

    async def pdfs(self, where: Any, count: int) -> list[str]:
        """Names of the PDFs in a place (they say which track and version), once there are so many."""
        await self.discord.wait_until(lambda: len(_pdf_names(where)) >= count, timeout=JOB_TIMEOUT_S)
        return _pdf_names(where)

    async def reacted(self, message: Any, emoji: str) -> None:
        """The bot's only reaction to a message is this one."""
        await self.discord.wait_until(lambda: message.reactions == [emoji], timeout=JOB_TIMEOUT_S)

    def replies(self, message: Any) -> list[Any]:
        """What the bot replied to a message."""
        return [m for m in message.channel.messages if m.author.bot and m.reference_id == message.id]

    @staticmethod
    def numbers(thread: Any) -> Any:
        """The message with the numbers and the buttons."""
        return next(message for message in thread.messages if message.components)

    @staticmethod
    def answers(where: Any, question: Any) -> list[Any]:
        """What the bot replied to a message."""
        return [message for message in where.messages if message.author.bot and message.reference_id == question.id]


def _pdf_names(where: Any) -> list[str]:
    # a proxy is a bot as well: it posts tracks
    files = [file.filename for message in where.messages if message.author.bot for file in message.attachments]
    return [name for name in files if name.endswith(".pdf")]
