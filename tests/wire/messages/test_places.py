"""What a member asks in one channel, and what people in another channel get to know of it."""

from io import BytesIO

import pypdf
import pytest

from tests.wire.stage import MASTER, Stage

pytestmark = pytest.mark.wire


def _words_of(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages).replace("\n", " ")


async def _report_of(stage: Stage, pressed) -> str:
    found = await stage.discord.wait_until(lambda: next((m for m in pressed.responses if m.attachments), None))
    return _words_of(found.attachments[0].data)


async def test_the_pdf_under_a_review_has_what_was_asked_there_and_nothing_else(stage: Stage) -> None:
    mia, stranger = stage.member("mia"), stage.member("stranger")
    thread, private = await stage.reviewed(mia), stage.channel()
    for where, text in (
        (thread, "is the quokka mono compatible?"),
        (private, "how loud is it, the zanzibar label deal depends on it?"),
    ):
        asked = await mia.send(where, text, mention_bot=True)
        await stage.answer_to(where, asked)
        await stage.reacted(asked, "✅")

    words = await _report_of(stage, await stranger.click(stage.numbers(thread), "earshot:report:"))
    assert "quokka" in words
    assert "zanzibar" not in words

    hers = await _report_of(stage, await mia.slash(private, "report", {}))
    assert "quokka" in hers
    assert "zanzibar" in hers


async def test_one_question_in_public_does_not_open_the_review_to_others(stage: Stage) -> None:
    mia, stranger = stage.member("mia"), stage.member("stranger")
    await stage.reviewed(mia)
    public = stage.channel()
    asked = await mia.send(public, "how long is my track?", mention_bot=True)
    answer = await stage.answer_to(public, asked)
    await stage.reacted(asked, "✅")

    plain = await stranger.send(public, "what should be fixed first?", reply_to=answer)
    named = await stranger.send(public, "what should be fixed first?", reply_to=answer, mention_bot=True)
    refused = await stage.answer_to(public, named)
    hers = await mia.send(public, "what should be fixed first?", reply_to=answer)
    fixed = await stage.answer_to(public, hers)

    assert "somebody else's track" in refused.content
    assert len(refused.content) < len(fixed.content)
    assert not stage.answers(public, plain)
    assert not plain.reactions


async def test_a_mention_right_under_the_only_review_of_a_place_is_about_it(stage: Stage) -> None:
    """No thread can be made there, as in a voice chat or somebody else's post; of several it would be a guess."""
    mia, kai, zoe = stage.member("mia"), stage.member("kai"), stage.member("zoe")
    channel = stage.channel(deny=["CREATE_PUBLIC_THREADS"])
    await stage.final_text(await mia.slash(channel, "feedback", MASTER, files={"track": stage.track()}))

    asked = await kai.send(channel, "how loud is it?", mention_bot=True)
    assert "LUFS" in (await stage.answer_to(channel, asked)).content
    own = await kai.send(channel, "how loud is my mix?", mention_bot=True)
    assert "/feedback" in (await stage.answer_to(channel, own)).content

    await stage.final_text(await zoe.slash(channel, "feedback", MASTER, files={"track": stage.track()}))
    unclear = await kai.send(channel, "how loud is it?", mention_bot=True)
    assert "/feedback" in (await stage.answer_to(channel, unclear)).content
