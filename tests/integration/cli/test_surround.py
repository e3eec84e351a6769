"""Surround on the command line: measured by `analyse`, refused in one sentence where feedback is asked for."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.support.audio import encoding as enc
from tests.support.processes.command_line import earshot

RATE_HZ = 48_000
SIDE_50 = 0x607


@pytest.fixture(scope="module")
def case_6(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """EBU Tech 3341 case 6: 5.0, left and right −28, centre −24, surrounds −30 dBFS, 20 s of 1 kHz: −23 LUFS."""
    wave = np.sin(2.0 * np.pi * 1_000.0 * np.arange(20 * RATE_HZ) / RATE_HZ)
    codes = np.stack([10.0 ** (level / 20.0) * wave for level in (-28.0, -28.0, -24.0, -30.0, -30.0)]) * 2.0**23
    data = enc.pcm_bytes(np.rint(codes).astype(np.int64), 24)
    path = tmp_path_factory.mktemp("surround") / "case6.wav"
    path.write_bytes(enc.wav(data, RATE_HZ, 5, 24, extensible=True, mask=SIDE_50))
    return path


def test_analyse_measures_it(data_dir: Path, case_6: Path) -> None:
    done = earshot(data_dir, "analyse", case_6, "--json")

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["loudness"]["integrated_lufs"] == pytest.approx(-23.0, abs=0.1)
    assert found["source"]["channels"] == 5
    assert found["source"]["speakers"] == ["L", "R", "C", "Ls", "Rs"]
    assert found["peaks"]["true_peak_per_channel_dbtp"] == pytest.approx([-28, -28, -24, -30, -30], abs=0.05)


def test_feedback_asks_for_a_stereo_bounce(data_dir: Path, case_6: Path) -> None:
    done = earshot(data_dir, "feedback", case_6, "--type", "master", "--genre", "house", "--detail", "simple", "--json")

    assert done.returncode == 3
    assert "5.0 surround" in done.stderr
    assert "bounce it to stereo" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
