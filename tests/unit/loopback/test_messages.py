"""Messages by Discord's documentation: resources/message, resources/channel, topics/opcodes-and-status-codes."""

import pytest

from tests.support.loopback import Attachment
from tests.support.loopback.constants import MESSAGE_CONTENT
from tests.unit.loopback.raw_bot import INTENTS, RawBot


async def texts(bot: RawBot, channel, query: str = "") -> list[str]:
    answer = await bot.request("GET", f"/channels/{channel.id}/messages{query}")
    assert answer.status == 200
    return [message["content"] for message in answer.body]


async def test_history_is_newest_first_and_after_begins_at_the_id(bot: RawBot, guild) -> None:
    """resources/message, Get Channel Messages: from newest to oldest; before, after, around exclude each other."""
    channel, mia = guild.add_text_channel("a"), guild.add_member("mia")
    sent = [await mia.send(channel, str(number)) for number in range(6)]

    assert await texts(bot, channel, "?limit=2") == ["5", "4"]
    assert await texts(bot, channel, f"?after={sent[1].id}&limit=2") == ["3", "2"]
    assert await texts(bot, channel, f"?before={sent[3].id}&limit=2") == ["2", "1"]
    assert await texts(bot, channel, f"?around={sent[3].id}&limit=3") == ["4", "3", "2"]
    assert (await bot.request("GET", f"/channels/{channel.id}/messages?limit=101")).code == 50035
    both = f"?after={sent[0].id}&before={sent[5].id}"
    assert (await bot.request("GET", f"/channels/{channel.id}/messages{both}")).code == 50035


async def test_without_read_message_history_a_list_is_empty_and_one_message_refused(bot: RawBot, guild) -> None:
    """resources/message, Get Channel Messages ("no messages will be returned"), Get Channel Message."""
    channel = guild.add_text_channel("a", deny=["READ_MESSAGE_HISTORY"])
    message = await guild.add_member("mia").send(channel, "hello")

    assert await texts(bot, channel) == []
    assert (await bot.request("GET", f"/channels/{channel.id}/messages/{message.id}")).code == 50013
    reply = await bot.post(channel, {"content": "x", "message_reference": {"message_id": str(message.id)}})
    assert (reply.status, reply.code) == (400, 160002)


async def test_a_channel_that_is_not_seen_is_refused(bot: RawBot, guild) -> None:
    """topics/opcodes-and-status-codes: 50001 Missing access, 10003 Unknown channel."""
    channel = guild.add_text_channel("a", deny=["VIEW_CHANNEL"])

    assert (await bot.request("GET", f"/channels/{channel.id}/messages")).code == 50001
    assert (await bot.request("GET", "/channels/1/messages")).code == 10003


async def test_a_reply_to_nothing_is_refused_or_becomes_ordinary(bot: RawBot, guild) -> None:
    """resources/message, Message Reference: fail_if_not_exists."""
    channel = guild.add_text_channel("a")

    refused = await bot.post(channel, {"content": "x", "message_reference": {"message_id": "1"}})
    reference = {"message_id": "1", "fail_if_not_exists": False}
    taken = await bot.post(channel, {"content": "x", "message_reference": reference})

    assert refused.code == 50035
    assert (taken.status, taken.body["type"]) == (200, 0)


async def test_files_need_a_permission_and_embeds_vanish_without_theirs(bot: RawBot, guild) -> None:
    """topics/permissions: ATTACH_FILES, EMBED_LINKS."""
    channel = guild.add_text_channel("a", deny=["ATTACH_FILES", "EMBED_LINKS"])

    assert (await bot.post(channel, {"content": "x"}, files={"a.mp3": b"1"})).code == 50013
    taken = await bot.post(channel, {"content": "x", "embeds": [{"title": "t"}]})
    assert taken.body["embeds"] == []


@pytest.mark.parametrize(
    ("allowed", "pinged"),
    [
        (None, {"mia", "everyone", 5}),
        ({"parse": []}, set()),
        ({"parse": [], "users": ["mia"]}, {"mia"}),
        ({"parse": ["everyone"]}, {"everyone"}),
        ({"parse": ["roles"], "users": []}, {5}),
    ],
)
async def test_who_is_pinged(bot: RawBot, guild, allowed, pinged) -> None:
    """resources/message, Allowed Mentions Object, with its default for regular messages."""
    channel, mia = guild.add_text_channel("a"), guild.add_member("mia")
    body = {"content": f"@everyone <@{mia.user.id}> <@&5>"}
    if allowed is not None:
        body["allowed_mentions"] = allowed | ({"users": [str(mia.user.id)]} if allowed.get("users") else {})

    await bot.post(channel, body)

    assert channel.messages[0].pinged == {mia.user.id if item == "mia" else item for item in pinged}


async def test_edits_and_silent_messages_do_not_ping(bot: RawBot, guild) -> None:
    """resources/message: Edit Message; flag SUPPRESS_NOTIFICATIONS (1 << 12)."""
    channel, mia = guild.add_text_channel("a"), guild.add_member("mia")
    text = {"content": f"<@{mia.user.id}>"}

    posted = (await bot.post(channel)).body["id"]
    edited = await bot.request("PATCH", f"/channels/{channel.id}/messages/{posted}", text)
    await bot.post(channel, {**text, "flags": 1 << 12})

    assert [message.pinged for message in channel.messages] == [set(), set()]
    assert [user["id"] for user in edited.body["mentions"]] == [str(mia.user.id)]


