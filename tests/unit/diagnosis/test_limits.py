"""No finding lies at its limit: it is beyond it by the dead zone, and both are written differently."""

import importlib
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from core.analysis.quantities import QUANTITIES, difference_unit, quantity
from core.diagnosis import diagnose
from core.diagnosis.dead_zone import dead_zone
from core.diagnosis.findings import Finding
from core.knowledge.genres import Genre, genre_table
from core.rules.reading import DEAD_ZONE_DB, Reading
from core.rules.rule import Levels, Rule, rules
from core.text.numbers import measurement
from core.values.request import ReviewType
from tests.support.reviews.analyses import neutral, request
from tests.unit.rules.rule_cases import LEVELS, diagnosis_of, firing_value

JUDGING = importlib.import_module("core.diagnosis.diagnose")

WITH_UNIT = [rule for rule in rules().values() if rule.unit]
IDS = [rule.id for rule in WITH_UNIT]

USUAL = (-3.0, 3.0)
"""What is usual, for rules that are judged by rarity."""

SHARES = (-1.0, 0.0, 0.2, 0.5, 0.9, 1.0)
"""Distances beyond a limit within the dead zone, as shares of it."""

BEYOND = {"dB": 0.11, "LU": 0.11, "LUFS": 0.11, "dBTP": 0.11, "dBFS": 0.11, "%": 1.1, "cents": 1.1, "Hz": 110.0}
BEYOND |= {"s": 0.11, "FS": 0.00011, "runs/min": 1.1, "/min": 1.1}
"""Distances beyond a limit and its dead zone that are seen when both are written."""


def applications(rule: Rule) -> Iterator[tuple[ReviewType, Genre, Levels]]:
    """Each type and genre that has levels of its own."""
    for kind in ReviewType:
        seen: list[Levels] = []
        for genre in genre_table().genres:
            levels = rule.levels_for(kind, genre.tags)
            if levels is not None and levels not in seen:
                seen.append(levels)
                yield kind, genre, levels


def limits_of(rule: Rule, levels: Levels) -> Iterator[float]:
    """The limits of a rule that a value can reach."""
    if rule.judged_by_rarity:
        yield USUAL[1] if rule.is_above else USUAL[0]
    else:
        yield from {level for level in (levels.info, levels.warn, levels.severe) if abs(level) not in {99, 999, 3600}}


def reading_of(rule: Rule, value: float) -> Reading:
    return Reading(value, further_out_percent=5.0, target=USUAL) if rule.judged_by_rarity else Reading(value)


def found(monkeypatch: pytest.MonkeyPatch, rule: Rule, kind: ReviewType, genre: Genre, value: float) -> Finding | None:
    """The finding of a rule that reads `value`, all others silent."""
    readings: Mapping[str, Any] = {code: lambda _: None for code in rules()}
    readings = {**readings, rule.id: lambda _: reading_of(rule, value)}
    monkeypatch.setattr(JUDGING, "measures", lambda: readings)
    findings = diagnose(neutral(genre.id), genre, request(kind, genre.id)).findings
    return next((finding for finding in findings if finding.code == rule.id), None)


def assert_beyond_its_limit(finding: Finding) -> None:
    ends = [end for end in (finding.target.low, finding.target.high) if end is not None]
    written = {measurement(end, finding.unit) for end in ends}

    assert measurement(finding.value, finding.unit) not in written
    assert not ends or finding.excess > dead_zone(rules()[finding.code])


@pytest.mark.parametrize("rule", WITH_UNIT, ids=IDS)
def test_no_rule_speaks_within_the_dead_zone_of_a_limit(rule: Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    sign, zone = 1.0 if rule.is_above else -1.0, dead_zone(rule)
    for kind, genre, levels in applications(rule):
        first = next(iter(limits_of(rule, levels))) if rule.judged_by_rarity else levels.info
        for share in SHARES:
            assert found(monkeypatch, rule, kind, genre, first + sign * zone * share) is None


@pytest.mark.parametrize("rule", WITH_UNIT, ids=IDS)
def test_a_severity_is_reached_beyond_the_dead_zone_of_its_level(rule: Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    sign, zone = 1.0 if rule.is_above else -1.0, dead_zone(rule)
    for kind, genre, levels in applications(rule):
        for limit in limits_of(rule, levels):
            at = found(monkeypatch, rule, kind, genre, limit + sign * zone * 0.9)
            beyond = found(monkeypatch, rule, kind, genre, limit + sign * (zone + BEYOND[rule.unit]))

            assert beyond is not None
            assert_beyond_its_limit(beyond)
            assert at is None or zone == 0.0 or at.severity.rank < beyond.severity.rank
            if at is not None:
                assert_beyond_its_limit(at)


@pytest.mark.parametrize("code", IDS)
def test_what_a_rule_reads_from_a_track_is_no_finding_at_its_limit(code: str) -> None:
    kind, genre_id, fires_at = firing_value(code)
    rule = rules()[code]
    reach = 2.0 * (dead_zone(rule) or BEYOND[rule.unit])
    silent_at = next(value for value, severity in LEVELS[code][0][2] if severity is None)
    values = [silent_at, *(fires_at + reach * step / 6.0 for step in range(-6, 7))]

    for value in values:
        for finding in diagnosis_of(
            code, kind, genre_id, max(value, 0.0) if rule.unit in {"runs/min", "FS", "/min"} else value
        ).findings:
            if finding.unit:
                assert_beyond_its_limit(finding)


@pytest.mark.parametrize("rule", [rule for rule in rules().values() if rule.reads], ids=lambda rule: rule.id)
def test_the_quantity_of_a_rule_has_its_unit_and_a_margin(rule: Rule) -> None:
    assert rule.reads in QUANTITIES
    assert quantity(rule.reads).margin is not None
    assert difference_unit(quantity(rule.reads).unit) == difference_unit(rule.unit)


def test_the_dead_zone_is_the_larger_one_of_the_least_and_of_the_margin() -> None:
    assert dead_zone(rules()["lr_balance"]) == DEAD_ZONE_DB
    assert dead_zone(rules()["hum"]) == 1.5
    assert dead_zone(rules()["key_sanity"]) == 5.0
    assert dead_zone(rules()["dual_mono"]) == 0.0
