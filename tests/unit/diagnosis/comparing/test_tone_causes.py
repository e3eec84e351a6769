"""An equaliser beside a stretch of the tone is not told as a cure of what was found in it."""

import numpy as np
import pytest

from core.analysis.measurements import Analysis
from core.analysis.tone.equaliser_response import response_db
from core.diagnosis import diagnose
from core.diagnosis.findings import VersionChange, VersionOutcome
from core.knowledge.genres import genre_table
from core.values.chain import EqBand, FilterKind
from tests.support.reviews.analyses import changed, neutral, request, standing_out
from tests.unit.rules.rule_cases import boxed


def bell(hertz: float, gain_db: float, q: float = 1.0) -> EqBand:
    return EqBand(FilterKind.BELL, hertz, gain_db, q)


def equalised(analysis: Analysis, *bands: EqBand) -> Analysis:
    """`analysis` with the tone that equaliser bands make of it."""
    gains = {
        name: sum(float(response_db(band, np.array([float(name)]))[0]) for band in bands)
        for name in analysis.spectrum.third_octave_db
    }
    levels = {name: level + gains[name] for name, level in analysis.spectrum.third_octave_db.items()}
    return changed(analysis, spectrum__third_octave_db=levels)


def became(code: str, track: Analysis, *bands: EqBand) -> VersionChange | None:
    """What became of a finding after an equaliser."""
    genre = genre_table().get("pop")
    previous = diagnose(track, genre, request()).findings
    assert code in {finding.code for finding in previous}
    after = diagnose(equalised(track, *bands), genre, request(), previous=previous, earlier=track)
    return next((change for change in after.versions or () if change.code == code), None)


def standing(code: str) -> Analysis:
    return boxed(neutral(), 8.0, "pop") if code == "boxy" else standing_out(neutral(), code, STANDING_OUT_DB[code])


STANDING_OUT_DB = {"mud": 6.0, "harsh": 7.0, "bright_excess": 9.0, "low_end_buildup": 9.0, "thin_low": -9.0}


@pytest.mark.parametrize(
    ("code", "bands"),
    [
        ("boxy", [bell(900.0, -6.0)]),
        ("boxy", [bell(900.0, -6.0, 2.0)]),
        ("boxy", [bell(300.0, -6.0)]),
        ("boxy", [bell(300.0, -6.0), bell(3_000.0, 6.0)]),
        ("boxy", [bell(900.0, -6.0), bell(200.0, 6.0)]),
        ("boxy", [bell(1_300.0, 6.0)]),
        ("boxy", [bell(250.0, 6.0), bell(1_300.0, 6.0)]),
        ("mud", [bell(180.0, -6.0)]),
        ("mud", [bell(750.0, 6.0)]),
        ("harsh", [bell(1_500.0, 6.0)]),
        ("harsh", [bell(7_500.0, 6.0)]),
        ("bright_excess", [bell(5_500.0, -6.0)]),
        ("low_end_buildup", [bell(170.0, -6.0, 0.7)]),
        ("thin_low", [bell(1_000.0, -6.0)]),
    ],
)
def test_an_equaliser_beside_a_stretch_improves_nothing_in_it(code: str, bands: list[EqBand]) -> None:
    change = became(code, standing(code), *bands)

    assert change is None or change.outcome is VersionOutcome.UNCHANGED


@pytest.mark.parametrize(
    ("code", "bands"),
    [
        ("boxy", [bell(560.0, -6.0)]),
        ("boxy", [bell(560.0, -1.5)]),
        ("boxy", [bell(500.0, -4.0, 0.7), bell(3_000.0, 6.0)]),
        ("boxy", [bell(600.0, -6.0, 4.0)]),
        ("mud", [bell(300.0, -4.0)]),
        ("harsh", [bell(3_500.0, -6.0)]),
        ("bright_excess", [EqBand(FilterKind.HIGH_SHELF, 7_000.0, -3.0, 0.7)]),
        ("low_end_buildup", [EqBand(FilterKind.LOW_SHELF, 100.0, -1.5, 0.7)]),
        ("low_end_buildup", [bell(80.0, -4.0, 1.4)]),
        ("thin_low", [EqBand(FilterKind.LOW_SHELF, 100.0, 3.0, 0.7)]),
    ],
)
def test_an_equaliser_that_is_set_on_a_stretch_improves_it(code: str, bands: list[EqBand]) -> None:
    change = became(code, standing(code), *bands)

    assert change is not None
    assert change.outcome in {VersionOutcome.IMPROVED, VersionOutcome.FIXED}


def test_a_finding_on_the_tone_that_went_by_an_equaliser_beside_it_is_not_called_fixed() -> None:
    slightly = boxed(neutral(), 3.8, "pop")

    assert became("boxy", slightly, bell(900.0, -6.0), bell(200.0, 6.0)) is None
    assert became("boxy", slightly, bell(560.0, -5.0)) is not None
