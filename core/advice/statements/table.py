"""The table of a brief: every statement that a text about it may use."""

from collections.abc import Iterable, Iterator

from core.advice.statements import of_track
from core.advice.statements.of_findings import finding_statements, strength_statements
from core.advice.statements.of_review import review_statements
from core.advice.statements.statement import Statement, Table, numbered
from core.diagnosis.comparing import reference_words, version_words
from core.review import Brief
from core.targets import words as target_words

TARGET_HEADING = "target"
"""Name of the statement that names the server's target. People wrote that name: no prompt has it."""


def table_of(brief: Brief, *, beside: Iterable[Statement] = ()) -> Table:
    """All statements about a brief.

    Args:
        brief: the request, the measurements and the findings.
        beside: further statements, on a moment or a conversation.
    """
    return Table([*beside, *_statements(brief)], (finding.code for finding in brief.diagnosis.findings))


def _statements(brief: Brief) -> Iterator[Statement]:
    yield from review_statements(brief)
    yield from finding_statements(brief)
    yield from strength_statements(brief)
    yield from comparison_statements(brief)
    yield from of_track.fact_statements(brief)
    if brief.diagnosis.content is None:
        yield from of_track.part_statements(brief)
        yield from of_track.band_statements(brief)
        yield from of_track.service_statements(brief)
        yield from of_track.position_statements(brief)
    yield from of_track.quantity_statements(brief)


def comparison_statements(brief: Brief) -> Iterator[Statement]:
    """The reference ("ref.1"), the version before ("since.mud", "since.tone") and the server's target ("target.1")."""
    diagnosis, kind = brief.diagnosis, brief.request.type
    if diagnosis.reference is not None:
        yield from of_track.lines_as_statements("ref", reference_words.lines(diagnosis.reference, kind))
    for sentence in version_words.opening(diagnosis):
        yield from numbered("since.opening", sentence)
    for change in version_words.changes(diagnosis):
        (told,) = version_words.outcomes([change])
        yield from numbered(f"since.{change.code}", told)
    if tone := version_words.tone_line(diagnosis):
        yield Statement("since.tone", tone)
    if brief.target is not None:
        yield Statement(TARGET_HEADING, target_words.heading(brief.target), keeps_case=True)
        yield from of_track.lines_as_statements("target", target_words.lines(brief.target))
