"""What is said about a connection that ended, and how long the next one waits."""

import asyncio
import logging
import ssl
from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import pytest

from bot import connection
from bot.connection import (
    LASTED_S,
    RECONNECT_FIRST_S,
    RECONNECT_MAX_S,
    Backoff,
    Watch,
    say_fault,
    say_in_one_line,
)


def answer(status: int, reason: str = "") -> Any:
    return SimpleNamespace(status=status, reason=reason)


def closed(code: int) -> discord.ConnectionClosed:
    return discord.ConnectionClosed(SimpleNamespace(close_code=code), shard_id=None)  # type: ignore[arg-type]


KEY: Any = SimpleNamespace(host="gateway.discord.gg", port=443, is_ssl=True, ssl=True)

ANSWERED = [
    (closed(4000), "closed the connection (code 4000)"),
    (discord.DiscordServerError(answer(503, "Service Unavailable"), ""), "answers 503 (Service Unavailable)"),
    (discord.Forbidden(answer(403), {"code": 40333, "message": "internal network error"}), "answers 403 (internal"),
    (discord.HTTPException(answer(429), "banned"), "limits the requests"),
    (aiohttp.WSServerHandshakeError(SimpleNamespace(), (), status=502), "gateway answers 502"),  # type: ignore[arg-type]
    (aiohttp.ClientConnectorCertificateError(KEY, ssl.SSLCertVerificationError()), "certificate is not accepted"),
    (discord.ClientException("something"), "failed (ClientException)"),
]


@pytest.mark.parametrize(("error", "wanted"), ANSWERED, ids=[type(error).__name__ for error, _ in ANSWERED])
def test_who_was_answered_is_not_told_to_check_the_network(error: Exception, wanted: str) -> None:
    assert wanted in say_fault(error)
    assert "the network" not in say_fault(error)


@pytest.mark.parametrize("error", [aiohttp.ClientConnectorError(KEY, OSError(111, "refused")), TimeoutError()])
def test_who_reaches_nobody_is(error: Exception) -> None:
    assert "Check the network" in say_fault(error)


def test_a_reconnect_of_the_librarys_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("tests.connection")
    logger.addFilter(say_in_one_line)
    try:
        raise closed(1000)
    except discord.ConnectionClosed:
        logger.exception("Attempting a reconnect in %.2fs", 3.2)
        logger.exception("Something else")

    ours, theirs = caplog.records
    assert ours.getMessage() == "Discord closed the connection (code 1000). Trying again in 3 s."
    assert ours.levelname == "WARNING"
    assert not ours.exc_info
    assert theirs.exc_info


def test_pauses_grow_up_to_a_minute_and_begin_anew_after_a_connection_that_lasted() -> None:
    now_s = [0.0]
    backoff = Backoff(lambda: now_s[0])
    pauses = [backoff.ended() for _ in range(7)]
    assert pauses == [2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]

    backoff.ready()
    now_s[0] += LASTED_S - 1.0
    backoff.ready()
    assert backoff.ended() == RECONNECT_MAX_S, "a session that is made anew does not begin the count again"
    backoff.ready()
    now_s[0] += LASTED_S
    assert backoff.ended() == RECONNECT_FIRST_S
    now_s[0] += LASTED_S
    assert backoff.ended() == 2 * RECONNECT_FIRST_S, "time without a connection is no connection that lasted"


async def test_a_connection_that_stays_lost_is_given_up_and_one_that_comes_back_is_not() -> None:
    watch = Watch(lost_max_s=0.02)
    await watch.lost()
    await watch.back()
    other = Watch(lost_max_s=0.02)
    for _ in range(3):  # discord.py says so again at each try that fails
        await other.lost()

    async with asyncio.timeout(60):
        await other.lost_for_long.wait()
    assert not watch.lost_for_long.is_set()


async def test_what_sleeps_over_its_own_pauses_is_ended_when_it_is_given_up() -> None:
    given_up = asyncio.Event()
    ended = []

    async def asleep() -> None:
        try:
            given_up.set()
            await asyncio.Event().wait()
        finally:
            ended.append("cancelled")

    async with asyncio.timeout(60):
        await connection._until(asleep(), given_up)
    assert ended == ["cancelled"]


async def test_what_ends_a_connection_by_itself_is_heard() -> None:
    async def refused() -> None:
        raise discord.LoginFailure("no")

    with pytest.raises(discord.LoginFailure):
        await connection._until(refused(), asyncio.Event())
