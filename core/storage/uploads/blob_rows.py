"""Rows of stored files. The files are in `core.storage.uploads.blobs`."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, delete, exists, select

from core.storage.access import Repository
from core.storage.schema.tables import blobs, jobs
from core.storage.stored_values import BlobRow, FileOfOwner
from core.values.actor import Actor
from core.values.job import OPEN_STATES

UPLOAD = "upload"
"""A file a producer sent."""


class BlobRows(Repository):
    """Which file belongs to whom, and until when."""

    async def add_blob(
        self, actor: Actor, *, content_hash: str, path: str, size: int, expires_at: datetime, kind: str = UPLOAD
    ) -> int:
        """Note whose file this is (hash, path and size from `BlobStore.put`) and until when; returns the row's id."""
        await self._ensure_owner(actor)
        return await self._add(
            blobs,
            tenant_id=actor.tenant_id,
            owner_id=actor.user_id,
            content_hash=content_hash,
            kind=kind,
            path=path,
            size_bytes=size,
            created_at=self._clock(),
            expires_at=expires_at,
        )

    async def expired_blobs(self, now: datetime) -> tuple[BlobRow, ...]:
        """Files whose time is up, of everybody."""
        statement = select(blobs.c.id, blobs.c.path).where(blobs.c.expires_at <= now).order_by(blobs.c.expires_at)
        return tuple(BlobRow(row.id, row.path) for row in await self._connection.execute(statement))

    async def remove_blob(self, blob_id: int) -> None:
        """Forget a file."""
        await self._connection.execute(delete(blobs).where(blobs.c.id == blob_id))

    async def remove_blob_at(self, path: str) -> None:
        """Forget the file at a path."""
        await self._connection.execute(delete(blobs).where(blobs.c.path == path))

    async def remove_measured(self, files: Collection[FileOfOwner]) -> tuple[str, ...]:
        """Forget files of which nothing that was measured is kept, unless a job that is not over needs them.

        Returns:
            Their paths: they must be deleted from disk after the commit.
        """
        needed = exists().where(
            jobs.c.owner_id == blobs.c.owner_id, jobs.c.state.in_(OPEN_STATES), jobs.c.payload.contains(blobs.c.path)
        )
        paths: list[str] = []
        for file in files:
            its_own = and_(*(blobs.c[name] == value for name, value in file._asdict().items()))
            gone = delete(blobs).where(its_own, ~needed).returning(blobs.c.path)
            paths += (await self._connection.execute(gone)).scalars()
        return tuple(paths)

    async def blob_paths(self) -> frozenset[str]:
        """Paths of all files that have a row."""
        return frozenset((await self._connection.execute(select(blobs.c.path))).scalars())
