"""Trials: faults of known size in real music, and what the diagnosis says before and after."""

import functools
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from core.analysis.analyser import analyse
from core.analysis.measurements import BAND_EDGES_HZ, Analysis
from core.analysis.scanning.scan import scan
from core.audio.source import SourceInfo
from core.diagnosis import diagnose
from core.diagnosis.findings import Finding, VersionChange
from core.knowledge.genres import genre_table
from core.rules.curve import against_curve_db
from core.rules.reading import JudgedTrack, Severity
from core.rules.stretches import HALF_A_THIRD_OCTAVE, STRETCHES
from core.values.request import Detail, ReviewRequest, ReviewType
from tests.support.audio.music import Music, read_music
from tests.support.audio.signals import in_blocks
from tests.support.audio.track_genres import TRACK_GENRES
from tests.support.once import once_each
from tests.support.trials.faults import FAULTS, Fault, Stereo, clean_twin, events_there, with_fault
from tests.support.trials.trial_cache import Cache

EXCERPT_FROM_S, EXCERPT_S = 5.0, 60.0
LONG_ENOUGH_S = EXCERPT_FROM_S + EXCERPT_S
MIDDLE = "mid_500_2k"
"""The true size of a tone fault is taken against this band."""

STRETCH_EDGES_HZ = {
    MIDDLE: BAND_EDGES_HZ[MIDDLE],
    **{
        code: (float(stretch.inside[0]) / HALF_A_THIRD_OCTAVE, float(stretch.inside[-1]) * HALF_A_THIRD_OCTAVE)
        for code, stretch in STRETCHES.items()
    },
}
"""What the tone rules speak of."""

EDGE_DROP_DB = 30.0
"""A low-pass leaves an edge only where there was something to cut (rule: 30 dB within 1 kHz)."""

FAIR_TRACKS = 25
"""Tone faults are counted in this many tracks: those whose band lay nearest to the genre's curve before."""

PLACED_S = 1.0
"""A located fault is found where its span lies this close."""


@dataclass(frozen=True)
class Trial:
    """One fault in one track: what was found before and after.

    `in_order`: whether the clean twin was in order where the fault was put: six decibels in a band that lies eight
    below the genre's curve mend it. `off`: by how many tolerances the band was off before. `repaired`: the findings
    of the fault followed into the clean twin, but for those that the twin has as well. `same`: all findings followed
    into the same file. `times_s`: when it happens.
    """

    track: str
    fault: Fault
    clean: tuple[Finding, ...]
    faulty: tuple[Finding, ...]
    true_change_db: float | None = None
    stated_change_db: float | None = None
    in_order: bool = True
    off: float = 0.0
    repaired: tuple[VersionChange, ...] = ()
    same: tuple[VersionChange, ...] = ()
    times_s: tuple[float, ...] = ()

    def severity(self, findings: Sequence[Finding]) -> int:
        """Rank of the severest finding that names the fault, −1 for none."""
        return max((f.severity.rank for f in findings if self.names(f)), default=-1)

    @property
    def warned(self) -> bool:
        return self.severity(self.faulty) >= Severity.WARN.rank

    @property
    def rose(self) -> bool:
        """It appeared, also out of another finding that spoke for it, or stands further out than before."""
        if {f.code for f in self.faulty} & set(self.fault.codes) - {f.code for f in self.clean}:
            return True
        before, after = self._excess(self.clean), self._excess(self.faulty)
        return self.severity(self.faulty) > self.severity(self.clean) or (
            after > before and self.severity(self.faulty) >= 0
        )

    @property
    def placed(self) -> int:
        """Number of events that lie within a span, give or take a second."""
        spans = [span for finding in self.faulty if self.names(finding) for span in finding.spans]
        return sum(
            any(span.start_s - PLACED_S <= time <= span.end_s + PLACED_S for span in spans) for time in self.times_s
        )

    def names(self, finding: Finding) -> bool:
        return bool({finding.code, *finding.merged} & set(self.fault.codes))

    def _excess(self, findings: Sequence[Finding]) -> float:
        return max((f.excess for f in findings if self.names(f)), default=0.0)


def measured(samples: Stereo, rate: int, source: SourceInfo) -> Analysis:
    """Analysis of samples as if they had been decoded."""
    blocks = in_blocks(np.ascontiguousarray(samples, dtype=np.float32))
    return analyse(scan(blocks, rate, samples.shape[0]), replace(source, duration_s=samples.shape[1] / rate))


