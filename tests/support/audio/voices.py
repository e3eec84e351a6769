"""Signals that measure as singing does, and what is taken for it: tones with formants, esses, hi-hats, wide pads."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from tests.support.audio.signals import Signal

FORMANTS_HZ = ((700.0, 130.0), (1_220.0, 150.0), (2_600.0, 200.0))
"""Middle and width of the resonances of an open vowel (Peterson & Barney 1952)."""

ESS_HZ = (5_000.0, 9_000.0)
HAT_HZ = (6_000.0, 14_000.0)


def voice(duration_s: float, rate_hz: int, *, rms: float = 0.1, pitch_hz: float = 220.0, seed: int = 1) -> Signal:
    """A sung vowel in the centre: harmonics under formants, vibrato, syllables of about 0.3 s."""
    time = np.arange(round(duration_s * rate_hz)) / rate_hz
    phase = 2.0 * np.pi * pitch_hz * (time + 0.002 * np.sin(2.0 * np.pi * 5.5 * time) / 5.5)
    wave = np.zeros(time.size)
    for partial in range(1, int(5_000.0 / pitch_hz)):
        frequency = partial * pitch_hz
        gain = sum(1.0 / (1.0 + ((frequency - middle) / width) ** 2) for middle, width in FORMANTS_HZ)
        wave += gain * np.sin(partial * phase) / np.sqrt(partial)
    generator = np.random.default_rng(seed)
    knots = generator.uniform(0.5, 1.0, int(duration_s / 0.3) + 2)
    wave *= np.interp(time, 0.3 * np.arange(knots.size), knots)
    return np.tile(wave * rms / np.sqrt(np.mean(wave**2)), (2, 1)).astype(np.float32)


def esses(
    times_s: Iterable[float], duration_s: float, rate_hz: int, *, rms: float = 0.15, length_s: float = 0.08
) -> Signal:
    """Bursts of noise between 5 and 9 kHz in the centre, with soft edges, each beginning at its time."""
    count = round(length_s * rate_hz)
    wave = np.zeros(round(duration_s * rate_hz))
    edge = np.minimum(1.0, np.minimum(np.arange(count), np.arange(count)[::-1]) / (0.01 * rate_hz))
    for index, time_s in enumerate(times_s):
        start = round(time_s * rate_hz)
        wave[start : start + count] += (rms * edge * _band_noise(count, ESS_HZ, rate_hz, index))[: wave.size - start]
    return np.tile(wave, (2, 1)).astype(np.float32)


def hats(
    tempo_bpm: float,
    duration_s: float,
    rate_hz: int,
    *,
    steps_per_beat: int = 2,
    rms: float = 0.2,
    jitter_s: float = 0.002,
    decay_s: float = 0.05,
) -> Signal:
    """Hi-hats on every step of the beat: noise that dies away, every second one softer."""
    generator = np.random.default_rng(7)
    count = round(4.0 * decay_s * rate_hz)
    decay = np.exp(-np.arange(count) / (decay_s * rate_hz))
    wave = np.zeros(round(duration_s * rate_hz) + count)
    step_s = 60.0 / tempo_bpm / steps_per_beat
    for index in range(1, int(duration_s / step_s)):
        start = round((index * step_s + generator.normal(0.0, jitter_s)) * rate_hz)
        wave[start : start + count] += (
            rms * (1.0 if index % 2 else 0.7) * decay * _band_noise(count, HAT_HZ, rate_hz, index)
        )
    return np.tile(wave[: round(duration_s * rate_hz)], (2, 1)).astype(np.float32)


def off_grid_times(count: int, duration_s: float, seed: int = 3) -> NDArray[np.float64]:
    """Times at least 0.4 s apart that follow no beat."""
    generator = np.random.default_rng(seed)
    spacing = duration_s / (count + 1)
    return spacing * np.arange(1, count + 1) + generator.uniform(-0.5, 0.5, count) * (spacing - 0.4)


def _band_noise(count: int, band_hz: tuple[float, float], rate_hz: int, seed: int) -> NDArray[np.float64]:
    """Noise of unit power within a band."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(count))
    frequencies = np.fft.rfftfreq(count, 1.0 / rate_hz)
    spectrum[(frequencies < band_hz[0]) | (frequencies > band_hz[1])] = 0.0
    wave = np.fft.irfft(spectrum, count)
    scaled: NDArray[np.float64] = wave / np.sqrt(np.mean(wave**2))
    return scaled
