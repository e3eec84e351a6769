"""Files that are not what they seem: other formats under a track's name, lies in headers, bombs, tags that hide more.

Each is made here from first principles; nothing is taken from a collection of attacks.
"""

import io
import random
import struct
import zlib
from collections.abc import Mapping
from functools import cache

import av
import numpy as np
from numpy.typing import NDArray

from tests.support.audio import encoding as enc

RATE_HZ = 44_100


def random_bytes(length: int = 50_000) -> bytes:
    return random.Random(7).randbytes(length)


@cache
def tone(duration_s: float = 4.0, rate_hz: int = RATE_HZ, channels: int = 2) -> NDArray[np.float32]:
    samples = enc.tones(duration_s, rate_hz, channels).astype(np.float32)
    samples.flags.writeable = False
    return samples


@cache
def mp3(duration_s: float = 4.0, rate_hz: int = RATE_HZ, channels: int = 2) -> bytes:
    return enc.encoded(tone(duration_s, rate_hz, channels), rate_hz, "libmp3lame", "mp3", bit_rate=128_000)


def png(width: int = 8, height: int = 8) -> bytes:
    """A picture; 60,000 by 60,000 fit into a few bytes too."""

    def part(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = part(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + part(b"IDAT", zlib.compress(bytes(9 * 8))) + part(b"IEND", b"")


NOT_AUDIO: Mapping[str, bytes] = {
    "text": b"A list of what to fix in the mix.\n" * 50,
    "html": b"<!DOCTYPE html><html><body>404 Not Found</body></html>",
    "svg": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
    "elf": b"\x7fELF\x02\x01\x01" + bytes(5_000),
    "random": random_bytes(),
    "zeros": bytes(100_000),
    "one byte": b"\xff",
    "one frame header": b"\xff\xfb\x90\x64",
    "tag and nothing else": enc.id3v2(),
    "half a tag": enc.id3v2(60_000)[:20_000],
    "subtitles": b"1\n00:00:00,000 --> 00:00:05,000\nla la la\n",
    "web subtitles": b"WEBVTT\n\n00:00.000 --> 00:05.000\nla la la\n",
    "lyrics": b"[ti:song]\n[00:01.00]la la la\n",
    "session description": b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
    "dash manifest": b'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period/></MPD>',
    "cue sheet": b'FILE "victim.wav" WAVE\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n',
    "filter graph": b"amovie=victim.wav",
}

UNSUPPORTED: Mapping[str, bytes] = {
    "png": png(),
    "jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF\0" + random_bytes(4_000),
    "gif": b"GIF89a" + bytes(100),
    "pdf": b"%PDF-1.7\n" + random_bytes(4_000),
    "zip": b"PK\3\4" + random_bytes(4_000),
    "gzip": b"\x1f\x8b\x08" + random_bytes(4_000),
    "midi": b"MThd\0\0\0\6\0\1\0\1\0\x60MTrk",
    "matroska": b"\x1aE\xdf\xa3" + bytes(1_000),
    "wave64": enc.by_libsndfile(tone(), RATE_HZ, "W64", "PCM_16"),
    "core audio": enc.by_libsndfile(tone(), RATE_HZ, "CAF", "PCM_16"),
    "sun audio": enc.by_libsndfile(tone(), RATE_HZ, "AU", "PCM_16"),
    "avi": b"RIFF\x24\0\0\0AVI LIST" + bytes(1_000),
    "heic": b"\0\0\0\x18ftypheic" + bytes(1_000),
    "ogg theora": b"OggS\0\2" + bytes(20) + b"\x01\x1e\x80theora" + bytes(1_000),
    "playlist": b"#EXTM3U\n#EXTINF:5,\nvictim.wav\n",
    "playlist file": b"[playlist]\nFile1=victim.wav\nNumberOfEntries=1\n",
    "concat": b"ffconcat version 1.0\nfile victim.wav\n",
    "tagged concat": enc.id3v2() + b"ffconcat version 1.0\nfile victim.wav\n",
    "tagged playlist": enc.id3v2() * 3 + b"#EXTM3U\nvictim.wav\n",
    # what begins as one thing is that thing, whatever lies behind
    "png with an mp3 in it": png() + mp3(),
    "zip with an mp3 in it": b"PK\3\4" + bytes(26) + mp3(),
    "playlist with an mp3 in it": b"#EXTM3U\nvictim.wav\n" + mp3(),
}


@cache
def unusual_codecs() -> dict[str, bytes]:
    """Containers we read, with codecs that nobody bounces a song in: decoders that see no other use."""
    samples = tone()
    sixteen = (samples * 32_767).astype(np.int16)
    wav = {
        f"wav with tag {tag:#06x}": enc.wav(bytes(400_000), RATE_HZ, 2, 16, tag=tag)
        for tag in (0x0000, 0x0011, 0x0031, 0x0161, 0x1234, 0x2000)
    }
    return wav | {
        "wav with adpcm": enc.encoded(sixteen, RATE_HZ, "adpcm_ms", "wav"),
        "wav with 64-bit integers": enc.wav(bytes(8 * 2 * 150_000), RATE_HZ, 2, 64),
        "wav without bits": enc.wav(bytes(400_000), RATE_HZ, 2, 0),
        "mp4 with ac-3": enc.encoded(samples, RATE_HZ, "ac3", "mp4", bit_rate=192_000),
        "aifc with adpcm": enc.by_libsndfile(samples, RATE_HZ, "AIFF", "IMA_ADPCM"),
    }


def flac_claiming(data: bytes, samples: int) -> bytes:
    """A FLAC file whose header says it has so many samples (RFC 9639, section 8.2: the last 36 bits of 64)."""
    word = int.from_bytes(data[18:26], "big")
    return data[:18] + ((word >> 36 << 36) | samples).to_bytes(8, "big") + data[26:]


@cache
def flac_bomb(hours: int, claimed_samples: int) -> bytes:
    """Silence, a few bytes a second, for as long as wanted."""
    ten_minutes = enc.encoded(
        np.zeros((2, 600 * RATE_HZ), np.int16), RATE_HZ, "flac", "flac", options={"frame_size": "32768"}
    )
    frames_at = ten_minutes.index(b"\xff\xf8")
    return flac_claiming(ten_minutes[:frames_at] + ten_minutes[frames_at:] * (6 * hours), claimed_samples)


def opus_bomb(minutes: int) -> bytes:
    """A minute of silence in 17 kB, chained (RFC 3533 allows it)."""
    silence = np.zeros((2, 60 * 48_000), np.float32)
    return enc.encoded(silence, 48_000, "libopus", "ogg", bit_rate=6_000, options={"frame_duration": "60"}) * minutes


def aac_bomb(minutes: int) -> bytes:
    """Silence at 4.5 kbit/s in a raw stream."""
    silence = np.zeros((2, 300 * RATE_HZ), np.float32)
    return enc.encoded(silence, RATE_HZ, "aac", "adts", bit_rate=16_000) * (minutes // 5)


def tag_bomb(mebibytes: int, frames: int = 1) -> bytes:
    """An ID3v2.4 tag whose compressed pictures unpack to `mebibytes` each (section 4.1.2: flags for both lengths)."""

    def size(number: int) -> bytes:
        return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))

    picture = zlib.compress(b"\0image/png\0\3\0".ljust(mebibytes << 20, b"\0"), 9)
    body = size(mebibytes << 20) + picture
    frame = b"APIC" + size(len(body)) + b"\0\x09" + body
    return b"ID3\4\0\0" + size(len(frame) * frames) + frame * frames


def with_cover(kind: str) -> tuple[bytes, NDArray[np.float32]]:
    """A track with an enormous picture in its tags, and its samples before encoding."""
    picture = png(60_000, 60_000)
    samples = tone()
    if kind == "mp3":
        frame = b"\0image/png\0\3\0" + picture
        tag = b"APIC" + bytes(len(frame) >> shift & 0x7F for shift in (21, 14, 7, 0)) + b"\0\0" + frame
        return _id3(tag) + mp3(), samples
    if kind == "flac":
        sixteen = (samples * 32_767).astype(np.int16)
        data = enc.encoded(sixteen, RATE_HZ, "flac", "flac")
        block = struct.pack(">II", 3, 9) + b"image/png" + struct.pack(">IIIIII", 0, 60_000, 60_000, 8, 0, len(picture))
        block += picture
        # behind STREAMINFO (4 + 4 + 34 bytes): block type 6
        return data[:42] + struct.pack(">I", 6 << 24 | len(block)) + block + data[42:], samples
    return _m4a_with_cover(samples, picture), samples


def _id3(frames: bytes) -> bytes:
    return b"ID3\4\0\0" + bytes(len(frames) >> shift & 0x7F for shift in (21, 14, 7, 0)) + frames


def _m4a_with_cover(samples: NDArray[np.float32], picture: bytes) -> bytes:
    """One more box at the end of the index, which is the end of the file."""

    def box(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", 8 + len(body)) + name + body

    data = enc.encoded(samples, RATE_HZ, "aac", "ipod", bit_rate=128_000)
    cover = box(b"covr", box(b"data", struct.pack(">II", 14, 0) + picture))
    handler = box(b"hdlr", bytes(8) + b"mdirappl" + bytes(9))
    tags = box(b"udta", box(b"meta", bytes(4) + handler + box(b"ilst", cover)))
    at = data.index(b"moov") - 4
    (length,) = struct.unpack_from(">I", data, at)
    assert at + length == len(data)
    return data[:at] + struct.pack(">I", length + len(tags)) + data[at + 4 :] + tags


def movie(*, sound: NDArray[np.float32] | None, more_sound: NDArray[np.float32] | None = None) -> bytes:
    """An MP4 with a picture stream, and with one or two sound streams or none."""
    output = io.BytesIO()
    with av.open(output, "w", format="mp4") as file:
        pictures = file.add_stream("mpeg4", rate=25)
        pictures.width = pictures.height = 64
        pictures.pix_fmt = "yuv420p"
        streams = []
        for samples in (sound, more_sound):
            if samples is not None:
                stream = file.add_stream("aac", rate=RATE_HZ, layout="stereo", format="fltp")
                stream.bit_rate = 128_000
                stream.codec_context.open()
                streams.append((stream, samples))
        for _ in range(25):
            file.mux(pictures.encode(av.VideoFrame(64, 64, "yuv420p")))
        file.mux(pictures.encode(None))
        for stream, samples in streams:
            enc._feed(file, stream, samples, RATE_HZ, "stereo")
    return output.getvalue()
