"""Sync of the application commands: those that Discord has are compared with the bot's own and replaced if needed."""

import asyncio
import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import aiohttp
import discord
from discord import app_commands
from discord.http import Route

SYNC_RETRY_FIRST_S = 30.0
RETRY_MAX_S = 3600.0
"""First and longest pause between tries, in seconds, while Discord fails or limits the rate; nobody waits for it."""

REASON_MAX_CHARACTERS = 200
"""Characters of a reason that are logged: a proxy in front of Discord may answer with a whole page."""

COMPARED_KEYS = frozenset({
    "name", "type", "description", "options", "choices", "value", "required", "autocomplete", "channel_types",
    "min_value", "max_value", "min_length", "max_length", "default_member_permissions", "nsfw", "contexts",
    "integration_types", "name_localizations", "description_localizations",
})  # fmt: skip
"""Keys that a bot can set (Discord: Application Command Object). Discord sets the others: ids, versions, and
``dm_permission``, which ``contexts`` has replaced."""

_VERBATIM = frozenset({"name_localizations", "description_localizations", "value"})
_SETS = frozenset({"contexts", "integration_types", "channel_types"})

_DEFAULTS: dict[str, Any] = {"type": 1, "integration_types": [0]}
"""Values that Discord fills in: a chat input command, for guild installs (``contexts`` stays null)."""

_PLACE = re.compile(r"In (\d+)\.(\S+): (.*)")
"""A line of discord.py's about an error in a list of commands: index of the command, path in it, reason."""

log = logging.getLogger(__name__)


class CommandSync:
    """Compares the commands once per process, over any number of connections; repeats a try that failed."""

    def __init__(self) -> None:
        self._is_settled = False

    async def run(self, bot: discord.Client, tree: app_commands.CommandTree[Any]) -> None:
        """Compare, and sync where commands differ, until Discord accepts or refuses. Failures are only logged."""
        wait_s = SYNC_RETRY_FIRST_S
        while not self._is_settled:
            try:
                await self._bring_up_to_date(bot, tree)
                self._is_settled = True
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                log.warning("The commands could not be compared with Discord's (%s).", type(error).__name__)
            except discord.HTTPException as error:
                self._is_settled = error.status < 500 and error.status != 429
                if self._is_settled:
                    log.error(  # noqa: TRY400 - it is Discord's answer that counts, not our stack
                        "Discord refuses the commands: %s. The bot goes on with those that Discord has.",
                        refusal(error, [command["name"] for command in await own_commands(tree)]),
                    )
                else:
                    log.warning("Discord answers %d when asked about commands.", error.status)
            if not self._is_settled:
                log.warning("The bot goes on with the commands that Discord has; trying again in %.0f s.", wait_s)
                await asyncio.sleep(wait_s)
                wait_s = min(RETRY_MAX_S, wait_s * 2)

    @staticmethod
    async def _bring_up_to_date(bot: discord.Client, tree: app_commands.CommandTree[Any]) -> None:
        route = Route("GET", "/applications/{application_id}/commands", application_id=bot.application_id)
        theirs = await bot.http.request(route, params={"with_localizations": "true"})
        if comparable(theirs) == comparable(await own_commands(tree)):
            log.debug("Discord has the commands of this version")
            return
        synced = await tree.sync()
        log.info("%d commands synced", len(synced))


async def own_commands(tree: app_commands.CommandTree[Any]) -> list[dict[str, Any]]:
    """The commands as discord.py sends them."""
    commands = tree.get_commands()
    if tree.translator is None:
        return [command.to_dict(tree) for command in commands]
    return [await command.get_translated_payload(tree, tree.translator) for command in commands]


def comparable(commands: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Commands as only the keys that a bot has set, with Discord's defaults filled in, sorted by type and name."""
    plain = [_plain({**_DEFAULTS, **_given(command)}) for command in commands]
    return sorted(plain, key=lambda command: (command["type"], command["name"]))


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in COMPARED_KEYS and not _is_unset(value)}


def _is_unset(value: object) -> bool:
    """Whether a value is None, False or empty; 0 counts as set."""
    return value is None or value is False or value in ("", [], {})


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain_value(name, value) for name, value in _given(values).items()}


def _plain_value(name: str, value: Any) -> Any:
    if name in _VERBATIM:
        return value
    if name in _SETS:
        return sorted(value)
    if name == "default_member_permissions":
        return str(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def refusal(error: discord.HTTPException, names: Sequence[str]) -> str:
    """Discord's reason on one line, with the name of the command where the error has its index."""
    lines = [line.strip() for line in error.text.splitlines() if line.strip()]
    for line in lines:
        place = _PLACE.fullmatch(line)
        if place is not None and int(place[1]) < len(names):
            return f"“{names[int(place[1])]}”, {place[2]}: {place[3].rstrip('.')} ({error.status}, {error.code})"
    reason = lines[0][:REASON_MAX_CHARACTERS].rstrip(".") if lines else "no reason given"
    return f"{reason} ({error.status}, {error.code})"
