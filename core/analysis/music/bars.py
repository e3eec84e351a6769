"""Bars: which beats are the first of a bar.

Goal: the first beats of bars of four, given only where the evidence agrees.

Conventions: eight places are compared, the half-beats of a bar of four beats: a grid may lie on the off-beats as well.
Each kind of evidence is read at every half-beat, in units of its deviation over the song, and averaged per place.
Three differences of these means are formed: *beats* against off-beats, *pairs* (first and third beat) against the
other beats, and *first* beat against third. Their weighted sum is a logarithm of odds; `confidence` is the share of
the best place. No bars are given below `MIN_CONFIDENCE`, nor where they rest on the song's entry alone, nor where the
evidence repeats every three beats rather than every four.

Evidence: onsets in all bands and below 550 Hz; rises of 20–150 Hz (kicks, bass notes); how much the
pitch classes of the next one, two and four beats differ from those before (chords change at bar lines); and whether the
file, or its first sound after silence, begins there: songs are exported from a bar line.

Sources: conditional logit, McFadden (1974), "Conditional logit analysis of qualitative choice behavior"; harmonic
change at downbeats, Goto & Muraoka (1999), "Real-time beat tracking for drumless audio signals". The weights were
fitted to one half of the annotated music and judged on the other (core/knowledge/pages/measurement.md).
"""

from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import scipy.ndimage
from numpy.typing import NDArray

from core.analysis.decibels import stated
from core.analysis.frames import Frames
from core.analysis.grid import SLOTS_PER_CHROMA
from core.analysis.measurements import Bars, BeatGrid, Rhythm
from core.analysis.measurements.music import BAR_LINE_SLACK_S, octave_between
from core.analysis.music.beats import LONGEST_S, Grid, Novelty, find_grid, novelty
from core.analysis.music.repetition import RISE_HOPS
from core.analysis.scanning.chroma import CHROMA_BINS
from core.analysis.stored_levels import to_power

BEATS_PER_BAR = 4
PLACES = 2 * BEATS_PER_BAR
"""Beats and half-beats of a bar."""

MIN_BARS = 8
"""Fewest bars in which first beats are looked for: fewer give too little evidence."""

NEAR_HOPS = 4
"""Hops to either side of a half-beat within which its evidence is the highest value (40 ms)."""

KICK_SHARE = 0.95
"""Quantile of the rises at all half-beats that a rise is measured against."""

MOST_KICK = 1.5
"""Largest evidence of one kick, so that single hits do not dominate."""

HARMONY_BEATS = (1, 2, 4)
LEAST_CHROMA = 1e-4
"""Beats before and after a place whose pitch classes are compared, and least length of their vector: passages without
notes have no harmony that changes."""

ENTRY_S = 0.06
"""Largest distance between the entry of the song and a half-beat: MP3 encoders put up to 50 ms of silence before a
song."""

LEAD_IN_S = 0.1
"""Silence at the start above which it is not the encoder's: then the first sound counts as the entry, not the start."""

WEIGHTS = MappingProxyType(
    {
        "beats": MappingProxyType({"whole": 1.2, "low": 1.1}),
        "pairs": MappingProxyType({"kick": 1.0, "harmony_1": 1.7}),
        "first": MappingProxyType({"low": 1.2, "kick": 1.3, "harmony_1": 1.6, "harmony_2": 1.3, "harmony_4": 0.9}),
    }
)
"""Weight of each kind of evidence in each of the three differences, per deviation: a conditional logit with a quadratic
penalty of 0.1, fitted to half of the annotated music, where recordings count 1 and renders 0.4."""

ENTRY_WEIGHT = 1.5
"""Weight of the place on which the song begins: 1.9 in the fit, less here because a song may begin with a pick-up or a
cut."""

MIN_CONFIDENCE = 0.8
"""Least share of the best place: the lowest limit at which no bar was wrong in the half that the weights were fitted
to."""

LEAST_WITHOUT_ENTRY = 0.5
"""Least share of the best place without the evidence of the entry: in equal strokes no beat is the first of a bar."""

METRE_KINDS = ("low", "high", "kick", "harmony_1", "harmony_2")
"""Evidence whose repetition distinguishes bars of three from bars of four."""

MIN_THREES = 0.5
"""Least excess of the likeness at three and six beats over that at four and eight for bars of three: waltzes reach 1 to
2, music in four at most 0.1."""


@dataclass(frozen=True, slots=True, eq=False)
class BeatEvidence:
    """Evidence at every half-beat of a grid.

    Attributes:
        values: by kind, shape (half-beats,), mean 0 and deviation 1 over the song.
        entry: the half-beat, modulo `PLACES`, on which the file begins; None where it begins beside the beats.
        first_s: time of the first half-beat.
    """

    values: dict[str, NDArray[np.float64]]
    entry: int | None
    first_s: float


