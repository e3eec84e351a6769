"""Meters by others: libavfilter's ebur128, pyloudnorm, and an ideal interpolator for true peaks."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import av
import numpy as np
import pyloudnorm
import scipy.fft
from numpy.typing import NDArray

from tests.support.audio.signals import Signal, db_to_amplitude

WINDOW, OVERLAP = 30_720, 1_024
"""Samples interpolated together, and those on each side that are faded and then thrown away."""

COARSE, FINE = 4, 16
"""Factors of interpolation: the coarse one says where the fine one has to look."""

COARSE_SHORTFALL_DB = 0.35
"""What the coarse one misses of a tone at 0.36 of the sample rate: −20 log cos(π · 0.36 / 4)."""


@dataclass(frozen=True)
class R128:
    """What ebur128 says of a whole file; LUFS and LU to three decimals."""

    integrated_lufs: float
    loudness_range_lu: float


def by_ebur128(file: Path | BinaryIO) -> R128:
    """The filter behind the ``ffmpeg`` command's figures, which prints them to a tenth."""
    last: dict[str, str] = {}
    with av.open(str(file) if isinstance(file, Path) else file) as container:
        stream = container.streams.audio[0]
        graph = av.filter.Graph()
        source, sink = graph.add_abuffer(template=stream), graph.add("abuffersink")
        meter = graph.add("ebur128", "metadata=1:framelog=quiet")
        source.link_to(meter)
        meter.link_to(sink)
        graph.configure()
        for frame in (*container.decode(stream), None):
            graph.push(frame)
            last = _newest(graph, last)
    return R128(float(last["lavfi.r128.I"]), float(last["lavfi.r128.LRA"]))


def _newest(graph: Any, last: dict[str, str]) -> dict[str, str]:
    while True:
        try:
            metadata = dict(graph.pull().metadata)
        except (av.BlockingIOError, av.EOFError):
            return last
        if "lavfi.r128.I" in metadata:
            last = metadata


def by_pyloudnorm(samples: Signal, rate_hz: int) -> float:
    """Integrated loudness with the filter class that follows the standard at every rate."""
    meter = pyloudnorm.Meter(rate_hz, filter_class="DeMan")
    return float(meter.integrated_loudness(samples.T.astype(np.float64)))


def ideal_true_peak_dbtp(samples: Signal) -> float:
    """Highest value of the band-limited waveform through the samples, shape (channels, n), at 16 times the rate."""
    padded = np.pad(samples, ((0, 0), (OVERLAP, WINDOW + OVERLAP)))
    starts = range(0, samples.shape[1], WINDOW)
    windows = [_faded(padded[:, start : start + WINDOW + 2 * OVERLAP]) for start in starts]
    coarse = [_highest(window, COARSE) for window in windows]
    best = 0.0
    for place in np.argsort(coarse)[::-1]:
        if coarse[place] * db_to_amplitude(COARSE_SHORTFALL_DB) < best:
            break
        best = max(best, _highest(windows[place], FINE))
    return float(20.0 * np.log10(best))


def _faded(window: Signal) -> NDArray[np.float32]:
    ramp = np.hanning(2 * OVERLAP)[:OVERLAP].astype(np.float32)
    faded = window.copy()
    faded[:, :OVERLAP] *= ramp
    faded[:, -OVERLAP:] *= ramp[::-1]
    return faded


def _highest(window: NDArray[np.float32], factor: int) -> float:
    """Interpolated by zeros behind the spectrum; the faded ends do not count."""
    size = window.shape[1]
    spectrum = scipy.fft.rfft(window, axis=1)
    # the bin at half the rate belongs to both of its images
    spectrum[:, -1] *= 0.5
    fine = scipy.fft.irfft(spectrum, factor * size, axis=1) * factor
    return float(np.abs(fine[:, factor * OVERLAP : -factor * OVERLAP]).max())
