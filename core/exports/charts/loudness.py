"""Chart: short-term loudness over time, with sections, the maximum and where the findings hold."""

from collections.abc import Sequence
from textwrap import shorten

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from core.analysis.measurements import SHORT_TERM_S, Analysis, Loudness
from core.analysis.quantities import quantity
from core.diagnosis.findings import Finding
from core.exports import palette
from core.exports.charts.canvas import (
    NOTE_POINTS,
    clock_axis,
    decibel_axis,
    empty_png,
    label_point,
    left_for,
    png,
    shade_sections,
    title,
)
from core.rules.reading import Severity
from core.text import numbers
from core.text.language import worded

LANES_MAX = 6
"""Findings shown under the curve at most, the most important first; the report's table has all of them."""

_SHOWN_BELOW_INTEGRATED_LU = 20.0
"""Distance in LU from integrated loudness down to the end of the axis: fades and silence would flatten the curve."""

_MARGIN_LU = 3.0
_CURVE_HEIGHT_IN = 2.25
_LANE_HEIGHT_IN = 0.19
_LANE_GAP_IN = 0.1
_TOP_IN = 0.5
_BOTTOM_IN = 0.28
_LEFT = 0.085
_LEFT_WITH_LANES = 0.19
_RIGHT = 0.985
_LANE_CHARACTERS_MAX = 22
_CUT = " …"
_SHORTEST_BAR_SHARE = 0.006
"""Width of the shortest bar as a share of the axis, so that a single moment can be seen."""

_LANE_COLOURS = {Severity.SEVERE: palette.ACCENT, Severity.WARN: "#5fa3aa", Severity.INFO: palette.FAINT}


def loudness_png(analysis: Analysis, findings: tuple[Finding, ...]) -> bytes:
    """Draw the chart."""
    if not analysis.loudness.timeline.short_term_lufs:
        return empty_png(worded("charts.loudness"), worded("charts.no_loudness"))
    located = tuple(finding for finding in findings if finding.spans)[:LANES_MAX]
    lanes_in = _LANE_HEIGHT_IN * len(located)
    height_in = _CURVE_HEIGHT_IN + lanes_in + (_LANE_GAP_IN if located else 0.0)
    names = [_lane_name(finding) for finding in located]
    left = max(_LEFT_WITH_LANES, left_for(names, NOTE_POINTS)) if names else _LEFT
    width = _RIGHT - left

    def draw(figure: Figure) -> None:
        curve_in = _CURVE_HEIGHT_IN - _TOP_IN - _BOTTOM_IN
        curve = figure.add_axes((left, 1 - (_TOP_IN + curve_in) / height_in, width, curve_in / height_in))
        _draw_curve(curve, analysis)
        if located:
            curve.tick_params(labelbottom=False)
            lanes = figure.add_axes((left, _BOTTOM_IN / height_in, width, lanes_in / height_in))
            _draw_lanes(lanes, located, names, analysis.source.duration_s)

    return png(height_in, draw)


def _draw_curve(axes: Axes, analysis: Analysis) -> None:
    loudness, end_s = analysis.loudness, analysis.source.duration_s
    values = loudness.timeline.short_term_lufs
    centre = loudness.integrated_lufs if loudness.integrated_lufs is not None else max(values)
    bottom = max(min(values), centre - _SHOWN_BELOW_INTEGRATED_LU) - _MARGIN_LU
    # a value is drawn at the middle of its window
    times = [SHORT_TERM_S / 2 + index * loudness.timeline.hop_s for index in range(len(values))]
    curve = [max(value, bottom) for value in values]
    shade_sections(axes, analysis.sections or (), end_s)
    axes.fill_between(times, curve, bottom, color=palette.ACCENT, alpha=0.10, linewidth=0)
    axes.plot(times, curve, color=palette.ACCENT, linewidth=1.3)
    axes.set_ylim(bottom, max(*values, centre) + _MARGIN_LU)
    clock_axis(axes, end_s)
    integrated = quantity("integrated_lufs")
    decibel_axis(axes, integrated.unit)
    title(
        axes,
        worded("charts.loudness"),
        worded("charts.loudness_note", seconds=numbers.number(SHORT_TERM_S, 0)),
        pad_points=17 if analysis.sections else 8,
    )
    if loudness.integrated_lufs is not None:
        axes.axhline(loudness.integrated_lufs, color=palette.INK, linewidth=0.8, linestyle=(0, (4, 3)))
        text = f"{numbers.lower_first(integrated.short)} {integrated.write(loudness.integrated_lufs)}"
        label_point(axes, text, (0.0, loudness.integrated_lufs), (4, 3), "left")
    _mark_maximum(axes, times, curve, loudness)


def _mark_maximum(axes: Axes, times: list[float], curve: list[float], loudness: Loudness) -> None:
    """Mark the maximum. The curve may be thinned: the dot is on the curve, the label has the exact value and time."""
    peak = max(range(len(curve)), key=curve.__getitem__)
    at_s, level = times[peak], curve[peak]
    axes.plot([at_s], [level], marker="o", markersize=3.5, color=palette.INK)
    stated_s = at_s if loudness.max_short_term_at_s is None else loudness.max_short_term_at_s
    most = quantity("max_short_term_lufs").write(loudness.max_short_term_lufs)
    text = worded("charts.maximum", level=most, at=numbers.clock(stated_s))
    label_point(axes, text, (at_s, level), (0, 4), "right" if at_s > times[-1] / 2 else "left")


def _draw_lanes(axes: Axes, findings: Sequence[Finding], names: Sequence[str], end_s: float) -> None:
    shortest_s = max(end_s, 1.0) * _SHORTEST_BAR_SHARE
    for lane, finding in enumerate(findings):
        bars = [(span.start_s, max(span.end_s - span.start_s, shortest_s)) for span in finding.spans]
        axes.broken_barh(bars, (lane - 0.32, 0.64), color=_LANE_COLOURS[finding.severity], linewidth=0)
        axes.axhline(lane + 0.5, color=palette.RULE, linewidth=0.4)
    axes.set_ylim(len(findings) - 0.5, -0.5)
    axes.set_yticks(range(len(findings)), names, fontsize=NOTE_POINTS)
    axes.tick_params(axis="y", length=0)
    clock_axis(axes, end_s)


def _lane_name(finding: Finding) -> str:
    """The name, cut between words where it is long; inside its first word where that alone is long."""
    cut = shorten(finding.name, width=_LANE_CHARACTERS_MAX, placeholder=_CUT)
    return cut if cut != _CUT.strip() else finding.name[: _LANE_CHARACTERS_MAX - 1] + _CUT.strip()
