"""Passages in which one channel is silent or upside down, while the rest of the song has both as they should be.

Goal: a cable, a plug-in or an edit that failed for part of the song: which channel, from when to when.

Conventions: a channel is silent where its slots (100 ms) lie 50 dB and more below the other one, which sounds, for 2 s
and more; at one edge at least the channel falls or returns within two slots while the other one goes on. Where left
and right share nothing in the rest of the song (no correlation), each plays its own part, and a rest of one is music.
A passage is upside down where the correlation of the low end (20–120 Hz), which nearly all music has in the middle, is
negative for 2 s and more, the whole is out of phase too, and at one edge at least the low end turns from in phase to
out of phase within a second; without a low end the limits for the whole are stricter. A song that is upside down
throughout is `core.analysis.stereo.channel_faults`.

Source: the limits are those of whole channels (`channel_faults`, `core.analysis.file.faults`), softened for encoders.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from core.analysis.decibels import stated
from core.analysis.frames import LEFT, MID, RIGHT, SIDE, Frames
from core.analysis.measurements import ChannelPassage, TimedPassage
from core.analysis.stereo.channel_faults import LOW_SHARE
from core.analysis.stored_levels import to_power

SHORTEST_PASSAGE_S = 2.0
"""Shortest passage in seconds: shorter rests of one channel are played, or are dropouts."""

PASSAGE_GAP_S = 1.0
"""Gap between two passages up to which they are one, in seconds."""

LOST_RATIO = 1e-5
"""Highest power of a silent channel relative to the other one: −50 dB, which joint-stereo encoders leave."""

SOUNDS_POWER = 1e-5
"""Least mean square of the other channel: −50 dBFS."""

ALIVE_RATIO = 1e-2
"""Least power of a channel relative to the other one right outside a passage in which it is silent: −20 dB."""

GOES_ON_RATIO = 10.0
"""Largest ratio of the other channel's power on both sides of an edge: 10 dB."""

NOTHING_WRITTEN_POWER = 1e-11
"""Mean square (−110 dBFS) up to which nothing is written in a channel at all: then the other one may change as well."""

SHARED_CORRELATION = 0.3
"""Least correlation, of the whole or of the low end, of channels that play the same music."""

EDGE_SLOTS = 2
"""Slots in which an edge happens; they belong to neither side."""

NEXT_SLOTS = 10
"""Slots that are compared on each side of an edge: 1 s."""

FLIPPED_LOW, FLIPPED_WHOLE, FLIPPED_WITHOUT_LOW = -0.5, 0.0, -0.7
UPRIGHT = 0.3
"""Highest correlations upside down (of the low end, of the whole, of the whole where there is no low end), and the
least correlation of the low end, or of the whole where there is none, on the other side of the edge."""

FLIP_MISMATCH = 0.9
"""Largest mean difference between the correlation of a band and the opposite of what it was, relative to their mean
size: 0 where a channel was turned upside down and the music goes on, about 2 where nothing happened."""

TINY_POWER = 1e-12


def silent_channel_passages(frames: Frames) -> tuple[ChannelPassage, ...]:
    """Passages in which one channel is silent, in time order; none in mono."""
    if frames.channels == 1 or frames.whole_slots < NEXT_SLOTS:
        return ()
    power = to_power(frames.power[:, : frames.whole_slots])
    found = []
    for channel, other in ((LEFT, RIGHT), (RIGHT, LEFT)):
        lost = (power[channel] <= LOST_RATIO * power[other]) & (power[other] >= SOUNDS_POWER)
        for first, last in _runs(lost, frames.grid.slot_s):
            outside = np.ones(lost.size, np.bool_)
            outside[first:last] = False
            if _share_music(frames, power, outside & ~lost) and any(
                _breaks_off(power[channel], power[other], edge, sign) for edge, sign in ((first, -1), (last, 1))
            ):
                start, end = first * frames.grid.slot_s, min(frames.duration_s, last * frames.grid.slot_s)
                found.append(ChannelPassage(stated(start), stated(end), channel))
    return tuple(sorted(found, key=lambda passage: passage.start_s))


def inverted_passages(frames: Frames) -> tuple[TimedPassage, ...]:
    """Passages in which one channel is upside down against the rest of the song, in time order; none in mono."""
    if frames.channels == 1 or frames.whole_slots < 2 * NEXT_SLOTS:
        return ()
    power = _smoothed(to_power(frames.power[:, : frames.whole_slots]))
    low = _smoothed(to_power(frames.low_power[:, : frames.whole_slots]))
    sounds = power[LEFT] + power[RIGHT] >= SOUNDS_POWER
    whole, bottom = _correlations(power), _correlations(low)
    has_low = low[LEFT] + low[RIGHT] >= LOW_SHARE * (power[LEFT] + power[RIGHT])
    telling = np.where(has_low, bottom, whole)
    inverted = sounds & np.where(
        has_low, (bottom <= FLIPPED_LOW) & (whole <= FLIPPED_WHOLE), whole <= FLIPPED_WITHOUT_LOW
    )
    bands = to_power(frames.band_power[:, :, : frames.whole_slots])
    found = []
    for first, last in _runs(inverted, frames.grid.slot_s):
        edges = [edge for edge in (_turn(telling, first, -1), _turn(telling, last, 1)) if edge is not None]
        if not any(_flips(bands, edge) for edge in edges):
            continue
        start = _turn(telling, first, -1) or 0
        end = _turn(telling, last, 1)
        end_s = frames.duration_s if end is None else end * frames.grid.slot_s
        found.append(TimedPassage(stated(start * frames.grid.slot_s), stated(end_s)))
    return tuple(found)


