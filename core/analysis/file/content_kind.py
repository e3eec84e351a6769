"""Content: what a file holds: a piece of music, or speech, steady noise, a test tone, one sound, a bare loop.

Goal: to tell apart what a review of music makes sense for, and what it does not. In doubt it is music: ambient, drones
and noise music change over time, and that is enough.

Conventions, in the order in which they are tried. A test tone keeps all but 3 % of its power within half an octave, in
one place or gliding one way; steady noise, and a steady tone of several partials, has a spectrum that does not change
by more than chance. One sound only decays after its loudest moment. Speech has pauses between words and syllables,
about four syllables a second, no regular pulse, and little below 60 Hz. A loop repeats exactly, at a distance of at
most 12 s, from start to end. What is shorter than 10 s is too short for a piece.

Sources: share of quiet frames and modulation at 4 Hz: Scheirer & Slaney (1997), "Construction and evaluation of a
robust multifeature speech/music discriminator"; the limits were set on the material described in
core/knowledge/pages/measurement.md.
"""

from typing import NamedTuple

import numpy as np
import scipy.fft
import scipy.ndimage
from numpy.typing import NDArray

from core.analysis.decibels import levels_db, stated
from core.analysis.frames import Frames
from core.analysis.grid import HOPS_PER_SLOT
from core.analysis.level.loudness import LoudnessCurves, to_mean_square
from core.analysis.measurements import ContentKind, FileContent
from core.analysis.stored_levels import to_power

SHORT_S = 10.0
"""Length below which a file is too short for a piece, in seconds: four bars at 96 BPM."""

AUDIBLE_SHARE = 1e-4
WEAK_BAND_DB = 40.0
"""Power of a half-second relative to the loudest one below which it is not looked at, and distance below the strongest
sixth octave at which a band is not, in dB."""

NEIGHBOURS = 3
TONE_SHARE, TONE_PLACE_SHARE = 0.97, 0.9
MOST_TURNS = 0.05
"""Sixth octaves that hold a tone; its share of the power of each half-second, and of the file where it stays in place;
and share of the half-seconds in which a glide may turn back. Of 101 pieces none has more than 0.73 of a half-second."""

STEADY_SPREAD_DB = 1.2
STEADY_LEVEL_DB = 0.6
"""Most that the levels of the bands (median of their standard deviations) and of the whole may vary between
half-seconds in steady noise, in dB: Gaussian noise has 0.5 and 0.1, and of 101 pieces none less than 3.6."""

STEADY_QUIET_SHARE = 0.02
PARTIALS_SHARE = 0.5
"""Most quiet frames (`QUIET_FRAME`) in steady sound, and the share of the power in half an octave from which it is a
tone of several partials: of pink noise half an octave holds 0.06, of white noise 0.3."""

LEAST_ROWS = 4
"""Fewest half-seconds to judge steadiness and tones by."""

ONE_SHOT_S = 20.0
ONE_SHOT_RISE_DB, ONE_SHOT_FALL_DB = 3.0, 20.0
ONE_SHOT_PEAK_SHARE = 0.4
"""Longest single sound; most that its level may rise again, and least that it must fall after its loudest moment, in
dB; latest place of that moment, as a share of its length."""

QUIET_FRAME = 0.5
SPEECH_QUIET_SHARE = 0.42
SPEECH_PAUSE_SHARE = 0.15
PAUSE_LU = 20.0
"""A frame of 20 ms is quiet below half the mean of its second; least share of quiet frames in speech; least share of it
that lies in pauses, and how far these are below the integrated loudness, in LU."""

SYLLABLES_HZ, MODULATION_HZ = (2.5, 7.0), (0.5, 25.0)
SPEECH_SYLLABLE_SHARE = 0.385
PULSE_HZ = (0.5, 12.0)
SPEECH_PULSE = 1.5
"""Rates of syllables, and of all modulation of the level that is looked at, in Hz; least share of syllables in it;
rates of a pulse, and the highest line that speech has there, over what chance gives a file of this length."""

EVEN_QUIET_SHARE, EVEN_PAUSE_SHARE, EVEN_SYLLABLE_SHARE, EVEN_PULSE = 0.34, 0.11, 0.37, 1.0
"""The same of speech that is read evenly, as synthesisers do: shorter pauses, and less of a pulse. Of 101 pieces four
have as little pulse; the nearest of them is a solo guitar with 0.354 of its modulation at the rates of syllables."""

SPEECH_SUB_SHARE = 10.0 ** (-25.0 / 10.0)
"""Most power below 60 Hz in speech, as a share of all."""

