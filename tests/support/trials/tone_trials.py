"""Trials of tone faults against something exact: the clean twin as a reference, or as the version before.

Each fault is an equaliser with known parameters in a minute of real music; what is judged are the equaliser bands that
the comparison tells (`ReferenceComparison.moves`, `Diagnosis.tone_since`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np

from core.analysis.measurements import Analysis
from core.analysis.tone.equaliser_response import response_db
from core.diagnosis import diagnose
from core.diagnosis.comparing.tone_moves import MOVES_TOLD, filled_third_octaves
from core.diagnosis.findings import ToneMove
from core.values.chain import FilterKind
from core.values.request import ReviewType
from tests.support.audio.music import read_music
from tests.support.audio.track_genres import TRACK_GENRES
from tests.support.once import once_each
from tests.support.trials.fault_trials import EXCERPT_S, LONG_ENOUGH_S, as_wav, excerpt, measured, subject_of
from tests.support.trials.faults import Stereo, _bell, _normalised, _shelf
from tests.support.trials.trial_cache import Cache

PLACE_OCTAVES, SIZE_DB = 1.0 / 3.0, 1.5
"""How close frequency and gain of a band must come."""

TILT_FLAT_BELOW_HZ = 30.0
TILT_FROM_HZ, TILT_TO_HZ = 80.0, 10_000.0
"""Range in which the bands together must follow a tilt."""


@dataclass(frozen=True)
class ToneChange:
    """An equaliser: a bell or a shelf at a frequency, or, without a kind, a tilt around it in dB per octave."""

    name: str
    kind: FilterKind | None
    hertz: float
    gain_db: float
    q: float = 1.0

    def applied(self, clean: Stereo, rate: int) -> Stereo:
        """The clean twin with this change, by the RBJ cookbook's digital filters; a tilt by one transform."""
        if self.kind is None:
            hertz = np.maximum(np.fft.rfftfreq(clean.shape[1], 1.0 / rate), TILT_FLAT_BELOW_HZ)
            gain = 10.0 ** (self.gain_db * np.log2(hertz / self.hertz) / 20.0)
            return _normalised(np.fft.irfft(np.fft.rfft(clean, axis=1) * gain, clean.shape[1], axis=1))
        if self.kind is FilterKind.BELL:
            apply = _bell(self.hertz, self.gain_db, self.q)
        else:
            apply = _shelf(self.hertz, self.gain_db, high=self.kind is FilterKind.HIGH_SHELF)
        return apply(clean, rate, np.random.default_rng(0))


TONE_CHANGES = (
    # as among the faults that are tried alone
    ToneChange("+6 dB at 300 Hz", FilterKind.BELL, 300.0, 6.0, 0.9),
    ToneChange("+6 dB at 3.5 kHz", FilterKind.BELL, 3_500.0, 6.0, 0.9),
    ToneChange("−9 dB shelf at 6 kHz", FilterKind.HIGH_SHELF, 6_000.0, -9.0),
    ToneChange("+9 dB shelf at 6 kHz", FilterKind.HIGH_SHELF, 6_000.0, 9.0),
    ToneChange("+8 dB at 70 Hz", FilterKind.BELL, 70.0, 8.0, 0.7),
    ToneChange("−9 dB shelf at 150 Hz", FilterKind.LOW_SHELF, 150.0, -9.0),
    # further ones
    ToneChange("+7 dB at 1 kHz", FilterKind.BELL, 1_000.0, 7.0, 1.4),
    ToneChange("+7 dB at 6 kHz", FilterKind.BELL, 6_000.0, 7.0, 2.0),
    ToneChange("−7 dB at 700 Hz", FilterKind.BELL, 700.0, -7.0, 1.4),
    ToneChange("+7 dB at 150 Hz", FilterKind.BELL, 150.0, 7.0, 1.4),
    ToneChange("−10 dB shelf at 100 Hz", FilterKind.LOW_SHELF, 100.0, -10.0),
    ToneChange("tilt of +1 dB per octave", None, 1_000.0, 1.0),
    ToneChange("tilt of −1 dB per octave", None, 1_000.0, -1.0),
)


