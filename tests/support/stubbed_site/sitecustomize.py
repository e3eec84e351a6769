"""As the site beside it, and nothing is measured: reviews are there at once, marked as in the state machine.

What is left is what carries a request from Discord through the database back to Discord. The lag of the event loop is
written where EARSHOT_LAG_FILE says, one number of seconds a line.
"""

import os
import runpy
import sys
from pathlib import Path

runpy.run_path(str(Path(__file__).parents[1] / "site" / "sitecustomize.py"), run_name="sitecustomize")


def _stub() -> None:
    import bot.composition
    from bot import process
    from tests.support.discord_machine.lag import measured
    from tests.support.discord_machine.running import instant_pipeline

    bot.composition.launch_pipeline = instant_pipeline  # type: ignore[assignment]
    lag_file = os.environ.get("EARSHOT_LAG_FILE")
    if lag_file:
        process.run_bot = measured(process.run_bot, Path(lag_file))


if sys.orig_argv[1:4] == ["-m", "bot", "run"]:
    _stub()
