"""Group messages: the bot is not in them, and nobody there reads what a member showed it in private."""

import pytest

from tests.wire.stage import MASTER, Stage

pytestmark = pytest.mark.wire


async def test_a_group_message_shows_nothing_of_a_members_private_tracks(stage: Stage) -> None:
    mia, kai = stage.member("mia"), stage.member("kai")
    await mia.slash(mia.dm(), "feedback", {**MASTER, "genre": "techno"}, files={"track": stage.track()})
    await stage.pdfs(mia.dm(), 1)
    group = stage.discord.add_group_dm(mia, kai)

    asked = await mia.slash(group, "feedback", MASTER, files={"track": stage.track()})
    text = await stage.final_text(asked)

    assert "The feedback is below." in text
    assert (await stage.pdfs(group, 1)) == ["earshot-track-2-v1.pdf"]

    again = await mia.slash(group, "feedback", MASTER, files={"track": stage.clean_track()})
    labels = [button["label"] for row in again.original.components for button in row["components"]]
    assert not [label for label in labels if "#1" in label or "echno" in label]
    assert [label for label in labels if "#2 v1" in label]
    pressed = await mia.click(again.original, "earshot:version:")

    assert "The feedback is below." in await stage.final_text(pressed)
    assert (await stage.pdfs(group, 2))[1] == "earshot-track-2-v2.pdf"
    assert len([m for m in mia.dm().messages if m.attachments]) == 1


async def test_a_direct_message_offers_the_tracks_that_stand_there(stage: Stage) -> None:
    mia, kai = stage.member("mia"), stage.member("kai")
    await stage.final_text(
        await mia.slash(stage.discord.add_group_dm(mia, kai), "feedback", MASTER, files={"track": stage.track()})
    )

    await mia.slash(mia.dm(), "feedback", MASTER, files={"track": stage.clean_track()})

    assert await stage.pdfs(mia.dm(), 1) == ["earshot-track-2-v1.pdf"]
