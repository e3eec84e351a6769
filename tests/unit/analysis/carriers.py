"""Sounds that faults are put into: some like music, some as analytic as can be."""

from collections.abc import Callable
from functools import cache

import numpy as np
import scipy.signal

from tests.support.audio.signals import Signal, cadences, clicks, noise, sine

RATE_HZ = 44_100
DURATION_S = 12.0


def dull(rate_hz: int = RATE_HZ) -> Signal:
    """Noise that falls by 6.6 dB per octave, as dense music does or faster."""
    audible = scipy.signal.butter(2, 30.0, "highpass", fs=rate_hz, output="sos")
    signal = scipy.signal.sosfilt(audible, noise(DURATION_S, rate_hz, exponent=2.2), axis=1)
    return (0.1 * signal / np.sqrt(np.mean(signal**2))).astype(np.float32)


def tone(rate_hz: int = RATE_HZ) -> Signal:
    return sine(220.0, 0.3, DURATION_S, rate_hz)


def square(rate_hz: int = RATE_HZ) -> Signal:
    """As naive as a chip makes it: every edge is a step."""
    n = np.arange(round(DURATION_S * rate_hz))
    return np.tile(np.where(n * 110 // rate_hz % 2, 0.2, -0.2), (2, 1)).astype(np.float32)


def chords(rate_hz: int = RATE_HZ) -> Signal:
    """Plucked chords in a little room noise, wider than mono."""
    time = np.arange(round(DURATION_S * rate_hz)) / rate_hz
    # cadences() cuts each chord off at its end
    signal = cadences(0, minor=True, rate_hz=rate_hz, rounds=6) * np.minimum(1.0, (0.5 - time % 0.5) / 0.03)
    wide = 0.3 * np.stack([np.roll(signal[0], rate_hz // 3), -np.roll(signal[1], rate_hz // 3)])
    return (signal + wide + noise(DURATION_S, rate_hz, exponent=1.0, rms=1e-3)).astype(np.float32)


def band(rate_hz: int = RATE_HZ) -> Signal:
    """Drums, bass and chords; the drums start as hard as drums can."""
    time = np.arange(round(DURATION_S * rate_hz)) / rate_hz
    beat = time % 0.5
    kick = 0.4 * np.sin(2.0 * np.pi * (50.0 * beat + 6.0 * (1.0 - np.exp(-beat / 0.03)))) * np.exp(-beat / 0.1)
    bass = 0.15 * np.sin(2.0 * np.pi * 55.0 * time) * (beat > 0.2)
    return (chords(rate_hz) + (kick + bass) + clicks(240.0, DURATION_S, rate_hz)).astype(np.float32)


MAKERS: dict[str, Callable[[int], Signal]] = {
    "dull noise": dull,
    "sine": tone,
    "square wave": square,
    "chords": chords,
    "band": band,
}


def made_once(make: Callable[[int], Signal]) -> Callable[[int], Signal]:
    """Each carrier is made once a run; who asks gets a copy to spoil."""
    kept = cache(make)
    return lambda rate_hz: kept(rate_hz).copy()


CARRIERS = {name: made_once(make) for name, make in MAKERS.items()}
MUSIC = ("chords", "band")
