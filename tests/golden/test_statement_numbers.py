"""Every number of every statement is a stored value, rounded as it is shown: read by units, not by the templates."""

import math
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from core.advice.measured.measured_review import card
from core.advice.statements.of_answers import answer_statements
from core.advice.statements.statement import Statement
from core.advice.statements.table import table_of
from core.analysis.measurements import BAND_EDGES_HZ
from core.analysis.quantities import QUANTITIES
from core.diagnosis import diagnose
from core.knowledge.loading import load_toml
from core.review import Brief
from core.text.language import GERMAN, LANGUAGES, catalogue, in_language
from core.values.request import Detail, ReviewRequest, ReviewType
from tests.support.reviews.briefs import ALL_CASES, case_name, fixed_brief
from tests.support.trials.fault_trials import subject_of
from tests.support.trials.firing import as_it_is
from tests.support.trials.headlines import all_genres
from tests.support.trials.trial_cache import Cache

ROOT = Path(__file__).resolve().parents[2]
LEAST_TRACKS = 30

LEAST_FOUND = 0.85
"""Share of slightly wrong numbers that the reader must find: what it cannot is another value of the same finding."""

LONGEST = 40
"""Values of a series that are read: a longer one is a course over time."""

NUMBER = re.compile(
    r"(?<![\w.:])([+\u2212-]?\d+(?:\.\d+)?)[\u00a0 ]?(LUFS|dBTP|dBFS|dB|LU|kHz|Hz|BPM|cents|Cent|%)(?![\w/])"
)
"""A number and its unit, as a reader sees them. Times, counts and notes are no measured values."""

_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")

SAME = {"LU": "dB", "dBFS": "dB", "dBTP": "dB", "LUFS": "dB", "kHz": "Hz", "Cent": "cents"}
"""Units that are written for one another: a difference of LUFS in LU, a peak's distance in dB."""


def numbers(text: str) -> Iterator[tuple[float, float, str]]:
    """Size, half of the last decimal, unit. The sign may stand in words ("quieter")."""
    for number, unit in NUMBER.findall(_DECIMAL_COMMA.sub(".", text.replace("\u2212", "-"))):
        scale = 1000.0 if unit == "kHz" else 1.0
        decimals = len(number.partition(".")[2])
        half = scale * 0.5 * 10.0**-decimals
        if SAME.get(unit, unit) == "Hz":
            # a dial has two digits: "280 Hz"
            half = max(half, 0.05 * 10.0 ** math.floor(math.log10(max(1.0, abs(float(number)) * scale))))
        yield abs(float(number)) * scale, half, SAME.get(unit, unit)


@cache
def constants(code: str) -> frozenset[float]:
    """Numbers that stand in the texts and limits of a rule or strength: nobody measured them. Of the phrases for ""."""
    paths = (*ROOT.glob("core/rules/*.toml"), *ROOT.glob("core/diagnosis/*.toml"))
    sections = [tomllib.loads(path.read_text(encoding="utf-8")).get(code, {}) for path in paths] if code else []
    text = str(sections) if code else (ROOT / "core/text/languages/en.toml").read_text(encoding="utf-8")
    found: set[float] = set()
    text += _DECIMAL_COMMA.sub(".", str(catalogue(GERMAN).get("rules", {}).get(code, {})))
    for number, unit in re.findall(r"(\d+(?:\.\d+)?)(?:[\u2013\u00a0 ]*(kHz|k))?", text):
        found.update({float(number), float(number) * 1000.0} if unit else {float(number)})
    return frozenset(found)


def stored(value: Any) -> Iterator[float]:
    """All finite numbers of a value, those in its texts included; long series left out."""
    if isinstance(value, str):
        yield from (size for size, _, _ in numbers(value))
    elif isinstance(value, int | float) and math.isfinite(value):
        yield abs(float(value))
    elif is_dataclass(value):
        yield from every(getattr(value, field.name) for field in fields(value))
    elif isinstance(value, dict):
        yield from every(value.values())
    elif isinstance(value, tuple) and len(value) <= LONGEST:
        yield from every(value)


def every(values: Iterable[Any]) -> Iterator[float]:
    """All numbers of some values."""
    for value in values:
        yield from stored(value)


def _comparisons(brief: Brief) -> Iterator[Any]:
    yield brief.diagnosis.reference
    for entry in QUANTITIES.values() if brief.reference is not None else ():
        own, other = entry.number(brief.analysis), entry.number(brief.reference)
        yield from (entry.told_in_full(brief.reference), entry.told_in_full(brief.analysis), own, other)
        yield own - other if own is not None and other is not None else None


def _levels(brief: Brief) -> Iterator[Any]:
    levels = [part.short_term_lufs for part in brief.analysis.sections or () if part.short_term_lufs is not None]
    yield from [brief.analysis.loudness.max_short_term_lufs, *levels]
    yield from (one - two for one in levels for two in levels)


def _quantities(brief: Brief) -> Iterator[Any]:
    for entry in QUANTITIES.values():
        yield from (entry.told_in_full(brief.analysis), entry.read(brief.analysis))
    yield from (brief.band_deviation_db(band) for band in brief.analysis.spectrum.bands)
    yield from (brief.genre.release_lufs, brief.diagnosis.platforms, *constants(""))


