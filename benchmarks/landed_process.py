"""Measures the files that stdin names; runs with another commit's tree as working folder and on the path.

Prints a line of JSON when it is ready (``[]``), then one per file with wall seconds, processor seconds and peak MiB.
The other commit must have `Workers`, `WARM_UP` and `child_jobs.whole`.
"""

import asyncio
import json
import sys
import time
from pathlib import Path

from benchmarks import child_jobs
from bot.shared_parts import WARM_UP
from core.workers import JobLimits, Workers


async def main() -> None:
    """Measure until stdin ends."""
    limits = JobLimits(cpu_s=600, wall_s=600.0)
    workers = Workers(concurrency=1, warm_up=(WARM_UP,), cache_dir=Path("build/kernels"), limits=limits)
    await workers.start()
    print(json.dumps([]), flush=True)
    for line in sys.stdin:
        started = time.perf_counter()
        result = await workers.run(child_jobs.whole, line.rstrip("\n"))
        cost = (time.perf_counter() - started, *child_jobs.COST.unpack(result))
        print(json.dumps(cost), flush=True)
    await workers.close()


if __name__ == "__main__":
    asyncio.run(main())
