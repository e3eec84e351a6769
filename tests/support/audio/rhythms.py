"""Rhythms by formula: drums and notes on a grid of steps whose tempo is known because it was composed so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from tests.support.audio.signals import Signal

RATE_HZ = 22_050

Wave = NDArray[np.float64]

REST = "."


@dataclass(frozen=True)
class Notes:
    """Notes in turn at the steps of a pattern: MIDI numbers, chords as tuples; `length` in beats."""

    steps: str
    pitches: Sequence[tuple[int, ...]]
    length: float
    level: float = 0.2


def rhythm(
    tempo_bpm: float,
    duration_s: float,
    drums: Mapping[str, str],
    notes: Sequence[Notes] = (),
    *,
    steps_per_beat: int = 4,
    seed: int = 1,
) -> Signal:
    """Repeat patterns. `drums` maps "kick", "snare", "hat", "open", "tick" to steps; digits are levels out of nine."""
    mix = np.zeros(round(duration_s * RATE_HZ))
    step = 60.0 / tempo_bpm / steps_per_beat * RATE_HZ
    strokes = kit(seed)
    for name, steps in drums.items():
        for index in range(int(mix.size / step) + 1):
            level = steps[index % len(steps)]
            if level != REST:
                place(mix, int(level) / 9.0 * strokes[name], index * step)
    for line in notes:
        played = 0
        for index in range(int(mix.size / step) + 1):
            if line.steps[index % len(line.steps)] == REST:
                continue
            for midi in line.pitches[played % len(line.pitches)]:
                place(mix, line.level * note(midi, line.length * 60.0 / tempo_bpm), index * step)
            played += 1
    mix *= 0.6 / np.abs(mix).max()
    return np.stack([mix, mix]).astype(np.float32)


def kit(seed: int) -> dict[str, Wave]:
    """Strokes: a kick that falls from 160 to 50 Hz, the others noise in bands of their own."""
    generator = np.random.default_rng(seed)
    time = np.arange(round(0.25 * RATE_HZ)) / RATE_HZ
    falling_hz = 50.0 + 110.0 * np.exp(-time / 0.02)
    kick = 0.8 * np.sin(2.0 * np.pi * np.cumsum(falling_hz) / RATE_HZ) * np.exp(-time / 0.08)

    def burst(low_hz: float, high_hz: float, decay_s: float, level: float) -> Wave:
        band = signal.butter(2, (low_hz, high_hz), "bandpass", fs=RATE_HZ, output="sos")
        sound = signal.sosfilt(band, generator.standard_normal(time.size)) * np.exp(-time / decay_s)
        scaled: Wave = level * sound / np.abs(sound).max()
        return scaled

    return {
        "kick": kick,
        "snare": burst(250.0, 8_000.0, 0.06, 0.4),
        "hat": burst(6_000.0, 9_900.0, 0.018, 0.14),
        "open": burst(5_000.0, 9_900.0, 0.09, 0.14),
        "tick": 0.5 * np.sin(2.0 * np.pi * 1_000.0 * time) * np.exp(-time / 0.006),
    }


def note(midi: int, duration_s: float, partials: int = 5, attack_s: float = 0.005) -> Wave:
    """A note with partials that fall as 1 / n."""
    time = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    pitch_hz = 440.0 * 2.0 ** ((midi - 69) / 12.0)
    wave = np.zeros(time.size)
    for order in range(1, partials + 1):
        wave += np.sin(2.0 * np.pi * pitch_hz * order * time + 0.3 * order) / order
    ends: Wave = wave * np.clip(np.minimum(time / attack_s, (duration_s - time) / 0.02), 0.0, 1.0)
    return ends


def place(mix: Wave, sound: Wave, start: float) -> None:
    """Add a sound to a mix, cut at its end."""
    first = round(start)
    part = sound[: max(0, mix.size - first)]
    mix[first : first + part.size] += part
