"""The filter's program, run here instruction by instruction for both machines: this one's kernel proves only one.

Numbers are the kernel's own (arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h), written down
here a second time for the calls that matter most.
"""

import errno
import os
import struct

import pytest

from core.workers import seccomp

PID = 4_711
ALLOW, KILL = 0x7FFF_0000, 0x8000_0000
EPERM, ENOSYS = 0x0005_0000 | errno.EPERM, 0x0005_0000 | errno.ENOSYS

AUDIT_ARCH = {"x86_64": 0xC000_003E, "aarch64": 0xC000_00B7}
NUMBERS = {
    "x86_64": {
        "read": 0, "write": 1, "mmap": 9, "futex": 202, "exit_group": 231, "open": 2, "openat": 257, "openat2": 437,
        "clone": 56, "clone3": 435, "fork": 57, "vfork": 58, "kill": 62, "tgkill": 234, "tkill": 200, "socket": 41,
        "connect": 42, "execve": 59, "execveat": 322, "ptrace": 101, "process_vm_readv": 310, "unlink": 87,
        "unlinkat": 263, "rename": 82, "renameat": 264, "truncate": 76, "io_uring_setup": 425, "bpf": 321,
        "prlimit64": 302, "ioctl": 16, "unshare": 272,
    },
    "aarch64": {
        "read": 63, "write": 64, "mmap": 222, "futex": 98, "exit_group": 94, "openat": 56, "openat2": 437,
        "clone": 220, "clone3": 435, "kill": 129, "tgkill": 131, "tkill": 130, "socket": 198, "connect": 203,
        "execve": 221, "execveat": 281, "ptrace": 117, "process_vm_readv": 270, "unlinkat": 35, "renameat": 38,
        "truncate": 45, "io_uring_setup": 425, "bpf": 280, "prlimit64": 261, "ioctl": 29, "unshare": 97,
    },
}  # fmt: skip

THREAD = 0x3D_0F00  # the flags of glibc's pthread_create: CLONE_VM|FS|FILES|SIGHAND|THREAD|SYSVSEM|SETTLS|…
SIGCHLD = 17

CASES = [
    *[(name, (), ALLOW) for name in ("read", "write", "mmap", "futex", "exit_group")],
    *[
        (name, (), EPERM)
        for name in (
            "fork", "vfork", "tkill", "socket", "connect", "execve", "execveat", "ptrace", "process_vm_readv", "unlink",
            "unlinkat", "rename", "renameat", "truncate", "io_uring_setup", "bpf", "unshare",
        )
    ],
    ("clone3", (), ENOSYS),
    ("openat2", (), ENOSYS),
    ("clone", (THREAD,), ALLOW),
    ("clone", (SIGCHLD,), EPERM),
    ("open", (0, os.O_RDONLY), ALLOW),
    ("open", (0, os.O_RDWR), EPERM),
    ("openat", (0, 0, os.O_RDONLY | os.O_CLOEXEC), ALLOW),
    ("openat", (0, 0, os.O_RDONLY | os.O_DIRECTORY), ALLOW),
    ("openat", (0, 0, os.O_WRONLY), EPERM),
    ("openat", (0, 0, os.O_RDWR | os.O_CLOEXEC), EPERM),
    ("openat", (0, 0, os.O_RDONLY | os.O_CREAT), EPERM),
    ("openat", (0, 0, os.O_RDONLY | os.O_TRUNC), EPERM),
    ("kill", (PID,), ALLOW),
    ("kill", (1,), EPERM),
    ("kill", (0,), EPERM),
    ("kill", (0xFFFF_FFFF,), EPERM),  # −1: everybody
    ("tgkill", (PID, PID + 1), ALLOW),
    ("tgkill", (1, 1), EPERM),
    ("prlimit64", (0,), ALLOW),
    ("prlimit64", (PID,), ALLOW),
    ("prlimit64", (1,), EPERM),
    ("ioctl", (0, 0x5401), ALLOW),  # TCGETS: isatty()
    ("ioctl", (0, 0x5412), EPERM),  # TIOCSTI
]  # fmt: skip


def verdict(machine: str, number: int, arguments: tuple[int, ...] = (), arch: int | None = None) -> int:
    """What a kernel answers: classic BPF over struct seccomp_data (linux/filter.h)."""
    padded = (*arguments, *[0] * (6 - len(arguments)))
    data = struct.pack("<IIQ6Q", number, AUDIT_ARCH[machine] if arch is None else arch, 0, *padded)
    program = list(seccomp._program(seccomp._MACHINES[machine], PID))
    at, loaded = 0, 0
    while True:
        code, true, false, value = struct.unpack("=HBBI", program[at])
        at += 1
        match code:
            case 0x20:
                (loaded,) = struct.unpack_from("<I", data, value)
            case 0x15:
                at += true if loaded == value else false
            case 0x35:
                at += true if loaded >= value else false
            case 0x45:
                at += true if loaded & value else false
            case 0x06:
                return value
            case _:
                raise AssertionError(f"no such instruction here: {code:#x}")


ON_EACH_MACHINE = [(machine, *case) for machine in NUMBERS for case in CASES if case[0] in NUMBERS[machine]]
"""ARM never had fork, open, unlink and rename."""


@pytest.mark.parametrize(("machine", "name", "arguments", "expected"), ON_EACH_MACHINE)
def test_each_machine_answers_as_meant(machine: str, name: str, arguments: tuple[int, ...], expected: int) -> None:
    assert verdict(machine, NUMBERS[machine][name], arguments) == expected


def test_calls_of_another_architecture_end_the_process() -> None:
    """32-bit calls have other numbers: 11 is execve there and munmap here."""
    assert verdict("x86_64", 11, arch=0x4000_0003) == KILL
    assert verdict("x86_64", 0x4000_0000 | 59) == KILL
