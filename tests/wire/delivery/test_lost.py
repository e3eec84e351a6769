"""What cannot be delivered is told once, to its person, with the way to get it all the same (fault F11)."""

import pytest

from tests.wire.stage import MASTER, Stage

pytestmark = pytest.mark.wire

THREADS = r"/channels/\d+/messages/\d+/threads"
BY_TOKEN = r"/webhooks/\d+/[^/]+$"
QUESTION = {"question": "how loud is it?"}


async def _handed_over(stage: Stage, member, where) -> None:
    """`/report` hands the review over, for its owner alone."""
    asked = await member.slash(where, "report", {})
    await stage.discord.wait_until(lambda: any(message.attachments for message in asked.responses))
    assert all(message.ephemeral for message in asked.responses)
    assert any("First step:" in message.content for message in asked.responses)


def _told(interaction, member) -> list[str]:
    """Everything by which the member heard of `/report`."""
    messages = [*interaction.responses, *member.dm().messages]
    return [message.content for message in messages if "/report" in message.content]


async def test_f11_a_thread_that_is_deleted_as_it_opens_is_told_and_the_review_can_be_had(stage: Stage) -> None:
    mia, channel = stage.member("mia"), stage.channel()

    async def delete(_: object) -> None:
        await stage.discord.delete_thread(channel.threads[-1])

    stage.discord.faults.on_request("POST", THREADS, delete, after_effect=True)
    interaction = await mia.slash(channel, "feedback", MASTER, files={"track": stage.track()})
    await stage.discord.wait_until(lambda: _told(interaction, mia))

    assert "🔎" not in interaction.original.content
    assert "The feedback is" not in interaction.original.content
    await _handed_over(stage, mia, channel)
    assert len(_told(interaction, mia)) == 1


async def test_f11_without_a_token_and_a_permission_it_comes_by_direct_message(stage: Stage) -> None:
    mia, channel = stage.member("mia"), stage.channel(deny=["CREATE_PUBLIC_THREADS", "SEND_MESSAGES"])

    interaction = await mia.slash(channel, "feedback", MASTER, files={"track": stage.track()})
    stage.discord.expire_token(interaction)
    await stage.discord.wait_until(lambda: _told(interaction, mia))

    assert "The feedback is below" not in interaction.original.content
    await _handed_over(stage, mia, channel)
    assert len(_told(interaction, mia)) == 1


async def test_f11_a_pdf_over_the_limit_is_told(stage: Stage) -> None:
    mia, channel = stage.member("mia"), stage.channel()
    stage.discord.faults.fail("POST", r"/channels/\d+/messages$", 413, json_code=40005, skip=2)

    interaction = await mia.slash(channel, "feedback", MASTER, files={"track": stage.track()})
    thread = await stage.discord.wait_for_thread(channel)
    text = await stage.final_text(interaction)

    assert any("First step:" in message.content for message in thread.messages)
    assert not any(message.attachments for message in thread.messages)
    assert f"<#{thread.id}>" in text
    assert _says(thread.messages, TOO_LARGE)
    assert not _told(interaction, mia)
    await _handed_over(stage, mia, channel)


async def test_f11_a_question_in_a_locked_thread_is_answered_by_its_token(stage: Stage) -> None:
    mia = stage.member("mia")
    thread = await stage.reviewed(mia)
    form = await mia.click(stage.numbers(thread), "earshot:ask:")
    await stage.discord.lock(thread)

    sent = await mia.submit_modal(form, QUESTION)

    await stage.discord.wait_until(lambda: any("asked:" in message.content for message in sent.responses))
    assert not sent.failed
    assert not _told(sent, mia)


async def test_f11_where_no_token_helps_an_answer_in_a_locked_thread_is_not_promised_in_vain(stage: Stage) -> None:
    mia = stage.member("mia")
    thread = await stage.reviewed(mia)
    form = await mia.click(stage.numbers(thread), "earshot:ask:")
    await stage.discord.lock(thread)
    stage.discord.faults.fail("POST", BY_TOKEN, 404, json_code=10015, times=None)

    sent = await mia.submit_modal(form, QUESTION)
    await stage.discord.wait_until(lambda: _told(sent, mia))

    assert not sent.failed
    assert not any("asked:" in message.content for message in thread.messages)
    assert len(_told(sent, mia)) == 1


