"""What length costs in memory, measured in processes of their own."""

import subprocess
import sys

import pytest

MAX_GROWTH_MIB = 24
"""The tables of half an hour take 10 MiB more than those of four minutes, and those of noise, which hardly compresses,
as much again as they are stored (20 in all when measured); an analysis of the whole song at once would take 40 more."""

MAX_TOTAL_MIB = 400

PROGRAM = """
import sys
from pathlib import Path
import numpy as np
from core.analysis.analyser import analyse
from core.analysis.frames_bytes import frames_to_bytes
from core.analysis.scanning.scan import scan
from core.audio.source import SourceInfo
from core.values.serial import to_json

RATE_HZ, BLOCK_S = 44_100, 10

def blocks(duration_s):
    generator = np.random.default_rng(1)
    block = (0.1 * generator.standard_normal((2, RATE_HZ * BLOCK_S))).astype(np.float32)
    for index in range(duration_s // BLOCK_S):
        yield block * np.float32(0.2 + (index * 7 % 10) / 12.0)

duration_s = int(sys.argv[1])
source = SourceInfo(duration_s, RATE_HZ, 2, "pcm_f32le", "wav", 32, is_float=True, lossy=False)
frames = scan(blocks(duration_s), RATE_HZ, 2)
size = len(to_json(analyse(frames, source))) + len(frames_to_bytes(frames))
# not ru_maxrss: a process inherits that from the one that starts it
(peak,) = [line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
print(int(peak) / 1024)
"""


def peak_mib(duration_s: int) -> float:
    run = subprocess.run(  # noqa: S603 - our own text
        [sys.executable, "-c", PROGRAM, str(duration_s)], check=True, capture_output=True, text=True
    )
    return float(run.stdout)


@pytest.mark.wide
def test_half_an_hour_takes_little_more_memory_than_four_minutes() -> None:
    """Everything stays in memory at once: frames, analysis, and both in the form in which they are stored."""
    short = peak_mib(240)
    long = peak_mib(1_800)
    assert long - short <= MAX_GROWTH_MIB
    assert long <= MAX_TOTAL_MIB
