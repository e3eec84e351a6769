"""A seccomp filter: a job may compute, but not use the network, start or signal processes, or change files.

Decoders are the attack surface. Code inside a decoder that was taken over may still compute and answer; every other
way out of the process is refused by the kernel with EPERM, which libraries treat as a missing permission. Linux on
x86-64 and 64-bit ARM; without effect elsewhere.

Sources: linux/seccomp.h, linux/filter.h, linux/audit.h; arch/x86/entry/syscalls/syscall_64.tbl and
include/uapi/asm-generic/unistd.h for the numbers.
"""

import ctypes
import errno
import os
import platform
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass

_PR_GET_SECCOMP, _PR_SET_SECCOMP = 21, 22
_SECCOMP_MODE_FILTER = 2
_RET_ALLOW = 0x7FFF_0000
_RET_KILL = 0x8000_0000
_RET_EPERM = 0x0005_0000 | errno.EPERM
_RET_ENOSYS = 0x0005_0000 | errno.ENOSYS

_LOAD_WORD = 0x20
_JUMP_IF_EQUAL = 0x15
_JUMP_IF_AT_LEAST = 0x35
_JUMP_IF_ANY_BIT = 0x45
_RETURN = 0x06
"""linux/bpf_common.h"""

_NUMBER_AT, _ARCH_AT = 0, 4
_X32_BIT = 0x4000_0000
"""Calls of the x32 ABI, a second table under the same architecture."""


def _argument_at(index: int) -> int:
    """Offset of the low half of an argument in struct seccomp_data (little endian on both machines)."""
    return 16 + 8 * index


@dataclass(frozen=True, slots=True)
class _Machine:
    audit_arch: int
    column: int


_MACHINES = {"x86_64": _Machine(0xC000_003E, 0), "aarch64": _Machine(0xC000_00B7, 1)}

_REFUSED: dict[str, tuple[int | None, int | None]] = {
    # network
    "socket": (41, 198), "connect": (42, 203), "bind": (49, 200),
    # new processes
    "execve": (59, 221), "execveat": (322, 281), "fork": (57, None), "vfork": (58, None),
    # reading and stopping other processes
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "pidfd_open": (434, 434), "pidfd_getfd": (438, 438), "pidfd_send_signal": (424, 424),
    "tkill": (200, 130), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240),
    # changes on disk, including names and dates
    "creat": (85, None), "truncate": (76, 45), "ftruncate": (77, 46), "fallocate": (285, 47),
    "rename": (82, None), "renameat": (264, 38), "renameat2": (316, 276),
    "link": (86, None), "linkat": (265, 37), "symlink": (88, None), "symlinkat": (266, 36),
    "unlink": (87, None), "unlinkat": (263, 35), "rmdir": (84, None),
    "mkdir": (83, None), "mkdirat": (258, 34), "mknod": (133, None), "mknodat": (259, 33),
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452),
    "chown": (92, None), "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54),
    "utime": (132, None), "utimes": (235, None), "futimesat": (261, None), "utimensat": (280, 88),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "setxattrat": (463, 463),
    "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16), "removexattrat": (466, 466),
    "file_setattr": (469, 469),
    # parts of the kernel that no decoder needs and many exploits use
    "io_uring_setup": (425, 425), "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
}  # fmt: skip
"""Calls that are refused with any arguments: number on x86-64 and on ARM; None where a machine has no such call."""

_NOT_THERE: dict[str, tuple[int, int]] = {"clone3": (435, 435), "openat2": (437, 437)}
"""Calls that are reported as missing: their arguments are behind a pointer that a filter cannot follow, and callers
(glibc) then use the older calls below."""

_CLONE = (56, 220)
_CLONE_THREAD = 0x0001_0000
_OPEN: tuple[tuple[tuple[int | None, int | None], int], ...] = (((2, None), 1), ((257, 56), 2))
"""open and openat, and which argument holds the flags."""

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_SIGNALS = ((62, 129), (234, 131))
"""kill and tgkill: allowed only for the process itself, since abort() uses them."""

_PRLIMIT = (302, 261)
_IOCTL = (16, 29)
_TERMINAL_INPUT = (0x5412, 0x541C)
"""Requests that are refused: TIOCSTI and TIOCLINUX, which write input to the operator's terminal."""


