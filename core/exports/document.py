"""ReportDocument: everything a report shows, for bot and command line alike; and how it is gathered."""

from dataclasses import dataclass
from datetime import datetime

from core.knowledge.genres import Genre
from core.review import Brief, Review
from core.rules.reading import Subject
from core.values.conversation import Summary, Turn


@dataclass(frozen=True, slots=True)
class ReportDocument:
    """Everything a report shows. Nothing in it is rewritten on the way; every text in it is untrusted.

    Attributes:
        title: names the track without its file name ("Track 12 · version 1").
        created_at: when the review was made; aware, shown as it is given.
        genre_name: the genre's name for people.
        subgenre_name: the subgenre's name for people, or None.
        brief: request, analysis, diagnosis and reference.
        review: the feedback.
        turns: the conversation so far, in time order.
        summaries: its summaries, in order of their number.
        genre_third_octave_db: the genre's curve, dB relative to its 1 kHz band, keyed like
            `Spectrum.third_octave_db`; None where the genre has none.
        genre_tolerance_db: half-width of the genre's tolerance per band of `BAND_EDGES_HZ`, dB.
        genre_band_deviation_db: this track minus the genre's curve per band of `BAND_EDGES_HZ`, dB, aligned as the
            diagnosis aligns it; None leaves the column out.
    """

    title: str
    created_at: datetime
    genre_name: str
    subgenre_name: str | None
    brief: Brief
    review: Review
    turns: tuple[Turn, ...] = ()
    summaries: tuple[Summary, ...] = ()
    genre_third_octave_db: dict[str, float] | None = None
    genre_tolerance_db: dict[str, float] | None = None
    genre_band_deviation_db: dict[str, float] | None = None


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
