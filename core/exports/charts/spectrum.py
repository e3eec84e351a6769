"""Chart: third-octave spectrum against the genre's curve, its tolerance and the reference."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from core.analysis.measurements import BAND_EDGES_HZ, MIDDLE_BAND
from core.analysis.quantities import BAND_NAMES
from core.exports import palette
from core.exports.charts.canvas import decibel_axis, empty_png, frequency_axis, legend_below, png, title
from core.exports.document import ReportDocument
from core.review import Brief
from core.rules.curve import band_of
from core.text.language import name_in_language, worded

_HEIGHT_IN = 2.65
_MARGIN_DB = 8.0
_TICKS_HZ = (25, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000)
_NO_LABEL = "_"
"""A line or area with this name is left out of the legend (Matplotlib: names that begin with an underscore)."""

_SPAN_HZ = (22.4, 22_400.0)
"""Outer edges of the third-octave bands of 25 Hz and 20 kHz (IEC 61260-1)."""

_SHOWN_RANGE_DB = 48.0
"""Largest range of the axis in dB: an empty top octave would flatten the rest of the curve."""


@dataclass(frozen=True, slots=True)
class _Curve:
    """Third-octave levels in the order of their centres, dB relative to the track's mean over 500 Hz–2 kHz."""

    centres_hz: tuple[float, ...]
    levels_db: tuple[float, ...]


def spectrum_png(document: ReportDocument) -> bytes:
    """Draw the chart."""
    track = _curve(track_points(document.brief))
    if track is None:
        return empty_png(worded("charts.spectrum"), worded("charts.no_spectrum"))
    genre = genre_points(document.brief)
    other = document.brief.reference
    reference = _curve(_relative_to_middle(other.spectrum.third_octave_db)) if other is not None else None

    def draw(figure: Figure) -> None:
        axes = figure.add_axes((0.085, 0.125, 0.9, 0.69))
        name = worded("charts.this_track")
        axes.plot(track.centres_hz, track.levels_db, color=palette.ACCENT, linewidth=1.8, label=name, zorder=3)
        _draw_genre(axes, track, genre, document.brief.genre.tolerance_db)
        if reference is not None:
            _draw_reference(axes, reference)
        notes = [worded("charts.genre_note")] if genre else []
        notes += [worded("charts.reference_note")] if reference is not None else []
        _finish(axes, [curve for curve in (track, _curve(genre), reference) if curve is not None], ", ".join(notes))

    return png(_HEIGHT_IN, draw)


def track_points(brief: Brief) -> dict[str, float]:
    """Third octave → level of the track as it is drawn: its mean over 500 Hz–2 kHz is 0 dB."""
    return _relative_to_middle(brief.analysis.spectrum.third_octave_db)


def genre_points(brief: Brief) -> dict[str, float]:
    """Third octave → level of the genre's curve as it is drawn, on the scale of `track_points`.

    The mean distance of the track from it over a band's third octaves is `Brief.band_deviation_db` of that band.
    """
    shift = _middle_db(brief.analysis.spectrum.third_octave_db)
    return {name: level - shift for name, level in brief.aligned_curve_db().items()}


def _finish(axes: Axes, curves: list[_Curve], note: str) -> None:
    top = max(max(curve.levels_db) for curve in curves) + _MARGIN_DB
    lowest = min(min(curve.levels_db) for curve in curves) - _MARGIN_DB
    axes.set_ylim(max(lowest, top - _SHOWN_RANGE_DB), top)
    axes.set_xlim(*_SPAN_HZ)
    frequency_axis(axes, _TICKS_HZ)
    decibel_axis(axes, "dB")
    title(axes, worded("charts.spectrum"), note, pad_points=17)
    _name_bands(axes)
    legend_below(axes, columns=4)


def _draw_reference(axes: Axes, reference: _Curve) -> None:
    name = worded("charts.reference")
    axes.plot(reference.centres_hz, reference.levels_db, ":", color=palette.INK, linewidth=1.1, label=name)


