"""Test signals by formula, shape (channels, n), full scale = 1, float32."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Signal = NDArray[np.float32]


def db_to_amplitude(level_db: float) -> float:
    return float(10.0 ** (level_db / 20.0))


def sine(
    frequency_hz: float, amplitude: float, duration_s: float, rate_hz: int, *, phase: float = 0.0, channels: int = 2
) -> Signal:
    """The same sine in every channel."""
    n = np.arange(round(duration_s * rate_hz))
    wave = amplitude * np.sin(2.0 * np.pi * frequency_hz * n / rate_hz + phase)
    return np.tile(wave, (channels, 1)).astype(np.float32)


def level_steps(steps: Sequence[tuple[float | None, float]], rate_hz: int, *, frequency_hz: float = 1_000.0) -> Signal:
    """A stereo sine whose peak level steps through (dBFS, seconds); None is silence. The phase runs on."""
    counts = [round(duration_s * rate_hz) for _, duration_s in steps]
    gains = np.repeat([0.0 if level is None else db_to_amplitude(level) for level, _ in steps], counts)
    wave = gains * np.sin(2.0 * np.pi * frequency_hz * np.arange(gains.size) / rate_hz)
    return np.tile(wave, (2, 1)).astype(np.float32)


def noise(duration_s: float, rate_hz: int, *, exponent: float = 0.0, rms: float = 0.1, seed: int = 1) -> Signal:
    """Two uncorrelated channels of Gaussian noise whose power per hertz goes with frequency ** -exponent."""
    generator = np.random.default_rng(seed)
    white = generator.standard_normal((2, round(duration_s * rate_hz)))
    spectrum = np.fft.rfft(white, axis=1)
    bins = np.maximum(np.arange(spectrum.shape[1]), 1)
    shaped = np.fft.irfft(spectrum * bins ** (-exponent / 2.0), white.shape[1], axis=1)
    scaled: NDArray[np.float64] = shaped * (rms / np.sqrt(np.mean(shaped**2, axis=1, keepdims=True)))
    return scaled.astype(np.float32)


def clicks(tempo_bpm: float, duration_s: float, rate_hz: int, *, seed: int = 1) -> Signal:
    """Short noise bursts on every beat, every fourth one louder."""
    generator = np.random.default_rng(seed)
    burst = generator.standard_normal(round(0.03 * rate_hz)) * np.exp(-np.arange(round(0.03 * rate_hz)) / 250.0)
    wave = np.zeros(round(duration_s * rate_hz) + burst.size)
    for beat in range(int(duration_s * tempo_bpm / 60.0)):
        start = round(beat * 60.0 / tempo_bpm * rate_hz)
        wave[start : start + burst.size] += burst * (0.3 if beat % 4 == 0 else 0.2)
    return np.tile(wave[: round(duration_s * rate_hz)], (2, 1)).astype(np.float32)


def cadences(tonic: int, *, minor: bool, rate_hz: int, detune_cents: float = 0.0, rounds: int = 4) -> Signal:
    """I IV V I in a key (`tonic` in semitones above A), each chord half a second, tones with six partials."""
    third = 3 if minor else 4
    chords = ((0, third, 7), (5, 5 + third, 12), (7, 11, 14), (0, third, 7))
    time = np.arange(rate_hz // 2) / rate_hz
    envelope = np.minimum(1.0, time * 100.0) * np.exp(-2.0 * time)
    pieces = []
    for chord in chords:
        piece = np.zeros(time.size)
        for note in (*chord, chord[0] - 12):
            frequency = 220.0 * 2.0 ** ((tonic + note + detune_cents / 100.0) / 12.0)
            for partial in range(1, 7):
                piece += np.sin(2.0 * np.pi * frequency * partial * time) / partial
        pieces.append(piece * envelope * 0.05)
    return np.tile(np.concatenate(pieces * rounds), (2, 1)).astype(np.float32)


def low_passed(signal: Signal, cutoff_hz: float, rate_hz: int) -> Signal:
    """`signal` with nothing above `cutoff_hz`, as an encoder's filter bank leaves it."""
    spectrum = np.fft.rfft(signal, axis=1)
    spectrum[:, round(cutoff_hz * signal.shape[1] / rate_hz) :] = 0.0
    return np.fft.irfft(spectrum, signal.shape[1], axis=1).astype(np.float32)


def faded(signal: Signal, fade_s: float, rate_hz: int) -> Signal:
    """`signal` with linear fades at both ends."""
    ramp = np.minimum(1.0, np.arange(signal.shape[1]) / (fade_s * rate_hz))
    return (signal * ramp * ramp[::-1]).astype(np.float32)


def quantised(signal: Signal, bits: int) -> Signal:
    """`signal` rounded to integers of `bits` bits and clipped at their range, as a PCM file holds it."""
    scale = 2.0 ** (bits - 1)
    return (np.clip(np.rint(signal.astype(np.float64) * scale), -scale, scale - 1.0) / scale).astype(np.float32)


def in_blocks(signal: Signal, size: int = 65_536) -> Iterator[Signal]:
    """`signal` as a decoder hands it on."""
    for start in range(0, signal.shape[1], size):
        yield signal[:, start : start + size]
