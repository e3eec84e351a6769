"""What happens while the bot is away is noticed when it is back (fault F8)."""

import pytest

from tests.wire.process.lives import own_stage

pytestmark = pytest.mark.wire

CANARY = "is the canary mono compatible?"
QUESTIONS = "SELECT count(*) FROM messages WHERE text LIKE '%canary%'"
GRACE_DAYS = 4
"""More than the 72 hours after which a server's data is deleted."""


async def test_f08_a_server_that_removed_it_meanwhile_is_forgotten(tmp_path) -> None:
    async with own_stage(tmp_path) as stage:
        left, away = stage.discord.add_guild("Left"), stage.discord.add_guild("In an outage")
        for guild in (left, away):
            await stage.reviewed(guild.add_member("kai"), guild.add_text_channel("mixes"))

        await stage.stop()
        await left.remove_bot()
        away.guild.unavailable = True
        await stage.start()
        gone = "SELECT count(*) FROM guilds WHERE left_at IS NOT NULL"
        await stage.wait_for_count(1, gone)
        await stage.stop()
        stage.age("guilds", "left_at", days=GRACE_DAYS)
        await stage.start()
        await stage.wait_for_count(0, "SELECT count(*) FROM reviews WHERE tenant_id = ?", left.guild.id)

        assert stage.count("SELECT count(*) FROM reviews WHERE tenant_id = ?", away.guild.id) == 1
        assert stage.count(f"{gone} AND id = ?", away.guild.id) == 0


async def test_f08_a_server_that_invites_it_again_keeps_its_data(tmp_path) -> None:
    async with own_stage(tmp_path) as stage:
        other = stage.discord.add_guild("Left and back")
        kai = other.add_member("kai")
        thread = await stage.reviewed(kai, other.add_text_channel("mixes"))
        await other.remove_bot()
        gone = "SELECT count(*) FROM guilds WHERE left_at IS NOT NULL"
        await stage.wait_for_count(1, gone)

        await stage.stop()
        other.guild.bot_is_member = True
        await stage.start()
        await stage.wait_for_count(0, gone)

        await stage.answer_to(thread, await kai.send(thread, "how loud is it?"))


async def test_f08_threads_and_questions_deleted_meanwhile_are_forgotten(tmp_path) -> None:
    async with own_stage(tmp_path) as stage:
        mia = stage.member("mia")
        deleted, kept = await stage.reviewed(mia), await stage.reviewed(mia)
        await stage.answer_to(deleted, await mia.send(deleted, CANARY))
        removed = await mia.send(kept, CANARY)
        await stage.answer_to(kept, removed)
        changed = await mia.send(kept, "what about the canary?")
        answer = await stage.answer_to(kept, changed)

        await stage.stop()
        await stage.discord.delete_thread(deleted)
        await stage.discord.delete_message(removed)
        await stage.discord.edit_message(changed, "how loud is it?")
        await stage.start()
        await stage.wait_for_count(0, QUESTIONS)

        await stage.discord.wait_until(lambda: "LUFS" in answer.content or len(stage.answers(kept, changed)) > 1)
        assert stage.count("SELECT count(*) FROM conversations") == 1
        await stage.answer_to(kept, await mia.send(kept, "what key is it in?"))
