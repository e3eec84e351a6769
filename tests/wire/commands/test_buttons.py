"""Buttons and forms that cannot do what they are for say so, in time, to whoever used them (faults F7, F26)."""

import asyncio

import pytest

from tests.wire.process.lives import OwnStage, own_stage
from tests.wire.stage import MASTER, Stage

pytestmark = pytest.mark.wire

QUESTION = {"question": "how loud is it?"}

WAITING = 5
"""Requests that one member may have waiting."""

ANSWER_S = 3.0
"""Discord waits so long."""

BUTTONS = ("earshot:ask:", "earshot:summary:", "earshot:report:")


async def _said(stage: Stage, interaction) -> str:
    """The sentence that only the presser sees."""
    assert not interaction.failed
    message = await stage.discord.wait_until(
        lambda: next((m for m in interaction.responses if m.ephemeral and m.content), None)
    )
    assert not message.attachments
    return message.content


async def _used(stage: Stage, member, message, button: str) -> str:
    """Press a button, fill in the form if it has one, and read what comes of it."""
    pressed = await member.click(message, button)
    if pressed.modal is not None:
        pressed = await member.submit_modal(pressed, QUESTION)
    return await _said(stage, pressed)


def _fill_queue(stage: OwnStage) -> None:
    """Five requests for a summary wait: none of them begins before tomorrow."""
    with stage.database() as connection:
        tenant, owner = connection.execute("SELECT tenant_id, owner_id FROM jobs").fetchone()
        for number in range(WAITING):
            connection.execute(
                "INSERT INTO jobs (id, kind, key, tenant_id, owner_id, state, payload, created_at, attempts)"
                " VALUES (?, 'summary', ?, ?, ?, 'received', '{}', datetime('now', '+1 day'), 0)",
                (f"waiting-{number}", f"waiting:{number}", tenant, owner),
            )


async def test_f07_the_sixth_summary_is_refused_with_a_sentence(tmp_path) -> None:
    async with own_stage(tmp_path) as stage:
        mia = stage.member("mia")
        thread = await stage.reviewed(mia)
        await stage.answer_to(thread, await mia.send(thread, "how loud is it?"))
        _fill_queue(stage)

        text = await _used(stage, mia, stage.numbers(thread), "earshot:summary:")

        assert "waiting" in text


async def test_f26_a_busy_database_is_said_in_time_everywhere(tmp_path) -> None:
    async with own_stage(tmp_path) as stage:
        mia, manager, channel = stage.member("mia"), stage.manager(), stage.channel()
        thread = await stage.reviewed(mia)
        await stage.answer_to(thread, await mia.send(thread, "what key is it in?"))
        posted = await mia.send(channel, "mine", files=[stage.clean_track()])
        question_form = await mia.click(stage.numbers(thread), "earshot:ask:")
        track_form = await mia.context_menu(channel, "Get mix feedback", posted)

        with stage.busy_database():
            used = await asyncio.gather(
                mia.submit_modal(question_form, QUESTION),
                mia.click(stage.numbers(thread), "earshot:summary:"),
                mia.submit_modal(track_form, {**MASTER, "detail": "simple", "focus": ""}),
                mia.context_menu(channel, "Get mix feedback", posted),
                mia.slash(channel, "feedback", MASTER, files={"track": stage.track()}),
                mia.slash(channel, "privacy notify", {"mention": "off"}),
                manager.slash(channel, "target remove", {"name": "ours"}),
                manager.slash(channel, "server others", {"use": "off"}),
            )
            said = [await _said(stage, interaction) for interaction in used]
            handed = await mia.click(stage.numbers(thread), "earshot:report:")
            await stage.discord.wait_until(lambda: any(m.attachments for m in handed.responses))
        later = await mia.send(thread, "and the tempo?")
        await stage.answer_to(thread, later)

        assert all("database" in text.lower() for text in said), said
        assert all(i.acknowledged_at - i.created_at < ANSWER_S for i in used)
        assert not any("asked:" in message.content for message in thread.messages)
        assert not channel.threads


async def test_f07_the_delete_confirmation_says_that_the_database_is_busy(tmp_path) -> None:
    async with own_stage(tmp_path) as stage:
        mia = stage.member("mia")
        thread = await stage.reviewed(mia)
        asked = await mia.slash(thread, "privacy delete", {})

        with stage.busy_database():
            pressed = await mia.click(asked.responses[0], "earshot:wipe")
            text = await stage.discord.wait_until(
                lambda: next((m.content for m in pressed.responses if "database" in m.content.lower()), None)
            )

        assert not pressed.failed
        assert "try again" in text


async def test_f07_buttons_after_privacy_delete_answer_whoever_presses(stage: Stage) -> None:
    mia = stage.member("mia")
    thread = await stage.reviewed(mia)
    asked = await mia.slash(thread, "privacy delete", {})
    await mia.click(asked.responses[0], "earshot:wipe")
    await stage.discord.wait_until(lambda: "deleted" in asked.responses[0].content)

    for button in BUTTONS:
        pressed = await mia.click(stage.numbers(thread), button)
        assert pressed.modal is None  # nobody is let type a question that is refused afterwards
        assert "no such" in await _said(stage, pressed)


async def test_f07_a_form_of_a_deleted_thread_is_answered(stage: Stage) -> None:
    mia = stage.member("mia")
    thread = await stage.reviewed(mia)
    form = await mia.click(stage.numbers(thread), "earshot:ask:")
    await stage.discord.delete_thread(thread)
    await stage.answer_to(other := await stage.reviewed(mia), await mia.send(other, "how loud is it?"))

    sent = await mia.submit_modal(form, QUESTION)

    assert "no such" in await _said(stage, sent)


async def test_f07_another_servers_button_finds_nothing_and_says_so(stage: Stage) -> None:
    mia = stage.member("mia")
    thread = await stage.reviewed(mia)
    elsewhere = stage.discord.add_guild("Another server")
    kai = elsewhere.add_member("kai")
    foreign = await stage.reviewed(kai, elsewhere.add_text_channel("mixes"), stage.clean_track())
    before = len(thread.messages)

    stage.numbers(foreign).components = stage.numbers(thread).components
    for button in BUTTONS:
        assert "no such" in await _used(stage, kai, stage.numbers(foreign), button)

    assert len(thread.messages) == before
