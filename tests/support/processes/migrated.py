"""An empty SQLite database with all migrations, made once a run and copied: making one takes ten times as long."""

import asyncio
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from core.storage import Database
from tests.support.once import once

NAME, MODE = "earshot.sqlite3", 0o600


def put_database(folder: Path) -> None:
    """Put the file where `Database.open` looks for it in a data folder, unless there is one."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / NAME
    if path.exists():
        return
    path.touch(MODE)
    path.write_bytes(_migrated())


@cache
def _migrated() -> bytes:
    return once("migrated database", _migrate)


def _migrate() -> bytes:
    with tempfile.TemporaryDirectory() as folder:

        async def migrate() -> None:
            await (await Database.open(None, Path(folder))).close()

        # a loop of its own: the test that asks first runs in one already
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, migrate()).result()
        return (Path(folder) / NAME).read_bytes()
