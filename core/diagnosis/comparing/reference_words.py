"""The words for a comparison with a reference, which the thread and the report share."""

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType

from core.analysis.quantities import BANDS_AT_EQUAL_LOUDNESS, quantity, stored_as
from core.diagnosis.comparing.tone_moves import are_plausible, band_differences_db, left_over_db, moves_told
from core.diagnosis.findings import ReferenceComparison
from core.text.language import worded
from core.text.numbers import measurement
from core.values.request import ReviewType

BAND_WORTH_DB = 1.0
"""Least difference of a band that is named, in dB: twice the error with which an equalised copy of real music is
recovered (0.5 dB, tests/unit/diagnosis/comparing/test_references.py)."""

LOUDNESS_WORTH_LU = 0.5
"""Least difference in loudness that is named where nothing else differs, in LU (own figure: less is hardly heard)."""


@dataclass(frozen=True, slots=True)
class _Told:
    """Sentences for a higher and a lower value, and the least difference that is named, in the unit of the quantity."""

    more: str
    less: str
    worth: float
    is_set_by_mastering: bool = False


_TOLD = MappingProxyType(
    {
        "plr_db": _Told("more", "less", 1.0, is_set_by_mastering=True),
        "psr_min_db": _Told("more", "less", 1.0, is_set_by_mastering=True),
        "loudness_range_lu": _Told("more", "less", 1.0),
        "side_to_mid_db": _Told("wider", "narrower", 1.0),
        "side_to_mid_below_120_db": _Told("wider", "narrower", 3.0),
        "mono_fold_loss_db": _Told("more", "less", 0.5),
    }
)
"""Words and least differences by quantity id (own figures). Tilt is missing: the bands say the same. The width below
120 Hz has a larger figure, because the sides of finished music are almost silent there."""


@dataclass(frozen=True, slots=True)
class _Difference:
    """A difference as a line, and its size divided by the least difference that is named."""

    line: str
    weight: float


def reference_lines(comparison: ReferenceComparison, kind: ReviewType, most: int | None = None) -> list[str]:
    """The differences as lines: the largest first, then the loudness; one sentence where nothing differs.

    Args:
        comparison: the track against the reference.
        kind: the type of review; for a mix, what mastering sets is left out.
        most: how many differences at most; None for all.

    Returns:
        Lines that are either a clause without its full stop or a whole sentence.
    """
    if comparison.is_same_recording:
        return [worded("reference.same_recording")]
    told = sorted(_differences(comparison, kind), key=lambda difference: -difference.weight)
    worth = [difference.line for difference in told if difference.weight >= 1.0]
    if comparison.moves and are_plausible(comparison.moves):
        return [*moves_line(comparison), *worth[:most], reference_loudness_line(comparison, kind)]
    if worth:
        return [*worth[:most], *moves_line(comparison), reference_loudness_line(comparison, kind)]
    if kind is ReviewType.MASTER and _is_as_loud(comparison):
        return [worded("reference.all_close")]
    return [worded("reference.close"), reference_loudness_line(comparison, kind)]


def in_sentences(comparison: ReferenceComparison, kind: ReviewType, most: int) -> str:
    """The same lines as running text."""
    return " ".join(f"{line.removesuffix('.')}." for line in reference_lines(comparison, kind, most))


def moves_line(comparison: ReferenceComparison) -> list[str]:
    """The equaliser moves that bring the tone closest to the reference, as one line; none where no band needs one."""
    if not comparison.moves:
        return []
    if not are_plausible(comparison.moves):
        return [worded("reference.built_differently")]
    return [worded("reference.to_get_there", moves=moves_told(comparison.moves))]


def _differences(comparison: ReferenceComparison, kind: ReviewType) -> Iterator[_Difference]:
    yield from _band_differences(comparison)
    for delta in comparison.deltas:
        entry = stored_as(delta.measure)
        words = _TOLD.get(entry.id) if entry is not None else None
        if entry is not None and words is not None and (kind is ReviewType.MASTER or not words.is_set_by_mastering):
            yield _difference(entry.label, words, delta.value, delta.unit)


def _band_differences(comparison: ReferenceComparison) -> Iterator[_Difference]:
    """Differences of bands: where equaliser moves are told, only what these leave over.

    Where no band of an equaliser fits, the level of a band must differ in the shape of the spectrum too: one change
    shifts all other bands against the loudness.
    """
    told = _Told("more", "less", BAND_WORTH_DB)
    are_moves_told = bool(comparison.moves) and are_plausible(comparison.moves)
    left_db = left_over_db(comparison.third_octave_db, comparison.moves if are_moves_told else ())
    if left_db is None and are_moves_told:
        return
    shape_db = band_differences_db(left_db) if left_db is not None else {}
    for band in BANDS_AT_EQUAL_LOUDNESS:
        if band.id not in comparison.bands_db:
            continue
        name, value = f"{band.short} {band.label}", comparison.bands_db[band.id]
        if are_moves_told:
            if band.id in shape_db:
                yield _difference(name, told, shape_db[band.id], band.difference_unit, beyond_the_moves=True)
        elif comparison.moves or left_db is None or _agrees(value, shape_db.get(band.id, 0.0)):
            yield _difference(name, told, value, band.difference_unit)


def _agrees(level_db: float, shape_db: float) -> bool:
    return abs(shape_db) >= BAND_WORTH_DB and level_db * shape_db > 0.0


def _difference(label: str, words: _Told, value: float, unit: str, *, beyond_the_moves: bool = False) -> _Difference:
    """One line: "Presence 2–5 kHz: 2.1 dB less than the reference". Its weight is that of the value as it is shown."""
    shown = round(abs(value), 1)
    direction = words.more if value > 0 else words.less
    line = worded(f"reference.{direction}", label=label, size=measurement(abs(value), unit))
    return _Difference(worded("reference.with_the_moves", line=line) if beyond_the_moves else line, shown / words.worth)


def reference_loudness_line(comparison: ReferenceComparison, kind: ReviewType) -> str:
    """The line on loudness: a fact, not a demand; for a mix it says that loudness is left out."""
    if kind is not ReviewType.MASTER:
        return worded("reference.left_to_mastering")
    level = comparison.loudness_lu
    if level is None:
        return worded("reference.no_loudness")
    loudness = quantity("integrated_lufs")
    if not loudness.differs(level):
        return worded("reference.same_loudness")
    size = loudness.write_size(level)
    return worded("reference.loudness_louder" if level > 0 else "reference.loudness_quieter", size=size)


def _is_as_loud(comparison: ReferenceComparison) -> bool:
    return comparison.loudness_lu is not None and abs(comparison.loudness_lu) < LOUDNESS_WORTH_LU
