"""A loudness that is wrong where files are measured: the file is refused, and the operator reads both values."""

import logging
from pathlib import Path

import numpy as np
import pytest

from core.advice import Writer
from core.analysis.scanning import time_tables
from core.audio.source import DecodeLimits
from core.service.file_to_review import Pipeline
from core.service.limits import Limits
from core.service.worker_tasks import measuring
from core.values.errors import DependencyCode, DependencyError, EarshotError
from core.workers import Workers
from core.workers.replies import decode_error, encode_error
from tests.support.audio import encoding as enc
from tests.support.audio.signals import noise
from tests.support.processes import jobs_for_children as jobs

RATE_HZ = 44_100

TOO_LOUD = 10.0 ** (0.02 / 20.0)
"""0.02 dB: twice what is let pass."""


class DamagedWorkers(Workers):
    """Workers whose job weights too loud; it runs here, and its error is sent as a child sends it."""

    async def run(self, job, *args, wall_s=None) -> bytes:
        assert job is measuring.measure
        try:
            return jobs.measured_too_loud(*args, TOO_LOUD)
        except EarshotError as error:
            raise decode_error(encode_error(error)) from error


@pytest.fixture(autouse=True)
def weighting(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the job damages is put right afterwards."""
    monkeypatch.setattr(time_tables, "k_weighting", time_tables.k_weighting)


@pytest.fixture
def track(tmp_path: Path) -> Path:
    codes = np.rint(noise(4.0, RATE_HZ) * 2.0**15).astype(np.int64)
    path = tmp_path / "track.wav"
    path.write_bytes(enc.wav(enc.pcm_bytes(codes, 16), RATE_HZ, 2, 16))
    return path


@pytest.mark.parametrize("gain", [1.0, 1.0 / TOO_LOUD])
def test_the_job_measures_with_both_meters(track: Path, gain: float) -> None:
    if gain == 1.0:
        second = measuring.unpack_measured(jobs.measured_too_loud(str(track), DecodeLimits(), gain))
        assert second.analysis.loudness.second_meter is not None
    else:
        with pytest.raises(DependencyError):
            jobs.measured_too_loud(str(track), DecodeLimits(), gain)


async def test_nothing_comes_of_a_damaged_meter_and_the_log_has_both_values(
    track: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pipeline = Pipeline(DamagedWorkers(concurrency=1), Writer(None), Limits())
    with caplog.at_level(logging.ERROR), pytest.raises(DependencyError) as caught:
        await pipeline.measure(track)
    assert caught.value.code is DependencyCode.SECOND_METER
    own_lufs, second_lufs = (float(caught.value.facts[name]) for name in ("own_lufs", "second_lufs"))
    assert own_lufs - second_lufs == pytest.approx(0.02, abs=0.003)
    assert f"own {own_lufs} LUFS, pyloudnorm {second_lufs} LUFS" in caplog.text
