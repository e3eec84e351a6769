"""Surround: loudness and peaks of all channels by the standard's weights, everything else of the stereo downmix."""

from dataclasses import fields, replace

import numpy as np
import pytest

from core.analysis.analyser import analyse
from core.analysis.frames import Frames
from core.analysis.frames_bytes import frames_from_bytes, frames_to_bytes
from core.analysis.measurements import Analysis
from core.analysis.scanning.surround import scan_programme
from core.audio.layouts import Speaker
from core.values.errors import InputCode, InputError
from tests.support.audio.signals import Signal, clicks, in_blocks, noise, sine
from tests.support.trials.measuring import measured, source_of

RATE_HZ = 48_000

LAYOUT = (
    Speaker.LEFT,
    Speaker.RIGHT,
    Speaker.CENTRE,
    Speaker.LFE,
    Speaker.LEFT_SURROUND,
    Speaker.RIGHT_SURROUND,
)
VORBIS_LAYOUT = tuple(LAYOUT[place] for place in (0, 2, 1, 4, 5, 3))

MINUS_3_DB = 0.70710678


def surround_frames(signal: Signal, layout: tuple[Speaker, ...] = LAYOUT, block: int = 65_536) -> Frames:
    return scan_programme(in_blocks(signal, block), RATE_HZ, len(layout), layout)


def surround(signal: Signal, layout: tuple[Speaker, ...] = LAYOUT) -> Analysis:
    return analyse(surround_frames(signal, layout), source_of(signal, RATE_HZ))


def only(speaker: Speaker, wave: Signal, layout: tuple[Speaker, ...] = LAYOUT) -> Signal:
    signal = np.zeros((len(layout), wave.shape[1]), np.float32)
    signal[layout.index(speaker)] = wave[0]
    return signal


def music() -> Signal:
    """Six channels of different sounds, some of them shared."""
    duration_s = 12.0
    channels = [noise(duration_s, RATE_HZ, exponent=1.0, rms=0.05, seed=seed)[0] for seed in range(6)]
    channels[0] = channels[0] + clicks(120.0, duration_s, RATE_HZ)[0]
    channels[2] = channels[2] + sine(440.0, 0.1, duration_s, RATE_HZ)[0]
    channels[4] = channels[4] + sine(660.0, 0.05, duration_s, RATE_HZ)[0]
    return np.stack(channels).astype(np.float32)


A_FEW_CHANNELS = [pytest.param(channel, marks=pytest.mark.wide if channel in {1, 2, 4} else ()) for channel in range(6)]


@pytest.mark.parametrize(
    ("speaker", "weight_db"),
    [
        (Speaker.LEFT, 0.0),
        (Speaker.RIGHT, 0.0),
        (Speaker.CENTRE, 0.0),
        (Speaker.LEFT_SURROUND, 1.492),
        (Speaker.RIGHT_SURROUND, 1.492),
    ],
)
@pytest.mark.parametrize("layout", [LAYOUT, VORBIS_LAYOUT], ids=["wave order", "vorbis order"])
def test_a_full_scale_sine_in_one_channel_reads_as_the_standard_weights_it(
    speaker: Speaker, weight_db: float, layout: tuple[Speaker, ...]
) -> None:
    """BS.1770-5 Annex 1: 997 Hz at 0 dBFS in a front channel reads −3.01 LUFS; a surround counts 1.41 times."""
    found = surround(only(speaker, sine(997.0, 1.0, 4.0, RATE_HZ), layout), layout)
    assert found.loudness.integrated_lufs == pytest.approx(-3.01 + weight_db, abs=0.01)


def test_what_is_in_the_effects_channel_alone_is_no_loudness() -> None:
    with pytest.raises(InputError) as caught:
        surround(only(Speaker.LFE, sine(60.0, 0.9, 4.0, RATE_HZ)))
    assert caught.value.code is InputCode.SILENT


def test_the_effects_channel_moves_no_loudness_but_peaks() -> None:
    signal = music()
    before = surround(signal)
    signal[3] = 0.97 * np.sin(2.0 * np.pi * 40.0 * np.arange(signal.shape[1]) / RATE_HZ)
    after = surround(signal)
    assert after.loudness == before.loudness
    assert after.stereo == before.stereo
    assert after.spectrum == before.spectrum
    assert after.peaks.sample_peak_dbfs == pytest.approx(20.0 * np.log10(0.97), abs=0.01)
    assert before.peaks.sample_peak_dbfs < -1.0


