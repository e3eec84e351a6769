"""Every rule fires past its thresholds, keeps silent before them, and has the severity the dossier asks for."""

import math

import pytest

from core.diagnosis.findings import Finding
from core.rules.rule import rules
from core.rules.stretches import STRETCHES
from core.values.request import ReviewType
from tests.unit.rules.rule_cases import LEVELS, diagnosis_of, firing_value

STEPS = [
    pytest.param(code, kind, genre_id, value, severity, id=f"{code}-{kind.value}-{genre_id}-{value:g}-{severity}")
    for code, entries in LEVELS.items()
    for kind, genre_id, steps in entries
    for value, severity in steps
]


def finding_of(code: str, kind: ReviewType, genre_id: str, value: float) -> Finding | None:
    findings = diagnosis_of(code, kind, genre_id, value).findings
    return next((finding for finding in findings if finding.code == code), None)


@pytest.mark.parametrize(("code", "kind", "genre_id", "value", "severity"), STEPS)
def test_severity_at_the_thresholds(
    code: str, kind: ReviewType, genre_id: str, value: float, severity: str | None
) -> None:
    finding = finding_of(code, kind, genre_id, value)

    assert (finding.severity.value if finding else None) == severity


@pytest.mark.parametrize("code", list(rules()))
def test_each_rule_has_a_case_that_fires_it_and_one_that_keeps_it_silent(code: str) -> None:
    severities = {severity for _, _, steps in LEVELS[code] for _, severity in steps}

    assert None in severities
    assert severities != {None}


@pytest.mark.parametrize("code", list(rules()))
def test_a_finding_states_value_target_and_remedy(code: str) -> None:
    finding = finding_of(code, *firing_value(code))

    assert finding is not None
    assert finding.excess > 0 or finding.unit == ""
    assert finding.target.distance(finding.value) == finding.excess
    assert finding.remedy.text
    assert 0 < finding.confidence <= 1
    assert finding.target.source


@pytest.mark.parametrize("kind", [ReviewType.MIXDOWN, ReviewType.MASTERING])
@pytest.mark.parametrize(
    "code", [code for code in rules() if rules()[code].levels_for(ReviewType.MIXDOWN, frozenset())]
)
def test_mixdown_and_mastering_share_their_thresholds(code: str, kind: ReviewType) -> None:
    for _, genre_id, steps in [entry for entry in LEVELS[code] if entry[0] is not ReviewType.MASTER]:
        for value, severity in steps:
            finding = finding_of(code, kind, genre_id, value)
            assert (finding.severity.value if finding else None) == severity


@pytest.mark.parametrize("code", list(STRETCHES))
def test_a_tone_rule_names_the_stretch_it_judges(code: str) -> None:
    assert STRETCHES[code].words.replace("\u00a0", " ") in rules()[code].measure


@pytest.mark.parametrize("code", list(STRETCHES))
def test_a_tone_rule_says_what_its_stretch_is_held_against(code: str) -> None:
    stretch, about = STRETCHES[code], rules()[code].about
    shares = [share for share, _ in stretch.beside if share < 1.0]

    assert all(f"{share:g} of" in about for share in shares)
    assert math.isclose(sum(share for share, _ in stretch.beside), 1.0)
    assert math.isinf(stretch.absent_db) or f"{-stretch.absent_db:g} dB below the middle of the track" in about
