"""Lossy files: in time with what was encoded, near it, and in agreement with other decoders."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray
from scipy import signal

from core.audio.decode import open_audio
from core.audio.source import DecodeLimits
from tests.integration.decoding.decoded import decoded
from tests.support.audio import encoding as enc

DURATION_S = 3.5

EDGE = 4_096
"""Samples at both ends that codecs fade; longer than any of their windows."""

Maker = Callable[[NDArray[np.float64], int], bytes]

MP3_DELAY = 576 + 529
"""LAME's encoder delay plus the decoder's: what is there where no header says how to trim it (LAME, technical FAQ)."""

MP2_DELAY = 481
"""Analysis plus synthesis filter bank of ISO/IEC 11172-3: 512 taps less the hop of 32, and one sample."""

AAC_DELAY = 1_024
"""One frame of FFmpeg's encoder; a raw stream has no header to say so."""


def mp3(bit_rate: int | None = None, *, tags: bool = False, header: bool = True, **options: str) -> Maker:
    def make(samples: NDArray[np.float64], rate_hz: int) -> bytes:
        data = enc.encoded(
            samples.astype(np.float32),
            rate_hz,
            "libmp3lame",
            "mp3",
            bit_rate=bit_rate,
            options=options,
            container_options={} if header else {"write_xing": "0", "id3v2_version": "0"},
        )
        return enc.id3v2(footer=True) + enc.id3v2(5_000) + data + enc.apev2() + enc.id3v1() if tags else data

    return make


def by_ffmpeg(codec: str, container: str, bit_rate: int, **container_options: str) -> Maker:
    def make(samples: NDArray[np.float64], rate_hz: int) -> bytes:
        return enc.encoded(
            samples.astype(np.float32),
            rate_hz,
            codec,
            container,
            bit_rate=bit_rate,
            container_options=container_options,
        )

    return make


def mp2(samples: NDArray[np.float64], rate_hz: int) -> bytes:
    return enc.encoded((samples * 32_767).astype(np.int16), rate_hz, "mp2", "mp2", bit_rate=256_000)


def mulaw(samples: NDArray[np.float64], rate_hz: int) -> bytes:
    return enc.encoded((samples * 32_767).astype(np.int16), rate_hz, "pcm_mulaw", "wav")


def by_libsndfile(form: str, subtype: str) -> Maker:
    def make(samples: NDArray[np.float64], rate_hz: int) -> bytes:
        return enc.by_libsndfile(samples, rate_hz, form, subtype)

    return make


# name, maker, rate, channels, codec, container, samples of delay, least signal-to-noise ratio in dB, samples too many.
# The ratios lie a few dB under what the encoders reach with these tones; a sample of delay alone would leave 14 dB.
FILES: list[tuple[str, Maker, int, int, str, str, int, float, int]] = [
    ("mp3 320", mp3(320_000), 44_100, 2, "mp3", "mp3", 0, 60.0, 0),
    ("mp3 128 mono", mp3(128_000), 48_000, 1, "mp3", "mp3", 0, 23.0, 0),
    ("mp3 variable", mp3(global_quality="236", flags="+qscale"), 44_100, 2, "mp3", "mp3", 0, 23.0, 0),
    ("mp3 with tags", mp3(192_000, tags=True), 44_100, 2, "mp3", "mp3", 0, 23.0, 0),
    ("mp3 22 kHz", mp3(96_000), 22_050, 2, "mp3", "mp3", 0, 23.0, 0),
    ("mp3 8 kHz", mp3(32_000), 8_000, 1, "mp3", "mp3", 0, 23.0, 0),
    ("mp3 without header", mp3(192_000, header=False), 44_100, 2, "mp3", "mp3", MP3_DELAY, 23.0, 2_304),
    ("mp3 by libsndfile", by_libsndfile("MP3", "MPEG_LAYER_III"), 44_100, 2, "mp3", "mp3", 0, 23.0, 0),
    ("mp2", mp2, 44_100, 2, "mp2", "mp3", MP2_DELAY, 23.0, 1_152),
    ("m4a", by_ffmpeg("aac", "ipod", 256_000), 44_100, 2, "aac", "mov", 0, 30.0, 1_024),
    ("m4a mono", by_ffmpeg("aac", "ipod", 128_000), 48_000, 1, "aac", "mov", 0, 30.0, 1_024),
    ("m4a, index first", by_ffmpeg("aac", "ipod", 256_000, movflags="faststart"), 48_000, 2, "aac", "mov", 0, 30, 1024),
    ("m4a 96 kHz", by_ffmpeg("aac", "ipod", 256_000), 96_000, 2, "aac", "mov", 0, 25.0, 1_024),
    ("raw aac", by_ffmpeg("aac", "adts", 256_000), 44_100, 2, "aac", "aac", AAC_DELAY, 30.0, 2_048),
    ("vorbis", by_libsndfile("OGG", "VORBIS"), 44_100, 2, "vorbis", "ogg", 0, 25.0, 0),
    ("vorbis mono 96 kHz", by_libsndfile("OGG", "VORBIS"), 96_000, 1, "vorbis", "ogg", 0, 25.0, 0),
    ("vorbis 192 kHz", by_libsndfile("OGG", "VORBIS"), 192_000, 2, "vorbis", "ogg", 0, 25.0, 0),
    ("opus", by_ffmpeg("libopus", "ogg", 192_000), 48_000, 2, "opus", "ogg", 0, 28.0, 0),
    ("opus mono", by_libsndfile("OGG", "OPUS"), 48_000, 1, "opus", "ogg", 0, 22.0, 0),
    ("opus in mp4", by_ffmpeg("libopus", "mp4", 192_000), 48_000, 2, "opus", "mov", 0, 28.0, 960),
    ("mp3 in wav", by_ffmpeg("libmp3lame", "wav", 192_000), 44_100, 2, "mp3", "wav", MP3_DELAY, 23.0, 2_304),
    ("mu-law", mulaw, 44_100, 2, "pcm_mulaw", "wav", 0, 30.0, 0),
]  # fmt: skip


