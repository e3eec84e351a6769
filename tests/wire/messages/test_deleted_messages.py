"""Messages that their author deletes or edits before Earshot has answered them: tracks, questions, mentions."""

import pytest

from tests.wire.process.lives import own_stage
from tests.wire.stage import MASTER, Stage

pytestmark = pytest.mark.wire

ENTERED = {"type": "master", "genre": "house", "detail": "simple", "focus": ""}


def _downloaded(stage: Stage) -> set[str]:
    return {name for name, _ in stage.discord.cdn.downloads}


async def _others_are_done(stage: Stage) -> None:
    """Another member's track is reviewed, so everything that was waiting before it has ended."""
    await stage.reviewed(stage.member("other"))


# -- tracks


async def test_a_track_whose_message_is_deleted_is_not_reviewed_for_somebody_else(stage: Stage) -> None:
    mia, kai, channel = stage.member("mia"), stage.member("kai"), stage.channel()
    posted = await mia.send(channel, "oops", files=[stage.track("unreleased.mp3")])
    form = await kai.context_menu(channel, "Get mix feedback", posted)
    await stage.discord.delete_message(posted)

    sent = await kai.submit_modal(form, ENTERED)

    assert "was deleted" in (await stage.refusal(sent)).content
    assert "unreleased.mp3" not in _downloaded(stage)


async def test_a_deleted_track_is_not_reviewed_for_somebody_else_where_the_bot_cannot_look_again(tmp_path) -> None:
    async with own_stage(tmp_path) as stage:
        mia, kai, channel = stage.member("mia"), stage.member("kai"), stage.channel(["read_message_history"])
        posted = await mia.send(channel, "oops", files=[stage.track("unreleased.mp3")])
        form = await kai.context_menu(channel, "Get mix feedback", posted)
        await stage.wait_for_count(1, "SELECT count(*) FROM offers")
        await stage.discord.delete_message(posted)
        await stage.wait_for_count(0, "SELECT count(*) FROM offers")

        sent = await kai.submit_modal(form, ENTERED)

        assert (await stage.refusal(sent)).ephemeral
        assert "unreleased.mp3" not in _downloaded(stage)


async def test_a_version_that_is_deleted_at_once_is_not_reviewed(stage: Stage) -> None:
    mia = stage.member("mia")
    thread = await stage.reviewed(mia)
    before = [message.id for message in thread.messages]
    bounce = await mia.send(thread, "", files=[stage.clean_track("wrong song.mp3")])
    await stage.discord.delete_message(bounce)

    await _others_are_done(stage)

    await stage.discord.wait_until(lambda: [message.id for message in thread.messages] == before)


async def test_a_version_that_is_deleted_while_it_is_fetched_is_not_reviewed(stage: Stage) -> None:
    mia = stage.member("mia")
    thread = await stage.reviewed(mia)
    before = [message.id for message in thread.messages]
    slowly = stage.discord.cdn.drip(512, 0.5, file="slowly wrong.mp3", times=None)
    bounce = await mia.send(thread, "", files=[stage.clean_track("slowly wrong.mp3")])
    await stage.answer_to(thread, bounce)
    await stage.discord.delete_message(bounce)
    await stage.discord.wait_until(lambda: [message.id for message in thread.messages] == before)
    slowly.lift()

    await _others_are_done(stage)

    assert [message.id for message in thread.messages] == before


async def test_deleting_a_track_ends_the_waiting_message_of_whoever_asked_for_it(stage: Stage) -> None:
    mia, kai, channel = stage.member("mia"), stage.member("kai"), stage.channel()
    slowly = stage.discord.cdn.drip(512, 0.5, file="slow and gone.mp3", times=None)
    posted = await mia.send(channel, "mine", files=[stage.track("slow and gone.mp3")])
    sent = await kai.submit_modal(await kai.context_menu(channel, "Get mix feedback", posted), ENTERED)
    await stage.discord.wait_until(lambda: sent.original)
    await stage.discord.delete_message(posted)

    await stage.discord.wait_until(lambda: "Stopped" in sent.original.content)
    slowly.lift()
    await _others_are_done(stage)

    assert "Stopped" in sent.original.content
    assert not channel.threads


# -- questions