LOOP_FROM_S, LOOP_TO_S = 0.3, 12.0
LOOP_LEAST_TIMES = 2.5
LOOP_DIFFERENCE = 0.02
LOOP_SMOOTH_HOPS, LOOP_SLOW_HOPS = 5, 100
LOOP_FLOOR_DB = 40.0
"""Shortest and longest loop in seconds, and how often it must be heard; most mean square difference of its levels from
those a loop later, as a share of what two unrelated moments differ by; hops over which levels are averaged, and over
whose mean they count; distance below the loudest hop at which levels
end, in dB."""


def measure_content(frames: Frames, curves: LoudnessCurves) -> FileContent:
    """Find out what a file holds.

    Args:
        frames: time tables of the file.
        curves: its loudness curves.

    Returns:
        The kind, and the numbers that it rests on.
    """
    level = frames.programme.k_power[:, : frames.whole_hops]
    power = to_power(level).sum(axis=0)
    spectrum = _spectrum(frames)
    speech = _speech(frames, curves, power)
    repeats_s = _repeats_s(frames)
    return FileContent(
        kind=_kind(frames, power, spectrum, speech, repeats_s),
        tone_share=stated(spectrum.tone_share),
        spread_db=stated(spectrum.spread_db),
        quiet_share=stated(speech.quiet_share),
        pause_share=stated(speech.pause_share),
        syllable_share=stated(speech.syllable_share),
        pulse=stated(speech.pulse),
        repeats_s=None if repeats_s is None else stated(repeats_s),
    )


class _Spectrum(NamedTuple):
    """How tonal and how steady the half-seconds are."""

    rows: int
    tone_share: float
    is_in_one_way: bool
    spread_db: float
    level_spread_db: float


class _Speech(NamedTuple):
    """What speech is known by."""

    quiet_share: float
    pause_share: float
    syllable_share: float
    pulse: float
    sub_share: float


def _kind(
    frames: Frames,
    power: NDArray[np.float64],
    spectrum: _Spectrum,
    speech: _Speech,
    repeats_s: float | None,
) -> ContentKind:
    if spectrum.rows >= LEAST_ROWS and spectrum.tone_share >= TONE_SHARE and spectrum.is_in_one_way:
        return ContentKind.TEST_TONE
    if spectrum.rows >= LEAST_ROWS and _is_steady(spectrum) and speech.quiet_share <= STEADY_QUIET_SHARE:
        return ContentKind.TEST_TONE if spectrum.tone_share >= PARTIALS_SHARE else ContentKind.STEADY_NOISE
    if frames.duration_s <= ONE_SHOT_S and _only_decays(power):
        return ContentKind.ONE_SHOT
    if _is_speech(speech):
        return ContentKind.SPEECH
    if repeats_s is not None:
        return ContentKind.LOOP
    return ContentKind.SHORT if frames.duration_s < SHORT_S else ContentKind.MUSIC


def _is_steady(spectrum: _Spectrum) -> bool:
    return spectrum.spread_db <= STEADY_SPREAD_DB and spectrum.level_spread_db <= STEADY_LEVEL_DB


def _is_speech(speech: _Speech) -> bool:
    has_pauses = (
        speech.quiet_share >= SPEECH_QUIET_SHARE
        and speech.pause_share >= SPEECH_PAUSE_SHARE
        and speech.syllable_share >= SPEECH_SYLLABLE_SHARE
        and speech.pulse <= SPEECH_PULSE
    )
    is_even = (
        speech.quiet_share >= EVEN_QUIET_SHARE
        and speech.pause_share >= EVEN_PAUSE_SHARE
        and speech.syllable_share >= EVEN_SYLLABLE_SHARE
        and speech.pulse <= EVEN_PULSE
    )
    return (has_pauses or is_even) and speech.sub_share <= SPEECH_SUB_SHARE


def _spectrum(frames: Frames) -> _Spectrum:
    rows = to_power(frames.sixth_octave_power)
    # the last half-second may be cut off
    rows = rows[:, :-1] if rows.shape[1] > LEAST_ROWS else rows
    total = rows.sum(axis=0)
    rows = rows[:, total > AUDIBLE_SHARE * total.max()]
    if not rows.size:  # a click, for example, that falls between the windows of the spectrum
        return _Spectrum(rows=0, tone_share=0.0, is_in_one_way=False, spread_db=0.0, level_spread_db=0.0)
    total = rows.sum(axis=0)
    three = np.lib.stride_tricks.sliding_window_view(rows, NEIGHBOURS, axis=0).sum(axis=-1)
    steps = np.diff(three.argmax(axis=0))
    turns = min(np.mean(steps > 0), np.mean(steps < 0)) if steps.size else 0.0
    stays = three.sum(axis=1).max() >= TONE_PLACE_SHARE * total.sum()
    levels = levels_db(rows)
    mean = levels_db(rows.mean(axis=1))
    strong = levels[mean >= mean.max() - WEAK_BAND_DB]
    return _Spectrum(
        rows=rows.shape[1],
        tone_share=float(np.median(three.max(axis=0) / total)),
        is_in_one_way=bool(stays or turns <= MOST_TURNS),
        spread_db=float(np.median(strong.std(axis=1))),
        level_spread_db=float(levels_db(total).std()),
    )


