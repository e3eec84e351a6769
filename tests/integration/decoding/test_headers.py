"""Headers that lie, and files that end early or name what nobody mixes in."""

from collections.abc import Callable

import numpy as np
import pytest

from core.text.error_sentences import say
from core.values.errors import InputCode
from tests.integration.decoding.decoded import decoded
from tests.integration.decoding.refusals import RATE_HZ, Builder, adts, flac, m4a, opus, refusal, sixteen, vorbis, wav
from tests.support.audio import encoding as enc
from tests.support.audio import hostile

CUTS = (0.1, 0.35, 0.6)

DECLARING: dict[str, Builder] = {
    "wav": wav,
    "wav, extensible": lambda: wav(extensible=True),
    "wav with chunks": lambda: wav(before_data=enc.chunk(b"bext", bytes(603))),
    "float wav": lambda: enc.wav(enc.float_bytes(hostile.tone(), 32), RATE_HZ, 2, 32, tag=enc.IEEE_FLOAT),
    "rf64": lambda: enc.rf64(enc.pcm_bytes(sixteen().astype(np.int64), 16), RATE_HZ, 2, 16),
    "aiff": lambda: enc.aiff(enc.pcm_bytes(sixteen().astype(np.int64), 16, ">"), RATE_HZ, 2, 16),
    "flac": flac,
    "mp3": hostile.mp3,
    "tagged mp3": lambda: enc.id3v2() + hostile.mp3(),
    "mp3 22 kHz mono": lambda: hostile.mp3(rate_hz=22_050, channels=1),
    "m4a, index first": lambda: m4a(movflags="faststart"),
}


@pytest.mark.parametrize("share", CUTS)
@pytest.mark.parametrize("name", DECLARING)
def test_a_truncated_file_is_refused_with_both_lengths(name: str, share: float) -> None:
    whole = DECLARING[name]()
    at = max(int(len(whole) * share), 3_000)

    error = refusal(whole[:at])

    assert error.code is InputCode.TRUNCATED
    assert float(error.facts["declared_s"]) == pytest.approx(4.0, abs=0.1)  # MP3 counts whole frames, and its delay
    assert float(error.facts["duration_s"]) == pytest.approx(4.0 * at / len(whole), abs=0.45)
    assert "0:04" in say(error)


def test_a_file_of_more_samples_than_it_declares_is_refused() -> None:
    """The size of a sample may be wrong, and what is decoded then is noise."""
    data = enc.pcm_bytes(sixteen().astype(np.int64), 16, ">")
    assert refusal(enc.aiff(data, RATE_HZ, 2, 16, declared_samples=2 * RATE_HZ)).code is InputCode.DECODER_FAILED
    assert decoded(enc.aiff(data, RATE_HZ, 2, 16, declared_samples=3 * RATE_HZ + 5_000)).info.duration_s == 4.0


@pytest.mark.parametrize("share", CUTS)
@pytest.mark.parametrize("make", [m4a, lambda: enc.encoded(sixteen(), RATE_HZ, "alac", "ipod")], ids=["aac", "alac"])
def test_an_m4a_whose_index_is_cut_off_is_damaged(make: Builder, share: float) -> None:
    whole = make()
    assert refusal(whole[: int(len(whole) * share)]).code is InputCode.DECODER_FAILED


