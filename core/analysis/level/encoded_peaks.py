"""Peaks after encoding: how high a track peaks after the encoder of a store.

Goal: true peak and sample peak of the decoded file, for each of `core.audio.reencode.CODECS`.

Only the loudest passages are encoded (`core.analysis.level.encoded_passages`). Each is faded at its ends, since a hard
cut would itself cause overshoot.

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
"""Seconds of the fade at each end of a passage."""


def passages_of(
    blocks: Iterable[NDArray[np.float32]], sample_rate_hz: int, spans_s: tuple[tuple[float, float], ...]
) -> list[NDArray[np.float32]]:
    """Cut passages out of a stream and fade both ends of each. Nothing after the last passage is decoded.

    Args:
        blocks: samples in order, shape (channels, n) each.
        sample_rate_hz: their rate.
        spans_s: (start, end) of each passage in seconds, in time order.

    Returns:
        Samples of each passage, shape (channels, n); passages without samples are left out.
    """
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
    """Measure the peaks after each codec of `CODECS`.

    Args:
        passages: samples of each passage, shape (1 or 2, n), full scale = 1.
        sample_rate_hz: their rate.

    Returns:
        One entry per codec, in the order of `CODECS`.

    Raises:
        av.FFmpegError: an encoder refused the samples.
    """
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
