"""Every number of every statement is a stored value, rounded as it is shown: read by units, not by the templates."""

import math
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from core.advice.measured.measured_review import card
from core.advice.statements.of_answers import answer_statements
from core.advice.statements.table import table_of
from core.analysis.quantities import QUANTITIES
from core.diagnosis import diagnose
from core.review import Brief
from core.values.request import Detail, ReviewRequest, ReviewType
from tests.support.reviews.briefs import ALL_CASES, case_name, fixed_brief
from tests.support.trials.fault_trials import subject_of
from tests.support.trials.firing import as_it_is
from tests.support.trials.headlines import all_genres
from tests.support.trials.trial_cache import Cache

ROOT = Path(__file__).resolve().parents[2]
LEAST_TRACKS = 30

LONGEST = 40
"""Values of a series that are read: a longer one is a course over time."""

NUMBER = re.compile(
    r"(?<![\w.:])([+\u2212-]?\d+(?:\.\d+)?)[\u00a0 ]?(LUFS|dBTP|dBFS|dB|LU|kHz|Hz|BPM|cents|%)(?![\w/])"
)
"""A number and its unit, as a reader sees them. Times, counts and notes are no measured values."""

SAME = {"LU": "dB", "dBFS": "dB", "dBTP": "dB", "LUFS": "dB", "kHz": "Hz"}
"""Units that are written for one another: a difference of LUFS in LU, a peak's distance in dB."""


def numbers(text: str) -> Iterator[tuple[float, float, str]]:
    """Size, half of the last decimal, unit. The sign may stand in words ("quieter")."""
    for number, unit in NUMBER.findall(text.replace("\u2212", "-")):
        scale = 1000.0 if unit == "kHz" else 1.0
        decimals = len(number.partition(".")[2])
        yield abs(float(number)) * scale, scale * 0.5 * 10.0**-decimals, SAME.get(unit, unit)


@cache
def constants() -> frozenset[float]:
    """Numbers that stand in the texts and limits of rules, genres and pages: nobody measured them."""
    found: set[float] = set()
    for path in (*ROOT.glob("core/rules/*.toml"), *ROOT.glob("core/diagnosis/*.toml")):
        text = str(tomllib.loads(path.read_text(encoding="utf-8")))
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


def backing(brief: Brief) -> list[float]:
    """What a number of this brief may rest on: quantities, findings, comparisons, sections, the genre's range."""
    analysis, reference = brief.analysis, brief.reference
    entries = QUANTITIES.values()
    levels = [part.short_term_lufs for part in analysis.sections or () if part.short_term_lufs is not None]
    found: list[Any] = [brief.diagnosis, brief.genre.release_lufs, card(brief), *levels]
    found += [entry.told_in_full(analysis) for entry in entries] + [entry.read(analysis) for entry in entries]
    found += [brief.band_deviation_db(band) for band in analysis.spectrum.bands]
    found += [one - two for one in levels for two in levels]
    if reference is not None:
        found += [entry.told_in_full(reference) for entry in entries] + [entry.read(reference) for entry in entries]
        pairs = [(entry.number(analysis), entry.number(reference)) for entry in entries]
        found += [own - other for own, other in pairs if own is not None and other is not None]
    sizes = list(every(found))
    return [*sizes, *(100.0 * size for size in sizes if size <= 1.0)]


def unbacked(brief: Brief) -> list[tuple[str, str, float]]:
    """Statements with a number that no stored value rounds to: name, text, number."""
    table = table_of(brief, beside=answer_statements(brief, card(brief), []))
    known = sorted({*backing(brief), *constants()})
    wrong = []
    for name, statement in table.items():
        for size, half, _ in numbers(statement.text):
            if not any(abs(value - size) <= half * 1.001 + 1e-9 for value in known):
                wrong.append((name, statement.text, size))
    return wrong


@pytest.mark.parametrize("case", ALL_CASES, ids=case_name)
def test_every_number_of_a_written_track_is_a_stored_value(case: Any) -> None:
    assert unbacked(fixed_brief(*case)) == []


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


def test_the_reader_finds_a_number_that_is_not_stored() -> None:
    brief = fixed_brief(ReviewType.MASTER)
    known = {*backing(brief), *constants()}
    (size, half, unit) = next(numbers("it is at \u221297.13\u00a0LUFS"))

    assert (size, unit) == (97.13, "dB")
    assert not any(abs(value - size) <= half for value in known)


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
