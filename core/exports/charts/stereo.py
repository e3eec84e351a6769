"""Chart: correlation, width and mono fold-down per band, and correlation over time."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from core.analysis.measurements import BAND_EDGES_HZ, Analysis, StereoTimeline
from core.analysis.quantities import BAND_NAMES, Quantity, of_band, quantity
from core.exports import palette
from core.exports.charts.canvas import TEXT_POINTS, clock_axis, empty_png, left_for, png, shade_sections, title
from core.text import numbers
from core.text.language import name_in_language, worded

_HEIGHT_IN = 3.2
_HEIGHT_WITHOUT_TIME_IN = 2.0
_LEFT = 0.095
"""Least share of the width to the left of the axes: for the names of the bands."""

_RIGHT = 1.01
"""Where a panel behind the last one would begin: its gap is wider than the room for values beside the last."""

_GAP = 0.09
"""Share of the width between two panels: for the values beside them."""


@dataclass(frozen=True, slots=True)
class _Panel:
    """One quantity over the bands. A value outside `limits` is drawn at the edge and written beside it."""

    entry: Quantity
    limits: tuple[float, float]
    ticks: tuple[float, ...]
    origin: float


_PANELS = (
    _Panel(quantity("correlation"), (-1.0, 1.0), (-1.0, 0.0, 1.0), 0.0),
    _Panel(quantity("side_to_mid_db"), (-40.0, 6.0), (-40.0, -20.0, 0.0), -40.0),
    _Panel(quantity("mono_fold_loss_db"), (-12.0, 0.6), (-12.0, -6.0, 0.0), 0.0),
)


def stereo_png(analysis: Analysis) -> bytes:
    """Draw the chart."""
    stereo = analysis.stereo
    if stereo.correlation is None and not stereo.bands:
        return empty_png(worded("charts.stereo"), worded("charts.no_stereo"))
    over_time = stereo.timeline is not None and bool(stereo.timeline.correlation)
    height = _HEIGHT_IN if over_time else _HEIGHT_WITHOUT_TIME_IN
    names = [name_in_language("quantities", name) for name in BAND_NAMES.values()]
    left = max(_LEFT, left_for(names, TEXT_POINTS))

    def draw(figure: Figure) -> None:
        _draw_bands(figure, analysis, names, left, height)
        if stereo.timeline is not None and over_time:
            axes = figure.add_axes((left, 0.28 / height, 0.985 - left, 0.68 / height))
            _draw_time(axes, stereo.timeline, analysis)

    return png(height, draw)


def _draw_bands(figure: Figure, analysis: Analysis, names: Sequence[str], left: float, height_in: float) -> None:
    panel_in = _HEIGHT_WITHOUT_TIME_IN - 0.62
    bottom = 1 - (_HEIGHT_WITHOUT_TIME_IN - 0.3) / height_in
    bands = [analysis.stereo.bands.get(band) for band in BAND_EDGES_HZ]
    pitch = (_RIGHT - left) / len(_PANELS)
    for index, panel in enumerate(_PANELS):
        axes = figure.add_axes((left + index * pitch, bottom, pitch - _GAP, panel_in / height_in))
        _draw_panel(axes, panel, [None if band is None else of_band(panel.entry.id, band) for band in bands])
        axes.set_yticks(range(len(bands)), names if index == 0 else [""] * len(bands))


def _draw_panel(axes: Axes, panel: _Panel, values: Sequence[float | None]) -> None:
    low, high = panel.limits
    for row, value in enumerate(values):
        text = numbers.number(value, panel.entry.decimals)
        axes.annotate(
            text,
            (1.0, row),
            (6, 0),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            va="center_baseline",
        )
        if value is not None:
            shown = min(max(value, low), high)
            axes.plot([panel.origin, shown], [row, row], color=palette.ACCENT, linewidth=1.4, alpha=0.5)
            axes.plot([shown], [row], marker="o", markersize=4.5, color=palette.ACCENT, clip_on=False)
    axes.axvline(0.0, color=palette.FAINT, linewidth=0.7, zorder=0)
    axes.set_xlim(low, high)
    axes.set_ylim(len(values) - 0.4, -0.6)
    axes.set_xticks(panel.ticks, [numbers.number(tick, 0) for tick in panel.ticks])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    unit = f", {panel.entry.unit}" if panel.entry.unit else ""
    title(axes, f"{panel.entry.short}{unit}")


def _draw_time(axes: Axes, timeline: StereoTimeline, analysis: Analysis) -> None:
    times = [(index + 0.5) * timeline.hop_s for index in range(len(timeline.correlation))]
    values = [math.nan if value is None else value for value in timeline.correlation]
    shade_sections(axes, analysis.sections or (), analysis.source.duration_s, labels=False)
    negative = [min(value, 0.0) for value in values]
    axes.fill_between(times, negative, 0.0, color=palette.ACCENT, alpha=0.4, linewidth=0)
    axes.plot(times, values, color=palette.ACCENT, linewidth=1.0)
    axes.axhline(0.0, color=palette.FAINT, linewidth=0.7)
    axes.set_ylim(-1.05, 1.05)
    axes.set_yticks([-1.0, 0.0, 1.0], ["−1", "0", "1"])
    title(axes, worded("charts.over_time", label=quantity("correlation").label), worded("charts.dips"))
    clock_axis(axes, analysis.source.duration_s)
