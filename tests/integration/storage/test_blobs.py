"""Files on disk: whole or not at all, with names that say nothing, and none left over."""

import asyncio
import hashlib
import os
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.storage import BlobStore, Database
from core.values.errors import DependencyCode, DependencyError, InputCode, InputError, NotFoundError
from tests.integration.storage.samples import ANNA, BEN, START
from tests.support.clock import FakeClock

SONG = bytes(range(256)) * 20_000
CHUNK = 64 * 1024


class DroppedError(Exception):
    """The download broke."""


async def chunks(data: bytes, error: Exception | None = None) -> AsyncIterator[bytes]:
    for start in range(0, len(data), CHUNK):
        yield data[start : start + CHUNK]
    if error:
        raise error


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "blobs"


@pytest.fixture
def store(folder: Path) -> BlobStore:
    return BlobStore(folder)


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


async def test_a_stream_is_stored_under_a_random_name(store: BlobStore, folder: Path) -> None:
    one = await store.put(chunks(SONG), len(SONG))
    two = await store.put(chunks(SONG), len(SONG))
    assert one.path != two.path
    assert files(folder) == sorted([one.path, two.path])
    for blob in (one, two):
        assert (blob.size, blob.content_hash) == (len(SONG), hashlib.sha256(SONG).hexdigest())
        assert store.path(blob.path).read_bytes() == SONG
        assert blob.content_hash[:8] not in blob.path
        assert stat.S_IMODE(store.path(blob.path).stat().st_mode) == 0o600
    assert stat.S_IMODE(store.path(one.path).parent.stat().st_mode) == 0o700


async def test_a_stream_that_grows_too_large_leaves_nothing(store: BlobStore, folder: Path) -> None:
    with pytest.raises(InputError) as caught:
        await store.put(chunks(SONG), len(SONG) - 1)
    assert caught.value.code is InputCode.TOO_LARGE
    assert files(folder) == []


async def test_it_stops_reading_where_the_limit_is(store: BlobStore) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += CHUNK
            yield bytes(CHUNK)

    with pytest.raises(InputError):
        await store.put(endless(), 10 * CHUNK)
    assert read == 11 * CHUNK


async def test_an_empty_stream_is_refused(store: BlobStore, folder: Path) -> None:
    with pytest.raises(InputError) as caught:
        await store.put(chunks(b""), 100)
    assert caught.value.code is InputCode.EMPTY
    assert files(folder) == []


@pytest.mark.parametrize("error", [DroppedError(), ConnectionResetError(), TimeoutError()])
async def test_a_broken_download_leaves_nothing_and_keeps_its_error(
    store: BlobStore, folder: Path, error: Exception
) -> None:
    with pytest.raises(type(error)):
        await store.put(chunks(SONG, error), len(SONG))
    assert files(folder) == []


async def test_a_cancelled_upload_leaves_nothing(store: BlobStore, folder: Path) -> None:
    for turns in range(40):
        task = asyncio.create_task(store.put(chunks(SONG), len(SONG)))
        for _ in range(turns):
            await asyncio.sleep(0)  # not waiting: one turn of the loop, to be cancelled at another point each time
        if task.done():
            await store.delete((await task).path)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert files(folder) == []


async def test_a_disk_that_refuses_is_a_dependency_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DependencyError) as caught:
        await BlobStore(tmp_path / "file" / "blobs").put(chunks(SONG), len(SONG))
    assert caught.value.code is DependencyCode.DATABASE


async def test_deleting_twice_is_no_error(store: BlobStore, folder: Path) -> None:
    blob = await store.put(chunks(SONG), len(SONG))
    await store.delete(blob.path)
    await store.delete(blob.path)
    assert files(folder) == []


@pytest.mark.parametrize(
    "name", ["../earshot.sqlite3", "/etc/hostname", "", ".", "0" * 31, "0" * 32 + "\n", "0" * 32 + "/x"]
)
async def test_only_names_of_blobs_are_paths(store: BlobStore, name: str) -> None:
    with pytest.raises(NotFoundError):
        store.path(name)
    with pytest.raises(NotFoundError):
        await store.delete(name)


async def test_sweeping_deletes_old_files_without_a_row(store: BlobStore, folder: Path) -> None:
    assert await store.sweep([]) == 0  # there is no folder yet
    kept, orphan, fresh = [await store.put(chunks(SONG), len(SONG)) for _ in range(3)]
    unfinished = folder / ("0" * 32 + ".part")
    unfinished.write_bytes(SONG)
    notes = folder / "README.txt"
    notes.write_text("not ours")
    for path in (store.path(kept.path), store.path(orphan.path), unfinished, notes):
        os.utime(path, (path.stat().st_mtime - 3601,) * 2)
    assert await store.sweep({kept.path}) == 2
    assert files(folder) == sorted([kept.path, fresh.path, notes.name])


async def test_rows_say_whose_a_file_is_and_until_when(database: Database, store: BlobStore, clock: FakeClock) -> None:
    first, second = [await store.put(chunks(SONG), len(SONG)) for _ in range(2)]
    async with database.begin() as unit:
        for actor, blob in ((ANNA, first), (BEN, second)):
            await unit.library.add_blob(
                actor,
                content_hash=blob.content_hash,
                path=blob.path,
                size=blob.size,
                expires_at=clock.advance(hours=24),
            )
        assert await unit.library.blob_paths() == {first.path, second.path}
        assert await unit.library.expired_blobs(START) == ()
        clock.now = START
        (expired,) = await unit.library.expired_blobs(clock.advance(hours=24))
        assert expired.path == first.path
        await unit.library.remove_blob(expired.blob_id)
        assert [row.path for row in await unit.library.expired_blobs(clock.advance(hours=24))] == [second.path]


async def test_a_file_is_forgotten_by_its_path(database: Database) -> None:
    async with database.begin() as unit:
        for path in ("a" * 32, "b" * 32):
            await unit.library.add_blob(ANNA, content_hash="5e" * 32, path=path, size=1, expires_at=START)
        await unit.library.remove_blob_at("a" * 32)

        assert await unit.library.blob_paths() == {"b" * 32}