def _turn(telling: NDArray[np.float64], edge: int, sign: int) -> int | None:
    """The slot near an edge of a passage where the smoothed correlation changes its sign.

    Args:
        telling: smoothed correlation of each slot.
        edge: first slot of the passage (`sign` −1), or the first one after it (`sign` 1).
        sign: direction away from the passage.

    Returns:
        That slot; None where the correlation is not upright within a second.
    """
    outside = edge + sign * NEXT_SLOTS
    if not 0 <= outside < telling.size or telling[outside] < UPRIGHT:
        return None
    near = slice(outside, edge + 1) if sign < 0 else slice(edge - 1, outside + 1)
    signs = telling[near] >= 0.0
    return near.start + int(np.argmax(signs != signs[0]))


def _flips(bands: NDArray[np.float64], edge: int) -> bool:
    """Whether left and right go on across an edge in all bands, but for the sign of what they share.

    Args:
        bands: power of the bands, shape (LRMS, bands, slots).
        edge: slot of the edge.
    """
    reach = EDGE_SLOTS // 2
    before = bands[:, :, max(0, edge - reach - NEXT_SLOTS) : edge - reach].sum(axis=2)
    after = bands[:, :, edge + reach : edge + reach + NEXT_SLOTS].sum(axis=2)
    for channel in (LEFT, RIGHT):
        loud = (before[channel].sum(), after[channel].sum())
        if max(loud) > GOES_ON_RATIO * min(loud):
            return False
    heard = np.minimum(before, after)[[LEFT, RIGHT]].min(axis=0)
    heard = heard >= LOW_SHARE * heard.max()
    then, now = _correlations(before)[heard], _correlations(after)[heard]
    shared = float((np.abs(then) + np.abs(now)).mean()) / 2.0
    return shared >= UPRIGHT and float(np.abs(then + now).mean()) <= FLIP_MISMATCH * shared


def _runs(mask: NDArray[np.bool_], slot_s: float) -> Iterator[tuple[int, int]]:
    """First slot and the slot after the last of each passage that is long enough; short gaps are closed."""
    edges = np.flatnonzero(np.diff(mask, prepend=False, append=False))
    joined: list[list[int]] = []
    for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if joined and (first - joined[-1][1]) * slot_s <= PASSAGE_GAP_S:
            joined[-1][1] = last
        else:
            joined.append([first, last])
    return ((first, last) for first, last in joined if (last - first) * slot_s >= SHORTEST_PASSAGE_S)


def _share_music(frames: Frames, power: NDArray[np.float64], outside: NDArray[np.bool_]) -> bool:
    """Whether left and right play the same music outside a passage."""
    if not outside.any():
        return False
    whole = power[:, outside].sum(axis=1)
    low = to_power(frames.low_power[:, : frames.whole_slots])[:, outside].sum(axis=1)
    has_low = low[LEFT] + low[RIGHT] >= LOW_SHARE * (whole[LEFT] + whole[RIGHT])
    best = max(abs(float(_correlations(rows))) for rows in ((whole, low) if has_low else (whole,)))
    return best >= SHARED_CORRELATION


def _breaks_off(channel: NDArray[np.float64], other: NDArray[np.float64], edge: int, sign: int) -> bool:
    """Whether a channel is alive right outside an edge of its silence, and the other one goes on across the edge.

    Of a channel in which nothing at all is written the latter is not asked.

    Args:
        channel: power of the channel that is silent, shape (slots,).
        other: power of the other one.
        edge: first slot of the silence (`sign` −1), or the first one after it (`sign` 1).
        sign: direction away from the silence.
    """
    if sign < 0:
        outside, inside = slice(max(0, edge - EDGE_SLOTS - 1), max(0, edge - 1)), slice(edge + 1, edge + 1 + EDGE_SLOTS)
    else:
        outside, inside = slice(edge + 1, edge + 1 + EDGE_SLOTS), slice(edge - EDGE_SLOTS - 1, edge - 1)
    if not channel[outside].size or not channel[inside].size:
        return False
    alive = channel[outside].mean() >= ALIVE_RATIO * other[outside].mean()
    there, here = other[outside].mean(), other[inside].mean()
    goes_on = max(there, here) <= GOES_ON_RATIO * min(there, here)
    return bool(alive and (goes_on or channel[inside].max() <= NOTHING_WRITTEN_POWER))


def _smoothed(power: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean over `NEXT_SLOTS` slots around each slot."""
    sums = np.cumsum(np.pad(power, ((0, 0), (1, 0))), axis=1)
    slots = np.arange(power.shape[1])
    first = np.maximum(0, slots - NEXT_SLOTS // 2)
    last = np.minimum(power.shape[1], slots + NEXT_SLOTS // 2)
    means: NDArray[np.float64] = (sums[:, last] - sums[:, first]) / np.maximum(1, last - first)
    return means


def _correlations(lrms: NDArray[np.float64]) -> NDArray[np.float64]:
    """Correlation of left and right in each step of an LRMS table."""
    correlations: NDArray[np.float64] = (lrms[MID] - lrms[SIDE]) / np.sqrt(
        np.maximum(lrms[LEFT], TINY_POWER) * np.maximum(lrms[RIGHT], TINY_POWER)
    )
    return correlations
