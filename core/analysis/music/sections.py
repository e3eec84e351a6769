"""Sections: the parts of the song, and names for them.

Goal: where each part begins and ends, how loud it is, what its tone is, and a name for it where the energy gives one.

Conventions: the loudness of a part is that of all its sound, K-weighted and ungated. Its tone is the power in the
seven bands relative to all bands of the part. Names come from loudness and low end alone: the loudest parts are
"drop" (where the low end comes back with them) or "chorus", quiet ends "intro" and "outro", quiet parts without low end
"break", or "build" where they rise into a loud part, the rest "verse". A confidence says how far a part is beyond the
limits of its name, 0.5 to 0.95; a part without a name gets a letter ("section A"; same letter, same sound) and 0. Files
below 30 s are one part.

Sources: Sections of club music differ by 2–5 LU (measured on annotated house tracks); the limits are half of that.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.analysis.decibels import levels_db, ratio_db, stated
from core.analysis.frames import LEFT, Frames
from core.analysis.grid import HOPS_PER_SLOT
from core.analysis.level.loudness import to_lufs
from core.analysis.measurements import BAND_EDGES_HZ, LOW_END_BANDS, Rhythm, Section
from core.analysis.music.boundaries import find_boundaries
from core.analysis.stored_levels import summed_power, to_power

HIGH_END = ("high_5k_10k", "air_10k_20k")

PEAK_LU = 1.5
"""Parts within this many LU of the loudest one count as the loudest parts."""

CONTRAST_LU = 2.0
"""Least difference between the loudest and the quietest part in LU: below it no part gets a name."""

MOST_AT_PEAK = 0.6
"""Largest share of the song that the loudest parts may take: above it no part gets a name."""

QUIET_LU, NO_LOW_DB = 2.0, 8.0
"""Distance below the loudest parts: of the loudness of a quiet part, of the low end of a part without one."""

VERSE_LU = 1.5
RISE_LU, RISE_HIGH_DB = 1.5, 3.0
"""Least distance of a verse below the loudest part; least rise of a build from its first to its last third, in loudness
or in the high end."""

SURE_LU = 6.0
"""Distance beyond the limit of a name (LU or dB) at which its confidence is highest."""

LEAST_CONFIDENCE, MOST_CONFIDENCE = 0.5, 0.95
"""Confidence of a name at its limit, and at `SURE_LU` beyond it."""

SAME_SOUND_DB = 3.0
"""Mean difference of the bands in dB below which two parts share a letter."""

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the song with the values that its name is made from.

    Attributes:
        start: first slot.
        end: slot after the last.
        loudness_lufs: loudness of all its sound, ungated.
        bands: mean square per band, shape (7,).
        low_db: level of the low end.
        rise_lu: loudness of the last third above the first.
        rise_high_db: level of the high end in the last third above the first.
    """

    start: int
    end: int
    loudness_lufs: float
    bands: NDArray[np.float64]
    low_db: float
    rise_lu: float
    rise_high_db: float


