"""The content of a report (`ReportDocument`), and how it is put together from stored values."""

from dataclasses import dataclass
from datetime import datetime

from core.review import Brief, Review
from core.values.conversation import Summary, Turn


@dataclass(frozen=True, slots=True)
class ReportDocument:
    """The content of a report. No text in it is rewritten on the way; every text in it is untrusted.

    Attributes:
        title: name of the track, not its file name ("Track 12 · version 1").
        created_at: when the review was made; timezone-aware, shown in its own zone.
        genre_name: the genre's name for people.
        subgenre_name: the subgenre's name for people, or None.
        brief: request, genre, analysis, diagnosis and reference.
        review: the feedback.
        turns: the messages of the conversation, in time order.
        summaries: its summaries, in order of their number.
    """

    title: str
    created_at: datetime
    genre_name: str
    subgenre_name: str | None
    brief: Brief
    review: Review
    turns: tuple[Turn, ...] = ()
    summaries: tuple[Summary, ...] = ()


def report_document(
    brief: Brief,
    review: Review,
    *,
    title: str,
    created_at: datetime,
    turns: tuple[Turn, ...] = (),
    summaries: tuple[Summary, ...] = (),
) -> ReportDocument:
    """Put the content of a report together. Arguments are the attributes of `ReportDocument`."""
    genre = brief.genre
    subgenre = genre.subgenre(brief.request.subgenre_id) if brief.request.subgenre_id else None
    return ReportDocument(
        title=title,
        created_at=created_at,
        genre_name=genre.name,
        subgenre_name=subgenre.name if subgenre else None,
        brief=brief,
        review=review,
        turns=turns,
        summaries=summaries,
    )
