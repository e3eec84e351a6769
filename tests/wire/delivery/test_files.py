"""Over the wire: files. All are seen, what is not taken is named with its reason, downloads end in one sentence."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.audio.tracks import clean_mp3
from tests.wire.stage import MASTER, Stage

pytestmark = pytest.mark.wire

FORM = {"type": "master", "genre": "house", "detail": "simple", "focus": ""}
OTHER_FILES = [
    ("stems.zip", b"PK\x03\x04", "application/zip"),
    ("session.als", b"\x1f\x8b", "application/octet-stream"),
    ("screen.png", b"\x89PNG", "image/png"),
    ("clip.mov", b"....ftypqt", "video/quicktime"),
]


async def test_f20_files_in_ones_thread_are_named_taken_or_asked_about(stage: Stage) -> None:
    mia = stage.member("mia")
    thread = await stage.reviewed(mia)

    named = await stage.answer_to(thread, await mia.send(thread, "", files=OTHER_FILES))
    for suffix in (".zip", ".als", ".png", ".mov"):
        assert suffix in named.content
    assert "WAV" in named.content
    spoken = await stage.answer_to(thread, await mia.voice_message(thread, b"OggS...."))
    assert "voice message" in spoken.content

    shown = await mia.send(thread, "which?", files=[stage.track("a.mp3"), stage.clean_track("b.mp3"), OTHER_FILES[0]])
    menu = await stage.discord.wait_until(
        lambda: next((m for m in stage.replies(shown) if m.components), None), timeout=60.0
    )
    options = menu.components[0]["components"][0]["options"]
    assert [option["label"] for option in options] == ["1. a.mp3", "2. b.mp3"]
    await stage.discord.wait_until(lambda: any(".zip" in m.content for m in stage.replies(shown)))
    guest = await stage.refusal(await stage.member("guest").select(menu, "earshot:pick:", [options[1]["value"]]))
    assert "somebody else's" in guest.content
    await mia.select(menu, "earshot:pick:", [options[1]["value"]])
    assert await stage.pdfs(thread, 2) == ["earshot-track-1-v1.pdf", "earshot-track-1-v2.pdf"]


async def test_f20_a_forwarded_track_is_seen_by_the_menu_and_in_ones_thread(stage: Stage) -> None:
    mia, channel = stage.member("mia"), stage.channel()
    source = await mia.send(stage.channel(), "listen", files=[stage.track()])
    forwarded = await mia.forward(channel, source)

    form = await mia.context_menu(channel, "Get mix feedback", forwarded)
    await mia.submit_modal(form, FORM)
    thread = await stage.discord.wait_for_thread(channel)
    await stage.pdfs(thread, 1)
    await mia.forward(thread, await mia.send(stage.channel(), "v2", files=[stage.clean_track()]))

    assert (await stage.pdfs(thread, 2))[1] == "earshot-track-1-v2.pdf"


async def test_f20_the_menu_asks_which_of_several_tracks(stage: Stage) -> None:
    mia, channel = stage.member("mia"), stage.channel()
    message = await mia.send(channel, "", files=[OTHER_FILES[2], stage.track("one.mp3"), stage.clean_track("two.mp3")])

    form = await mia.context_menu(channel, "Get mix feedback", message)
    await mia.submit_modal(form, {**FORM, "track": str(message.attachments[2].id)})
    await stage.pdfs(await stage.discord.wait_for_thread(channel), 1)

    assert ("two.mp3", 200) in stage.discord.cdn.downloads
    assert ("one.mp3", 200) not in stage.discord.cdn.downloads


async def test_f20_a_track_with_a_mention_gets_a_button_for_its_owner_alone(stage: Stage) -> None:
    mia, guest, channel = stage.member("mia"), stage.member("guest"), stage.channel()
    dropped = await mia.send(channel, "this one", files=[stage.track()], mention_bot=True)
    offered = await stage.answer_to(channel, dropped)
    earlier = await mia.send(channel, "my track", files=[stage.track()])
    pointed = await mia.send(channel, "what about this?", reply_to=earlier, mention_bot=True)
    foreign = await guest.send(channel, "and this?", reply_to=earlier, mention_bot=True)

    refused = await stage.refusal(await guest.click(offered, "earshot:start:"))
    form = await mia.click(await stage.answer_to(channel, pointed), "earshot:start:")
    await mia.submit_modal(form, FORM)
    thread = await stage.discord.wait_for_thread(channel)
    await stage.pdfs(thread, 1)

    assert "somebody else's" in refused.content
    assert (await stage.answer_to(channel, foreign)).content
    assert not (await stage.answer_to(channel, foreign)).components


# -- downloads


async def test_f24_a_download_that_fails_once_is_tried_again(stage: Stage) -> None:
    mia = stage.member("mia")
    stage.discord.cdn.fail(503, file="once.mp3")

    await stage.reviewed(mia, track=stage.track("once.mp3"))

    assert [status for name, status in stage.discord.cdn.downloads if name == "once.mp3"] == [503, 200]


async def test_f24_a_slow_download_is_waited_for(stage: Stage) -> None:
    stage.discord.cdn.drip(64 * 1024, 0.05, file="slow.mp3")

    assert await stage.reviewed(stage.member("mia"), track=stage.track("slow.mp3"))


FAULTS: dict[str, Callable[[Any, str], Any]] = {
    "cut": lambda cdn, name: cdn.cut(4096, file=name, times=None),
    "longer": lambda cdn, name: cdn.claim(4096, file=name, times=None),
    "huge": lambda cdn, name: cdn.claim(200 * 1024 * 1024, file=name, times=None),
    "elsewhere": lambda cdn, name: cdn.redirect("http://127.0.0.1/", file=name, times=None),
    "gone": lambda cdn, name: cdn.expire(file=name),
    "away": lambda cdn, name: cdn.fail(503, file=name, times=None),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_f24_a_download_that_cannot_be_had_ends_in_one_sentence(stage: Stage, fault: str) -> None:
    mia, channel, name = stage.member("mia"), stage.channel(), f"{fault}.mp3"
    order = FAULTS[fault](stage.discord.cdn, name)

    interaction = await mia.slash(channel, "feedback", MASTER, files={"track": stage.track(name)})
    refused = await stage.refusal(interaction)
    await stage.nothing_public(channel)
    order.lift()

    assert len([m for m in interaction.responses if m.ephemeral]) == 1
    assert "your file" in refused.content or "upload" in refused.content or "That file" in refused.content
    assert refused.content.count("\n") <= 1


# -- F25: the reference


REFERENCES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "ending": ("notes.txt", lambda: b"hello"),
    "empty": ("empty.mp3", lambda: b""),
    "no audio": ("words.mp3", lambda: b"this is not audio at all " * 40),
    "cut off": ("half.mp3", lambda: clean_mp3()[:2000]),
}


@pytest.mark.parametrize("reference", REFERENCES)
async def test_f25_what_is_wrong_with_the_reference_is_said_of_the_reference(stage: Stage, reference: str) -> None:
    mia, channel = stage.member("mia"), stage.channel()
    name, content = REFERENCES[reference]
    files = {"track": stage.track(), "reference": (name, content(), "audio/mpeg")}

    refused = await stage.refusal(await mia.slash(channel, "feedback", MASTER, files=files))

    assert "our reference" in refused.content
    assert "That file" not in refused.content
    await stage.nothing_public(channel)


async def test_f25_a_reference_that_cannot_be_had_is_said_of_the_reference(stage: Stage) -> None:
    mia, channel = stage.member("mia"), stage.channel()
    order = stage.discord.cdn.expire("gone-reference.mp3")
    files = {"track": stage.track(), "reference": stage.clean_track("gone-reference.mp3")}

    refused = await stage.refusal(await mia.slash(channel, "feedback", MASTER, files=files))
    order.lift()

    assert "your reference" in refused.content
    await stage.nothing_public(channel)