def _speech(frames: Frames, curves: LoudnessCurves, power: NDArray[np.float64]) -> _Speech:
    hops_per_s = round(1.0 / frames.grid.hop_s)
    seconds = power.size // hops_per_s
    twenty_ms = power[: seconds * hops_per_s].reshape(seconds, hops_per_s // 2, 2).mean(axis=-1)
    quiet = twenty_ms < QUIET_FRAME * twenty_ms.mean(axis=1, keepdims=True)
    # in single precision: of an hour there are 360,000 values, and the transform takes several times their memory
    envelope = np.sqrt(power)
    envelope = ((envelope - envelope.mean()) * np.hanning(power.size)).astype(np.float32)
    size = int(scipy.fft.next_fast_len(power.size, real=True))
    spectrum = np.abs(scipy.fft.rfft(envelope, size)) ** 2
    rate_hz = np.arange(spectrum.size) / (size * frames.grid.hop_s)
    ranges = (MODULATION_HZ, SYLLABLES_HZ, PULSE_HZ)
    every, syllables, pulse = (spectrum[(rate_hz > low) & (rate_hz < high)] for low, high in ranges)
    bands = to_power(frames.band_power[: frames.channels]).mean(axis=(0, 2))
    moves = every.sum() > 0.0 and pulse.size > 0
    return _Speech(
        quiet_share=float(quiet.mean()) if seconds else 0.0,
        pause_share=float(np.mean(power < to_mean_square(curves.integrated_lufs - PAUSE_LU))),
        syllable_share=float(syllables.sum() / every.sum()) if moves else 0.0,
        pulse=float(pulse.max() / pulse.mean() / pulse.size**0.5) if moves and pulse.mean() > 0.0 else 0.0,
        sub_share=float(bands[0] / bands.sum()) if bands.sum() > 0.0 else 0.0,
    )


def _only_decays(power: NDArray[np.float64]) -> bool:
    """Whether the level only falls after its loudest tenth of a second."""
    slots = power[: power.size // HOPS_PER_SLOT * HOPS_PER_SLOT].reshape(-1, HOPS_PER_SLOT).mean(axis=1)
    levels = levels_db(slots)
    peak = int(levels.argmax())
    after = np.maximum(levels[peak:], levels[peak] - WEAK_BAND_DB)
    rise = float((after - np.minimum.accumulate(after)).max())
    falls = levels[peak] - float(after[-1]) >= ONE_SHOT_FALL_DB
    return falls and rise <= ONE_SHOT_RISE_DB and peak <= ONE_SHOT_PEAK_SHARE * levels.size


def _repeats_s(frames: Frames) -> float | None:
    """Length of the loop that the whole file repeats; None where it repeats nothing exactly."""
    levels = levels_db(to_power(frames.attack_power[:, : frames.whole_hops])).astype(np.float32)
    levels = np.maximum(levels, levels.max() - LOOP_FLOOR_DB)
    # only what changes within a second: a swell may repeat without anything in it doing so
    levels = scipy.ndimage.uniform_filter1d(levels, LOOP_SMOOTH_HOPS, axis=1)
    levels -= scipy.ndimage.uniform_filter1d(levels, LOOP_SLOW_HOPS, axis=1)
    hops, hop_s = levels.shape[1], frames.grid.hop_s
    lags = np.arange(round(LOOP_FROM_S / hop_s), min(round(LOOP_TO_S / hop_s), int(hops / LOOP_LEAST_TIMES)) + 1)
    squares = (levels**2).sum(axis=0, dtype=np.float64)
    variance = float(squares.sum()) / max(1, hops)
    if not lags.size or variance <= 0.0:
        return None
    size = int(scipy.fft.next_fast_len(hops + int(lags[-1]) + 1, real=True))
    # row by row, which takes a third of the memory
    spectrum = sum(np.abs(scipy.fft.rfft(row, size)) ** 2 for row in levels)
    products = scipy.fft.irfft(spectrum, size)[lags].astype(np.float64)
    squares = np.concatenate([[0.0], np.cumsum(squares)])
    both = squares[hops - lags] + squares[hops] - squares[lags]
    difference = (both - 2.0 * products) / (hops - lags) / (2.0 * variance)
    best = int(difference.argmin())
    return float(lags[best] * hop_s) if difference[best] <= LOOP_DIFFERENCE else None
