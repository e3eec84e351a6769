"""The low-pass edges that a real encoder leaves, where it says that it puts them."""

from pathlib import Path

import av
import numpy as np
import pytest

from core.analysis.measurements import LowPassEdge
from tests.support.audio.music import Music, read_music
from tests.support.audio.signals import Signal, noise
from tests.support.trials.measuring import measured

RATE_HZ = 44_100
SAMPLES_PER_FRAME = 1_152

LAME_TRANSITION_BANDS_HZ = [
    # bit rate, and the transition band of the polyphase low-pass as LAME prints it for that rate
    (128_000, 16_538.0, 17_071.0),
    (192_000, 18_671.0, 19_205.0),
    (320_000, 20_094.0, 20_627.0),
]


def through_mp3(signal: Signal, bit_rate: int, path: Path) -> Music:
    with av.open(str(path), "w", format="mp3") as container:
        stream = container.add_stream("libmp3lame", rate=RATE_HZ, layout="stereo", format="fltp")
        stream.bit_rate = bit_rate
        for start in range(0, signal.shape[1] - SAMPLES_PER_FRAME, SAMPLES_PER_FRAME):
            block = np.ascontiguousarray(signal[:, start : start + SAMPLES_PER_FRAME])
            frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
            frame.sample_rate, frame.pts = RATE_HZ, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return read_music(path)


def edge_of(music: Music) -> LowPassEdge | None:
    return measured(music.samples, music.sample_rate_hz, lossy=True).faults.low_pass_edge


@pytest.mark.parametrize(("bit_rate", "begins_hz", "ends_hz"), LAME_TRANSITION_BANDS_HZ)
def test_the_edge_is_where_the_encoder_begins_to_cut(
    tmp_path: Path, bit_rate: int, begins_hz: float, ends_hz: float
) -> None:
    edge = edge_of(through_mp3(noise(10.0, RATE_HZ, exponent=1.0), bit_rate, tmp_path / "noise.mp3"))
    assert edge is not None
    assert begins_hz - 125.0 <= edge.cutoff_hz <= ends_hz


def test_the_same_noise_before_the_encoder_has_no_edge() -> None:
    assert measured(noise(10.0, RATE_HZ, exponent=1.0), RATE_HZ).faults.low_pass_edge is None
