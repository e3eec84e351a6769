"""Over the wire: who hears of a review, what it says of itself, and what is said to one person alone."""

import re
from typing import Any

import pytest

from tests.support.loopback import LoopbackDiscord
from tests.wire.stage import MASTER, Stage

pytestmark = pytest.mark.wire

PDF_OF = re.compile(r"earshot-track-(\d+)-v(\d+)\.pdf")


def pings(where: Any) -> list[set[int]]:
    """Whom each message of the bot pinged."""
    return [message.pinged for message in where.messages if message.author.bot and message.pinged]


def another_guild(stage: Stage, name: str) -> Stage:
    """A server with settings of its own."""
    guild = stage.discord.add_guild(name)
    return Stage(stage.discord, stage.bot, guild)


# -- F10: the reference


async def test_f10_a_reference_is_spoken_of_and_carried_to_the_next_version(stage: Stage) -> None:
    mia = stage.member("mia")
    thread = await stage.reviewed(mia, reference=stage.clean_track("reference.mp3"))
    first = stage.discord.transcript(thread)

    await mia.send(thread, "", files=[stage.track("v2.mp3")])
    await stage.pdfs(thread, 2)
    second = stage.discord.transcript(thread)[len(first) :]

    for shown in (first, second):
        assert "Against your reference" in shown
        assert "reference.mp3" not in shown


# -- F21: who is told, and what threads are called


async def test_f21_the_member_is_added_and_pinged_once_and_the_name_follows_the_version(stage: Stage) -> None:
    mia, channel = stage.member("mia"), stage.channel()
    other = stage.member("noa")
    thread, others = await stage.reviewed(mia, channel), await stage.reviewed(other, channel)

    assert re.fullmatch(rf"{mia.user.name} · #1 v1 · House / tech house", thread.name)
    assert thread.name != others.name
    assert mia.user in thread.members
    assert other.user not in thread.members
    assert pings(thread) == [{mia.user.id}]
    assert pings(channel) == []

    await mia.send(thread, "", files=[stage.clean_track("secret name.mp3")])
    await stage.pdfs(thread, 2)
    await stage.discord.wait_until(lambda: " v2 " in thread.name)
    assert re.fullmatch(rf"{mia.user.name} · #1 v2 · House / tech house", thread.name)
    assert pings(thread) == [{mia.user.id}] * 2


async def test_f21_a_member_and_a_server_can_switch_the_ping_off(stage: Stage) -> None:
    quiet = another_guild(stage, "Quiet")
    mia, noa, channel = quiet.member("mia"), quiet.member("noa"), quiet.channel()

    said = await quiet.refusal(await mia.slash(channel, "privacy notify", {"mention": "off"}))
    refused = await quiet.refusal(await noa.slash(channel, "server notify", {"use": "off"}))
    unpinged, pinged = await quiet.reviewed(mia, channel), await quiet.reviewed(noa, channel)
    await quiet.refusal(await quiet.manager().slash(channel, "server notify", {"use": "off"}))
    after = await quiet.reviewed(noa, channel)

    assert "not mention you" in said.content
    assert "may manage this server" in refused.content
    assert pings(unpinged) == []
    assert pings(pinged) == [{noa.user.id}]
    assert pings(after) == []
    assert mia.user in unpinged.members
    assert noa.user in after.members


# -- F23, F29: what is said where


async def test_f23_nothing_to_sum_up_is_said_at_the_press_to_who_pressed(stage: Stage) -> None:
    mia = stage.member("mia")
    thread = await stage.reviewed(mia)
    numbers = next(message for message in thread.messages if message.components)
    before = len(thread.messages)

    for _ in range(3):
        refused = await stage.refusal(await mia.click(numbers, "earshot:summary:"))
        assert "nothing new to sum up" in refused.content
    await stage.answer_to(thread, await mia.send(thread, "how loud is it?"))

    assert len(thread.messages) == before + 2


async def test_f29_in_ones_own_post_the_feedback_is_below(stage: Stage) -> None:
    mia = stage.member("mia")
    post = stage.guild.add_forum_post(stage.guild.add_forum("own-posts"), mia, "my track")
    await mia.send(post, "here it is")

    interaction = await mia.slash(post, "feedback", MASTER, files={"track": stage.track()})
    text = await stage.final_text(interaction)

    assert "The feedback is below." in text
    assert "<#" not in text
    assert post.name == "my track"


# -- F28: words


async def said(stage: Stage, interaction: Any) -> Any:
    """What an interaction shows, to everybody or to one."""
    return await stage.discord.wait_until(
        lambda: next((m for m in interaction.responses if m.content and not m.thinking), None), timeout=60.0
    )


async def test_f28_a_file_without_an_ending_and_unknown_genres_get_fitting_words(stage: Stage) -> None:
    mia, channel = stage.member("mia"), stage.channel()

    bare = await mia.slash(channel, "feedback", MASTER, files={"track": ("bounce", b"hello", "audio/mpeg")})
    assert "no ending" not in (await stage.refusal(bare)).content
    assert "no extension" in (await stage.refusal(bare)).content
    suggestions = set()
    for genre in ("drun and bas", "tehcno", "ambeint"):
        refused = await mia.slash(channel, "feedback", {**MASTER, "genre": genre}, files={"track": stage.track()})
        suggestions.add((await stage.refusal(refused)).content.split("Did you mean: ")[1])
    assert len(suggestions) == 3
    assert "Drum & bass" in next(one for one in suggestions if "rum" in one).replace("drum & bass", "Drum & bass")
    await stage.nothing_public(channel)


