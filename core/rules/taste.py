"""Taste: where a track stands among finished tracks of its group of genres, and how rare that is.

A quantity that differs between finished tracks is no fault of a file. It is a note outside of what is usual (the 10th
to the 90th percentile), and more only where so few finished tracks lie as far out that something is probably wrong; the
levels of these rules are shares of finished tracks, in percent (core/knowledge/pages/rules.md has the rates).
"""

from dataclasses import replace
from functools import cache

from core.knowledge.loading import load_toml
from core.knowledge.norms import Position, norm, position_among_tracks, source
from core.rules.reading import DEAD_ZONE_DB, JudgedTrack, Reading
from core.text.language import language, name_in_language, translated, worded
from core.text.numbers import number

POSITION = "position"
"""Name of the fact with the position in words."""


@cache
def _words(language_code: str) -> dict[str, dict[str, str]]:
    return translated(language_code, "positions", load_toml("core.rules", "positions.toml"))


def name_of(quantity: str) -> str:
    """What a quantity is called."""
    return _words(language())[quantity]["name"]


def in_words(found: Position) -> str:
    """A position: "brighter than 93 of 100 finished dance tracks (140 measured)".

    Beyond the 1st or 99th percentile: "brighter than nearly all of the 140 finished dance tracks that were measured";
    where the outermost track itself lies is not kept. Without tracks of its
    genre's group no share is told: "brighter than is usual".
    """
    is_more = found.percentile >= 50.0
    direction = _words(language())[found.quantity]["more" if is_more else "less"]
    if found.group is None:
        return worded("positions.than_usual", direction=direction)
    group = name_in_language("groups", found.group)
    if found.is_beyond_ends:
        return worded("positions.than_nearly_all", direction=direction, tracks=found.tracks, group=group)
    beyond = number(found.percentile if is_more else 100.0 - found.percentile, 0)
    return worded("positions.than_most", direction=direction, beyond=beyond, group=group, tracks=found.tracks)


def judged(subject: JudgedTrack, quantity: str, value: float, *, above: bool) -> Reading:
    """The reading of a rule about one side of a quantity.

    Args:
        subject: the track.
        quantity: id of the quantity.
        value: its value.
        above: whether the rule speaks of values above what is usual, or of those below.

    Returns:
        A reading with the usual range as target and the position in words; it counts where the value lies outside of
        the range on that side, by more than `DEAD_ZONE_DB`. `amount_db` brings it back to the end of the range.
    """
    found = position_among_tracks(quantity, value, subject.genre.id)
    over = value - found.high if above else found.low - value
    return Reading(
        value,
        counts=over > DEAD_ZONE_DB,
        further_out_percent=found.further_out_percent if over > 0.0 else 50.0,
        facts={POSITION: in_words(found)},
        target=(found.low, found.high),
        source=source(quantity, subject.genre.id),
        amount_db=-over if above else over,
    )


def outward(subject: JudgedTrack, quantity: str, value: float) -> Reading:
    """The reading of a rule about both sides of a quantity."""
    return judged(subject, quantity, value, above=is_above_middle(subject, quantity, value))


def is_above_middle(subject: JudgedTrack, quantity: str, value: float) -> bool:
    """Whether a value lies above the median of the genre's group."""
    return value > norm(quantity, subject.genre.id).middle


def with_facts(reading: Reading, **facts: float | str) -> Reading:
    """The reading with further facts."""
    return replace(reading, facts={**reading.facts, **facts})
