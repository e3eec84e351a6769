"""Reviews: what was written about a version, and the diagnosis it was written from."""

from typing import Any

from sqlalchemy import Select, delete, select, update

from core.analysis.measurements import Analysis
from core.diagnosis.findings import Diagnosis
from core.review import Review
from core.storage.access import Repository, owned_by, readable_by, stored
from core.storage.schema.tables import analyses, conversations, reviews, tracks, versions
from core.storage.stored_values import ReviewEntry, StoredReview
from core.storage.tracks import Tracks
from core.targets.named import TargetComparison
from core.values.actor import Actor
from core.values.request import ReviewRequest
from core.values.serial import to_json

LIST_LIMIT = 25
"""Reviews in one list: as many as a Discord select menu has options."""

_reference = analyses.alias("reference")

_TRACK_COLUMNS = (
    tracks.c.id.label("track_id"),
    tracks.c.number.label("track_number"),
    tracks.c.title.label("track_title"),
    versions.c.number.label("version_number"),
)


def _with_track(statement: Select[Any]) -> Select[Any]:
    version = statement.join(versions, versions.c.id == reviews.c.version_id)
    return version.join(tracks, tracks.c.id == versions.c.track_id)


def _with_analyses() -> Select[Any]:
    columns = (*_TRACK_COLUMNS, analyses.c.analysis, _reference.c.analysis.label("reference"))
    analysed = _with_track(select(reviews, *columns)).join(analyses, analyses.c.id == versions.c.analysis_id)
    return analysed.outerjoin(_reference, _reference.c.id == reviews.c.reference_analysis_id)


class Reviews(Repository):
    """Reviews. Methods with an actor find only the rows this actor may read; others are a `NotFoundError`."""

    async def save_review(
        self,
        actor: Actor,
        version_id: int,
        request: ReviewRequest,
        diagnosis: Diagnosis,
        review: Review,
        *,
        reference_analysis_id: int | None = None,
        target: TargetComparison | None = None,
    ) -> int:
        """Store a review; returns its id.

        Raises:
            NotFoundError: the version or the reference's analysis is not this owner's.
        """
        version = select(versions.c.id).join(tracks, tracks.c.id == versions.c.track_id)
        await self._one("version", version.where(owned_by(tracks, actor), versions.c.id == version_id))
        if reference_analysis_id is not None:
            reference = select(analyses.c.id).where(owned_by(analyses, actor), analyses.c.id == reference_analysis_id)
            await self._one("analysis", reference)
        return await self._add(
            reviews,
            tenant_id=actor.tenant_id,
            owner_id=actor.user_id,
            version_id=version_id,
            reference_analysis_id=reference_analysis_id,
            request=to_json(request).decode(),
            diagnosis=to_json(diagnosis).decode(),
            review=to_json(review).decode(),
            created_at=self._clock(),
            target=None if target is None else to_json(target).decode(),
        )

    async def put_request(self, review_id: int, request: ReviewRequest) -> None:
        """Replace the request of anybody's review; nothing if the review is gone."""
        changed = update(reviews).where(reviews.c.id == review_id).values(request=to_json(request).decode())
        await self._connection.execute(changed)

    async def get_review(self, actor: Actor, review_id: int, *, any_member: bool = False) -> StoredReview:
        """A review with everything it was written from.

        Args:
            actor: who asks.
            review_id: which review.
            any_member: find it for everybody in the owner's guild, not only for the owner.

        Raises:
            NotFoundError: there is no such review for this actor.
        """
        may_read = readable_by(reviews, actor) if any_member else owned_by(reviews, actor)
        row = await self._one("review", _with_analyses().where(may_read, reviews.c.id == review_id))
        return StoredReview(
            review_id=row.id,
            request=stored(ReviewRequest, row.request),
            diagnosis=stored(Diagnosis, row.diagnosis),
            review=stored(Review, row.review),
            analysis=stored(Analysis, row.analysis),
            reference=None if row.reference is None else stored(Analysis, row.reference),
            target=None if row.target is None else stored(TargetComparison, row.target),
            track_number=row.track_number,
            version_number=row.version_number,
            track_id=row.track_id,
            version_id=row.version_id,
            owner_id=row.owner_id,
            created_at=row.created_at,
            reference_analysis_id=row.reference_analysis_id,
        )

    async def remove_review(self, actor: Actor, review_id: int) -> None:
        """Delete a review that was not posted, with its version; its conversation goes back to the previous review.

        Without a previous review, the track and the conversation are deleted. The analyses are deleted unless others
        use them.

        Raises:
            NotFoundError: the review is not this actor's.
        """
        columns = (versions.c.id, versions.c.track_id, versions.c.analysis_id, reviews.c.reference_analysis_id)
        found = _with_track(select(*columns).select_from(reviews))
        row = await self._one("review", found.where(owned_by(reviews, actor), reviews.c.id == review_id))
        others = select(reviews.c.id).join(versions, versions.c.id == reviews.c.version_id)
        others = others.where(versions.c.track_id == row.track_id, versions.c.id != row.id)
        before = (await self._connection.execute(others.order_by(reviews.c.id.desc()).limit(1))).scalar_one_or_none()
        if before is None:
            await self._connection.execute(delete(tracks).where(tracks.c.id == row.track_id))
        else:
            about = update(conversations).where(conversations.c.review_id == review_id)
            await self._connection.execute(about.values(review_id=before))
            await self._connection.execute(delete(versions).where(versions.c.id == row.id))
        measured = {row.analysis_id, row.reference_analysis_id} - {None}
        await Tracks(self._connection, self._clock).remove_unused_analyses(measured)

    async def latest(self, actor: Actor) -> int:
        """Id of the owner's newest review in this guild.

        Raises:
            NotFoundError: the owner has no review there.
        """
        statement = select(reviews.c.id).where(owned_by(reviews, actor)).order_by(reviews.c.id.desc()).limit(1)
        return int((await self._one("review", statement)).id)

    async def reviews_of(
        self, actor: Actor, limit: int = LIST_LIMIT, before_id: int | None = None
    ) -> tuple[ReviewEntry, ...]:
        """The owner's reviews in this guild, newest first; with `before_id`, those older than that review."""
        statement = _with_track(select(reviews, *_TRACK_COLUMNS)).where(owned_by(reviews, actor))
        statement = statement.order_by(reviews.c.id.desc()).limit(limit)
        if before_id is not None:
            statement = statement.where(reviews.c.id < before_id)
        return tuple(
            ReviewEntry(
                review_id=row.id,
                request=stored(ReviewRequest, row.request),
                verdict=stored(Review, row.review).verdict,
                track_id=row.track_id,
                track_number=row.track_number,
                track_title=row.track_title,
                version_number=row.version_number,
                created_at=row.created_at,
            )
            for row in await self._connection.execute(statement)
        )
