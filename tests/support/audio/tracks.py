"""Short uploads for the wire tests, synthesised once a run."""

from functools import cache

from tests.support.audio.demo_track import demo_track, write_mp3
from tests.support.once import once

EXCERPT_S = 12


@cache
def faulty_mp3() -> bytes:
    """An excerpt of the demo track's drop with its faults."""
    return once("faulty excerpt", lambda: _excerpt(faults=True))


@cache
def clean_mp3() -> bytes:
    """The same excerpt of its clean twin."""
    return once("clean excerpt", lambda: _excerpt(faults=False))


def _excerpt(*, faults: bool) -> bytes:
    track = demo_track() if faults else demo_track(faults=())
    start = 24 * track.sample_rate_hz
    return write_mp3(track.samples[:, start : start + EXCERPT_S * track.sample_rate_hz], track.sample_rate_hz)


SIBLINGS = 6

MASTERED = slice(30, 42)
"""Seconds of the demo track that the siblings are made of."""


@cache
def sibling_mp3s() -> tuple[bytes, ...]:
    """Masters to make a target from: the clean excerpt at six levels, from −2.5 dB on in steps of half a decibel."""
    return once("siblings", _siblings)


def _siblings() -> tuple[bytes, ...]:
    track = demo_track(faults=())
    rate = track.sample_rate_hz
    samples = track.samples[:, MASTERED.start * rate : MASTERED.stop * rate]
    levels_db = [0.5 * number - 2.5 for number in range(SIBLINGS)]
    return tuple(write_mp3((samples * 10 ** (level / 20)).astype(samples.dtype), rate) for level in levels_db)
