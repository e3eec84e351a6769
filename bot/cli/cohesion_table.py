"""What `earshot compare` prints for people."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from core.analysis.quantities import difference_unit, quantity
from core.diagnosis.comparing.record import EQUAL_LOUDNESS, Cohesion
from core.text.numbers import measurement, number, signed_db


def print_cohesion(names: Sequence[str], found: Cohesion) -> None:
    """Print the record's numbers, its outliers, and the steps in level from track to track."""
    console = Console()
    console.print(_table(names, found))
    for line in (*_outliers(names, found), *_joins(names, found)):
        console.print(Text(line))


def _table(names: Sequence[str], found: Cohesion) -> Table:
    table = Table(title="The tracks against each other", title_justify="left", box=None, padding=(0, 1))
    table.add_column("")
    for heading in (*(str(place) for place in range(1, found.tracks + 1)), "middle", "spread"):
        table.add_column(heading, justify="right", no_wrap=True)
    for spread in found.spreads:
        apart = {outlier.track for outlier in spread.outliers}
        cells = [
            Text(number(value, 1), style="yellow" if track in apart else "")
            for track, value in enumerate(spread.values)
        ]
        measure = f"{spread.measure.removesuffix(EQUAL_LOUDNESS)}, {spread.unit}"
        table.add_row(measure, *cells, number(spread.median, 1), number(spread.spread, 1))
    listed = ", ".join(f"{place} {name}" for place, name in enumerate(names, 1))
    table.caption = Text(f"{listed}; tone{EQUAL_LOUDNESS}", style="table.caption")
    return table


def _outliers(names: Sequence[str], found: Cohesion) -> list[str]:
    lines = [
        f"{names[outlier.track]}, {spread.measure} {signed_db(outlier.difference, unit)} against the middle "
        f"(more than {measurement(spread.limit, unit)} is named). {outlier.advice}"
        for spread, unit in ((spread, difference_unit(spread.unit)) for spread in found.spreads)
        for outlier in spread.outliers
    ]
    return ["", *(lines or ["No track differs from the others by more than the limits."])]


def _joins(names: Sequence[str], found: Cohesion) -> list[str]:
    loudness = quantity("integrated_lufs")
    lines = [
        f"From {names[join.track]} to {names[join.next_track]} the level steps by "
        f"{loudness.write_difference(join.step_lu)}."
        for join in found.transitions
        if join.is_large and join.step_lu is not None
    ]
    if found.order is not None:
        unit = loudness.difference_unit
        order = ", ".join(names[track] for track in found.order)
        lines.append(
            f"Smallest steps in loudness: {order} ({measurement(found.order_steps_lu, unit)} in sum instead of "
            f"{measurement(found.steps_lu, unit)}). Key, tempo and story may well say otherwise."
        )
    return ["", *lines] if lines else []
