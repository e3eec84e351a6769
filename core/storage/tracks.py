"""Analyses, tracks and their versions: the songs of one owner in one guild."""

from collections.abc import Collection

from sqlalchemy import Select, delete, exists, func, or_, select

from core.analysis.measurements import Analysis
from core.storage.access import Repository, owned_by, stored
from core.storage.schema.tables import analyses, projects, reviews, tracks, versions
from core.storage.stored_values import FileOfOwner, StoredAnalysis, Track, Version
from core.values.actor import Actor
from core.values.errors import NotFoundError
from core.values.serial import to_json

DEFAULT_PROJECT = 1
"""Number of the project that new tracks are added to."""


class Tracks(Repository):
    """Analyses, tracks, versions. Methods with an actor find only that owner's rows; others are a `NotFoundError`."""

    async def find_analysis(self, actor: Actor, content_hash: str, analyser_version: str) -> StoredAnalysis | None:
        """The stored analysis of this owner's file, or None; that of another owner's file is never returned."""
        statement = select(analyses).where(
            owned_by(analyses, actor),
            analyses.c.content_hash == content_hash,
            analyses.c.analyser_version == analyser_version,
        )
        row = (await self._connection.execute(statement)).one_or_none()
        return None if row is None else StoredAnalysis(row.id, stored(Analysis, row.analysis), row.frames)

    async def save_analysis(self, actor: Actor, content_hash: str, analysis: Analysis, frames: bytes) -> int:
        """Store an analysis and the frames it was made from (compressed, as `core.analysis` packs them).

        Returns:
            The id of its row; the existing row's if this owner's file was stored with the same analyser version before.
        """
        await self._ensure_owner(actor)
        key = {
            "tenant_id": actor.tenant_id,
            "owner_id": actor.user_id,
            "content_hash": content_hash,
            "analyser_version": analysis.analyser_version,
        }
        text = to_json(analysis).decode()
        await self._add_new(analyses, list(key), **key, analysis=text, frames=frames, created_at=self._clock())
        row = await self._one("analysis", select(analyses.c.id).filter_by(**key))
        return int(row.id)

    async def remove_unused_analyses(self, analysis_ids: Collection[int]) -> tuple[FileOfOwner, ...]:
        """Delete those of these analyses that no version and no review (as its reference) uses any more.

        Returns:
            The files whose analyses were deleted.
        """
        used = or_(
            exists().where(versions.c.analysis_id == analyses.c.id),
            exists().where(reviews.c.reference_analysis_id == analyses.c.id),
        )
        unused = delete(analyses).where(analyses.c.id.in_(analysis_ids), ~used)
        columns = (analyses.c.tenant_id, analyses.c.owner_id, analyses.c.content_hash)
        return tuple(FileOfOwner(*row) for row in await self._connection.execute(unused.returning(*columns)))

    async def add_track(self, actor: Actor, title: str | None = None) -> Track:
        """Add a track to the owner's default project; without a title it is called by its number ("Track 12")."""
        await self._ensure_owner(actor)
        project_id = await self._default_project(actor)
        last = (
            await self._connection.execute(select(func.max(tracks.c.number)).where(owned_by(tracks, actor)))
        ).scalar()
        number = (last or 0) + 1
        title = title or f"Track {number}"
        track_id = await self._add(
            tracks,
            tenant_id=actor.tenant_id,
            owner_id=actor.user_id,
            project_id=project_id,
            number=number,
            title=title,
            created_at=self._clock(),
        )
        return Track(track_id, number, project_id, title)

    async def _default_project(self, actor: Actor) -> int:
        key = {"tenant_id": actor.tenant_id, "owner_id": actor.user_id, "number": DEFAULT_PROJECT}
        await self._add_new(projects, list(key), **key, title="Tracks", created_at=self._clock())
        return int((await self._one("project", select(projects.c.id).filter_by(**key))).id)

    async def add_version(self, actor: Actor, track_id: int, analysis_id: int, content_hash: str) -> Version:
        """Add the next version of a track.

        Raises:
            NotFoundError: the track, or an analysis of this content, is not this owner's.
        """
        # locked, so that no two versions get the same number
        await self._one("track", self._own(actor, track_id).with_for_update(key_share=True))
        analysed = select(analyses.c.id).where(
            owned_by(analyses, actor), analyses.c.id == analysis_id, analyses.c.content_hash == content_hash
        )
        await self._one("analysis", analysed)
        latest = await self._latest(track_id)
        number = latest.number + 1 if latest else 1
        version_id = await self._add(
            versions,
            track_id=track_id,
            analysis_id=analysis_id,
            number=number,
            content_hash=content_hash,
            created_at=self._clock(),
        )
        return Version(version_id, number, analysis_id, content_hash)

    async def latest_version(self, actor: Actor, track_id: int) -> Version:
        """The newest version of a track.

        Raises:
            NotFoundError: the track is not this owner's, or has no version yet.
        """
        await self._one("track", self._own(actor, track_id))
        latest = await self._latest(track_id)
        if latest is None:
            raise NotFoundError("version")
        return latest

    def _own(self, actor: Actor, track_id: int) -> Select[tuple[int]]:
        return select(tracks.c.id).where(owned_by(tracks, actor), tracks.c.id == track_id)

    async def _latest(self, track_id: int) -> Version | None:
        statement = select(versions).filter_by(track_id=track_id).order_by(versions.c.number.desc()).limit(1)
        row = (await self._connection.execute(statement)).one_or_none()
        return None if row is None else Version(row.id, row.number, row.analysis_id, row.content_hash)
