"""Events: dropouts and clicks, with their times.

Goal: damage to the file at a single instant.

Conventions: a dropout is a hole of 2 to 150 ms, 40 dB deep, with a steep fall and a steep return to the old level (a
hole of nothing but zeros may have let it decay by 25 dB), where the music is above −50 dBFS. A click is one millisecond
that is far sharper than everything within 25 ms around it, for a few samples only, and does not begin an attack; a lone
wrong sample is recognised by its shape, a burst of wrong samples by being over within 4 ms. Events in both channels
within 2 ms are one event. Nothing is reported within 20 ms of the ends of the file. Events that lie on a grid of beats
(`core.analysis.music.beat_grid`) are marked: rests, gates and cut notes of the music. So are holes, and clicks that are
no wrong samples for sure, which come back at the same place of a steady beat more often than by chance (in 5 of 100
files).

Sources: practice of restoration (Godsill & Rayner 1998, "Digital Audio Restoration", part II); limits: the kernel.
"""

import math
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.analysis.decibels import stated
from core.analysis.frames import Frames
from core.analysis.kernels.dropouts_and_clicks import CUT_NOTE, WRONG
from core.analysis.measurements import BeatGrid, Click, Dropout, Rhythm
from core.analysis.music.beat_grid import on_beat_grid
from core.analysis.scanning.disturbances import KEPT_EVENTS

STATED_EVENTS = 100
"""Events listed; the count includes all."""

SAME_S = 0.002
"""Seconds within which events in both channels are one event."""

END_S = 0.02
"""Seconds at each end of the file in which no event is reported."""

SAME_PLACE_S = 0.006
"""Largest distance of two events within a beat that lie at the same place of it: six blocks of the kernel."""

LEAST_REGULARITY = 0.9
"""Least regularity of a grid of beats that gives these places."""

BY_CHANCE = 0.05
"""Highest probability that random events have as many pairs at the same place of the beat."""

HOLE, CLICK = 0, 1
"""Columns of `Frames.event_counts`."""


def find_dropouts(frames: Frames, rhythm: Rhythm) -> tuple[Dropout, ...] | None:
    """Dropouts in time order; None where the frames lack the table (older versions).

    Args:
        frames: time tables of the file.
        rhythm: its tempo and beats.
    """
    if frames.holes is None:
        return None
    rate = frames.sample_rate_hz
    found = [
        Dropout(stated(start / rate), stated(length / rate), channel)
        for channel, start, length in _merged(frames, frames.holes)
    ]
    times_s = np.array([dropout.start_s for dropout in found])
    on_beat = on_beat_grid(times_s, rhythm.tempo_bpm) | comes_back(times_s, rhythm.beats)
    return tuple(replace(dropout, on_beat=bool(at)) for dropout, at in zip(found, on_beat, strict=True))


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


def find_clicks(frames: Frames, rhythm: Rhythm) -> tuple[Click, ...] | None:
    """Clicks in time order; None where the frames lack the table (older versions). Arguments as above."""
    if frames.clicks is None:
        return None
    rate = frames.sample_rate_hz
    events = _merged(frames, np.column_stack([frames.clicks[:, :2], np.ones(len(frames.clicks), np.int64)]))
    wrong, cut = (np.sort(frames.clicks[frames.clicks[:, 2] == kind, 1]) for kind in (WRONG, CUT_NOTE))
    found = [Click(stated(start / rate), channel, lone=_is_near(start, wrong, rate)) for channel, start, _ in events]
    times_s = np.array([click.at_s for click in found])
    lone = np.array([click.lone for click in found], np.bool_)
    on_beat = on_beat_grid(times_s, rhythm.tempo_bpm)
    on_beat[~lone] |= comes_back(times_s[~lone], rhythm.beats)
    # a note that is cut off is no click, but it shows where in the beat such notes end
    return tuple(
        replace(click, on_beat=bool(at))
        for click, at, (_, start, _) in zip(found, on_beat, events, strict=True)
        if click.lone or not _is_near(start, cut, rate)
    )


def comes_back(times_s: NDArray[np.float64], beats: BeatGrid | None) -> NDArray[np.bool_]:
    """Which events share their place within a steady beat with another one; none where chance explains the pairs.

    Args:
        times_s: their beginnings in seconds, shape (events,).
        beats: the grid of beats; without a steady one no event comes back.

    Returns:
        One value per event, in their order.
    """
    none = np.zeros(times_s.size, np.bool_)
    if beats is None or beats.regularity < LEAST_REGULARITY or times_s.size < 2:
        return none
    places = (times_s - beats.first_beat_s) / beats.beat_s % 1.0
    apart = np.abs(places[:, None] - places)
    same = np.asarray(np.minimum(apart, 1.0 - apart) * beats.beat_s <= SAME_PLACE_S)
    np.fill_diagonal(same, False)
    expected = times_s.size * (times_s.size - 1) / 2.0 * 2.0 * SAME_PLACE_S / beats.beat_s
    shared = np.logical_or.reduce(same, axis=1)
    return shared if _at_least(int(same.sum()) // 2, expected) <= BY_CHANCE else none


def _at_least(count: int, expected: float) -> float:
    """Probability of `count` or more events of a Poisson process that has `expected` in the mean."""
    below, term = 0.0, math.exp(-expected)
    for n in range(count):
        below += term
        term *= expected / (n + 1)
    return 1.0 - below


def _is_near(start: int, places: NDArray[np.int64], rate: int) -> bool:
    """Whether one of the ordered `places` belongs to the event that starts here."""
    at = int(np.searchsorted(places, start))
    return at < places.size and int(places[at]) - start <= SAME_S * rate


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
