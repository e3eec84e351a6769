"""Which rules fire on tracks as they are, in which nothing was planted."""

from collections.abc import Mapping
from pathlib import Path

from core.analysis.level.encoded_passages import EncodedPeak, loudest_passages
from core.analysis.level.encoded_peaks import encoded_peaks, passages_of
from core.analysis.measurements import Analysis
from core.diagnosis import diagnose
from core.rules.reading import Severity
from core.rules.rule import rules
from core.values.request import ReviewType
from tests.support.audio.music import read_music
from tests.support.audio.track_genres import FOLK_GENRE, FOLK_RENDERS, TRACK_GENRES
from tests.support.once import once_each
from tests.support.trials.fault_trials import measured, subject_of
from tests.support.trials.trial_cache import Cache


def firing(
    folder: Path, cache: Cache, kind: ReviewType, genres: Mapping[str, str] = TRACK_GENRES
) -> dict[str, dict[str, list[str]]]:
    """Rule → severity → tracks, on the tracks as they are."""
    table: dict[str, dict[str, list[str]]] = {code: {s.value: [] for s in Severity} for code in rules()}
    measured_tracks = once_each(list(genres), lambda name: as_it_is(folder, name, cache), "as it is")
    for (name, genre_id), (analysis, as_stores_encode) in zip(genres.items(), measured_tracks, strict=True):
        subject = subject_of(analysis, genre_id, kind)
        encoded = as_stores_encode if kind is ReviewType.MASTER else ()
        for finding in diagnose(analysis, subject.genre, subject.request, encoded=encoded).findings:
            table[finding.code][finding.severity.value].append(name)
    return table


def folk_renders(folder: Path) -> dict[str, str]:
    """The renders of dance tunes, with their genre."""
    return {path.name: FOLK_GENRE for path in sorted(folder.glob(FOLK_RENDERS))}


def whole(folder: Path, name: str, cache: Cache) -> Analysis:
    """Analysis of a whole track."""
    return cache.analysis(f"{name}/whole", lambda: _whole(folder / name))


def _whole(path: Path) -> Analysis:
    music = read_music(path)
    return measured(music.samples, music.sample_rate_hz, music.source)


def as_it_is(folder: Path, name: str, cache: Cache) -> tuple[Analysis, tuple[EncodedPeak, ...]]:
    """The analysis of a track, and its peaks after the encoders of stores."""
    analysis = whole(folder, name, cache)
    return analysis, cache.encoded(f"{name}/encoded", lambda: _encoded(folder / name, analysis))


def _encoded(path: Path, analysis: Analysis) -> tuple[EncodedPeak, ...]:
    music = read_music(path)
    passages = passages_of([music.samples], music.sample_rate_hz, loudest_passages(analysis))
    return encoded_peaks(passages, music.sample_rate_hz)


def warned_share(by_severity: dict[str, list[str]], tracks: int) -> float:
    """Share of the tracks with a warning."""
    return (len(by_severity["warn"]) + len(by_severity["severe"])) / tracks
