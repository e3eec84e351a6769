"""What Earshot is held against: ffmpeg's loudness filter, and the script a chat model writes when asked for one."""

import shutil
import sys

FFMPEG = shutil.which("ffmpeg")


def ffmpeg_loudness(path: str) -> list[str]:
    """The command that measures loudness, range and true peak."""
    graph = "ebur128=peak=true"
    return [FFMPEG or "ffmpeg", "-nostdin", "-hide_banner", "-v", "error", "-i", path, "-af", graph, "-f", "null", "-"]


def naive_librosa(path: str) -> list[str]:
    """A process of its own that runs the naive pipeline."""
    return [sys.executable, "-W", "ignore", "-m", "benchmarks.naive", path]


def earshot_analyse(path: str) -> list[str]:
    """A cold `earshot analyse`."""
    return [sys.executable, "-m", "bot", "analyse", path, "--json"]
