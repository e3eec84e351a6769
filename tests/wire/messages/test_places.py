"""What a member asks in one channel, and what people in another channel get to know of it."""

from io import BytesIO

import pypdf
import pytest

from tests.wire.stage import Stage

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
