"""Frames: the time tables of a song, which are kept after the audio is deleted.

Conventions: time runs along the last axis; steps are those of `core.analysis.grid`. Tables of power are levels
(`core.analysis.stored_levels`, steps of 0.005 dB) in memory as in storage, so tables that are read back are equal to
those that were written. ``LRMS`` rows are left, right, mid = (L + R) / 2 and side = (L − R) / 2; a mono file has the
one row of its channel.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.analysis.grid import TimeGrid

LEFT, RIGHT, MID, SIDE = 0, 1, 2, 3
"""Rows of an LRMS table."""

VOICE, ESS = 0, 1
"""Rows of the table of esses: 1–4 kHz and 5–9 kHz."""

FLAT_HIGH, FLAT_LOW, BEYOND_FULL_SCALE = 0, 1, 2
"""Kinds of runs: clipped above zero, clipped below zero, beyond 0 dBFS."""


@dataclass(frozen=True, slots=True, eq=False)
class ProgrammeTables:
    """Loudness and peaks of all channels of a file.

    Attributes:
        k_power: (rows, hops): K-weighted mean squares; their sum is that of BS.1770-5, weights of channels included.
        extremes: (channels, 2): highest and lowest sample.
        true_peak: per channel, the highest interpolated absolute value of the file.
        true_peak_at_samples: per channel, where it is.
        true_peak_power: (channels, slots): highest squared interpolated value.
        run_counts: (channels, 3): number of runs of each kind.
        runs: (rows, 4): channel, kind, start sample, length of the longest runs of each channel and kind.
    """

    k_power: NDArray[np.int16]
    extremes: NDArray[np.float64]
    true_peak: NDArray[np.float64]
    true_peak_at_samples: NDArray[np.float64]
    true_peak_power: NDArray[np.int16]
    run_counts: NDArray[np.int64]
    runs: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """Time tables of one file; of a surround file those of its stereo downmix.

    Attributes:
        sample_rate_hz: rate of the file.
        channels: 1 or 2; 2 for a surround file.
        sample_count: samples per channel.
        first_sound_hop: first hop of the first 20 ms whose RMS reaches −60 dBFS in a channel; −1 where none does.
        last_sound_hop: last hop of the last such 20 ms; −1 where there are none.
        mean: per channel, the mean of all samples (direct-current offset), full scale = 1.
        extremes: (channels, 2): highest and lowest sample.
        true_peak: per channel, the highest interpolated absolute value of the file.
        true_peak_at_samples: per channel, where it is.
        run_counts: (channels, 3): number of runs of each kind.
        runs: (rows, 4): channel, kind, start sample, length of the longest runs of each channel and kind.
        k_power: (channels, hops): K-weighted mean square.
        power: (LRMS, slots): unweighted mean square.
        sample_peak: (channels, slots): highest squared sample.
        true_peak_power: (channels, slots): highest squared interpolated value, never below `sample_peak`.
        band_power: (LRMS, 7, slots): mean square in the bands of `BAND_EDGES_HZ`.
        low_power: (LRMS, slots): mean square between 20 and 120 Hz.
        sixth_octave_power: (62, spectra): mean square of both channels in sixth-octave bands from 18 Hz, 0.5 s means.
        top_power: (bands, spectra): the same in steps of 250 Hz from 12 kHz.
        attack_power: (3, hops): mean square of both channels in the attack bands.
        onset_flux: (6, hops): rise of the compressed mel spectrum, companded (`core.analysis.scanning.onsets`).
        chroma: (120, chroma rows): salience of spectral peaks per 10 cents from A upwards; a row's highest is 255.
        chroma_level: (chroma rows,): mean square of the row's peaks.
        used_bits: or of all samples as integers of 24 bits; 0 where they are not on that grid.
        fine_power: (208, chunks): mean square of both channels in 1/24-octave bands from 37.6 Hz, 1 s means; in frames
            of version 5 and before 160 bands from 100 Hz.
        ultra_power: (bands, spectra): the same in steps of 1 kHz from 20 kHz; no bands up to 48 kHz sample rate.
        bass_pitch: (chroma rows,): lowest strong partial in cents above 27.5 Hz; −1 where there is none.
        bass_level: (chroma rows,): mean square of both channels at that partial.
        mains_lines: (2, 25, mains segments): steady lines of 50 and 60 Hz (`core.analysis.scanning.mains`).
        lag_correlation: (lags,): whitened cross-correlation of left and right, ±20 ms, times 32767; empty in mono.
        holes: (rows, 3): channel, start sample, length of sudden holes.
        clicks: (rows, 3): channel, sample of single clicks, 1 for a lone wrong sample, 2 for the end of a note.
        event_counts: (channels, 2): number of holes and of clicks.
        ess_power: (2, hops): mean square of both channels in 1–4 and in 5–9 kHz.
        swings: (rows, 3): highest swings of the mean of the samples (`core.analysis.scanning.disturbances`).
        plateaus: (rows, 5): channel, start sample, length, level in hundredths of dBFS of the white noise that is as
            sharp, 1 for an even one, of stretches of sharp sound (`core.analysis.kernels.noise_bursts`).
        blurred_tops: (rows, 4): channel, start sample, length, number in the channel of flat tops at one level, also of
            those that an encoder blurred (`core.analysis.scanning.blurred_tops`).
        surround: loudness and peaks of the channels of a surround file themselves; None for mono and stereo.

    The tables after `chroma_level` are None in frames that an older program wrote.
    """

    sample_rate_hz: int
    channels: int
    sample_count: int
    first_sound_hop: int
    last_sound_hop: int
    mean: NDArray[np.float64]
    extremes: NDArray[np.float64]
    true_peak: NDArray[np.float64]
    true_peak_at_samples: NDArray[np.float64]
    run_counts: NDArray[np.int64]
    runs: NDArray[np.int64]
    k_power: NDArray[np.int16]
    power: NDArray[np.int16]
    sample_peak: NDArray[np.int16]
    true_peak_power: NDArray[np.int16]
    band_power: NDArray[np.int16]
    low_power: NDArray[np.int16]
    sixth_octave_power: NDArray[np.int16]
    top_power: NDArray[np.int16]
    attack_power: NDArray[np.int16]
    onset_flux: NDArray[np.uint8]
    chroma: NDArray[np.uint8]
    chroma_level: NDArray[np.int16]
    used_bits: int = 0
    fine_power: NDArray[np.int16] | None = None
    ultra_power: NDArray[np.int16] | None = None
    bass_pitch: NDArray[np.int16] | None = None
    bass_level: NDArray[np.int16] | None = None
    mains_lines: NDArray[np.int16] | None = None
    lag_correlation: NDArray[np.int16] | None = None
    holes: NDArray[np.int64] | None = None
    clicks: NDArray[np.int64] | None = None
    event_counts: NDArray[np.int64] | None = None
    ess_power: NDArray[np.int16] | None = None
    plateaus: NDArray[np.int64] | None = None
    swings: NDArray[np.int64] | None = None
    blurred_tops: NDArray[np.int64] | None = None
    surround: ProgrammeTables | None = None

    @property
    def programme(self) -> ProgrammeTables:
        """Loudness and peaks of all channels of the file."""
        return self.surround or ProgrammeTables(
            k_power=self.k_power,
            extremes=self.extremes,
            true_peak=self.true_peak,
            true_peak_at_samples=self.true_peak_at_samples,
            true_peak_power=self.true_peak_power,
            run_counts=self.run_counts,
            runs=self.runs,
        )

    @property
    def grid(self) -> TimeGrid:
        """The steps of the tables."""
        return TimeGrid.at(self.sample_rate_hz)

    @property
    def duration_s(self) -> float:
        """Length of the file in seconds."""
        return self.sample_count / self.sample_rate_hz

    @property
    def whole_hops(self) -> int:
        """Number of hops that are full of samples; the last one of a table may extend beyond the end."""
        return self.sample_count // self.grid.hop_samples

    @property
    def whole_slots(self) -> int:
        """Number of slots that are full of samples."""
        return self.sample_count // self.grid.slot_samples