class Against(StrEnum):
    """What a fault is held against."""

    REFERENCE = "reference"
    VERSION = "version"


@dataclass(frozen=True)
class ToneTrial:
    """One tone fault in one track.

    `is_fair`: something plays in the clean twin where the fault is. `found`: told with its place and its size.
    `others`: further bands that were told and are larger than `SIZE_DB`.
    """

    track: str
    change: ToneChange
    is_fair: bool
    found: dict[Against, bool]
    others: int


def tone_trials(folder: Path, cache: Cache, names: Iterable[str], seconds: float = EXCERPT_S) -> list[ToneTrial]:
    """Every change of tone in the first seconds of every excerpt; whole excerpts share the analyses of the faults."""
    what = f"tone trials {seconds}"
    by_track = once_each(list(names), lambda name: _trials_of(folder, name, cache, seconds), what)
    return [trial for found in by_track for trial in found]


def _trials_of(folder: Path, name: str, cache: Cache, seconds: float) -> list[ToneTrial]:
    music = read_music(folder / name, LONG_ENOUGH_S)
    rate = music.sample_rate_hz
    clean = excerpt(music)[:, : int(seconds * rate)]
    called = name if seconds == EXCERPT_S else f"{name}/{seconds}"
    source = as_wav(rate)
    before = cache.analysis(f"{called}/clean", lambda: measured(clean, rate, source))
    out = []
    for change in TONE_CHANGES:
        after = cache.analysis(
            f"{called}/{change.name}", lambda by=change: measured(by.applied(clean, rate), rate, source)
        )
        out.append(tone_trial(name, change, before, after))
    return out


def tone_trial(name: str, change: ToneChange, before: Analysis, after: Analysis) -> ToneTrial:
    """Judge one change by the analyses of the clean twin and of the changed one."""
    subject = subject_of(after, TRACK_GENRES[name], ReviewType.MASTER)
    diagnosis = diagnose(after, subject.genre, subject.request, reference=before, previous=(), earlier=before)
    assert diagnosis.reference is not None
    since = diagnosis.tone_since or ()
    found = {
        # the moves towards a reference take the fault back
        Against.REFERENCE: is_told(diagnosis.reference.moves, change, -1.0),
        Against.VERSION: is_told(since, change, 1.0),
    }
    others = sum(abs(move.band.gain_db) > SIZE_DB for move in since[:MOVES_TOLD] if not _is_it(move, change, 1.0))
    return ToneTrial(name, change, is_fair(change, before), found, 0 if change.kind is None else others)


def is_fair(change: ToneChange, clean: Analysis) -> bool:
    """Whether all third octaves that lie on the change have something to change.

    Half an octave to each side of a bell, the first octave of a shelf; a tilt changes all that is there.
    """
    low, high = change.hertz / np.sqrt(2.0), change.hertz * np.sqrt(2.0)
    if change.kind is FilterKind.LOW_SHELF:
        low, high = change.hertz / 2.0, change.hertz
    elif change.kind is FilterKind.HIGH_SHELF:
        low, high = change.hertz, change.hertz * 2.0
    names = clean.spectrum.third_octave_db
    changed = {name for name in names if change.kind is not None and low <= float(name) <= high}
    return changed <= filled_third_octaves(clean)


def is_told(moves: Sequence[ToneMove], change: ToneChange, sign: float) -> bool:
    """Whether one of the told bands is the fault, or, for a tilt, all of them together."""
    if change.kind is not None:
        return any(_is_it(move, change, sign) for move in moves[:MOVES_TOLD])
    hertz = np.geomspace(TILT_FROM_HZ, TILT_TO_HZ, 22)
    wanted = sign * change.gain_db * np.log2(hertz)
    misses = wanted - np.sum([response_db(move.band, hertz) for move in moves], axis=0)
    return bool(np.all(np.abs(misses - misses.mean()) <= SIZE_DB))


def _is_it(move: ToneMove, change: ToneChange, sign: float) -> bool:
    octaves = abs(float(np.log2(move.band.frequency_hz / change.hertz)))
    return octaves <= PLACE_OCTAVES and abs(move.band.gain_db - sign * change.gain_db) <= SIZE_DB