def with_beats(frames: Frames, rhythm: Rhythm) -> Rhythm:
    """Find the beats and bars of a file, at its tempo and at half and double of it.

    Args:
        frames: time tables of the file.
        rhythm: its tempo.

    Returns:
        The same with `beats`, and the alternatives at half and double the tempo with theirs; without where there is no
        steady tempo, or the file is longer than `LONGEST_S`.
    """
    if rhythm.tempo_bpm is None or rhythm.tempi or frames.duration_s > LONGEST_S:
        return rhythm
    rises = novelty(frames)
    grid = find_grid(rises.whole, frames.grid.hop_s, rhythm.tempo_bpm)
    if grid is None:
        return rhythm
    alternatives = []
    for other in rhythm.alternatives:
        ratio = octave_between(other.tempo_bpm, rhythm.tempo_bpm)
        beats = None if ratio is None else _beats_on(frames, rises, replace(grid, beat_s=grid.beat_s / ratio))
        alternatives.append(replace(other, beats=beats))
    return replace(rhythm, beats=_beats_on(frames, rises, grid), alternatives=tuple(alternatives))


def measure_beats(frames: Frames, rhythm: Rhythm) -> BeatGrid | None:
    """The beats and bars of a file at its tempo; None where there is no steady tempo (see `with_beats`)."""
    return with_beats(frames, replace(rhythm, alternatives=())).beats


def _beats_on(frames: Frames, rises: Novelty, grid: Grid) -> BeatGrid:
    """Beats on the half-beats of a grid that most evidence speaks for, and bars where they are sure."""
    evidence = evidence_at_half_beats(frames, rises, grid)
    shares, from_music = place_shares(evidence), place_shares(replace(evidence, entry=None))
    on_beats = np.array([shares[0::2].sum(), shares[1::2].sum()])
    parity = int(np.argmax(on_beats))
    place = parity + 2 * int(np.argmax(shares[parity::2]))
    confidence = float(shares[place])
    step_s = grid.beat_s / 2.0
    bars = None
    is_long = next(iter(evidence.values.values())).size >= MIN_BARS * PLACES
    is_sure = confidence >= MIN_CONFIDENCE and from_music[place] >= LEAST_WITHOUT_ENTRY
    in_threes = is_long and _repeats_in_threes(evidence, parity)
    if is_long and is_sure and not in_threes:
        bar_s = BEATS_PER_BAR * grid.beat_s
        first_s = _first_from_start(evidence.first_s + place * step_s, bar_s)
        bars = Bars(stated(first_s), bar_s, BEATS_PER_BAR, stated(confidence))
    first_s = _first_from_start(evidence.first_s + parity * step_s, grid.beat_s)
    return BeatGrid(stated(first_s), grid.beat_s, stated(grid.regularity), bars, in_threes)


def _first_from_start(time_s: float, step_s: float) -> float:
    """Time of the first of equal steps within the file, or at most `BAR_LINE_SLACK_S` before it."""
    first_s = time_s % step_s
    return first_s - step_s if step_s - first_s <= BAR_LINE_SLACK_S else first_s


def evidence_at_half_beats(frames: Frames, rises: Novelty, grid: Grid) -> BeatEvidence:
    """Read every kind of evidence at every half-beat.

    Args:
        frames: time tables of the file.
        rises: its novelty.
        grid: its beats.

    Returns:
        Evidence by kind, shape (half-beats,) each.
    """
    hop_s, step_s = frames.grid.hop_s, grid.beat_s / 2.0
    first_s = grid.origin_s % step_s
    times_s = np.arange(first_s, rises.whole.size * hop_s, step_s)
    hops = np.minimum(np.rint(times_s / hop_s).astype(np.intp), rises.whole.size - 1)
    kinds = {
        "whole": _highest_near(rises.whole, hops),
        "low": _highest_near(rises.low, hops),
        "high": _highest_near(rises.high, hops),
        "kick": _kicks(frames, hops),
        **_harmonic_changes(frames, times_s, grid.beat_s),
    }
    values = {name: (kind - kind.mean()) / (kind.std() + 1e-9) for name, kind in kinds.items()}
    return BeatEvidence(values, _entry(frames, first_s, step_s), first_s)


def _highest_near(curve: NDArray[np.float32], hops: NDArray[np.intp]) -> NDArray[np.float64]:
    highest: NDArray[np.float64] = scipy.ndimage.maximum_filter1d(curve, 2 * NEAR_HOPS + 1)[hops].astype(np.float64)
    return highest


