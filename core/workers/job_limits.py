"""Limits of the resources that one job may use."""

from dataclasses import dataclass

from core.values.units import MIB


@dataclass(frozen=True, slots=True)
class JobLimits:
    """Limits of a child process.

    Attributes:
        memory_bytes: address space beyond what the process maps when the job begins. Libraries map far more than they
            use, so a limit on the total would be meaningless.
        cpu_s: processor time, all threads together.
        wall_s: elapsed time.
        open_files: number of file descriptors.
        result_bytes: size of the largest accepted result.
    """

    memory_bytes: int = 1536 * MIB
    cpu_s: int = 120
    wall_s: float = 120.0
    open_files: int = 64
    result_bytes: int = 64 * MIB
