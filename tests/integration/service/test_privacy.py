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
from tests.integration.service.conftest import ANNA, BEN, Application


async def test_deletion_takes_everything_of_one_person_and_nothing_of_another(app: Application) -> None:
    await app.review(ANNA, url="hers")
    await app.review(BEN, url="his")
    await app.privacy.delete(ANNA)

    hers, his = await app.privacy.export(ANNA), await app.privacy.export(BEN)
    assert not any(rows for name, rows in hers.items() if isinstance(rows, list))
    assert his["tracks"]
    assert len(app.stored()) == 1


async def test_audio_is_deleted_after_its_time_and_the_review_stays(app: Application) -> None:
    await app.review()
    app.clock.advance(hours=app.limits.audio_retention_h - 1)
    await app.privacy.sweep()
    assert len(app.stored()) == 1

    app.clock.advance(hours=2)
    await app.privacy.sweep()
    assert app.stored() == []
    assert (await app.privacy.export(ANNA))["tracks"]


async def test_a_server_that_removed_the_bot_loses_its_data_after_the_grace_period(app: Application) -> None:
    await app.review(ANNA)
    assert ANNA.guild_id is not None
    await app.privacy.guild_left(ANNA.guild_id)
    app.clock.now += timedelta(hours=app.limits.left_guild_grace_h - 1)
    await app.privacy.sweep()
    assert (await app.privacy.export(ANNA))["tracks"]

    app.clock.advance(hours=2)
    await app.privacy.sweep()
    assert not (await app.privacy.export(ANNA))["tracks"]


async def test_a_server_that_invites_it_again_keeps_its_data(app: Application) -> None:
    await app.review(ANNA)
    assert ANNA.guild_id is not None
    await app.privacy.guild_left(ANNA.guild_id)
    await app.privacy.guild_joined(ANNA.guild_id)
    app.clock.now += timedelta(hours=app.limits.left_guild_grace_h * 2)
    await app.privacy.sweep()

    assert (await app.privacy.export(ANNA))["tracks"]


SECRET = "is the zanzibarcanary mono?"


def _on_disk(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob(f"{DATABASE_FILE}*") if SECRET.encode() in path.read_bytes())


@pytest.mark.parametrize("restarted", [False, True])
async def test_deleted_words_go_from_disk_as_soon_as_nobody_reads_them(
    app: Application, tmp_path: Path, restarted: bool
) -> None:
    await app.review()
    await app.ask(await app.conversation_of(), SECRET)
    reader = sqlite3.connect(tmp_path / DATABASE_FILE, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM messages").fetchone()

    await app.privacy.delete(ANNA)
    privacy = PrivacyService(app.database, app.blobs, app.limits, app.clock) if restarted else app.privacy
    assert not await privacy.compact()
    assert _on_disk(tmp_path)

    reader.execute("ROLLBACK")
    reader.close()
    assert await privacy.compact()
    assert _on_disk(tmp_path) == []


async def test_a_deletion_that_cannot_be_compacted_is_done_all_the_same(
    app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    await app.review()

    async def refuses(_database: Database, *, wait: bool = True) -> bool:
        raise DependencyError(DependencyCode.DATABASE, cause="the disk is full", transient=True)

    with monkeypatch.context() as patched:
        patched.setattr(Database, "compact", refuses)
        await app.privacy.delete(ANNA)
        with pytest.raises(DependencyError):
            await app.privacy.compact()

    assert not (await app.privacy.export(ANNA))["tracks"]
    assert await app.privacy.compact()


async def test_only_a_guild_that_had_the_bot_can_have_removed_it(app: Application) -> None:
    """A review by a user install makes the row of a guild that the bot was never a member of."""
    channels = ChannelService(app.database, app.blobs, app.clock)
    assert ANNA.guild_id is not None
    await app.review(ANNA)
    await app.privacy.guild_joined(2_200, 3_300)

    assert await channels.gone_guilds([2_200]) == {3_300}
    assert await channels.new_guilds([2_200, 3_300]) == frozenset()
    assert await channels.new_guilds([2_200, ANNA.guild_id]) == {ANNA.guild_id}

    await app.privacy.guild_joined(ANNA.guild_id)
    await app.privacy.guild_left(3_300)
    assert await channels.gone_guilds([2_200]) == {ANNA.guild_id}
    assert await channels.new_guilds([2_200, 3_300]) == {3_300}


async def test_what_a_server_has_set_is_kept_when_it_invites_the_bot_again(app: Application) -> None:
    async with app.database.begin() as unit:
        await unit.guilds.put_settings(2_200, {"others": False})
    await app.privacy.guild_joined(2_200)

    async with app.database.read() as unit:
        assert (await unit.guilds.settings(2_200))["others"] is False
