"""The table of a brief: every statement that a text about it may use."""

from collections.abc import Iterable, Iterator

from core.advice.statements import of_track, topics
from core.advice.statements.of_findings import by_rank, finding_statements, strength_statements
from core.advice.statements.of_review import review_statements
from core.advice.statements.statement import Form, Statement, Table, clause, numbered
from core.analysis.quantities import BANDS_AT_EQUAL_LOUDNESS
from core.diagnosis.comparing import reference_words, version_words
from core.diagnosis.findings import ReferenceComparison, VersionOutcome
from core.review import Brief
from core.targets import words as target_words
from core.text.language import worded
from core.text.numbers import measurement

TARGET_HEADING = "target"
"""Name of the statement that names the server's target. People wrote that name: no prompt has it."""


def table_of(brief: Brief, *, beside: Iterable[Statement] = ()) -> Table:
    """All statements about a brief.

    Args:
        brief: the request, the measurements and the findings.
        beside: further statements, on a moment or a conversation.
    """
    return Table([*beside, *_statements(brief)], (finding.code for finding in by_rank(brief.diagnosis.findings)))


def _statements(brief: Brief) -> Iterator[Statement]:
    yield from review_statements(brief)
    yield from finding_statements(brief)
    yield from strength_statements(brief)
    yield from comparison_statements(brief)
    yield from of_track.fact_statements(brief)
    if brief.diagnosis.content is None:
        yield from of_track.part_statements(brief)
        yield from of_track.band_statements(brief)
        yield from of_track.service_statements(brief.diagnosis.platforms_shown(brief.request.type))
        yield from of_track.position_statements(brief)
    yield from of_track.quantity_statements(brief)


def comparison_statements(brief: Brief) -> Iterator[Statement]:
    """The reference ("ref.1"), the version before ("since.mud", "since.tone") and the server's target ("target.1")."""
    diagnosis, kind = brief.diagnosis, brief.request.type
    if diagnosis.reference is None:
        yield from numbered("reference", topics.reference(brief))
    else:
        yield from of_track.lines_as_statements("ref", reference_words.reference_lines(diagnosis.reference, kind))
        yield from _bands_against(diagnosis.reference)
    for sentence in version_words.opening(diagnosis):
        yield from numbered("since.opening", sentence)
    changes = version_words.changes(diagnosis)
    for outcome in VersionOutcome:
        for told in version_words.outcomes([change for change in changes if change.outcome is outcome]):
            yield from numbered(f"since.{outcome.value}", told)
    for change in changes:
        (told,) = version_words.outcomes([change])
        yield from numbered(f"since.{change.code}", told)
    if tone := version_words.tone_line(diagnosis):
        yield Statement("since.tone", tone)
    if brief.target is not None:
        yield Statement(
            TARGET_HEADING,
            worded("target.at_equal_loudness", heading=target_words.target_heading(brief.target)),
            Form.NAME,
            keeps_case=True,
        )
        yield from of_track.lines_as_statements("target", target_words.target_lines(brief.target))
        for delta in brief.target.deltas:
            yield Statement(f"target_band.{delta.measure}", clause(target_words.delta_line(delta)))


def _bands_against(comparison: ReferenceComparison) -> Iterator[Statement]:
    """Each band against the reference: "ref_band.bass_60_200"; none where both are the same recording."""
    for band in () if comparison.is_same_recording else BANDS_AT_EQUAL_LOUDNESS:
        if (value := comparison.bands_db.get(band.id)) is not None:
            size = measurement(abs(value), band.difference_unit)
            key = "reference.band_above" if value > 0 else "reference.band_below"
            told = worded(key, band=f"{band.short} {band.label}", size=size)
            yield Statement(f"ref_band.{band.id}", told)