def delay(truth: NDArray[np.float64], found: NDArray[np.float32]) -> int:
    """By how many samples `found` is late, from the whole cross-correlation."""
    length = min(truth.shape[1], found.shape[1])
    correlation = signal.correlate(found[0, :length].astype(float), truth[0, :length], "full", method="fft")
    return int(np.argmax(correlation)) - (length - 1)


def signal_to_noise_db(truth: NDArray[np.float64], found: NDArray[np.float32]) -> float:
    length = min(truth.shape[1], found.shape[1]) - EDGE
    truth, noise = truth[:, EDGE:length], truth[:, EDGE:length] - found[:, EDGE:length]
    return float(10 * np.log10((truth**2).sum() / (noise**2).sum()))


@pytest.mark.parametrize(
    ("name", "make", "rate_hz", "channels", "codec", "container", "late", "least_db", "too_many"),
    FILES,
    ids=[file[0] for file in FILES],
)
def test_lossy_files_are_in_time_and_near_the_truth(
    name: str,
    make: Maker,
    rate_hz: int,
    channels: int,
    codec: str,
    container: str,
    late: int,
    least_db: float,
    too_many: int,
) -> None:
    truth = enc.tones(DURATION_S, rate_hz, channels)

    found = decoded(make(truth, rate_hz))

    info = found.info
    assert (info.codec, info.container, info.channels, info.sample_rate_hz) == (codec, container, channels, rate_hz)
    assert (info.bit_depth, info.is_float, info.lossy) == (None, False, True)
    assert info.duration_s == found.samples.shape[1] / rate_hz
    assert abs(delay(truth, found.samples) - late) <= 1
    assert signal_to_noise_db(truth, found.samples[:, late:]) > least_db
    assert 0 <= found.samples.shape[1] - truth.shape[1] <= too_many


REAL_TRACKS = (
    "km_Arcadia.mp3",
    "cc_Komiku_-_06_-_Filthy.mp3",
    "km_Video_Dungeon_Boss.mp3",
    "lmms_DirtyLove.ogg",
    "nott2_02_x74_reelsh-l.ogg",
    "eif_Caesium_stemsum_60s_24bit48k.wav",
)


@pytest.mark.audio
@pytest.mark.parametrize("name", REAL_TRACKS)
def test_real_music_decodes_as_with_other_decoders(test_audio: Path, name: str) -> None:
    """Through libsndfile: mpg123 for MP3, Xiph's own decoder for Vorbis. They may differ by a quarter 16-bit step."""
    data = (test_audio / name).read_bytes()
    theirs, rate_hz = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)  # noqa: TID251 - the oracle

    with open_audio(io.BytesIO(data), DecodeLimits()) as stream:
        ours = np.concatenate(list(stream.blocks()), axis=1)
        info = stream.info()

    assert (info.sample_rate_hz, ours.shape) == (rate_hz, theirs.T.shape)
    np.testing.assert_allclose(ours, theirs.T, rtol=0.0, atol=2.0**-17)
