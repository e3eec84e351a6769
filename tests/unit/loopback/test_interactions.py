"""Interactions by Discord's documentation: interactions/receiving-and-responding, components/reference."""

import pytest

from tests.unit.loopback.raw_bot import RawBot

PUBLIC, THINKING, PRIVATE = {"type": 4, "data": {"content": "a"}}, {"type": 5}, {"type": 5, "data": {"flags": 64}}
BUTTON = {"type": 1, "components": [{"type": 2, "style": 1, "label": "b", "custom_id": "press:1"}]}
SELECT = {"type": 3, "custom_id": "pick:1", "options": [{"label": "A", "value": "a"}, {"label": "B", "value": "b"}]}
FORM = {
    "type": 9,
    "data": {
        "title": "f",
        "custom_id": "form:1",
        "components": [
            {"type": 18, "label": "Words", "component": {"type": 4, "custom_id": "w", "style": 1, "max_length": 5}}
        ],
    },
}


async def hook(bot: RawBot, interaction, method: str, path: str = "", body: object = None):
    return await bot.request(method, f"/webhooks/1/{interaction.token}{path}", body)


@pytest.fixture
async def slash(bot: RawBot, guild):
    """A member's /do in a channel, answered."""
    await bot.connect()
    await bot.sync("do")
    channel, mia = guild.add_text_channel("a"), guild.add_member("mia")

    async def use(body, member=mia, where=channel):
        return await bot.answer(member.slash(where, "do", {"n": 3, "s": "x"}), body)

    use.channel, use.member = channel, mia
    return use


async def test_an_interaction_is_answered_once_within_three_seconds(bot: RawBot, slash) -> None:
    """40060 Interaction has already been acknowledged; 10062 Unknown interaction."""
    interaction, first = await slash(PUBLIC)
    path = f"/interactions/{interaction.id}/{interaction.token}/callback"
    late, _ = await slash(PUBLIC)
    late.answered, late.created_at = False, late.created_at - 3.1

    assert first.status == 204
    assert (await bot.request("POST", path, PUBLIC)).code == 40060
    late_path = f"/interactions/{late.id}/{late.token}/callback"
    assert (await bot.request("POST", late_path, PUBLIC)).code == 10062
    assert (await bot.request("POST", "/interactions/1/nothing/callback", PUBLIC)).code == 10062


async def test_the_first_follow_up_fills_the_thinking_message_and_keeps_who_sees_it(bot: RawBot, slash) -> None:
    """Create Followup Message, directly after a deferred response."""
    interaction, _ = await slash(PRIVATE)

    first = await hook(bot, interaction, "POST", "", {"content": "one"})
    second = await hook(bot, interaction, "POST", "", {"content": "two"})

    assert first.body["flags"] == 64
    assert interaction.original.content == "one"
    assert second.body["flags"] == 0
    assert [message.content for message in slash.channel.messages] == ["two"]


async def test_the_original_response_can_be_read_edited_and_deleted(bot: RawBot, slash) -> None:
    """Get, Edit, Delete Original Interaction Response."""
    interaction, _ = await slash(THINKING)

    assert (await hook(bot, interaction, "GET", "/messages/@original")).body["flags"] == 128
    edited = await hook(bot, interaction, "PATCH", "/messages/@original", {"content": "done"})
    assert (edited.body["content"], edited.body["flags"], edited.body["type"]) == ("done", 0, 20)
    assert (await hook(bot, interaction, "DELETE", "/messages/@original")).status == 204
    assert (await hook(bot, interaction, "GET", "/messages/@original")).code == 10008


@pytest.mark.parametrize(("code", "status"), [(50027, 401), (10015, 404)])
async def test_a_token_expires(bot: RawBot, slash, code: int, status: int) -> None:
    """Tokens are valid for 15 minutes."""
    interaction, _ = await slash(PUBLIC)
    bot.discord.expire_token(interaction, code)

    answer = await hook(bot, interaction, "POST", "", {"content": "late"})

    assert (answer.status, answer.code) == (status, code)
    aged, _ = await slash(PUBLIC)
    aged.created_at -= 15 * 60
    assert (await hook(bot, aged, "POST", "", {"content": "late"})).code == 50027


async def test_five_follow_ups_where_only_the_user_installed_the_app(bot: RawBot, slash) -> None:
    """Create Followup Message: 5 per interaction (40094); the bot reaches such a guild by no other way."""
    foreign = bot.discord.add_guild("Foreign", bot_is_member=False)
    channel, ben = foreign.add_text_channel("a"), foreign.add_member("ben")

    interaction, _ = await slash(PUBLIC, ben, channel)
    codes = [(await hook(bot, interaction, "POST", "", {"content": "x"})).status for _ in range(6)]

    assert codes == [200] * 5 + [400]
    assert interaction.payload["authorizing_integration_owners"] == {"1": str(ben.user.id)}
    assert (await bot.post(channel)).code == 50001


async def test_without_use_external_apps_everything_is_ephemeral(bot: RawBot, slash) -> None:
    """topics/permissions: USE_EXTERNAL_APPS."""
    foreign = bot.discord.add_guild("Foreign", bot_is_member=False)
    channel, ben = foreign.add_text_channel("a", deny=["USE_EXTERNAL_APPS"]), foreign.add_member("ben")

    interaction, _ = await slash(PUBLIC, ben, channel)

    assert interaction.original.ephemeral
    assert channel.messages == []


