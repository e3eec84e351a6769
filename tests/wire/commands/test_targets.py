"""Over the wire: /target as managers and members use it, and a review held against a target."""

import json

import pytest

from core.targets.files import target_document
from tests.support.audio.tracks import sibling_mp3s
from tests.unit.targets.samples import target
from tests.wire.stage import JOB_TIMEOUT_S, Stage

pytestmark = pytest.mark.wire

OPTIONS = {"type": "master", "genre": "house"}


def siblings(count: int = 6) -> dict[str, tuple[str, bytes, str]]:
    return {
        f"file{number}": (f"unreleased secret {number}.mp3", data, "audio/mpeg")
        for number, data in enumerate(sibling_mp3s()[:count], start=1)
    }


def target_json(**changes: object) -> dict[str, tuple[str, bytes, str]]:
    document = json.dumps({**target_document(target()), **changes}).encode()
    return {"file1": ("target.json", document, "application/json")}


async def brought(stage: Stage, name: str) -> None:
    """A target of this name, from a file."""
    interaction = await stage.manager().slash(stage.channel(), "target add", {"name": name}, files=target_json())
    assert "is ready" in await private(stage, interaction)


async def private(stage: Stage, interaction: object) -> str:
    """What only the asker sees in the end."""
    message = await stage.discord.wait_until(
        lambda: next((m for m in interaction.responses if m.ephemeral and m.content), None), timeout=JOB_TIMEOUT_S
    )
    return str(message.content)


async def test_from_six_tracks_to_a_review_held_against_them(stage: Stage) -> None:
    channel, manager, mia = stage.channel(), stage.manager(), stage.member("mia")

    made = await manager.slash(channel, "target add", {"name": "Our *house*", "genre": "house"}, files=siblings())
    done = await stage.discord.wait_until(
        lambda: made.original if made.original and "🎯" in made.original.content else None, timeout=JOB_TIMEOUT_S
    )
    assert "made of 6 tracks; their files are deleted" in done.content
    assert "secret" not in stage.discord.transcript(channel)

    choices = await mia.autocomplete(channel, "feedback", "target", "HOUSE", OPTIONS)
    assert [choice["value"] for choice in choices] == ["Our *house*"]

    await mia.slash(channel, "feedback", {**OPTIONS, "target": "our *HOUSE*"}, files={"track": stage.track()})
    thread = await stage.discord.wait_for_thread(channel)
    await stage.report_in(thread)
    shown = stage.discord.transcript(thread).replace("\u00a0", " ")
    assert r"Against Our \*house\* (6 tracks)" in shown
    assert "beyond their usual range" in shown
    assert "• Loudness: −" in shown

    question = await mia.send(thread, "how far am I from the server's target?")
    assert "their middle" in (await stage.answer_to(thread, question)).content


async def test_a_file_of_the_command_line_is_listed_shown_and_removed(stage: Stage) -> None:
    channel, manager, mia = stage.channel(), stage.manager(), stage.member()
    await brought(stage, "From a file")

    listed = await private(stage, await mia.slash(channel, "target list", {}))
    shown = await private(stage, await mia.slash(channel, "target show", {"name": "from a FILE"}))
    removed = await private(stage, await manager.slash(channel, "target remove", {"name": "From a file"}))
    after = await private(stage, await mia.slash(channel, "target list", {}))

    assert "**From a file**: 9 tracks" in listed
    assert "60–200\u00a0Hz: **" in shown
    assert "is removed" in removed
    assert "From a file" not in after
    await stage.nothing_public(channel)


async def test_members_cannot_make_or_remove_one(stage: Stage) -> None:
    channel, mia = stage.channel(), stage.member()
    await brought(stage, "The server's own")

    for interaction in (
        await mia.slash(channel, "target add", {"name": "mine"}, files=siblings()),
        await mia.slash(channel, "target add", {"name": "mine"}, files=target_json()),
        await mia.slash(channel, "target remove", {"name": "The server's own"}),
    ):
        assert "may manage this server" in await private(stage, interaction)
    await stage.nothing_public(channel)


async def test_too_few_tracks_are_refused_at_once(stage: Stage) -> None:
    channel = stage.channel()
    refused = await stage.refusal(
        await stage.manager().slash(channel, "target add", {"name": "four"}, files=siblings(4))
    )

    assert "5 tracks at least" in refused.content
    await stage.nothing_public(channel)


async def test_one_track_five_times_is_refused_when_it_is_measured(stage: Stage) -> None:
    channel = stage.channel()
    same = {f"file{number}": stage.clean_track() for number in range(1, 6)}
    refused = await stage.refusal(await stage.manager().slash(channel, "target add", {"name": "one"}, files=same))

    assert "Track 2 is the same file as one before it" in refused.content
    await stage.nothing_public(channel)


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"tracks": 2}, "no target of Earshot's"), ({"schema_version": 99}, "newer Earshot")],
)
async def test_a_file_that_is_no_target_gets_one_sentence(stage: Stage, changes: dict[str, object], words: str) -> None:
    channel = stage.channel()
    interaction = await stage.manager().slash(channel, "target add", {"name": "x"}, files=target_json(**changes))

    assert words in await private(stage, interaction)


async def test_an_unknown_target_is_refused_before_anything_is_measured(stage: Stage) -> None:
    channel, mia = stage.channel(), stage.member()
    refused = await stage.refusal(
        await mia.slash(channel, "feedback", {**OPTIONS, "target": "@everyone"}, files={"track": stage.track()})
    )

    assert "There is no target" in refused.content
    assert "@everyone" not in refused.content
    await stage.nothing_public(channel)
