"""`make demo`: the real bot process against the loopback Discord. A member asks for feedback, then asks why.

No token, no key, no service; `make demo MODEL=local` lets a small language model on this machine write. Every file the
bot attaches is written to `demo-output/`.
"""

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from cogs.delivery.live_answer import STILL_WRITING
from tests.support.audio.demo_track import demo_track, write_mp3
from tests.support.loopback import LoopbackDiscord
from tests.support.loopback.state import Interaction, Message
from tests.support.processes.bot_process import BotProcess
from tests.support.processes.kernel_cache import ROOT
from tests.support.processes.local_model import local_model, missing

OUTPUT = ROOT / "demo-output"
QUESTION = "What should I fix first, and what happens in the low end?"
UPLOAD_LIMIT_BYTES = 10 * 1024 * 1024
WAIT_S = 180.0
"""For a review or an answer: the measuring, and the 90 s after which a model that is too slow is given up."""


def say(text: str) -> None:
    """A line of the story, apart from what Discord shows."""
    print(f"\n\033[2m— {text}\033[0m" if sys.stdout.isatty() else f"\n— {text}", flush=True)


def load_track(path: Path | None) -> tuple[str, bytes]:
    """The user's own file, or the synthesized track with its known faults."""
    if path is not None:
        return path.name, path.read_bytes()
    track = demo_track()
    faults = ", ".join(f"{fault.code} ({fault.where})" for fault in track.faults)
    say(f"A track made for this demo: {track.tempo_bpm:g} BPM, {track.key}. Known faults: {faults}")
    return "demo.mp3", write_mp3(track.samples, track.sample_rate_hz)


@asynccontextmanager
async def chosen_model(name: str | None) -> AsyncIterator[Mapping[str, str]]:
    """The settings of the bot for a model: none, or the local one, which runs as long as the block."""
    if name is None:
        yield {}
        return
    async with local_model() as running:
        say(f"A small language model on this machine: {running.model}, far below what anybody would use")
        yield running.environment()


async def tell(path: Path | None, kind: str, genre: str, data_dir: Path, settings: Mapping[str, str]) -> None:
    """Play the main job from upload to follow-up."""
    name, data = load_track(path)
    if len(data) > UPLOAD_LIMIT_BYTES:
        say(f"{name} has {len(data) / 2**20:.1f} MiB; Discord takes 10 MiB. The demo lets it pass.")
    limit = max(UPLOAD_LIMIT_BYTES, len(data))
    async with LoopbackDiscord(message_content_enabled=True, upload_limit_bytes=limit) as discord:
        guild = discord.add_guild("Producers")
        channel = guild.add_text_channel("mixes")
        mia = guild.add_member("mia")
        async with BotProcess(data_dir, {**discord.environment(), **settings}) as bot:
            say("Starting the bot")
            await bot.ready(discord)
            started = time.monotonic()
            say(f"mia runs /feedback with {name} (type: {kind}, genre: {genre})")
            options = {"type": kind, "genre": genre, "detail": "detailed"}
            asked = await mia.slash(channel, "feedback", options, files={"track": (name, data)})
            acknowledged = time.monotonic() - started
            refused = await discord.wait_until(lambda: channel.threads or refusals(asked), timeout=WAIT_S)
            if not channel.threads:
                say(f"Only mia sees: {refused[0].content}")
                return
            thread = channel.threads[-1]
            await discord.wait_for_message(thread, lambda message: bool(message.embeds), timeout=WAIT_S)
            reviewed = time.monotonic() - started
            await discord.wait_for_message(thread, lambda message: bool(message.attachments), timeout=WAIT_S)
            say(f"Acknowledged after {acknowledged:.2f} s, review in the thread after {reviewed:.1f} s")
            question = await mia.send(thread, QUESTION)
            await discord.wait_for_message(
                thread, lambda message: message.id > question.id and is_finished(message), timeout=WAIT_S
            )
            say("The channel")
            print(discord.transcript(channel))
            say("The thread")
            print(discord.transcript(thread))
            write_attachments(thread)
            await bot.stop()
        discord.assert_clean()


def refusals(asked: Interaction) -> list[Message]:
    """What only the asker is told."""
    return [message for message in asked.responses if message.ephemeral]


def is_finished(message: Message) -> bool:
    """Whether it is an answer of the bot, and not one that is still being written."""
    return message.author.bot and STILL_WRITING not in message.content


async def show(given: argparse.Namespace, data_dir: Path) -> None:
    """The demo with the model that was asked for."""
    async with chosen_model(given.model) as settings:
        await tell(given.track, given.type, given.genre, data_dir, settings)


def write_attachments(thread: object) -> None:
    """Everything the bot attached, into demo-output/."""
    shutil.rmtree(OUTPUT, ignore_errors=True)
    OUTPUT.mkdir()
    for message in thread.messages:  # type: ignore[attr-defined]
        for attachment in message.attachments:
            if message.author.bot:
                (OUTPUT / attachment.filename).write_bytes(attachment.data)
    say(f"Files: {', '.join(sorted(path.name for path in OUTPUT.iterdir()))} in {OUTPUT.name}/")


def main() -> int:
    """Entry point of `make demo`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("track", nargs="?", type=Path, help="your own track instead of the synthesized one")
    parser.add_argument("--type", default="master", help="mixdown, mastering or master")
    parser.add_argument("--genre", default="house", help="as you would say it")
    parser.add_argument("--model", choices=["local"], help="let this language model write; without it none is asked")
    given = parser.parse_args()
    path: Path | None = given.track
    if path is not None and not path.is_file():
        print(f"There is no file {path}.", file=sys.stderr)
        return 3
    if given.model is not None and (reason := missing()) is not None:
        print(f"{reason[0].upper()}{reason[1:]}.", file=sys.stderr)
        return 3
    with tempfile.TemporaryDirectory(prefix="earshot-demo-") as folder:
        asyncio.run(show(given, Path(folder)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