async def test_a_question_deleted_while_its_answer_waits_for_discord_is_not_answered(tmp_path) -> None:
    async with own_stage(tmp_path) as stage:
        mia = stage.member("mia")
        thread = await stage.reviewed(mia)
        await stage.settled()
        with stage.discord.faults.unavailable(503, "POST", rf"/channels/{thread.id}/messages$") as fault:
            question = await mia.send(thread, "how loud is it?")
            await stage.discord.wait_until(lambda: fault.struck >= 2)
            before = len(thread.messages)
            await stage.discord.delete_message(question)
            await stage.wait_for_count(0, "SELECT count(*) FROM messages WHERE text LIKE '%how loud%'")
        await stage.settled()
        asked_later = await mia.send(thread, "what key is it in?")
        await stage.answer_to(thread, asked_later)

        assert len(thread.messages) == before - 1 + 2
        assert stage.count("SELECT count(*) FROM messages") == 2


async def test_a_question_deleted_while_the_bot_was_away_with_its_answer_in_the_outbox_is_not_answered(
    tmp_path,
) -> None:
    async with own_stage(tmp_path) as stage:
        mia = stage.member("mia")
        thread = await stage.reviewed(mia)
        await stage.settled()
        with stage.discord.faults.unavailable(503, "POST", rf"/channels/{thread.id}/messages$") as fault:
            question = await mia.send(thread, "how loud is it?")
            await stage.discord.wait_until(lambda: fault.struck >= 2)
            await stage.stop()
            await stage.discord.delete_message(question)
        before = len(thread.messages)
        await stage.start()
        await stage.settled()

        assert len(thread.messages) == before
        await stage.wait_for_count(0, "SELECT count(*) FROM messages")
        assert not mia.dm().messages


async def test_a_deleted_mention_is_not_asked_by_its_menu(stage: Stage) -> None:
    mia, channel = stage.member("mia"), stage.channel()
    await stage.reviewed(mia)
    await stage.reviewed(mia, track=stage.clean_track())
    question = await mia.send(channel, "how loud is it?", mention_bot=True)
    menu = await stage.answer_to(channel, question)
    await stage.discord.delete_message(question)

    options = menu.components[0]["components"][0]["options"]
    chosen = await mia.select(menu, "earshot:which:", [options[0]["value"]])

    assert "was deleted" in (await stage.refusal(chosen)).content


async def test_an_edited_mention_is_asked_as_it_stands_by_its_menu(stage: Stage) -> None:
    mia, channel = stage.member("mia"), stage.channel()
    await stage.reviewed(mia)
    await stage.reviewed(mia, track=stage.clean_track())
    question = await mia.send(channel, "how loud is it?", mention_bot=True)
    menu = await stage.answer_to(channel, question)
    await stage.discord.edit_message(question, f"<@{stage.discord.state.bot.id}> what key is it in?")

    options = menu.components[0]["components"][0]["options"]
    await mia.select(menu, "earshot:which:", [options[0]["value"]])

    answer = await stage.discord.wait_for_message(
        channel, lambda m: m.author.bot and m.reference_id == question.id and m.id != menu.id
    )
    assert "key" in answer.content.lower()


# -- channels


async def test_a_deleted_channel_takes_the_conversations_of_its_archived_threads_along(tmp_path) -> None:
    async with own_stage(tmp_path) as stage:
        mia, channel = stage.member("mia"), stage.channel()
        thread = await stage.reviewed(mia, channel)
        other = await stage.reviewed(mia)
        await stage.discord.archive(other)
        await stage.discord.archive(thread)
        await stage.settled()

        await stage.guild.delete_channel(channel)

        await stage.wait_for_count(0, "SELECT count(*) FROM conversations WHERE channel_id = ?", thread.id)
        assert stage.count("SELECT count(*) FROM conversations WHERE channel_id = ?", other.id) == 1


