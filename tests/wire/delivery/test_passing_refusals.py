"""Answers of Discord's that pass (a bare 401, 403 or 404), and a thread that is refused for any reason."""

import pytest

from tests.wire.stage import MASTER, Stage

pytestmark = pytest.mark.wire

THREADS = r"/channels/\d+/messages/\d+/threads"
POSTS = r"/channels/\d+/messages$"
HOW_LOUD = "how loud is it?"


async def test_a_refusal_without_a_code_gives_nothing_up(stage: Stage) -> None:
    """The bot's token is being renewed, or something in front of Discord answers: it is tried again."""
    mia, channel = stage.member("mia"), stage.channel()
    for status in (401, 403, 404):
        stage.discord.faults.fail("POST", THREADS, status)
        stage.discord.faults.fail("POST", POSTS, status)

    asked = await mia.slash(channel, "feedback", MASTER, files={"track": stage.track()})
    thread = await stage.discord.wait_for_thread(channel)
    await stage.report_in(thread)

    assert f"<#{thread.id}>" in await stage.final_text(asked)
    assert not mia.dm().messages
    assert not channel.messages[1:]

    for status in (401, 403, 404):
        stage.discord.faults.fail("POST", POSTS, status)
    question = await mia.send(thread, HOW_LOUD)
    await stage.answer_to(thread, question)
    assert not mia.dm().messages


@pytest.mark.parametrize("code", [50035, 200000])
async def test_a_review_without_its_thread_belongs_to_the_channel_it_is_in(stage: Stage, code: int) -> None:
    """Discord, or the server's filter of words, refuses the thread's name: the member's own is in it."""
    mia, kai, channel = stage.member("mia"), stage.member("kai"), stage.channel()
    stage.discord.faults.fail("POST", THREADS, 400, json_code=code)

    asked = await mia.slash(channel, "feedback", MASTER, files={"track": stage.track()})
    await stage.report_in(channel)
    assert "The feedback is below" in await stage.final_text(asked)

    form = await kai.click(stage.numbers(channel), "earshot:ask:")
    sent = await kai.submit_modal(form, {"question": HOW_LOUD})
    assert not sent.failed
    await stage.discord.wait_until(lambda: any("asked:" in message.content for message in channel.messages))
    reply = await kai.send(channel, HOW_LOUD, reply_to=stage.numbers(channel))
    await stage.answer_to(channel, reply)
    assert not [message for message in sent.responses if "somebody else's" in message.content]
