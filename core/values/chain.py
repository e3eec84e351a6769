"""Processor settings that fit any equaliser, compressor or limiter, independent of the plug-in.

Filters follow the RBJ cookbook (R. Bristow-Johnson, "Audio EQ Cookbook"): ``q`` is the RBJ Q of that filter kind.
"""

from dataclasses import dataclass
from enum import StrEnum


class FilterKind(StrEnum):
    """RBJ filter kinds."""

    BELL = "bell"
    LOW_SHELF = "low_shelf"
    HIGH_SHELF = "high_shelf"
    HIGH_PASS = "high_pass"
    LOW_PASS = "low_pass"

    @property
    def label(self) -> str:
        """The name on a dial card."""
        return self.value.replace("_", " ").capitalize()


class Placement(StrEnum):
    """Which signal a filter works on."""

    STEREO = "stereo"
    MID = "mid"
    SIDE = "side"


@dataclass(frozen=True, slots=True)
class EqBand:
    """One equaliser band. `gain_db` is 0 for pass filters. A `dynamic` band works only while it is too loud."""

    kind: FilterKind
    frequency_hz: float
    gain_db: float
    q: float
    placement: Placement = Placement.STEREO
    dynamic: bool = False


@dataclass(frozen=True, slots=True)
class Compressor:
    """Bus compression. The threshold is to be set so that the meter shows `gain_reduction_db`."""

    ratio: float
    attack_ms: float
    release_ms: float
    gain_reduction_db: float


@dataclass(frozen=True, slots=True)
class Limiter:
    """A true-peak limiter. `drive_change_db` is relative to the present setting; negative is less drive."""

    ceiling_dbtp: float
    drive_change_db: float = 0.0
    release_ms: float | None = None
    oversampling: int = 4


@dataclass(frozen=True, slots=True)
class Chain:
    """Processors in order: trim, equaliser, compressor, stereo, limiter. Empty parts do nothing.

    Attributes:
        trim_db: gain before all other processors.
        eq: bands of the equaliser.
        compressor: bus compression; None for no compressor.
        balance_db: gain of the left channel relative to the right.
        mono_below_hz: frequency below which the signal is summed to mono; None for no change.
        width_percent: level of the side relative to the present one, in percent; None for no change.
        limiter: limiter; None for no change.
    """

    trim_db: float = 0.0
    eq: tuple[EqBand, ...] = ()
    compressor: Compressor | None = None
    balance_db: float = 0.0
    mono_below_hz: float | None = None
    width_percent: float | None = None
    limiter: Limiter | None = None

    @property
    def is_empty(self) -> bool:
        """Whether no processor is set."""
        return self == EMPTY


EMPTY = Chain()
"""The chain that changes nothing."""
