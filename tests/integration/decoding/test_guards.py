"""Samples that are no numbers, formats that change under way, pictures and tags with more in them."""

import resource
import struct

import numpy as np
import pytest

from core.text.error_sentences import say
from core.values.errors import InputCode, InputError
from tests.integration.decoding.decoded import decoded
from tests.integration.decoding.refusals import MIB, RATE_HZ, Builder, adts, flac, m4a, opus, refusal, vorbis, wav
from tests.support.audio import encoding as enc
from tests.support.audio import hostile


@pytest.mark.parametrize("bits", [32, 64])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("at", [0, 100_003, -1])
def test_one_sample_that_is_no_number_spoils_the_file(value: float, bits: int, at: int) -> None:
    samples = hostile.tone().astype(np.float64)
    samples[1, at] = value

    error = refusal(enc.wav(enc.float_bytes(samples, bits), RATE_HZ, 2, bits, tag=enc.IEEE_FLOAT))
    assert error.code is InputCode.NON_FINITE


@pytest.mark.parametrize("value", [1e39, -1e300])
def test_a_double_that_no_float_can_hold_is_no_number_either(value: float) -> None:
    samples = hostile.tone().astype(np.float64)
    samples[0, 77] = value

    error = refusal(enc.wav(enc.float_bytes(samples, 64), RATE_HZ, 2, 64, tag=enc.IEEE_FLOAT))
    assert error.code is InputCode.NON_FINITE


def test_the_largest_float_is_a_number() -> None:
    samples = hostile.tone().copy()
    samples[0, 77] = np.finfo(np.float32).max

    found = decoded(enc.wav(enc.float_bytes(samples, 32), RATE_HZ, 2, 32, tag=enc.IEEE_FLOAT))
    assert found.samples[0, 77] == np.finfo(np.float32).max


CHANGES: dict[str, Builder] = {
    "mp3, another rate": lambda: hostile.mp3() + hostile.mp3(rate_hz=48_000),
    "mp3, mono": lambda: hostile.mp3() + hostile.mp3(channels=1),
    "raw aac, another rate": lambda: adts() + adts(rate_hz=48_000),
    "raw aac, mono": lambda: adts() + adts(channels=1),
    "flac, another rate": lambda: flac() + flac(rate_hz=48_000),
    "flac, mono": lambda: flac() + flac(channels=1),
    "chained vorbis, another rate": lambda: vorbis() + vorbis(rate_hz=48_000),
    "chained vorbis, mono": lambda: vorbis() + vorbis(channels=1),
    "chained opus, mono": lambda: opus() + opus(channels=1),
    "vorbis, then opus": lambda: vorbis() + opus(),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_format_that_changes_is_refused_with_the_place(name: str) -> None:
    error = refusal(CHANGES[name]())

    assert error.code is InputCode.FORMAT_CHANGE
    assert float(error.facts["at_s"]) == pytest.approx(4.0, abs=0.1)
    assert "0:04" in say(error)


@pytest.mark.parametrize("make", [hostile.mp3, adts, flac, vorbis, opus])
def test_two_files_of_one_format_in_a_row_are_one_song(make: Builder) -> None:
    assert decoded(make() * 2).info.duration_s == pytest.approx(8.0, abs=0.15)


@pytest.mark.parametrize("kind", ["mp3", "flac", "m4a"])
def test_a_picture_of_3600_megapixels_in_the_tags_is_not_looked_at(kind: str) -> None:
    data, truth = hostile.with_cover(kind)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    found = decoded(data)

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30 * 1024
    assert error_share(found.samples, truth) < 0.02


def test_of_several_sound_streams_the_first_is_measured() -> None:
    loud, quiet = hostile.tone(), 0.01 * hostile.tone()

    first = decoded(hostile.movie(sound=loud, more_sound=quiet)).samples
    other = decoded(hostile.movie(sound=quiet, more_sound=loud)).samples

    assert error_share(first, loud) < 0.02
    assert error_share(other, quiet) < 0.02


def error_share(found: np.ndarray, truth: np.ndarray) -> float:
    """Power of the difference over that of the truth."""
    middle = slice(5_000, 100_000)
    difference = found[:, middle] - truth[:, middle]
    return float((difference**2).sum() / (truth[:, middle] ** 2).sum())


@pytest.mark.parametrize("tags", [1, 4, 5, 9])
def test_a_tag_that_unpacks_to_gigabytes_is_skipped_and_not_unpacked(tags: int) -> None:
    data = hostile.tag_bomb(100) * tags + hostile.mp3()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    found = decoded(data) if tags <= 4 else None
    if found is None:
        with pytest.raises(InputError):
            decoded(data)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024


@pytest.mark.parametrize("title", [b"\xc9t\xe9 \xe0 la mer\0", b"\xff\xfe\x00\xd8", bytes(range(128, 256))])
def test_tags_in_no_known_alphabet_do_not_matter(title: bytes) -> None:
    """Windows programs write the INFO chunk in the code page of the day."""
    tags = enc.chunk(b"LIST", b"INFO" + enc.chunk(b"INAM", title))
    comment = struct.pack("<I", 0) + struct.pack("<II", 1, len(title) + 6) + b"TITLE=" + title
    block = struct.pack(">I", 4 << 24 | len(comment)) + comment

    assert decoded(wav(before_data=tags)).info.duration_s == 4.0
    assert decoded(flac()[:42] + block + flac()[42:]).info.duration_s == 4.0


def test_tags_larger_than_any_cover_are_refused() -> None:
    error = refusal(enc.id3v2(33 * MIB) + hostile.mp3())
    assert error.code is InputCode.UNSUPPORTED_FORMAT


@pytest.mark.parametrize(
    ("make", "lost_s"),
    [(hostile.mp3, 0.1), (m4a, 0.1), (adts, 0.1), (flac, 0.2), (opus, 1.0)],
    ids=["mp3", "m4a", "raw aac", "flac", "opus"],
)
def test_a_burst_of_noise_in_a_stream_is_skipped_as_players_do(make: Builder, lost_s: float) -> None:
    """A packet is lost, in Ogg a page of them."""
    data = bytearray(make())
    middle = len(data) // 2
    data[middle : middle + 40] = hostile.random_bytes(40)

    assert 4.0 - lost_s <= decoded(bytes(data)).info.duration_s < 4.1


def test_a_stream_that_is_mostly_noise_is_damaged() -> None:
    data = bytearray(m4a())
    body = data.index(b"mdat") + 4
    end = data.index(b"moov") - 4
    data[body:end] = hostile.random_bytes(end - body)

    assert refusal(bytes(data)).code is InputCode.DECODER_FAILED
