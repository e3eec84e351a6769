"""Threads by Discord's documentation: topics/threads, resources/channel."""

import pytest

from tests.unit.loopback.raw_bot import RawBot


async def begin(bot: RawBot, channel, message, name: str = "t"):
    return await bot.request("POST", f"/channels/{channel.id}/messages/{message.id}/threads", {"name": name})


async def test_a_message_has_one_thread_of_its_own_id(bot: RawBot, guild) -> None:
    """resources/channel, Start Thread from Message: same id; 160004; 10008; names of 1 to 100 characters."""
    await bot.connect()
    channel = guild.add_text_channel("a")
    message = await guild.add_member("mia").send(channel, "x")

    assert (await begin(bot, channel, message, "n" * 101)).code == 50035
    made = await begin(bot, channel, message)
    assert made.body["id"] == str(message.id)
    assert (await begin(bot, channel, message)).code == 160004
    assert (await bot.request("POST", f"/channels/{channel.id}/messages/1/threads", {"name": "t"})).code == 10008
    assert (await bot.event("THREAD_CREATE"))["newly_created"] is True
    assert (await bot.event("MESSAGE_UPDATE"))["thread"]["id"] == str(message.id)


@pytest.mark.parametrize("kind", ["add_voice_channel", "add_stage_channel"])
async def test_voice_and_threads_have_no_threads(bot: RawBot, guild, kind: str) -> None:
    """50024 Cannot execute action on this channel type."""
    channel, mia = getattr(guild, kind)("a"), guild.add_member("mia")
    assert (await begin(bot, channel, await mia.send(channel, "x"))).code == 50024

    text = guild.add_text_channel("b")
    thread = guild.add_thread(text, mia, "t")
    assert (await begin(bot, thread, await mia.send(thread, "x"))).code == 50024


async def test_a_guild_can_be_full_and_a_permission_missing(bot: RawBot, guild) -> None:
    """160006 Maximum number of active threads reached; CREATE_PUBLIC_THREADS."""
    channel, mia = guild.add_text_channel("a"), guild.add_member("mia")
    closed = guild.add_text_channel("b", deny=["CREATE_PUBLIC_THREADS"])

    guild.fill_threads()

    assert (await begin(bot, channel, await mia.send(channel, "x"))).code == 160006
    assert (await begin(bot, closed, await mia.send(closed, "x"))).code == 50013


async def test_archived_and_locked_threads(bot: RawBot, guild) -> None:
    """topics/threads: a message unarchives, an edit does not (50083); nothing goes into a locked one (160005)."""
    await bot.connect()
    channel, mia = guild.add_text_channel("a"), guild.add_member("mia")
    thread = guild.add_thread(channel, mia, "t")
    posted = (await bot.post(thread)).body["id"]

    await bot.discord.archive(thread)
    edit = await bot.request("PATCH", f"/channels/{thread.id}/messages/{posted}", {"content": "y"})
    join = await bot.request("PUT", f"/channels/{thread.id}/thread-members/@me")
    react = await bot.request("PUT", f"/channels/{thread.id}/messages/{posted}/reactions/%E2%9C%85/@me")
    assert [edit.code, join.code, react.code] == [50083, 50083, 50083]
    assert (await bot.post(thread)).status == 200
    assert not thread.archived
    assert (await bot.event("THREAD_UPDATE", 2))["thread_metadata"]["archived"] is False

    await bot.discord.lock(thread)
    assert (await bot.post(thread)).code == 160005
    edit = await bot.request("PATCH", f"/channels/{thread.id}/messages/{posted}", {"content": "y"})
    assert edit.code == 160005


async def test_archived_threads_are_not_in_guild_create(bot: RawBot, guild) -> None:
    """topics/threads: archived threads are not synced up-front."""
    channel, mia = guild.add_text_channel("a"), guild.add_member("mia")
    active, archived = guild.add_thread(channel, mia, "active"), guild.add_thread(channel, mia, "archived")
    await mia.send(active, "x")
    await bot.discord.archive(archived)

    await bot.connect()

    threads = (await bot.event("GUILD_CREATE"))["threads"]
    assert [thread["name"] for thread in threads] == ["active"]
    assert threads[0]["last_message_id"] == str(active.messages[0].id)
    assert (await bot.request("GET", f"/channels/{archived.id}")).body["thread_metadata"]["archived"] is True