def measure_sections(frames: Frames, rhythm: Rhythm) -> tuple[Section, ...]:
    """Find the sections of a file.

    Args:
        frames: time tables of the file.
        rhythm: its tempo and bars.

    Returns:
        Sections in time order, without gaps, from the first sound of the file to its last.
    """
    first, last = 0, frames.power.shape[1]
    # a file that never reaches −60 dBFS may still be music
    if frames.first_sound_hop >= 0:
        first = frames.first_sound_hop // HOPS_PER_SLOT
        last = -(-(frames.last_sound_hop + 1) // HOPS_PER_SLOT)
    starts = find_boundaries(frames, rhythm, first, last)
    ends = [*starts[1:], last]
    parts = _parts(frames, starts, ends)
    slot_s = frames.grid.slot_s
    edges_s = [first * slot_s, *(_on_bar_line(start * slot_s, rhythm, slot_s) for start in starts[1:])]
    edges_s.append(min(last * slot_s, frames.duration_s))
    return tuple(
        Section(
            start_s=stated(edges_s[number]),
            end_s=stated(edges_s[number + 1]),
            label=label,
            short_term_lufs=stated(part.loudness_lufs),
            confidence=stated(confidence),
            bands_db={
                name: ratio_db(float(power), float(part.bands.sum()))
                for name, power in zip(BAND_EDGES_HZ, part.bands, strict=True)
            },
        )
        for number, (part, (label, confidence)) in enumerate(zip(parts, _labels(parts), strict=True))
    )


def _on_bar_line(time_s: float, rhythm: Rhythm, slot_s: float) -> float:
    """The bar line within one slot of a boundary, which is more exact than the slot; else the boundary itself."""
    bars = rhythm.bars
    if bars is None:
        return time_s
    line_s = bars.first_downbeat_s + bars.bar_s * round((time_s - bars.first_downbeat_s) / bars.bar_s)
    return line_s if abs(line_s - time_s) <= slot_s else time_s


def _parts(frames: Frames, starts: list[int], ends: list[int]) -> list[_Part]:
    slots = frames.power.shape[1]
    loudness = np.zeros(slots)
    for channel in frames.programme.k_power:
        starts_of_slots = np.arange(0, channel.size, HOPS_PER_SLOT)
        loudness += np.add.reduceat(to_power(channel), starts_of_slots) / HOPS_PER_SLOT
    bands = summed_power(frames.band_power[LEFT : LEFT + frames.channels])
    return [_part(loudness, bands, start, end) for start, end in zip(starts, ends, strict=True)]


def _part(loudness: NDArray[np.float64], bands: NDArray[np.float64], start: int, end: int) -> _Part:
    names = list(BAND_EDGES_HZ)
    third = max(1, (end - start) // 3)
    high = bands[[names.index(name) for name in HIGH_END], start:end].sum(axis=0)
    mean = bands[:, start:end].mean(axis=1)
    low_db, before_db, after_db = levels_db(
        [mean[[names.index(name) for name in LOW_END_BANDS]].sum(), high[:third].mean(), high[-third:].mean()]
    )
    return _Part(
        start=start,
        end=end,
        loudness_lufs=to_lufs(float(loudness[start:end].mean())),
        bands=mean,
        low_db=float(low_db),
        rise_lu=to_lufs(float(loudness[end - third : end].mean()))
        - to_lufs(float(loudness[start : start + third].mean())),
        rise_high_db=float(after_db - before_db),
    )


def _labels(parts: list[_Part]) -> list[tuple[str, float]]:
    """Name and confidence of each part."""
    loudest = max(part.loudness_lufs for part in parts)
    contrast = loudest - min(part.loudness_lufs for part in parts)
    names: list[tuple[str, float] | None] = [None] * len(parts)
    peaks = [part for part in parts if loudest - part.loudness_lufs <= PEAK_LU]
    share = sum(part.end - part.start for part in peaks) / (parts[-1].end - parts[0].start)
    if len(parts) > 2 and contrast >= CONTRAST_LU and share <= MOST_AT_PEAK:
        low_db = max(part.low_db for part in peaks)
        peak_name = _peak_name(parts, peaks)
        for place, part in enumerate(parts):
            if part in peaks:
                # how far the rest of the song lies below
                names[place] = (peak_name, _confidence(contrast - CONTRAST_LU))
            else:
                next_is_peak = place + 1 < len(parts) and parts[place + 1] in peaks
                names[place] = _quiet_name(part, place, len(parts), loudest, low_db, next_is_peak=next_is_peak)
    letters = _letters([part for part, name in zip(parts, names, strict=True) if name is None])
    return [name or (f"section {next(letters)}", 0.0) for name in names]


def _peak_name(parts: list[_Part], peaks: list[_Part]) -> str:
    """Name of the loudest parts: "drop" if the low end returns at half of their beginnings or more, else "chorus"."""
    entries = [(before, part) for before, part in itertools.pairwise(parts) if part in peaks]
    entries = [(before, part) for before, part in entries if before not in peaks]
    returns = sum(part.low_db - before.low_db >= NO_LOW_DB for before, part in entries)
    return "drop" if entries and 2 * returns >= len(entries) else "chorus"


def _quiet_name(
    part: _Part, place: int, count: int, loudest: float, low_db: float, *, next_is_peak: bool
) -> tuple[str, float] | None:
    """Name and confidence of a part that is not among the loudest; None where no name fits its energy."""
    below_lu, without_low_db = loudest - part.loudness_lufs, low_db - part.low_db
    quiet = max(below_lu - QUIET_LU, without_low_db - NO_LOW_DB)
    if place == 0:
        return ("intro", _confidence(quiet)) if quiet >= 0.0 else None
    if place == count - 1:
        return ("outro", _confidence(quiet)) if quiet >= 0.0 else None
    rise = max(part.rise_lu - RISE_LU, part.rise_high_db - RISE_HIGH_DB)
    if next_is_peak and without_low_db >= NO_LOW_DB / 2.0 and rise >= 0.0:
        return "build", _confidence(rise)
    if without_low_db >= NO_LOW_DB and below_lu >= QUIET_LU:
        return "break", _confidence(min(below_lu - QUIET_LU, without_low_db - NO_LOW_DB))
    if below_lu >= VERSE_LU and without_low_db < NO_LOW_DB:
        return "verse", _confidence(min(below_lu - VERSE_LU, NO_LOW_DB - without_low_db))
    return None


def _confidence(beyond: float) -> float:
    share = min(1.0, max(0.0, beyond / SURE_LU))
    return LEAST_CONFIDENCE + (MOST_CONFIDENCE - LEAST_CONFIDENCE) * share


def _letters(parts: list[_Part]) -> Iterator[str]:
    """A letter for each part; parts with the same sound share one."""
    known: list[NDArray[np.float64]] = []
    for part in parts:
        bands_db = levels_db(part.bands)
        same = [place for place, other in enumerate(known) if np.abs(bands_db - other).mean() < SAME_SOUND_DB]
        if not same:
            known.append(bands_db)
        yield LETTERS[(same[0] if same else len(known) - 1) % len(LETTERS)]
