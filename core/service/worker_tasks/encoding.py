"""Encoding in a child process, for master reviews: passages are encoded as stores do, and their peaks measured."""

from pathlib import Path

from core.audio.source import DecodeLimits
from core.values.serial import to_json


def measure_encoded_peaks(path: str, limits: DecodeLimits, passages: tuple[tuple[float, float], ...]) -> bytes:
    """Encode passages of one file, decode them again and measure their peaks.

    Args:
        path: the file.
        limits: how much of it may be decoded.
        passages: start and end of each passage, in seconds.

    Returns:
        A list of `EncodedPeak` as JSON.

    Raises:
        InputError: the file cannot be decoded.
    """
    from core.analysis.level.encoded_peaks import encoded_peaks, passages_of
    from core.audio.decode import open_audio

    with Path(path).open("rb") as file, open_audio(file, limits) as stream:
        rate = stream.sample_rate_hz
        return to_json(encoded_peaks(passages_of(stream.blocks(), rate, passages), rate))