def _kicks(frames: Frames, hops: NDArray[np.intp]) -> NDArray[np.float64]:
    """Root of the rise in amplitude of 20–150 Hz, relative to the quantile `KICK_SHARE` of the song."""
    amplitude = np.sqrt(to_power(frames.attack_power[0, : frames.whole_hops])).astype(np.float32)
    rise = np.zeros_like(amplitude)
    # centred, so that it is highest where the onset flux is
    rise[RISE_HOPS - 1 : -1] = np.maximum(amplitude[RISE_HOPS:] - amplitude[:-RISE_HOPS], 0.0)
    rises = _highest_near(rise, hops)
    kicks: NDArray[np.float64] = np.sqrt(rises / (np.quantile(rises, KICK_SHARE) + 1e-9))
    return np.minimum(kicks, MOST_KICK)


def _harmonic_changes(frames: Frames, times_s: NDArray[np.float64], beat_s: float) -> dict[str, NDArray[np.float64]]:
    """1 − cosine between the pitch classes before and after each time, over one, two and four beats."""
    bins = CHROMA_BINS // 12
    # a pitch class reaches half a semitone down
    rows = np.roll(np.arange(CHROMA_BINS), bins // 2).reshape(12, bins)
    classes = np.array([frames.chroma[row].sum(axis=0, dtype=np.float64) for row in rows])
    classes *= np.sqrt(to_power(frames.chroma_level)) / (np.linalg.norm(classes, axis=0) + 1e-9)
    classes /= np.abs(classes).max(initial=1e-12)
    sums = np.zeros((12, classes.shape[1] + 1))
    np.cumsum(classes, axis=1, out=sums[:, 1:])
    row_s = SLOTS_PER_CHROMA * frames.grid.slot_s

    def mean(from_s: NDArray[np.float64], to_s: NDArray[np.float64]) -> NDArray[np.float64]:
        first, last = (np.clip(np.rint(edge / row_s).astype(np.intp), 0, classes.shape[1]) for edge in (from_s, to_s))
        means: NDArray[np.float64] = (sums[:, last] - sums[:, first]) / np.maximum(1, last - first)
        return means

    changes = {}
    for beats in HARMONY_BEATS:
        before, after = mean(times_s - beats * beat_s, times_s), mean(times_s, times_s + beats * beat_s)
        lengths = np.linalg.norm(before, axis=0), np.linalg.norm(after, axis=0)
        sounds = np.minimum(*lengths) > LEAST_CHROMA
        cosine = (before * after).sum(axis=0) / np.maximum(lengths[0] * lengths[1], 1e-12)
        changes[f"harmony_{beats}"] = np.where(sounds, 1.0 - cosine, 0.0)
    return changes


def _entry(frames: Frames, first_s: float, step_s: float) -> int | None:
    """The half-beat, modulo `PLACES`, on which the song begins; None where it begins on no half-beat."""
    sound_s = max(0, frames.first_sound_hop) * frames.grid.hop_s
    entry_s = sound_s if sound_s > LEAD_IN_S else 0.0
    step = round((entry_s - first_s) / step_s)
    return step % PLACES if abs(first_s + step * step_s - entry_s) <= ENTRY_S else None


def place_shares(evidence: BeatEvidence) -> NDArray[np.float64]:
    """Probability that each half-beat of a bar is its first beat (conditional logit), shape (8,), sum 1."""
    odds = np.zeros(PLACES)
    for name, kind in evidence.values.items():
        for weights, difference in zip(WEIGHTS.values(), differences(kind), strict=True):
            odds += weights.get(name, 0.0) * difference
    if evidence.entry is not None:
        odds[evidence.entry] += ENTRY_WEIGHT
    shares = np.exp(odds - odds.max())
    likely: NDArray[np.float64] = shares / shares.sum()
    return likely


def differences(kind: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """The three differences of one kind of evidence, shape (half-beats,).

    Returns:
        Beats, pairs and first, shape (8,) each: the value for each place taken as the first beat.
    """
    means = np.array([kind[place::PLACES].mean() if kind[place::PLACES].size else 0.0 for place in range(PLACES)])
    third = np.roll(means, -PLACES // 2)
    pair = (means + third) / 2.0
    beats = (pair + np.roll(pair, -PLACES // 4)) / 2.0
    return beats - np.roll(beats, -1), pair - beats, (means - third) / 2.0


def _repeats_in_threes(evidence: BeatEvidence, parity: int) -> bool:
    """Whether the evidence is more alike three and six beats later than four and eight beats later."""
    kinds = [evidence.values[name][parity::2] for name in METRE_KINDS]

    def likeness(beats: int) -> float:
        return float(np.mean([np.mean(kind[beats:] * kind[:-beats]) for kind in kinds]))

    return likeness(3) + likeness(6) - likeness(4) - likeness(8) >= MIN_THREES
