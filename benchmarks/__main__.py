"""Measures, prints and stores: alternated runs, medians, ratios."""

import argparse
import asyncio
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks import child_jobs, material, rivals
from benchmarks.landed import Landed, landed_commit
from bot.shared_parts import WARM_UP
from core.workers import JobLimits, Workers

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build"
RESULT = BUILD / "bench.json"

CHILD_LIMITS = JobLimits(cpu_s=600, wall_s=600.0)


@dataclass(frozen=True)
class Cost:
    """Cost of one run: wall and processor time in seconds, and peak memory in MiB where it is known."""

    wall_s: float
    cpu_s: float
    peak_mib: float | None = None


@dataclass(frozen=True)
class Bar:
    """A limit and the measured value, in `unit`; "×" is a ratio."""

    name: str
    ratio: float
    limit: float
    unit: str = "×"

    @property
    def holds(self) -> bool:
        """Whether the measured value is within the limit."""
        return self.ratio <= self.limit


Runner = Callable[[], Awaitable[Cost]]


def command(arguments: list[str], data_dir: Path | None = None) -> Runner:
    """A runner of a command; its cost includes the processes that it starts."""

    async def run() -> Cost:
        environment = {**os.environ, **({"EARSHOT_DATA_DIR": str(data_dir)} if data_dir else {})}
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.perf_counter()
        subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL, cwd=ROOT, env=environment)  # noqa: ASYNC221, S603
        wall_s = time.perf_counter() - started
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return Cost(wall_s, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)

    return run


def child(workers: Workers, job: Callable[[str], bytes], path: Path) -> Runner:
    """A runner of a job in one of Earshot's child processes."""

    async def run() -> Cost:
        started = time.perf_counter()
        result = await workers.run(job, str(path))
        wall_s = time.perf_counter() - started
        cpu_s, peak_mib = child_jobs.COST.unpack(result)
        return Cost(wall_s, cpu_s, peak_mib)

    return run


async def alternated(runners: dict[str, Runner], times: int) -> dict[str, Cost]:
    """Medians of alternating runs, so that other load on the machine affects all runners alike."""
    costs: dict[str, list[Cost]] = {name: [] for name in runners}
    for _ in range(times):
        for name, run in runners.items():
            costs[name].append(await run())
    return {name: _median(given) for name, given in costs.items()}


def _median(costs: list[Cost]) -> Cost:
    peaks = [cost.peak_mib for cost in costs if cost.peak_mib is not None]
    return Cost(
        statistics.median(cost.wall_s for cost in costs),
        statistics.median(cost.cpu_s for cost in costs),
        max(peaks) if peaks else None,
    )


def show(title: str, costs: dict[str, Cost]) -> None:
    """Print a table of costs."""
    print(f"\n{title}\n{'':34}{'wall s':>9}{'CPU s':>9}{'peak MiB':>10}")
    for name, cost in costs.items():
        peak = f"{cost.peak_mib:10.0f}" if cost.peak_mib is not None else f"{'':>10}"
        print(f"{name:34}{cost.wall_s:9.2f}{cost.cpu_s:9.2f}{peak}", flush=True)


def landed_run(landed: Landed, path: Path) -> Runner:
    """A runner that measures a file with the last landed commit."""

    async def run() -> Cost:
        return Cost(*landed.measure(path))

    return run


async def formats(workers: Workers, landed: Landed | None, times: int) -> tuple[dict[str, Cost], list[Bar]]:
    """Four minutes in four formats, warm, against both FFmpegs and the last landed commit."""
    found: dict[str, Cost] = {}
    bars = []
    for suffix in material.CODECS:
        path = material.track(BUILD / "bench", 4, suffix)
        by_command, inside, before, now = (
            f"{suffix}: {what}" for what in ("ffmpeg command", "FFmpeg in PyAV", "everything, landed", "everything")
        )
        runners = {
            inside: child(workers, child_jobs.ffmpeg_inside, path),
            f"{suffix}: decoding": child(workers, child_jobs.decoding, path),
            f"{suffix}: levels": child(workers, child_jobs.levels, path),
            now: child(workers, child_jobs.whole, path),
        }
        if landed is not None:
            runners[before] = landed_run(landed, path)
        if rivals.FFMPEG is not None:
            runners[by_command] = command(rivals.ffmpeg_loudness(str(path)))
        costs = await alternated(runners, times)
        show(f"4 minutes, {suffix}, warm; both FFmpegs with ebur128 and true peak", costs)
        show_ratios(costs[now], {name: costs[name] for name in (by_command, inside, before) if name in costs})
        found |= costs
        if landed is not None:
            bars.append(
                Bar(f"{suffix}: against the landed commit, wall", costs[now].wall_s / costs[before].wall_s, 1.10)
            )
        if suffix == "mp3" and rivals.FFMPEG is not None:
            bars.append(Bar("mp3: everything, wall", costs[now].wall_s / costs[by_command].wall_s, 0.80))
            bars.append(Bar("mp3: everything, CPU", costs[now].cpu_s / costs[by_command].cpu_s, 1.05))
    return found, bars