def available() -> bool:
    """Whether the numbers for this machine are known here, and its kernel has filters."""
    if sys.platform != "linux" or platform.machine() not in _MACHINES:
        return False
    return bool(ctypes.CDLL(None).prctl(_PR_GET_SECCOMP, 0, 0, 0, 0) >= 0)


def refuse_system_calls() -> bool:
    """Set the filter on this thread and all it starts, permanently; needs PR_SET_NO_NEW_PRIVS.

    Returns False where filters are not available.

    Raises:
        OSError: the kernel has filters but refused this one.
    """
    if not available():
        return False
    library = ctypes.CDLL(None, use_errno=True)
    program = b"".join(_program(_MACHINES[platform.machine()], os.getpid()))
    buffer = ctypes.create_string_buffer(program, len(program))
    # struct sock_fprog: the number of instructions, and their address
    pointer = struct.pack("@HP", len(program) // 8, ctypes.addressof(buffer))
    if library.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, pointer, 0, 0) != 0:
        reason = ctypes.get_errno()
        raise OSError(reason, os.strerror(reason))
    return True


def _program(machine: _Machine, own_pid: int) -> Iterator[bytes]:
    yield _load(_ARCH_AT)
    yield _jump(_JUMP_IF_EQUAL, machine.audit_arch, 1, 0)
    yield _return(_RET_KILL)
    yield _load(_NUMBER_AT)
    yield _jump(_JUMP_IF_AT_LEAST, _X32_BIT, 0, 1)
    yield _return(_RET_KILL)
    for table, answer in ((_REFUSED, _RET_EPERM), (_NOT_THERE, _RET_ENOSYS)):
        for numbers in table.values():
            number = numbers[machine.column]
            if number is not None:
                yield _jump(_JUMP_IF_EQUAL, number, 0, 1)
                yield _return(answer)
    for numbers, argument in _OPEN:
        yield from _refuse_if(numbers[machine.column], argument, _JUMP_IF_ANY_BIT, _WRITING)
    yield from _refuse_unless(_CLONE[machine.column], 0, _JUMP_IF_ANY_BIT, (_CLONE_THREAD,))
    for signal in _SIGNALS:
        yield from _refuse_unless(signal[machine.column], 0, _JUMP_IF_EQUAL, (own_pid,))
    yield from _refuse_unless(_PRLIMIT[machine.column], 0, _JUMP_IF_EQUAL, (0, own_pid))
    for request in _TERMINAL_INPUT:
        yield from _refuse_if(_IOCTL[machine.column], 1, _JUMP_IF_EQUAL, request)
    yield _return(_RET_ALLOW)


def _refuse_if(number: int | None, argument: int, test: int, value: int) -> Iterator[bytes]:
    """Refuse a call when an argument passes the test; the number is loaded before and after."""
    if number is None:
        return
    yield _jump(_JUMP_IF_EQUAL, number, 0, 4)
    yield _load(_argument_at(argument))
    yield _jump(test, value, 0, 1)
    yield _return(_RET_EPERM)
    yield _load(_NUMBER_AT)


def _refuse_unless(number: int, argument: int, test: int, values: tuple[int, ...]) -> Iterator[bytes]:
    """Refuse a call unless an argument passes the test with one of the values."""
    yield _jump(_JUMP_IF_EQUAL, number, 0, len(values) + 3)
    yield _load(_argument_at(argument))
    for left, value in enumerate(values):
        yield _jump(test, value, len(values) - left, 0)
    yield _return(_RET_EPERM)
    yield _load(_NUMBER_AT)


def _instruction(code: int, true: int, false: int, value: int) -> bytes:
    """One struct sock_filter."""
    return struct.pack("=HBBI", code, true, false, value)


def _load(offset: int) -> bytes:
    return _instruction(_LOAD_WORD, 0, 0, offset)


def _jump(test: int, value: int, true: int, false: int) -> bytes:
    """Compare the loaded value; skip `true` or `false` instructions."""
    return _instruction(test, true, false, value)


def _return(answer: int) -> bytes:
    return _instruction(_RETURN, 0, 0, answer)
