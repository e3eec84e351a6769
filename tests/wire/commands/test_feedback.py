"""The main job over the wire: the real bot process, unmodified discord.py, a loopback Discord."""

import re

import pytest

from tests.wire.stage import Stage

pytestmark = pytest.mark.wire

OPTIONS = {"type": "master", "genre": "house"}


async def test_from_upload_to_thread_to_answer(stage: Stage) -> None:
    channel, mia = stage.channel(), stage.member("mia")

    interaction = await mia.slash(channel, "feedback", OPTIONS, files={"track": stage.track("secret name.mp3")})
    thread = await stage.discord.wait_for_thread(channel)
    await stage.report_in(thread)

    shown = stage.discord.transcript(thread)
    assert re.fullmatch(rf"{mia.user.name} · #\d+ v1 · House / tech house", thread.name)
    assert "secret name" not in shown
    assert "secret name" not in stage.discord.transcript(channel)
    assert "LUFS" in shown
    assert "First step:" in shown
    pdf = next(a for m in thread.messages for a in m.attachments)
    assert pdf.data.startswith(b"%PDF-")
    assert f"<#{thread.id}>" in await stage.final_text(interaction)

    question = await mia.send(thread, "how loud is it?")
    answer = await stage.answer_to(thread, question)
    assert "LUFS" in answer.content


async def test_a_command_outside_threads_permission_is_answered_in_the_channel(stage: Stage) -> None:
    channel, mia = stage.channel(deny=["CREATE_PUBLIC_THREADS"]), stage.member()

    interaction = await mia.slash(channel, "feedback", OPTIONS, files={"track": stage.track()})
    await stage.report_in(channel)

    assert "First step:" in stage.discord.transcript(channel)
    assert "Create Public Threads" in await stage.final_text(interaction)


async def test_permission_that_vanishes_while_measuring_loses_nothing(stage: Stage) -> None:
    channel, mia = stage.channel(), stage.member()
    stage.discord.faults.fail("POST", r"/channels/\d+/messages/\d+/threads", 403, json_code=50013, times=1)

    await mia.slash(channel, "feedback", OPTIONS, files={"track": stage.track()})
    await stage.report_in(channel)

    assert "First step:" in stage.discord.transcript(channel)


@pytest.mark.parametrize("code", [10015, 50027])
async def test_an_expired_token_loses_nothing(stage: Stage, code: int) -> None:
    channel, mia = stage.channel(), stage.member()

    interaction = await mia.slash(channel, "feedback", OPTIONS, files={"track": stage.track()})
    stage.discord.expire_token(interaction, json_code=code)
    thread = await stage.discord.wait_for_thread(channel)
    await stage.report_in(thread)

    assert f"<#{thread.id}>" in await stage.final_text(interaction)


async def test_rate_limits_and_outages_are_waited_out(stage: Stage) -> None:
    channel, mia = stage.channel(), stage.member()
    stage.discord.faults.fail("POST", r"/channels/\d+/messages$", 429, times=2)
    stage.discord.faults.fail("POST", r"/channels/\d+/messages$", 502, times=1)

    await mia.slash(channel, "feedback", OPTIONS, files={"track": stage.track()})
    thread = await stage.discord.wait_for_thread(channel)
    await stage.report_in(thread)

    texts = [message.content for message in thread.messages]
    assert sum("First step:" in text for text in texts) == 1


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("notes.txt", b"hello", "WAV"),
        ("song.mp3", b"", "empty"),
        ("song.mp3", b"this is not audio at all " * 40, "audio"),
    ],
)
async def test_bad_uploads_get_one_clear_sentence_for_the_asker_only(
    stage: Stage, name: str, data: bytes, words: str
) -> None:
    channel, mia = stage.channel(), stage.member()

    interaction = await mia.slash(channel, "feedback", OPTIONS, files={"track": (name, data, "audio/mpeg")})
    message = await stage.refusal(interaction)

    assert words in message.content
    assert message.ephemeral
    assert "Traceback" not in message.content
    await stage.nothing_public(channel)


async def test_an_unknown_genre_is_refused_with_the_nearest(stage: Stage) -> None:
    channel, mia = stage.channel(), stage.member()

    interaction = await mia.slash(
        channel, "feedback", {"type": "master", "genre": "hause"}, files={"track": stage.track()}
    )
    message = await stage.refusal(interaction)

    assert "house" in message.content.lower()
    assert message.ephemeral


async def test_autocomplete_knows_short_forms(stage: Stage) -> None:
    choices = await stage.member().autocomplete(stage.channel(), "feedback", "genre", "dnb", {"type": "master"})

    assert any("rum" in choice["name"] for choice in choices)
    assert len(choices) <= 25


async def test_a_replayed_interaction_makes_one_thread(stage: Stage) -> None:
    channel, mia = stage.channel(), stage.member()

    interaction = await mia.slash(channel, "feedback", OPTIONS, files={"track": stage.track()})
    await stage.discord.replay(interaction)
    thread = await stage.discord.wait_for_thread(channel)
    await stage.report_in(thread)

    assert len(channel.threads) == 1
    assert sum("First step:" in message.content for message in thread.messages) == 1


async def test_in_a_thread_it_answers_in_place(stage: Stage) -> None:
    channel, mia = stage.channel(), stage.member()
    post = stage.guild.add_forum_post(stage.guild.add_forum("feedback-forum"), mia, "my track")

    await mia.slash(post, "feedback", OPTIONS, files={"track": stage.track()})
    await stage.report_in(post)

    question = await mia.send(post, "what key is it in?")
    assert (await stage.answer_to(post, question)).content
    assert channel.threads == []


async def test_in_a_direct_message(stage: Stage) -> None:
    mia = stage.member()
    dm = mia.dm()

    await mia.slash(dm, "feedback", OPTIONS, files={"track": stage.track()})
    await stage.report_in(dm)

    question = await mia.send(dm, "what should I fix first?")
    assert (await stage.answer_to(dm, question)).content


async def test_the_context_menu_asks_for_the_rest(stage: Stage) -> None:
    channel, mia = stage.channel(), stage.member()
    message = await mia.send(channel, "what do you think?", files=[stage.track()])

    shown = await mia.context_menu(channel, "Get mix feedback", message)
    await mia.submit_modal(shown, {"type": "mixdown", "genre": "house", "detail": "simple", "focus": ""})
    thread = await stage.discord.wait_for_thread(channel)
    await stage.report_in(thread)

    assert "Mixdown tips" in stage.discord.transcript(thread)


async def test_a_new_bounce_in_the_thread_is_the_next_version(stage: Stage) -> None:
    channel, mia = stage.channel(), stage.member()
    await mia.slash(channel, "feedback", OPTIONS, files={"track": stage.track()})
    thread = await stage.discord.wait_for_thread(channel)
    await stage.report_in(thread)

    await mia.send(thread, "", files=[stage.clean_track()])
    await stage.discord.wait_for_message(thread, lambda m: "Since the last version" in m.content)

    assert len(channel.threads) == 1


async def test_nobody_but_the_asker_is_pinged_and_that_once(stage: Stage) -> None:
    channel, mia = stage.channel(), stage.member()

    await mia.slash(
        channel,
        "feedback",
        {**OPTIONS, "focus": "@everyone <@&1> [x](https://evil.example)"},
        files={"track": stage.track("@everyone.mp3")},
    )
    thread = await stage.discord.wait_for_thread(channel)
    await stage.report_in(thread)

    assert [message.pinged for message in thread.messages if message.pinged] == [{mia.user.id}]
    assert mia.user.id in {user.id for user in thread.members}
