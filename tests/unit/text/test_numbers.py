import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import numbers as f

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("value", "text"),
    [(-14.24, "−14.2"), (0.04, "0.0"), (-0.04, "0.0"), (3.0, "3.0"), (-120.0, "−120.0"), (None, "—")],
)
def test_number(value: float | None, text: str) -> None:
    assert f.number(value) == text


@pytest.mark.parametrize(("value", "text"), [(1.5, "+1.5"), (-0.3, "−0.3"), (0.04, "0.0"), (-0.04, "0.0"), (None, "—")])
def test_signed(value: float | None, text: str) -> None:
    assert f.signed(value) == text


def test_levels_carry_their_unit_behind_a_no_break_space() -> None:
    assert f.written_level(-14.2, "LUFS") == f"−14.2{NBSP}LUFS"
    assert f.written_level(-1.0, "dBTP") == f"−1.0{NBSP}dBTP"
    assert f.signed_db(2.26) == f"+2.3{NBSP}dB"
    assert f.signed_db(-1.2, "LU") == f"−1.2{NBSP}LU"
    assert f.written_level(None, "LUFS") == "—"
    assert f.number_with_unit(12.5, "%") == "12.5%"
    assert f.number_with_unit(0.0021, "FS", 4) == f"0.0021{NBSP}FS"
    assert f.number_with_unit(0.91, "", 2) == "0.91"


@pytest.mark.parametrize(
    ("hertz", "text"),
    [
        (31.5, "31.5 Hz"),
        (80.0, "80 Hz"),
        (440.2, "440 Hz"),
        (999.4, "999 Hz"),
        (999.6, "1 kHz"),
        (3200.0, "3.2 kHz"),
        (3150.0, "3.15 kHz"),
        (16000.0, "16 kHz"),
        (44100.0, "44.1 kHz"),
        (12345.0, "12.3 kHz"),
        (100.0, "100 Hz"),
        (0.0, "0 Hz"),
    ],
)
def test_frequency(hertz: float, text: str) -> None:
    assert f.frequency(hertz) == text.replace(" ", NBSP)


def test_a_note_stands_behind_its_frequency() -> None:
    assert f.frequency(46.25, "F♯1") == f"46.2{NBSP}Hz (F♯1)"
    assert f.frequency(None, "F♯1") == f.MISSING


def test_frequency_range_writes_a_shared_unit_once() -> None:
    assert f.frequency_range(200, 500) == f"200–500{NBSP}Hz"
    assert f.frequency_range(500, 2000) == f"500{NBSP}Hz–2{NBSP}kHz"
    assert f.frequency_range(2000, 5000) == f"2–5{NBSP}kHz"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00"), (7.4, "0:07"), (59.6, "1:00"), (64, "1:04"), (3660, "61:00"), (-0.2, "0:00"), (None, "—")],
)
def test_clock(seconds: float | None, text: str) -> None:
    assert f.clock(seconds) == text


def test_durations_and_spans() -> None:
    assert f.duration(2.54) == f"2.5{NBSP}s"
    assert f.duration(222) == "3:42"
    assert f.duration(None) == "—"
    assert f.span(64, 92) == "1:04–1:32"
    assert f.span(64.1, 64.3) == "1:04"


def test_bars_stand_beside_times_where_they_are_known() -> None:
    assert f.clock_and_bar(64, 33) == f"1:04 (bar{NBSP}33)"
    assert f.clock_and_bar(64, None) == "1:04"
    assert f.span_and_bars(64, 92, 33, 46) == f"1:04–1:32 (bars{NBSP}33–46)"
    assert f.span_and_bars(64, 64.2, 33, 33) == f"1:04 (bar{NBSP}33)"
    assert f.span_and_bars(64, 92, None, None) == "1:04–1:32"
    assert f.bars(None) == ""


