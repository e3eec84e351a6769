"""Building files and having them refused: what the tests of the guards share."""

import re
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from core.audio.source import DecodeLimits
from core.text.error_sentences import say
from core.values.errors import InputError
from tests.integration.decoding.decoded import decoded
from tests.support.audio import encoding as enc
from tests.support.audio import hostile

RATE_HZ = hostile.RATE_HZ
MIB = 1024 * 1024

Builder = Callable[[], bytes]


def refusal(data: bytes, limits: DecodeLimits | None = None) -> InputError:
    """Why a file is refused, if it can be said to a person."""
    with pytest.raises(InputError) as caught:
        decoded(data, limits or DecodeLimits())
    sentence = say(caught.value)
    assert not re.search(r"[/\\{}]|unknown (?!codec)|Traceback|Error|None|\bnan\b|\binf\b", sentence), sentence
    assert sentence.endswith(".")
    return caught.value


@cache
def sixteen(duration_s: float = 4.0, rate_hz: int = RATE_HZ, channels: int = 2) -> np.ndarray:
    return (hostile.tone(duration_s, rate_hz, channels) * 32_767).astype(np.int16)


def wav(samples: np.ndarray | None = None, rate_hz: int = RATE_HZ, **lies) -> bytes:
    codes = (sixteen() if samples is None else samples).astype(np.int64)
    return enc.wav(enc.pcm_bytes(codes, 16), rate_hz, codes.shape[0], 16, **lies)


@cache
def flac(duration_s: float = 4.0, rate_hz: int = RATE_HZ, channels: int = 2) -> bytes:
    return enc.encoded(sixteen(duration_s, rate_hz, channels), rate_hz, "flac", "flac")


@cache
def vorbis(rate_hz: int = RATE_HZ, channels: int = 2) -> bytes:
    return enc.by_libsndfile(hostile.tone(4.0, rate_hz, channels), rate_hz, "OGG", "VORBIS")


@cache
def opus(channels: int = 2) -> bytes:
    return enc.encoded(hostile.tone(4.0, 48_000, channels), 48_000, "libopus", "ogg", bit_rate=96_000)


@cache
def m4a(duration_s: float = 4.0, **container_options: str) -> bytes:
    samples = hostile.tone(duration_s)
    return enc.encoded(samples, RATE_HZ, "aac", "ipod", bit_rate=128_000, container_options=container_options)


@cache
def adts(rate_hz: int = RATE_HZ, channels: int = 2) -> bytes:
    return enc.encoded(hostile.tone(4.0, rate_hz, channels), rate_hz, "aac", "adts", bit_rate=96_000)
