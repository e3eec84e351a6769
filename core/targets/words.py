"""A comparison with a target in words: the same ones in the thread, on the command line and in answers."""

from collections.abc import Sequence
from typing import NamedTuple

from core.diagnosis.comparing.reference_words import LEFT_TO_MASTERING
from core.targets.named import LOUDNESS_ID, MEASURES, SET_BY_MASTERING, TargetComparison
from core.targets.percentiles import Percentiles, TargetDelta
from core.text.numbers import lower_first, number

WITHIN = "Everything that was compared lies within their usual range."
REST_WITHIN = "Everything else that was compared lies within their usual range."
MORE = "{count} more lie beyond it by no more than that."
NO_LOUDNESS = "Its loudness could not be measured, so it is not compared."
_DIRECTIONS = {"tilt_db_per_octave": ("brighter than", "darker than")}
"""A slope has no above and below that a reader could be sure of."""

USUAL = "The usual range holds the middle 80% of those tracks; tone is compared at equal loudness."


def heading(comparison: TargetComparison) -> str:
    """Whom the track is held against: "Against Our drum & bass (12 tracks)"."""
    return f"Against {comparison.name} ({comparison.tracks} tracks)"


def lines(comparison: TargetComparison, most: int | None = None) -> list[str]:
    """What lies outside the usual range, the farthest first and `most` of it at most; that the rest does not; loudness.

    Every line is a clause without its full stop, or a whole sentence.
    """
    others = [delta for delta in comparison.deltas if delta.measure != LOUDNESS_ID]
    outside = sorted_outside(others)
    told = [delta_line(delta) for delta in outside[:most]]
    if left := outside[len(told) :]:
        told.append(MORE.format(count=len(left)))
    if len(outside) < len(others):
        told.append(REST_WITHIN if outside else WITHIN)
    return [*told, loudness_line(comparison)]


def sorted_outside(deltas: Sequence[TargetDelta]) -> list[TargetDelta]:
    """Those outside the usual range that can be told from it in the decimals people see, the farthest first."""
    return sorted((delta for delta in deltas if is_outside(delta)), key=lambda delta: -abs(delta.outside))


def is_outside(delta: TargetDelta) -> bool:
    """Whether it lies beyond the usual range by as much as one decimal shows."""
    return number(abs(delta.outside)) != number(0.0)


def delta_line(delta: TargetDelta) -> str:
    """One measure: "60–200 Hz: 2.1 dB above their middle, 0.6 dB beyond their usual range"."""
    return f"{label(delta)}: {against_middle(delta)}, {place(delta)} their usual range"


def place(delta: TargetDelta) -> str:
    """Where it lies: "0.6 dB beyond" the usual range, or "within" it."""
    return f"{size(delta.outside, delta)} beyond" if is_outside(delta) else "within"


def loudness_line(comparison: TargetComparison) -> str:
    """Loudness is told in any case: as a place among the others, never as a demand."""
    delta = next((delta for delta in comparison.deltas if delta.measure == LOUDNESS_ID), None)
    if delta is None:
        # what mastering sets is missing altogether where a mix was compared
        known = {other.measure for other in comparison.deltas}
        return NO_LOUDNESS if known & SET_BY_MASTERING else LEFT_TO_MASTERING
    value = MEASURES[LOUDNESS_ID].write(delta.value)
    return f"Loudness: {value}, {against_middle(delta)}, {place(delta)} their usual range"


def against_middle(delta: TargetDelta) -> str:
    """Where it stands: "2.1 dB above their middle", "right at their middle"."""
    if number(delta.from_median) == number(0.0):
        return "right at their middle"
    more, less = _DIRECTIONS.get(delta.measure, ("above", "below"))
    return f"{size(delta.from_median, delta)} {more if delta.from_median > 0 else less} their middle"


def label(delta: TargetDelta) -> str:
    """What was measured, at the start of a line."""
    return MEASURES[delta.measure].label


def size(value: float, delta: TargetDelta) -> str:
    """A difference without its sign."""
    return MEASURES[delta.measure].write_size(value)


def difference(value: float, delta: TargetDelta) -> str:
    """A difference with its sign."""
    return MEASURES[delta.measure].write_difference(value)


class UsualRow(NamedTuple):
    """One measure of a target, written for people: its unit, and low end, middle and high end of the usual range."""

    measure: str
    unit: str
    low: str
    middle: str
    high: str


def usual_rows(measures: dict[str, Percentiles]) -> list[UsualRow]:
    """A target as a table."""
    return [
        UsualRow(lower_first(entry.label), entry.unit, number(usual.p10), number(usual.p50), number(usual.p90))
        for name, entry in MEASURES.items()
        if (usual := measures.get(name)) is not None
    ]