BY_KIND: dict[str, Callable[[Brief], Iterable[Any]]] = {
    **dict.fromkeys(("ref", "ref_band", "ref_value", "reference"), _comparisons),
    **dict.fromkeys(("part", "parts"), _levels),
    **dict.fromkeys(("position", "verdict"), lambda brief: [brief.diagnosis.positions]),
    **dict.fromkeys(("since", "versions"), lambda brief: [brief.diagnosis.versions, brief.diagnosis.tone_since]),
    "service": lambda brief: [brief.diagnosis.platforms],
    "dial": lambda brief: [card(brief)],
    "good": lambda brief: [
        brief.diagnosis.strengths,
        *(n for one in brief.diagnosis.strengths for n in constants(one.code)),
    ],
}
"""First part of a statement's name → what its numbers may rest on; any quantity for others."""

NAMED = frozenset(
    [edge for edges in BAND_EDGES_HZ.values() for edge in edges]
    + [size for entry in QUANTITIES.values() for size, _, _ in numbers(entry.label)]
    + [size for words in load_toml("core.rules", "positions.toml").values() for size, _, _ in numbers(str(words))]
)
"""Frequencies that name a band or a quantity: "below 120 Hz"."""


def backing(brief: Brief, statement: Statement) -> frozenset[float]:
    """What a number may rest on: the statement's finding or quantity, or what its kind of statement is about."""
    kind, _, last = statement.name.partition(".")
    if statement.code:
        finding = next(one for one in brief.diagnosis.findings if one.code == statement.code)
        found: Iterable[Any] = [finding, brief.genre.release_lufs, *constants(statement.code)]
    elif kind == "value":
        found = [QUANTITIES[last].read(brief.analysis), QUANTITIES[last].told_in_full(brief.analysis)]
    elif kind == "band":
        found = [brief.band_deviation_db(last)]
    else:
        found = BY_KIND.get(kind, _quantities)(brief)
    sizes = list(every(found))
    return NAMED | {*sizes, *(100.0 * size for size in sizes if size <= 1.0)}


def is_backed(size: float, half: float, known: Iterable[float]) -> bool:
    """Whether a stored value rounds to a number that is shown."""
    return any(abs(value - size) <= half * 1.001 + 1e-9 for value in known)


def unbacked(brief: Brief) -> list[tuple[str, str, float]]:
    """Statements with a number that no stored value rounds to: name, text, number."""
    wrong = []
    for name, statement in table_of(brief, beside=answer_statements(brief, card(brief), [])).items():
        known = backing(brief, statement)
        wrong += [
            (name, statement.text, size)
            for size, half, _ in numbers(statement.text)
            if not is_backed(size, half, known)
        ]
    return wrong


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", ALL_CASES, ids=case_name)
def test_every_number_of_a_written_track_is_a_stored_value(case: Any, language: str) -> None:
    with in_language(language):
        assert unbacked(fixed_brief(*case, language)) == []


@pytest.mark.parametrize("case", ALL_CASES[:3], ids=case_name)
def test_a_quantity_is_told_as_its_value_rounded_to_its_decimals(case: Any) -> None:
    brief = fixed_brief(*case)
    table = table_of(brief)
    told = 0

    for entry in QUANTITIES.values():
        value = entry.number(brief.analysis)
        statement = table.get(f"value.{entry.id}")
        if value is None or statement is None or entry.in_words is not None or entry.unit not in {*SAME, "dB"}:
            continue
        size, half, _ = next(numbers(statement.text.partition(": ")[2]))
        assert abs(abs(value) - size) <= half * 1.001, statement.text
        told += 1

    assert told >= 8


def test_the_reader_finds_most_numbers_that_are_off_by_a_little() -> None:
    """Each number altered by three and by seventeen of its last decimals, up and down."""
    altered = found = 0
    for case in ALL_CASES:
        brief = fixed_brief(*case)
        for statement in table_of(brief).values():
            known = backing(brief, statement)
            for size, half, _ in numbers(statement.text):
                for steps in (3, -3, 17, -17):
                    altered += 1
                    found += not is_backed(abs(size + steps * 2.0 * half), half, known)

    assert altered > 5_000
    assert found >= LEAST_FOUND * altered


@pytest.mark.wide
@pytest.mark.audio
def test_every_number_of_every_statement_on_real_music_is_a_stored_value(test_audio: Path) -> None:
    cache_of_analyses, read, wrong = Cache(), 0, []
    for name, genre_id in all_genres(test_audio).items():
        analysis, encoded = as_it_is(test_audio, name, cache_of_analyses)
        for kind in ReviewType:
            subject = subject_of(analysis, genre_id, kind)
            diagnosis = diagnose(analysis, subject.genre, subject.request, encoded=encoded)
            for detail in Detail:
                request = ReviewRequest(kind, genre_id, detail=detail)
                wrong += [(name, *one) for one in unbacked(Brief(request, subject.genre, analysis, diagnosis))]
        read += 1

    assert read >= LEAST_TRACKS
    assert wrong == []
