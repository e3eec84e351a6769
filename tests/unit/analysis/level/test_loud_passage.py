"""One passage that stands above everything else, and loud passages that are music."""

import numpy as np
import pytest

from core.analysis.measurements import LoudPassage
from tests.support.audio.signals import Signal, level_steps
from tests.support.trials.measuring import measured

RATE_HZ = 22_050


def passage_of(*steps: tuple[float | None, float]) -> LoudPassage | None:
    signal: Signal = level_steps(list(steps), RATE_HZ)
    return measured(np.ascontiguousarray(signal), RATE_HZ).loudness.loud_passage


@pytest.mark.parametrize("length_s", [0.5, 2.0, 5.0])
@pytest.mark.parametrize("over_db", [5.0, 8.0])
def test_a_passage_is_found_with_its_place_and_size(length_s: float, over_db: float) -> None:
    found = passage_of((-26.0, 10.0), (-26.0 + over_db, length_s), (-26.0, 14.0))
    assert found is not None
    assert found.over_lu == pytest.approx(over_db, abs=0.1)
    assert found.start_s == pytest.approx(10.0, abs=0.25)
    assert found.end_s == pytest.approx(10.0 + length_s, abs=0.25)


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param([(-26.0, 10.0), (-23.0, 2.0), (-26.0, 14.0)], id="3 dB"),
        pytest.param([(-26.0, 10.0), (-20.0, 8.0), (-26.0, 14.0)], id="8 s"),
        pytest.param([(-26.0, 10.0), (-20.0, 2.0), (-26.0, 10.0), (-20.0, 2.0), (-26.0, 10.0)], id="twice"),
        pytest.param([(-26.0, 20.0), (-20.0, 2.0)], id="the last chord"),
        pytest.param([(-20.0, 2.0), (-26.0, 20.0)], id="the first chord"),
        pytest.param([(-40.0, 10.0), (-20.0, 2.0), (-26.0, 14.0)], id="the hit that opens a section"),
        pytest.param([(-26.0, 10.0), (-20.0, 2.0), (None, 8.0), (-26.0, 8.0)], id="a hit before a pause"),
    ],
)
def test_loud_passages_that_are_music(steps: list[tuple[float | None, float]]) -> None:
    assert passage_of(*steps) is None