@pytest.mark.parametrize(
    "body",
    [
        {"content": "x" * 2001},
        {"content": "x", "nonce": "n" * 26},
        {"content": "x", "embeds": [{"title": "t" * 257}]},
        {"content": "x", "embeds": [{"description": "d" * 4000}, {"description": "d" * 4000}]},
        {"content": "x", "components": [{"type": 1, "components": []}]},
        {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
        {
            "content": "x",
            "components": [
                {"type": 1, "components": [{"type": 2, "style": 1, "label": "a", "custom_id": "same"}] * 2},
            ],
        },
        {
            "content": "x",
            "components": [{"type": 1, "components": [{"type": 3, "custom_id": "s", "options": []}]}],
        },
    ],
)
async def test_what_a_message_must_not_be(bot: RawBot, guild, body) -> None:
    """resources/message (limits), components/reference (custom ids, action rows, selects)."""
    channel = guild.add_text_channel("a")

    assert (await bot.post(channel, body)).code == 50035
    assert channel.messages == []


async def test_a_repeated_nonce_returns_the_first_message_for_a_few_minutes(bot: RawBot, guild) -> None:
    """resources/message, Create Message: enforce_nonce."""
    channel = guild.add_text_channel("a")
    body = {"content": "x", "nonce": "1", "enforce_nonce": True}

    first, second = await bot.post(channel, body), await bot.post(channel, body)
    bot.discord.forget_nonces()
    third = await bot.post(channel, body)

    assert first.body["id"] == second.body["id"] != third.body["id"]
    assert len(channel.messages) == 2


async def test_reactions_need_their_permissions_and_are_seen(bot: RawBot, guild) -> None:
    """resources/message, Create Reaction."""
    channel, closed = guild.add_text_channel("a"), guild.add_text_channel("b", deny=["ADD_REACTIONS"])
    mia = guild.add_member("mia")
    message, other = await mia.send(channel, "x"), await mia.send(closed, "x")

    path = f"/channels/{channel.id}/messages/{message.id}/reactions/%F0%9F%91%80/@me"
    assert (await bot.request("PUT", path)).status == 204
    assert message.reactions == ["👀"]
    assert (await bot.request("DELETE", path)).status == 204
    assert message.reactions == []
    refused = await bot.request("PUT", f"/channels/{closed.id}/messages/{other.id}/reactions/%F0%9F%91%80/@me")
    assert refused.code == 50013


async def test_direct_messages_can_be_closed(bot: RawBot, guild) -> None:
    """topics/opcodes-and-status-codes: 50007; resources/user: Create DM."""
    mia = guild.add_member("mia")

    opened = await bot.request("POST", "/users/@me/channels", {"recipient_id": str(mia.user.id)})
    assert (await bot.post(mia.dm())).status == 200
    mia.accepts_dms = False

    assert opened.body["id"] == str(mia.dm().id)
    assert (await bot.post(mia.dm())).code == 50007


async def test_content_is_withheld_without_the_intent(bot: RawBot, guild) -> None:
    """gateway/you-might-not-need-a-privileged-intent: own, direct, mentioning, ping-replies to ordinary messages."""
    bot.discord.state.message_content_enabled = False
    await bot.connect(intents=INTENTS & ~MESSAGE_CONTENT)
    channel, mia = guild.add_text_channel("a"), guild.add_member("mia")
    own = await bot.post(channel)
    ordinary = channel.message(int(own.body["id"]))

    await mia.send(channel, "hidden", files=[("a.mp3", b"1")])
    await mia.send(channel, "mention", mention_bot=True)
    await mia.send(channel, "reply", reply_to=ordinary)
    await mia.send(channel, "reply without a ping", reply_to=ordinary, ping_reply=False)
    await mia.send(mia.dm(), "direct")

    seen = [await bot.event("MESSAGE_CREATE", number) for number in range(1, 7)]
    mention = f"<@{bot.discord.state.bot.id}> mention"
    assert [event["content"] for event in seen] == ["hello", "", mention, "reply", "", "direct"]
    assert seen[1]["attachments"] == []
    assert await texts(bot, channel) == ["", "reply", mention, "", "hello"]


async def test_files_may_claim_another_size(bot: RawBot, guild) -> None:
    """The size in a payload is what the harness says, whatever the CDN then serves."""
    channel, mia = guild.add_text_channel("a"), guild.add_member("mia")

    message = await mia.send(channel, "", files=[Attachment("a.wav", b"12", "audio/wav", "", claimed_size=99)])

    assert message.attachments[0].size == 99


async def test_deletes_edits_and_previews_arrive(bot: RawBot, guild) -> None:
    """events/gateway-events: MESSAGE_UPDATE, MESSAGE_DELETE, MESSAGE_DELETE_BULK; a proxy is a webhook's message."""
    await bot.connect()
    channel, mia = guild.add_text_channel("a"), guild.add_member("mia")
    sent = [await mia.send(channel, str(number)) for number in range(4)]

    await bot.discord.edit_message(sent[0], "other")
    await bot.discord.add_preview(sent[1])
    await bot.discord.delete_messages(sent[:2])
    proxied = await bot.discord.proxy(sent[2], "Mia's other")

    edited, preview = await bot.event("MESSAGE_UPDATE"), await bot.event("MESSAGE_UPDATE", 2)
    assert (edited["content"], edited["edited_timestamp"] is None) == ("other", False)
    assert (preview["content"], preview["edited_timestamp"], len(preview["embeds"])) == ("1", None, 1)
    assert (await bot.event("MESSAGE_DELETE_BULK"))["ids"] == [str(message.id) for message in sent[:2]]
    assert (await bot.event("MESSAGE_DELETE"))["id"] == str(sent[2].id)
    posted = await bot.event("MESSAGE_CREATE", 5)
    assert (posted["webhook_id"], posted["author"]["bot"]) == (str(proxied.webhook_id), True)
