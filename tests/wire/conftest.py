"""One bot process for the tests that do not need one of their own: each of them brings its own channel and people."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.loopback import LoopbackDiscord
from tests.support.processes.bot_process import REMEMBERING_SITE, BotProcess
from tests.wire.stage import Stage


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """All of them run in one event loop: the shared Discord answers nobody while another loop runs."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def running(tmp_path_factory) -> AsyncIterator[Stage]:
    """The bot, connected, for the whole run."""
    data_dir: Path = tmp_path_factory.mktemp("bot")
    async with LoopbackDiscord() as discord:
        guild = discord.add_guild("Producers")
        environment = {**discord.environment(), "EARSHOT_USER_QUEUE": "3"}
        async with BotProcess(data_dir, environment, site=REMEMBERING_SITE) as bot:
            await bot.ready(discord)
            yield Stage(discord, bot, guild)


@pytest_asyncio.fixture(loop_scope="session")
async def stage(running: Stage) -> AsyncIterator[Stage]:
    """The running bot; the test fails when it asked Discord for anything unexpected.

    Other tests may have kept the loop from running for minutes, so that the bot has given up its connection.
    """
    await running.discord.wait_alive()
    yield running
    running.discord.faults.clear()
    running.discord.assert_clean()