def show_ratios(mine: Cost, others: dict[str, Cost]) -> None:
    """Print the ratios of a cost to each of the others."""
    for name, other in others.items():
        wall, cpu = mine.wall_s / other.wall_s, mine.cpu_s / other.cpu_s
        print(f"everything against {name:24}{wall:6.2f} × wall {cpu:6.2f} × CPU", flush=True)


async def lengths(workers: Workers, times: int) -> tuple[dict[str, Cost], list[Bar]]:
    """Tracks of 1 to 60 minutes: time may grow with length, memory may not."""
    found: dict[str, Cost] = {}
    for minutes in (1, 4, 15, 60):
        path = material.track(BUILD / "bench", minutes)
        runners = {
            f"{minutes} min: everything": child(workers, child_jobs.whole, path),
            f"{minutes} min: FFmpeg in PyAV": child(workers, child_jobs.ffmpeg_inside, path),
        }
        if rivals.FFMPEG is not None:
            runners[f"{minutes} min: ffmpeg command"] = command(rivals.ffmpeg_loudness(str(path)))
        found |= await alternated(runners, times if minutes < 60 else max(1, times // 2))
    show("MP3 of 1 to 60 minutes, warm", found)
    hour, song = found["60 min: everything"], found["4 min: everything"]
    bars = [
        Bar("60 min: peak memory", hour.peak_mib or 0.0, 400.0, " MiB"),
        Bar("60 min: memory above 4 min", (hour.peak_mib or 0.0) - (song.peak_mib or 0.0), 35.0, " MiB"),
    ]
    if rivals.FFMPEG is not None:
        bars.append(Bar("60 min: wall", hour.wall_s / found["60 min: ffmpeg command"].wall_s, 0.85))
    return found, bars


async def cold(times: int) -> tuple[dict[str, Cost], list[Bar]]:
    """New processes: the command line, its first run without compiled kernels, and the usual librosa script."""
    path = str(material.track(BUILD / "bench", 4))
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder)
        first = await command(rivals.earshot_analyse(path), data_dir)()
        runners = {
            "earshot analyse": command(rivals.earshot_analyse(path), data_dir),
            "naive librosa script": command(rivals.naive_librosa(path)),
        }
        costs = await alternated(runners, times)
    costs["earshot analyse, first run ever"] = first
    show("4 minutes, mp3, cold process", costs)
    ratio = costs["earshot analyse"].wall_s / costs["naive librosa script"].wall_s
    bars = [
        Bar("cold: against the naive script, wall", ratio, 1 / 8),
        Bar("cold: first run ever", first.wall_s, 12.0, " s"),
    ]
    return costs, bars


async def measure(times: int, commit: str | None) -> int:
    """Run everything; the exit code says whether all bars hold."""
    landed = Landed(commit) if commit is not None else None
    workers = Workers(concurrency=1, warm_up=(WARM_UP,), cache_dir=BUILD / "kernels", limits=CHILD_LIMITS)
    await workers.start()
    costs: dict[str, Cost] = {}
    bars: list[Bar] = []
    try:
        for part in (
            formats(workers, landed, times),
            lengths(workers, times),
            cold(max(1, times // 2)),
        ):
            found, promised = await part
            costs |= found
            bars += promised
    finally:
        await workers.close()
        if landed is not None:
            landed.close()
    print("\nBars")
    for bar in bars:
        print(f"{'ok  ' if bar.holds else 'MISS'}  {bar.name:40}{bar.ratio:8.2f}{bar.unit:4} (at most {bar.limit:.3g})")
    machine = {"python": platform.python_version(), "machine": platform.machine(), "cores": os.cpu_count()}
    stored = {"machine": machine, "runs": times, "costs": {k: asdict(v) for k, v in costs.items()}}
    stored["bars"] = [{**asdict(bar), "holds": bar.holds} for bar in bars]
    RESULT.write_text(json.dumps(stored, indent=1))
    print(f"\nStored in {RESULT.relative_to(ROOT)}")
    return 0 if all(bar.holds for bar in bars) else 1


def main() -> int:
    """Entry point of `make bench`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="runs of each; medians are printed")
    parser.add_argument("--against", default=landed_commit(), help="the commit to compare with; the last landed one")
    given = parser.parse_args()
    if rivals.FFMPEG is None:
        print("There is no ffmpeg command here: its bars are left out, the FFmpeg inside PyAV is measured.", flush=True)
    return asyncio.run(measure(given.runs, given.against))


if __name__ == "__main__":
    sys.exit(main())
