"""What is found in a dozen real tracks is what was read and agreed to."""

import tomllib
from pathlib import Path

import pytest

from tests.support.reviews.golden_findings import FILE, TRACKS, diagnosis_of_track, golden_of

GOLDEN = tomllib.loads(FILE.read_text(encoding="utf-8"))

NOTES_MAY_DIFFER = 2
"""Notes lie close to their levels; a better measurement may move one over. Warnings may not come or go unread."""

VALUE_SHARE, VALUE_LEAST = 0.1, {"FS": 0.0005}
OTHERWISE_LEAST = 0.5


def told(warning: str) -> tuple[str, float, str]:
    """Severity and code, the value, and its unit."""
    severity, code, value, *unit = warning.split()
    return f"{severity} {code}", float(value), "".join(unit)


def test_a_dozen_tracks_are_kept() -> None:
    assert set(GOLDEN) == set(TRACKS)
    assert len(GOLDEN) == 12


@pytest.mark.audio
@pytest.mark.parametrize("name", TRACKS)
def test_findings_are_those_that_were_read(name: str, test_audio: Path) -> None:
    golden, found = GOLDEN[name], golden_of(diagnosis_of_track(test_audio, name))
    expected, warnings = ([told(text) for text in value["warnings"]] for value in (golden, found))

    assert [what for what, _, _ in warnings] == [what for what, _, _ in expected]
    for (what, value, unit), (_, agreed, _) in zip(warnings, expected, strict=True):
        least = VALUE_LEAST.get(unit, OTHERWISE_LEAST)
        assert value == pytest.approx(agreed, rel=VALUE_SHARE, abs=least), what
    assert len(set(found["notes"]) ^ set(golden["notes"])) <= NOTES_MAY_DIFFER
    assert found["excerpt"] is golden["excerpt"]
