"""Short uploads for the wire tests, synthesised once a run."""

from functools import cache

from tests.support.demo_track import demo_track, write_mp3

EXCERPT_S = 12


@cache
def faulty_mp3() -> bytes:
    """An excerpt of the demo track's drop with its faults."""
    return _excerpt(faults=True)


@cache
def clean_mp3() -> bytes:
    """The same excerpt of its clean twin."""
    return _excerpt(faults=False)


def _excerpt(*, faults: bool) -> bytes:
    track = demo_track() if faults else demo_track(faults=())
    start = 24 * track.sample_rate_hz
    return write_mp3(track.samples[:, start : start + EXCERPT_S * track.sample_rate_hz], track.sample_rate_hz)
