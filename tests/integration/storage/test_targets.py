"""Targets of a guild: unique by name, the guild's alone, kept when who made them is forgotten."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from core.storage import Database, TargetEntry, dialects
from core.storage.schema.migrate import upgrade
from core.targets.named import NamedTarget, TargetComparison
from core.targets.percentiles import Percentiles, ServerTarget, TargetDelta
from core.values.actor import Actor
from core.values.errors import NotFoundError
from tests.integration.storage.samples import (
    ANNA,
    ANNA_DIRECT,
    ANNA_ELSEWHERE,
    BEN,
    FRAMES,
    HASH,
    START,
    analysis,
    diagnosis,
    request,
    review,
)

NUMBERS = ServerTarget(
    12, {"plr_db": Percentiles(7.5, 9.25, 11.0, 12), "bass_60_200": Percentiles(-4.0, -3.0, -2.5, 11)}
)
DNB = NamedTarget("Our DnB", NUMBERS, "drum_and_bass")


async def names(database: Database, actor: Actor) -> list[str]:
    async with database.read() as unit:
        return [entry.name for entry in await unit.targets.listed(actor)]


async def test_what_is_kept_comes_back_for_everybody_in_the_guild(database: Database) -> None:
    async with database.begin() as unit:
        assert await unit.targets.add(ANNA, DNB)
    async with database.read() as unit:
        assert await unit.targets.get(BEN, "our dnb") == DNB
        assert await unit.targets.listed(BEN) == (TargetEntry("Our DnB", 12, "drum_and_bass", START),)


async def test_a_name_is_there_once_whatever_its_case(database: Database) -> None:
    async with database.begin() as unit:
        assert await unit.targets.add(ANNA, DNB)
        assert not await unit.targets.add(BEN, NamedTarget("OUR dnb", replace(NUMBERS, tracks=5)))
        assert await unit.targets.add(ANNA_ELSEWHERE, replace(DNB, name="OUR DNB"))
        assert (await unit.targets.get(BEN, "Our DnB")).target == NUMBERS


@pytest.mark.parametrize("stranger", [ANNA_ELSEWHERE, ANNA_DIRECT, Actor(None, BEN.user_id), Actor(0, ANNA.user_id)])
async def test_no_other_guild_sees_or_removes_it(database: Database, stranger: Actor) -> None:
    async with database.begin() as unit:
        await unit.targets.add(ANNA, DNB)
    async with database.begin() as unit:
        assert await unit.targets.listed(stranger) == ()
        with pytest.raises(NotFoundError):
            await unit.targets.get(stranger, DNB.name)
        with pytest.raises(NotFoundError):
            await unit.targets.remove(stranger, DNB.name)
    assert await names(database, ANNA) == ["Our DnB"]


async def test_without_a_guild_nothing_is_kept(database: Database) -> None:
    with pytest.raises(NotFoundError):
        async with database.begin() as unit:
            await unit.targets.add(ANNA_DIRECT, DNB)


async def test_one_that_is_removed_is_gone_and_its_name_is_free(database: Database) -> None:
    async with database.begin() as unit:
        await unit.targets.add(ANNA, DNB)
        await unit.targets.add(ANNA, replace(DNB, name="another"))
        await unit.targets.remove(BEN, "OUR DNB")
        assert [entry.name for entry in await unit.targets.listed(ANNA)] == ["another"]
        assert await unit.targets.add(ANNA, DNB)


async def test_a_guild_that_is_purged_loses_them(database: Database) -> None:
    async with database.begin() as unit:
        await unit.targets.add(ANNA, DNB)
        await unit.targets.add(ANNA_ELSEWHERE, DNB)
        await unit.guilds.purge(ANNA.tenant_id)
    assert await names(database, ANNA) == []
    assert await names(database, ANNA_ELSEWHERE) == ["Our DnB"]


async def test_who_made_one_sees_it_in_their_export_and_is_forgotten_without_it(database: Database) -> None:
    async with database.begin() as unit:
        await unit.targets.add(ANNA, DNB)
        await unit.targets.add(BEN, replace(DNB, name="Ben's"))
        exported = (await unit.privacy.export(ANNA))["targets"]
        await unit.privacy.delete(ANNA)
        after = (await unit.privacy.export(ANNA))["targets"]
        bens = (await unit.privacy.export(BEN))["targets"]
        kept = await unit.targets.get(BEN, DNB.name)
    assert [(row["guild_id"], row["name"], row["created_by"]) for row in exported] == [
        (ANNA.guild_id, "Our DnB", ANNA.user_id)
    ]
    assert exported[0]["target"]["measures"]["plr_db"]["p50"] == 9.25
    assert after == []
    assert [row["created_by"] for row in bens] == [BEN.user_id]
    assert kept == DNB


async def test_a_review_keeps_what_was_found_even_when_the_target_is_removed(database: Database) -> None:
    found = TargetComparison(DNB.name, 12, (TargetDelta("plr_db", 8.0, -1.25, 0.0),))
    async with database.begin() as unit:
        await unit.targets.add(ANNA, DNB)
        analysis_id = await unit.library.save_analysis(ANNA, HASH, analysis(), FRAMES)
        track = await unit.library.add_track(ANNA)
        version = await unit.library.add_version(ANNA, track.track_id, analysis_id, HASH)
        arguments = (ANNA, version.version_id, request(), diagnosis(), review())
        with_target = await unit.library.save_review(*arguments, target=found)
        without = await unit.library.save_review(*arguments)
        await unit.targets.remove(ANNA, DNB.name)
    async with database.read() as unit:
        assert (await unit.library.get_review(ANNA, with_target)).target == found
        assert (await unit.library.get_review(ANNA, without)).target is None
        rows = (await unit.privacy.export(ANNA))["reviews"]
    assert [row["target"] and row["target"]["name"] for row in rows] == ["Our DnB", None]


async def test_reviews_from_before_targets_are_kept_with_everything_that_refers_to_them(tmp_path: Path) -> None:
    engine = dialects.create_migration_engine(dialects.parse_url(None, tmp_path))
    async with engine.begin() as connection:
        await connection.run_sync(upgrade, "0002")
        for statement in (
            "INSERT INTO guilds VALUES (7, '{}', '2026-03-01', NULL)",
            "INSERT INTO users VALUES (5, '2026-03-01')",
            "INSERT INTO projects VALUES (1, 7, 5, 1, 'p', '2026-03-01')",
            "INSERT INTO tracks VALUES (1, 7, 5, 1, 1, 't', '2026-03-01')",
            "INSERT INTO analyses VALUES (1, 7, 5, 'h', 'v', '{}', x'00', '2026-03-01')",
            "INSERT INTO versions VALUES (1, 1, 1, 1, 'h', '2026-03-01')",
            "INSERT INTO reviews VALUES (41, 7, 5, 1, NULL, '{}', '{}', '{}', '2026-03-01')",
            "INSERT INTO conversations VALUES (3, 7, 5, NULL, 41, NULL, 0, '2026-03-01', '2026-03-01')",
        ):
            await connection.exec_driver_sql(statement)
    await engine.dispose()

    await (await Database.open(None, tmp_path)).close()

    with sqlite3.connect(tmp_path / "earshot.sqlite3") as connection:
        assert connection.execute("SELECT id, owner_id, target FROM reviews").fetchall() == [(41, 5, None)]
        assert connection.execute("SELECT review_id FROM conversations").fetchall() == [(41,)]
        # the id of a deleted last row is never given again
        assert connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'reviews'").fetchone() == (41,)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()
