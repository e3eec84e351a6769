"""The jobs of the benchmarks run: they call the parts of the analysis one by one, and no type checker reads them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks import child_jobs
from tests.support.audio.encoding import wav_of
from tests.support.audio.signals import noise

RATE_HZ = 44_100


@pytest.mark.parametrize("job", [child_jobs.decoding, child_jobs.levels, child_jobs.whole, child_jobs.ffmpeg_inside])
def test_a_job_measures_a_short_file(job: Callable[[str], bytes], tmp_path: Path) -> None:
    path = tmp_path / "noise.wav"
    path.write_bytes(wav_of(noise(3.0, RATE_HZ), RATE_HZ))

    cpu_s, peak_mib = child_jobs.COST.unpack(job(str(path)))

    assert cpu_s > 0.0
    assert peak_mib > 0.0
