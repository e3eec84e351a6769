"""PrivacyService: show, delete, forget by default."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from core.service.channels import ChannelService
from core.service.deletion.privacy import PrivacyService
from core.storage import Database
from core.storage.dialects import DATABASE_FILE
from core.values.errors import DependencyCode, DependencyError
from tests.integration.service.conftest import ANNA, BEN, House


async def test_deletion_takes_everything_of_one_person_and_nothing_of_another(house: House) -> None:
    await house.review(ANNA, url="hers")
    await house.review(BEN, url="his")
    await house.privacy.delete(ANNA)

    hers, his = await house.privacy.export(ANNA), await house.privacy.export(BEN)
    assert not any(rows for name, rows in hers.items() if isinstance(rows, list))
    assert his["tracks"]
    assert len(house.stored()) == 1


async def test_audio_is_deleted_after_its_time_and_the_review_stays(house: House) -> None:
    await house.review()
    house.clock.advance(hours=house.limits.audio_retention_h - 1)
    await house.privacy.sweep()
    assert len(house.stored()) == 1

    house.clock.advance(hours=2)
    await house.privacy.sweep()
    assert house.stored() == []
    assert (await house.privacy.export(ANNA))["tracks"]


async def test_a_server_that_removed_the_bot_loses_its_data_after_the_grace_period(house: House) -> None:
    await house.review(ANNA)
    assert ANNA.guild_id is not None
    await house.privacy.guild_left(ANNA.guild_id)
    house.clock.now += timedelta(hours=house.limits.left_guild_grace_h - 1)
    await house.privacy.sweep()
    assert (await house.privacy.export(ANNA))["tracks"]

    house.clock.advance(hours=2)
    await house.privacy.sweep()
    assert not (await house.privacy.export(ANNA))["tracks"]


async def test_a_server_that_invites_it_again_keeps_its_data(house: House) -> None:
    await house.review(ANNA)
    assert ANNA.guild_id is not None
    await house.privacy.guild_left(ANNA.guild_id)
    await house.privacy.guild_joined(ANNA.guild_id)
    house.clock.now += timedelta(hours=house.limits.left_guild_grace_h * 2)
    await house.privacy.sweep()

    assert (await house.privacy.export(ANNA))["tracks"]


SECRET = "is the zanzibarcanary mono?"


def _on_disk(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob(f"{DATABASE_FILE}*") if SECRET.encode() in path.read_bytes())


@pytest.mark.parametrize("restarted", [False, True])
async def test_deleted_words_go_from_disk_as_soon_as_nobody_reads_them(
    house: House, tmp_path: Path, restarted: bool
) -> None:
    await house.review()
    await house.ask(await house.conversation_of(), SECRET)
    reader = sqlite3.connect(tmp_path / DATABASE_FILE, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM messages").fetchone()

    await house.privacy.delete(ANNA)
    privacy = PrivacyService(house.database, house.blobs, house.limits, house.clock) if restarted else house.privacy
    assert not await privacy.compact()
    assert _on_disk(tmp_path)

    reader.execute("ROLLBACK")
    reader.close()
    assert await privacy.compact()
    assert _on_disk(tmp_path) == []


async def test_a_deletion_that_cannot_be_compacted_is_done_all_the_same(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.review()

    async def refuses(_database: Database, *, wait: bool = True) -> bool:
        raise DependencyError(DependencyCode.DATABASE, cause="the disk is full", transient=True)

    with monkeypatch.context() as patched:
        patched.setattr(Database, "compact", refuses)
        await house.privacy.delete(ANNA)
        with pytest.raises(DependencyError):
            await house.privacy.compact()

    assert not (await house.privacy.export(ANNA))["tracks"]
    assert await house.privacy.compact()


async def test_only_a_guild_that_had_the_bot_can_have_removed_it(house: House) -> None:
    """A review by a user install makes the row of a guild that the bot was never a member of."""
    channels = ChannelService(house.database, house.blobs, house.clock)
    assert ANNA.guild_id is not None
    await house.review(ANNA)
    await house.privacy.guild_joined(2_200, 3_300)

    assert await channels.gone_guilds([2_200]) == {3_300}
    assert await channels.new_guilds([2_200, 3_300]) == frozenset()
    assert await channels.new_guilds([2_200, ANNA.guild_id]) == {ANNA.guild_id}

    await house.privacy.guild_joined(ANNA.guild_id)
    await house.privacy.guild_left(3_300)
    assert await channels.gone_guilds([2_200]) == {ANNA.guild_id}
    assert await channels.new_guilds([2_200, 3_300]) == {3_300}


async def test_what_a_server_has_set_is_kept_when_it_invites_the_bot_again(house: House) -> None:
    async with house.database.begin() as unit:
        await unit.guilds.put_settings(2_200, {"others": False})
    await house.privacy.guild_joined(2_200)

    async with house.database.read() as unit:
        assert (await unit.guilds.settings(2_200))["others"] is False
