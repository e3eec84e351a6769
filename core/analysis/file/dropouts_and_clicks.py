"""Events: dropouts and clicks, with their times.

Goal: damage to the file at a single instant.

Conventions: a dropout is a hole of 2 to 150 ms, 40 dB deep, with a steep fall and a steep return to the old level (a
hole of nothing but zeros may have let it decay by 25 dB), where the music is above −50 dBFS. A click is one millisecond
that is far sharper than everything within 25 ms around it, for a few samples only, and does not begin an attack; a lone
wrong sample is recognised by its shape. Events in both channels within 2 ms are one event. Nothing is reported within
20 ms of the ends of the file. Where holes come as often as notes they are part of the rhythm, and none is reported.

Sources: practice of restoration (Godsill & Rayner 1998, "Digital Audio Restoration", part II); limits: the kernel.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.analysis.decibels import stated
from core.analysis.frames import Frames
from core.analysis.measurements import Click, Dropout
from core.analysis.scanning.disturbances import KEPT_EVENTS

STATED_EVENTS = 100
"""Events listed; the count includes all."""

SAME_S = 0.002
"""Seconds within which events in both channels are one event."""

END_S = 0.02
"""Seconds at each end of the file in which no event is reported."""

MOST_HOLES_PER_MINUTE = 6.0
LEAST_GATED_HOLES = 4
"""More holes than this, and more than six a minute, are a gated sound or the rests of a single voice."""

HOLE, CLICK = 0, 1
"""Columns of `Frames.event_counts`."""


def find_dropouts(frames: Frames) -> tuple[Dropout, ...] | None:
    """Dropouts in time order; none in gated sound, None where the frames lack the table (older versions)."""
    if frames.holes is None or frames.event_counts is None:
        return None
    rate = frames.sample_rate_hz
    if _is_gated(frames, frames.event_counts[:, HOLE]):
        return ()
    return tuple(
        Dropout(stated(start / rate), stated(length / rate), channel)
        for channel, start, length in _merged(frames, frames.holes)
    )


def count_of(events: tuple[object, ...], frames: Frames, column: int) -> int:
    """Number of events in the file.

    Args:
        events: the events found.
        frames: time tables of the file.
        column: `HOLE` or `CLICK`.

    Returns:
        Number of `events`; where a channel had more than the `KEPT_EVENTS` that are kept, the larger count of the
        channels.
    """
    counts = np.zeros(1, np.int64) if frames.event_counts is None else frames.event_counts[:, column]
    return len(events) if counts.max(initial=0) <= KEPT_EVENTS else int(counts.max())


def find_clicks(frames: Frames) -> tuple[Click, ...] | None:
    """Clicks in time order; None where the frames lack the table (older versions)."""
    if frames.clicks is None:
        return None
    rate = frames.sample_rate_hz
    events = _merged(frames, np.column_stack([frames.clicks[:, :2], np.ones(len(frames.clicks), np.int64)]))
    lone = np.sort(frames.clicks[frames.clicks[:, 2] > 0, 1])
    return tuple(Click(stated(start / rate), channel, lone=_is_near(start, lone, rate)) for channel, start, _ in events)


def _is_near(start: int, places: NDArray[np.int64], rate: int) -> bool:
    """Whether one of the ordered `places` belongs to the event that starts here."""
    at = int(np.searchsorted(places, start))
    return at < places.size and int(places[at]) - start <= SAME_S * rate


def _is_gated(frames: Frames, counts: NDArray[np.int64]) -> bool:
    most = int(counts.max(initial=0))
    return most > LEAST_GATED_HOLES and most > MOST_HOLES_PER_MINUTE * frames.duration_s / 60.0


class _Event(NamedTuple):
    """Where something happened: channel (None: both), start and length in samples."""

    channel: int | None
    start: int
    length: int


def _merged(frames: Frames, rows: NDArray[np.int64]) -> list[_Event]:
    """Events in time order; the same event in both channels is merged, events at the ends of the file are left out."""
    rate = frames.sample_rate_hz
    events: list[_Event] = []
    for channel, start, length in sorted((tuple(map(int, row)) for row in rows), key=lambda row: (row[1], row[0])):
        if start < END_S * rate or start + length > frames.sample_count - END_S * rate:
            continue
        before = events[-1] if events else None
        if before is not None and before.channel not in {channel, None} and start - before.start <= SAME_S * rate:
            events[-1] = _Event(None, before.start, max(before.length, start + length - before.start))
        else:
            events.append(_Event(channel, start, length))
    return events
