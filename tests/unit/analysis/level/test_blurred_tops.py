"""Clipping that happened before a lossy encoder, and a limiter that is no clipping."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from core.analysis.level.peaks import measure_peaks
from core.analysis.measurements import Peaks
from core.analysis.scanning.scan import scan
from core.audio.reencode import CODECS, Codec, reencoded
from tests.support.audio.arrangements import SONGS, play
from tests.support.audio.signals import Signal, in_blocks
from tests.support.trials.fault_trials import as_wav
from tests.support.trials.faults import clean_twin, limited

RATE_HZ = 44_100
MP3_320 = replace(CODECS[1], name="MP3 320 kbit/s", bit_rate_bps=320_000)
DRIVE = 10.0 ** (9.0 / 20.0)
"""9 dB on a twin that peaks at −3 dBFS: clipped by 6 dB."""


def peaks_after(signal: Signal, codec: Codec) -> Peaks:
    blocks = reencoded(in_blocks(np.ascontiguousarray(signal, np.float32)), RATE_HZ, codec)
    source = replace(as_wav(RATE_HZ), lossy=True, duration_s=signal.shape[1] / RATE_HZ)
    return measure_peaks(scan(blocks, RATE_HZ, 2), source)


@cache
def song() -> Signal:
    return clean_twin(play(SONGS[0], RATE_HZ, 5)[:, : 12 * RATE_HZ].astype(np.float64), RATE_HZ)


@pytest.mark.parametrize("codec", [CODECS[0], CODECS[1], MP3_320], ids=lambda codec: codec.name)
@pytest.mark.parametrize("after_db", [pytest.param(0.0, marks=pytest.mark.wide), -1.0])
def test_clipping_is_found_after_an_encoder(codec: Codec, after_db: float) -> None:
    clipped = np.clip(song() * DRIVE, -1.0, 1.0) * 10.0 ** (after_db / 20.0)
    peaks = peaks_after(clipped, codec)
    assert peaks.clipped_run_count >= 5
    assert all(0.0 <= run.start_s < 12.1 for run in peaks.clipped_runs)


@pytest.mark.parametrize("codec", [CODECS[0], CODECS[1], MP3_320], ids=lambda codec: codec.name)
@pytest.mark.parametrize("drive_db", [0.0, pytest.param(8.0, marks=pytest.mark.wide), 16.0])
def test_a_limiter_is_no_clipping(codec: Codec, drive_db: float) -> None:
    assert peaks_after(limited(song(), RATE_HZ, drive_db), codec).clipped_run_count == 0


def test_a_quiet_file_is_measured_as_well() -> None:
    assert peaks_after(song() * 10.0 ** (-13.0 / 20.0), MP3_320).clipped_run_count == 0
