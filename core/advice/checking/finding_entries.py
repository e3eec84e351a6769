"""What the ledger holds of a finding."""

from collections.abc import Iterator

from core.advice.checking.entries import Entry, Kind
from core.advice.checking.metrics import CODE_TAGS, BriefWords
from core.advice.checking.numbers_in_prose import written_numbers
from core.advice.checking.spelling import digits, one_typography
from core.diagnosis.findings import Finding


def tags_of(finding: Finding) -> frozenset[str]:
    """What a finding is about."""
    return CODE_TAGS.get(finding.code) or BriefWords.fixed(f"{finding.name} {finding.measure}")


VALUE_TAGS = {"over_limited": frozenset({"psr"}), "mix_loudness": frozenset({"integrated"})}
"""Where a finding speaks of more than it measures."""

_BOUNDS = frozenset({"ceiling", "tolerance", "range", "target", "trim", "drive", "wanted", "limit"})
"""Facts of a finding that say what should be, not what is."""

_FACT_TAGS = {
    "plr": frozenset({"plr"}),
    "psr": frozenset({"psr"}),
    "correlation": frozenset({"correlation"}),
    "integrated": frozenset({"integrated", "level"}),
}
"""What a finding's further facts are said of, where it is not what the finding measures."""


def entries_of(finding: Finding) -> Iterator[Entry]:
    """Every number of a finding that an answer may name."""
    tags, unit = VALUE_TAGS.get(finding.code) or tags_of(finding), finding.unit
    absolute = unit in {"LUFS", "dBTP", "dBFS"}
    kind = Kind.LEVEL if absolute else Kind.DIFFERENCE if finding.value < 0 or unit == "dB" else Kind.SIZE
    if finding.code == "lr_balance":
        kind = Kind.SIZE
    if finding.code != "loud_vs_genre":
        yield Entry(tags, unit, finding.value, kind, code=finding.code)
    sign = 1.0
    if finding.target.low is not None and finding.value < finding.target.low:
        sign = -1.0
    far = finding.value if finding.code == "loud_vs_genre" and not absolute else finding.excess
    away = "LU" if unit == "LUFS" else "dB" if absolute else unit
    yield Entry(tags, away, sign * abs(far), Kind.DIFFERENCE, code=finding.code)
    for bound in (finding.target.low, finding.target.high):
        if bound is not None:
            yield Entry(tags, unit, bound, kind, "target", finding.code)
    yield from _told(finding, tags)
    for quantity in written_numbers(digits(one_typography(finding.measure))):
        if quantity.unit == "Hz":
            yield Entry(tags, "Hz", quantity.value, Kind.SIZE, code=finding.code)
    for quantity in written_numbers(digits(one_typography(finding.caveat or ""))):
        yield Entry(tags, quantity.unit, quantity.value, Kind.SIZE, "target", finding.code)


def _told(finding: Finding, tags: frozenset[str]) -> Iterator[Entry]:
    """The further values that the texts of a finding may name."""
    for name, text in (finding.facts or {}).items():
        for quantity in written_numbers(digits(one_typography(str(text)))):
            if quantity.unit in {"time", "Hz"}:
                continue
            absolute = quantity.unit in {"LUFS", "dBTP", "dBFS", ""}
            kind = Kind.LEVEL if absolute and quantity.is_signed else Kind.SIZE
            kind = Kind.DIFFERENCE if quantity.is_signed and not absolute else kind
            unit = quantity.unit or "count"
            needs = "target" if name in _BOUNDS else None
            yield Entry(_FACT_TAGS.get(name, tags), unit, quantity.value, kind, needs, finding.code)
