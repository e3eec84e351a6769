"""Messages that their author deletes or edits before Earshot has answered them: tracks, questions, mentions."""

import pytest

from tests.wire.process.lives import own_stage
from tests.wire.stage import Stage

pytestmark = pytest.mark.wire

ENTERED = {"type": "master", "genre": "house", "detail": "simple", "focus": ""}


def _downloaded(stage: Stage) -> set[str]:
    return {name for name, _ in stage.discord.cdn.downloads}


# -- tracks


async def test_a_track_whose_message_is_deleted_is_not_reviewed_for_somebody_else(stage: Stage) -> None:
    mia, kai, channel = stage.member("mia"), stage.member("kai"), stage.channel()
    posted = await mia.send(channel, "oops", files=[stage.track("unreleased.mp3")])
    form = await kai.context_menu(channel, "Get mix feedback", posted)
    await stage.discord.delete_message(posted)

    sent = await kai.submit_modal(form, ENTERED)

    assert "was deleted" in (await stage.refusal(sent)).content
    assert "unreleased.mp3" not in _downloaded(stage)


async def test_a_deleted_track_is_not_reviewed_for_somebody_else_where_the_bot_cannot_look_again(tmp_path) -> None:
    async with own_stage(tmp_path) as stage:
        mia, kai, channel = stage.member("mia"), stage.member("kai"), stage.channel(["read_message_history"])
        posted = await mia.send(channel, "oops", files=[stage.track("unreleased.mp3")])
        form = await kai.context_menu(channel, "Get mix feedback", posted)
        await stage.wait_for_count(1, "SELECT count(*) FROM offers")
        await stage.discord.delete_message(posted)
        await stage.wait_for_count(0, "SELECT count(*) FROM offers")

        sent = await kai.submit_modal(form, ENTERED)

        assert (await stage.refusal(sent)).ephemeral
        assert "unreleased.mp3" not in _downloaded(stage)


# -- questions


async def test_a_deleted_mention_is_not_asked_by_its_menu(stage: Stage) -> None:
    mia, channel = stage.member("mia"), stage.channel()
    await stage.reviewed(mia)
    await stage.reviewed(mia, track=stage.clean_track())
    question = await mia.send(channel, "how loud is it?", mention_bot=True)
    menu = await stage.answer_to(channel, question)
    await stage.discord.delete_message(question)

    options = menu.components[0]["components"][0]["options"]
    chosen = await mia.select(menu, "earshot:which:", [options[0]["value"]])

    assert "was deleted" in (await stage.refusal(chosen)).content


async def test_an_edited_mention_is_asked_as_it_stands_by_its_menu(stage: Stage) -> None:
    mia, channel = stage.member("mia"), stage.channel()
    await stage.reviewed(mia)
    await stage.reviewed(mia, track=stage.clean_track())
    question = await mia.send(channel, "how loud is it?", mention_bot=True)
    menu = await stage.answer_to(channel, question)
    await stage.discord.edit_message(question, f"<@{stage.discord.state.bot.id}> what key is it in?")

    options = menu.components[0]["components"][0]["options"]
    await mia.select(menu, "earshot:which:", [options[0]["value"]])

    answer = await stage.discord.wait_for_message(
        channel, lambda m: m.author.bot and m.reference_id == question.id and m.id != menu.id
    )
    assert "key" in answer.content.lower()