async def test_who_may_change_a_thread(bot: RawBot, guild) -> None:
    """topics/threads, Editing & Deleting Threads: name and archived by its creator, locked by MANAGE_THREADS."""
    channel, mia = guild.add_text_channel("a"), guild.add_member("mia")
    moderated = guild.add_text_channel("b", allow=["MANAGE_THREADS"])
    own = (await begin(bot, channel, await mia.send(channel, "x"))).body["id"]
    foreign, moderate = guild.add_thread(channel, mia, "t"), guild.add_thread(moderated, mia, "t")

    assert (await bot.request("PATCH", f"/channels/{own}", {"name": "new"})).body["name"] == "new"
    assert (await bot.request("PATCH", f"/channels/{own}", {"locked": True})).code == 50013
    assert (await bot.request("PATCH", f"/channels/{foreign.id}", {"name": "new"})).code == 50013
    assert (await bot.request("PATCH", f"/channels/{moderate.id}", {"locked": True})).status == 200
    assert moderate.locked


async def test_members_of_a_thread(bot: RawBot, guild) -> None:
    """resources/channel: Add Thread Member; who is mentioned in a thread joins it."""
    channel, mia, ben = guild.add_text_channel("a"), guild.add_member("mia"), guild.add_member("ben")
    stranger = bot.discord.add_guild("Other").add_member("stranger")
    await begin(bot, channel, await mia.send(channel, "x"))
    thread = channel.threads[0]

    assert (await bot.request("PUT", f"/channels/{thread.id}/thread-members/{mia.user.id}")).status == 204
    await bot.post(thread, {"content": f"<@{ben.user.id}>", "allowed_mentions": {"parse": []}})
    assert thread.members == [bot.discord.state.bot, mia.user]
    await bot.post(thread, {"content": f"<@{ben.user.id}>", "allowed_mentions": {"users": [str(ben.user.id)]}})
    assert thread.members == [bot.discord.state.bot, mia.user, ben.user]
    assert (await bot.request("PUT", f"/channels/{thread.id}/thread-members/{stranger.user.id}")).code == 10007
    assert (await bot.request("DELETE", f"/channels/{thread.id}/thread-members/{mia.user.id}")).code == 50013


async def test_private_threads_are_seen_by_their_members(bot: RawBot, guild) -> None:
    """topics/threads: Private threads; mentioned, the bot joins and hears."""
    await bot.connect()
    channel, mia = guild.add_text_channel("a"), guild.add_member("mia")
    thread = guild.add_thread(channel, mia, "secret", private=True)

    await mia.send(thread, "between us")
    assert (await bot.request("GET", f"/channels/{thread.id}/messages")).code == 50001
    await mia.send(thread, "look", mention_bot=True)

    assert "look" in (await bot.event("MESSAGE_CREATE"))["content"]
    assert (await bot.event("THREAD_MEMBERS_UPDATE"))["added_members"][0]["user_id"] == str(bot.discord.state.bot.id)
    assert (await bot.request("GET", f"/channels/{thread.id}/messages")).status == 200


async def test_a_forum_post_and_its_first_message_share_their_id(bot: RawBot, guild) -> None:
    """resources/channel: Start Thread in Forum or Media Channel; nothing is posted to the forum itself."""
    forum = guild.add_forum("f")

    made = await bot.request("POST", f"/channels/{forum.id}/threads", {"name": "p", "message": {"content": "x"}})

    assert made.body["id"] == made.body["message"]["id"]
    assert (await bot.post(forum)).code == 50008
    mia = guild.add_member("mia")
    post = guild.add_forum_post(forum, mia, "of mine")
    first, second = await mia.send(post, "one"), await mia.send(post, "two")
    assert first.id == post.id != second.id


async def test_what_goes_while_the_bot_is_away_is_gone(bot: RawBot, guild) -> None:
    """Deleted channels, threads and guilds answer 10003 and 50001, and are not in READY."""
    other = bot.discord.add_guild("Other")
    far = other.add_text_channel("far")
    channel, mia = guild.add_text_channel("a"), guild.add_member("mia")
    thread = guild.add_thread(channel, mia, "t")

    await bot.discord.delete_thread(thread)
    await guild.delete_channel(channel)
    await other.remove_bot()
    await bot.connect()

    assert [item["id"] for item in (await bot.event("READY"))["guilds"]] == [str(guild.guild.id)]
    codes = [(await bot.request("GET", f"/channels/{gone.id}")).code for gone in (thread, channel, far)]
    assert codes == [10003, 10003, 50001]


async def test_guilds_go_out_and_are_left(bot: RawBot, guild) -> None:
    """events/gateway-events, Guild Delete: `unavailable` tells an outage from being removed."""
    await bot.connect()
    channel = guild.add_text_channel("a")

    await guild.go_out()
    assert (await bot.post(channel)).status == 503
    await guild.come_back()
    await guild.remove_bot()

    assert (await bot.event("GUILD_DELETE"))["unavailable"] is True
    assert "unavailable" not in await bot.event("GUILD_DELETE", 2)
