"""As the site beside it, and what one bot or command line of a test run has measured or drawn, others take from disk.

What nobody has done yet is done by the workers that they share. For tests of what carries requests and results, whose
tracks are the same few: workers of their own cost 2 s of two cores at each start, a review 3 s.
"""

import os
import runpy
import sys
from pathlib import Path

runpy.run_path(str(Path(__file__).parents[1] / "site" / "sitecustomize.py"), run_name="sitecustomize")

if sys.orig_argv[1:3] == ["-m", "bot"] and "EARSHOT_TEST_RUN" in os.environ:
    from tests.support.remembered import remember

    remember(Path(os.environ["EARSHOT_TEST_RUN"]))
