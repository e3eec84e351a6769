"""Spans: from single moments to the few stretches of a song that are named to a person."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.rules.reading import Span

JOIN_S = 3.0
"""Passages with a shorter gap between them are heard as one."""

SHORTEST_S = 2.0
"""Shortest passage that gets a time stamp (events such as clipping always do: `from_events`)."""

MOST = 4
WHOLE_SHARE = 0.85
"""Most spans that are named, and share of the song above which the whole song is meant and none is."""


class Places(NamedTuple):
    """Where something applies, and the moment at which it does so most, in seconds; None where it has no place."""

    spans: tuple[Span, ...]
    most_at_s: float | None


def from_mask(mask: NDArray[np.bool_], hop_s: float, duration_s: float) -> tuple[Span, ...]:
    """Find the passages in which something applies.

    Args:
        mask: whether it applies, one value per step, shape (steps,).
        hop_s: seconds per step.
        duration_s: length of the song.

    Returns:
        The longest passages (at most `MOST`) in time order; empty where it applies nearly throughout.
    """
    padded = np.concatenate(([False], mask, [False]))
    edges = np.flatnonzero(padded[1:] != padded[:-1])
    spans = [Span(float(a) * hop_s, float(b) * hop_s) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    return _usable(spans, duration_s, SHORTEST_S)


def from_events(times_s: Iterable[float], duration_s: float, unsure_s: Iterable[float] = ()) -> tuple[Span, ...]:
    """Find the passages around events.

    Args:
        times_s: times of the sure events.
        duration_s: length of the song.
        unsure_s: times of further events that are not sure; they are left out if there would be `MOST` spans.

    Returns:
        The longest passages (at most `MOST`) in time order; empty where they fill nearly the whole song.
    """
    times = list(times_s)
    sure, every = (
        _usable([Span(time, time) for time in sorted(chosen)], duration_s, 0.0)
        for chosen in (times, [*times, *unsure_s])
    )
    return every if len(every) < MOST or not sure else sure


def _usable(spans: Sequence[Span], duration_s: float, shortest_s: float) -> tuple[Span, ...]:
    joined: list[Span] = []
    for span in spans:
        if joined and span.start_s - joined[-1].end_s < JOIN_S:
            joined[-1] = Span(joined[-1].start_s, max(joined[-1].end_s, span.end_s))
        else:
            joined.append(span)
    kept = [span for span in joined if span.end_s - span.start_s >= shortest_s]
    if sum(span.end_s - span.start_s for span in kept) > WHOLE_SHARE * duration_s:
        return ()
    longest = sorted(kept, key=lambda span: span.start_s - span.end_s)[:MOST]
    return tuple(sorted(longest, key=lambda span: span.start_s))
