"""Songs by formula whose sections are known: who plays when, in several genres and tempi.

Each player repeats one bar per chord of the progression, with a little chance in its strokes; sections differ in who
plays, in their chords, or in both. Nothing is told to the ear by silence between them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from tests.support.audio import demo_synth as synth

STEPS = 16
"""Sixteenths in a bar of four beats."""

I_V_VI_IV = ((0, 4, 7), (7, 11, 14), (9, 12, 16), (5, 9, 12))
VI_IV_I_V = ((9, 12, 16), (5, 9, 12), (0, 4, 7), (7, 11, 14))
MINOR_LOOP = ((0, 3, 7), (8, 12, 15), (3, 7, 10), (10, 14, 17))
MINOR_TURN = ((5, 8, 12), (0, 3, 7), (7, 10, 14), (0, 3, 7))
DRONE = ((0, 7, 12), (0, 7, 12), (0, 7, 12), (-2, 5, 10))

KICKS = {
    "floor": (0, 4, 8, 12),
    "pop": (0, 6, 8),
    "half": (0, 10),
    "break": (0, 10),
    "dembow": (0, 4, 8, 12),
    "rock": (0, 2, 8, 10),
}
SNARES = {
    "floor": (4, 12),
    "pop": (4, 12),
    "half": (8,),
    "break": (4, 12),
    "dembow": (3, 6, 11, 14),
    "rock": (4, 12),
}


@dataclass(frozen=True)
class Part:
    """A section: what it is called, its length in bars, who plays, and the chords if they are not the song's."""

    name: str
    bars: int
    players: frozenset[str]
    chords: tuple[tuple[int, ...], ...] | None = None


@dataclass(frozen=True)
class Song:
    """What to play. `root` is the MIDI note of chord root 0; `groove` names the drum pattern."""

    name: str
    tempo_bpm: float
    root: int
    groove: str
    chords: tuple[tuple[int, ...], ...]
    parts: tuple[Part, ...]

    @property
    def boundaries_s(self) -> NDArray[np.float64]:
        """Where sections begin, and where the last one ends."""
        return np.concatenate([[0.0], np.cumsum([part.bars for part in self.parts]) * 240.0 / self.tempo_bpm])


def part(name: str, bars: int, players: str, chords: tuple[tuple[int, ...], ...] | None = None) -> Part:
    """A part from the names of its players."""
    return Part(name, bars, frozenset(players.split()), chords)


