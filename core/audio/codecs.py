"""The codecs that may decode an upload: which are lossy, and how many bits they store.

Names are FFmpeg's.
"""

_PCM_KINDS = {"s16": 16, "s24": 24, "s32": 32, "f32": 32, "f64": 64}
PCM_BITS = {"pcm_u8": 8, "pcm_s8": 8} | {
    f"pcm_{kind}{order}": bits for kind, bits in _PCM_KINDS.items() for order in ("le", "be")
}
LOSSLESS = frozenset({"flac", "alac"})
LOSSY = frozenset({"aac", "mp2", "mp3", "opus", "vorbis", "pcm_alaw", "pcm_mulaw"})

ALL = frozenset(PCM_BITS) | LOSSLESS | LOSSY
"""The only codecs that may decode an upload, of the hundred that these containers can name."""

DECODERS = ",".join(sorted(ALL | {"mp2float", "mp3float"}))
"""FFmpeg's names for `ALL`; demuxers may use no other decoder while they probe (for pictures in tags, for example)."""


def bit_depth(codec: str, header: bytes) -> int | None:
    """Bits per sample as stored; None for lossy codecs. `header` is what FFmpeg calls the extradata."""
    if codec == "flac":
        return _flac_bits(header)
    return _alac_bits(header) if codec == "alac" else PCM_BITS.get(codec)


def _flac_bits(header: bytes) -> int | None:
    """Bits per sample in STREAMINFO (RFC 9639, section 8.2): 5 bits behind 20 of rate and 3 of channels."""
    return ((header[12] & 1) << 4 | header[13] >> 4) + 1 if len(header) >= 14 else None


def _alac_bits(header: bytes) -> int | None:
    """Bits per sample in ALACSpecificConfig, behind 12 bytes of box header (Apple, ALACMagicCookieDescription)."""
    return header[17] if len(header) >= 18 else None
