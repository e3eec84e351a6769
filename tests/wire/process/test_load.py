"""Many members at once over the wire: none lost, none doubled, nothing shown where it may not be.

Times are measured by `python -m benchmarks.load`.
"""

from pathlib import Path

import pytest

from benchmarks.load import Crowd, load
from tests.support.loopback import LoopbackDiscord
from tests.support.processes.bot_process import STUBBED_SITE, BotProcess

pytestmark = pytest.mark.wire

FEEDBACKS, SERVERS, MEMBERS = 60, 5, 20


async def test_sixty_tracks_of_twenty_members_at_once(tmp_path: Path) -> None:
    async with LoopbackDiscord() as discord:
        crowd = Crowd(discord, SERVERS, MEMBERS)
        async with BotProcess(tmp_path, discord.environment(), site=STUBBED_SITE) as bot:
            await bot.ready(discord)
            result = await load(crowd, FEEDBACKS)
        discord.assert_clean()

    assert result.doubled == 0
    assert result.lost == 0
    assert crowd.ledger.violations == []
