"""The time grid on which a song is measured.

All tables share one grid, so that they can be combined without interpolation:

- a *hop* is 10 ms: K-weighted power (momentary maxima need it, EBU Tech 3341 case 13), onset flux, attack envelopes;
- a *slot* is 10 hops = 100 ms: peaks, band powers, stereo. The step of BS.1770's gating blocks;
- a *chunk* is 10 slots = 1 s: what the scan holds in memory at a time.

Steps are whole samples: at rates that 100 does not divide, a hop is 10 ms to within half a sample.
"""

from dataclasses import dataclass

import scipy.fft

HOPS_PER_SLOT = 10
SLOTS_PER_CHUNK = 10
SLOTS_PER_SPECTRUM = 5
"""Slots per row of the sixth-octave spectrum: a row is the mean of 0.5 s."""

SLOTS_PER_CHROMA = 2
"""A chroma row every 0.2 s."""

STFT_WINDOW_S = 2048 / 44_100
"""Window of the full-rate spectra: 46 ms, 21.5 Hz between bins at 44.1 kHz; used from 450 Hz upwards."""

LOW_WINDOW_S = 0.75
"""Window of the decimated spectra: 1.3 Hz between bins; used below 450 Hz and for chroma."""

LOW_RATE_MIN_HZ = 5_400.0
"""Least rate of the decimated signal: it must carry 2 kHz and the transition band of the filter above."""


@dataclass(frozen=True, slots=True)
class TimeGrid:
    """Steps and windows for one sample rate.

    Attributes:
        sample_rate_hz: rate of the file.
        hop_samples: samples in a hop.
        stft_window: samples in a full-rate analysis window.
        decimation: factor between the file's rate and that of the low signal; divides a hop.
        low_window: low-rate samples in a low analysis window.
    """

    sample_rate_hz: int
    hop_samples: int
    stft_window: int
    decimation: int
    low_window: int

    @classmethod
    def at(cls, sample_rate_hz: int) -> "TimeGrid":
        """The grid for a sample rate."""
        hop = max(1, round(sample_rate_hz / 100))
        largest = max(1, int(sample_rate_hz / LOW_RATE_MIN_HZ))
        decimation = next(factor for factor in range(largest, 0, -1) if hop % factor == 0)
        return cls(
            sample_rate_hz=sample_rate_hz,
            hop_samples=hop,
            stft_window=_even_fast_length(STFT_WINDOW_S * sample_rate_hz),
            decimation=decimation,
            low_window=_even_fast_length(LOW_WINDOW_S * sample_rate_hz / decimation),
        )

    @property
    def slot_samples(self) -> int:
        """Samples in a slot."""
        return self.hop_samples * HOPS_PER_SLOT

    @property
    def chunk_samples(self) -> int:
        """Samples in a chunk."""
        return self.slot_samples * SLOTS_PER_CHUNK

    @property
    def low_rate_hz(self) -> float:
        """Rate of the decimated signal in Hz."""
        return self.sample_rate_hz / self.decimation

    @property
    def low_hop_samples(self) -> int:
        """Low-rate samples in a hop."""
        return self.hop_samples // self.decimation

    @property
    def low_slot_samples(self) -> int:
        """Low-rate samples in a slot."""
        return self.low_hop_samples * HOPS_PER_SLOT

    @property
    def hop_s(self) -> float:
        """Length of a hop in seconds."""
        return self.hop_samples / self.sample_rate_hz

    @property
    def slot_s(self) -> float:
        """Length of a slot in seconds."""
        return self.slot_samples / self.sample_rate_hz


def _even_fast_length(samples: float) -> int:
    """The next even length with a fast FFT."""
    return 2 * int(scipy.fft.next_fast_len(max(8, round(samples / 2))))
