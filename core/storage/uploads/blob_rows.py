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
"""Kind of a file that a producer sent."""


class BlobRows(Repository):
    """Owners and expiry times of stored files."""

    async def add_blob(
        self, actor: Actor, *, content_hash: str, path: str, size: int, expires_at: datetime, kind: str = UPLOAD
    ) -> int:
        """Add the row of a file (hash, path and size in bytes from `BlobStore.put`); returns its id."""
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
        """Everybody's files that have expired, the earliest first."""
        statement = select(blobs.c.id, blobs.c.path).where(blobs.c.expires_at <= now).order_by(blobs.c.expires_at)
        return tuple(BlobRow(row.id, row.path) for row in await self._connection.execute(statement))

    async def remove_blob(self, blob_id: int) -> None:
        """Delete the row of a file."""
        await self._connection.execute(delete(blobs).where(blobs.c.id == blob_id))

    async def remove_blob_at(self, path: str) -> None:
        """Delete the row of the file at a path."""
        await self._connection.execute(delete(blobs).where(blobs.c.path == path))

    async def remove_measured(self, files: Collection[FileOfOwner]) -> tuple[str, ...]:
        """Delete the rows of files whose analyses were deleted, unless a job that is not over needs them.

        Returns:
            The paths of files that must be deleted from disk after the commit.
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
