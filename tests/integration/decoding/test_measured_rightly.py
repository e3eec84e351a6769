"""Every rate and every kind of sample that is let in is measured rightly, not only decoded."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from core.analysis.analyser import analyse
from core.analysis.measurements import Analysis
from core.audio.source import DecodeLimits
from core.values.errors import InputCode
from tests.integration.decoding.refusals import refusal
from tests.support.audio import encoding as enc
from tests.support.trials.measuring import scanned_file

RATES_HZ = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 88_200, 96_000, 176_400, 192_000)

PEAK_DBFS, OTHER_DBFS = -6.0, -12.0
LOUDNESS_LUFS = 10.0 * np.log10(10.0 ** (PEAK_DBFS / 10.0) + 10.0 ** (OTHER_DBFS / 10.0)) - 3.01
"""BS.1770-5: 997 Hz at 0 dBFS in one channel reads −3.01 LUFS; powers of the channels add up."""

Waves = NDArray[np.float64]


def integers(bits: int) -> Callable[[Waves, int], bytes]:
    def make(waves: Waves, rate_hz: int) -> bytes:
        codes = np.rint(waves * 2.0 ** (bits - 1)).astype(np.int64)
        return enc.wav(enc.pcm_bytes(codes + 128 if bits == 8 else codes, bits), rate_hz, len(waves), bits)

    return make


def floats(bits: int) -> Callable[[Waves, int], bytes]:
    return lambda waves, rate_hz: enc.wav(enc.float_bytes(waves, bits), rate_hz, len(waves), bits, tag=enc.IEEE_FLOAT)


SAMPLES = {
    "8": integers(8),
    "16": integers(16),
    "24": integers(24),
    "32": integers(32),
    "float 32": floats(32),
    "float 64": floats(64),
}


def sines(rate_hz: int, duration_s: float = 4.0) -> Waves:
    """997 Hz in two channels at two levels."""
    wave = np.sin(2.0 * np.pi * 997.0 * np.arange(round(duration_s * rate_hz)) / rate_hz)
    return np.stack([10.0 ** (level / 20.0) * wave for level in (PEAK_DBFS, OTHER_DBFS)])


def check(analysis: Analysis, rate_hz: int) -> None:
    assert analysis.source.sample_rate_hz == rate_hz
    assert analysis.source.duration_s == pytest.approx(4.0, abs=0.001)
    assert analysis.loudness.integrated_lufs == pytest.approx(LOUDNESS_LUFS, abs=0.05)
    assert analysis.peaks.true_peak_per_channel_dbtp == pytest.approx((PEAK_DBFS, OTHER_DBFS), abs=0.2)
    assert analysis.peaks.true_peak_dbtp >= analysis.peaks.sample_peak_dbfs
    assert analysis.stereo.balance_db == pytest.approx(PEAK_DBFS - OTHER_DBFS, abs=0.1)
    assert analysis.stereo.correlation == pytest.approx(1.0, abs=0.002)
    assert analysis.spectrum.bands["mid_500_2k"] == pytest.approx(0.0, abs=0.05)


EVERY_PAIR = [
    # every rate and every kind of sample once at least
    pytest.param(rate_hz, samples, marks=() if samples == "24" or rate_hz == 44_100 else pytest.mark.wide)
    for rate_hz in RATES_HZ
    for samples in SAMPLES
]


@pytest.mark.parametrize(("rate_hz", "samples"), EVERY_PAIR)
def test_a_sine_reads_the_same_at_every_rate_in_every_kind_of_sample(rate_hz: int, samples: str) -> None:
    check(analyse(*scanned_file(SAMPLES[samples](sines(rate_hz), rate_hz))), rate_hz)


@pytest.mark.parametrize("rate_hz", [8_001, 19_997, 44_056, 47_952, 64_000, 191_999])
def test_rates_that_nothing_divides_are_measured_as_well(rate_hz: int) -> None:
    """44,056 and 47,952 Hz are video's pulled-down rates."""
    check(analyse(*scanned_file(integers(24)(sines(rate_hz), rate_hz))), rate_hz)


@pytest.mark.parametrize(("rate_hz", "inside"), [(7_999, 8_000), (192_001, 192_000)])
def test_beyond_the_ends_of_that_range_files_are_refused(rate_hz: int, inside: int) -> None:
    error = refusal(integers(16)(sines(rate_hz), rate_hz), DecodeLimits())
    assert error.code is InputCode.UNSUPPORTED_RATE
    assert scanned_file(integers(16)(sines(inside), inside))[1].sample_rate_hz == inside
