"""Landlock: a job may read its own file, the programs and libraries of this installation, and nothing else.

Other members' uploads, the database and the operator's .env are in folders that are not allowed here. Linux 5.13 and
later; without effect elsewhere. Source: linux/landlock.h, Documentation/userspace-api/landlock.rst.
"""

import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
"""Numbers of the system calls, the same on every machine."""

_VERSION_FLAG = 1
_RULE_PATH_BENEATH = 1

_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""Number of file access rights by version of Landlock; 16 from version 5 on."""

_TCP_VERSION, _TCP_RIGHTS = 4, 0b11
_SCOPE_VERSION, _SCOPES = 6, 0b11
"""First version with each restriction, and its bits: bind and connect; abstract sockets of, and signals to, processes
outside."""

SYSTEM_FOLDERS = ("/usr", "/lib", "/lib64", "/etc/fonts", "/sys/devices/system/cpu", "/proc/self", "/proc/cpuinfo")
SYSTEM_FILES = ("/dev/null", "/dev/urandom", "/etc/ld.so.cache", "/etc/localtime")
"""Places of shared libraries, time zones and fonts; this program keeps no data there."""


def installed_folders() -> frozenset[Path]:
    """Folders that an import may still need: Python, its packages, and this program."""
    ours = Path(__file__).resolve().parents[1]
    prefixes = {Path(prefix) for prefix in (sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix)}
    return frozenset({ours, *prefixes, *map(Path, SYSTEM_FOLDERS)})


def landlock_version() -> int:
    """Version of Landlock in this kernel; 0 where there is none, or where a container hides it."""
    if sys.platform != "linux":
        return 0
    return max(0, int(ctypes.CDLL(None).syscall(_CREATE_RULESET, None, 0, _VERSION_FLAG)))


def read_only(folders: Iterable[Path], files: Iterable[Path]) -> bool:
    """Restrict this thread and all it starts to reading `folders` and `files`, permanently; needs PR_SET_NO_NEW_PRIVS.

    Returns False where the kernel has no Landlock.

    Raises:
        OSError: the kernel has Landlock but refused.
    """
    version = landlock_version()
    if version < 1:
        return False
    library = ctypes.CDLL(None, use_errno=True)
    rules = _rule_set(version)
    ruleset = library.syscall(_CREATE_RULESET, rules, ctypes.c_size_t(len(rules)), 0)
    _raise_unless(ruleset >= 0)
    try:
        for paths, access in ((folders, _READ_FILE | _READ_DIR), (files, _READ_FILE)):
            for path in paths:
                _allow(library, ruleset, path, access)
        _raise_unless(library.syscall(_RESTRICT_SELF, ruleset, 0) == 0)
    finally:
        os.close(ruleset)
    return True


def _rule_set(version: int) -> bytes:
    """The struct landlock_ruleset_attr, in the length that this version has."""
    files = (1 << _FILE_RIGHTS.get(version, 16)) - 1
    if version >= _SCOPE_VERSION:
        return struct.pack("=QQQ", files, _TCP_RIGHTS, _SCOPES)
    return struct.pack("=QQ", files, _TCP_RIGHTS) if version >= _TCP_VERSION else struct.pack("=Q", files)


def _allow(library: ctypes.CDLL, ruleset: int, path: Path, access: int) -> None:
    try:
        folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:  # the path does not exist here, so there is nothing to allow
        return
    try:
        if not path.is_dir():
            access &= _READ_FILE
        # struct landlock_path_beneath_attr, packed
        rule = struct.pack("=Qi", access, folder)
        _raise_unless(library.syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, rule, 0) == 0)
    finally:
        os.close(folder)


def _raise_unless(fine: bool) -> None:
    if not fine:
        reason = ctypes.get_errno()
        raise OSError(reason, os.strerror(reason))
