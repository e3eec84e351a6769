"""Tracks that PluralKit and its kind repeat under another name, before they delete the original."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.wire.stage import JOB_TIMEOUT_S, Stage

pytestmark = pytest.mark.wire

TRIES = 50

ENTERED = {"type": "master", "genre": "house", "detail": "simple", "focus": ""}


async def _proxied(stage: Stage, original: Any, text: str = "") -> Any:
    """The message that stays."""
    mentions = original.mentions if text else ()
    proxy = await stage.discord.post_as_webhook(
        original.channel, "Luna", text, files=original.attachments, mentions=mentions
    )
    await stage.discord.delete_message(original)
    return proxy


async def _pressed(press: Callable[[], Awaitable[Any]]) -> Any:
    """What comes of a press once the bot has heard of the deletion: a test presses sooner than anybody could."""
    for _ in range(TRIES):
        pressed = await press()
        if not any("was deleted" in message.content for message in pressed.responses):
            return pressed
    raise AssertionError("the track is still said to be deleted")


async def test_a_proxied_version_survives_a_try_that_fails(stage: Stage) -> None:
    mia = stage.member("mia")
    thread = await stage.reviewed(mia)
    slowly = stage.discord.cdn.drip(512, 0.2, file="proxied v2.mp3", times=None)
    original = await mia.send(thread, "", files=[stage.clean_track("proxied v2.mp3")])
    await stage.answer_to(thread, original)
    proxy = await _proxied(stage, original)
    with stage.discord.faults.unavailable(503, "POST", rf"/channels/{thread.id}/messages$") as fault:
        slowly.lift()
        await stage.discord.wait_until(lambda: fault.struck >= 2)

    await stage.reacted(proxy, "✅")


async def test_a_proxied_version_whose_message_is_deleted_is_not_reviewed(stage: Stage) -> None:
    mia = stage.member("mia")
    thread = await stage.reviewed(mia)
    before = [message.id for message in thread.messages]
    slowly = stage.discord.cdn.drip(512, 0.2, file="proxied wrong.mp3", times=None)
    original = await mia.send(thread, "", files=[stage.clean_track("proxied wrong.mp3")])
    await stage.answer_to(thread, original)
    proxy = await _proxied(stage, original)

    await stage.discord.delete_message(proxy)
    await stage.discord.wait_until(lambda: [message.id for message in thread.messages] == before)
    slowly.lift()
    await stage.reviewed(stage.member("other"))

    assert [message.id for message in thread.messages] == before


async def test_the_button_under_a_proxied_track_opens_its_form_and_the_track_is_reviewed(stage: Stage) -> None:
    mia, channel = stage.member("mia"), stage.channel()
    original = await mia.send(channel, "this pk;", files=[stage.track()], mention_bot=True)
    offered = await stage.answer_to(channel, original)
    await _proxied(stage, original, original.content.removesuffix(" pk;"))

    form = await _pressed(lambda: mia.click(offered, "earshot:start:"))
    await mia.submit_modal(form, ENTERED)

    thread = await stage.discord.wait_for_thread(channel)
    await stage.report_in(thread)


async def test_the_menu_under_proxied_tracks_takes_the_chosen_one(stage: Stage) -> None:
    mia = stage.member("mia")
    thread = await stage.reviewed(mia)
    original = await mia.send(thread, "", files=[stage.track("a.mp3"), stage.clean_track("b.mp3")])
    menu = await stage.answer_to(thread, original)
    await _proxied(stage, original)

    options = menu.components[0]["components"][0]["options"]
    await _pressed(lambda: mia.select(menu, "earshot:pick:", [options[1]["value"]]))

    await stage.discord.wait_until(lambda: "earshot-track-1-v2.pdf" in stage.discord.transcript(thread), JOB_TIMEOUT_S)
    assert ("b.mp3", 200) in stage.discord.cdn.downloads


async def test_the_menu_under_a_proxied_mention_asks_about_the_chosen_track(stage: Stage) -> None:
    mia, channel = stage.member("mia"), stage.channel()
    await stage.reviewed(mia)
    await stage.reviewed(mia)
    original = await mia.send(channel, "how loud is my track?", mention_bot=True)
    menu = await stage.answer_to(channel, original)
    proxy = await _proxied(stage, original, original.content)

    options = menu.components[0]["components"][0]["options"]
    await _pressed(lambda: mia.select(menu, "earshot:which:", [options[0]["value"]]))

    assert "LUFS" in (await stage.answer_to(channel, proxy)).content
