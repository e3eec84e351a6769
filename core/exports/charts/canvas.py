"""Drawing tools that the charts share: figure, axes, PNG. No pyplot, and none of the user's Matplotlib settings."""

import io
from collections.abc import Callable, Iterable

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patheffects import withStroke
from matplotlib.textpath import TextPath
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from core.analysis.measurements import Section
from core.diagnosis.song_places import part_name
from core.exports import palette
from core.text import numbers

WIDTH_IN = 6.85
"""Width of every chart in inches: the text width of the report's page."""

_DOTS_PER_INCH = 200
_POINTS_PER_INCH = 72.0
TEXT_POINTS = 8.0
_TITLE_POINTS = 9.5
NOTE_POINTS = 7.2
EMPTY_HEIGHT_IN = 1.1
"""Height in inches of a chart without data."""

_CHARACTER_SHARE = 0.0135
"""Width of a character of a section's label, as a share of the axes; labels that do not fit are left out."""

_HALO_POINTS = 2.2

_CLOCK_STEPS_S = (5, 10, 15, 30, 60, 120, 300, 600)
_CLOCK_TICKS_MAX = 10

_LABEL_GAP_POINTS = 9.0
"""Space between the edge of a chart, the labels of its y axis and the axis, in points, all together."""

_FONT = "DejaVu Sans"

_SETTINGS = {
    "font.family": _FONT,
    "font.size": TEXT_POINTS,
    "text.parse_math": False,
    "text.color": palette.INK,
    "axes.edgecolor": palette.FAINT,
    "axes.labelcolor": palette.QUIET,
    "axes.labelsize": TEXT_POINTS,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "axes.axisbelow": True,
    "grid.color": palette.RULE,
    "grid.linewidth": 0.5,
    "xtick.color": palette.QUIET,
    "ytick.color": palette.QUIET,
    "xtick.labelsize": TEXT_POINTS,
    "ytick.labelsize": TEXT_POINTS,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 3.0,
    "ytick.major.size": 3.0,
    "legend.frameon": False,
    "legend.fontsize": NOTE_POINTS,
}


def png(height_in: float, draw: Callable[[Figure], None]) -> bytes:
    """Draw a figure and return it as PNG.

    Args:
        height_in: height in inches; the width is `WIDTH_IN`.
        draw: fills the empty figure.
    """
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_SETTINGS)  # type: ignore[arg-type]  # the stub wants literal keys
        figure = Figure(figsize=(WIDTH_IN, height_in), dpi=_DOTS_PER_INCH, facecolor=palette.PAPER)
        FigureCanvasAgg(figure)
        draw(figure)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", metadata={"Software": None})
        return buffer.getvalue()


def empty_png(name: str, reason: str) -> bytes:
    """A low chart that says why there is nothing to draw."""

    def draw(figure: Figure) -> None:
        axes = figure.add_axes((0.085, 0.0, 0.9, 0.7))
        title(axes, name)
        axes.set_axis_off()
        axes.text(0.0, 0.6, reason, transform=axes.transAxes, color=palette.QUIET)

    return png(EMPTY_HEIGHT_IN, draw)


def left_for(labels: Iterable[str], points: float) -> float:
    """Share of a chart's width that the labels of its y axis need, for all of them to be seen whole.

    Args:
        labels: the labels.
        points: their size.
    """
    font = FontProperties(family=_FONT)
    widest = max(TextPath((0.0, 0.0), label, size=points, prop=font).get_extents().width for label in labels)
    return float(widest + _LABEL_GAP_POINTS) / (WIDTH_IN * _POINTS_PER_INCH)


def title(axes: Axes, text: str, note: str = "", pad_points: float = 8.0) -> None:
    """A bold title at the upper left and a grey note at the upper right, above the axes."""
    axes.set_title(text, loc="left", fontsize=_TITLE_POINTS, fontweight="bold", color=palette.INK, pad=pad_points)
    if note:
        axes.set_title(note, loc="right", fontsize=NOTE_POINTS, color=palette.QUIET, pad=pad_points)


def label_point(axes: Axes, text: str, at: tuple[float, float], offset: tuple[int, int], ha: str) -> None:
    """A small label above a data point, with a halo so that it can be read on top of a curve."""
    axes.annotate(
        text,
        at,
        offset,
        textcoords="offset points",
        ha=ha,
        va="bottom",
        fontsize=NOTE_POINTS,
        path_effects=[withStroke(linewidth=_HALO_POINTS, foreground=palette.PAPER)],
    )


def legend_below(axes: Axes, columns: int) -> None:
    """A legend of one line at the lower left inside the axes, where a spectrum is usually empty."""
    axes.legend(loc="lower left", ncols=columns, handlelength=1.8, columnspacing=1.4, borderaxespad=0.4)


def clock_axis(axes: Axes, end_s: float) -> None:
    """Time from 0 to `end_s` along the x axis as m:ss, with at most ten ticks at round times."""
    step = next((s for s in _CLOCK_STEPS_S if end_s / s <= _CLOCK_TICKS_MAX), _CLOCK_STEPS_S[-1])
    axes.set_xlim(0.0, max(end_s, 1.0))
    axes.xaxis.set_major_locator(FixedLocator([float(at) for at in range(0, int(end_s) + 1, step)]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda at, _: numbers.clock(at)))


def frequency_axis(axes: Axes, ticks_hz: Iterable[int]) -> None:
    """Frequency in Hz along a logarithmic x axis, labelled as on an analyser ("500", "1k")."""
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(FixedLocator(list(ticks_hz)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticklabels([f"{hertz // 1000}k" if hertz >= 1000 else str(hertz) for hertz in ticks_hz])


def decibel_axis(axes: Axes, label: str) -> None:
    """Levels along the y axis with true minus signs and a grey grid."""
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda level, _: numbers.number(level, 0)))
    axes.set_ylabel(label)
    axes.grid(axis="y")


def shade_sections(axes: Axes, sections: Iterable[Section], end_s: float, *, labels: bool = True) -> None:
    """Shade every other section, and label those that are long enough for their label."""
    for index, section in enumerate(sections):
        if index % 2 == 0:
            axes.axvspan(section.start_s, section.end_s, color=palette.TINT, linewidth=0, zorder=0)
        share = (section.end_s - section.start_s) / max(end_s, 1.0)
        name = part_name(section.label)
        if labels and share > _CHARACTER_SHARE * len(name):
            middle = (section.start_s + section.end_s) / 2
            axes.annotate(
                name,
                (middle, 1.0),
                (0, 3),
                xycoords=("data", "axes fraction"),
                textcoords="offset points",
                ha="center",
                va="bottom",
                fontsize=NOTE_POINTS,
                color=palette.QUIET,
            )
