"""Spans: from "true at these moments" to stretches of a song that a person can use."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from core.rules.reading import Span

JOIN_S = 3.0
"""Gaps shorter than this are heard as one passage."""

SHORTEST_S = 2.0
"""Shorter passages are not worth a time stamp (events such as clipping are: `from_events`)."""

MOST = 4
WHOLE_SHARE = 0.85
"""What holds for more of the song than this holds for the song."""


def from_mask(mask: NDArray[np.bool_], hop_s: float, duration_s: float) -> tuple[Span, ...]:
    """Passages in which `mask` (one value per `hop_s`) holds; empty where it holds nearly throughout."""
    padded = np.concatenate(([False], mask, [False]))
    edges = np.flatnonzero(padded[1:] != padded[:-1])
    spans = [Span(float(a) * hop_s, float(b) * hop_s) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    return _usable(spans, duration_s, SHORTEST_S)


def from_events(times_s: Iterable[float], duration_s: float, unsure_s: Iterable[float] = ()) -> tuple[Span, ...]:
    """Passages around events; those that are not sure are named as far as there is room beside the others."""
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
