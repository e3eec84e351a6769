"""Which rules fire on tracks as they are, in which nothing was planted."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from core.analysis.level.encoded_passages import EncodedPeak, loudest_passages
from core.analysis.level.encoded_peaks import encoded_peaks, passages_of
from core.analysis.measurements import Analysis
from core.diagnosis import diagnose
from core.rules.reading import Severity
from core.rules.rule import rules
from core.values.request import ReviewType
from tests.support.fault_trials import measured, subject_of
from tests.support.music import read_music
from tests.support.track_genres import FOLK_GENRE, FOLK_RENDERS, TRACK_GENRES
from tests.support.trial_cache import Cache


def firing(
    folder: Path, cache: Cache, kind: ReviewType, genres: Mapping[str, str] = TRACK_GENRES
) -> dict[str, dict[str, list[str]]]:
    """Rule → severity → tracks, on the tracks as they are."""
    table: dict[str, dict[str, list[str]]] = {code: {s.value: [] for s in Severity} for code in rules()}
    for name, genre_id in genres.items():
        analysis = cache.analysis(f"{name}/whole", lambda name=name: _whole(folder / name))
        subject = subject_of(analysis, genre_id, kind)
        encoded = (
            ()
            if kind is not ReviewType.MASTER
            else cache.encoded(
                f"{name}/encoded", lambda name=name, analysis=analysis: _encoded(folder / name, analysis)
            )
        )
        for finding in diagnose(analysis, subject.genre, subject.request, encoded=encoded).findings:
            table[finding.code][finding.severity.value].append(name)
    return table


def folk_renders(folder: Path) -> dict[str, str]:
    """The renders of dance tunes, with their genre."""
    return {path.name: FOLK_GENRE for path in sorted(folder.glob(FOLK_RENDERS))}


def _whole(path: Path) -> Analysis:
    music = read_music(path)
    return measured(music.samples.astype(np.float64), music.sample_rate_hz, music.source)


def _encoded(path: Path, analysis: Analysis) -> tuple[EncodedPeak, ...]:
    music = read_music(path)
    passages = passages_of([music.samples], music.sample_rate_hz, loudest_passages(analysis))
    return encoded_peaks(passages, music.sample_rate_hz)


def warned_share(by_severity: dict[str, list[str]], tracks: int) -> float:
    """Share of the tracks with a warning."""
    return (len(by_severity["warn"]) + len(by_severity["severe"])) / tracks
