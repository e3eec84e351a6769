"""`earshot compile`: compile the analysis at the installation."""

import shutil
import time

from bot.folder_lock import make_folder
from bot.shared_parts import WARM_UP, WARM_UP_REPORTS
from core.analysis.kernels.ahead import AHEAD_FOLDER, compiled_ahead
from core.workers import Workers


async def compile_kernels() -> float:
    """Compile everything anew for the processor of this machine.

    Returns:
        How long it took, in seconds.

    Raises:
        UsageError: the folder of the installation cannot be written.
        DependencyError: the worker processes cannot be started.
    """
    began_s = time.monotonic()
    make_folder(AHEAD_FOLDER)
    for old in AHEAD_FOLDER.iterdir():
        shutil.rmtree(old)
    make_folder(compiled_ahead())
    workers = Workers(concurrency=1, warm_up=(WARM_UP, WARM_UP_REPORTS), cache_dir=compiled_ahead())
    try:
        await workers.start()
    finally:
        await workers.close()
    return time.monotonic() - began_s
