"""Over the wire: tracks in direct messages. Each upload may be another track or the next version of a known one."""

import asyncio

import pytest

from tests.wire.stage import MASTER, Stage

pytestmark = pytest.mark.wire

FORM = {"type": "master", "genre": "house", "detail": "simple", "focus": ""}


async def test_f09_a_second_track_in_a_dm_is_asked_about_and_either_answer_counts_once(stage: Stage) -> None:
    mia = stage.member("mia")
    dm = mia.dm()
    await mia.slash(dm, "feedback", MASTER, files={"track": stage.track()})
    assert await stage.pdfs(dm, 1) == ["earshot-track-1-v1.pdf"]

    asked = await mia.slash(dm, "feedback", MASTER, files={"track": stage.clean_track()})
    assert "new track, or the next version" in asked.original.content
    # two presses before the message loses its buttons: one of them is taken
    pressed = await asyncio.gather(*(mia.click(asked.original, "earshot:version:") for _ in range(2)))
    assert await stage.pdfs(dm, 2) == ["earshot-track-1-v1.pdf", "earshot-track-1-v2.pdf"]
    assert "Since the last version" in stage.discord.transcript(dm)
    refused = [message for interaction in pressed for message in interaction.responses if message.ephemeral]
    await stage.discord.wait_until(lambda: not asked.original.components)
    assert "next version" in asked.original.content

    asked = await mia.slash(dm, "feedback", {**MASTER, "genre": "techno"}, files={"track": stage.track()})
    await mia.click(asked.original, "earshot:new:")
    names = await stage.pdfs(dm, 3)

    assert names[2] == "earshot-track-2-v1.pdf"
    assert ["have that track already" in message.content for message in refused] == [True]
    assert sum("Since the last version" in m.content for m in dm.messages) == 1


async def test_f20_a_track_dropped_in_a_dm_gets_a_button_and_the_form(stage: Stage) -> None:
    mia = stage.member("mia")
    dm = mia.dm()

    dropped = await mia.send(dm, "", files=[stage.track("secret name.mp3")])
    offered = await stage.answer_to(dm, dropped)
    form = await mia.click(offered, "earshot:start:")
    await mia.submit_modal(form, FORM)

    assert await stage.pdfs(dm, 1) == ["earshot-track-1-v1.pdf"]
    assert "secret name" not in stage.discord.transcript(dm).replace("[secret name.mp3", "")


async def test_f09_a_track_dropped_in_a_dm_with_a_known_one_is_asked_about(stage: Stage) -> None:
    mia = stage.member("mia")
    dm = mia.dm()
    await mia.slash(dm, "feedback", MASTER, files={"track": stage.track()})
    await stage.pdfs(dm, 1)

    offered = await stage.answer_to(dm, await mia.send(dm, "", files=[stage.clean_track()]))
    assert "new track, or the next version" in offered.content
    await mia.click(offered, "earshot:version:")
    assert (await stage.pdfs(dm, 2))[1] == "earshot-track-1-v2.pdf"

    offered = await stage.answer_to(dm, await mia.send(dm, "another one", files=[stage.track()]))
    form = await mia.click(offered, "earshot:new:")
    await mia.submit_modal(form, FORM)
    assert (await stage.pdfs(dm, 3))[2] == "earshot-track-2-v1.pdf"


async def test_f12_a_dm_without_a_track_gets_what_to_do_next(stage: Stage) -> None:
    mia = stage.member("mia")
    dm = mia.dm()

    for text in ("how loud should a master be?", "hi"):
        answer = await stage.answer_to(dm, await mia.send(dm, text))
        assert "/feedback" in answer.content


async def test_f09_in_a_server_an_upload_is_a_version_only_in_its_own_thread(stage: Stage) -> None:
    mia = stage.member("mia")
    shared = stage.channel(deny=["CREATE_PUBLIC_THREADS"])
    for number in (1, 2):
        await mia.slash(shared, "feedback", MASTER, files={"track": stage.track()})
        await stage.pdfs(shared, number)
    dropped = await mia.send(shared, "v2 of it", files=[stage.clean_track()])

    post = stage.guild.add_forum_post(stage.guild.add_forum("tracks"), mia, "my track")
    await mia.send(post, "here it is", files=[stage.track()])
    for number, track in enumerate((stage.track(), stage.clean_track()), start=1):
        await mia.slash(post, "feedback", MASTER, files={"track": track})
        await stage.pdfs(post, number)
    await mia.send(post, "turned it down", files=[stage.track()])
    names = await stage.pdfs(post, 3)

    assert await stage.pdfs(shared, 2) == ["earshot-track-1-v1.pdf", "earshot-track-2-v1.pdf"]
    assert names == ["earshot-track-3-v1.pdf", "earshot-track-3-v2.pdf", "earshot-track-3-v3.pdf"]
    assert not stage.replies(dropped)


async def test_a_button_whose_acknowledgement_came_too_late_works_at_the_next_press(stage: Stage) -> None:
    mia = stage.member("mia")
    dm = mia.dm()
    await mia.slash(dm, "feedback", MASTER, files={"track": stage.track()})
    await stage.pdfs(dm, 1)
    asked = await mia.slash(dm, "feedback", MASTER, files={"track": stage.clean_track()})

    stage.discord.faults.fail("POST", r"/interactions/\d+/[^/]+/callback", 404, json_code=10062, times=2)
    first = await mia.click(asked.original, "earshot:version:")
    assert first.failed
    await mia.click(asked.original, "earshot:version:")

    assert await stage.pdfs(dm, 2) == ["earshot-track-1-v1.pdf", "earshot-track-1-v2.pdf"]


async def test_of_several_tracks_in_a_dm_a_menu_asks_which_is_the_next_version(stage: Stage) -> None:
    mia = stage.member("mia")
    dm = mia.dm()
    await mia.slash(dm, "feedback", MASTER, files={"track": stage.track()})
    await stage.pdfs(dm, 1)
    posted = await mia.send(dm, "", files=[stage.track("a.mp3"), stage.clean_track("b.mp3")])
    question = await stage.answer_to(dm, posted)

    pressed = await mia.click(question, "earshot:version:")
    menu = pressed.responses[-1]
    options = menu.components[0]["components"][0]["options"]
    assert [option["label"] for option in options] == ["1. a.mp3", "2. b.mp3"]
    await mia.select(menu, "earshot:pick:", [options[1]["value"]])
    assert await stage.pdfs(dm, 2) == ["earshot-track-1-v1.pdf", "earshot-track-1-v2.pdf"]
    assert "b.mp3" in [name for name, _ in stage.discord.cdn.downloads]

    # the other one is still to be had
    form = await mia.click(question, "earshot:new:")
    await mia.submit_modal(form, {**FORM, "track": options[0]["value"]})
    assert (await stage.pdfs(dm, 3))[2] == "earshot-track-2-v1.pdf"
