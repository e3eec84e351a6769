"""Files of a few tenths of a second: what can be measured is measured, the rest has no value."""

import pytest

from core.values.errors import InputCode, InputError
from core.values.serial import to_json
from tests.support.audio.signals import clicks, noise, sine
from tests.support.trials.measuring import measured


@pytest.mark.parametrize("rate_hz", [8_000, 44_100])
@pytest.mark.parametrize("duration_s", [0.4, 0.55, 1.3, 2.9])
def test_everything_from_four_tenths_of_a_second_is_measured(duration_s: float, rate_hz: int) -> None:
    for signal in (
        noise(duration_s, rate_hz),
        sine(440.0, 0.3, duration_s, rate_hz)[:1],
        clicks(240, duration_s, rate_hz),
    ):
        analysis = measured(signal, rate_hz)
        assert analysis.loudness.integrated_lufs is not None
        assert analysis.loudness.max_short_term_lufs is None
        assert analysis.faults.hum is None
        to_json(analysis)


def test_what_is_shorter_has_no_loudness_and_the_refusal_says_what_is_needed() -> None:
    with pytest.raises(InputError) as refusal:
        measured(sine(440.0, 0.3, 0.38, 44_100), 44_100)
    assert refusal.value.code is InputCode.TOO_SHORT
    assert refusal.value.facts["min_s"] == 0.4
