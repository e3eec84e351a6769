"""Events: bursts of noise and pops, with their times.

Goal: noise that is switched on for 20 to 420 ms, as a broken cable, a converter or an overloaded plug-in leaves it, and
low thumps of a few to 40 ms, as a plosive or a plug that is pulled leaves them. A lasting jump of the offset
is no pop.

Conventions: a burst is an even plateau of the sharpness (`core.analysis.kernels.noise_bursts`): drums, cymbals and
risers fall or rise, noise that is switched does not. A pop is a swing of the mean of the samples over about 50 ms,
which no note from 30 Hz up leaves behind, against its median over a second; it is over within 100 ms, and three times
as high as nearly all other swings of the file. Events in both channels are one event. A sound that comes back is
played: a burst that many plateaus of the file resemble, and an event on a grid of beats or at one place of the beat
(`core.analysis.file.dropouts_and_clicks`). Nothing is reported within half a second of the first and last sound.

Source: our own; limits were set on faults planted into the real tracks of core/knowledge/pages/measurement.md.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.analysis.decibels import level_db, stated
from core.analysis.file.dropouts_and_clicks import comes_back
from core.analysis.frames import Frames
from core.analysis.measurements import NoiseBurst, Pop, Rhythm
from core.analysis.music.beat_grid import on_beat_grid
from core.analysis.scanning.disturbances import HEIGHT_STEP

ENDS_S = 0.5
"""Seconds after the first and before the last sound in which nothing is reported."""

SAME_BURST_S = 0.05
"""Seconds within which bursts in both channels are one event."""

ALIKE_DB = 4.0
ALIKE_LENGTH_SHARE = 0.3
ALIKE_S = 0.03
"""Largest differences of two plateaus that sound alike: level in dB, and length as a share or in seconds."""

MOST_ALIKE = 5
"""Plateaus of one channel like a burst from which it is a sound of the music."""

POP_LEAST = 10.0 ** (-30.0 / 20.0)
"""Least height of a pop in the averaged offset: a half-wave of 20 ms that reaches −18 dBFS. A kick drum of −2 dBFS
leaves −33 dB."""

POP_RATIO = 10.0 ** (10.0 / 20.0)
"""Least ratio of a pop to the swing with this rank in the file (10 dB): in 101 tracks the highest swing stands 9 dB
above the tenth at most."""

POP_RANK, POP_RANK_PER_MINUTE = 10, 3.0
"""Rank of the swing that pops are compared with; in files of more than three minutes a rank per minute."""


def find_noise_bursts(frames: Frames, rhythm: Rhythm) -> tuple[NoiseBurst, ...] | None:
    """Bursts of noise in time order; None where the frames lack the table (older versions).

    Args:
        frames: time tables of the file.
        rhythm: its tempo and beats.
    """
    if frames.plateaus is None:
        return None
    rate, rows = frames.sample_rate_hz, frames.plateaus
    found: list[NoiseBurst] = []
    for channel, start, length, level, is_even in sorted(rows.tolist(), key=lambda row: (row[1], row[0])):
        at_s, length_s = start / rate, length / rate
        if (
            not is_even
            or not _is_inside(frames, at_s, at_s + length_s)
            or _is_frequent(rows, channel, length, level, rate)
        ):
            continue
        level_dbfs = stated(level / 100.0)
        before = found[-1] if found else None
        if before is not None and at_s - before.at_s <= SAME_BURST_S:
            louder = max(before.level_dbfs, level_dbfs)
            found[-1] = replace(before, level_dbfs=louder, channel=None if before.channel != channel else channel)
        else:
            found.append(
                NoiseBurst(stated(at_s), stated(length_s), level_dbfs, channel if frames.channels > 1 else None)
            )
    on_beat = _on_beat(np.array([burst.at_s for burst in found]), rhythm)
    return tuple(replace(burst, on_beat=bool(at)) for burst, at in zip(found, on_beat, strict=True))


def _is_frequent(rows: NDArray[np.int64], channel: int, length: int, level: int, rate: int) -> bool:
    """Whether many plateaus of a channel are about as long and as loud."""
    mine = rows[rows[:, 0] == channel]
    near = np.abs(mine[:, 2] - length) <= max(ALIKE_LENGTH_SHARE * length, ALIKE_S * rate)
    near &= np.abs(mine[:, 3] - level) <= 100.0 * ALIKE_DB
    return int(np.count_nonzero(near)) - 1 >= MOST_ALIKE


def find_pops(frames: Frames, rhythm: Rhythm) -> tuple[Pop, ...] | None:
    """Pops in time order; None where the frames lack the table (older versions). Arguments as above."""
    if frames.swings is None:
        return None
    hop_s = frames.grid.hop_s
    heights = frames.swings[:, 1] * HEIGHT_STEP
    ordered = np.sort(heights)[::-1]
    rank = max(POP_RANK, int(POP_RANK_PER_MINUTE * frames.duration_s / 60.0))
    usual = float(ordered[rank - 1]) if ordered.size >= rank else 0.0
    least = max(POP_LEAST, POP_RATIO * usual)
    found = [
        Pop(stated((hop + 0.5) * hop_s), stated(level_db(height**2)))
        for (hop, _, is_single), height in zip(frames.swings.tolist(), heights.tolist(), strict=True)
        if height >= least and is_single and _is_inside(frames, hop * hop_s, hop * hop_s)
    ]
    on_beat = _on_beat(np.array([pop.at_s for pop in found]), rhythm)
    return tuple(replace(pop, on_beat=bool(at)) for pop, at in zip(found, on_beat, strict=True))


def _is_inside(frames: Frames, start_s: float, end_s: float) -> bool:
    """Whether an event lies between the ends of the sound."""
    hop_s = frames.grid.hop_s
    first_s, last_s = frames.first_sound_hop * hop_s, (frames.last_sound_hop + 1) * hop_s
    return start_s >= first_s + ENDS_S and end_s <= last_s - ENDS_S


def _on_beat(times_s: NDArray[np.float64], rhythm: Rhythm) -> NDArray[np.bool_]:
    return np.asarray(on_beat_grid(times_s, rhythm.tempo_bpm) | comes_back(times_s, rhythm.beats))
