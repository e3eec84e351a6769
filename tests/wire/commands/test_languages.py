"""The language of reviews over the wire: that of a member's Discord, or the one that a server has set."""

import pytest

from tests.wire.stage import Stage

pytestmark = pytest.mark.wire

OPTIONS = {"type": "master", "genre": "house"}


async def test_a_review_is_in_the_language_of_its_member_and_so_are_answers(stage: Stage) -> None:
    channel, mia = stage.channel(), stage.member("mia")
    mia.user.locale = "de"

    await mia.slash(channel, "feedback", OPTIONS, files={"track": stage.track()})
    thread = await stage.discord.wait_for_thread(channel)
    await stage.report_in(thread)
    shown = stage.discord.transcript(thread)
    answer = await stage.answer_to(thread, await mia.send(thread, "wie laut ist es?"))

    assert "Erster Schritt:" in shown
    assert "First step:" not in shown
    assert "integrierte Lautheit" in answer.content


async def test_a_server_sets_one_language_for_all(stage: Stage) -> None:
    channel, noa = stage.channel(), stage.member("noa")

    refused = await stage.refusal(await noa.slash(channel, "server language", {"use": "de"}))
    told = await stage.refusal(await stage.manager().slash(channel, "server language", {"use": "de"}))
    await noa.slash(channel, "feedback", OPTIONS, files={"track": stage.track()})
    thread = await stage.discord.wait_for_thread(channel)
    await stage.report_in(thread)
    state = await stage.refusal(await noa.slash(channel, "server show", {}))
    await stage.manager().slash(channel, "server language", {"use": "members"})

    assert "may manage this server" in refused.content
    assert "Deutsch" in told.content
    assert "Erster Schritt:" in stage.discord.transcript(thread)
    assert "**Language of reviews**: Deutsch" in state.content
