"""Bombs and shreds: files that hold far more or less than a song."""

import io
import resource
from collections.abc import Callable

import numpy as np
import pytest

from core.audio.decode import open_audio
from core.audio.source import DecodeLimits
from core.text.error_sentences import say
from core.values.errors import InputCode, InputError
from tests.integration.decoding.decoded import decoded
from tests.integration.decoding.refusals import (
    MIB,
    RATE_HZ,
    Builder,
    adts,
    flac,
    m4a,
    refusal,
    vorbis,
    wav,
)
from tests.support.audio import encoding as enc
from tests.support.audio import hostile

BOMBS: dict[str, Builder] = {
    "flac of 24 hours, told": lambda: hostile.flac_bomb(24, 24 * 3600 * RATE_HZ),
    "flac of 24 hours, untold": lambda: hostile.flac_bomb(24, 0),
    "flac of 24 hours, a lie": lambda: hostile.flac_bomb(24, 10 * RATE_HZ),
    "flac that claims 2^36 samples": lambda: hostile.flac_claiming(flac(), 2**36 - 1),
    "opus of an hour": lambda: hostile.opus_bomb(60),
    "aac of an hour": lambda: hostile.aac_bomb(60),
    "aiff that claims 13 hours": lambda: enc.aiff(bytes(400_000), RATE_HZ, 2, 16, declared_samples=2**31 - 1),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_small_file_that_decodes_to_hours_is_stopped(name: str) -> None:
    data = BOMBS[name]()
    assert len(data) < 3 * MIB
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    error = refusal_streamed(data)

    assert error.code is InputCode.TOO_LONG
    assert float(error.facts["duration_s"]) > 900.0
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60 * 1024  # KiB; an hour would take 1.2 GiB


def refusal_streamed(data: bytes) -> InputError:
    """As an analysis reads: no block is kept, and none comes from beyond the limit."""
    with pytest.raises(InputError) as caught:
        count_samples(data, DecodeLimits())
    assert say(caught.value)
    return caught.value


def count_samples(data: bytes, limits: DecodeLimits) -> None:
    samples = 0
    with open_audio(io.BytesIO(data), limits) as stream:
        for block in stream.blocks():
            samples += block.shape[1]
            assert samples <= limits.max_duration_s * stream.sample_rate_hz


@pytest.mark.parametrize("make", [wav, flac, hostile.mp3, m4a, vorbis, adts])
def test_the_limit_of_length_is_the_limit_of_samples(make: Builder) -> None:
    data = make()
    found = decoded(data).samples.shape[1]

    exact = DecodeLimits(max_duration_s=found / RATE_HZ)
    assert decoded(data, exact).samples.shape[1] == found
    error = refusal(data, DecodeLimits(max_duration_s=(found - 1) / RATE_HZ))
    assert error.code is InputCode.TOO_LONG


def test_how_long_a_refused_mp3_is_is_said_though_it_is_not_decoded_to_its_end() -> None:
    error = refusal(hostile.mp3(), DecodeLimits(max_duration_s=2.0))

    assert float(error.facts["duration_s"]) == pytest.approx(4.0, abs=0.1)
    assert "0:04" in say(error)


def test_a_file_over_the_size_limit_is_refused_unread() -> None:
    class Unreadable(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise AssertionError("it was read")

    data = wav()
    with pytest.raises(InputError) as caught, open_audio(Unreadable(data), DecodeLimits(max_bytes=len(data) - 1)):
        pass

    assert caught.value.code is InputCode.TOO_LARGE
    assert caught.value.facts == {"size_bytes": len(data), "max_bytes": len(data) - 1}
    assert decoded(data, DecodeLimits(max_bytes=len(data))).info.duration_s == 4.0


@pytest.mark.parametrize("make", [wav, flac, vorbis])
def test_three_seconds_are_enough_and_a_sample_less_is_not(make: Callable[..., bytes]) -> None:
    def of(length: int) -> bytes:
        samples = hostile.tone()[:, :length]
        if make is vorbis:
            return enc.by_libsndfile(samples, RATE_HZ, "OGG", "VORBIS")
        codes = (samples * 32_767).astype(np.int16)
        return enc.encoded(codes, RATE_HZ, "flac", "flac") if make is flac else wav(codes)

    assert decoded(of(3 * RATE_HZ), DecodeLimits()).info.duration_s == 3.0
    error = refusal(of(3 * RATE_HZ - 1))
    assert error.code is InputCode.TOO_SHORT


def test_silence_is_not_refused_here() -> None:
    """The analysis does that: it knows how loud silence may be."""
    assert not decoded(wav(np.zeros((2, 4 * RATE_HZ), np.int16))).samples.any()
