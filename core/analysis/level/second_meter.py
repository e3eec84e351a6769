"""The second meter: pyloudnorm measures the loudest 15 s of a file again, and both meters must agree.

Goal: notice on the user's own file when our compiled kernels give another loudness than ITU-R BS.1770 (a damaged cache
of compiled code, another processor, another compiler), which no test on a developer's machine can see.

Conventions: the passage is the stretch of `PASSAGE_HOPS` hops with the most energy, chosen by plain sums of squares and
not by the meter under test. Its samples are kept while the file is scanned: decoding a track again up to its loudest
15 s takes 1.3 ms per second of MP3, about 150 ms per 4-minute track. Both meters are gated alike, by the blocks that
pyloudnorm lets through, so that a block on the edge of a gate is no difference between them.

Sources: pyloudnorm 0.2 (Steinmetz and Reiss, AES Convention 150, 2021) with the coefficients of De Man, which follow
the standard at every sample rate.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyloudnorm
from numpy.typing import NDArray

from core.analysis.frames import Frames
from core.analysis.grid import HOPS_PER_SLOT, TimeGrid
from core.analysis.level.loudness import MOMENTARY_HOPS, OFFSET_LU, gated, momentary_powers, to_lufs
from core.analysis.measurements import Analysis, SecondMeter
from core.audio.layouts import Speaker
from core.values.errors import DependencyCode, DependencyError

PASSAGE_HOPS = 1_500
"""Length of the passage: 15 s, which holds 147 gating blocks and takes pyloudnorm 22 to 45 ms."""

LEAD_HOPS = 100
"""Hops before the passage that pyloudnorm filters but that are not compared: 1 s, in which its filters settle after
starting inside a song (the response of the 38 Hz high-pass falls by 100 dB in 50 ms)."""

LARGEST_DIFFERENCE_LU = 0.01
"""Largest accepted difference between the meters in LU. On 101 real tracks they differ by 0.00012 LU at most, on a
steady tone by 0.0025 LU (the rounding of a stored hop)."""

DIFFERENCE_DECIMALS = 6
"""Decimals kept of the difference, which is of the order of 0.0001 LU."""

HOPS_PER_SECOND = 100
"""Hops per second in the sample rate given to pyloudnorm (see `_block_powers`)."""

PYLOUDNORM_ORDER = (Speaker.LEFT, Speaker.RIGHT, Speaker.CENTRE, Speaker.LEFT_SURROUND, Speaker.RIGHT_SURROUND)
"""The channels that pyloudnorm weighs, in its order: 1, 1, 1, 1.41, 1.41. Low-frequency effects do not count."""


@dataclass(frozen=True, slots=True, eq=False)
class PassageSamples:
    """Samples to be measured again.

    Attributes:
        samples: (channels, n), full scale = 1; `lead_hops` of them come before the passage.
        lead_hops: 0 at the start of the file, else `LEAD_HOPS`.
        first_hop: the hop of the file with which the passage begins.
    """

    samples: NDArray[np.float32]
    lead_hops: int
    first_hop: int


class LoudestPassage:
    """The 15 s of a stream that have the most energy.

    Passages begin at 0:00, 0:15, 0:30 and so on. Two passages are in memory at a time: 11 MiB at 44.1 kHz in stereo.
    """

    def __init__(self, sample_rate_hz: int, channels: int) -> None:
        hop_samples = TimeGrid.at(sample_rate_hz).hop_samples
        self._lead = LEAD_HOPS * hop_samples
        shape = (channels, self._lead + PASSAGE_HOPS * hop_samples)
        self._collecting, self._other = np.empty(shape, np.float32), np.empty(shape, np.float32)
        self._filled = self._lead
        self._first_hop = 0
        self._energy = 0.0
        self._best: PassageSamples | None = None

    def watched(self, blocks: Iterable[NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
        """Hand on the blocks of a stream unchanged, shape (channels, n) each, and look for the passage meanwhile."""
        for block in blocks:
            self._take(block)
            yield block
        self._judge()

    def passage(self) -> PassageSamples | None:
        """The loudest passage, after all blocks were handed on; None for a stream without samples."""
        return self._best

    def _take(self, block: NDArray[np.float32]) -> None:
        taken = 0
        while taken < block.shape[1]:
            count = min(block.shape[1] - taken, self._collecting.shape[1] - self._filled)
            self._collecting[:, self._filled : self._filled + count] = block[:, taken : taken + count]
            self._filled += count
            taken += count
            if self._filled == self._collecting.shape[1]:
                self._begin_next()

    def _begin_next(self) -> None:
        """Judge the full passage and keep its end as the lead of the next one."""
        full = self._collecting
        self._judge()
        self._collecting[:, : self._lead] = full[:, -self._lead :]
        self._filled = self._lead
        self._first_hop += PASSAGE_HOPS

    def _judge(self) -> None:
        """Keep the collected passage if it has more energy than all before."""
        if self._filled == self._lead:
            return
        energy = sum(_energy(row) for row in self._collecting[:, self._lead : self._filled])
        if self._best is None or energy > self._energy:
            # the first passage has no lead: nothing comes before the start of the file
            lead_hops = LEAD_HOPS if self._first_hop else 0
            samples = self._collecting[:, 0 if lead_hops else self._lead : self._filled]
            self._best, self._energy = PassageSamples(samples, lead_hops, self._first_hop), energy
            self._collecting, self._other = self._other, self._collecting


def confirmed(analysis: Analysis, frames: Frames, passage: PassageSamples | None) -> Analysis:
    """Add the result of the second meter to an analysis.

    Args:
        analysis: what was measured on the file.
        frames: its time tables.
        passage: its loudest passage; without one the analysis is returned unchanged.

    Returns:
        The analysis with `loudness.second_meter`.

    Raises:
        DependencyError: the meters differ by more than `LARGEST_DIFFERENCE_LU`.
    """
    if passage is None:
        return analysis
    second = compare_meters(passage, frames, analysis.source.speakers)
    return replace(analysis, loudness=replace(analysis.loudness, second_meter=second))


def compare_meters(passage: PassageSamples, frames: Frames, speakers: Sequence[str] = ()) -> SecondMeter | None:
    """Compare our loudness of a passage with pyloudnorm's.

    Args:
        passage: samples of the file.
        frames: the tables of the same file.
        speakers: what each channel of a surround file is for; none for mono and stereo.

    Returns:
        The difference; None where there is nothing to compare: less than 400 ms, or nothing above −70 LUFS.

    Raises:
        DependencyError: the meters differ by more than `LARGEST_DIFFERENCE_LU`.
    """
    theirs = _block_powers(passage, frames.grid, speakers)
    blocks = momentary_powers(frames)[passage.first_hop :: HOPS_PER_SLOT][: theirs.size].astype(np.float64)
    counted = gated(theirs)
    if not counted.any():
        counted = gated(blocks)
    if not counted.any():
        return None
    own_lufs, second_lufs = to_lufs(float(blocks[counted].mean())), to_lufs(float(theirs[counted].mean()))
    difference_lu = own_lufs - second_lufs
    if not abs(difference_lu) <= LARGEST_DIFFERENCE_LU:
        at_s = passage.first_hop * frames.grid.hop_s
        raise DependencyError(DependencyCode.SECOND_METER, own_lufs=own_lufs, second_lufs=second_lufs, at_s=at_s)
    return SecondMeter(round(difference_lu, DIFFERENCE_DECIMALS))


def _block_powers(passage: PassageSamples, grid: TimeGrid, speakers: Sequence[str]) -> NDArray[np.float64]:
    """Mean squares of the gating blocks of a passage, one per slot, by pyloudnorm."""
    slots = passage.samples.shape[1] // grid.slot_samples
    if slots * HOPS_PER_SLOT < MOMENTARY_HOPS:
        return np.zeros(0)
    rows = [list(speakers).index(speaker) for speaker in PYLOUDNORM_ORDER] if speakers else slice(None)
    samples = passage.samples[rows, : slots * grid.slot_samples].T.astype(np.float64)
    meter = pyloudnorm.Meter(grid.sample_rate_hz, filter_class="DeMan")
    # The filters exist now, so the rate only sets the length of the blocks, which must lie on our hops: at rates that
    # 100 does not divide they would drift apart, by 34 ms in 15 s at 22.05 kHz.
    meter.rate = grid.hop_samples * HOPS_PER_SECOND
    meter.integrated_loudness(samples)
    blocks = np.array(meter.blockwise_loudness[passage.lead_hops // HOPS_PER_SLOT :], np.float64)
    return np.asarray(10.0 ** ((blocks - OFFSET_LU) / 10.0))


def _energy(row: NDArray[np.float32]) -> float:
    """Sum of squares without the share of a DC offset; overflow to infinity is accepted."""
    with np.errstate(over="ignore", invalid="ignore"):
        return float(np.vdot(row, row)) - float(row.sum()) ** 2 / max(1, row.size)