def as_wav(rate: int) -> SourceInfo:
    """Faults are judged as they would be in a 24-bit upload."""
    return SourceInfo(0.0, rate, 2, "pcm_s24le", "wav", 24, is_float=False, lossy=False)


def excerpt(music: Music) -> Stereo:
    """The clean twin of a track."""
    rate = music.sample_rate_hz
    start = int(EXCERPT_FROM_S * rate)
    samples = music.samples[:, start : start + int(EXCERPT_S * rate)].astype(np.float64)
    return clean_twin(samples, rate)


def usable(folder: Path) -> list[str]:
    """Tracks long enough for an excerpt, in stereo and at a full rate."""
    names = []
    for name in TRACK_GENRES:
        music = read_music(folder / name, LONG_ENOUGH_S)
        stereo = music.samples.shape[0] == 2
        if (
            stereo
            and music.samples.shape[1] >= LONG_ENOUGH_S * music.sample_rate_hz - 1
            and music.sample_rate_hz >= 44_100
        ):
            names.append(name)
    return names


def trials(
    folder: Path, cache: Cache, faults: Sequence[Fault] = FAULTS, names: Iterable[str] | None = None
) -> list[Trial]:
    """Every fault in every track."""
    chosen = list(names if names is not None else usable(folder))
    what = f"trials {[fault.name for fault in faults]}"
    by_track = once_each(chosen, lambda name: _trials_of(folder, name, cache, faults), what)
    return with_fair_ones([trial for found in by_track for trial in found])


def with_fair_ones(found: Sequence[Trial]) -> list[Trial]:
    """Tone faults are in order in the tracks whose band was least off before."""
    by_fault: dict[Fault, list[Trial]] = {}
    for trial in found:
        by_fault.setdefault(trial.fault, []).append(trial)
    limits = {fault: sorted(trial.off for trial in mine)[:FAIR_TRACKS][-1] for fault, mine in by_fault.items()}
    return [
        trial if trial.fault.band is None else replace(trial, in_order=trial.off <= limits[trial.fault])
        for trial in found
    ]


def _trials_of(folder: Path, name: str, cache: Cache, faults: Sequence[Fault]) -> list[Trial]:
    music = read_music(folder / name, LONG_ENOUGH_S)
    rate, clean = music.sample_rate_hz, excerpt(music)
    source = as_wav(rate)
    before = cache.analysis(f"{name}/clean", lambda: measured(clean, rate, source))
    bands = cache.numbers(f"{name}/clean/bands", lambda: bands_db(clean, rate))
    stretches = cache.numbers(f"{name}/clean/{STRETCH_EDGES_HZ}", lambda: bands_db(clean, rate, STRETCH_EDGES_HZ))
    out = []
    for fault in faults:

        @functools.cache
        def faulty(fault: Fault = fault) -> Stereo:
            return with_fault(clean, rate, fault)

        after = cache.analysis(f"{name}/{fault.name}", lambda make=faulty: measured(make(), rate, source))
        trial = replace(_trial(name, fault, before, after), times_s=events_there(clean, rate, fault))
        if fault.edge_hz is not None:
            left = cache.numbers(
                f"{name}/{fault.name}/edge", lambda make=faulty, at=fault.edge_hz: edge_db(make(), rate, at)
            )
            trial = replace(trial, in_order=left["drop"] >= EDGE_DROP_DB)
        if fault.band is not None:
            now = cache.numbers(
                f"{name}/{fault.name}/{STRETCH_EDGES_HZ}", lambda make=faulty: bands_db(make(), rate, STRETCH_EDGES_HZ)
            )
            code = fault.codes[0]
            trial = replace(
                trial,
                true_change_db=_against_middle(now, code) - _against_middle(stretches, code),
                off=off_by(bands, fault.band, TRACK_GENRES[name]),
            )
        out.append(trial)
    return out


def _trial(name: str, fault: Fault, before: Analysis, after: Analysis) -> Trial:
    subjects = [subject_of(analysis, TRACK_GENRES[name], fault.kind) for analysis in (before, after)]
    found = [diagnose(subject.analysis, subject.genre, subject.request).findings for subject in subjects]
    stated = None
    if fault.band is not None:
        levels = [_height_db(fault.codes[0], subject) for subject in subjects]
        stated = None if None in levels else levels[1] - levels[0]
    trial = Trial(name, fault, found[0], found[1], stated_change_db=stated)
    followed, same = (_followed(subject, found[1]) for subject in subjects)
    had = {code for finding in found[0] for code in (finding.code, *finding.merged)}
    planted = {finding.code for finding in found[1] if trial.names(finding)} - had
    return replace(trial, repaired=tuple(change for change in followed if change.code in planted), same=same)