def _draw_genre(axes: Axes, track: _Curve, points: Mapping[str, float], tolerance_db: Mapping[str, float]) -> None:
    """The genre's curve and its tolerance, one line per band: each band is aligned separately."""
    labels = (worded("charts.genre_curve"), worded("charts.tolerance"))
    for band in BAND_EDGES_HZ:
        genre = _curve({name: level for name, level in points.items() if band_of(name) == band})
        if genre is None:
            continue
        axes.plot(genre.centres_hz, genre.levels_db, "--", color=palette.QUIET, linewidth=1.0, label=labels[0])
        if band in tolerance_db:
            low, high = _corridor(genre, tolerance_db[band])
            axes.fill_between(
                genre.centres_hz, low, high, color=palette.FAINT, alpha=0.22, linewidth=0, label=labels[1]
            )
            _mark_outside(axes, track, genre, tolerance_db[band])
        labels = (_NO_LABEL, _NO_LABEL)


def _mark_outside(axes: Axes, track: _Curve, genre: _Curve, tolerance_db: float) -> None:
    """Fill the area between the track and the tolerance where the track lies outside."""
    low, high = _corridor(genre, tolerance_db)
    edges = dict(zip(genre.centres_hz, zip(low, high, strict=True), strict=True))
    shared = [
        (hz, level, *edges[hz]) for hz, level in zip(track.centres_hz, track.levels_db, strict=True) if hz in edges
    ]
    if not shared:
        return
    hertz, levels, lows, highs = zip(*shared, strict=True)
    above = [max(level, high) for level, high in zip(levels, highs, strict=True)]
    below = [min(level, low) for level, low in zip(levels, lows, strict=True)]
    axes.fill_between(hertz, highs, above, color=palette.ACCENT, alpha=0.4, linewidth=0)
    axes.fill_between(hertz, below, lows, color=palette.ACCENT, alpha=0.4, linewidth=0)


def _corridor(genre: _Curve, tolerance_db: float) -> tuple[list[float], list[float]]:
    return [level - tolerance_db for level in genre.levels_db], [level + tolerance_db for level in genre.levels_db]


def _name_bands(axes: Axes) -> None:
    for band, (low_hz, high_hz) in BAND_EDGES_HZ.items():
        centre_hz = (max(low_hz, _SPAN_HZ[0]) * high_hz) ** 0.5
        name = name_in_language("quantities", BAND_NAMES[band])
        axes.annotate(
            name, (centre_hz, 1.0), (0, 3), xycoords=("data", "axes fraction"), textcoords="offset points",
            ha="center", va="bottom", fontsize=7.2, color=palette.QUIET,
        )  # fmt: skip
    for (_, edge_hz), _next in pairwise(BAND_EDGES_HZ.values()):
        axes.axvline(edge_hz, color=palette.RULE, linewidth=0.5, zorder=0)


def _relative_to_middle(third_octave_db: Mapping[str, float]) -> dict[str, float]:
    shift = _middle_db(third_octave_db)
    return {name: level - shift for name, level in third_octave_db.items()}


def _middle_db(third_octave_db: Mapping[str, float]) -> float:
    """Mean level over 500 Hz–2 kHz in dB; 0 where no level is known there."""
    low_hz, high_hz = BAND_EDGES_HZ[MIDDLE_BAND]
    levels = [level for name, level in third_octave_db.items() if low_hz <= float(name) <= high_hz]
    return sum(levels) / len(levels) if levels else 0.0


def _curve(points: Mapping[str, float]) -> _Curve | None:
    """The points sorted by centre frequency; None where there are fewer than two."""
    if len(points) < 2:
        return None
    centres_hz, levels_db = zip(*sorted((float(name), level) for name, level in points.items()), strict=True)
    return _Curve(centres_hz, levels_db)
