"""Acknowledgements in doubt, and events that come more than once (faults F16, F22)."""

import pytest

from tests.wire.process.lives import own_stage
from tests.wire.stage import MASTER, Stage

pytestmark = pytest.mark.wire

CALLBACK = r"/interactions/\d+/[^/]+/callback"
WRONG = "Something went wrong"
TOO_LONG = "how loud is it? " * 100


@pytest.mark.parametrize(("status", "after_effect"), [(0, False), (0, True), (500, True)], ids=str)
async def test_f16_a_command_whose_acknowledgement_is_in_doubt_is_done(
    stage: Stage, status: int, after_effect: bool
) -> None:
    mia, channel = stage.member("mia"), stage.channel()
    stage.discord.faults.fail("POST", CALLBACK, status, after_effect=after_effect)

    interaction = await mia.slash(channel, "feedback", MASTER, files={"track": stage.track()})
    thread = await stage.discord.wait_for_thread(channel)
    await stage.report_in(thread)

    assert not interaction.failed
    assert f"<#{thread.id}>" in await stage.final_text(interaction)
    assert WRONG not in "".join(message.content for message in interaction.responses)
    assert len(channel.threads) == 1


@pytest.mark.parametrize(("status", "after_effect"), [(0, False), (0, True), (500, True)], ids=str)
async def test_f16_so_is_a_question_by_form(stage: Stage, status: int, after_effect: bool) -> None:
    mia = stage.member("mia")
    thread = await stage.reviewed(mia)
    form = await mia.click(stage.numbers(thread), "earshot:ask:")
    stage.discord.faults.fail("POST", CALLBACK, status, after_effect=after_effect)

    sent = await mia.submit_modal(form, {"question": "how loud is it?"})
    await stage.discord.wait_for_message(thread, lambda m: "asked:" in m.content)

    assert not sent.failed
    assert WRONG not in "".join(message.content for message in sent.responses)


async def test_f16_killed_before_the_acknowledgement_nothing_comes_in_public(tmp_path) -> None:
    async with own_stage(tmp_path) as stage:
        mia, channel = stage.member("mia"), stage.channel()
        stage.discord.faults.on_request("POST", CALLBACK, stage.bot.kill_in_hook, drop=True)
        interaction = await mia.slash(channel, "feedback", MASTER, files={"track": stage.track()})
        assert interaction.failed
        await stage.bot.kill()

        stage.age("jobs", "created_at", minutes=2)
        await stage.start()
        await stage.wait_for_count(0, "SELECT count(*) FROM jobs WHERE state NOT IN ('done', 'failed')")
        kai = stage.member("kai")
        await stage.reviewed(kai)

        assert not channel.messages
        assert not channel.threads
        assert stage.count("SELECT count(*) FROM reviews WHERE owner_id = ?", mia.user.id) == 0


async def test_f16_killed_after_the_acknowledgement_the_review_comes(tmp_path) -> None:
    async with own_stage(tmp_path) as stage:
        mia, channel = stage.member("mia"), stage.channel()
        stage.discord.faults.on_request("POST", CALLBACK, stage.bot.kill_in_hook, after_effect=True)
        interaction = await mia.slash(channel, "feedback", MASTER, files={"track": stage.track()})
        assert not interaction.failed
        await stage.bot.kill()

        stage.age("jobs", "created_at", minutes=2)
        await stage.start()
        thread = await stage.discord.wait_for_thread(channel, timeout=120.0)
        await stage.report_in(thread)

        assert f"<#{thread.id}>" in await stage.final_text(interaction)
        assert len(channel.threads) == 1


async def test_f22_a_message_whose_event_comes_three_times_is_refused_once(stage: Stage) -> None:
    mia = stage.member("mia")
    thread = await stage.reviewed(mia)

    stage.discord.gateway.duplicate_next("MESSAGE_CREATE", 2)
    refused = await mia.send(thread, TOO_LONG)
    stage.discord.gateway.duplicate_next("MESSAGE_CREATE", 2)
    asked = await mia.send(thread, "how loud is it?")
    await stage.answer_to(thread, asked)
    last = await mia.send(thread, "what key is it in?")
    await stage.answer_to(thread, last)

    assert [len(stage.answers(thread, message)) for message in (refused, asked, last)] == [1, 1, 1]


async def test_f22_a_command_a_press_and_a_form_whose_events_come_twice_are_done_once(stage: Stage) -> None:
    mia = stage.member("mia")
    thread = await stage.reviewed(mia)
    repeated = stage.discord.gateway.duplicate_next

    repeated("INTERACTION_CREATE", 1)
    handed = await mia.slash(thread, "report", {})
    await stage.discord.wait_until(lambda: any(m.attachments for m in handed.responses))
    repeated("INTERACTION_CREATE", 1)
    pressed = await mia.click(stage.numbers(thread), "earshot:report:")
    await stage.discord.wait_until(lambda: any(m.attachments for m in pressed.responses))
    form = await mia.click(stage.numbers(thread), "earshot:ask:")
    repeated("INTERACTION_CREATE", 1)
    sent = await mia.submit_modal(form, {"question": "how loud is it?"})
    await stage.discord.wait_for_message(thread, lambda m: "asked:" in m.content)
    await stage.answer_to(thread, await mia.send(thread, "what key is it in?"))

    for interaction in (handed, pressed):
        assert sum(bool(message.attachments) for message in interaction.responses) == 1
    assert len(sent.responses) == 1
    assert sum("asked:" in message.content for message in thread.messages) == 1
