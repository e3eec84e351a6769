"""Over the wire: /explain with its picker, /server, /summarise, and what is shown while an answer is written."""

import asyncio
from pathlib import Path

import pytest

from core.review import IDEA_LABEL, WrittenBy, writer_note
from tests.support.loopback import LoopbackDiscord
from tests.support.processes import openai_server as server_says
from tests.support.processes.bot_process import BotProcess
from tests.support.processes.openai_server import openai_server
from tests.wire.messages.test_conversation import _thread
from tests.wire.stage import Stage

pytestmark = pytest.mark.wire

IDEA = "Try the same move on the reverb return before the bus."
PLAN = (
    f'{{"paragraphs": [{{"say": "{{loudness}}", "idea": "{IDEA}"}}, {{"say":',
    '"{stereo}", "idea": ""}]}',
)
"""An answer of a model: the first paragraph is whole, and the second has begun, before the rest is there."""

SHOWN_IDEA = f"*{IDEA_LABEL}: {IDEA}*"


async def test_a_topic_is_picked_and_explained(stage: Stage) -> None:
    member, channel = stage.member(), stage.channel()

    choices = await member.autocomplete(channel, "explain", "topic", "true pe")
    explained = await member.slash(channel, "explain", {"topic": "whats a true peek?"})
    text = await stage.discord.wait_until(
        lambda: explained.original.content if explained.original and explained.original.content else None
    )

    assert "True peak" in [choice["name"] for choice in choices]
    assert "**True peak**" in text
    assert "glossary.md › True peak" in text


async def test_an_unknown_topic_is_told_to_the_asker_only(stage: Stage) -> None:
    member, channel = stage.member(), stage.channel()

    refused = await stage.refusal(await member.slash(channel, "explain", {"topic": "pizza @everyone"}))

    assert "Closest to it" in refused.content
    assert "@everyone" not in refused.content
    await stage.nothing_public(channel)


async def test_a_summary_by_command(stage: Stage) -> None:
    owner = stage.member("owner")
    thread = await _thread(stage, owner)
    await stage.answer_to(thread, await owner.send(thread, "how loud is it?"))

    await owner.slash(thread, "summarise", {})
    summary = await stage.discord.wait_for_message(thread, lambda m: "Where we are" in m.content)

    assert "(summary 1)" in summary.content


async def test_outside_a_thread_there_is_nothing_to_sum_up(stage: Stage) -> None:
    member, channel = stage.member(), stage.channel()

    refused = await stage.refusal(await member.slash(channel, "summarise", {}))

    assert "no review in this channel" in refused.content


async def test_who_does_not_manage_the_server_cannot_switch_its_model(stage: Stage) -> None:
    member, channel = stage.member(), stage.channel()

    refused = await stage.refusal(await member.slash(channel, "server model", {"use": "off"}))
    shown = await stage.refusal(await member.slash(channel, "server show", {}))
    of_ideas = await stage.refusal(await member.slash(channel, "server ideas", {"use": "off"}))

    assert "may manage this server" in of_ideas.content
    assert "may manage this server" in refused.content
    assert "without a language model" in shown.content


async def test_with_a_model_paragraphs_appear_as_they_are_whole_and_an_idea_at_the_end(tmp_path: Path) -> None:
    async with openai_server() as model, LoopbackDiscord() as discord:
        guild = discord.add_guild("Producers")
        model.script(server_says.says("no review"))
        key = {"OPENAI_API_KEY": "sk-canary", "OPENAI_BASE_URL": model.base_url, "EARSHOT_LOG_MODEL": "on"}
        async with BotProcess(tmp_path, {**discord.environment(), **key}) as bot:
            await bot.ready(discord)
            stage = Stage(discord, bot, guild)
            owner = stage.member("owner")
            thread = await _thread(stage, owner)
            gate = asyncio.Event()
            model.script(server_says.tells(*PLAN, gate=gate))

            asked = await owner.send(thread, "how loud is it?")
            beginning = await discord.wait_for_message(thread, lambda m: "still writing" in m.content)
            assert "LUFS" in beginning.content
            assert IDEA not in beginning.content
            assert thread.typing > 0
            gate.set()
            await discord.wait_until(lambda: "still writing" not in beginning.content)
            assert SHOWN_IDEA in beginning.content.splitlines()
            assert writer_note(WrittenBy.MODEL) in beginning.content
            assert beginning.reference_id == asked.id

            gate.clear()
            asked = await owner.send(thread, "and is it wide?")
            begun = await discord.wait_for_message(
                thread, lambda m: "still writing" in m.content and m.reference_id == asked.id
            )
            await discord.delete_message(asked)
            await discord.wait_until(lambda: begun not in thread.messages)

            gate.set()
            switched = await stage.refusal(await stage.manager().slash(thread, "server ideas", {"use": "off"}))
            assert "No ideas" in switched.content
            asked = await owner.send(thread, "how loud is it in all?")
            answer = await discord.wait_for_message(thread, lambda m: m.reference_id == asked.id)
            await discord.wait_until(lambda: writer_note(WrittenBy.MODEL) in answer.content)
            assert IDEA_LABEL not in answer.content

            shown = await owner.slash(stage.channel(), "privacy show", {})
            assert "gpt-4o-mini" in shown.responses[0].content
        discord.assert_clean()
        assert any("to the model:" in line for line in bot.log)
        assert any("how loud is it?" in line for line in bot.log)
        assert not any("sk-canary" in line for line in bot.log)
