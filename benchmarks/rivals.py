"""Commands that Earshot is compared with: ffmpeg's loudness filter, and the usual librosa script."""

import shutil
import sys

FFMPEG = shutil.which("ffmpeg")


def ffmpeg_loudness(path: str) -> list[str]:
    """The ffmpeg command that measures loudness, range and true peak."""
    graph = "ebur128=peak=true"
    return [FFMPEG or "ffmpeg", "-nostdin", "-hide_banner", "-v", "error", "-i", path, "-af", graph, "-f", "null", "-"]


def naive_librosa(path: str) -> list[str]:
    """The command that runs the usual librosa script."""
    return [sys.executable, "-W", "ignore", "-m", "benchmarks.naive", path]


def earshot_analyse(path: str) -> list[str]:
    """The command `earshot analyse`."""
    return [sys.executable, "-m", "bot", "analyse", path, "--json"]
