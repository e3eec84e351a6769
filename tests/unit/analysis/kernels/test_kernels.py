"""Kernels against scipy, against themselves uncompiled, and against algebra."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import scipy.signal

import core.analysis.kernels
from core.analysis.kernels.biquads import filtered_mean_squares, segment_states
from core.analysis.kernels.clipped_runs import (
    OVER_STATE,
    WAITING,
    WAITING_START,
    flat_state,
    flat_tops,
    runs_beyond,
)
from core.analysis.kernels.cross_power import cross_power
from core.analysis.kernels.decimate import decimate
from core.analysis.kernels.dropouts_and_clicks import block_levels
from core.analysis.kernels.frame_powers import stereo_power
from core.analysis.kernels.hop_powers import hop_powers
from core.analysis.kernels.jit import compiled
from core.analysis.kernels.true_peak import MARGIN, true_peaks
from core.analysis.scanning.chroma import A4_HZ, CHROMA_BINS, CHROMA_FROM_HZ, PEAK_FLOOR, peak_chroma
from core.analysis.scanning.filter_bank import FilterBank
from core.analysis.scanning.filters import (
    COARSE_BETA,
    COARSE_TAPS,
    FINE_BETA,
    FINE_PHASES,
    FINE_TAPS,
    attack_band,
    decimator,
    interpolators,
    k_weighting,
)
from tests.support.audio.signals import Signal, faded, low_passed, noise

RATE_HZ = 44_100


@pytest.fixture(scope="module")
def samples() -> Signal:
    return noise(0.2, RATE_HZ, rms=0.2)


def test_the_48_khz_coefficients_are_those_the_standard_prints() -> None:
    """ITU-R BS.1770-5 Annex 1, tables 1 and 2."""
    shelf, high_pass = k_weighting(48_000)
    assert shelf[[0, 1, 2, 4, 5]] == pytest.approx(
        [1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585], abs=1e-9
    )
    assert high_pass[[0, 1, 2, 4, 5]] == pytest.approx([1.0, -2.0, 1.0, -1.99004745483398, 0.99007225036621], abs=1e-9)


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("rate_hz", [8_000, 44_100, 192_000])
def test_filtered_power_is_that_of_scipy(rate_hz: int, channels: int) -> None:
    """Over three chunks with an offset and a silence in the middle: the state is carried through both."""
    hop = rate_hz // 100
    signal = noise(3.0, rate_hz, rms=0.2)[:channels] + np.float32(0.1)
    signal[:, rate_hz : rate_hz + rate_hz // 2] = 0.0
    cascades = [k_weighting(rate_hz), attack_band(2_000.0, 8_000.0, rate_hz), attack_band(20.0, 150.0, rate_hz)]
    bank = FilterBank(cascades, channels, hop)
    ours = np.concatenate([bank.feed(np.ascontiguousarray(chunk)) for chunk in np.split(signal, 3, axis=1)], axis=2)
    for rows, sections in zip(ours, cascades, strict=True):
        filtered = scipy.signal.sosfilt(sections, signal.astype(np.float64), axis=1)
        assert rows == pytest.approx((filtered**2).reshape(channels, -1, hop).mean(axis=2), rel=2e-6, abs=1e-15)


def test_decimation_is_filtering_and_dropping(samples: Signal) -> None:
    taps = decimator(7)
    ours = compiled(decimate)(samples, taps, taps.size // 2, 7)
    for channel in range(2):
        expected = np.convolve(samples[channel].astype(np.float64), taps, "valid")[::7]
        assert ours[channel] == pytest.approx(expected[: ours.shape[1]], abs=1e-6)


def test_the_decimator_keeps_2_khz_and_stops_what_would_fold_there() -> None:
    low_rate_hz = RATE_HZ / 7
    _, response = scipy.signal.freqz(decimator(7), worN=[100.0, 2_000.0, low_rate_hz - 2_000.0, 8_000.0], fs=RATE_HZ)
    level_db = 20.0 * np.log10(np.abs(response))
    assert level_db[:2] == pytest.approx(0.0, abs=0.01)
    assert np.all(level_db[2:] < -80.0)


def test_stereo_power_is_that_of_four_transforms(samples: Signal) -> None:
    left, right = samples.astype(np.float64)[:, :1_024].reshape(2, 4, 256)
    spectrum = np.fft.fft(left + 1j * right, axis=1).astype(np.complex64)
    total, lrms = np.empty((4, 100), np.float32), np.empty((4, 2, 100), np.float32)
    compiled(stereo_power)(spectrum, 2.0, 1, total, lrms)
    for row, signal in enumerate((left, right, (left + right) / 2.0, (left - right) / 2.0)):
        expected = 2.0 * np.abs(np.fft.rfft(signal, axis=1)[:, 1:101]) ** 2
        assert lrms[row] == pytest.approx(expected.reshape(2, 2, 100).mean(axis=1), rel=1e-4, abs=1e-6)
    expected_total = sum(2.0 * np.abs(np.fft.rfft(signal, axis=1)[:, 1:101]) ** 2 for signal in (left, right))
    assert total == pytest.approx(expected_total, rel=1e-4, abs=1e-6)


def test_the_side_of_equal_channels_is_120_db_down() -> None:
    wave = noise(0.1, RATE_HZ)[0, :2_048].astype(np.float64)
    spectrum = scipy.fft.fft((wave + 1j * wave).astype(np.complex64))[None, :]
    total, lrms = np.empty((1, 900), np.float32), np.empty((4, 1, 900), np.float32)
    compiled(stereo_power)(spectrum, 1.0, 1, total, lrms)
    assert lrms[3].sum() < 1e-12 * lrms[2].sum()


def true_peak_arguments(signal: Signal, step: int) -> tuple[np.ndarray, ...]:
    margin = FINE_TAPS // 2 + MARGIN
    return (
        np.pad(signal, ((0, 0), (margin, margin))),
        interpolators(COARSE_TAPS, 4, COARSE_BETA)[1:],
        interpolators(FINE_TAPS, FINE_PHASES, FINE_BETA),
        margin,
        step,
        np.zeros(signal.shape[0]),
        np.zeros(signal.shape[0]),
        np.zeros((signal.shape[0], signal.shape[1] // step)),
    )


@pytest.mark.parametrize("exponent", [0.0, 1.0, 2.0], ids=["white", "pink", "brown"])
def test_true_peaks_are_those_of_an_ideal_resampler(exponent: float) -> None:
    """The truth is the periodic band-limited signal itself, evaluated at 32 times the rate."""
    signal = faded(low_passed(noise(0.5, RATE_HZ, exponent=exponent), 20_000.0, RATE_HZ), 0.02, RATE_HZ)
    arguments = true_peak_arguments(signal, 4_410)
    peaks = compiled(true_peaks)(*arguments)
    fine = scipy.signal.resample(signal.astype(np.float64), 32 * signal.shape[1], axis=1)
    expected = np.abs(fine).reshape(2, -1, 32 * 4_410).max(axis=2)
    assert 20.0 * np.log10(peaks / expected) == pytest.approx(0.0, abs=0.05)
    highest = np.abs(signal).reshape(2, -1, 4_410).max(axis=2)
    assert np.all(peaks >= highest)
    assert np.array_equal(arguments[-1], highest)


def test_kernels_mean_the_same_uncompiled(samples: Signal) -> None:
    short = np.ascontiguousarray(samples[:, :882])
    arguments = true_peak_arguments(short, 441)
    plain = true_peaks(*(value.copy() if isinstance(value, np.ndarray) else value for value in arguments))
    assert compiled(true_peaks)(*arguments) == pytest.approx(plain, rel=1e-5)
    bank = FilterBank([k_weighting(RATE_HZ)], 2, 441)
    chunk = np.ascontiguousarray(np.tile(samples, 5)[:, :44_100])
    found = bank.feed(chunk)
    piece = chunk[:, : 441 * 20]
    states = segment_states(piece, bank._carry, bank._reach, bank._firsts, np.zeros((1, 2, 4)))
    assert filtered_mean_squares(piece, bank._sections, states, 441) == pytest.approx(found[:, :, :20], rel=1e-9)


LIMITS = (1e-4, 1.3e-4, 0.01)
"""Largest step within a flat top, its largest height, least step at its ends."""


def tops(wave: list[float]) -> list[tuple[int, int]]:
    """Flat tops of a short wave, which goes on in silence."""
    state, rows, values = flat_state(), np.zeros((20, 2), np.int64), np.zeros(20)
    found = compiled(flat_tops)(np.array([*wave, 0.0], np.float32), 0, LIMITS, state, rows, values)
    listed = [(int(start), int(length)) for start, length in rows[:found]]
    return [*listed, (int(state[WAITING_START]), int(state[WAITING]))] if state[WAITING] else listed


@pytest.mark.parametrize(
    ("wave", "expected"),
    [
        ([0.0, 0.5, 0.5, 0.5, 0.0], [(1, 3)]),
        ([0.0, 0.5, 0.5, 0.0], []),
        ([0.0, -0.5, -0.5, -0.5, 0.0], [(1, 3)]),
        ([0.0, 0.5, 0.50006, 0.49998, 0.5, 0.0], [(1, 4)]),
        ([0.0, 0.5, 0.50009, 0.50018, 0.0], []),
        ([0.0, 0.5, 0.5, 0.5, 0.9, 0.0], []),
        ([0.0, 0.5, 0.5, 0.5, 0.3, 0.9, 0.0], [(1, 3)]),
        ([0.0, 0.9, 0.0, 0.2, 0.2, 0.2, 0.0], []),
        ([0.0, 0.0, 0.0, 0.0, 0.5, 0.0], []),
        ([0.495, 0.5, 0.5, 0.5, 0.495], []),
        ([0.495, 0.5, 0.5, 0.5, 0.3], [(1, 3)]),
        ([0.5, 0.5, 0.5, 0.5, 0.0], [(0, 4)]),
        ([0.0, *[0.5] * 4, *[-0.5] * 4, *[0.5] * 4, -0.1], []),
        ([0.0, *[0.5] * 4, 0.1, *[-0.5] * 4, 0.1], []),
        ([0.0, *[0.5] * 4, 0.3, 0.0, -0.3, *[-0.5] * 4, 0.0], [(1, 4), (8, 4)]),
    ],
    ids=[
        *("top", "two are too few", "bottom", "dithered", "slope", "step upwards", "below a peak", "far below a peak"),
        *("silence", "rounded top", "one corner", "from the start"),
        *("square wave", "resampled square wave", "clipped wave"),
    ],
)
def test_flat_tops(wave: list[float], expected: list[tuple[int, int]]) -> None:
    assert tops(wave) == expected


@pytest.mark.parametrize(
    ("wave", "expected"),
    [
        ([0.0, 1.0, 1.2, 1.1, 0.0], [(1, 3)]),
        ([0.0, 1.0, 1.2, 0.9, 0.0], []),
        ([0.0, 1.1, 1.1, -1.1, -1.1, 0.0], []),
        ([0.0, -1.1, -1.2, -1.0, 1.5, 1.5, 1.5, 0.0], [(1, 3), (4, 3)]),
    ],
)
def test_runs_beyond_full_scale(wave: list[float], expected: list[tuple[int, int]]) -> None:
    rows = np.zeros((20, 2), np.int64)
    found = compiled(runs_beyond)(np.array(wave, np.float32), 0, 1.0, np.zeros(OVER_STATE), rows)
    assert [(int(start), int(length)) for start, length in rows[:found]] == expected


def test_cross_power_is_that_of_two_transforms(samples: Signal) -> None:
    left, right = samples.astype(np.float64)[:, :1_024].reshape(2, 4, 256)
    spectrum = np.fft.fft(left + 1j * right, axis=1).astype(np.complex64)
    cross, powers = np.zeros(100, np.complex128), np.zeros((2, 100))
    compiled(cross_power)(spectrum, cross, *powers)
    one, other = (2.0 * np.fft.rfft(signal, axis=1)[:, 1:101] for signal in (left, right))
    assert cross == pytest.approx((one * other.conj()).sum(axis=0), rel=1e-4, abs=1e-4)
    assert powers[0] == pytest.approx((np.abs(one) ** 2).sum(axis=0), rel=1e-4)
    assert powers[1] == pytest.approx((np.abs(other) ** 2).sum(axis=0), rel=1e-4)


def test_sharpness_is_the_energy_of_the_fourth_difference(samples: Signal) -> None:
    power, sharpness, share = np.zeros((3, 2, 10))
    compiled(block_levels)(np.ascontiguousarray(samples[:, 90:610]), 10, 50, power, sharpness, share)
    for channel, signal in enumerate(samples.astype(np.float64)):
        difference = np.diff(signal[98:602], 4)
        assert sharpness[channel] == pytest.approx((difference**2).reshape(10, 50).sum(axis=1), rel=1e-4)
        assert power[channel] == pytest.approx((signal[100:600] ** 2).reshape(10, 50).mean(axis=1), rel=1e-5)


@pytest.mark.parametrize("at", [120, 149, 150, 151, 175])
def test_the_shape_of_a_lone_sample_differs_from_that_of_a_step(at: int) -> None:
    lone, step = np.zeros((1, 300), np.float32), np.zeros((1, 300), np.float32)
    lone[0, at], step[0, at:] = 0.5, 0.5
    shares = []
    for signal in (lone, step):
        power, sharpness, share = np.zeros((3, 1, 4))
        compiled(block_levels)(signal, 50, 50, power, sharpness, share)
        shares.append(share[0, np.argmax(sharpness[0])])
    assert shares == pytest.approx([36 / 70, 9 / 20], abs=1e-6)


def test_hop_powers_are_mean_squares(samples: Signal) -> None:
    power, sums = np.zeros((4, 10)), np.ones(2)
    hops = np.ascontiguousarray(samples[:, :4_410])
    compiled(hop_powers)(hops, 441, power, sums)
    left, right = hops.astype(np.float64)
    rows = np.stack([left, right, (left + right) / 2, (left - right) / 2]).reshape(4, 10, 441)
    assert power == pytest.approx((rows**2).mean(axis=2), rel=1e-5)
    assert sums == pytest.approx(1.0 + hops.sum(axis=1, dtype=np.float64), rel=1e-6)
    alone = np.zeros((1, 10))
    compiled(hop_powers)(hops[:1].copy(), 441, alone, np.zeros(1))
    assert alone[0] == pytest.approx(power[0], rel=1e-6)


def test_chroma_folds_the_peaks_that_scipy_finds() -> None:
    bin_hz = 1.3
    power = (np.random.default_rng(4).random((3, 1_500)) ** 6).astype(np.float32)
    chroma = peak_chroma(power, bin_hz)
    for frame, row in enumerate(power.astype(np.float64)):
        places, _ = scipy.signal.find_peaks(row, height=PEAK_FLOOR * row[1:-1].max())
        places = places[(places + 1) * bin_hz >= CHROMA_FROM_HZ]
        below, at, above = np.log(row[places - 1]), np.log(row[places]), np.log(row[places + 1])
        frequency = (places + 1 + 0.5 * (below - above) / (below - 2.0 * at + above)) * bin_hz
        pitch = np.rint(CHROMA_BINS * np.log2(frequency / A4_HZ)).astype(int) % CHROMA_BINS
        folded = np.bincount(pitch, np.sqrt(row[places]), CHROMA_BINS)
        assert chroma.power[frame] == pytest.approx(row[places].sum(), rel=1e-6)
        assert chroma.salience[frame] == pytest.approx(255.0 * folded / folded.max(), abs=0.51)


def test_runs_are_the_same_however_the_samples_are_cut(samples: Signal) -> None:
    wave = np.clip(4.0 * samples[0], -0.7, 0.7)
    pieces = np.split(wave, [1, 7, 63, 64, 65, 200, 1_000, 1_001, 20_000])
    found = []
    for parts in ([wave], pieces):
        state, offset, starts = flat_state(), 0, []
        for part in parts:
            rows, values = np.zeros((part.size // 3 + 2, 2), np.int64), np.zeros(part.size // 3 + 2)
            count = compiled(flat_tops)(np.ascontiguousarray(part), offset, (1e-4, 1.3e-4, 1e-4), state, rows, values)
            starts += [tuple(row) for row in rows[:count]]
            offset += part.size
        found.append([*starts, tuple(state[[WAITING_START, WAITING]])] if state[WAITING] else starts)
    assert len(found[0]) > 10
    assert found[0] == found[1]


SMALL_PROGRAM = (
    "import numpy as np; from core.analysis.kernels.jit import compiled;"
    "from core.analysis.kernels.decimate import decimate;"
    "out = compiled(decimate)(np.ones((1, 9), np.float32), np.ones(3, np.float32), 1, 2);"
    "assert np.array_equal(out, np.full((1, 3), 3.0)), out;"
)


def run_small_program(cache_dir: Path, before: str = "") -> None:
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(cache_dir)}
    subprocess.run([sys.executable, "-c", before + SMALL_PROGRAM], env=environment, check=True)  # noqa: S603 - our own text


def test_kernels_work_in_a_child_that_may_write_no_files(tmp_path: Path) -> None:
    """As in the program's children: the folder of machine code is empty, and every write fails with EFBIG."""
    run_small_program(tmp_path, "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0));")
    assert not list(tmp_path.rglob("*.nbc"))


