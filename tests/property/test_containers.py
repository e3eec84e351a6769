"""However the same samples are packed, and whatever they are, the same numbers come out, and finite ones."""

import io
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.analysis.analyser import analyse
from core.analysis.measurements import Analysis
from core.analysis.scanning.surround import scan_programme
from core.audio.layouts import Speaker
from core.values.errors import InputError
from tests.property.test_analysis import AUDIBLE_ODDITIES, RATE_HZ, is_finite, sounds
from tests.support.audio import encoding as enc
from tests.support.audio.signals import Signal, in_blocks
from tests.support.properties import examples
from tests.support.trials.measuring import scanned_file, source_of

checked = examples(12)

Codes = NDArray[np.int64]


class ShortReads(io.BytesIO):
    """A file that gives less than it is asked for, as a network does."""

    def read(self, size: int | None = -1, /) -> bytes:
        whole = size is None or size < 0
        return super().read(4_099 if whole else min(size or 0, 4_099))


def by_ffmpeg(codec: str, container: str, **options: str) -> Callable[[Codes], bytes]:
    return lambda codes: enc.encoded(codes.astype(np.int16), RATE_HZ, codec, container, options=options)


CONTAINERS: dict[str, Callable[[Codes], bytes]] = {
    "rf64": lambda codes: enc.rf64(enc.pcm_bytes(codes, 16), RATE_HZ, len(codes), 16),
    "extensible": lambda codes: enc.wav(enc.pcm_bytes(codes, 16), RATE_HZ, len(codes), 16, extensible=True),
    "24 bits": lambda codes: enc.wav(enc.pcm_bytes(codes << 8, 24), RATE_HZ, len(codes), 24),
    "32 bits": lambda codes: enc.wav(enc.pcm_bytes(codes << 16, 32), RATE_HZ, len(codes), 32),
    "float": lambda codes: enc.wav(enc.float_bytes(codes / 2.0**15, 32), RATE_HZ, len(codes), 32, tag=enc.IEEE_FLOAT),
    "double": lambda codes: enc.wav(enc.float_bytes(codes / 2.0**15, 64), RATE_HZ, len(codes), 64, tag=enc.IEEE_FLOAT),
    "aiff": lambda codes: enc.aiff(enc.pcm_bytes(codes, 16, ">"), RATE_HZ, len(codes), 16),
    "flac": by_ffmpeg("flac", "flac"),
    "flac in small frames": by_ffmpeg("flac", "flac", frame_size="256"),
    "flac in ogg": by_ffmpeg("flac", "ogg"),
    "alac": by_ffmpeg("alac", "ipod"),
}


def whole(data: bytes) -> Analysis:
    return analyse(*scanned_file(data))


@checked
@given(sounds(), st.sampled_from(sorted(CONTAINERS)), st.integers(1, 2))
def test_the_container_changes_no_number(signal: Signal, container: str, channels: int) -> None:
    codes = np.rint(np.clip(signal[:channels], -0.999, 0.999) * 2.0**15).astype(np.int64)
    plain = whole(enc.wav(enc.pcm_bytes(codes, 16), RATE_HZ, channels, 16))

    other = whole(CONTAINERS[container](codes))

    assert replace(other, source=plain.source) == plain
    assert other.source.duration_s == plain.source.duration_s


@checked
@given(sounds(), st.sampled_from(["flac", "alac", "aiff"]))
def test_a_file_that_comes_in_small_pieces_reads_the_same(signal: Signal, container: str) -> None:
    codes = np.rint(np.clip(signal, -0.999, 0.999) * 2.0**15).astype(np.int64)
    data = CONTAINERS[container](codes)
    assert analyse(*scanned_file(data, file=ShortReads(data))) == whole(data)


LAYOUT_51 = tuple(Speaker)
LAYOUT_50 = tuple(speaker for speaker in Speaker if speaker is not Speaker.LFE)


def surround(signal: Signal, layout: tuple[Speaker, ...], rate_hz: int) -> Analysis:
    return analyse(scan_programme(in_blocks(signal), rate_hz, len(layout), layout), source_of(signal, rate_hz))


@examples(25)
@given(AUDIBLE_ODDITIES, st.sampled_from([LAYOUT_50, LAYOUT_51]), st.data())
def test_nothing_but_finite_numbers_leaves_a_surround_file(
    sound: tuple[Signal, int], layout: tuple[Speaker, ...], data: st.DataObject
) -> None:
    """Each channel is an oddity, silent, or the opposite of one, so that the downmix may cancel."""
    signal, rate_hz = sound
    gains = data.draw(st.lists(st.sampled_from([0.0, 1.0, -1.0, -0.70710678]), min_size=6, max_size=6))
    channels = np.stack([gain * signal[0] for gain in gains[: len(layout)]]).astype(np.float32)
    try:
        analysis = surround(channels, layout, rate_hz)
    except InputError:
        return
    assert is_finite(analysis)
    assert len(analysis.peaks.true_peak_per_channel_dbtp) == len(layout)


@checked
@given(sounds(), sounds(), sounds(), st.permutations(LAYOUT_51))
def test_the_order_of_the_channels_does_not_matter(
    front: Signal, middle: Signal, back: Signal, order: list[Speaker]
) -> None:
    length = min(sound.shape[1] for sound in (front, middle, back))
    signal = np.concatenate([front[:, :length], middle[:, :length], back[:, :length]])
    before = surround(signal, LAYOUT_51, RATE_HZ)

    places = [LAYOUT_51.index(speaker) for speaker in order]
    after = surround(np.ascontiguousarray(signal[places]), tuple(order), RATE_HZ)

    # sums of six channels in another order are rounded differently
    assert after.loudness.integrated_lufs == pytest.approx(before.loudness.integrated_lufs, abs=0.002)
    assert after.stereo.balance_db == pytest.approx(before.stereo.balance_db, abs=0.01)
    assert after.spectrum.bands == pytest.approx(before.spectrum.bands, abs=0.01)
    assert after.peaks.true_peak_per_channel_dbtp == tuple(
        before.peaks.true_peak_per_channel_dbtp[place] for place in places
    )
