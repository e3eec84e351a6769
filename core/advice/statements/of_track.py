"""Statements about the track itself: what was measured on each subject, on each part and band, by each service."""

from collections.abc import Callable, Iterable, Iterator
from types import MappingProxyType

from core.advice.statements import moments, topics
from core.advice.statements.statement import Statement, clause, numbered
from core.analysis.measurements import BAND_EDGES_HZ
from core.analysis.quantities import QUANTITIES, band_name, quantity, times_and_bars
from core.diagnosis.findings import PlatformEffect
from core.diagnosis.song_places import part_name
from core.review import Brief
from core.rules.taste import in_words
from core.text.language import worded
from core.text.numbers import MISSING, duration, signed_db

FACTS: MappingProxyType[str, Callable[[Brief], str]] = MappingProxyType(
    {
        "loudness": topics.loudness,
        "peaks": topics.peaks,
        "dynamics": topics.dynamics,
        "low_end": topics.low_end,
        "low_mids": topics.low_mids,
        "highs": topics.highs,
        "tone": topics.tone,
        "stereo": topics.stereo,
        "tempo": topics.tempo_of,
        "key": topics.key,
        "tuning": topics.tuning,
        "versions": topics.versions,
        "file": topics.file,
        "dc": topics.dc,
        "silence": topics.silence,
        "noise": topics.noise,
    }
)
"""Subject → what was measured on it, in sentences."""

POSITIONS = 4
"""Positions among finished tracks that have a statement: those that lie furthest out."""


def fact_statements(brief: Brief) -> Iterator[Statement]:
    """What was measured on each subject: "loudness", "loudness.2" and so on."""
    for subject, fact in FACTS.items():
        yield from numbered(subject, fact(brief))


def quantity_statements(brief: Brief) -> Iterator[Statement]:
    """Each measured quantity by its id: "value.true_peak_dbtp"."""
    for entry in QUANTITIES.values():
        if entry.id not in BAND_EDGES_HZ and entry.written(brief.analysis) != MISSING:
            told = entry.told_in_full(brief.analysis)
            yield Statement(f"value.{entry.id}", f"{entry.label}: {told}")


def band_statements(brief: Brief) -> Iterator[Statement]:
    """Each band against the genre's curve: "band.bass_60_200"."""
    for band in BAND_EDGES_HZ:
        deviation_db = brief.band_deviation_db(band)
        if deviation_db is not None:
            told = {"band": _first_upper(band_name(band)), "size": signed_db(deviation_db), "genre": brief.genre.name}
            yield Statement(f"band.{band}", worded("statements.band", **told))


def service_statements(effects: Iterable[PlatformEffect]) -> Iterator[Statement]:
    """What each service does to the level: "service.spotify"."""
    for effect in effects:
        gain = worded("services.gain", gain=signed_db(effect.gain_db)) if effect.gain_db is not None else ""
        level = quantity("integrated_lufs").write(effect.target_lufs)
        target = worded("services.target", level=level) if effect.target_lufs is not None else ""
        told = ", ".join(part for part in (gain, effect.note, target) if part)
        if told:
            yield Statement(f"service.{effect.platform_id}", f"{effect.name}: {told}", keeps_case=True)


def part_statements(brief: Brief) -> Iterator[Statement]:
    """Each part of the song, in their order: "part.1"; and the loudest and quietest: "parts"."""
    yield from numbered("parts", moments.sections(brief))
    level = quantity("max_short_term_lufs")
    for number, part in enumerate(brief.analysis.sections or (), start=1):
        if part.short_term_lufs is not None:
            there = times_and_bars(brief.analysis, part.start_s, part.end_s)
            length = duration(part.end_s - part.start_s)
            told = {"there": there, "length": length, "level": level.write(part.short_term_lufs)}
            label = _first_upper(part_name(part.label))
            yield Statement(f"part.{number}", worded("statements.part", label=label, **told))


def position_statements(brief: Brief) -> Iterator[Statement]:
    """Where the track stands among finished ones, the furthest out first: "position.1"."""
    for number, found in enumerate(brief.diagnosis.positions[:POSITIONS], start=1):
        yield Statement(f"position.{number}", worded("statements.position", position=in_words(found)))


def moment_statements(brief: Brief, time_s: float, name: str) -> Iterator[Statement]:
    """What was measured at a moment: "at.1:10", "at.1:10.2" and so on."""
    yield from numbered(f"at.{name}", moments.at_time(brief, time_s))


def lines_as_statements(prefix: str, lines: Iterator[str] | list[str]) -> Iterator[Statement]:
    """Lines of a comparison as statements: "ref.1", "ref.2" and so on."""
    for number, line in enumerate(lines, start=1):
        yield Statement(f"{prefix}.{number}", _first_upper(clause(line)))


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]
