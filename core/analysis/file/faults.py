"""Faults of the file itself.

Goal: offset, silence at the ends, the low-pass edge of a lossy source, faults of the channels; measured, not judged.

Conventions: offsets relative to full scale. Silence is before the first and after the last 20 ms whose RMS reaches
−60 dBFS in any channel. A low-pass edge is the steepest fall of the spectrum by 30 dB or more within 1 kHz, above
14 kHz, that holds in more than 90 % of the loud half-seconds; its frequency is where the fall begins.
The end level is that of the last 50 ms of sound against the integrated loudness: near 0 where the music was cut.
Channels are identical where their side is 80 dB below their mid, and a channel is dead where it is 60 dB below the
other.

Sources: edges of encoders: D'Alessandro & Shi (2009), "MP3 bit rate quality detection through frequency spectrum
analysis"; the other limits are conventions of mastering practice.
"""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from core.analysis.bands import TOP_STEP_HZ, top_edges_hz
from core.analysis.decibels import levels_db, stated
from core.analysis.file.bursts_and_pops import find_noise_bursts, find_pops
from core.analysis.file.dropouts_and_clicks import CLICK, HOLE, STATED_EVENTS, count_of, find_clicks, find_dropouts
from core.analysis.file.hum import measure_hum
from core.analysis.file.noise_floor import measure_noise_floor
from core.analysis.file.resolution import effective_bit_depth, upsampled_from_hz
from core.analysis.frames import LEFT, MID, RIGHT, SIDE, Frames
from core.analysis.grid import SLOTS_PER_SPECTRUM
from core.analysis.level.level_steps import level_steps
from core.analysis.level.loudness import LoudnessCurves, to_lufs
from core.analysis.measurements import Faults, LowPassEdge, NoiseBurst, Pop, Rhythm, TimedPassage
from core.analysis.stereo.channel_faults import has_inverted_polarity, interchannel_delay_ms
from core.analysis.stereo.channel_passages import inverted_passages, silent_channel_passages
from core.analysis.stored_levels import to_power
from core.analysis.tone.spectrum import gated_spectrum

EDGE_FROM_HZ, EDGE_TO_HZ = 14_000.0, 21_000.0
"""Range in Hz in which an edge is searched; above 21 kHz lie the edges of converters and of sample-rate conversion."""

EDGE_DROP_DB = 30.0
EDGE_STEPS = round(1_000.0 / TOP_STEP_HZ)
EDGE_STEP_DB = 3.0
"""Least fall of an edge in dB, bands in the 1 kHz over which it is measured, and the fall from one band to the next at
which the edge begins, in dB (3 dB: at least half of that band is empty)."""

EDGE_STEADY_SHARE = 0.9
EDGE_ROW_SHARE = 0.5
"""Share of the half-seconds that must be exceeded by those that show the edge, and share of the whole file's fall from
which a half-second shows it."""

EDGE_FILLED_DB = 20.0
EDGE_LEAST_ROWS = 8
"""A half-second is looked at where the band below the edge is at most this many dB under its mean (between two cymbals
an encoder has nothing to cut), and at least eight such half-seconds (4 s) are needed."""

IDENTICAL_RATIO = 10.0 ** (-80.0 / 10.0)
DEAD_RATIO = 10.0 ** (-60.0 / 10.0)
"""Highest power ratios: side to mid of identical channels, a dead channel to the other one (mastering practice)."""

ABRUPT_END_LU = -20.0
"""End level from which an end is abrupt, in LU. Of 45 tracks those that fade or ring out end below −22 LU, loops and
excerpts above −15."""

PAUSE_S = 5.0
PAUSE_POWER = 1e-6
"""Shortest pause in seconds, and the mean square below which a slot is silent in a channel: −60 dBFS."""

END_HOPS = 5
"""Hops in which the end level is measured (50 ms): a natural end has decayed by then, a cut one has not."""

BREAK_HOPS, BREAK_RATIO = 2, 1e-2
"""Hops after the last 50 ms, and ratio of power to them (−20 dB), below which the sound has broken off there: otherwise
it dies away further, below the level at which silence begins, and ends later."""


Event = TypeVar("Event", NoiseBurst, Pop)


def measure_faults(frames: Frames, curves: LoudnessCurves, rhythm: Rhythm) -> Faults:
    """Measure the technical faults of a file.

    Args:
        frames: time tables of the file.
        curves: its loudness curves.
        rhythm: its tempo and beats.

    Returns:
        Faults as measured. Values are None where the file or its frames do not allow the measurement.
    """
    power = to_power(frames.power).sum(axis=1)
    stereo = frames.channels == 2
    end_level_lu = _end_level_lu(frames, curves)
    dropouts, clicks = find_dropouts(frames, rhythm), find_clicks(frames, rhythm)
    return Faults(
        dc_offset_per_channel=tuple(round(float(mean), 6) for mean in frames.mean),
        head_silence_s=stated(_head_hops(frames) * frames.grid.hop_s),
        tail_silence_s=stated(_tail_s(frames)),
        low_pass_edge=_low_pass_edge(frames, curves),
        identical_channels=bool(stereo and power[SIDE] <= IDENTICAL_RATIO * power[MID]),
        dead_channel=_dead_channel(power) if stereo else None,
        hum=measure_hum(frames),
        noise_floor_dbfs=measure_noise_floor(frames, curves),
        dropouts=None if dropouts is None else dropouts[:STATED_EVENTS],
        dropout_count=None if dropouts is None else count_of(dropouts, frames, HOLE),
        clicks=None if clicks is None else clicks[:STATED_EVENTS],
        click_count=None if clicks is None else count_of(clicks, frames, CLICK),
        end_level_lu=end_level_lu,
        abrupt_end=None if end_level_lu is None else end_level_lu >= ABRUPT_END_LU,
        inverted_polarity=has_inverted_polarity(frames, curves),
        interchannel_delay_ms=interchannel_delay_ms(frames),
        upsampled_from_hz=upsampled_from_hz(frames, curves),
        effective_bit_depth=effective_bit_depth(frames),
        level_steps=level_steps(frames),
        pauses=_pauses(frames),
        silent_passages=silent_channel_passages(frames) if stereo else (),
        inverted_passages=inverted_passages(frames) if stereo else (),
        noise_bursts=_listed(find_noise_bursts(frames, rhythm)),
        pops=_listed(find_pops(frames, rhythm)),
    )