async def test_a_deleted_thread_takes_its_review_along(tmp_path) -> None:
    async with own_stage(tmp_path) as stage:
        mia = stage.member("mia")
        kept = await stage.reviewed(mia)
        channel = stage.channel()
        asked = {**MASTER, "focus": "GIRAFFE please"}
        await mia.slash(channel, "feedback", asked, files={"track": stage.clean_track()})
        thread = await stage.discord.wait_until(lambda: channel.threads[-1] if channel.threads else None)
        await stage.report_in(thread)
        question = await mia.send(thread, "how loud is my YAK song?")
        await stage.answer_to(thread, question)
        await stage.settled()

        await stage.discord.delete_thread(thread)

        await stage.wait_for_count(1, "SELECT count(*) FROM reviews")
        assert stage.count("SELECT count(*) FROM conversations WHERE channel_id = ?", kept.id) == 1
        for table in ("tracks", "versions", "analyses", "blobs"):
            assert stage.count(f"SELECT count(*) FROM {table}") == 1, table  # noqa: S608 - a constant
        for table, column in (("jobs", "payload"), ("outbox_steps", "payload"), ("reviews", "request")):
            words = f"SELECT count(*) FROM {table} WHERE {column} LIKE '%GIRAFFE%' OR {column} LIKE '%YAK%'"  # noqa: S608
            assert stage.count(words) == 0, table
        await stage.discord.wait_until(lambda: len(list((tmp_path / "blobs").iterdir())) == 1)
        report = await mia.slash(channel, "report", {})
        shown = await stage.discord.wait_until(lambda: [m for m in report.responses if m.attachments])
        assert "GIRAFFE" not in "".join(message.content for message in shown)


async def test_a_review_whose_thread_was_deleted_while_the_bot_was_away_goes_and_report_says_so(tmp_path) -> None:
    async with own_stage(tmp_path) as stage:
        mia, channel = stage.member("mia"), stage.channel()
        thread = await stage.reviewed(mia, channel)
        await stage.settled()
        await stage.stop()
        await stage.discord.delete_thread(thread)
        await stage.start()

        for table in ("reviews", "tracks", "analyses", "blobs"):
            await stage.wait_for_count(0, f"SELECT count(*) FROM {table}")  # noqa: S608 - a constant
        report = await mia.slash(channel, "report", {})
        told = await stage.discord.wait_until(lambda: report.original if report.original.content else None)
        assert "no review here yet" in told.content


# -- words and files that are taken out of a message


async def test_words_that_are_taken_out_of_a_question_are_forgotten_with_it(stage: Stage) -> None:
    mia, kai = stage.member("mia"), stage.member("kai")
    thread = await stage.reviewed(mia)
    picture = ("pic.png", b"x", "image/png")
    question = await mia.send(thread, "how loud is my NUMBAT song?", files=[picture])
    await stage.answer_to(thread, question)
    await stage.discord.edit_message(question, "")
    await _others_are_done(stage)

    exported = await mia.slash(thread, "privacy export", {})
    copy = await stage.discord.wait_until(lambda: [m for m in exported.responses if m.attachments])
    assert b"NUMBAT" not in copy[0].attachments[0].data
    pressed = await kai.click(stage.numbers(thread), "earshot:report")
    await stage.discord.wait_until(lambda: [m for m in pressed.responses if m.attachments])


async def test_a_version_that_is_taken_out_of_its_message_while_it_is_fetched_is_not_reviewed(stage: Stage) -> None:
    mia = stage.member("mia")
    thread = await stage.reviewed(mia)
    slowly = stage.discord.cdn.drip(512, 0.5, file="taken out.mp3", times=None)
    bounce = await mia.send(thread, "new one", files=[stage.clean_track("taken out.mp3")])
    notice = await stage.answer_to(thread, bounce)
    await stage.discord.add_preview(bounce)
    bounce.attachments = []
    await stage.discord.edit_message(bounce, "new one, sorry, wrong file")
    await stage.discord.wait_until(lambda: notice.id not in thread.by_id and not bounce.reactions)
    slowly.lift()
    before = [message.id for message in thread.messages]

    await _others_are_done(stage)

    assert [message.id for message in thread.messages] == before


async def test_a_track_that_is_taken_out_of_its_message_is_not_reviewed_for_somebody_else(stage: Stage) -> None:
    mia, kai, channel = stage.member("mia"), stage.member("kai"), stage.channel()
    slowly = stage.discord.cdn.drip(512, 0.5, file="private.mp3", times=None)
    posted = await mia.send(channel, "mine", files=[stage.track("private.mp3")])
    sent = await kai.submit_modal(await kai.context_menu(channel, "Get mix feedback", posted), ENTERED)
    await stage.discord.wait_until(lambda: sent.original)
    posted.attachments = []
    await stage.discord.edit_message(posted, "mine, gone")

    await stage.discord.wait_until(lambda: "taken out" in sent.original.content)
    slowly.lift()
    await _others_are_done(stage)
    assert not channel.threads