def test_shares_tempi_and_keys() -> None:
    assert f.percent(0.42) == "42%"
    assert f.percent(None) == "—"
    assert f.tempo(124.0) == f"124{NBSP}BPM"
    assert f.tempo(98.5) == f"98.5{NBSP}BPM"
    assert f.tempo(123.98) == f"124{NBSP}BPM"
    assert f.tempo(None) == "—"
    assert f.key_name("F# minor") == "F♯ minor"
    assert f.key_name(None) == "—"


def test_keys_are_spelt_as_in_the_circle_of_fifths() -> None:
    """Of two names of a key the one with fewer signs: B♭ major has two flats, A♯ major would have ten sharps."""
    sharps = ("A", "A#", "B", "C", "C#", "D", "D#", "E", "F", "F#", "G", "G#")
    major = ["A", "B♭", "B", "C", "D♭", "D", "E♭", "E", "F", "F♯", "G", "A♭"]
    minor = ["A", "B♭", "B", "C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "G♯"]
    assert [f.key_name(f"{name} major") for name in sharps] == [f"{name} major" for name in major]
    assert [f.key_name(f"{name} minor") for name in sharps] == [f"{name} minor" for name in minor]


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (None, -1.0, "≤ −1.0 dBTP"),
        (-16.0, None, "≥ −16.0 dBTP"),
        (-10.0, -7.0, "−10.0 to −7.0 dBTP"),
        (0.0, 0.0, "0.0 dBTP"),
        (None, None, "—"),
    ],
)
def test_limits(low: float | None, high: float | None, text: str) -> None:
    assert f.limits(low, high, "dBTP").replace(NBSP, " ") == text


@pytest.mark.parametrize(
    ("low", "high", "unit", "text"),
    [
        (None, 3200.0, "Hz", "≤ 3.2 kHz"),
        (200.0, 500.0, "Hz", "200 to 500 Hz"),
        (800.0, 1200.0, "Hz", "800 Hz to 1.2 kHz"),
        (0.1, 0.9, "", "0.10 to 0.90"),
        (5.0, 15.0, "%", "5 to 15%"),
        (None, 0.001, "FS", "≤ 0.0010 FS"),
    ],
)
def test_limits_take_the_form_of_their_unit(low: float | None, high: float | None, unit: str, text: str) -> None:
    assert f.limits(low, high, unit).replace(NBSP, " ") == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (-14.24, "LUFS", "−14.2 LUFS"),
        (0.00214, "FS", "0.0021 FS"),
        (-0.151, "", "−0.15"),
        (41.8, "%", "42%"),
        (3200.0, "Hz", "3.2 kHz"),
        (124.0, "BPM", "124 BPM"),
        (12.6, "runs/min", "13 runs/min"),
        (None, "LUFS", "—"),
        (None, "Hz", "—"),
    ],
)
def test_a_measurement_takes_the_decimals_of_its_unit(value: float | None, unit: str, text: str) -> None:
    assert f.measurement(value, unit).replace(NBSP, " ") == text


@given(st.floats(-1e6, 1e6), st.integers(0, 3))
def test_a_number_reads_back_within_half_a_unit_of_its_last_figure(value: float, decimals: int) -> None:
    read_back = float(f.number(value, decimals).replace("−", "-"))
    assert abs(read_back - value) <= 0.5 * 10.0**-decimals + 1e-9


@given(st.floats(0.0, 1e5))
def test_a_clock_reads_back_within_half_a_second(seconds: float) -> None:
    minutes, rest = f.clock(seconds).split(":")
    assert abs(int(minutes) * 60 + int(rest) - seconds) <= 0.5 + 1e-9


@given(st.floats(1.0, 96_000.0))
def test_a_frequency_reads_back_within_half_a_percent(hertz: float) -> None:
    figure, unit = f.frequency(hertz).split(NBSP)
    assert float(figure) * {"Hz": 1, "kHz": 1000}[unit] == pytest.approx(hertz, rel=0.006, abs=0.051)
