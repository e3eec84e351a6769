"""Peaks after encoding: how high a track reaches once a store's encoder has had it.

Goal: true peak and sample peak of the decoded file, for each of `core.audio.reencode.CODECS`.

The loudest passages stand for the whole (`core.analysis.level.encoded_passages`). Each is faded at its ends, for a cut
would overshoot by itself.

Sources: AES TD1008 (overshoot rises as the bit rate falls); true peak by ITU-R BS.1770-5 Annex 2.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from core.analysis.decibels import level_db
from core.analysis.level.encoded_passages import EncodedPeak
from core.analysis.scanning.scan import scan
from core.audio.reencode import CODECS, Codec, delivery_rate_hz, reencoded
from core.values.units import STEREO

FADE_S = 0.02


def passages_of(
    blocks: Iterable[NDArray[np.float32]], sample_rate_hz: int, spans_s: tuple[tuple[float, float], ...]
) -> list[NDArray[np.float32]]:
    """The samples of these passages, faded at both ends; nothing else is kept, and nothing after them is decoded."""
    edges = [(round(start * sample_rate_hz), round(end * sample_rate_hz)) for start, end in spans_s]
    parts: list[list[NDArray[np.float32]]] = [[] for _ in edges]
    at = 0
    for block in blocks:
        for part, (first, last) in zip(parts, edges, strict=True):
            cut = block[:, max(0, first - at) : max(0, last - at)]
            if cut.shape[1]:
                part.append(cut.copy())
        at += block.shape[1]
        if at >= edges[-1][1]:
            break
    return [_faded(np.concatenate(part, axis=1), sample_rate_hz) for part in parts if part]


def _faded(samples: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    ramp = np.minimum(1.0, np.arange(samples.shape[1]) / (FADE_S * rate)).astype(np.float32)
    faded: NDArray[np.float32] = samples * ramp * ramp[::-1]
    return faded


def encoded_peaks(passages: list[NDArray[np.float32]], sample_rate_hz: int) -> tuple[EncodedPeak, ...]:
    """Peaks after each codec. `passages`: shape (1 or 2, n) each, full scale = 1."""
    return tuple(_peak_after(codec, passages, sample_rate_hz) for codec in CODECS)


def _peak_after(codec: Codec, passages: list[NDArray[np.float32]], rate: int) -> EncodedPeak:
    tables = scan(reencoded(passages, rate, codec), delivery_rate_hz(codec, rate), STEREO).programme
    return EncodedPeak(
        codec.name,
        codec.encoder_name,
        level_db(float(tables.true_peak.max()) ** 2),
        level_db(float(np.abs(tables.extremes).max()) ** 2),
        round(sum(passage.shape[1] for passage in passages) / rate, 1),
    )