def _listed(events: tuple[Event, ...] | None) -> tuple[Event, ...] | None:
    """The events that are listed."""
    return None if events is None else events[:STATED_EVENTS]


def _head_hops(frames: Frames) -> int:
    return frames.first_sound_hop if frames.first_sound_hop >= 0 else frames.whole_hops


def _tail_s(frames: Frames) -> float:
    if frames.last_sound_hop < 0:
        return frames.duration_s
    return max(0.0, frames.duration_s - (frames.last_sound_hop + 1) * frames.grid.hop_s)


def _pauses(frames: Frames) -> tuple[TimedPassage, ...]:
    """Silence between the first and the last sound."""
    slot_s = frames.grid.slot_s
    silent = to_power(frames.power[: frames.channels, : frames.whole_slots]).max(axis=0) < PAUSE_POWER
    edges = np.flatnonzero(np.diff(silent, prepend=False, append=False))
    return tuple(
        TimedPassage(stated(first * slot_s), stated(last * slot_s))
        for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
        if (last - first) * slot_s >= PAUSE_S and first > 0 and last < silent.size
    )


def _end_level_lu(frames: Frames, curves: LoudnessCurves) -> float | None:
    """Level of the last 50 ms of sound, in LU above the integrated loudness."""
    end = min(frames.last_sound_hop + 1, frames.whole_hops)
    if end < END_HOPS:
        return None
    power = to_power(frames.programme.k_power[:, end - END_HOPS : frames.whole_hops]).sum(axis=0)
    last = float(power[:END_HOPS].mean())
    for first in range(END_HOPS, power.size - END_HOPS - BREAK_HOPS, END_HOPS):
        following = float(power[first + BREAK_HOPS : first + BREAK_HOPS + END_HOPS].mean())
        if following < BREAK_RATIO * last:
            break
        last = float(power[first : first + END_HOPS].mean())
    return stated(to_lufs(last) - curves.integrated_lufs)


def _dead_channel(power: NDArray[np.float64]) -> int | None:
    left, right = power[LEFT], power[RIGHT]
    if left < DEAD_RATIO * right:
        return LEFT
    return RIGHT if right < DEAD_RATIO * left else None


def _low_pass_edge(frames: Frames, curves: LoudnessCurves) -> LowPassEdge | None:
    lower_hz = top_edges_hz(frames.sample_rate_hz)[:-1]
    if lower_hz.size <= EDGE_STEPS:
        return None
    mean_db = levels_db(gated_spectrum(frames.top_power, curves.loud_slots))
    drops = mean_db[:-EDGE_STEPS] - mean_db[EDGE_STEPS:]
    # the fall lies between the centres of the two bands compared
    centre_hz = lower_hz[:-EDGE_STEPS] + TOP_STEP_HZ / 2.0
    searched = (centre_hz >= EDGE_FROM_HZ) & (centre_hz + EDGE_STEPS * TOP_STEP_HZ <= EDGE_TO_HZ)
    if not np.any(searched):
        return None
    at = int(np.argmax(np.where(searched, drops, -np.inf)))
    drop_db = float(drops[at])
    if drop_db < EDGE_DROP_DB or _steady_share(frames, curves, at, mean_db) <= EDGE_STEADY_SHARE:
        return None
    falls_db = mean_db[at : at + EDGE_STEPS] - mean_db[at + 1 : at + EDGE_STEPS + 1]
    # 30 dB in four steps: one of them is 7.5 dB or more
    first = int(np.argmax(falls_db >= EDGE_STEP_DB))
    # how much of the band in which the fall begins is still filled
    filled = 10.0 ** (-float(falls_db[first]) / 10.0)
    return LowPassEdge(cutoff_hz=round(float(lower_hz[at + first + 1]) + TOP_STEP_HZ * filled), drop_db=stated(drop_db))


def _steady_share(frames: Frames, curves: LoudnessCurves, at: int, mean_db: NDArray[np.float64]) -> float:
    """Share of the loud half-seconds that show the edge, of those with sound below it."""
    rows = levels_db(to_power(frames.top_power[[at, at + EDGE_STEPS]]))
    loud = curves.loud_slots[: rows.shape[1] * SLOTS_PER_SPECTRUM : SLOTS_PER_SPECTRUM]
    below, above = rows[:, : loud.size][:, loud]
    filled = below >= mean_db[at] - EDGE_FILLED_DB
    if np.count_nonzero(filled) < EDGE_LEAST_ROWS:
        return 0.0
    drop_db = mean_db[at] - mean_db[at + EDGE_STEPS]
    return float(np.mean((below - above)[filled] >= EDGE_ROW_SHARE * drop_db))