def test_kernels_work_where_the_folder_of_machine_code_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    run_small_program(tmp_path / "file" / "folder")


@pytest.mark.parametrize(
    ("kind", "damage"),
    [
        pytest.param("*.nbi", b"", id="empty index", marks=pytest.mark.wide),
        pytest.param("*.nbi", b"garbage", id="garbled index"),
        pytest.param("*.nbc", b"\x80\x04K\x01.", id="code that is another pickle"),
    ],
)
def test_kernels_work_with_damaged_machine_code(tmp_path: Path, kind: str, damage: bytes) -> None:
    run_small_program(tmp_path)
    (file,) = tmp_path.rglob(kind)
    file.write_bytes(damage)
    run_small_program(tmp_path, "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0));")


def test_machine_code_is_kept_only_where_a_folder_is_named(tmp_path: Path) -> None:
    program = (
        "import numpy as np; from core.analysis.kernels.jit import compiled;"
        "from core.analysis.kernels.decimate import decimate;"
        "compiled(decimate)(np.zeros((1, 9), np.float32), np.ones(3, np.float32), 1, 2)"
    )
    environment = {key: value for key, value in os.environ.items() if key != "NUMBA_CACHE_DIR"}
    named = {**environment, "NUMBA_CACHE_DIR": str(tmp_path)}
    for variables in (environment, named):
        subprocess.run([sys.executable, "-c", program], env=variables, check=True)  # noqa: S603 - our own text
    assert list(tmp_path.rglob("*.nbi"))
    assert not list(Path(core.analysis.kernels.__path__[0]).rglob("*.nbi"))
