"""Passages without top or low end planted into noise of known shape."""

import numpy as np
import pytest
import scipy.signal

from core.analysis.measurements import LOW_END_BANDS, TOP_BANDS, Analysis
from core.analysis.music.lacking import lack_of
from tests.support.audio.signals import Signal, noise
from tests.support.reviews.analyses import changed, neutral
from tests.support.trials.measuring import measured

RATE_HZ = 44_100
LENGTH_S, FROM_S, TO_S = 44.0, 14, 26


def filtered_inside(kind: str, corner_hz: float, by_db: float) -> Signal:
    """Pink noise; between two times what lies beyond a corner is turned down."""
    signal = noise(LENGTH_S, RATE_HZ, exponent=1.0)
    beyond = scipy.signal.sosfiltfilt(scipy.signal.butter(6, corner_hz, kind, fs=RATE_HZ, output="sos"), signal, axis=1)
    share = np.zeros(signal.shape[1], np.float32)
    share[FROM_S * RATE_HZ : TO_S * RATE_HZ] = 1.0 - 10.0 ** (by_db / 20.0)
    return (signal - share * beyond).astype(np.float32)


@pytest.mark.parametrize(
    ("kind", "corner_hz", "bands"), [("highpass", 2_000.0, TOP_BANDS), ("lowpass", 200.0, LOW_END_BANDS)]
)
def test_what_is_missing_is_found_with_its_size_and_place(kind: str, corner_hz: float, bands: tuple[str, ...]) -> None:
    lack = lack_of(measured(filtered_inside(kind, corner_hz, -8.0), RATE_HZ), bands, 3.0)
    assert lack is not None
    assert lack.below_db == pytest.approx(8.0, abs=0.7)
    assert lack.start_s == pytest.approx(FROM_S, abs=1.0)
    assert lack.end_s == pytest.approx(TO_S, abs=1.0)


def passage(analysis: Analysis, seconds: range, bands: tuple[str, ...], by_db: float) -> Analysis:
    timeline = analysis.spectrum.timeline
    assert timeline is not None
    levels = {
        name: tuple(level + by_db * (name in bands and at in seconds) for at, level in enumerate(row))
        for name, row in timeline.bands_db.items()
    }
    return changed(analysis, spectrum__timeline__bands_db=levels)


@pytest.mark.parametrize(
    "seconds", [range(40), range(150, 180), range(60, 66)], ids=["at the start", "at the end", "too short"]
)
def test_intros_endings_and_short_rests_are_none(seconds: range) -> None:
    assert lack_of(passage(neutral(duration_s=180.0), seconds, TOP_BANDS, -9.0), TOP_BANDS, 3.0) is None


def test_a_break_in_which_everything_is_softer_is_none() -> None:
    song = neutral(duration_s=180.0)
    everything = (*LOW_END_BANDS, *TOP_BANDS, "lowmid_200_500", "mid_500_2k")
    softer = passage(passage(song, range(60, 90), everything, -7.0), range(60, 90), TOP_BANDS, -6.0)
    assert lack_of(softer, TOP_BANDS, 3.0) is None


def test_what_another_passage_reaches_as_well_is_no_lack() -> None:
    song = passage(neutral(duration_s=180.0), range(40, 60), TOP_BANDS, -6.0)
    found = lack_of(passage(song, range(120, 140), TOP_BANDS, -6.0), TOP_BANDS, 3.0)
    assert found is None or found.below_db == pytest.approx(0.0, abs=0.1)


def test_without_bands_over_time_there_is_none() -> None:
    assert lack_of(changed(neutral(), spectrum__timeline=None), TOP_BANDS, 3.0) is None
