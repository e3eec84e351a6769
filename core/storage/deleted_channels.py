"""Deletion of what was shown only in a channel that was deleted in Discord."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select

from core.storage.access import Repository
from core.storage.conversations.seen import Seen
from core.storage.schema.tables import (
    conversations,
    messages,
    reviews,
    seen_channels,
    summaries,
    tracks,
    versions,
)
from core.storage.stored_values import DeletedThere
from core.storage.tracks import Tracks
from core.storage.uploads.blob_rows import BlobRows


def _stood_in(channel_id: int) -> ColumnElement[bool]:
    """Conversations of a channel, with those that gave it up to a newer one but whose review is shown there."""
    shown_there = and_(conversations.c.channel_id.is_(None), conversations.c.review_channel_id == channel_id)
    return or_(conversations.c.channel_id == channel_id, shown_there)


class DeletedChannels(Repository):
    """Deletion of a channel's rows, of every owner. Not for use on behalf of an actor."""

    async def is_known(self, channel_id: int) -> bool:
        """Whether anything is stored about this channel."""
        there = (
            select(conversations.c.id).where(_stood_in(channel_id)),
            select(messages.c.id).where(messages.c.channel_id == channel_id),
            select(summaries.c.id).where(summaries.c.channel_id == channel_id),
            select(seen_channels.c.channel_id).where(seen_channels.c.channel_id == channel_id),
        )
        for statement in there:
            if (await self._connection.execute(statement.limit(1))).one_or_none() is not None:
                return True
        return False

    async def remove(self, channel_id: int) -> DeletedThere:
        """Delete the channel's conversations with their reviews, and what was said there in other conversations.

        Kept are a review that another conversation is about, and the other versions of a track that has a conversation
        elsewhere: where each of them was shown is not stored.
        """
        await self._connection.execute(delete(messages).where(messages.c.channel_id == channel_id))
        await self._connection.execute(delete(summaries).where(summaries.c.channel_id == channel_id))
        gone = delete(conversations).where(_stood_in(channel_id))
        rows = (await self._connection.execute(gone.returning(conversations.c.id, conversations.c.review_id))).all()
        await Seen(self._connection, self._clock).forget_unused()
        paths = await self._remove_reviews({row.review_id for row in rows}) if rows else ()
        return DeletedThere(tuple(sorted(row.id for row in rows)), paths)

    async def _remove_reviews(self, review_ids: Collection[int]) -> tuple[str, ...]:
        """Delete these reviews and, of tracks without a conversation, all others; returns paths of files to delete."""
        version_of = versions.c.id == reviews.c.version_id
        found = select(versions.c.track_id).join(reviews, version_of).where(reviews.c.id.in_(review_ids))
        track_ids = set((await self._connection.execute(found)).scalars())
        talked_of = (
            select(versions.c.track_id)
            .join(reviews, version_of)
            .join(conversations, conversations.c.review_id == reviews.c.id)
            .where(versions.c.track_id.in_(track_ids))
        )
        kept_ids = set((await self._connection.execute(talked_of)).scalars())
        its_own = and_(reviews.c.id.in_(review_ids), ~exists().where(conversations.c.review_id == reviews.c.id))
        leaving = or_(versions.c.track_id.in_(track_ids - kept_ids), its_own)
        columns = (reviews.c.id, reviews.c.version_id, reviews.c.reference_analysis_id, versions.c.analysis_id)
        gone = (await self._connection.execute(select(*columns).join(versions, version_of).where(leaving))).all()
        await self._connection.execute(delete(reviews).where(reviews.c.id.in_([row.id for row in gone])))
        unreviewed = and_(
            versions.c.id.in_({row.version_id for row in gone}), ~exists().where(reviews.c.version_id == versions.c.id)
        )
        await self._connection.execute(delete(versions).where(unreviewed))
        await self._connection.execute(delete(tracks).where(tracks.c.id.in_(track_ids - kept_ids)))
        measured = {row.analysis_id for row in gone} | {row.reference_analysis_id for row in gone} - {None}
        files = await Tracks(self._connection, self._clock).remove_unused_analyses(measured)
        return await BlobRows(self._connection, self._clock).remove_measured(files)
