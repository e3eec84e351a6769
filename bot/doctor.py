"""`earshot doctor`: checks what the bot needs, one line each, and says what to do about what is missing."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from importlib.metadata import version

import aiohttp
import discord
from rich.console import Console
from rich.text import Text

from bot.connection import say_fault
from bot.folder_lock import make_folder
from bot.settings import Settings
from bot.shared_parts import BLOB_FOLDER, CACHE_FOLDER, chat_model, open_pipeline
from bot.voice_warnings import silence_voice_warnings
from cogs.server import usage_line
from core.analysis.level.second_meter import LARGEST_DIFFERENCE_LU
from core.storage import Database
from core.text.error_sentences import say, say_model_fault
from core.values.errors import EarshotError, ModelError, UsageError

CONTENT_FLAGS = (1 << 18) | (1 << 19)
"""Application flags: message content enabled, or enabled for small bots (Discord: Application Flags)."""

PERMISSIONS = 309237763136
"""Permissions of the invite link: View Channel, Send Messages, Send Messages in Threads, Create Public Threads, Embed
Links, Attach Files, Read Message History, Add Reactions (Discord: Permissions). The reactions are 👀 on a message that
is being worked on and ✅ on one that was answered."""


class Mark(StrEnum):
    """The result of a check, or that a slow one has begun."""

    GOOD = "ok"
    NOTE = "note"
    BEGUN = "…"
    BAD = "fix"


MARK_STYLES = {Mark.GOOD: "green", Mark.NOTE: "yellow", Mark.BAD: "bold red", Mark.BEGUN: "dim"}


@dataclass(frozen=True, slots=True)
class Check:
    """One check, printed as one line."""

    name: str
    mark: Mark
    text: str


WORKERS_BEGUN = Check(
    "workers", Mark.BEGUN, "starting them; where the analysis is not compiled yet, this takes 20 to 60 s"
)


async def examine(settings: Settings) -> bool:
    """Run all checks and print them.

    Returns:
        Whether the bot can start.
    """
    console = Console()
    healthy = workers_start = True
    checks: tuple[Callable[[Settings], Awaitable[Check]], ...] = (
        _check_folder,
        _check_database,
        _check_workers,
        _check_second_meter,
        _check_discord,
        _check_model,
    )
    for run in checks:
        if run is _check_workers:
            _print(console, WORKERS_BEGUN)
        if run is _check_second_meter and not workers_start:  # they compare the meters
            continue
        check = await run(settings)
        if run is _check_workers:
            workers_start = check.mark is not Mark.BAD
        healthy = healthy and check.mark is not Mark.BAD
        _print(console, check)
    return healthy


def _print(console: Console, check: Check) -> None:
    console.print(Text.assemble((f"{check.mark.value:>4}", MARK_STYLES[check.mark]), f"  {check.name}: {check.text}"))


async def _check_folder(settings: Settings) -> Check:
    probe = settings.data_dir / ".writable"
    try:
        for folder in (settings.data_dir, settings.data_dir / BLOB_FOLDER, settings.data_dir / CACHE_FOLDER):
            make_folder(folder)
        probe.write_bytes(b"")
        probe.unlink()
    except UsageError as error:
        return Check("data folder", Mark.BAD, say(error))
    except OSError as error:
        text = f"{settings.data_dir} cannot be written ({error.strerror}); set EARSHOT_DATA_DIR to a folder that can."
        return Check("data folder", Mark.BAD, text)
    return Check("data folder", Mark.GOOD, str(settings.data_dir))


async def _check_database(settings: Settings) -> Check:
    try:
        database = await Database.open(settings.database_url, settings.data_dir)
    except EarshotError as error:
        return Check("database", Mark.BAD, say(error))
    try:
        async with database.read() as unit:
            month = await unit.usage.used_since(datetime.now(UTC).date().replace(day=1))
    finally:
        await database.close()
    spent = f"; language model this month: {usage_line(month)}" if month.attempts else ""
    return Check("database", Mark.GOOD, f"opens, and its tables are up to date{spent}")


async def _check_workers(settings: Settings) -> Check:
    try:
        async with open_pipeline(settings):
            return Check("workers", Mark.GOOD, f"{settings.limits.concurrency} analyses side by side")
    except EarshotError as error:
        return Check("workers", Mark.BAD, say(error))


async def _check_second_meter(_settings: Settings) -> Check:
    """Report how closely the two loudness meters agree: the workers, checked before, compare them when they start."""
    text = f"pyloudnorm {version('pyloudnorm')} confirms the loudness of every upload to {LARGEST_DIFFERENCE_LU} LU"
    return Check("second meter", Mark.GOOD, text)


async def _check_discord(settings: Settings) -> Check:
    name = "Discord"
    if settings.discord_token is None:
        return Check(name, Mark.BAD, "DISCORD_TOKEN is not set; put it into .env (developer portal → Bot → Token).")
    silence_voice_warnings()
    # no gateway is opened, so no intent is used; without this one discord.py warns
    client = discord.Client(intents=discord.Intents(guilds=True))
    try:
        await client.login(settings.discord_token)
        application = await client.application_info()
    except discord.LoginFailure:
        return Check(
            name, Mark.BAD, "the token is refused; make a new one in the developer portal → Bot → Reset Token."
        )
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        return Check(name, Mark.BAD, say_fault(error))
    finally:
        await client.close()
    invite = discord.utils.oauth_url(application.id, permissions=discord.Permissions(PERMISSIONS))
    if not application.flags.value & CONTENT_FLAGS:
        text = "the message-content intent is off: questions work by mention, reply and button only"
        return Check(name, Mark.NOTE, f"{application.name}: {text}. Invite: {invite}")
    return Check(name, Mark.GOOD, f"{application.name}. Invite: {invite}")


async def _check_model(settings: Settings) -> Check:
    name = "language model"
    model = chat_model(settings)
    if model is None:
        why = (
            "OPENAI_API_KEY is not set"
            if settings.openai_api_key is None
            else "switched off by EARSHOT_MODEL or by 0 calls"
        )
        return Check(name, Mark.NOTE, f"{why}: reviews are written from the measurements alone")
    try:
        await model.probe()
    except ModelError as error:
        return Check(name, Mark.BAD, f"{settings.openai_model}: {say_model_fault(error.fault)}")
    finally:
        await model.aclose()
    return Check(name, Mark.GOOD, f"{settings.openai_model} answers")
