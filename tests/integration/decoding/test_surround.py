"""5.0 and 5.1: every channel is what its container says it is, whatever the order of the samples in the file."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from core.audio.source import DecodeLimits
from core.text.error_sentences import say
from core.values.errors import InputCode
from tests.integration.decoding.decoded import decoded
from tests.integration.decoding.refusals import refusal
from tests.support.audio import encoding as enc

RATE_HZ = 48_000
DURATION_S = 4.0
SURROUND = DecodeLimits(surround=True)

TONES_HZ = {"L": 200.0, "R": 300.0, "C": 400.0, "LFE": 50.0, "Ls": 600.0, "Rs": 750.0}
"""Which loudspeaker it is, one hears."""

BACK_50, BACK_51, SIDE_50, SIDE_51 = 0x37, 0x3F, 0x607, 0x60F
"""dwChannelMask (Microsoft, "Multiple channel audio data and WAVE files"): left, right, centre, low-frequency effects,
back left and right (bits 4, 5), side left and right (bits 9, 10)."""

WAVE_ORDER = ("L", "R", "C", "LFE", "Ls", "Rs")
"""Also that of FLAC (RFC 9639, section 9.1.3)."""

VORBIS_ORDER = ("L", "C", "R", "Ls", "Rs", "LFE")
"""Vorbis I, section 4.3.9; Opus takes it over (RFC 7845, section 5.1.1.2)."""

Maker = Callable[[Sequence[str]], bytes]
"""A file with the tones of these loudspeakers."""


def tones(order: Sequence[str]) -> NDArray[np.float64]:
    time = np.arange(round(DURATION_S * RATE_HZ)) / RATE_HZ
    return np.stack([0.2 * np.sin(2.0 * np.pi * TONES_HZ[name] * time) for name in order])


def with_or_without(order: Sequence[str], *, lfe: bool) -> tuple[str, ...]:
    return tuple(name for name in order if lfe or name != "LFE")


def extensible(mask: int) -> Maker:
    def make(order: Sequence[str]) -> bytes:
        codes = np.rint(tones(order) * 2.0**23).astype(np.int64)
        return enc.wav(enc.pcm_bytes(codes, 24), RATE_HZ, len(order), 24, extensible=True, mask=mask)

    return make


def by_libsndfile(form: str, subtype: str) -> Maker:
    return lambda order: enc.by_libsndfile(tones(order), RATE_HZ, form, subtype)


def by_ffmpeg(codec: str, container: str, layout: str, dtype: type) -> Maker:
    def make(order: Sequence[str]) -> bytes:
        scale = 1.0 if np.issubdtype(dtype, np.floating) else np.iinfo(dtype).max
        bit_rate = 448_000 if dtype is np.float32 else None
        samples = (tones(order) * scale).astype(dtype)
        return enc.encoded(samples, RATE_HZ, codec, container, layout=layout, bit_rate=bit_rate)

    return make


FILES: list[tuple[str, Maker, Sequence[str], bool]] = [
    # name, maker, order in which the maker is given the channels, with low-frequency effects
    ("wav, back", extensible(BACK_51), WAVE_ORDER, True),
    ("wav, side", extensible(SIDE_51), WAVE_ORDER, True),
    ("wav 5.0, back", extensible(BACK_50), WAVE_ORDER, False),
    ("wav 5.0, side", extensible(SIDE_50), WAVE_ORDER, False),
    ("libsndfile wav", by_libsndfile("WAVEX", "PCM_24"), WAVE_ORDER, True),
    ("flac", by_libsndfile("FLAC", "PCM_16"), WAVE_ORDER, True),
    ("flac 5.0", by_libsndfile("FLAC", "PCM_16"), WAVE_ORDER, False),
    ("vorbis", by_libsndfile("OGG", "VORBIS"), VORBIS_ORDER, True),
    ("vorbis 5.0", by_libsndfile("OGG", "VORBIS"), VORBIS_ORDER, False),
    ("opus 5.0", by_libsndfile("OGG", "OPUS"), VORBIS_ORDER, False),
    ("opus", by_ffmpeg("libopus", "ogg", "5.1", np.float32), WAVE_ORDER, True),
    ("m4a", by_ffmpeg("aac", "ipod", "5.1", np.float32), WAVE_ORDER, True),
    ("m4a 5.0", by_ffmpeg("aac", "ipod", "5.0", np.float32), WAVE_ORDER, False),
    ("raw aac", by_ffmpeg("aac", "adts", "5.1", np.float32), WAVE_ORDER, True),
    ("alac", by_ffmpeg("alac", "ipod", "5.1", np.int16), WAVE_ORDER, True),
    ("flac in mp4", by_ffmpeg("flac", "mp4", "5.1", np.int16), WAVE_ORDER, True),
    ("aiff", by_ffmpeg("pcm_s16be", "aiff", "5.1", np.int16), WAVE_ORDER, True),
]


@pytest.mark.parametrize(("name", "make", "order", "lfe"), FILES, ids=[file[0] for file in FILES])
def test_every_channel_is_known_for_what_it_is(name: str, make: Maker, order: Sequence[str], lfe: bool) -> None:
    given = with_or_without(order, lfe=lfe)

    found = decoded(make(given), SURROUND)

    assert sorted(found.info.speakers) == sorted(given)
    assert found.info.channels == found.samples.shape[0] == len(given)
    for speaker, channel in zip(found.info.speakers, found.samples, strict=True):
        spectrum = np.abs(np.fft.rfft(channel * np.hanning(channel.size)))
        heard_hz = float(np.argmax(spectrum)) * RATE_HZ / channel.size
        assert heard_hz == pytest.approx(TONES_HZ[speaker], abs=1.0), speaker


def test_the_samples_of_a_surround_wav_are_exact() -> None:
    codes = enc.random_codes(24, 6, 200_003)
    data = enc.wav(enc.pcm_bytes(codes, 24), RATE_HZ, 6, 24, extensible=True, mask=SIDE_51)

    found = decoded(data, SURROUND)

    assert found.info.speakers == WAVE_ORDER
    np.testing.assert_array_equal(found.samples, (codes / 2.0**23).astype(np.float32))


@pytest.mark.parametrize(
    ("data", "layout"),
    [(extensible(BACK_51)(WAVE_ORDER), "5.1"), (extensible(SIDE_50)(with_or_without(WAVE_ORDER, lfe=False)), "5.0")],
)
def test_who_did_not_ask_for_surround_is_told_to_bounce_it(data: bytes, layout: str) -> None:
    error = refusal(data)

    assert error.code is InputCode.SURROUND
    assert layout in say(error)
    assert "bounce it to stereo" in say(error)


def silent_wav(channels: int, *, extensible: bool = True, mask: int | None = None) -> bytes:
    return enc.wav(bytes(channels * 2 * RATE_HZ), RATE_HZ, channels, 16, extensible=extensible, mask=mask)


@pytest.mark.parametrize("mask", [None, 0])
def test_five_channels_without_a_layout_are_read_as_50_and_the_facts_say_so(mask: int | None) -> None:
    """EBU distributes case 6 of Tech 3341 that way."""
    limits = DecodeLimits(surround=True, min_duration_s=0.4)
    info = decoded(silent_wav(5, extensible=mask is not None, mask=mask), limits).info
    assert info.speakers == ("L", "R", "C", "Ls", "Rs")
    assert info.speakers_assumed


REFUSED: dict[str, Callable[[], bytes]] = {
    "six channels, no layout": lambda: silent_wav(6, extensible=False),
    "six channels, empty mask": lambda: silent_wav(6, mask=0),
    "six channels, too many loudspeakers": lambda: silent_wav(6, mask=0xFF),
    "six channels, three of them at the back": lambda: silent_wav(6, mask=0x137),
    "one surround at the side, one at the back": lambda: silent_wav(6, mask=0x22F),
    "aiff without a layout": lambda: enc.by_libsndfile(tones(WAVE_ORDER), RATE_HZ, "AIFF", "PCM_16"),
    "quad": lambda: silent_wav(4, mask=0x33),
    "four in front": lambda: silent_wav(4, mask=0x107),
    "seven channels": lambda: silent_wav(7, mask=0x70F),
    "7.1": lambda: silent_wav(8, mask=0x63F),
    "three": lambda: silent_wav(3, mask=0x7),
}


@pytest.mark.parametrize("name", REFUSED)
def test_other_layouts_are_refused_and_not_guessed(name: str) -> None:
    error = refusal(REFUSED[name](), SURROUND)

    assert error.code is InputCode.UNSUPPORTED_CHANNELS
    assert "stereo" in say(error)


@pytest.mark.parametrize("share", [0.1, 0.6])
@pytest.mark.parametrize("make", [extensible(SIDE_51), by_libsndfile("FLAC", "PCM_16")], ids=["wav", "flac"])
def test_a_surround_file_that_ends_early_is_refused_with_both_lengths(make: Maker, share: float) -> None:
    whole = make(WAVE_ORDER)

    error = refusal(whole[: int(share * len(whole))], SURROUND)

    assert error.code is InputCode.TRUNCATED
    assert float(error.facts["declared_s"]) == pytest.approx(DURATION_S, abs=0.01)
    assert float(error.facts["duration_s"]) == pytest.approx(share * DURATION_S, abs=0.3)


def adts(layout: str, channels: int) -> bytes:
    samples = tones(WAVE_ORDER)[:channels].astype(np.float32)
    return enc.encoded(samples, RATE_HZ, "aac", "adts", layout=layout, bit_rate=256_000)


@pytest.mark.parametrize(
    "data",
    [
        lambda: adts("5.1", 6) + adts("stereo", 2),
        lambda: adts("stereo", 2) + adts("5.1", 6),
        lambda: adts("5.1", 6) + adts("5.0", 5),
        lambda: adts("5.1", 6) + adts("6.0", 6),
    ],
    ids=["to stereo", "from stereo", "to 5.0", "to other loudspeakers"],
)
def test_a_layout_that_changes_is_refused_with_the_place(data: Callable[[], bytes]) -> None:
    error = refusal(data(), SURROUND)

    assert error.code is InputCode.FORMAT_CHANGE
    assert float(error.facts["at_s"]) == pytest.approx(DURATION_S, abs=0.1)
