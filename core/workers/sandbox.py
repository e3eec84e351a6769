"""Restrictions that a child sets on itself before it reads a hostile file. Only resource limits apply outside Linux."""

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from core.workers import seccomp
from core.workers.job_limits import JobLimits
from core.workers.landlock import SYSTEM_FILES, installed_folders, landlock_version, read_only
from core.workers.variables import CACHE_VARIABLE

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38
"""linux/prctl.h"""

_CAPABILITY_VERSION = 0x2008_0522
"""linux/capability.h: _LINUX_CAPABILITY_VERSION_3"""

CPU_GRACE_S = 1
"""Seconds between SIGXCPU, which shows why a child died, and SIGKILL, which it cannot ignore."""


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def harden_parent() -> None:
    """Make this process's memory and environment unreadable for other processes of the same user."""
    _prctl(_PR_SET_DUMPABLE, 0)


def missing_protections() -> tuple[str, ...]:
    """Protections that this kernel does not offer, written for the log."""
    features = (
        ("Landlock (jobs may read all files of this user)", landlock_version() > 0),
        ("seccomp filters (jobs have a network)", seccomp.available()),
    )
    return tuple(words for words, present in features if not present)


def confine(limits: JobLimits, files: Sequence[Path] = ()) -> None:
    """Give up everything a job does not need: it may read `files`, compute, and answer.

    Raises:
        OSError: a protection that this kernel has could not be set; the job must not run.
    """
    os.setsid()
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    _limit_resources(limits)
    _drop_capabilities()
    # One job must not read the memory of another: both run as the same user and may hold two members' music.
    _prctl(_PR_SET_DUMPABLE, 0)
    cache = os.environ.get(CACHE_VARIABLE)
    folders = installed_folders() | ({Path(cache)} if cache else frozenset())
    read_only(folders, [*files, *map(Path, SYSTEM_FILES)])
    seccomp.refuse_system_calls()


def _limit_resources(limits: JobLimits) -> None:
    address_space = _mapped_bytes() + limits.memory_bytes
    for what, soft, hard in (
        (resource.RLIMIT_AS, address_space, address_space),
        (resource.RLIMIT_CPU, limits.cpu_s, limits.cpu_s + CPU_GRACE_S),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_NOFILE, limits.open_files, limits.open_files),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        _, inherited = resource.getrlimit(what)
        ceiling = hard if inherited == resource.RLIM_INFINITY else min(hard, inherited)
        resource.setrlimit(what, (min(soft, ceiling), ceiling))


def _drop_capabilities() -> None:
    """Drop all capabilities, in case this runs as root (capset(2); two words per set from version 3 on)."""
    if sys.platform == "linux":
        header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
        ctypes.CDLL(None).capset(header, (ctypes.c_uint32 * 6)())


def _mapped_bytes() -> int:
    """Address space in use now, bytes (proc(5), statm: first field, in pages); 4 GiB where that is not known."""
    statm = Path("/proc/self/statm")
    if not statm.exists():
        return 4 * 1024**3
    return int(statm.read_text().split()[0]) * resource.getpagesize()
