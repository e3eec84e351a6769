"""Guilds: settings, and the grace period after they removed the bot."""

from datetime import timedelta

import pytest

from core.storage import Database
from tests.integration.storage.samples import (
    ANNA,
    ANNA_ELSEWHERE,
    BEN,
    HASH,
    START,
    add_conversation,
    add_review,
    calls,
    job,
)
from tests.support.clock import FakeClock

GRACE = timedelta(hours=72)
GUILD, OTHER_GUILD = ANNA.tenant_id, ANNA_ELSEWHERE.tenant_id


async def test_settings_are_kept(database: Database) -> None:
    async with database.begin() as unit:
        assert await unit.guilds.settings(GUILD) == {}
        await unit.guilds.put_settings(GUILD, {"channels": [GUILD], "language": "sv", "model": False})
        await unit.guilds.joined(GUILD)
        assert await unit.guilds.settings(GUILD) == {"channels": [GUILD], "language": "sv", "model": False}
        assert await unit.guilds.settings(OTHER_GUILD) == {}


async def test_a_guild_expires_after_the_grace_period(database: Database, clock: FakeClock) -> None:
    async with database.begin() as unit:
        for guild_id in (GUILD, OTHER_GUILD):
            await unit.guilds.joined(guild_id)
        await unit.guilds.left(GUILD, START)
        await unit.guilds.left(GUILD, START + timedelta(hours=1))  # reported again: the first time counts
        await unit.guilds.left(999, START)  # never heard of
        clock.advance(hours=72, seconds=-1)
        assert await unit.guilds.expired(clock(), GRACE) == ()
        clock.advance(seconds=1)
        assert await unit.guilds.expired(clock(), GRACE) == (GUILD,)
        await unit.guilds.joined(GUILD)
        assert await unit.guilds.expired(clock(), GRACE) == ()


async def test_nobody_can_leave_direct_messages(database: Database) -> None:
    async with database.begin() as unit:
        await unit.guilds.joined(0)
        await unit.guilds.left(0, START)
        assert await unit.guilds.expired(START + 2 * GRACE, GRACE) == ()


@pytest.mark.parametrize("table", ["projects", "tracks", "analyses", "blobs", "reviews", "conversations", "jobs"])
async def test_purging_deletes_everything_of_the_guild_and_nothing_else(database: Database, table: str) -> None:
    async with database.begin() as unit:
        for actor in (ANNA, BEN, ANNA_ELSEWHERE):
            await add_conversation(unit, actor)
            path = f"{actor.tenant_id}-{actor.user_id}"
            await unit.library.add_blob(actor, content_hash=HASH, path=path, size=10, expires_at=START)
            await unit.jobs.add(job(actor))
        before = {actor: await unit.privacy.export(actor) for actor in (ANNA, BEN)}
        paths = await unit.guilds.purge(GUILD)
        after = {actor: await unit.privacy.export(actor) for actor in (ANNA, BEN)}
    assert set(paths) == {f"{GUILD}-{ANNA.user_id}", f"{GUILD}-{BEN.user_id}"}
    assert {row["guild_id"] for row in before[ANNA][table]} == {GUILD, OTHER_GUILD}
    assert after[ANNA][table] == [row for row in before[ANNA][table] if row["guild_id"] == OTHER_GUILD]
    assert after[BEN][table] == []
    # Ben has nothing anywhere any more, Anna has
    assert [len(after[actor]["users"]) for actor in (ANNA, BEN)] == [1, 0]


async def test_purging_a_guild_keeps_what_members_have_set_for_themselves(database: Database) -> None:
    async with database.begin() as unit:
        await unit.privacy.put_settings(ANNA, {"ping": False})  # has nothing anywhere
        await unit.privacy.put_settings(BEN, {"ping": False})
        await add_review(unit, BEN)
        for guild_id in (GUILD, OTHER_GUILD):
            await unit.guilds.joined(guild_id)
            await unit.guilds.purge(guild_id)
        for member in (ANNA, BEN):
            assert await unit.privacy.settings(member) == {"ping": False}
        await unit.privacy.delete(BEN)
        assert await unit.privacy.settings(BEN) == {}


async def test_purging_forgets_settings_and_counts(database: Database) -> None:
    async with database.begin() as unit:
        await unit.guilds.put_settings(GUILD, {"language": "sv"})
        await unit.usage.reserve_model_call(ANNA, START.date(), calls(5))
        await add_review(unit, ANNA)
        await unit.guilds.purge(GUILD)
        assert await unit.guilds.settings(GUILD) == {}
        assert (await unit.usage.used(GUILD, START.date())).attempts == 0
        assert await unit.library.reviews_of(ANNA) == ()
