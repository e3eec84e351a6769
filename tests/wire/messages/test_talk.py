"""Over the wire: what people write. Questions are answered, chat is left alone, a mention is about one's own track."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from tests.support.audio.tracks import sibling_mp3s
from tests.wire.stage import Stage

pytestmark = pytest.mark.wire

CHAT = ("thanks!", "lol", "👍", "brb", "ok cool, will try that tonight", "turned the bass down", "🔥🔥")


@dataclass(frozen=True)
class People:
    """Two members, each with a thread and a track of another loudness; and one with two tracks."""

    owner: Any
    thread: Any
    guest: Any
    guest_thread: Any
    two: Any
    two_threads: tuple[Any, Any]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def people(running: Stage) -> People:
    owner, guest, two = running.member("owner"), running.member("guest"), running.member("two")
    quiet, _, middle, *_, loud = (("track.mp3", data, "audio/mpeg") for data in sibling_mp3s())
    return People(
        owner,
        await running.reviewed(owner, track=quiet),
        guest,
        await running.reviewed(guest, track=loud),
        two,
        (await running.reviewed(two, track=quiet), await running.reviewed(two, track=middle)),
    )


def loudness(stage: Stage, thread: Any) -> str:
    """The integrated loudness as the numbers of a thread show it."""
    found = re.search(r"Integrated (\S+)", stage.discord.transcript(thread).replace("\u00a0", " "))
    assert found is not None
    return found[1]


# -- F12: mentions


async def test_f12_a_mention_where_one_has_no_conversation_is_about_ones_own_track(
    stage: Stage, people: People
) -> None:
    owner = people.owner
    forum = stage.guild.add_forum("posts")
    foreign = stage.guild.add_forum_post(forum, people.guest, "somebody else's")
    await people.guest.send(foreign, "what do you think of this idea?")
    places = (
        stage.channel(),
        stage.guild.add_voice_channel("voice"),
        stage.guild.add_stage_channel("stage"),
        foreign,
    )

    for place in places:
        question = await owner.send(place, "how loud is my track?", mention_bot=True)
        answer = await stage.answer_to(place, question)
        assert loudness(stage, people.thread) in answer.content


async def test_f12_a_guest_asks_about_their_own_track_or_that_of_the_thread(stage: Stage, people: People) -> None:
    own, of_thread = loudness(stage, people.guest_thread), loudness(stage, people.thread)
    stranger = stage.member("stranger")

    about_own = await people.guest.send(people.thread, "how loud is my track?", mention_bot=True)
    about_this = await people.guest.send(people.thread, "how loud is it?", mention_bot=True)
    without = await stranger.send(people.thread, "how loud is my track?", mention_bot=True)

    assert own != of_thread
    assert own in (await stage.answer_to(people.thread, about_own)).content
    assert of_thread in (await stage.answer_to(people.thread, about_this)).content
    assert "/feedback" in (await stage.answer_to(people.thread, without)).content


async def test_f12_with_several_tracks_it_asks_which_and_only_its_author_says(stage: Stage, people: People) -> None:
    channel = stage.channel()
    question = await people.two.send(channel, "how loud is my track?", mention_bot=True)
    menu = await stage.answer_to(channel, question)
    asked, options = menu.content, menu.components[0]["components"][0]["options"]
    older = next(option["value"] for option in options if "#1" in option["label"])

    foreign = await stage.refusal(await people.guest.select(menu, "earshot:which:", [older]))
    await people.two.select(menu, "earshot:which:", [older])
    answer = await stage.discord.wait_until(
        lambda: next((m for m in stage.replies(question) if "LUFS" in m.content), None), timeout=60.0
    )

    assert asked == "Which of your tracks do you mean?"
    assert "#1 v1" in menu.content
    assert not menu.components
    assert len(options) == 2
    assert "somebody else's" in foreign.content
    assert loudness(stage, people.two_threads[0]) in answer.content


async def test_f12_it_asks_which_also_where_it_cannot_read_the_question_again(stage: Stage, people: People) -> None:
    channel = stage.channel(deny=["READ_MESSAGE_HISTORY"])
    question = await people.two.send(channel, "how loud is my track?", mention_bot=True)
    menu = await stage.discord.wait_for_message(channel, lambda m: m.author.bot and "Which of your" in m.content)
    options = menu.components[0]["components"][0]["options"]
    older = next(option["value"] for option in options if "#1" in option["label"])

    await people.two.select(menu, "earshot:which:", [older])
    answer = await stage.discord.wait_for_message(channel, lambda m: m.author.bot and "LUFS" in m.content)

    assert answer.id > question.id
    assert loudness(stage, people.two_threads[0]) in answer.content


async def test_f12_this_one_in_a_reply_to_somebody_elses_track_is_refused(stage: Stage, people: People) -> None:
    channel = stage.channel()
    posted = await people.guest.send(channel, "my new track", files=[stage.clean_track()])

    pointing = await people.owner.send(channel, "this one", reply_to=posted, mention_bot=True)
    answer = await stage.answer_to(channel, pointing)
    own = await people.guest.send(channel, "this one", reply_to=posted, mention_bot=True)
    offered = await stage.answer_to(channel, own)

    assert "somebody else's track" in answer.content
    assert not answer.components
    assert offered.components


async def test_f12_a_bare_mention_gets_what_to_do_next(stage: Stage, people: People) -> None:
    channel, stranger = stage.channel(), stage.member("stranger")

    for text in ("", "help"):
        answer = await stage.answer_to(channel, await stranger.send(channel, text, mention_bot=True))
        assert "/feedback" in answer.content
        assert answer.pinged <= {stranger.user.id}


# -- F13, F15: what is left alone


async def test_f15_chat_is_left_alone_and_does_not_count_towards_the_summary(stage: Stage) -> None:
    owner = stage.member("owner")
    thread = await stage.reviewed(owner)

    chat = [await owner.send(thread, text) for text in CHAT]
    for text in ("how loud is it?", "is it mono compatible?", "what key?"):
        await stage.answer_to(thread, await owner.send(thread, text))
    assert not any(stage.replies(message) or message.reactions for message in chat)
    assert "Where we are" not in stage.discord.transcript(thread)
    fourth = await owner.send(thread, "and the low end")
    await stage.answer_to(thread, fourth)
    summary = await stage.discord.wait_for_message(thread, lambda m: "Where we are" in m.content)

    assert "(summary 1)" in summary.content
    await stage.reacted(fourth, "✅")


async def test_f15_a_question_is_marked_when_it_is_taken_and_when_it_is_answered(stage: Stage, people: People) -> None:
    question = await people.owner.send(people.thread, "how wide is it?")
    await stage.answer_to(people.thread, question)
    await stage.reacted(question, "✅")

    asked = [f"{one.method} {one.path.split('/reactions/')[1]}" for one in stage.discord.rest.log
             if f"/{question.id}/reactions/" in one.path]  # fmt: skip
    assert asked == ["PUT 👀/@me", "PUT ✅/@me", "DELETE 👀/@me"]


async def test_f13_with_the_intent_it_never_says_that_it_is_missing(stage: Stage, people: People) -> None:
    thread = people.thread

    sticker = await people.owner.send(thread, "", sticker="wave")
    bare = await people.owner.send(thread, "", mention_bot=True)
    later = await people.owner.send(thread, "what tempo is it?")
    await stage.answer_to(thread, later)

    assert "intent" not in stage.discord.transcript(thread)
    assert not stage.replies(sticker)
    assert all("Ask me anything about this track" in message.content for message in stage.replies(bare))


# -- F14: without Read Message History


async def test_f14_without_read_message_history_answers_come_without_a_reference(stage: Stage) -> None:
    owner = stage.member("owner")
    thread = await stage.reviewed(owner, stage.channel(deny=["READ_MESSAGE_HISTORY"]))

    question = await owner.send(thread, "what key is it in?")
    answer = await stage.discord.wait_for_message(thread, lambda m: m.author.bot and "key" in m.content.lower())

    assert not stage.replies(question)
    assert answer.id > question.id


# -- F19: edits


async def test_f19_an_edited_question_is_answered_anew_in_the_same_message(stage: Stage, people: People) -> None:
    thread = people.guest_thread
    question = await people.guest.send(thread, "how loud is it? https://example.com")
    answer = await stage.answer_to(thread, question)
    await stage.reacted(question, "✅")
    before = answer.content

    await stage.discord.add_preview(question)
    await stage.answer_to(thread, await people.guest.send(thread, "how wide is it?"))
    assert answer.content == before
    assert not answer.edits

    await stage.discord.edit_message(question, "what is the true peak?")
    await stage.discord.wait_until(lambda: "dBTP" in answer.content and answer.content != before)
    await stage.answer_to(thread, await people.guest.send(thread, "how loud is it now?"))
    assert stage.replies(question) == [answer]


async def test_an_answered_question_that_becomes_talk_is_not_answered_anew(stage: Stage, people: People) -> None:
    thread = people.thread
    question = await people.owner.send(thread, "how loud is it?")
    answer = await stage.answer_to(thread, question)
    await stage.reacted(question, "✅")
    before = answer.content

    for talk in ("never mind, thanks!", f"<@{people.guest.user.id}> lunch at noon?"):
        await stage.discord.edit_message(question, talk)
    await stage.answer_to(thread, await people.owner.send(thread, "how wide is it?"))

    assert answer.content == before
    assert not answer.edits
    assert stage.replies(question) == [answer]
    assert question.reactions == ["✅"]


async def test_talk_that_becomes_a_question_or_comes_to_name_the_bot_is_answered_once(
    stage: Stage, people: People
) -> None:
    owner, guest, thread = people.owner, people.guest, people.thread
    named = f"<@{stage.discord.state.bot.id}>"
    talk, asked = await owner.send(thread, "haha nice"), await guest.send(thread, "how loud is it?")
    await stage.answer_to(thread, await owner.send(thread, "how wide is it?"))
    assert not stage.replies(talk) + stage.replies(asked)

    for message, text in ((talk, "what is the true peak?"), (asked, f"{named} how loud is it?")):
        await stage.discord.edit_message(message, text)
        answer = await stage.answer_to(thread, message)
        await stage.reacted(message, "✅")
        await stage.discord.add_preview(message)
        await stage.answer_to(thread, await owner.send(thread, "how loud is the drop?"))
        assert stage.replies(message) == [answer]


# -- F31: proxies


@pytest.mark.parametrize("deleted_first", [True, False])
async def test_f31_a_proxied_question_is_answered_where_it_stays(
    stage: Stage, people: People, *, deleted_first: bool
) -> None:
    """The question waits for a version that is being measured, so that the proxy comes before the answer."""
    owner, thread = people.owner, people.thread
    text = "how loud is it before mastering?"
    known = len(await stage.pdfs(thread, 1))
    version = await owner.send(thread, "", files=[stage.track() if deleted_first else stage.clean_track()])
    await stage.reacted(version, "👀")

    original = await owner.send(thread, text)
    await stage.reacted(original, "👀")
    if deleted_first:
        proxied = await stage.discord.proxy(original, "Sam")
    else:
        proxied = await stage.discord.post_as_webhook(thread, "Sam", text)
        await stage.discord.delete_message(original)
    answer = await stage.answer_to(thread, proxied)
    await stage.answer_to(thread, await owner.send(thread, "what tempo is it?"))

    assert len(await stage.pdfs(thread, known + 1)) == known + 1
    assert "LUFS" in answer.content
    assert stage.replies(proxied) == [answer]
    assert not stage.replies(original)


@pytest.mark.parametrize("deleted_first", [True, False])
async def test_f31_a_question_that_is_proxied_after_its_answer_is_not_answered_again(
    stage: Stage, people: People, *, deleted_first: bool
) -> None:
    owner, thread = people.owner, people.thread
    original = await owner.send(thread, "how loud is it?")
    await stage.answer_to(thread, original)
    await stage.reacted(original, "✅")

    if deleted_first:
        proxied = await stage.discord.proxy(original, "Sam")
    else:
        proxied = await stage.discord.post_as_webhook(thread, "Sam", original.content)
        await stage.discord.delete_message(original)
    await stage.answer_to(thread, await owner.send(thread, "what tempo is it?"))

    assert len(stage.replies(original)) == 1
    assert not stage.replies(proxied)


# -- F27: the log


async def test_f27_a_thread_deleted_while_an_answer_is_written_is_no_fault_in_the_log(stage: Stage) -> None:
    owner = stage.member("owner")
    thread = await stage.reviewed(owner)
    logged = len(stage.bot.log)

    async def delete(_request: object) -> None:
        await stage.discord.delete_thread(thread)

    hook = stage.discord.faults.on_request("POST", f"/channels/{thread.id}/typing", delete)
    await owner.send(thread, "how loud is it?")
    await stage.discord.wait_until(lambda: hook.times == 0)
    other = await stage.reviewed(owner)
    await stage.answer_to(other, await owner.send(other, "how loud is it?"))

    assert "Traceback" not in "\n".join(stage.bot.log[logged:])


@pytest.mark.parametrize("has_words", [True, False])
async def test_f31_a_proxied_track_is_reviewed_all_the_same(stage: Stage, people: People, *, has_words: bool) -> None:
    """A proxy posts the files under another name and deletes the original, which takes nothing back then."""
    owner, thread = people.owner, people.thread
    known = len(await stage.pdfs(thread, 1))
    # a quarter of the file every 0.3 s: it is being fetched while the proxy repeats it
    slowly = stage.discord.cdn.drip(len(stage.track()[1]) // 4, 0.3, file="proxied.mp3", times=None)
    original = await owner.send(thread, "louder now" if has_words else "", files=[stage.track("proxied.mp3")])
    await stage.reacted(original, "👀")

    await stage.discord.post_as_webhook(thread, "Sam", original.content, files=original.attachments)
    await stage.discord.delete_message(original)
    slowly.lift()

    assert len(await stage.pdfs(thread, known + 1)) == known + 1


# -- how it is addressed


async def test_the_role_that_discord_made_for_the_bot_names_it_too(stage: Stage, people: People) -> None:
    role = f"<@&{stage.guild.guild.bot_role_id}>"
    in_thread = await people.guest.send(people.thread, f"{role} how loud is it?")
    elsewhere = stage.channel()
    own = await people.owner.send(elsewhere, f"how loud is my track? {role}")
    bare = await stage.member("stranger").send(elsewhere, role)

    assert "LUFS" in (await stage.answer_to(people.thread, in_thread)).content
    assert "LUFS" in (await stage.answer_to(elsewhere, own)).content
    assert "/feedback" in (await stage.answer_to(elsewhere, bare)).content


async def test_a_question_may_reply_without_a_ping_to_a_refusal_or_to_what_was_deleted(
    stage: Stage, people: People
) -> None:
    owner, thread = people.owner, people.thread
    refused = await stage.answer_to(thread, await owner.send(thread, "how loud is it? " * 100))
    deleted = await owner.send(thread, "hm")
    await stage.discord.delete_message(deleted)

    for before in (refused, deleted):
        question = await owner.send(thread, "how wide is it?", reply_to=before, ping_reply=False)
        await stage.answer_to(thread, question)
