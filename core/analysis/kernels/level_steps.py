"""Powers as steps of a decibel scale."""

import numpy as np
from numpy.typing import NDArray


def level_steps(
    power: NDArray[np.float64], steps_per_decade: float, lowest: int, highest: int, zero: int, out: NDArray[np.int16]
) -> None:
    """Round the logarithm of each power to a step.

    Args:
        power: shape (n,), ≥ 0.
        steps_per_decade: steps in a factor of ten.
        lowest: no step is below this.
        highest: no step is above this.
        zero: stands for exactly no power.
        out: shape (n,), filled in place.
    """
    for i in range(power.shape[0]):
        value = power[i]
        if value > 0.0:
            out[i] = max(lowest, min(highest, round(steps_per_decade * np.log10(value))))
        else:
            out[i] = zero
