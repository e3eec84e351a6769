"""Reviews that only an interaction's token can deliver: user installs, channels without Send Messages (fault F6)."""

import time
from types import SimpleNamespace

import pytest

from tests.support.audio.tracks import faulty_mp3
from tests.support.loopback import state
from tests.wire.stage import Stage

pytestmark = pytest.mark.wire

MIXDOWN = {"type": "mixdown", "genre": "house"}

RESPONSE = r"/webhooks/\d+/[^/]+/messages/@original"

USER_INSTALL_FOLLOW_UPS_MAX = 5
"""Discord: an app that only its user has installed may send so many follow-ups to one interaction (40094)."""


async def _known(stage: Stage, member) -> None:
    """The track was measured before: the next job with it is over at once."""
    await stage.reviewed(member, track=("known.mp3", faulty_mp3(), "audio/mpeg"))


def _whole_review(stage: Stage, messages) -> None:
    """Text, numbers and PDF are to be seen, each once, and what closes the waiting message took nobody's place."""
    assert sum("Mixdown tips" in message.content for message in messages) == 1
    assert sum(bool(message.embeds) for message in messages) == 1
    assert sum(message.attachments[0].filename.endswith(".pdf") for message in messages if message.attachments) == 1
    assert sum(message.content.startswith("✅") for message in messages) == 1


@pytest.mark.parametrize("progress", ["shown", "failing"])
async def test_f06_the_review_of_a_user_install_is_not_overwritten(stage: Stage, progress: str) -> None:
    mia = stage.member("mia")
    await _known(stage, mia)
    mia.installed_app, channel = True, stage.channel()
    if progress == "failing":
        stage.discord.faults.fail("PATCH", RESPONSE, 0)

    interaction = await mia.slash(channel, "feedback", MIXDOWN, files={"track": stage.track()})
    await stage.final_text(interaction)

    _whole_review(stage, interaction.responses)
    assert interaction.follow_ups <= USER_INSTALL_FOLLOW_UPS_MAX


async def test_f06_where_it_may_not_write_the_review_is_not_overwritten(stage: Stage) -> None:
    mia = stage.member("mia")
    await _known(stage, mia)
    channel = stage.channel(deny=["SEND_MESSAGES", "CREATE_PUBLIC_THREADS"])
    no_progress = stage.discord.faults.fail("PATCH", RESPONSE, 0, times=None)

    async def the_job_is_done(_: object) -> None:
        no_progress.lift()

    stage.discord.faults.on_request("POST", rf"/channels/{channel.id}/messages$", the_job_is_done)
    interaction = await mia.slash(channel, "feedback", MIXDOWN, files={"track": stage.track()})
    await stage.final_text(interaction)

    _whole_review(stage, interaction.responses)


async def test_f06_a_long_review_of_a_user_install_keeps_to_five_follow_ups(stage: Stage) -> None:
    mia = stage.member("mia")
    mia.installed_app, channel = True, stage.channel()

    interaction = await mia.slash(
        channel,
        "feedback",
        {**MIXDOWN, "detail": "pro", "focus": "the bass and the vocal, the width, the drop and the loudness " * 4},
        files={"track": stage.track(), "reference": stage.clean_track("reference.mp3")},
    )
    await stage.final_text(interaction)

    _whole_review(stage, interaction.responses)
    assert interaction.follow_ups <= USER_INSTALL_FOLLOW_UPS_MAX


async def test_a_wrong_clock_makes_no_token_old(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's clock is 20 minutes ahead of Discord's."""
    discord_time = SimpleNamespace(time=lambda: time.time() - 20 * 60, monotonic=time.monotonic)
    monkeypatch.setattr(state, "time", discord_time)
    mia, channel = stage.member("mia"), stage.channel()
    broken = ("broken.mp3", b"no audio at all", "audio/mpeg")

    refused = await mia.slash(channel, "feedback", MIXDOWN, files={"track": broken})
    assert "can't find any audio" in (await stage.refusal(refused)).content
    await stage.nothing_public(channel)

    mia.installed_app, elsewhere = True, stage.channel()
    asked = await mia.slash(elsewhere, "feedback", MIXDOWN, files={"track": stage.track()})
    await stage.final_text(asked)
    _whole_review(stage, asked.responses)