@pytest.mark.parametrize("make", [vorbis, opus, adts], ids=["vorbis", "opus", "raw aac"])
def test_streams_that_declare_no_length_end_where_they_end(make: Builder) -> None:
    whole = make()
    assert refusal(whole[: len(whole) // 3]).code is InputCode.TOO_SHORT
    assert 2.9 < decoded(whole[: len(whole) * 9 // 10]).info.duration_s < 4.0


@pytest.mark.parametrize("length", [1, 4, 11, 12, 13, 20, 36, 43])
@pytest.mark.parametrize("make", [wav, lambda: enc.aiff(bytes(400_000), RATE_HZ, 2, 16), flac, m4a, vorbis])
def test_a_header_cut_anywhere_is_refused(make: Builder, length: int) -> None:
    assert refusal(make()[:length]).code in {
        InputCode.NOT_AUDIO, InputCode.DECODER_FAILED, InputCode.UNSUPPORTED_FORMAT,
    }  # fmt: skip


@pytest.mark.parametrize("missing_s", [0.0, 0.5, 0.95])
def test_a_file_that_misses_less_than_a_second_is_measured(missing_s: float) -> None:
    whole = wav()
    cut = int(missing_s * RATE_HZ) * 4

    assert decoded(whole[: len(whole) - cut]).info.duration_s == pytest.approx(4.0 - missing_s, abs=0.001)


def test_an_xing_header_that_says_too_little_is_no_reason_to_refuse() -> None:
    """Two MP3 files in a row: what players play as one song."""
    assert decoded(hostile.mp3() + hostile.mp3()).info.duration_s == pytest.approx(8.0, abs=0.1)


def test_a_flac_that_claims_more_than_it_holds_is_truncated() -> None:
    error = refusal(hostile.flac_claiming(flac(), 60 * RATE_HZ))

    assert error.code is InputCode.TRUNCATED
    assert (error.facts["duration_s"], error.facts["declared_s"]) == (4.0, 60.0)


@pytest.mark.parametrize(
    ("data", "given"),
    [
        (lambda: wav(sixteen(8.0), rate_hz=4_000), 4_000),
        (lambda: wav(sixteen(8.0), rate_hz=7_999), 7_999),
        (lambda: wav(rate_hz=1), 1),
        (lambda: wav(rate_hz=192_001), 192_001),
        (lambda: wav(rate_hz=384_000), 384_000),
        (lambda: wav(rate_hz=2**31 - 1), 2**31 - 1),
        (lambda: enc.aiff(bytes(400_000), 384_000, 2, 16), 384_000),
        (lambda: enc.aiff(bytes(400_000), 4_000, 2, 16), 4_000),
        (lambda: enc.encoded(sixteen(), 384_000, "flac", "flac"), 384_000),
        (lambda: enc.by_libsndfile(hostile.tone(), 4_000, "OGG", "VORBIS"), 4_000),
    ],
)
def test_rates_nobody_mixes_at_are_refused(data: Builder, given: int) -> None:
    error = refusal(data())

    assert error.code is InputCode.UNSUPPORTED_RATE
    assert error.facts["given_hz"] == given


def no_channels() -> bytes:
    return enc.wav(bytes(400_000), RATE_HZ, 0, 16, block_align=4)


@pytest.mark.parametrize("make", [lambda: wav(rate_hz=0), lambda: wav(rate_hz=2**32 - 1), no_channels])
def test_a_header_that_makes_no_sense_is_damage(make: Builder) -> None:
    assert refusal(make()).code is InputCode.DECODER_FAILED


@pytest.mark.parametrize("channels", [3, 4, 7, 8])
@pytest.mark.parametrize(
    "make",
    [
        lambda n: wav(np.zeros((n, 4 * RATE_HZ), np.int16)),
        lambda n: wav(np.zeros((n, 4 * RATE_HZ), np.int16), extensible=True),
        lambda n: enc.by_libsndfile(np.zeros((n, 4 * RATE_HZ)), RATE_HZ, "FLAC", "PCM_16"),
        lambda n: enc.by_libsndfile(np.zeros((n, 4 * RATE_HZ)), RATE_HZ, "OGG", "VORBIS"),
    ],
    ids=["wav", "extensible", "flac", "vorbis"],
)
def test_layouts_other_than_surround_are_refused_with_their_number(make: Callable[[int], bytes], channels: int) -> None:
    error = refusal(make(channels))

    assert error.code is InputCode.UNSUPPORTED_CHANNELS
    assert error.facts["given"] == channels


@pytest.mark.parametrize("channels", [255, 65_535])
def test_absurd_channel_counts_are_refused_in_no_time(channels: int) -> None:
    data = enc.wav(bytes(8_000_000), RATE_HZ, channels, 16, block_align=4)
    assert refusal(data).code in {InputCode.UNSUPPORTED_CHANNELS, InputCode.DECODER_FAILED}


def test_a_hundred_thousand_empty_chunks_hide_nothing() -> None:
    found = decoded(wav(before_data=enc.chunk(b"JUNK", b"") * 100_000))

    np.testing.assert_array_equal(found.samples, (sixteen() / 2.0**15).astype(np.float32))
