"""Values about the range in which voices lie; `core.analysis.measurements` holds them with all others.

Whether anybody sings cannot be read from a stereo file: these describe the sound, and speak of no voice.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ess:
    """A short burst of 5–9 kHz that stands alone, as a sharp s does. `over_voice_db`: at its peak, over 1–4 kHz."""

    at_s: float
    length_s: float
    over_voice_db: float


@dataclass(frozen=True, slots=True)
class Sibilance:
    """Bursts that are like esses. `esses` holds the sharpest ones in time order, `ess_count` counts all.

    `on_grid_count`: bursts beside these that lie on the grid of the beat, as hi-hats do.
    """

    esses: tuple[Ess, ...]
    ess_count: int
    esses_per_minute: float
    on_grid_count: int


@dataclass(frozen=True, slots=True)
class CentreRoom:
    """How much of 500 Hz–5 kHz both channels have in common, dB over all of it; the most a voice there can have.

    `centre_to_all_db`: the median of the loud seconds. `timeline_db`: value i covers `hop_s` from ``i * hop_s`` on;
    None where it is not loud.
    """

    centre_to_all_db: float
    hop_s: float
    timeline_db: tuple[float | None, ...]