SONGS = (
    Song(
        "house",
        124,
        42,
        "floor",
        MINOR_LOOP,
        (
            part("intro", 8, "kick hats"),
            part("verse", 8, "kick hats bass"),
            part("break", 8, "pad lead"),
            part("drop", 16, "kick clap hats bass pad lead"),
            part("break", 8, "pad"),
            part("drop", 16, "kick clap hats bass pad lead"),
            part("outro", 8, "kick hats"),
        ),
    ),
    Song(
        "techno",
        132,
        38,
        "floor",
        DRONE,
        (
            part("intro", 16, "kick"),
            part("verse", 16, "kick hats bass"),
            part("break", 8, "pad riser"),
            part("drop", 16, "kick clap hats bass"),
            part("break", 8, "pad"),
            part("drop", 16, "kick clap hats bass pad"),
            part("outro", 8, "kick"),
        ),
    ),
    Song(
        "trance",
        138,
        45,
        "floor",
        MINOR_LOOP,
        (
            part("intro", 16, "kick hats"),
            part("verse", 16, "kick clap hats bass"),
            part("break", 16, "pad"),
            part("build", 8, "pad lead riser"),
            part("drop", 16, "kick clap hats bass pad lead"),
            part("outro", 16, "kick hats"),
        ),
    ),
    Song(
        "drum and bass",
        174,
        41,
        "break",
        MINOR_LOOP,
        (
            part("intro", 16, "pad hats"),
            part("build", 8, "pad hats riser"),
            part("drop", 32, "kick snare hats bass"),
            part("break", 16, "pad lead"),
            part("drop", 32, "kick snare hats bass lead"),
            part("outro", 8, "hats pad"),
        ),
    ),
    Song(
        "dubstep",
        140,
        40,
        "half",
        MINOR_TURN,
        (
            part("intro", 8, "pad"),
            part("build", 8, "pad kick riser"),
            part("drop", 16, "kick snare hats growl"),
            part("break", 8, "pad lead"),
            part("drop", 16, "kick snare hats growl"),
            part("outro", 8, "pad"),
        ),
    ),
    Song(
        "hip-hop",
        88,
        43,
        "pop",
        MINOR_LOOP,
        (
            part("intro", 4, "pad"),
            part("verse", 8, "kick snare hats bass"),
            part("chorus", 8, "kick snare hats bass pad lead"),
            part("verse", 8, "kick snare hats bass"),
            part("chorus", 8, "kick snare hats bass pad lead"),
            part("outro", 4, "pad"),
        ),
    ),
    Song(
        "pop",
        108,
        48,
        "pop",
        I_V_VI_IV,
        (
            part("intro", 4, "pad"),
            part("verse", 8, "kick snare hats bass"),
            part("chorus", 8, "kick snare hats bass pad lead"),
            part("verse", 8, "kick snare hats bass"),
            part("chorus", 8, "kick snare hats bass pad lead"),
            part("bridge", 8, "pad bass", VI_IV_I_V),
            part("chorus", 8, "kick snare hats bass pad lead"),
            part("outro", 4, "pad"),
        ),
    ),
    Song(
        "rock",
        144,
        40,
        "rock",
        I_V_VI_IV,
        (
            part("intro", 8, "guitar"),
            part("verse", 16, "kick snare hats bass"),
            part("chorus", 16, "kick snare hats bass guitar"),
            part("verse", 16, "kick snare hats bass"),
            part("chorus", 16, "kick snare hats bass guitar"),
            part("outro", 8, "guitar"),
        ),
    ),
    Song(
        "ballad",
        70,
        45,
        "pop",
        VI_IV_I_V,
        (
            part("intro", 4, "keys"),
            part("verse", 8, "keys bass"),
            part("chorus", 8, "keys bass pad kick snare"),
            part("verse", 8, "keys bass"),
            part("chorus", 8, "keys bass pad kick snare"),
            part("outro", 4, "keys"),
        ),
    ),
    Song(
        "reggaeton",
        95,
        41,
        "dembow",
        MINOR_LOOP,
        (
            part("intro", 4, "lead"),
            part("verse", 8, "kick snare bass"),
            part("chorus", 8, "kick snare bass hats lead pad"),
            part("verse", 8, "kick snare bass"),
            part("chorus", 8, "kick snare bass hats lead pad"),
            part("outro", 4, "kick snare"),
        ),
    ),
    Song(
        "synthwave",
        84,
        45,
        "pop",
        MINOR_LOOP,
        (
            part("intro", 8, "arp"),
            part("verse", 8, "kick snare bass arp"),
            part("chorus", 8, "kick snare bass arp pad lead hats"),
            part("verse", 8, "kick snare bass arp"),
            part("chorus", 8, "kick snare bass arp pad lead hats"),
            part("outro", 8, "arp pad"),
        ),
    ),
    Song(
        "metal",
        165,
        40,
        "rock",
        MINOR_TURN,
        (
            part("intro", 8, "guitar"),
            part("verse", 16, "kick snare hats bass guitar"),
            part("break", 8, "keys"),
            part("chorus", 16, "kick snare hats bass guitar lead", MINOR_LOOP),
            part("verse", 16, "kick snare hats bass guitar"),
            part("break", 8, "keys"),
            part("chorus", 16, "kick snare hats bass guitar lead", MINOR_LOOP),
        ),
    ),
    Song(
        "ambient",
        100,
        45,
        "pop",
        DRONE,
        (
            part("section", 16, "pad"),
            part("section", 16, "pad arp"),
            part("section", 16, "arp lead"),
            part("section", 16, "pad keys", VI_IV_I_V),
        ),
    ),
    Song(
        "funk",
        116,
        43,
        "pop",
        MINOR_TURN,
        (
            part("intro", 4, "kick hats"),
            part("verse", 8, "kick snare hats bass keys"),
            part("chorus", 8, "kick snare hats bass keys lead pad"),
            part("verse", 8, "kick snare hats bass keys"),
            part("break", 8, "bass"),
            part("chorus", 8, "kick snare hats bass keys lead pad"),
        ),
    ),
)


def play(song: Song, rate_hz: int = 22_050, seed: int = 5) -> NDArray[np.float32]:
    """The song as samples, shape (2, n)."""
    return _Band(song, rate_hz, seed).play()