BROKEN = "no track.wav", b"no audio at all", "audio/wav"
UNSAID = "I could not say this where you asked"


def _told_directly(member) -> list[str]:
    return [message.content for message in member.dm().messages if UNSAID in message.content]


async def test_a_refusal_for_a_thread_that_was_deleted_comes_by_direct_message(stage: Stage) -> None:
    """A version of its owner's, and a guest's question that waits for it."""
    mia, kai = stage.member("mia"), stage.member("kai")
    thread = await stage.reviewed(mia)
    slow = stage.discord.cdn.drip(32 * 1024, 0.3, file="late.mp3", times=None)
    version = await mia.send(thread, "v2", files=[stage.track("late.mp3")])
    await stage.reacted(version, "👀")
    asked = await kai.send(thread, "how loud is it?", mention_bot=True)
    await stage.reacted(asked, "👀")
    await stage.discord.delete_thread(thread)
    slow.lift()

    for person in (mia, kai):
        await stage.discord.wait_until(lambda person=person: _told_directly(person))
        assert len(_told_directly(person)) == 1


async def test_a_refusal_for_a_locked_thread_comes_by_direct_message(stage: Stage) -> None:
    mia = stage.member("mia")
    thread = await stage.reviewed(mia)
    slow = stage.discord.cdn.drip(2, 0.2, file=BROKEN[0], times=None)
    version = await mia.send(thread, "v2", files=[BROKEN])
    await stage.reacted(version, "👀")
    await stage.discord.lock(thread)
    slow.lift()

    await stage.discord.wait_until(lambda: _told_directly(mia))
    assert "I can't find any audio in that file" in _told_directly(mia)[0]
    assert not stage.replies(version)[1:]


async def test_a_refusal_whose_waiting_message_is_gone_comes_by_direct_message(stage: Stage) -> None:
    """The command's token is dead and a moderator has deleted "thinking …": nothing is left to be changed."""
    mia, channel = stage.member("mia"), stage.channel()
    slow = stage.discord.cdn.drip(2, 0.2, file=BROKEN[0], times=None)
    asked = await mia.slash(channel, "feedback", MASTER, files={"track": BROKEN})
    stage.discord.expire_token(asked)
    await stage.discord.delete_message(asked.original)
    slow.lift()

    await stage.discord.wait_until(lambda: _told_directly(mia))
    assert len(_told_directly(mia)) == 1


async def test_a_version_that_failed_does_not_show_that_it_was_taken(stage: Stage) -> None:
    mia = stage.member("mia")
    thread = await stage.reviewed(mia)
    version = await mia.send(thread, "v2", files=[BROKEN])
    await stage.discord.wait_until(
        lambda: any("I can't find any audio" in message.content for message in stage.replies(version))
    )

    await stage.discord.wait_until(lambda: not version.reactions and len(stage.replies(version)) == 1)


SMALL_BYTES = 12_000


async def test_files_that_are_too_large_for_discord_are_told_of_in_words(stage: Stage) -> None:
    mia, channel = stage.member("mia"), stage.channel()
    await mia.slash(channel, "feedback", MASTER, files={"track": stage.track()})
    limit, stage.discord.state.upload_limit_bytes = stage.discord.state.upload_limit_bytes, SMALL_BYTES
    try:
        await stage.discord.wait_until(lambda: channel.threads and _says(channel.threads[0].messages, TOO_LARGE))
        thread = channel.threads[0]
        pressed = await mia.click(stage.numbers(thread), "earshot:report:")
        await stage.discord.wait_until(lambda: _says(pressed.responses, TOO_LARGE))
        latest = await mia.slash(channel, "report", {})
        await stage.discord.wait_until(lambda: _says(latest.responses, TOO_LARGE))
        assert latest.responses[-1].embeds
        exported = await mia.slash(channel, "privacy export", {})
        await stage.discord.wait_until(lambda: any(message.attachments for message in exported.responses))
        for message in (*pressed.responses, *latest.responses, *exported.responses):
            assert "Something went wrong" not in message.content
    finally:
        stage.discord.state.upload_limit_bytes = limit


TOO_LARGE = "The PDF is larger than Discord lets me send here"


def _says(messages, text: str) -> bool:
    return any(text in message.content for message in messages)
