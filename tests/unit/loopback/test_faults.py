"""Ordered failures: before and after the effect, outages, rate limits (topics/rate-limits), hooks."""

import time

import aiohttp
import pytest

from tests.unit.loopback.raw_bot import RawBot


@pytest.mark.parametrize(("after_effect", "posted"), [(False, 0), (True, 1)])
async def test_a_failure_stands_before_or_after_the_effect(bot: RawBot, guild, after_effect: bool, posted: int) -> None:
    channel = guild.add_text_channel("a")
    bot.discord.faults.fail("POST", r"/messages$", 500, after_effect=after_effect)

    assert (await bot.post(channel)).status == 500
    assert len(channel.messages) == posted
    assert (await bot.post(channel)).status == 200


@pytest.mark.parametrize("after_effect", [False, True])
async def test_a_dropped_connection(bot: RawBot, guild, after_effect: bool) -> None:
    channel = guild.add_text_channel("a")
    bot.discord.faults.fail("POST", r"/messages$", 0, after_effect=after_effect)

    with pytest.raises(aiohttp.ClientError):
        await bot.post(channel)
    assert len(channel.messages) == int(after_effect)
    assert bot.discord.rest.log[-1].status == 0


async def test_a_fault_may_pass_some_and_be_lifted(bot: RawBot, guild) -> None:
    channel = guild.add_text_channel("a")
    fault = bot.discord.faults.fail("*", "/messages", 502, times=None, skip=1)

    statuses = [(await bot.post(channel)).status for _ in range(3)]
    fault.lift()

    assert statuses == [200, 502, 502]
    assert (await bot.post(channel)).status == 200
    assert [entry.status for entry in bot.discord.rest.log] == [200, 502, 502, 200]


async def test_an_answer_may_be_late(bot: RawBot, guild) -> None:
    channel = guild.add_text_channel("a")
    bot.discord.faults.slow("POST", "/messages", 0.2)
    began = time.monotonic()

    assert (await bot.post(channel)).status == 200
    assert time.monotonic() - began >= 0.2


async def test_an_outage_takes_everything_and_gives_it_back(bot: RawBot, guild) -> None:
    await bot.connect()
    channel, mia = guild.add_text_channel("a"), guild.add_member("mia")
    file = (await mia.send(channel, "", files=[("a.mp3", b"1", "audio/mpeg")])).attachments[0]
    await bot.event("MESSAGE_CREATE")
    with bot.discord.faults.outage():
        await bot.discord.wait_until(lambda: not bot.discord.gateway.connected)
        for url in (f"http://{bot.discord.host}/api/v10/users/@me", file.url, bot.discord.gateway.url):
            with pytest.raises(aiohttp.ClientError):
                await bot.http.get(url)
        await mia.send(channel, "meanwhile")
    await bot.resume(bot.discord.gateway.session.id, bot.events[-1]["s"])

    assert (await bot.event("MESSAGE_CREATE", 2))["content"] == "meanwhile"
    assert (await bot.post(channel)).status == 200


async def test_unavailable_leaves_the_gateway(bot: RawBot, guild) -> None:
    await bot.connect()
    channel, mia = guild.add_text_channel("a"), guild.add_member("mia")
    with bot.discord.faults.unavailable(503):
        assert (await bot.post(channel)).status == 503
        await mia.send(channel, "x")
        await bot.event("MESSAGE_CREATE")
    assert (await bot.post(channel)).status == 200


async def test_hooks_see_a_request_before_and_after_its_effect(bot: RawBot, guild) -> None:
    channel, seen = guild.add_text_channel("a"), []

    async def look(logged) -> None:
        seen.append((logged.method, len(channel.messages)))

    bot.discord.faults.on_request("POST", "/messages", look)
    bot.discord.faults.on_request("POST", "/messages", look, after_effect=True)
    bot.discord.faults.on_request("POST", "/messages", look, skip=1, drop=True)

    await bot.post(channel)
    with pytest.raises(aiohttp.ClientError):
        await bot.post(channel)

    assert seen == [("POST", 0), ("POST", 1), ("POST", 1)]
    assert len(channel.messages) == 1


async def test_buckets_are_kept_per_channel_and_say_so(bot: RawBot, guild) -> None:
    """topics/rate-limits: Header Format, Exceeding A Rate Limit; discord.py wants the Via header."""
    one, two = guild.add_text_channel("a"), guild.add_text_channel("b")
    bot.discord.faults.limit("POST", r"/channels/\d+/messages$", 2, 60.0)

    answers = [await bot.post(one) for _ in range(3)]

    assert [answer.status for answer in answers] == [200, 200, 429]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert answers[2].headers["X-RateLimit-Scope"] == "user"
    assert "Via" in answers[2].headers
    assert 59.0 < answers[2].body["retry_after"] <= 60.0
    assert (await bot.post(two)).status == 200


async def test_global_and_shared_limits(bot: RawBot, guild) -> None:
    """topics/rate-limits: global (not for interactions), shared."""
    channel = guild.add_text_channel("a")
    bot.discord.faults.fail("POST", "/messages", 429, scope="shared", retry_after_s=0.3)
    shared = await bot.post(channel)
    bot.discord.faults.limit_globally(1, 60.0)

    answers = [await bot.post(channel) for _ in range(2)]
    by_token = await bot.request("GET", "/webhooks/1/nothing/messages/@original")

    assert (shared.headers["X-RateLimit-Scope"], shared.body["retry_after"]) == ("shared", 0.3)
    assert [answer.status for answer in answers] == [200, 429]
    assert answers[1].body["global"] is True
    assert by_token.code == 10015