def test_peaks_are_those_of_each_channel() -> None:
    """A quarter of the rate, sampled 45° beside its tops: the samples lie 3.01 dB below the true peak."""
    levels_db = np.array([-6.0, -8.0, -10.0, -12.0, -14.0, -16.0])
    wave = sine(RATE_HZ / 4, 1.0, 4.0, RATE_HZ, phase=np.pi / 4.0, channels=6)
    peaks = surround((wave * 10.0 ** (levels_db[:, None] / 20.0)).astype(np.float32)).peaks
    assert peaks.true_peak_per_channel_dbtp == pytest.approx(tuple(levels_db), abs=0.1)
    assert peaks.sample_peak_per_channel_dbfs == pytest.approx(tuple(levels_db - 3.01), abs=0.01)
    assert peaks.true_peak_dbtp == max(peaks.true_peak_per_channel_dbtp)


@pytest.mark.parametrize("channel", A_FEW_CHANNELS)
def test_a_clipped_run_is_found_in_its_channel(channel: int) -> None:
    signal = music()
    signal[channel, 96_000:96_007] = 0.99
    peaks = surround(signal).peaks
    runs = [run for run in peaks.clipped_runs if run.length_samples == 7]
    assert [(run.channel, round(run.start_s * RATE_HZ)) for run in runs] == [(channel, 96_000)]
    assert peaks.clipped_run_count == 1
    assert peaks.true_peak_at_s == pytest.approx(96_003 / RATE_HZ, abs=0.001)


@pytest.mark.parametrize("layout", [LAYOUT, VORBIS_LAYOUT], ids=["wave order", "vorbis order"])
def test_all_else_is_measured_on_the_stereo_downmix(layout: tuple[Speaker, ...]) -> None:
    """ITU-R BS.775: centre and surrounds at −3 dB, without low-frequency effects."""
    left, right, centre, _, left_surround, right_surround = signal = music()
    folded = np.stack(
        [left + MINUS_3_DB * (centre + left_surround), right + MINUS_3_DB * (centre + right_surround)]
    ).astype(np.float32)
    stereo = measured(folded, RATE_HZ)

    found = surround(signal[[LAYOUT.index(speaker) for speaker in layout]], layout)

    assert found.stereo.correlation == pytest.approx(stereo.stereo.correlation, abs=1e-3)
    assert found.stereo.balance_db == pytest.approx(stereo.stereo.balance_db, abs=0.01)
    assert found.stereo.mono_fold_loss_db == pytest.approx(stereo.stereo.mono_fold_loss_db, abs=0.01)
    assert found.spectrum.bands == pytest.approx(stereo.spectrum.bands, abs=0.01)
    assert found.dynamics.crest_factor_db == pytest.approx(stereo.dynamics.crest_factor_db, abs=0.01)
    assert found.dynamics.dr14_db == pytest.approx(stereo.dynamics.dr14_db, abs=0.01)
    assert found.rhythm.tempo_bpm == stereo.rhythm.tempo_bpm
    assert found.tonality.key == stereo.tonality.key
    # and these are not
    assert abs(found.loudness.integrated_lufs - stereo.loudness.integrated_lufs) > 0.1
    assert found.dynamics.plr_db == pytest.approx(
        found.peaks.true_peak_dbtp - found.loudness.integrated_lufs, abs=0.002
    )


@pytest.mark.parametrize("block", [777, 48_000, 96_000])
def test_the_size_of_the_blocks_changes_no_table(block: int) -> None:
    one, other = surround_frames(music()), surround_frames(music(), block=block)
    assert one.surround is not None
    assert other.surround is not None
    for field in fields(one.surround):
        assert np.array_equal(getattr(one.surround, field.name), getattr(other.surround, field.name)), field.name
    for field in fields(replace(one, surround=None)):
        if field.name != "surround":
            np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name), err_msg=field.name)


def test_what_is_kept_of_a_surround_file_reads_back_the_same() -> None:
    signal = music()
    frames = surround_frames(signal)
    kept = frames_from_bytes(frames_to_bytes(frames))
    source = source_of(signal, RATE_HZ)
    assert analyse(kept, source) == analyse(frames, source)


def test_kept_tables_that_do_not_fit_are_refused() -> None:
    frames = surround_frames(music())
    assert frames.surround is not None
    for wrong in (
        replace(frames.surround, k_power=frames.surround.k_power[:, :-1]),
        replace(frames.surround, true_peak=frames.surround.true_peak[:3]),
        replace(frames.surround, runs=np.zeros((2, 3), np.int64)),
    ):
        with pytest.raises(InputError):
            frames_from_bytes(frames_to_bytes(replace(frames, surround=wrong)))


@pytest.mark.parametrize("channel", A_FEW_CHANNELS)
def test_a_sample_that_is_no_number_is_found_in_every_channel(channel: int) -> None:
    signal = music()
    signal[channel, 5_000] = np.nan
    with pytest.raises(InputError) as caught:
        surround_frames(signal)
    assert caught.value.code is InputCode.NON_FINITE
