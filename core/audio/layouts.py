"""Which loudspeaker each channel of a surround file is for: read from the layout the file declares.

Five channels without a layout are taken for 5.0 in the order of WAVE, and the file's facts say so: EBU distributes case
6 of Tech 3341 that way, and five channels have no other use. Nothing else is guessed.

The orders differ (AAC has the centre first, Vorbis second, WAVE third); FFmpeg's decoders name every channel that they
return, and only these names are used. Whether a file calls its surrounds "back" (WAVE's usual mask) or "side" does not
matter where there is one pair of them: it plays at ±110° (ITU-R BS.775-4, table 1).
"""

from collections.abc import Sequence
from enum import StrEnum


class Speaker(StrEnum):
    """The loudspeakers of ITU-R BS.775-4, and the channel for low-frequency effects."""

    LEFT = "L"
    RIGHT = "R"
    CENTRE = "C"
    LFE = "LFE"
    LEFT_SURROUND = "Ls"
    RIGHT_SURROUND = "Rs"


_FRONT = {"FL": Speaker.LEFT, "FR": Speaker.RIGHT, "FC": Speaker.CENTRE}
_LFE = {"LFE": Speaker.LFE}
_BACK = {"BL": Speaker.LEFT_SURROUND, "BR": Speaker.RIGHT_SURROUND}
_SIDE = {"SL": Speaker.LEFT_SURROUND, "SR": Speaker.RIGHT_SURROUND}

_LAYOUTS = tuple(_FRONT | lfe | surround for lfe in ({}, _LFE) for surround in (_BACK, _SIDE))
"""5.0 and 5.1 in FFmpeg's channel names."""

SURROUND_CHANNELS = frozenset({5, 6})

NO_NAME = "NONE"
"""FFmpeg's name of a channel in a file that declares no layout."""

PLAIN_ORDER = (Speaker.LEFT, Speaker.RIGHT, Speaker.CENTRE, Speaker.LEFT_SURROUND, Speaker.RIGHT_SURROUND)
"""Order of five channels without a layout: that of the bits of a WAVE channel mask (and of EBU Tech 3341, case 6)."""


def surround_speakers(names: Sequence[str]) -> tuple[Speaker, ...]:
    """The loudspeaker of each channel of a 5.0 or 5.1 file; empty for every other or unknown layout.

    Args:
        names: FFmpeg's names of the channels, in the order of the samples.
    """
    for layout in _LAYOUTS:
        if len(names) == len(layout) and set(names) == set(layout):
            return tuple(layout[name] for name in names)
    return ()


def assumed_speakers(names: Sequence[str]) -> tuple[Speaker, ...]:
    """The loudspeakers of a file that declares no layout; empty unless it has five channels.

    Args:
        names: FFmpeg's names of the channels, in the order of the samples.
    """
    return PLAIN_ORDER if len(names) == len(PLAIN_ORDER) and set(names) == {NO_NAME} else ()


def surround_name(speakers: Sequence[Speaker]) -> str:
    """Common name of the layout: "5.1" or "5.0"."""
    return "5.1" if Speaker.LFE in speakers else "5.0"