async def test_buttons_and_selects_are_for_who_sees_them(bot: RawBot, slash, guild) -> None:
    """Ephemeral messages are seen by one member; a chosen value stands among the options."""
    rows = [BUTTON, {"type": 1, "components": [SELECT]}]
    ben = guild.add_member("ben")
    public, _ = await slash({"type": 4, "data": {"content": "a", "components": rows}})
    hidden, _ = await slash({"type": 4, "data": {"content": "a", "components": rows, "flags": 64}})

    pressed, _ = await bot.answer(ben.click(public.original, "press:"), {"type": 7, "data": {"content": "pressed"}})
    picked, _ = await bot.answer(slash.member.select(hidden.original, "pick:", ["b"]), {"type": 6})

    assert public.original.content == "pressed"
    assert picked.payload["data"]["values"] == ["b"]
    assert pressed.payload["message"]["id"] == str(public.original.id)
    with pytest.raises(AssertionError, match="only mia sees"):
        await ben.click(hidden.original, "press:")
    with pytest.raises(AssertionError, match="cannot be chosen"):
        await slash.member.select(public.original, "pick:", ["c"])


async def test_a_form_is_sent_as_it_was_shown(bot: RawBot, slash) -> None:
    """Each submission has the custom_id of its form and a token of its own; limits of inputs hold."""
    shown, _ = await slash(FORM)

    sent, _ = await bot.answer(slash.member.submit_modal(shown, {"w": "words"}), PUBLIC)

    assert sent.token != shown.token
    assert sent.payload["data"]["custom_id"] == "form:1"
    assert sent.payload["data"]["components"][0]["component"]["value"] == "words"
    for text in ("", "too long"):
        with pytest.raises(AssertionError, match="does not take"):
            await slash.member.submit_modal(shown, {"w": text})


@pytest.mark.parametrize(
    "body",
    [
        {"type": 9, "data": {**FORM["data"], "title": "t" * 46}},
        {"type": 9, "data": {**FORM["data"], "custom_id": "c" * 101}},
        {"type": 9, "data": {**FORM["data"], "components": FORM["data"]["components"] * 6}},
        {"type": 7, "data": {"content": "x"}},
        {"type": 8, "data": {"choices": []}},
        {"type": 4, "data": {"content": "x" * 2001}},
    ],
)
async def test_refused_answers_leave_the_interaction_open(bot: RawBot, slash, body) -> None:
    """Modal: title 45, custom_id 100, 1 to 5 components; 7 is for components, 8 for autocomplete."""
    bot.discord.faults.slow("POST", "/callback", 0.0)
    with_wrong = {"body": None}

    async def wrong_first(logged) -> None:
        event = bot.named("INTERACTION_CREATE")[-1]
        path = f"/interactions/{event['id']}/{event['token']}/callback"
        with_wrong["body"] = await bot.request("POST", path, body)

    bot.discord.faults.on_request("POST", "/callback", wrong_first)
    interaction, right = await slash(PUBLIC)

    assert with_wrong["body"].code == 50035
    assert right.status == 204
    assert interaction.original.content == "a"


async def test_in_direct_messages_the_installation_is_the_guilds(bot: RawBot, slash) -> None:
    """authorizing_integration_owners: "0" is "0" in a DM with the app's bot."""
    interaction, _ = await slash(PUBLIC, slash.member, slash.member.dm())

    assert interaction.payload["authorizing_integration_owners"] == {"0": "0"}
    assert interaction.payload["data"]["options"][0] == {"name": "n", "type": 4, "value": 3}


@pytest.mark.parametrize(
    "command",
    [
        {"name": "Upper", "description": "d"},
        {"name": "a", "description": "d" * 101},
        {"name": "a", "description": "d", "options": [{"name": "o", "description": "d", "type": 3}] * 2},
        {
            "name": "a",
            "description": "d",
            "options": [
                {"name": "o", "description": "d", "type": 3},
                {"name": "p", "description": "d", "type": 3, "required": True},
            ],
        },
        {
            "name": "a",
            "description": "d",
            "options": [
                {
                    "name": "o",
                    "description": "d",
                    "type": 3,
                    "choices": [{"name": f"n{number}", "value": "v"} for number in range(26)],
                }
            ],
        },
        {"name": "menu", "type": 3, "description": "a menu has none"},
        {"name": "a", "description": "d", "contexts": [3]},
    ],
)
async def test_commands_that_are_refused(bot: RawBot, command) -> None:
    """interactions/application-commands: naming, options, choices, context menus."""
    answer = await bot.request("PUT", "/applications/1/commands", [command])

    assert answer.code == 50035
    assert bot.discord.commands == []


async def test_commands_keep_their_ids_and_get_new_versions(bot: RawBot) -> None:
    """Bulk Overwrite Global Application Commands; they can be read, and wiped by somebody else."""
    await bot.sync("one", "two")
    before = (await bot.request("GET", "/applications/1/commands")).body
    changed = [{"name": "two", "description": "something else", "options": []}, {"name": "three", "description": "d"}]
    after = (await bot.request("PUT", "/applications/1/commands", changed)).body

    assert after[0]["id"] == before[1]["id"]
    assert after[0]["version"] != before[1]["version"]
    assert after[1]["id"] not in {command["id"] for command in before}
    bot.discord.wipe_commands()
    assert (await bot.request("GET", "/applications/1/commands")).body == []
