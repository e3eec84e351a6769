"""Imported once in the fork server, so that every child starts with loaded libraries and compiled kernels.

Importing this module runs the functions that `WARM_UP_VARIABLE` names: the one import in this program that does
something, for the standard library's fork server knows no other way to prepare itself.
"""

import importlib
import os
import sys

from core.workers.variables import MAIN_VARIABLE, WARM_UP_VARIABLE


def _warm_up() -> None:
    for name in filter(None, os.environ.get(WARM_UP_VARIABLE, "").split(",")):
        module, _, function = name.partition(":")
        try:
            getattr(importlib.import_module(module), function)()
        except ImportError as error:  # the fork server would pass over it, and serve cold children for ever
            raise RuntimeError(f"cannot warm up with {name}") from error


def _claim_main() -> None:
    """Say that the parent's main script is loaded already.

    Every child would import it first (multiprocessing.spawn, `_fixup_main_from_path`): for the installed command that
    is the whole command line, 80 ms a job, and code that a job has no use for.
    """
    if path := os.environ.get(MAIN_VARIABLE):
        sys.modules["__main__"].__file__ = path


_claim_main()
_warm_up()
