"""Stereo picture, whole and by band."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class BandStereo:
    """Stereo values of one band."""

    correlation: float | None
    side_to_mid_db: float | None
    mono_fold_loss_db: float | None
    balance_db: float | None = None


@dataclass(frozen=True, slots=True)
class BandStereoTimeline:
    """Stereo values of one band over time, in steps of `StereoTimeline.bands_hop_s`; None where it is silent."""

    correlation: tuple[float | None, ...]
    mono_fold_loss_db: tuple[float | None, ...]
    balance_db: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class StereoTimeline:
    """Stereo values over time; None in silent steps."""

    hop_s: float
    correlation: tuple[float | None, ...]
    balance_db: tuple[float | None, ...]
    side_to_mid_db: tuple[float | None, ...] = ()
    mono_fold_loss_db: tuple[float | None, ...] = ()
    bands_hop_s: float | None = None
    bands: dict[str, BandStereoTimeline] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stereo:
    """Stereo picture; all None for a mono file.

    Attributes:
        correlation: of left and right, −1…1.
        side_to_mid_db: power of the side against that of the mid.
        mono_fold_loss_db: level of the mono sum against that of left and right, dB; negative: mono is quieter.
        balance_db: level of the left channel against the right, dB; positive: left is louder.
        bands: the same values for each of the seven bands.
        negative_correlation_share: share of the time in which the correlation is negative, 0…1.
        timeline: the same values every second.
    """

    correlation: float | None
    side_to_mid_db: float | None
    mono_fold_loss_db: float | None
    balance_db: float | None
    bands: dict[str, BandStereo]
    negative_correlation_share: float | None = None
    timeline: StereoTimeline | None = None
