"""Forms of several people at once, and forms that were open while the bot was away (faults F1 and F18)."""

import re

import pytest

from tests.wire.process.lives import own_stage
from tests.wire.stage import Stage

pytestmark = pytest.mark.wire

ENTERED = {"type": "master", "genre": "house", "detail": "simple", "focus": ""}
QUESTION = {"question": "how loud is it?"}


def _loudness(text: str) -> str:
    """The first loudness in a text, without its sign."""
    found = re.search(r"(\d+(?:\.\d+)?)\s*LUFS", text)
    assert found is not None, text
    return found[1]


def _measured(thread) -> str:
    """The loudness in the table under a review."""
    message = next(message for message in thread.messages if message.embeds)
    return _loudness("\n".join(field["value"] for field in message.embeds[0]["fields"]))


async def test_f01_two_people_with_the_same_track_form_get_each_their_own(stage: Stage) -> None:
    discord = stage.discord
    mia, channel = stage.member("mia"), stage.channel()
    elsewhere = discord.add_guild("Another server")
    kai, foreign = elsewhere.add_member("kai"), elsewhere.add_text_channel("mixes")
    ours = await mia.send(channel, "mine", files=[stage.track("mias unreleased.mp3")])
    theirs = await kai.send(foreign, "mine", files=[stage.clean_track("kais unreleased.mp3")])

    form_of_mia = await mia.context_menu(channel, "Get mix feedback", ours)
    form_of_kai = await kai.context_menu(foreign, "Get mix feedback", theirs)
    sent_by_mia = await mia.submit_modal(form_of_mia, ENTERED)
    thread = await discord.wait_for_thread(channel)
    await stage.report_in(thread)

    assert not sent_by_mia.failed
    assert "kais unreleased.mp3" not in [name for name, _ in discord.cdn.downloads]
    assert not foreign.threads
    sent_by_kai = await kai.submit_modal(form_of_kai, ENTERED)
    thread_of_kai = await discord.wait_for_thread(foreign)
    await stage.report_in(thread_of_kai)
    assert not sent_by_kai.failed
    assert len(channel.threads) == 1
    assert _measured(thread) != _measured(thread_of_kai)


async def test_f01_two_people_with_the_same_question_form_are_answered_about_their_own_track(stage: Stage) -> None:
    mia, kai = stage.member("mia"), stage.member("kai")
    thread_of_mia = await stage.reviewed(mia)
    thread_of_kai = await stage.reviewed(kai, track=stage.clean_track())

    form_of_mia = await mia.click(stage.numbers(thread_of_mia), "earshot:ask:")
    form_of_kai = await kai.click(stage.numbers(thread_of_kai), "earshot:ask:")
    await mia.submit_modal(form_of_mia, QUESTION)
    answer = await stage.discord.wait_for_message(thread_of_mia, lambda m: "asked:" in m.content)
    sent_by_kai = await kai.submit_modal(form_of_kai, QUESTION)
    other = await stage.discord.wait_for_message(thread_of_kai, lambda m: "asked:" in m.content)

    assert not sent_by_kai.failed
    assert _measured(thread_of_mia) != _measured(thread_of_kai)
    assert _loudness(answer.content) == _measured(thread_of_mia)
    assert _loudness(other.content) == _measured(thread_of_kai)


async def test_f18_forms_that_were_open_over_a_restart_still_work(tmp_path) -> None:
    async with own_stage(tmp_path) as stage:
        mia, channel, menu_channel = stage.member("mia"), stage.channel(), stage.channel()
        thread = await stage.reviewed(mia, channel)
        posted = await mia.send(menu_channel, "mine", files=[stage.clean_track()])
        question_form = await mia.click(stage.numbers(thread), "earshot:ask:")
        track_form = await mia.context_menu(menu_channel, "Get mix feedback", posted)
        confirmation = (await mia.slash(channel, "privacy delete", {})).responses[0]

        await stage.restart()
        asked = await mia.submit_modal(question_form, QUESTION)
        answer = await stage.discord.wait_for_message(thread, lambda m: "asked:" in m.content)
        sent_in = await mia.submit_modal(track_form, ENTERED)
        await stage.report_in(await stage.discord.wait_for_thread(menu_channel))
        pressed = await mia.click(confirmation, "earshot:wipe")
        await stage.discord.wait_until(lambda: "deleted" in confirmation.content)

        assert not asked.failed
        assert not sent_in.failed
        assert not pressed.failed
        assert _loudness(answer.content) == _measured(thread)


async def test_an_upload_whose_form_was_sent_is_taken_once(stage: Stage) -> None:
    """Start pressed twice: both forms are open before the first is sent."""
    mia, channel = stage.member("mia"), stage.channel()
    slow = stage.discord.cdn.drip(64 * 1024, 0.2, file="twice.mp3", times=None)
    posted = await mia.send(channel, "", files=[stage.track("twice.mp3")], mention_bot=True)
    start = await stage.answer_to(channel, posted)
    forms = [await mia.click(start, "earshot:start:") for _ in range(2)]

    first, second = [await mia.submit_modal(form, ENTERED) for form in forms]
    assert "already" in (await stage.refusal(second)).content
    slow.lift()
    thread = await stage.discord.wait_for_thread(channel)
    await stage.report_in(thread)
    await stage.final_text(first)
    assert channel.threads == [thread]
