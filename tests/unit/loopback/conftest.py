"""A loopback Discord with one guild and a bot without a library."""

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from tests.support.loopback import LoopbackDiscord
from tests.unit.loopback.raw_bot import RawBot


@pytest_asyncio.fixture
async def bot() -> AsyncIterator[RawBot]:
    """A bot that may use REST at once; `connect()` brings the gateway."""
    async with LoopbackDiscord() as discord, RawBot(discord) as raw:
        yield raw
        discord.assert_clean()


@pytest_asyncio.fixture
async def guild(bot: RawBot) -> Any:
    """Its guild."""
    return bot.discord.add_guild("Producers")
