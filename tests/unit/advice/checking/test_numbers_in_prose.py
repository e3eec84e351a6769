"""Numbers are read out of prose as people read them: words, ranges, units, signs, times."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.advice.checking.numbers_in_prose import WrittenNumber, written_numbers
from core.advice.checking.spelling import digits, one_typography
from tests.support.reviews.hostile_answers import in_words


def _read(text: str) -> list[WrittenNumber]:
    return written_numbers(digits(one_typography(text)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("−9.2 LUFS", [(-9.2, "LUFS")]),
        ("-9.2LUFS", [(-9.2, "LUFS")]),
        ("minus nine point two LUFS", [(-9.2, "LUFS")]),
        ("about 9 dB", [(9.0, "dB")]),
        ("3 decibels", [(3.0, "dB")]),
        ("half a dB", [(0.5, "dB")]),
        ("half a decibel", [(0.5, "dB")]),
        ("a dB or two", [(1.0, "dB"), (2.0, "dB")]),
        ("a couple of dB", [(2.0, "dB")]),
        ("one and a half dB", [(1.5, "dB")]),
        ("a dB and a half", [(1.5, "dB")]),
        ("twenty-five percent", [(25.0, "%")]),
        ("one hundred and twenty four BPM", [(124.0, "BPM")]),
        ("four hundred twelve clipped runs", [(412.0, "")]),
        ("a quarter of a second", [(0.25, "s")]),
        ("two and a half seconds", [(2.5, "s")]),
        ("300 Hz", [(300.0, "Hz")]),
        ("3 kHz", [(3000.0, "Hz")]),
        ("3.2k", [(3200.0, "Hz")]),
        ("three kilohertz", [(3000.0, "Hz")]),
        ("200–500 Hz", [(200.0, "Hz"), (500.0, "Hz")]),
        ("200-500Hz", [(200.0, "Hz"), (500.0, "Hz")]),
        ("between 200 and 500 Hz", [(200.0, "Hz"), (500.0, "Hz")]),
        ("500 Hz–2 kHz", [(500.0, "Hz"), (2000.0, "Hz")]),
        ("2–5 kHz", [(2000.0, "Hz"), (5000.0, "Hz")]),
        ("−3 to −6 dB", [(-3.0, "dB"), (-6.0, "dB")]),
        ("−10.5 to −7.3 LUFS", [(-10.5, "LUFS"), (-7.3, "LUFS")]),
        ("5.9 dB to −14 LUFS", [(5.9, "dB"), (-14.0, "LUFS")]),
        ("6.9 dB and 8.9 dB", [(6.9, "dB"), (8.9, "dB")]),
        ("1:04", [(64.0, "time")]),
        ("1:04–1:32: then", [(64.0, "time"), (92.0, "time")]),
        ("1:02:03", [(3723.0, "time")]),
        ("3 minutes 42", [(222.0, "time")]),
        ("2:1", [(2.0, ":1")]),
        ("Q 0.7–1.2", [(0.7, "Q"), (1.2, "Q")]),
        ("Q of 1.4", [(1.4, "Q")]),
        ("50–150 ms", [(50.0, "ms"), (150.0, "ms")]),
        ("24-bit", [(24.0, "bit")]),
        ("0.0061 FS", [(0.0061, "FS")]),
        ("12 dB/oct", [(12.0, "db/oct")]),
        ("111 runs/min", [(111.0, "runs/min")]),
        ("80 %", [(80.0, "%")]),
        ("7 cents", [(7.0, "cents")]),
        ("10 times louder", [(10.0, "x")]),
        ("17,3 dB", [(17.3, "dB")]),
        ("an 808 and an MP3 of version 2, 4x oversampling", []),
        ("your 808s and the 909 kick", []),
        ("808 dB", [(808.0, "dB")]),
        ("one of the two loudest tracks", []),
        ("1. Cut the lows", []),
        ("", []),
    ],
)
def test_a_text_holds_these_numbers(text: str, expected: list[tuple[float, str]]) -> None:
    assert [(pytest.approx(found.value), found.unit) for found in _read(text)] == expected


@pytest.mark.parametrize(
    "text", ["about 9 dB", "roughly 9 dB", "nearly 9 dB", "9 dB or so", "~9 dB", "just under 9 dB"]
)
def test_approximations_are_known_as_such(text: str) -> None:
    assert _read(text)[0].is_about


@pytest.mark.parametrize(
    ("text", "signed"), [("−9 dB", True), ("+9 dB", True), ("minus nine dB", True), ("9 dB", False)]
)
def test_a_written_sign_is_noticed(text: str, signed: bool) -> None:
    assert _read(text)[0].is_signed is signed


@given(st.integers(-9990, 9990).map(lambda tenths: tenths / 10))
def test_every_number_reads_the_same_in_digits_and_in_words(value: float) -> None:
    sign = "−" if value < 0 else ""
    in_digits, spelled = _read(f"{sign}{abs(value):.1f} LUFS"), _read(f"{in_words(value)} LUFS")

    assert [found.value for found in in_digits] == [pytest.approx(value)]
    assert [found.value for found in spelled] == [pytest.approx(value)]


@given(st.text(max_size=300))
def test_no_text_breaks_the_reading(text: str) -> None:
    readable = digits(one_typography(text))

    for found in written_numbers(readable):
        assert 0 <= found.start < found.end <= len(readable)
