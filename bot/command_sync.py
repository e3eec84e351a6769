"""The commands Discord has for this bot, compared with those the bot has, and replaced where they differ."""

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
"""Pauses between tries while Discord answers with errors of its own; nobody waits for them."""

REASON_MAX_CHARACTERS = 200
"""Whoever stands between the bot and Discord may answer with a whole page."""

COMPARED_KEYS = frozenset({
    "name", "type", "description", "options", "choices", "value", "required", "autocomplete", "channel_types",
    "min_value", "max_value", "min_length", "max_length", "default_member_permissions", "nsfw", "contexts",
    "integration_types", "name_localizations", "description_localizations",
})  # fmt: skip
"""What a bot can set (Discord: Application Command Object). The rest is Discord's: ids, versions, and
``dm_permission``, which ``contexts`` has replaced."""

_VERBATIM = frozenset({"name_localizations", "description_localizations", "value"})
_SETS = frozenset({"contexts", "integration_types", "channel_types"})

_DEFAULTS: dict[str, Any] = {"type": 1, "integration_types": [0]}
"""What Discord fills in: a chat command, installed in servers (its contexts stay null)."""

_PLACE = re.compile(r"In (\d+)\.(\S+): (.*)")
"""Where discord.py found an error of a list of commands: number, path, reason."""

log = logging.getLogger(__name__)


class CommandSync:
    """Compares once in a process, whatever number of connections it has; a try that failed is made again."""

    def __init__(self) -> None:
        self._is_settled = False

    async def run(self, bot: discord.Client, tree: app_commands.CommandTree[Any]) -> None:
        """Compare, and sync where commands differ, until that is settled. An error is logged and ends nothing."""
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
    """Commands without what Discord adds, and without what stands for its default; in an order of its own."""
    plain = [_plain({**_DEFAULTS, **_given(command)}) for command in commands]
    return sorted(plain, key=lambda command: (command["type"], command["name"]))


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in COMPARED_KEYS and not _says_nothing(value)}


def _says_nothing(value: object) -> bool:
    """None, False and what is empty; a 0 says something."""
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
    """Discord's reason on one line, with the command it is about where Discord says which."""
    lines = [line.strip() for line in error.text.splitlines() if line.strip()]
    for line in lines:
        place = _PLACE.fullmatch(line)
        if place is not None and int(place[1]) < len(names):
            return f"“{names[int(place[1])]}”, {place[2]}: {place[3].rstrip('.')} ({error.status}, {error.code})"
    reason = lines[0][:REASON_MAX_CHARACTERS].rstrip(".") if lines else "no reason given"
    return f"{reason} ({error.status}, {error.code})"
