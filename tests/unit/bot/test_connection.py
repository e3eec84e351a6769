"""Why a connection ended, where another one can help."""

import gc
from typing import Any

import discord
import pytest

from bot import connection


class Watched(discord.Client):
    """A client whose losses are watched, as the bot's are."""

    async def on_disconnect(self) -> None:
        """Lost."""


@pytest.mark.filterwarnings("ignore:coroutine 'Client._run_event' was never awaited:RuntimeWarning")
async def test_a_client_that_is_closed_while_it_connects_is_followed_by_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """discord.py then fails over the loop that the closed client has given up."""

    async def closed_meanwhile(client: discord.Client, **_: Any) -> None:
        await client.close()
        raise ConnectionResetError("closed")

    monkeypatch.setattr(discord.client.DiscordWebSocket, "from_client", closed_meanwhile)
    async with Watched(intents=discord.Intents.none()) as client:
        with pytest.raises(AttributeError) as failed:
            await client.connect()

    reason = connection._reason(failed.value)
    del failed
    gc.collect()  # discord.py leaves a coroutine that nobody awaits
    assert reason == "Discord cannot be reached (ConnectionResetError). Check the network."


def test_another_fault_of_the_program_is_not_taken_for_one_of_the_connection() -> None:
    with pytest.raises(AttributeError) as failed:
        connection._reason(AttributeError(name="somewhere"))

    assert failed.value.name == "somewhere"
