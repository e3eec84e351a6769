"""Lossless files decode to exactly the samples that were put in, scaled by 2^(bits−1)."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.integration.decoding.decoded import decoded
from tests.support.audio import encoding as enc

LENGTH = 5_003
"""A prime: no block, frame or packet ends with the file."""

RATE_HZ = 44_100

Maker = Callable[[enc.Codes, int, int], bytes]
"""From codes, bits and rate to a file."""


def pcm_wav(codes: enc.Codes, bits: int, rate_hz: int) -> bytes:
    stored = codes + 128 if bits == 8 else codes
    return enc.wav(enc.pcm_bytes(stored, bits), rate_hz, codes.shape[0], bits)


def extensible_wav(codes: enc.Codes, bits: int, rate_hz: int) -> bytes:
    """Valid bits at the top of whole bytes (Microsoft, "Multiple channel audio data and WAVE files")."""
    container = -(-bits // 8) * 8
    data = enc.pcm_bytes(codes << (container - bits), container)
    return enc.wav(data, rate_hz, codes.shape[0], container, extensible=True, valid_bits=bits)


def studio_wav(codes: enc.Codes, bits: int, rate_hz: int) -> bytes:
    """As a workstation writes it: chunks of odd length and unknown names before the samples."""
    chunks = enc.chunk(b"bext", bytes(603)) + enc.chunk(b"iXML", b"<x/>!") + enc.chunk(b"junk", b"")
    data = enc.pcm_bytes(codes, bits)
    return enc.wav(data, rate_hz, codes.shape[0], bits, before_data=chunks) + enc.chunk(b"LIST", b"INFOISFT\1\0\0\0x")


def long_wav(codes: enc.Codes, bits: int, rate_hz: int) -> bytes:
    return enc.rf64(enc.pcm_bytes(codes, bits), rate_hz, codes.shape[0], bits)


def tagged_wav(codes: enc.Codes, bits: int, rate_hz: int) -> bytes:
    return enc.id3v2() + pcm_wav(codes, bits, rate_hz)


def aiff(codes: enc.Codes, bits: int, rate_hz: int) -> bytes:
    return enc.aiff(enc.pcm_bytes(codes, bits, ">"), rate_hz, codes.shape[0], bits)


def little_aifc(codes: enc.Codes, bits: int, rate_hz: int) -> bytes:
    return enc.aiff(enc.pcm_bytes(codes, bits), rate_hz, codes.shape[0], bits, compression=b"sowt")


def big_aifc(codes: enc.Codes, bits: int, rate_hz: int) -> bytes:
    return enc.aiff(enc.pcm_bytes(codes, bits, ">"), rate_hz, codes.shape[0], bits, compression=b"NONE")


def by_ffmpeg(codec: str, container: str, **options: str) -> Maker:
    def make(codes: enc.Codes, bits: int, rate_hz: int) -> bytes:
        samples = codes.astype(np.int16) if bits == 16 else (codes << (32 - bits)).astype(np.int32)
        return enc.encoded(samples, rate_hz, codec, container, options=options)

    return make


def by_libsndfile(form: str) -> Maker:
    def make(codes: enc.Codes, bits: int, rate_hz: int) -> bytes:
        return enc.by_libsndfile((codes << (32 - bits)).astype(np.int32), rate_hz, form, f"PCM_{bits}")

    return make


FILES: list[tuple[str, Maker, int, str, str]] = [
    ("wav 8", pcm_wav, 8, "pcm_u8", "wav"),
    ("wav 16", pcm_wav, 16, "pcm_s16le", "wav"),
    ("wav 24", pcm_wav, 24, "pcm_s24le", "wav"),
    ("wav 32", pcm_wav, 32, "pcm_s32le", "wav"),
    ("wav extensible 16", extensible_wav, 16, "pcm_s16le", "wav"),
    ("wav extensible 20 in 24", extensible_wav, 20, "pcm_s24le", "wav"),
    ("wav extensible 24", extensible_wav, 24, "pcm_s24le", "wav"),
    ("wav with chunks", studio_wav, 24, "pcm_s24le", "wav"),
    ("wav with id3 in front", tagged_wav, 16, "pcm_s16le", "wav"),
    ("rf64", long_wav, 24, "pcm_s24le", "wav"),
    ("libsndfile wavex", by_libsndfile("WAVEX"), 24, "pcm_s24le", "wav"),
    ("libsndfile rf64", by_libsndfile("RF64"), 16, "pcm_s16le", "wav"),
    ("aiff 8", aiff, 8, "pcm_s8", "aiff"),
    ("aiff 16", aiff, 16, "pcm_s16be", "aiff"),
    ("aiff 24", aiff, 24, "pcm_s24be", "aiff"),
    ("aiff 32", aiff, 32, "pcm_s32be", "aiff"),
    ("aifc little", little_aifc, 16, "pcm_s16le", "aiff"),
    ("aifc big", big_aifc, 24, "pcm_s24be", "aiff"),
    ("libsndfile aiff", by_libsndfile("AIFF"), 24, "pcm_s24be", "aiff"),
    ("flac 16", by_ffmpeg("flac", "flac"), 16, "flac", "flac"),
    ("flac 24", by_ffmpeg("flac", "flac"), 24, "flac", "flac"),
    ("libsndfile flac", by_libsndfile("FLAC"), 24, "flac", "flac"),
    ("ogg flac", by_ffmpeg("flac", "ogg"), 16, "flac", "ogg"),
    ("mp4 flac", by_ffmpeg("flac", "mp4"), 24, "flac", "mov"),
    ("alac 16", by_ffmpeg("alac", "ipod"), 16, "alac", "mov"),
    ("alac 24", by_ffmpeg("alac", "ipod"), 24, "alac", "mov"),
]


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize(("name", "make", "bits", "codec", "container"), FILES, ids=[file[0] for file in FILES])
def test_integers_decode_to_what_was_put_in(
    name: str, make: Maker, bits: int, codec: str, container: str, channels: int
) -> None:
    codes = enc.random_codes(bits, channels, LENGTH)

    found = decoded(make(codes, bits, RATE_HZ))

    np.testing.assert_array_equal(found.samples, (codes / 2.0 ** (bits - 1)).astype(np.float32))
    assert found.samples.dtype == np.float32
    info = found.info
    assert (info.codec, info.container, info.channels, info.sample_rate_hz) == (codec, container, channels, RATE_HZ)
    assert info.bit_depth == (24 if bits == 20 else bits)  # as stored
    assert info.duration_s == LENGTH / RATE_HZ
    assert not info.lossy
    assert not info.is_float


@pytest.mark.parametrize("is_extensible", [True, False])
@pytest.mark.parametrize(
    ("valid", "container"),
    [(8, 16), (12, 16), (8, 24), (16, 24), (20, 24), (8, 32), (16, 32), (20, 32), (24, 32)],
)
def test_samples_stand_left_in_a_larger_container(valid: int, container: int, *, is_extensible: bool) -> None:
    """Both ways to say so: valid bits (Microsoft, WAVEFORMATEXTENSIBLE), or blocks larger than the bits ask for."""
    codes = enc.random_codes(valid, 2, LENGTH)
    data = enc.pcm_bytes(codes << (container - valid), container)
    lie = {"extensible": True, "valid_bits": valid} if is_extensible else {"block_align": 2 * container // 8}

    found = decoded(enc.wav(data, RATE_HZ, 2, container if is_extensible else valid, **lie))

    np.testing.assert_array_equal(found.samples, (codes / 2.0 ** (valid - 1)).astype(np.float32))
    assert found.info.duration_s == LENGTH / RATE_HZ
    assert found.info.bit_depth == container


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 16_000, 22_050, 32_000, 48_000, 88_200, 96_000, 176_400, 192_000])
@pytest.mark.parametrize("make", [pcm_wav, aiff, by_ffmpeg("flac", "flac")], ids=["wav", "aiff", "flac"])
def test_the_rate_is_the_files_own(make: Maker, rate_hz: int) -> None:
    codes = enc.random_codes(16, 2, LENGTH)

    found = decoded(make(codes, 16, rate_hz))

    assert found.info.sample_rate_hz == rate_hz
    np.testing.assert_array_equal(found.samples, (codes / 2.0**15).astype(np.float32))


def float_samples() -> NDArray[np.float64]:
    """Over full scale, tiny, and with more digits than float32 has."""
    samples = np.random.default_rng(3).normal(scale=0.7, size=(2, LENGTH))
    samples[:, :6] = (1.5, -7.25, 1e-40, np.pi, 2.0**-30, 0.0)
    return samples


@pytest.mark.parametrize("extensible", [False, True])
@pytest.mark.parametrize("bits", [32, 64])
def test_floats_keep_what_is_over_full_scale(bits: int, extensible: bool) -> None:
    samples = float_samples()
    data = enc.float_bytes(samples, bits)

    found = decoded(enc.wav(data, RATE_HZ, 2, bits, tag=enc.IEEE_FLOAT, extensible=extensible))

    np.testing.assert_array_equal(found.samples, samples.astype(np.float32))
    assert (found.info.bit_depth, found.info.is_float, found.info.lossy) == (bits, True, False)


@pytest.mark.parametrize(("compression", "bits"), [(b"fl32", 32), (b"FL32", 32), (b"fl64", 64)])
def test_floats_in_aifc(compression: bytes, bits: int) -> None:
    samples = float_samples()
    data = enc.float_bytes(samples, bits, ">")

    found = decoded(enc.aiff(data, RATE_HZ, 2, bits, compression=compression))

    np.testing.assert_array_equal(found.samples, samples.astype(np.float32))
    assert (found.info.bit_depth, found.info.is_float) == (bits, True)


@pytest.mark.parametrize("declared", [0, 0x7FFF_0000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFE, enc.UNKNOWN_SIZE])
def test_a_wav_written_into_a_pipe_is_read_to_its_end(declared: int) -> None:
    """A program that cannot go back to its header writes no size, or a huge one."""
    codes = enc.random_codes(16, 2, 60_000)

    found = decoded(enc.wav(enc.pcm_bytes(codes, 16), RATE_HZ, 2, 16, declared_bytes=declared))

    assert found.info.duration_s == 60_000 / RATE_HZ
    np.testing.assert_array_equal(found.samples, (codes / 2.0**15).astype(np.float32))


@pytest.mark.parametrize("block_align", [0, 1, 3, 5])
def test_a_wrong_block_size_in_the_header_does_not_matter(block_align: int) -> None:
    codes = enc.random_codes(16, 2, LENGTH)

    found = decoded(enc.wav(enc.pcm_bytes(codes, 16), RATE_HZ, 2, 16, block_align=block_align))

    np.testing.assert_array_equal(found.samples, (codes / 2.0**15).astype(np.float32))
