"""Imported once in the fork server, so that every child starts with loaded libraries and compiled kernels.

Importing this module runs the functions that `WARM_UP_VARIABLE` names. It is the only import in this program with such
an effect, since the standard library's fork server has no other way to prepare itself.
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
        except ImportError as error:  # the fork server would ignore it and fork cold children from then on
            raise RuntimeError(f"cannot warm up with {name}") from error


def _claim_main() -> None:
    """Mark the parent's main script as loaded.

    Every child would import it first (multiprocessing.spawn, `_fixup_main_from_path`): for the installed command that
    is the whole command line, which takes 80 ms per job and which a job does not use.
    """
    if path := os.environ.get(MAIN_VARIABLE):
        sys.modules["__main__"].__file__ = path


_claim_main()
_warm_up()
