"""The format of a file, detected by its first bytes: the demuxer is chosen here and never guessed by FFmpeg.

A 44-byte text named ``.mp3`` can make an unguarded demuxer open another member's upload (playlists, "ffconcat"), so
only the formats below are handed to FFmpeg, each by name. Names and extensions of files are not used.
"""

from dataclasses import dataclass
from typing import BinaryIO

from core.audio import mpeg, riff
from core.audio.riff import Correction
from core.values.errors import InputCode, InputError

SNIFF_BYTES = 64 * 1024
"""Bytes in which the first MPEG frame is searched: encoders pad with zeros, but not further than this."""

MAX_TAG_BYTES = 32 * 1024 * 1024
"""ID3v2 tags (cover art included) larger than this are refused. They are skipped by their declared size, never read:
a compressed tag of 974 kB was seen to unpack to 3 GB in a tag reader."""

MAX_TAGS = 4
"""ID3v2 tags in a row that are skipped."""


@dataclass(frozen=True, slots=True)
class Sniffed:
    """Format of a file, and how to open it.

    Attributes:
        demuxer: FFmpeg's name of the demuxer to use.
        whitelist: all names of that demuxer.
        start: byte at which the data begins, after ID3v2 tags.
        declared_s: length by a header that FFmpeg does not pass on (WAVE, MP3); None where there is none.
        corrections: bytes of the header that FFmpeg must be given in place of those in the file.
    """

    demuxer: str
    whitelist: str
    start: int
    declared_s: float | None = None
    corrections: tuple[Correction, ...] = ()


_MP4_NAMES = "mov,mp4,m4a,3gp,3g2,mj2"
_PICTURE_BRANDS = (b"avif", b"heic", b"heix", b"mif1", b"crx ")

_UNSUPPORTED: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or a project file"),
    (b"\x1f\x8b", "a compressed archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"MThd", "a MIDI file"),
    (b"\x30\x26\xb2\x75", "Windows Media audio"),
    (b"MAC ", "Monkey's Audio"),
    (b"wvpk", "WavPack"),
    (b"TTA1", "True Audio"),
    (b"DSD ", "DSD audio"),
    (b"FRM8", "DSD audio"),
    (b"caff", "a Core Audio file"),
    (b"#!AMR", "AMR audio"),
    (b"\x1aE\xdf\xa3", "a Matroska or WebM file"),
    (b"#EXTM3U", "a playlist"),
    (b"ffconcat", "a playlist"),
    (b"[playlist]", "a playlist"),
    (b"FLhd", "an FL Studio project"),
    (b"riff\x2e\x91\xcf\x11", "a Sony Wave64 file"),
    (b"RIFX", "a big-endian WAVE file"),
    (b".snd", "a Sun audio file"),
)


def sniff(file: BinaryIO) -> Sniffed:
    """Tell the format of an audio file from its content.

    Args:
        file: opened for reading, seekable; its position is left undefined.

    Raises:
        InputError: EMPTY, NOT_AUDIO, or UNSUPPORTED_FORMAT (with the fact ``found``).
    """
    start = _skip_tags(file)
    file.seek(start)
    head = file.read(SNIFF_BYTES)
    if not head:
        raise InputError(InputCode.NOT_AUDIO if start else InputCode.EMPTY)
    # Checked before MPEG frames are searched: a picture or an archive may contain some.
    for magic, name in _UNSUPPORTED:
        if head.startswith(magic):
            raise InputError(InputCode.UNSUPPORTED_FORMAT, found=name)
    found = _container(file, head, start) or _mpeg(head, start)
    if found is None:
        raise InputError(InputCode.NOT_AUDIO)
    return found


def _skip_tags(file: BinaryIO) -> int:
    """Byte at which the data begins, after ID3v2 tags, whose size is 28 bits in four bytes (ID3v2.4, section 3.1)."""
    start = 0
    for _ in range(MAX_TAGS):
        file.seek(start)
        header = file.read(10)
        if len(header) < 10 or not header.startswith(b"ID3") or any(byte & 0x80 for byte in header[6:10]):
            break
        size = header[6] << 21 | header[7] << 14 | header[8] << 7 | header[9]
        has_footer = bool(header[5] & 0x10)
        start += 10 + size + (10 if has_footer else 0)
        if start > MAX_TAG_BYTES:
            raise InputError(InputCode.UNSUPPORTED_FORMAT, found="a file with oversized tags")
    return start


def _container(file: BinaryIO, head: bytes, start: int) -> Sniffed | None:
    if head[:4] in {b"RIFF", b"RF64", b"BW64"} and head[8:12] == b"WAVE":
        wave = riff.wave_header(file, start)
        return Sniffed("wav", "wav", start, wave.declared_s, wave.corrections)
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        raise InputError(InputCode.UNSUPPORTED_FORMAT, found="an AVI video")
    if head[:4] == b"FORM" and head[8:12] in {b"AIFF", b"AIFC"}:
        return Sniffed("aiff", "aiff", start)
    if head[:4] == b"fLaC":
        return Sniffed("flac", "flac", start)
    if head[:4] == b"OggS":
        return _ogg(head, start)
    if head[4:8] == b"ftyp":
        if head[8:12] in _PICTURE_BRANDS:
            raise InputError(InputCode.UNSUPPORTED_FORMAT, found="a picture")
        return Sniffed("mov", _MP4_NAMES, start)
    return None


def _ogg(head: bytes, start: int) -> Sniffed:
    """An Ogg file, whose first pages each begin a stream and name its codec (RFC 3533, section 6), in any order."""
    if any(magic in head for magic in (b"\x01vorbis", b"OpusHead", b"\x7fFLAC")):
        return Sniffed("ogg", "ogg", start)
    raise InputError(InputCode.UNSUPPORTED_FORMAT, found="an Ogg file without Vorbis, Opus or FLAC")


def _mpeg(head: bytes, start: int) -> Sniffed | None:
    found = mpeg.find_frames(head)
    if found is None:
        return None
    name, at = found
    return Sniffed(name, name, start + at, mpeg.declared_duration_s(head, at) if name == "mp3" else None)
