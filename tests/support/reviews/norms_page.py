"""The section of the page of rules on norms: what is usual, where warnings begin, and how often they come."""

from collections.abc import Iterator
from typing import Any

from core.knowledge.loading import load
from core.knowledge.norms import Norm, norm
from core.rules.rule import rules
from core.rules.taste import name_of
from core.text.numbers import limits, measurement, percent

QUANTITY_RULES = {
    "low_end": ("thin_low", "low_end_buildup"),
    "low_mids": (None, "mud"),
    "box": (None, "boxy"),
    "upper_mids": (None, "harsh"),
    "top": ("dull", "bright_excess"),
    "width": ("width_vs_genre", "width_vs_genre"),
    "loudness": ("loud_vs_genre", "loud_vs_genre"),
    "range": ("dynamics_flat", "dynamics_wide"),
}
"""Quantity → the rules that speak of values below and above what is usual."""

NOBODY = "–"


def norms_page() -> Iterator[str]:
    """Markdown lines."""
    data = load("norms.json")
    yield "## Where a track stands"
    yield ""
    yield (
        f"Tone, width, loudness and loudness range are no faults of a file: finished music differs in them. They are "
        f"told as a position among {data['tracks']} finished tracks of {data['sources']} artists and catalogues "
        "(commercial releases, free and stock music, game music, bands), pooled into groups of genres. *Usual* is the "
        "10th to the 90th percentile; outside of it there is a note. A warning takes a value beyond which hardly any "
        "finished track lies (see the limits of each rule, in percent of finished tracks; the tails of all groups are "
        "pooled, each in multiples of its own spread). Tone is the height of a stretch of the spectrum above its "
        "neighbours, against the genre's curve; the curves are medians of the same tracks, drawn towards the median of "
        "all and the literature where few stand behind them, and house, minimal and techno keep the curve of 236 club "
        "tracks. Everything is cross-validated: a track is held against curves and percentiles of the other sources."
    )
    for quantity, (below, above) in QUANTITY_RULES.items():
        yield ""
        yield f"**{name_of(quantity)[0].upper()}{name_of(quantity)[1:]}**"
        yield ""
        yield "| group | tracks | usual | median | warned of below | warned of above |"
        yield "| --- | --- | --- | --- | --- | --- |"
        for group in data["groups"].values():
            found = norm(quantity, group["genres"][-1])
            yield (
                f"| {group['name']} | {found.tracks} | {limits(found.low, found.high, found.unit)} "
                f"| {measurement(found.middle, found.unit)} | {_warned(found, 'below', below)} "
                f"| {_warned(found, 'above', above)} |"
            )
    yield ""
    yield from _rates(data)
    yield ""


def _warned(found: Norm, side: str, code: str | None) -> str:
    warn = rules()[code].levels[0].warn if code is not None else 0.0
    return measurement(found.value_at(side, warn), found.unit) if warn > 0.0 else NOBODY


def _rates(data: dict[str, Any]) -> Iterator[str]:
    names = {"all": "all", "releases": "commercial releases"}
    names |= {name: group["name"] for name, group in data["groups"].items()}
    counted = [f"`{code}`" for code in data["rates"]["rules"]]
    yield (
        "Family-wise rates on these tracks, judged as masters of their genre, cross-validated: tracks with any "
        f"warning, and with anything severe, of {', '.join(counted)}."
    )
    yield ""
    yield "| group | tracks | any warning | severe |"
    yield "| --- | --- | --- | --- |"
    for name, (tracks, warned, severe) in data["rates"]["of"].items():
        parts = (f"{count} ({percent(count / tracks)})" for count in (warned, severe))
        yield f"| {names[name]} | {tracks} | {' | '.join(parts)} |"
    yield ""
    yield "| rule | tracks with a warning | of these severe |"
    yield "| --- | --- | --- |"
    for code, (warned, severe) in data["rates"]["rules"].items():
        yield f"| {rules()[code].name} | {warned} | {severe} |"
