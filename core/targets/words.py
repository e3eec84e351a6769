"""The words for a comparison with a target, which the thread, the command line and answers share."""

from collections.abc import Sequence
from typing import NamedTuple

from core.targets.named import LOUDNESS_ID, MEASURES, SET_BY_MASTERING, TargetComparison
from core.targets.percentiles import Percentiles, TargetDelta
from core.text.language import worded
from core.text.numbers import lower_first, number

OUTSIDE_SHOWN = 4
"""Lines of a comparison that fit beside a review on a phone; the PDF has all."""

_DIRECTIONS = {"tilt_db_per_octave": ("brighter", "darker")}
"""Sentences for more and less of a measure for which "above" and "below" are not clear."""


def target_heading(comparison: TargetComparison) -> str:
    """The heading of a comparison: "Against Our drum & bass (12 tracks)"."""
    return worded("target.heading", name=comparison.name, tracks=comparison.tracks)


def target_lines(comparison: TargetComparison, most: int | None = None) -> list[str]:
    """The comparison as lines.

    Args:
        comparison: the track against the target.
        most: how many measures outside the usual range at most; None for all.

    Returns:
        Measures outside the usual range, the farthest first; a line on the others; the loudness. Each line is either a
        clause without its full stop or a whole sentence.
    """
    others = [delta for delta in comparison.deltas if delta.measure != LOUDNESS_ID]
    outside = sorted_outside(others)
    told = [delta_line(delta) for delta in outside[:most]]
    if left := outside[len(told) :]:
        told.append(worded("target.more", count=len(left)))
    if len(outside) < len(others):
        told.append(worded("target.rest_within" if outside else "target.within"))
    return [*told, target_loudness_line(comparison)]


def sorted_outside(deltas: Sequence[TargetDelta]) -> list[TargetDelta]:
    """The measures outside the usual range (`is_outside`), the farthest first."""
    return sorted((delta for delta in deltas if is_outside(delta)), key=lambda delta: -abs(delta.outside))


def is_outside(delta: TargetDelta) -> bool:
    """Whether a value lies outside the usual range by its margin or more."""
    return MEASURES[delta.measure].differs(delta.outside)


def delta_line(delta: TargetDelta) -> str:
    """One measure: "60–200 Hz: 2.1 dB above their middle, 0.6 dB beyond their usual range"."""
    told = {"middle": against_middle(delta), "range": against_usual_range(delta)}
    return worded("target.line", measure=measure_label(delta), **told)


def against_usual_range(delta: TargetDelta) -> str:
    """Position relative to the usual range: "0.6 dB beyond" or "within"."""
    return worded("target.beyond", size=size(delta.outside, delta)) if is_outside(delta) else worded("target.inside")


def target_loudness_line(comparison: TargetComparison) -> str:
    """The line on loudness, as a comparison and not as a demand; where it was not compared, the line says why."""
    delta = next((delta for delta in comparison.deltas if delta.measure == LOUDNESS_ID), None)
    if delta is None:
        # where a mix was compared, all measures that mastering sets are missing
        known = {other.measure for other in comparison.deltas}
        return worded("target.no_loudness" if known & SET_BY_MASTERING else "reference.left_to_mastering")
    value = MEASURES[LOUDNESS_ID].write(delta.value)
    told = {"middle": against_middle(delta), "range": against_usual_range(delta)}
    return worded("target.loudness_line", value=value, **told)


def against_middle(delta: TargetDelta) -> str:
    """Position relative to the median: "2.1 dB above their middle", "right at their middle"."""
    if not MEASURES[delta.measure].differs(delta.from_median):
        return worded("target.at_the_middle")
    more, less = _DIRECTIONS.get(delta.measure, ("above", "below"))
    return worded(f"target.{more if delta.from_median > 0 else less}", size=size(delta.from_median, delta))


def measure_label(delta: TargetDelta) -> str:
    """The name of a measure at the start of a line."""
    return MEASURES[delta.measure].label


def size(value: float, delta: TargetDelta) -> str:
    """A difference with its unit, without its sign."""
    return MEASURES[delta.measure].write_size(value)


def difference(value: float, delta: TargetDelta) -> str:
    """A difference with its unit and its sign."""
    return MEASURES[delta.measure].write_difference(value)


class UsualRow(NamedTuple):
    """One measure of a target, written for people: name, unit, and low end, middle and high end of the usual range."""

    measure: str
    unit: str
    low: str
    middle: str
    high: str


def usual_rows(measures: dict[str, Percentiles]) -> list[UsualRow]:
    """The rows of a target's table, in the order of `MEASURES`."""
    return [
        UsualRow(lower_first(entry.label), entry.unit, number(usual.p10), number(usual.p50), number(usual.p90))
        for name, entry in MEASURES.items()
        if (usual := measures.get(name)) is not None
    ]