class _Band:
    """Plays a song bar by bar."""

    def __init__(self, song: Song, rate_hz: int, seed: int) -> None:
        self._song, self._rate = song, rate_hz
        self._rng = np.random.default_rng(seed)
        self._kit = synth.drum_kit(rate_hz, self._rng)
        self._step_s = 60.0 / song.tempo_bpm / 4.0
        self._bar = round(STEPS * self._step_s * rate_hz)
        self._made: dict[tuple[str, tuple[int, ...]], synth.Signal] = {}
        self._players: dict[str, Callable[[tuple[int, ...]], synth.Signal]] = {
            "bass": self._bass,
            "growl": self._growl,
            "pad": self._pad,
            "lead": self._lead,
            "keys": self._keys,
            "arp": self._arp,
            "guitar": self._guitar,
        }

    def play(self) -> NDArray[np.float32]:
        bars = [(part, bar) for part in self._song.parts for bar in range(part.bars)]
        out = np.zeros((2, self._bar * len(bars) + self._rate))
        for index, (part, bar) in enumerate(bars):
            start = index * self._bar
            chords = part.chords or self._song.chords
            for player in sorted(part.players):
                if player in self._players:
                    synth.add(out, self._melodic(player, chords[bar % len(chords)]), start)
                else:
                    self._strike(out, player, start, last=bar == part.bars - 1, share=(bar + 1) / part.bars)
        peak = np.max(np.abs(out))
        return (0.8 * out / peak)[:, : self._bar * len(bars)].astype(np.float32)

    def _melodic(self, player: str, chord: tuple[int, ...]) -> synth.Signal:
        """One bar of a player on a chord; it is the same each time."""
        if (player, chord) not in self._made:
            self._made[player, chord] = self._players[player](chord)
        return self._made[player, chord]

    def _at(self, step: float) -> int:
        return round(step * self._step_s * self._rate)

    def _strike(self, out: synth.Signal, player: str, start: int, *, last: bool, share: float) -> None:
        """Drums: never twice the same, and a fill in the last bar of a part."""
        groove = self._song.groove
        if player == "riser":
            noise = self._rng.normal(size=(2, self._bar))
            high = signal.sosfilt(signal.butter(2, 1_500.0, "highpass", fs=self._rate, output="sos"), noise)
            synth.add(out, high, start, 0.06 * share)
            return
        sound, steps, gain = {
            "kick": (self._kit.kick, KICKS[groove], 0.9),
            "snare": (self._kit.clap, SNARES[groove], 0.5),
            "clap": (self._kit.clap, (4, 12), 0.45),
            "hats": (self._kit.hat, tuple(range(0, STEPS, 2)), 0.18),
        }[player]
        if last and player in {"snare", "clap"}:
            steps = (*steps, 13, 14, 15)
        for step in steps:
            synth.add(out, sound[None, :], start + self._at(step), gain * (0.85 + 0.3 * self._rng.random()))

    def _empty(self) -> synth.Signal:
        return np.zeros((2, self._bar))

    def _bass(self, chord: tuple[int, ...]) -> synth.Signal:
        out = self._empty()
        note = synth.bass_note(self._song.root + chord[0] % 12 - 12, self._at(2) - 20, self._rate)
        for step in range(0, STEPS, 2):
            synth.add(out, note[None, :], self._at(step), 0.45)
        return out

    def _growl(self, chord: tuple[int, ...]) -> synth.Signal:
        time = np.arange(self._bar) / self._rate
        wave = synth.play_table(
            synth.saw_table(24), synth.hertz(self._song.root - 12 + chord[0] % 12), self._bar, self._rate
        )
        wobble = 0.5 + 0.5 * np.sin(2.0 * np.pi * time / (3.0 * self._step_s))
        return np.tile(np.tanh(3.0 * wave) * wobble * 0.4, (2, 1)) * synth.gate(self._bar, self._rate, 0.01)

    def _pad(self, chord: tuple[int, ...]) -> synth.Signal:
        return 0.6 * synth.pad_chord(tuple(self._song.root + 12 + note for note in chord), self._bar, self._rate)

    def _guitar(self, chord: tuple[int, ...]) -> synth.Signal:
        out = self._empty()
        power = (chord[0], chord[0] + 7, chord[0] + 12)
        for step in range(0, STEPS, 2):
            length = self._at(2) - 10
            for side in range(2):
                wave = sum(
                    synth.play_table(
                        synth.saw_table(20), synth.hertz(self._song.root + note + 0.05 * side), length, self._rate
                    )
                    for note in power
                )
                synth.add(
                    out[side],
                    np.tanh(2.0 * np.asarray(wave)) * synth.gate(length, self._rate, 0.004),
                    self._at(step),
                    0.22,
                )
        return out

    def _keys(self, chord: tuple[int, ...]) -> synth.Signal:
        out = self._empty()
        for step in (0, 6, 8, 14):
            length = self._at(6)
            time = np.arange(length) / self._rate
            for note in chord:
                hertz = synth.hertz(self._song.root + 12 + note)
                wave = np.sin(2 * np.pi * hertz * time) + 0.4 * np.sin(4 * np.pi * hertz * time)
                wave *= synth.decay(length, self._rate, 0.9, 0.003) * synth.gate(length, self._rate, 0.01)
                synth.add(out, wave[None, :], self._at(step), 0.13)
        return out

    def _arp(self, chord: tuple[int, ...]) -> synth.Signal:
        out = self._empty()
        for step in range(STEPS):
            note = self._song.root + 12 + chord[step % len(chord)] + 12 * (step // 3 % 2)
            sound = synth.lead_note(note, self._at(1.5), self._rate)
            side = step % 2
            synth.add(out[side], sound, self._at(step), 0.16)
            synth.add(out[1 - side], sound, self._at(step), 0.06)
        return out

    def _lead(self, chord: tuple[int, ...]) -> synth.Signal:
        out = self._empty()
        for step, place in ((0, 2), (3, 1), (6, 0), (8, 2), (11, 1), (14, 0)):
            sound = synth.lead_note(self._song.root + 24 + chord[place], self._at(3), self._rate)
            synth.add(out, sound[None, :], self._at(step), 0.2)
        return out
