"""Follow-ups over the wire: who is answered, what is remembered, what can be taken back."""

import asyncio
import json

import pytest

from tests.wire.stage import Stage

pytestmark = pytest.mark.wire


async def _thread(stage: Stage, member):
    channel = stage.channel()
    await member.slash(channel, "feedback", {"type": "master", "genre": "house"}, files={"track": stage.track()})
    thread = await stage.discord.wait_for_thread(channel)
    await stage.report_in(thread)
    return thread


def _answers(thread, question) -> list:
    return [message for message in thread.messages if message.reference_id == question.id and message.author.bot]


async def test_the_owner_just_writes_and_others_must_address_the_bot(stage: Stage) -> None:
    owner, guest = stage.member("owner"), stage.member("guest")
    thread = await _thread(stage, owner)

    chatter = await guest.send(thread, "nice track!")
    to_guest = await owner.send(thread, "thanks, what do you use?", mentions=[guest])
    reply_to_guest = await owner.send(thread, "really?", reply_to=chatter)
    asked = await guest.send(thread, "what is the true peak?", mention_bot=True)
    answer = await stage.answer_to(thread, asked)
    replied = await guest.send(thread, "and the tempo?", reply_to=answer)
    await stage.answer_to(thread, replied)
    last = await owner.send(thread, "how wide is it?")
    await stage.answer_to(thread, last)

    assert "dBTP" in answer.content
    assert not _answers(thread, chatter)
    assert not _answers(thread, to_guest)
    assert not _answers(thread, reply_to_guest)


async def test_a_question_by_button_is_quoted_and_answered(stage: Stage) -> None:
    owner = stage.member("owner")
    thread = await _thread(stage, owner)
    numbers = next(message for message in thread.messages if message.components)

    form = await owner.click(numbers, "earshot:ask:")
    sent = await owner.submit_modal(form, {"question": "is the bass too wide?"})
    answer = await stage.discord.wait_for_message(thread, lambda m: "asked:" in m.content)

    assert "is the bass too wide?" in answer.content
    assert f"<@{owner.user.id}>" in answer.content
    assert sent.responses[0].ephemeral


async def test_after_four_questions_it_sums_up(stage: Stage) -> None:
    owner = stage.member("owner")
    thread = await _thread(stage, owner)

    for text in ("how loud is it?", "what about the bass?", "is it mono compatible?", "what key?"):
        await stage.answer_to(thread, await owner.send(thread, text))
    summary = await stage.discord.wait_for_message(thread, lambda m: "Where we are" in m.content)

    assert "(summary 1)" in summary.content
    assert "loudness" in summary.content


async def test_a_summary_on_demand_needs_something_to_sum_up(stage: Stage) -> None:
    owner = stage.member("owner")
    thread = await _thread(stage, owner)
    numbers = next(message for message in thread.messages if message.components)

    pressed = await owner.click(numbers, "earshot:summary:")
    refused = await stage.refusal(pressed)

    assert "nothing new to sum up" in refused.content
    assert "to sum up" not in stage.discord.transcript(thread)


async def test_the_report_button_hands_over_the_conversation(stage: Stage) -> None:
    owner = stage.member("owner")
    thread = await _thread(stage, owner)
    await stage.answer_to(thread, await owner.send(thread, "how loud is it?"))
    numbers = next(message for message in thread.messages if message.components)

    pressed = await owner.click(numbers, "earshot:report:")
    handed = await stage.discord.wait_until(lambda: next((m for m in pressed.responses if m.attachments), None))

    assert handed.attachments[0].data.startswith(b"%PDF-")


async def test_members_see_and_delete_what_is_stored(stage: Stage) -> None:
    owner, channel = stage.member("owner"), stage.channel()
    thread = await _thread(stage, owner)
    await stage.answer_to(thread, await owner.send(thread, "how loud is it, canary?"))

    shown = await owner.slash(channel, "privacy show", {})
    assert "24 hours" in shown.responses[0].content
    exported = await owner.slash(channel, "privacy export", {})
    file = await stage.discord.wait_until(lambda: next((m for m in exported.responses if m.attachments), None))
    assert "canary" in json.dumps(json.loads(file.attachments[0].data))

    asked = await owner.slash(channel, "privacy delete", {})
    await owner.click(asked.responses[0], "earshot:wipe")
    await stage.discord.wait_until(lambda: "deleted" in asked.responses[0].content)
    again = await owner.slash(channel, "privacy export", {})
    file = await stage.discord.wait_until(lambda: next((m for m in again.responses if m.attachments), None))
    assert "canary" not in json.dumps(json.loads(file.attachments[0].data))


async def test_a_deleted_thread_takes_its_conversation_along(stage: Stage) -> None:
    owner = stage.member("owner")
    thread = await _thread(stage, owner)

    await stage.discord.delete_thread(thread)
    other = await _thread(stage, owner)

    assert (await stage.answer_to(other, await owner.send(other, "how loud?"))).content


async def test_of_two_who_ask_for_a_summary_at_once_the_second_is_told_alone(stage: Stage) -> None:
    owner, other = stage.member("owner"), stage.member("other")
    thread = await _thread(stage, owner)
    await stage.answer_to(thread, await owner.send(thread, "how loud is it?"))
    numbers = stage.numbers(thread)

    pressed = await asyncio.gather(owner.click(numbers, "earshot:summary:"), other.click(numbers, "earshot:summary:"))
    refused = await stage.discord.wait_until(
        lambda: [m for one in pressed for m in one.responses if "nothing new to sum up" in m.content]
    )

    assert refused[0].ephemeral
    assert "to sum up" not in stage.discord.transcript(thread)