@pytest.mark.parametrize("topic", ["dither", "EQ", "gain staging"])
async def test_f28_explain_explains_what_was_asked_or_says_so_to_the_asker(stage: Stage, topic: str) -> None:
    shown = await said(stage, await stage.member().slash(stage.channel(), "explain", {"topic": topic}))

    assert "Kick against bass" not in shown.content
    if "I have nothing on" in shown.content:
        assert shown.ephemeral
    else:
        assert topic.casefold().split()[0] in shown.content.casefold()


# -- F32: other people's tracks


async def test_f32_a_server_can_keep_the_menu_to_ones_own_tracks(stage: Stage) -> None:
    strict = another_guild(stage, "Strict")
    mia, noa, channel = strict.member("mia"), strict.member("noa"), strict.channel()
    message = await mia.send(channel, "wip", files=[strict.track()])
    assert (await noa.context_menu(channel, "Get mix feedback", message)).modal

    refused = await strict.refusal(await noa.slash(channel, "server others", {"use": "off"}))
    await strict.refusal(await strict.manager().slash(channel, "server others", {"use": "off"}))
    foreign = await noa.context_menu(channel, "Get mix feedback", message)
    own = await mia.context_menu(channel, "Get mix feedback", message)

    assert "may manage this server" in refused.content
    assert foreign.modal is None
    assert "somebody else's track" in (await strict.refusal(foreign)).content
    assert own.modal


# -- F33: settings of a server


async def test_f33_who_may_not_manage_the_server_hears_so_alone_and_sees_what_is_set(stage: Stage) -> None:
    mia, channel = stage.member("mia"), stage.channel()

    for command in ("server notify", "server others", "server model", "server ideas"):
        refused = await stage.refusal(await mia.slash(channel, command, {"use": "off"}))
        assert "may manage this server" in refused.content
    shown = await stage.refusal(await mia.slash(channel, "server show", {}))

    assert "Mention members when their review is there**: on" in shown.content
    await stage.nothing_public(channel)


# -- /report


async def test_f11_report_hands_over_the_latest_review_to_its_owner_alone(stage: Stage) -> None:
    mia, noa, elsewhere = stage.member("mia"), stage.member("noa"), stage.channel()
    thread = await stage.reviewed(mia)
    await mia.send(thread, "", files=[stage.clean_track()])
    await stage.pdfs(thread, 2)

    none = await stage.refusal(await noa.slash(elsewhere, "report", {}))
    interaction = await mia.slash(elsewhere, "report", {})
    handed = await stage.discord.wait_until(
        lambda: next((m for m in interaction.responses if m.attachments), None), timeout=60.0
    )

    assert "no review here yet" in none.content
    assert all(message.ephemeral for message in interaction.responses)
    assert "version 2" in "\n".join(message.content for message in interaction.responses)
    assert handed.attachments[0].data.startswith(b"%PDF-")
    await stage.nothing_public(elsewhere)


# -- F13: without the intent


async def test_f13_without_the_intent_the_hint_comes_once_and_later_messages_are_marked(tmp_path: Any) -> None:
    from tests.support.processes.bot_process import BotProcess

    async with LoopbackDiscord(message_content_enabled=False) as discord:
        guild = discord.add_guild("Producers")
        async with BotProcess(tmp_path, discord.environment()) as bot:
            await bot.ready(discord)
            stage = Stage(discord, bot, guild)
            owner = stage.member("owner")
            thread = await stage.reviewed(owner)

            await owner.send(thread, "", sticker="wave")
            hinted = await owner.send(thread, "thanks!")
            hint = await stage.answer_to(thread, hinted)
            withheld = [await owner.send(thread, "how loud?"), await owner.send(thread, "", files=[stage.track()])]
            numbers = stage.numbers(thread)
            withheld.append(await owner.send(thread, "how loud is it?", reply_to=numbers, ping_reply=False))
            for message in withheld:
                await stage.reacted(message, "❔")
            await owner.send(thread, "", mention_bot=True)
            await owner.send(thread, "turned it down", files=[stage.clean_track()], mention_bot=True)
            names = await stage.pdfs(thread, 2)

        assert "message-content intent" in hint.content
        assert sum("message-content intent" in message.content for message in thread.messages) == 1
        assert names[1] == "earshot-track-1-v2.pdf"
        discord.assert_clean()


async def test_a_name_that_a_moderator_gave_stays(stage: Stage) -> None:
    mia = stage.member("mia")
    thread = await stage.reviewed(mia)
    await stage.discord.rename(thread, "Mia, summer single")

    await mia.send(thread, "", files=[stage.track("v2.mp3")])
    await stage.pdfs(thread, 2)
    question = await mia.send(thread, "how loud is it?")
    await stage.answer_to(thread, question)

    assert thread.name == "Mia, summer single"
