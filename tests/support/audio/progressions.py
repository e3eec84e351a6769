"""Chord progressions by formula, in any key, timbre and tuning: music whose key is known because it was composed so.

Major keys play on the degrees of the major scale; minor ones on those of the minor scale, with the major dominant
where a textbook writes it (harmonic minor). A bass plays the roots, a melody the notes of the chords.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.support.audio.signals import Signal

CHORD_S = 0.75
CHORDS_PLAYED = 16
HIGHEST_PARTIAL_HZ = 7_000.0

Wave = NDArray[np.float64]

MAJOR_TRIAD, MINOR_TRIAD, DOMINANT_SEVENTH = (0, 4, 7), (0, 3, 7), (0, 4, 7, 10)

ONE, FOUR, FIVE, FIVE_SEVENTH = (0, MAJOR_TRIAD), (5, MAJOR_TRIAD), (7, MAJOR_TRIAD), (7, DOMINANT_SEVENTH)
TWO_MINOR, SIX_MINOR = (2, MINOR_TRIAD), (9, MINOR_TRIAD)
ONE_MINOR, FOUR_MINOR, FIVE_MINOR, FLAT_SIX, FLAT_SEVEN = (
    (0, MINOR_TRIAD),
    (5, MINOR_TRIAD),
    (7, MINOR_TRIAD),
    (8, MAJOR_TRIAD),
    (10, MAJOR_TRIAD),
)

Chords = Sequence[tuple[int, tuple[int, ...]]]
"""Root of each chord in semitones above the tonic, and the chord."""

PHRASES: dict[str, tuple[bool, Chords]] = {
    # name: minor or not, chords; all close with a cadence on the tonic
    "I IV V I": (False, (ONE, FOUR, FIVE, ONE)),
    "I V vi IV, I IV V I": (False, (ONE, FIVE, SIX_MINOR, FOUR, ONE, FOUR, FIVE, ONE)),
    "I vi ii V7, I IV V7 I": (False, (ONE, SIX_MINOR, TWO_MINOR, FIVE_SEVENTH, ONE, FOUR, FIVE_SEVENTH, ONE)),
    "i iv V i": (True, (ONE_MINOR, FOUR_MINOR, FIVE, ONE_MINOR)),
    "i VI iv V7, i iv V7 i": (
        True,
        (ONE_MINOR, FLAT_SIX, FOUR_MINOR, FIVE_SEVENTH, ONE_MINOR, FOUR_MINOR, FIVE_SEVENTH, ONE_MINOR),
    ),
    "i VII VI v, i iv V i": (
        True,
        (ONE_MINOR, FLAT_SEVEN, FLAT_SIX, FIVE_MINOR, ONE_MINOR, FOUR_MINOR, FIVE, ONE_MINOR),
    ),
}

LOOPS: dict[str, tuple[bool, Chords]] = {
    # the same without the cadence: only where it begins says which key it is
    "I V vi IV": (False, (ONE, FIVE, SIX_MINOR, FOUR)),
    "I vi ii V7": (False, (ONE, SIX_MINOR, TWO_MINOR, FIVE_SEVENTH)),
    "i VI iv V7": (True, (ONE_MINOR, FLAT_SIX, FOUR_MINOR, FIVE_SEVENTH)),
    "i VII VI v": (True, (ONE_MINOR, FLAT_SEVEN, FLAT_SIX, FIVE_MINOR)),
}


@dataclass(frozen=True)
class Timbre:
    """How a note sounds.

    Attributes:
        partials: amplitude of each partial.
        decay_per_s: of the fundamental; the n-th partial decays n ** 0.7 times as fast.
        attack_s: until it is there.
        stretch: inharmonicity B of a stiff string: the n-th partial lies at n · sqrt(1 + B n²).
    """

    partials: tuple[float, ...]
    decay_per_s: float
    attack_s: float
    stretch: float = 0.0


TIMBRES = {
    "organ": Timbre((1.0, 0.8, 0.6, 0.5, 0.0, 0.4, 0.0, 0.3), 0.0, 0.02),
    "saw pad": Timbre(tuple(1.0 / n for n in range(1, 17)), 0.0, 0.15),
    "square lead": Timbre(tuple((n % 2) / n for n in range(1, 16)), 0.8, 0.01),
    "electric piano": Timbre((1.0, 0.25, 0.06, 0.12), 3.0, 0.005),
    "plucked string": Timbre(tuple(1.0 / n for n in range(1, 13)), 2.5, 0.003, stretch=2e-4),
}


def progression(
    chords: Chords,
    tonic: int,
    timbre: str,
    rate_hz: int,
    *,
    detune_cents: float = 0.0,
    drums: bool = False,
    seed: int = 1,
) -> Signal:
    """Twelve seconds of chords in the key whose tonic lies `tonic` semitones above A."""
    voice = TIMBRES[timbre]
    generator = np.random.default_rng(seed)

    def play(midi: float, duration_s: float) -> Wave:
        return note(voice, 440.0 * 2.0 ** ((midi - 69.0 + detune_cents / 100.0) / 12.0), duration_s, rate_hz)

    # a tonic between E and D#, so that all keys lie in the same range
    home = 57 + (tonic + 5) % 12 - 5
    pieces = [chord_of(play, home, root, chord) for root, chord in chords]
    wave = np.tile(np.concatenate(pieces), CHORDS_PLAYED // len(chords))
    wave *= 0.2 / np.abs(wave).max()
    if drums:
        wave += beat(wave.size, rate_hz, generator)
    return np.stack([wave, 0.9 * wave]).astype(np.float32)


def chord_of(play: Callable[[float, float], Wave], home: int, root: int, chord: Sequence[int]) -> Wave:
    """Bass, chord in close position around the tonic, and a melody of two notes of the chord."""
    wave = 0.9 * play(home - 24 + (root if root < 7 else root - 12), CHORD_S)
    for step in chord:
        wave += 0.6 * play(home + (root + step) % 12, CHORD_S)
    half = CHORD_S / 2.0
    melody = np.concatenate([play(home + 12 + (root + chord[1]) % 12, half), play(home + 12 + root % 12, half)])
    wave[: melody.size] += 0.5 * melody[: wave.size]
    return wave


def note(voice: Timbre, frequency_hz: float, duration_s: float, rate_hz: int) -> Wave:
    """One note, faded out over its last 20 ms."""
    time = np.arange(round(duration_s * rate_hz)) / rate_hz
    wave = np.zeros(time.size)
    for order, amplitude in enumerate(voice.partials, 1):
        partial_hz = frequency_hz * order * np.sqrt(1.0 + voice.stretch * order**2)
        if amplitude and partial_hz < HIGHEST_PARTIAL_HZ:
            decay = np.exp(-voice.decay_per_s * order**0.7 * time)
            wave += amplitude * decay * np.sin(2.0 * np.pi * partial_hz * time)
    ends = np.minimum(1.0, time / voice.attack_s) * np.minimum(1.0, (duration_s - time) / 0.02)
    faded: Wave = wave * ends
    return faded


def beat(samples: int, rate_hz: int, generator: np.random.Generator) -> Wave:
    """Kick on every beat (120 BPM), snare on every second, hats on every half: as loud as the music."""
    time = np.arange(round(0.25 * rate_hz)) / rate_hz
    kick = 0.3 * np.sin(2.0 * np.pi * (45.0 * time + 6.0 * (1.0 - np.exp(-30.0 * time)))) * np.exp(-14.0 * time)
    wave = np.zeros(samples + time.size)
    for step in range(int(samples / rate_hz * 4.0)):
        start = round(step * 0.25 * rate_hz)
        burst = generator.standard_normal(time.size)
        wave[start : start + time.size] += 0.03 * burst * np.exp(-90.0 * time)
        if step % 2 == 0:
            wave[start : start + time.size] += kick
        if step % 4 == 2:
            wave[start : start + time.size] += 0.1 * burst * np.exp(-25.0 * time)
    return wave[:samples]