def _height_db(code: str, subject: JudgedTrack) -> float | None:
    """What a tone rule judges, dB."""
    mine, curve = subject.analysis.spectrum.third_octave_db, subject.genre.third_octave_db
    return STRETCHES[code].height_db(against_curve_db(mine, curve))


def _followed(subject: JudgedTrack, previous: tuple[Finding, ...]) -> tuple[VersionChange, ...]:
    return diagnose(subject.analysis, subject.genre, subject.request, previous=previous).versions or ()


def subject_of(analysis: Analysis, genre_id: str, kind: ReviewType) -> JudgedTrack:
    """A track judged by a genre."""
    return JudgedTrack(analysis, genre_table().get(genre_id), ReviewRequest(kind, genre_id, detail=Detail.PRO))


def bands_db(
    samples: Stereo, rate: int, edges_hz: Mapping[str, tuple[float, float]] = BAND_EDGES_HZ
) -> dict[str, float]:
    """Levels of the seven bands, or others, by one transform of all samples: independent of the analysis under test."""
    power = (np.abs(np.fft.rfft(samples, axis=1)) ** 2).sum(axis=0)
    frequencies = np.fft.rfftfreq(samples.shape[1], 1.0 / rate)
    return {
        name: float(10.0 * np.log10(power[(frequencies >= low) & (frequencies < high)].sum() + 1e-30))
        for name, (low, high) in edges_hz.items()
    }


def edge_db(samples: Stereo, rate: int, at_hz: float) -> dict[str, float]:
    """By how much the spectrum falls within a kilohertz above `at_hz`."""
    power = (np.abs(np.fft.rfft(samples, axis=1)) ** 2).sum(axis=0)
    frequencies = np.fft.rfftfreq(samples.shape[1], 1.0 / rate)
    below, above = (
        10.0 * np.log10(power[(frequencies >= low) & (frequencies < low + 400.0)].mean())
        for low in (at_hz - 500.0, at_hz + 500.0)
    )
    return {"drop": float(below - above)}


def _against_middle(levels: Mapping[str, float], band: str) -> float:
    return levels[band] - levels[MIDDLE]


def off_by(levels: Mapping[str, float], band: str, genre_id: str) -> float:
    """How many of the genre's tolerances a band lies off the curve, both against the middle."""
    genre = genre_table().get(genre_id)
    return abs(_against_middle(levels, band) - _against_middle(genre.band_db, band)) / genre.tolerance_db[band]


@dataclass(frozen=True)
class Row:
    """What came of one fault in all tracks; tone faults in those that were in order before."""

    fault: Fault
    tracks: int
    in_order: int
    found: float
    warned: float
    rose: float
    rose_in_all: float
    warned_in_all: float
    median_error_db: float | None
    largest_error_db: float | None
    placed: float | None
    """Of all events."""
    codes: tuple[str, ...]


def summary(found: Sequence[Trial]) -> list[Row]:
    """One row per fault."""
    rows = []
    for fault in dict.fromkeys(trial.fault for trial in found):
        mine = [trial for trial in found if trial.fault is fault]
        fair = [trial for trial in mine if trial.in_order]
        events = sum(len(trial.times_s) for trial in fair)
        errors = [
            abs(trial.true_change_db - trial.stated_change_db)
            for trial in fair
            if trial.true_change_db is not None and trial.stated_change_db is not None
        ]
        rows.append(
            Row(
                fault,
                len(mine),
                len(fair),
                found=share(fair, lambda trial: trial.severity(trial.faulty) >= 0),
                warned=share(fair, lambda trial: trial.warned),
                rose=share(fair, lambda trial: trial.rose),
                rose_in_all=share(mine, lambda trial: trial.rose),
                warned_in_all=share(mine, lambda trial: trial.warned),
                median_error_db=statistics.median(errors) if errors else None,
                largest_error_db=max(errors) if errors else None,
                placed=sum(trial.placed for trial in fair) / events if events else None,
                codes=tuple(sorted({f.code for trial in mine for f in trial.faulty if trial.names(f)})),
            )
        )
    return rows


def share(found: Sequence[Trial], test: Callable[[Trial], bool]) -> float:
    """How many of the trials pass."""
    return sum(map(test, found)) / len(found) if found else 0.0
