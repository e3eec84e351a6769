"""The second meter: no false alarm on any kind of file, and an alarm for a loudness that is wrong."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from core.analysis.frames import Frames
from core.analysis.level.second_meter import (
    LEAD_HOPS,
    PASSAGE_HOPS,
    LoudestPassage,
    PassageSamples,
    compare_meters,
    confirmed,
)
from core.analysis.measurements import Analysis, SecondMeter
from core.analysis.scanning.surround import scan_programme
from core.values.errors import DependencyCode, DependencyError
from core.values.serial import from_json, to_json
from tests.support.audio.signals import Signal, in_blocks, level_steps, noise, sine
from tests.support.trials.measuring import measured

AGREEMENT_LU = 0.003
"""A steady tone has one stored level, whose rounding of 0.0025 dB no averaging makes smaller."""

SURROUND = ("C", "L", "R", "Ls", "Rs", "LFE")


def scanned_twice(
    signal: Signal, rate_hz: int, speakers: Sequence[str] = (), block: int = 65_536
) -> tuple[PassageSamples, Frames]:
    loudest = LoudestPassage(rate_hz, signal.shape[0])
    frames = scan_programme(loudest.watched(in_blocks(signal, block)), rate_hz, signal.shape[0], speakers)
    passage = loudest.passage()
    assert passage is not None
    return passage, frames


def difference_lu(signal: Signal, rate_hz: int, speakers: Sequence[str] = ()) -> float | None:
    second = compare_meters(*scanned_twice(signal, rate_hz, speakers), speakers)
    return second.difference_lu if second is not None else None


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 22_050, 44_100, 48_000, 96_000, 192_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_noise_reads_alike_at_every_rate(rate_hz: int, channels: int) -> None:
    assert difference_lu(noise(4.05, rate_hz)[:channels], rate_hz) == pytest.approx(0.0, abs=AGREEMENT_LU)


@pytest.mark.parametrize("level_db", [115.0, 0.0, -30.0, -60.0, -69.5])
def test_a_tone_reads_alike_from_absurd_to_the_gate(level_db: float) -> None:
    signal = sine(997.0, 10.0 ** (level_db / 20.0), 5.0, 44_100)
    assert difference_lu(signal, 44_100) == pytest.approx(0.0, abs=AGREEMENT_LU)


def test_levels_around_both_gates_read_alike() -> None:
    """Blocks on the edge of a gate count on both sides or on neither."""
    steps = [(-50.0, 3.0), (-20.0, 4.0), (None, 2.0), (-29.95, 3.0), (-30.05, 2.0)]
    assert difference_lu(level_steps(steps, 48_000), 48_000) == pytest.approx(0.0, abs=AGREEMENT_LU)


def test_surround_reads_alike_whatever_the_order_of_its_channels() -> None:
    rows = [noise(4.0, 48_000, exponent=1.0, rms=0.02 * (1 + seed), seed=seed)[0] for seed in range(len(SURROUND))]
    assert difference_lu(np.stack(rows), 48_000, SURROUND) == pytest.approx(0.0, abs=AGREEMENT_LU)


@pytest.mark.parametrize(
    "signal",
    [
        noise(0.39, 44_100),
        np.zeros((2, 3 * 44_100), np.float32),
        1e-5 * noise(3.0, 44_100),
    ],
    ids=["shorter than a gating block", "digital silence", "below the absolute gate"],
)
def test_where_there_is_nothing_to_compare_nothing_is_said(signal: Signal) -> None:
    assert difference_lu(signal.astype(np.float32), 44_100) is None


@pytest.mark.parametrize("block", [997, 65_536, 10**7])
@pytest.mark.parametrize("loudest", [0, 1, 2])
def test_the_loudest_15_s_are_taken_with_what_came_before_them(loudest: int, block: int) -> None:
    rate_hz = 8_000
    hop = rate_hz // 100
    parts = [noise(15.0, rate_hz, rms=0.2 if part == loudest else 0.1, seed=part) for part in range(3)]
    signal = np.concatenate([*parts, noise(2.3, rate_hz)], axis=1)
    passage, frames = scanned_twice(signal, rate_hz, block=block)
    first = loudest * PASSAGE_HOPS * hop
    lead = LEAD_HOPS * hop if loudest else 0
    assert passage.first_hop == loudest * PASSAGE_HOPS
    assert np.array_equal(passage.samples, signal[:, first - lead : first + PASSAGE_HOPS * hop])
    second = compare_meters(passage, frames)
    assert second is not None
    assert second.difference_lu == pytest.approx(0.0, abs=AGREEMENT_LU)


def test_direct_current_makes_no_passage_loud() -> None:
    signal = np.concatenate([noise(15.0, 8_000, rms=0.1), noise(15.0, 8_000, rms=0.01) + np.float32(0.5)], axis=1)
    passage, _ = scanned_twice(signal, 8_000)
    assert passage.first_hop == 0


@pytest.mark.parametrize("steps", [-3, 3])
def test_a_loudness_that_is_wrong_by_0_015_lu_is_refused_with_both_values(steps: int) -> None:
    passage, frames = scanned_twice(noise(20.0, 44_100), 44_100)
    wrong = replace(frames, k_power=frames.k_power + np.int16(steps))
    with pytest.raises(DependencyError) as caught:
        compare_meters(passage, wrong)
    assert caught.value.code is DependencyCode.SECOND_METER
    facts = caught.value.facts
    assert float(facts["own_lufs"]) - float(facts["second_lufs"]) == pytest.approx(0.005 * steps, abs=0.001)


@pytest.mark.parametrize("steps", [-1, 1])
def test_what_rounding_can_do_is_no_fault(steps: int) -> None:
    passage, frames = scanned_twice(noise(20.0, 44_100), 44_100)
    assert compare_meters(passage, replace(frames, k_power=frames.k_power + np.int16(steps))) is not None


def test_sound_where_the_second_meter_hears_none_is_a_fault() -> None:
    passage, frames = scanned_twice(1e-5 * noise(3.0, 44_100), 44_100)
    with pytest.raises(DependencyError):
        compare_meters(passage, replace(frames, k_power=frames.k_power + np.int16(10_000)))


def test_an_analysis_says_that_it_is_confirmed_and_an_older_one_loads() -> None:
    signal = noise(4.0, 44_100)
    passage, frames = scanned_twice(signal, 44_100)
    analysis = measured(signal, 44_100)
    assert analysis.loudness.second_meter is None
    assert confirmed(analysis, frames, None) is analysis

    stored = to_json(confirmed(analysis, frames, passage))
    assert isinstance(from_json(Analysis, stored).loudness.second_meter, SecondMeter)
    older = to_json(analysis).replace(b',"second_meter":null', b"")
    assert b"second_meter" not in older
    assert from_json(Analysis, older) == analysis
