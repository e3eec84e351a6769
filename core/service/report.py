"""The report document: what PDF and charts are made from, for bot and command line alike."""

from datetime import datetime

from core.exports import ReportDocument
from core.knowledge.genres import Genre
from core.review import Brief, Review
from core.rules.reading import Subject
from core.values.conversation import Summary, Turn


def report_document(
    brief: Brief,
    review: Review,
    genre: Genre,
    *,
    title: str,
    created_at: datetime,
    turns: tuple[Turn, ...] = (),
    summaries: tuple[Summary, ...] = (),
) -> ReportDocument:
    """Gather everything a report shows; nothing in it is rewritten by a model."""
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
        genre_third_octave_db=genre.third_octave_db,
        genre_tolerance_db=dict(genre.tolerance_db),
        genre_band_deviation_db=_deviations(brief, genre),
    )


def _deviations(brief: Brief, genre: Genre) -> dict[str, float]:
    """Bands against the genre's curve, aligned as the diagnosis aligns them."""
    subject = Subject(brief.analysis, genre, brief.request)
    known = {band: subject.deviation_db(band) for band in genre.band_db}
    return {band: value for band, value in known.items() if value is not None}
