"""Valid files of every format, damaged at random: an error of ours or a decoded stream, and never anything else."""

import io
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.audio.decode import open_audio
from core.audio.source import DecodeLimits
from core.text.error_sentences import say
from core.values.errors import InputError
from tests.support.audio import encoding as enc
from tests.support.audio import hostile
from tests.support.properties import examples

RATE_HZ = 32_000
LIMITS = DecodeLimits(max_duration_s=2.0, min_duration_s=0.1)

HEADER_BYTES = 400
"""Where most of the damage goes: there it decides about what follows."""

EDGES = (b"\0" * 4, b"\xff" * 4, b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x80\0\0\0", b"\0\0\0\x80")
"""Numbers that break sums, in both byte orders."""


def samples() -> NDArray[np.float32]:
    """A second, short enough for many mutants."""
    return hostile.tone(1.0, RATE_HZ)


def sixteen() -> NDArray[np.int16]:
    return (samples() * 32_767).astype(np.int16)


def pcm() -> bytes:
    return enc.pcm_bytes(sixteen().astype(np.int64), 16)


def aac(container: str, **options: str) -> bytes:
    return enc.encoded(samples(), RATE_HZ, "aac", container, bit_rate=96_000, container_options=options)


VALID: dict[str, Callable[[], bytes]] = {
    "wav": lambda: enc.wav(pcm(), RATE_HZ, 2, 16),
    "extensible": lambda: enc.wav(pcm(), RATE_HZ, 2, 16, extensible=True, before_data=enc.chunk(b"bext", bytes(603))),
    "float": lambda: enc.wav(enc.float_bytes(samples(), 32), RATE_HZ, 2, 32, tag=enc.IEEE_FLOAT),
    "rf64": lambda: enc.rf64(pcm(), RATE_HZ, 2, 16),
    "aiff": lambda: enc.aiff(pcm(), RATE_HZ, 2, 16),
    "aifc": lambda: enc.aiff(pcm(), RATE_HZ, 2, 16, compression=b"sowt"),
    "flac": lambda: enc.encoded(sixteen(), RATE_HZ, "flac", "flac"),
    "flac 24": lambda: enc.encoded((samples() * 2.0**31).astype(np.int32), RATE_HZ, "flac", "flac"),
    "ogg flac": lambda: enc.encoded(sixteen(), RATE_HZ, "flac", "ogg"),
    "mp3": lambda: enc.id3v2() + hostile.mp3(1.0, RATE_HZ) + enc.apev2() + enc.id3v1(),
    "m4a": lambda: aac("ipod"),
    "index first": lambda: aac("ipod", movflags="faststart"),
    "fragments": lambda: aac("mp4", movflags="frag_keyframe+empty_moov"),
    "alac": lambda: enc.encoded(sixteen(), RATE_HZ, "alac", "ipod"),
    "raw aac": lambda: aac("adts"),
    "vorbis": lambda: enc.by_libsndfile(samples(), RATE_HZ, "OGG", "VORBIS"),
    "opus": lambda: enc.encoded(hostile.tone(1.0, 48_000), 48_000, "libopus", "ogg", bit_rate=96_000),
}
FORMATS = tuple(VALID)


@cache
def valid(name: str) -> bytes:
    return VALID[name]()


@st.composite
def mutants(draw: st.DrawFn, name: str) -> bytes:
    """One to eight injuries: flipped bits, edge values, cuts, holes, insertions, swaps, repetitions."""
    data = bytearray(valid(name))
    for _ in range(draw(st.integers(1, 8))):
        within = min(len(data), HEADER_BYTES) if draw(st.booleans()) else len(data)
        if within == 0:
            break
        at = draw(st.integers(0, within - 1))
        length = draw(st.integers(1, 300))
        match draw(st.integers(0, 7)):
            case 0:
                data[at] ^= 1 << draw(st.integers(0, 7))
            case 1:
                data[at : at + 4] = draw(st.sampled_from(EDGES))
            case 2:
                del data[draw(st.integers(0, len(data))) :]
            case 3:
                del data[at : at + length]
            case 4:
                data[at:at] = draw(st.binary(min_size=1, max_size=40))
            case 5:
                other = draw(st.integers(0, len(data) - 1))
                data[at : at + length], data[other : other + length] = (
                    data[other : other + length],
                    data[at : at + length],
                )
            case 6:
                data[at:at] = data[at : at + 10 * length]
            case _:
                data[at : at + length] = bytes(length)
    return bytes(data)


def check(data: bytes) -> None:
    refused = None
    try:
        with open_audio(io.BytesIO(data), LIMITS) as stream:
            count = 0
            for block in stream.blocks():
                assert block.dtype == np.float32
                assert block.shape[0] == stream.channels
                assert np.isfinite(block).all()
                count += block.shape[1]
                assert count <= LIMITS.max_duration_s * stream.sample_rate_hz
            assert stream.info().duration_s == count / stream.sample_rate_hz
    except InputError as error:
        refused = error
    assert refused is None or say(refused)


@pytest.mark.parametrize("name", FORMATS)
def test_the_file_itself_decodes(name: str) -> None:
    """Otherwise its mutants would prove nothing."""
    with open_audio(io.BytesIO(valid(name)), LIMITS) as stream:
        list(stream.blocks())
        assert stream.info().duration_s == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize("name", FORMATS)
@examples(60)
@given(data=st.data())
def test_a_damaged_file_is_refused_or_decoded(name: str, data: st.DataObject) -> None:
    check(data.draw(mutants(name)))


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_cut_at_any_byte_of_its_header_is_refused_or_decoded(name: str) -> None:
    whole = valid(name)
    for length in range(min(len(whole), 200)):
        check(whole[:length])
