"""Chart: third-octave spectrum against the genre's curve, its tolerance and the reference."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from core.analysis.measurements import BAND_EDGES_HZ
from core.exports import palette
from core.exports.charts.canvas import decibel_axis, empty_png, frequency_axis, legend_below, png, title
from core.exports.document import ReportDocument
from core.exports.labels import BAND_NAMES

_TITLE = "Spectrum in third octaves"
_HEIGHT_IN = 2.65
_MARGIN_DB = 8.0
_TICKS_HZ = (25, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000)
_SPAN_HZ = (22.4, 22_400.0)
"""Outer edges of the third-octave bands of 25 Hz and 20 kHz (IEC 61260-1)."""

_ALIGNED_BAND = "mid_500_2k"
"""Curves are laid over each other where the ear anchors timbre and genres differ least."""

_SHOWN_RANGE_DB = 48.0
"""The axis reaches this far down from its top; an empty top octave would squeeze the rest otherwise."""


@dataclass(frozen=True, slots=True)
class _Curve:
    """Third-octave levels, aligned: their mean over 500 Hz–2 kHz is 0 dB."""

    centres_hz: tuple[float, ...]
    levels_db: tuple[float, ...]


def spectrum_png(document: ReportDocument) -> bytes:
    """Draw the chart."""
    track = _aligned(document.brief.analysis.spectrum.third_octave_db)
    if track is None:
        return empty_png(_TITLE, "Too short or too quiet for a spectrum.")
    genre = _aligned(document.genre_third_octave_db or {})
    reference = _aligned(document.brief.reference.spectrum.third_octave_db) if document.brief.reference else None

    def draw(figure: Figure) -> None:
        axes = figure.add_axes((0.085, 0.125, 0.9, 0.69))
        axes.plot(track.centres_hz, track.levels_db, color=palette.ACCENT, linewidth=1.8, label="this track", zorder=3)
        if genre is not None:
            _draw_genre(axes, track, genre, document.genre_tolerance_db or {})
        if reference is not None:
            _draw_reference(axes, reference)
        _finish(axes, [curve for curve in (track, genre, reference) if curve is not None])

    return png(_HEIGHT_IN, draw)


def _finish(axes: Axes, curves: list[_Curve]) -> None:
    top = max(max(curve.levels_db) for curve in curves) + _MARGIN_DB
    lowest = min(min(curve.levels_db) for curve in curves) - _MARGIN_DB
    axes.set_ylim(max(lowest, top - _SHOWN_RANGE_DB), top)
    axes.set_xlim(*_SPAN_HZ)
    frequency_axis(axes, _TICKS_HZ)
    decibel_axis(axes, "dB")
    title(axes, _TITLE, "curves aligned from 500 Hz to 2 kHz", pad_points=17)
    _name_bands(axes)
    legend_below(axes, columns=4)


def _draw_reference(axes: Axes, reference: _Curve) -> None:
    axes.plot(reference.centres_hz, reference.levels_db, ":", color=palette.INK, linewidth=1.1, label="reference")


def _draw_genre(axes: Axes, track: _Curve, genre: _Curve, tolerance_db: Mapping[str, float]) -> None:
    axes.plot(genre.centres_hz, genre.levels_db, "--", color=palette.QUIET, linewidth=1.0, label="genre curve")
    if tolerance_db:
        low, high = _corridor(genre, tolerance_db)
        axes.fill_between(genre.centres_hz, low, high, color=palette.FAINT, alpha=0.22, linewidth=0, label="tolerance")
        _mark_outside(axes, track, genre, tolerance_db)


def _mark_outside(axes: Axes, track: _Curve, genre: _Curve, tolerance_db: Mapping[str, float]) -> None:
    """Fill what the track has more or less than the tolerance allows."""
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


def _corridor(genre: _Curve, tolerance_db: Mapping[str, float]) -> tuple[list[float], list[float]]:
    widths = [tolerance_db.get(_band_of(hertz), 0.0) for hertz in genre.centres_hz]
    low = [level - width for level, width in zip(genre.levels_db, widths, strict=True)]
    high = [level + width for level, width in zip(genre.levels_db, widths, strict=True)]
    return low, high


def _name_bands(axes: Axes) -> None:
    for band, (low_hz, high_hz) in BAND_EDGES_HZ.items():
        centre_hz = (max(low_hz, _SPAN_HZ[0]) * high_hz) ** 0.5
        axes.annotate(
            BAND_NAMES[band], (centre_hz, 1.0), (0, 3), xycoords=("data", "axes fraction"), textcoords="offset points",
            ha="center", va="bottom", fontsize=7.2, color=palette.QUIET,
        )  # fmt: skip
    for (_, edge_hz), _next in pairwise(BAND_EDGES_HZ.values()):
        axes.axvline(edge_hz, color=palette.RULE, linewidth=0.5, zorder=0)


def _aligned(third_octave_db: Mapping[str, float]) -> _Curve | None:
    """Sort by centre frequency and shift the mean over 500 Hz–2 kHz to 0 dB; None where there is nothing to draw."""
    points = sorted((float(centre), level) for centre, level in third_octave_db.items())
    if len(points) < 2:
        return None
    low_hz, high_hz = BAND_EDGES_HZ[_ALIGNED_BAND]
    anchors = [level for hertz, level in points if low_hz <= hertz <= high_hz]
    shift = sum(anchors) / len(anchors) if anchors else 0.0
    return _Curve(tuple(hertz for hertz, _ in points), tuple(level - shift for _, level in points))


def _band_of(hertz: float) -> str:
    return next((band for band, (low, high) in BAND_EDGES_HZ.items() if low <= hertz < high), "")
