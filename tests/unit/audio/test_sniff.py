"""What a file is, told from its first bytes."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.audio.sniff import MAX_TAG_BYTES, SNIFF_BYTES, Sniffed, sniff
from core.values.errors import InputCode, InputError
from tests.support.audio import encoding as enc
from tests.support.properties import examples

WAVE = b"RIFF\x24\0\0\0WAVEfmt "
MP3_FRAME = b"\xff\xfb\x90\x00" + bytes(413)
"""MPEG-1 layer III, 128 kbit/s at 44.1 kHz: 144 · 128,000 / 44,100 = 417 bytes."""
ADTS_FRAME = b"\xff\xf1\x50\x80\x02\x1f\xfc" + bytes(9)
"""Sixteen bytes, the header included."""


def sniffed(data: bytes) -> Sniffed:
    return sniff(io.BytesIO(data))


@pytest.mark.parametrize(
    ("head", "demuxer"),
    [
        (WAVE, "wav"),
        (b"RF64\xff\xff\xff\xffWAVEds64", "wav"),
        (b"BW64\xff\xff\xff\xffWAVEds64", "wav"),
        (b"FORM\0\0\0\0AIFFCOMM", "aiff"),
        (b"FORM\0\0\0\0AIFCFVER", "aiff"),
        (b"fLaC\0\0\0\x22", "flac"),
        (b"OggS\0\2" + bytes(22) + b"\x01vorbis", "ogg"),
        (b"OggS\0\2" + bytes(22) + b"OpusHead", "ogg"),
        (b"OggS\0\2" + bytes(22) + b"\x7fFLAC", "ogg"),
        (b"\0\0\0\x20ftypM4A \0\0\0\0", "mov"),
        (b"\0\0\0\x20ftypisom\0\0\0\0", "mov"),
        (MP3_FRAME * 2, "mp3"),
        (ADTS_FRAME * 2, "aac"),
    ],
)
@pytest.mark.parametrize("tags", [b"", enc.id3v2(), enc.id3v2(footer=True), enc.id3v2() * 4])
def test_each_format_is_told_by_its_magic_behind_tags_too(head: bytes, demuxer: str, tags: bytes) -> None:
    found = sniffed(tags + head + bytes(100))

    assert found.demuxer == demuxer
    assert demuxer in found.whitelist.split(",")
    assert found.start == len(tags)


def test_mpeg_frames_are_found_behind_the_zeros_an_encoder_left() -> None:
    assert sniffed(bytes(3_000) + MP3_FRAME * 2).start == 3_000


def test_mpeg_frames_are_not_looked_for_for_ever() -> None:
    with pytest.raises(InputError) as caught:
        sniffed(bytes(SNIFF_BYTES) + MP3_FRAME * 2)
    assert caught.value.code is InputCode.NOT_AUDIO


@pytest.mark.parametrize("data", [MP3_FRAME + bytes(500), b"\xff\xfb\x90\x00" + bytes(100) + b"\xff\xfb\x90\x00"])
def test_one_frame_header_alone_is_chance(data: bytes) -> None:
    with pytest.raises(InputError) as caught:
        sniffed(data)
    assert caught.value.code is InputCode.NOT_AUDIO


@pytest.mark.parametrize("tags", [enc.id3v2(), enc.id3v2() * 5])
def test_tags_without_music_are_no_audio(tags: bytes) -> None:
    with pytest.raises(InputError) as caught:
        sniffed(tags)
    assert caught.value.code is InputCode.NOT_AUDIO


def test_nothing_is_read_of_a_tag_but_its_size() -> None:
    """Its bytes need not even be there."""

    class Counting(io.BytesIO):
        taken = 0

        def read(self, size: int | None = -1, /) -> bytes:
            data = super().read(size)
            self.taken += len(data)
            return data

    file = Counting(enc.id3v2(5_000_000) + MP3_FRAME * 2)
    assert sniff(file).start == 5_000_010
    assert file.taken < SNIFF_BYTES


def test_a_tag_larger_than_any_cover_is_refused_unread() -> None:
    with pytest.raises(InputError) as caught:
        sniffed(enc.id3v2(MAX_TAG_BYTES)[:2_000])
    assert caught.value.code is InputCode.UNSUPPORTED_FORMAT


@examples(300)
@given(
    st.sampled_from(
        [b"", WAVE, b"RF64", b"FORM", b"fLaC", b"OggS", b"\0\0\0\x20ftyp", b"ID3\4\0\0", b"\xff\xfb\x90\x00"]
    ),
    st.binary(max_size=200),
)
def test_any_bytes_have_a_format_or_an_input_error(head: bytes, rest: bytes) -> None:
    try:
        found = sniffed(head + rest)
    except InputError as error:
        assert error.code in {InputCode.EMPTY, InputCode.NOT_AUDIO, InputCode.UNSUPPORTED_FORMAT}  # noqa: PT017 - either
    else:
        assert 0 <= found.start <= len(head + rest)
        assert found.declared_s is None or found.declared_s >= 0.0
