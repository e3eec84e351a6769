"""The gateway by Discord's documentation: events/gateway, topics/opcodes-and-status-codes (close codes)."""

import pytest

from tests.support.loopback import LoopbackDiscord
from tests.unit.loopback.raw_bot import RawBot


async def leave_and_resume(bot: RawBot) -> None:
    """The connection breaks, something happens, the bot resumes."""
    session, seq = bot.discord.gateway.session.id, bot.events[-1]["s"]
    await bot.disconnect()
    await bot.discord.wait_until(lambda: not bot.discord.gateway.connected)
    bot.events.clear()
    await bot.resume(session, seq)


async def test_resume_replays_what_was_missed(bot: RawBot, guild) -> None:
    await bot.connect()
    channel, mia = guild.add_text_channel("a"), guild.add_member("mia")
    await bot.event("CHANNEL_CREATE")
    session, seq = bot.discord.gateway.session.id, bot.events[-1]["s"]
    await bot.disconnect()
    await bot.discord.wait_until(lambda: not bot.discord.gateway.connected)
    await mia.send(channel, "missed")
    await bot.resume(session, seq)

    assert bot.named("MESSAGE_CREATE")[0]["content"] == "missed"
    assert bot.discord.gateway.resumes == 1


async def test_resume_can_be_refused_by_op_9_and_by_4014(bot: RawBot, guild) -> None:
    await bot.connect()
    await bot.event("GUILD_CREATE")

    bot.discord.gateway.refuse(4014, on="resume")
    await leave_and_resume(bot)
    assert bot.close_code == 4014

    await bot.connect()
    await bot.event("GUILD_CREATE")
    bot.discord.gateway.refuse_resumes = 1
    await leave_and_resume(bot)
    assert bot.events[-1]["op"] == 9
    assert bot.events[-1]["d"] is False


@pytest.mark.parametrize("code", [4004, 4011, 4014])
async def test_identify_can_be_refused(bot: RawBot, code: int) -> None:
    bot.discord.gateway.refuse(code)

    await bot.connect()

    assert bot.close_code == code


async def test_a_large_bot_must_shard(bot: RawBot) -> None:
    """events/gateway, Sharding: 4011; events of a guild go to (guild_id >> 22) % shards, direct ones to shard 0."""
    bot.discord.gateway.require_sharding, bot.discord.gateway.shard_count = True, 2
    guilds = [bot.discord.add_guild(f"g{number}") for number in range(2)]
    for number, guild in enumerate(guilds):
        guild.guild.id = (1_000_000 + number) << 22

    await bot.connect()
    assert bot.close_code == 4011
    async with RawBot(bot.discord) as other:
        await bot.connect(shard=[0, 2])
        await other.connect(shard=[1, 2])
        own, others = await bot.event("GUILD_CREATE"), await other.event("GUILD_CREATE")
        assert [own["name"], others["name"]] == ["g0", "g1"]
        await guilds[1].add_member("mia").send(guilds[1].add_text_channel("a"), "x")
        await other.event("MESSAGE_CREATE")
        assert bot.named("MESSAGE_CREATE") == []
    assert (await bot.request("GET", "/gateway/bot")).body["shards"] == 2


async def test_events_come_twice_when_asked_for(bot: RawBot, guild) -> None:
    await bot.connect()
    channel, mia = guild.add_text_channel("a"), guild.add_member("mia")
    bot.discord.gateway.duplicate_next("MESSAGE_CREATE", 2)

    await mia.send(channel, "x")
    await bot.event("MESSAGE_CREATE", 3)
    await bot.discord.gateway.replay("MESSAGE_CREATE")
    await bot.event("MESSAGE_CREATE", 4)

    assert len({event["id"] for event in bot.named("MESSAGE_CREATE")}) == 1


async def test_ready_may_be_late_and_connections_refused(bot: RawBot, guild) -> None:
    bot.discord.gateway.delay_ready_s = 0.2
    await bot.connect()
    assert bot.named("READY")

    bot.discord.gateway.away = True
    answer = await bot.http.get(bot.discord.gateway.url.replace("ws:", "http:"))
    assert answer.status == 503


async def test_the_harness_notices_what_nobody_expects() -> None:
    """An unknown route fails the test."""
    async with LoopbackDiscord() as discord, RawBot(discord) as bot:
        assert (await bot.request("GET", "/nothing")).status == 404
        with pytest.raises(AssertionError, match="unexpected route: GET /api/v10/nothing"):
            discord.assert_clean()


async def test_guilds_can_be_listed_by_rest(bot: RawBot, guild) -> None:
    """resources/user: Get Current User Guilds."""
    bot.discord.add_guild("Foreign", bot_is_member=False)

    assert [item["id"] for item in (await bot.request("GET", "/users/@me/guilds")).body] == [str(guild.guild.id)]
