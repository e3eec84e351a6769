"""Shorter pauses between tries, for a bot process under test: what is waited for comes after them, whatever they last.

Timeouts stay as they are: a slow machine must not meet one that no producer would meet. The pauses themselves are
held by tests with a controlled clock (tests/integration/jobs, tests/integration/service) and by the project's figures.
"""

import asyncio
from importlib import import_module
from types import SimpleNamespace
from typing import Any

PACE = 0.05
"""Of its length a pause lasts so much."""

PAUSES = {
    "bot.connection": ("RECONNECT_FIRST_S", "RECONNECT_MAX_S"),
    "cogs.delivery.steps": ("NOT_CONNECTED_RETRY_S",),
    "cogs.messages.inbox": ("DATABASE_PAUSE_S",),
    "cogs.messages.missed": ("LOOK_AGAIN_S", "DORMANT_PAUSE_S"),
    "core.jobs.outbox": ("BACKOFF_FIRST_S", "BACKOFF_MAX_S"),
    "core.service.reconciler": ("RECONCILE_EVERY_S",),
    "core.storage.uploads.fetching": ("FETCH_PAUSES_S",),
}
"""Constants of ours that hold a pause, or several."""

RECONNECTING = ("discord.client",)
"""Modules of discord.py that sleep between tries only."""

ASKING = ("discord.http", "discord.webhook.async_")
"""Those that also sleep for as long as Discord says: between tries it is a whole number, 1 + 2 × the tries so far."""


def shorten_pauses() -> None:
    """Let the pauses of this process be short."""
    for name, constants in PAUSES.items():
        module = import_module(name)
        for constant in constants:
            setattr(module, constant, _shorter(getattr(module, constant)))
    for names, sleep in ((RECONNECTING, _sleep), (ASKING, _sleep_between_tries)):
        for name in names:
            import_module(name).asyncio = SimpleNamespace(**{**vars(asyncio), "sleep": sleep})  # type: ignore[attr-defined]


def _shorter(pause: Any) -> Any:
    return tuple(PACE * one for one in pause) if isinstance(pause, tuple) else PACE * pause


async def _sleep(delay: float) -> None:
    await asyncio.sleep(PACE * delay)


async def _sleep_between_tries(delay: float) -> None:
    await asyncio.sleep(PACE * delay if isinstance(delay, int) else delay)
