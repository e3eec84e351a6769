"""Peaks after encoding, against files written and read by another path, and by another oversampler."""

import io
from collections.abc import Iterator
from itertools import pairwise

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import signal

from core.analysis.level.encoded_passages import ENCODED_S, PASSAGE_S, PASSAGES, loudest_passages
from core.analysis.level.encoded_peaks import FADE_S, encoded_peaks, passages_of
from core.audio.reencode import CODECS, Codec, reencoded
from tests.support.audio.signals import noise, sine
from tests.support.reviews.analyses import changed, neutral

RATE_HZ = 44_100
CONTAINERS = {"aac": "adts", "libmp3lame": "mp3", "libopus": "ogg"}
HOT = np.clip(noise(4.0, RATE_HZ, exponent=1.0, rms=0.4), -0.95, 0.95)

LAME_SCALE = 0.97
"""LAME's own presets turn the signal down at this bit rate (LAME 3.100, libmp3lame/presets.c, 192 kbit/s)."""

each_codec = pytest.mark.parametrize("codec", CODECS, ids=lambda codec: codec.encoder)


def file_of(codec: Codec, samples: NDArray[np.float32], rate: int) -> bytes:
    """A whole file with the encoder in its usual container."""
    out = io.BytesIO()
    with av.open(out, "w", format=CONTAINERS[codec.encoder]) as container:
        stream = container.add_stream(codec.encoder, rate=rate if rate in codec.rates_hz else codec.rates_hz[-1])
        stream.bit_rate = codec.bit_rate_bps
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="stereo")
        frame.sample_rate = rate
        for packet in stream.encode(frame):
            container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)
    return out.getvalue()


def peaks_of(data: bytes) -> tuple[float, float]:
    """True peak and sample peak of a file, dB: sixteen times oversampled by SciPy's polyphase filter."""
    with av.open(io.BytesIO(data)) as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
    decoded = np.concatenate(frames, axis=1).astype(np.float64)
    fine = signal.resample_poly(decoded, 16, 1, axis=1, window=("kaiser", 8.0))
    return decibels(np.abs(fine).max()), decibels(np.abs(decoded).max())


def decibels(value: float) -> float:
    return float(20.0 * np.log10(value))


def faded(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    return passages_of([samples], RATE_HZ, ((0.0, samples.shape[1] / RATE_HZ),))[0]


@each_codec
def test_peaks_are_those_of_a_whole_file_of_the_same_encoder(codec: Codec) -> None:
    samples = faded(HOT)
    found = next(peak for peak in encoded_peaks([samples], RATE_HZ) if peak.codec == codec.name)
    true_peak, sample_peak = peaks_of(file_of(codec, samples, RATE_HZ))

    assert found.true_peak_dbtp == pytest.approx(true_peak, abs=0.15)
    assert found.sample_peak_dbfs == pytest.approx(sample_peak, abs=0.15)
    assert found.encoded_s == pytest.approx(4.0)


def test_a_clipped_programme_overshoots_in_every_encoder() -> None:
    for peak in encoded_peaks([faded(HOT)], RATE_HZ):
        assert peak.sample_peak_dbfs > decibels(0.95) + 0.5, peak.codec


@pytest.mark.parametrize("rate", [44_100, 48_000, 96_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_a_sine_comes_back_as_high_as_it_was(rate: int, channels: int) -> None:
    tone = sine(997.0, 0.5, 3.0, rate, channels=channels)
    ramp = np.minimum(1.0, np.arange(tone.shape[1]) / rate).astype(np.float32)

    for peak in encoded_peaks([tone * ramp * ramp[::-1]], rate):
        scale = LAME_SCALE if peak.encoder == "LAME" else 1.0
        assert peak.true_peak_dbtp == pytest.approx(decibels(0.5 * scale), abs=0.15), peak.codec


@each_codec
def test_what_goes_past_full_scale_is_kept(codec: Codec) -> None:
    loud = faded(sine(997.0, 1.5, 2.0, RATE_HZ))

    assert max(float(np.abs(block).max()) for block in reencoded([loud], RATE_HZ, codec)) > 1.4


@each_codec
def test_nothing_is_lost_between_blocks(codec: Codec) -> None:
    whole = list(reencoded([HOT], RATE_HZ, codec))
    pieces = list(reencoded(np.array_split(HOT, 37, axis=1), RATE_HZ, codec))

    np.testing.assert_array_equal(np.concatenate(whole, axis=1), np.concatenate(pieces, axis=1))


def test_a_short_file_is_encoded_whole() -> None:
    assert loudest_passages(neutral(duration_s=ENCODED_S - 1.0)) == ((0.0, ENCODED_S - 1.0),)


def test_the_true_peak_and_the_loudest_passages_are_encoded() -> None:
    quiet = neutral(duration_s=200.0)
    levels = [-14.0] * len(quiet.loudness.timeline.short_term_lufs)
    for loud_s in (30, 90, 150):
        levels[10 * loud_s : 10 * loud_s + 5] = [-8.0] * 5
    song = changed(quiet, loudness__timeline__short_term_lufs=tuple(levels), peaks__true_peak_at_s=120.0)
    passages = loudest_passages(song)

    assert len(passages) == PASSAGES
    assert all(end - start == pytest.approx(PASSAGE_S) for start, end in passages)
    assert all(any(start <= at <= end for start, end in passages) for at in (30.0, 90.0, 120.0, 150.0))
    assert all(before[1] <= after[0] for before, after in pairwise(passages))


def test_a_peak_at_the_very_end_is_inside_the_file() -> None:
    passages = loudest_passages(changed(neutral(duration_s=60.0), peaks__true_peak_at_s=59.9))

    assert passages[-1] == (56.0, 60.0)


def test_passages_are_cut_where_they_were_asked_for_and_nothing_behind_them_is_decoded() -> None:
    ramp = np.tile(np.linspace(0.1, 0.9, 10 * RATE_HZ, dtype=np.float32), (2, 1))
    asked = []

    def blocks() -> Iterator[NDArray[np.float32]]:
        for index, block in enumerate(np.array_split(ramp, 20, axis=1)):
            asked.append(index)
            yield block

    first, second = passages_of(blocks(), RATE_HZ, ((1.0, 2.0), (4.0, 6.0)))
    edge = int(FADE_S * RATE_HZ)

    np.testing.assert_array_equal(first[:, edge:-edge], ramp[:, RATE_HZ + edge : 2 * RATE_HZ - edge])
    np.testing.assert_array_equal(second[:, edge:-edge], ramp[:, 4 * RATE_HZ + edge : 6 * RATE_HZ - edge])
    assert first[0, 0] == 0.0
    assert max(asked) == 11
