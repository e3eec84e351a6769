"""Analysis values for tests of what comes after measuring: a track on which nothing is wrong, and changes to it."""

import dataclasses
import math
from typing import Any

from core.analysis.measurements import (
    BAND_EDGES_HZ,
    Analysis,
    AttackCrest,
    BandStereo,
    BandTimeline,
    Bass,
    CentreLevel,
    Dynamics,
    Faults,
    Loudness,
    LoudnessTimeline,
    Peaks,
    Rhythm,
    Sibilance,
    Spectrum,
    Stereo,
    StereoTimeline,
    Tonality,
    Transients,
)
from core.audio.source import SourceInfo
from core.knowledge.genres import Figure, genre_table
from core.knowledge.norms import norm
from core.rules.stretches import STRETCHES
from core.values.request import Detail, ReviewRequest, ReviewType

DURATION_S = 200.0
RATE_HZ = 44_100
THIRD_OCTAVES = {
    "sub_20_60": ("20", "25", "31.5", "40", "50"),
    "bass_60_200": ("63", "80", "100", "125", "160"),
    "lowmid_200_500": ("200", "250", "315", "400"),
    "mid_500_2k": ("500", "630", "800", "1000", "1250", "1600"),
    "presence_2k_5k": ("2000", "2500", "3150", "4000", "5000"),
    "high_5k_10k": ("6300", "8000", "10000"),
    "air_10k_20k": ("12500", "16000", "20000"),
}
"""Third octaves whose larger part lies in a band, or that share an edge with it and lie above."""

EMPTY_BAND_DB = -60.0
"""Level of bands for which a genre has no curve."""


def request(kind: ReviewType = ReviewType.MASTER, genre_id: str = "pop", **kwargs: Any) -> ReviewRequest:
    return ReviewRequest(type=kind, genre_id=genre_id, detail=kwargs.pop("detail", Detail.PRO), **kwargs)


def neutral(genre_id: str = "pop", *, duration_s: float = DURATION_S, mix: bool = False) -> Analysis:
    """A 24-bit file on which nothing is wrong: exactly on the genre's curve, in the middle of its ranges.

    `mix`: with the headroom and the loudness of a mix instead of those of a release.
    """
    genre = genre_table().get(genre_id)
    integrated = -18.0 if mix else _middle(genre.release_lufs, -14.0)
    true_peak = -5.0 if mix else -1.2
    side_to_mid = norm("width", genre_id).middle
    correlation = (1.0 - 10 ** (side_to_mid / 10)) / (1.0 + 10 ** (side_to_mid / 10))
    bands = {name: genre.band_db.get(name, EMPTY_BAND_DB) for name in BAND_EDGES_HZ}
    steps = round(duration_s)
    return Analysis(
        source=SourceInfo(duration_s, RATE_HZ, 2, "pcm_s24le", "wav", 24, is_float=False, lossy=False),
        loudness=Loudness(
            integrated_lufs=integrated,
            max_short_term_lufs=integrated + 2.0,
            max_momentary_lufs=integrated + 3.0,
            loudness_range_lu=norm("range", genre_id).middle,
            timeline=LoudnessTimeline(0.1, tuple([integrated] * (10 * steps - 30))),
        ),
        peaks=Peaks(
            true_peak_dbtp=true_peak,
            true_peak_per_channel_dbtp=(true_peak, true_peak - 0.2),
            sample_peak_dbfs=true_peak - 0.3,
            clipped_runs=(),
            clipped_run_count=0,
            usual_peak_dbtp=-3.0,
            true_peak_at_s=64.0,
            sample_peak_per_channel_dbfs=(true_peak - 0.3, true_peak - 0.5),
        ),
        dynamics=Dynamics(
            plr_db=max(true_peak - integrated, 10.5),
            psr_min_db=11.0,
            crest_factor_db=13.0,
            dr14_db=9.0,
            psr_min_at_s=62.0,
        ),
        transients=Transients(onset_rate_hz=4.0, attack_crest_db=AttackCrest(low=6.5, mid=5.3, high=6.3)),
        spectrum=Spectrum(
            bands=bands,
            third_octave_db={"20": genre.third_octave_db.get("25", EMPTY_BAND_DB) - 8.0, **genre.third_octave_db},
            tilt_db_per_octave=-4.5,
            timeline=BandTimeline(1.0, {name: tuple([level] * steps) for name, level in bands.items()}),
            resonances=(),
        ),
        stereo=Stereo(
            correlation=correlation,
            side_to_mid_db=side_to_mid,
            mono_fold_loss_db=10.0 * math.log10((1.0 + correlation) / 2.0),
            balance_db=0.1,
            bands=dict.fromkeys(BAND_EDGES_HZ, BandStereo(correlation, side_to_mid, -0.5)),
            negative_correlation_share=0.01,
            timeline=StereoTimeline(1.0, tuple([correlation] * steps), tuple([0.1] * steps)),
        ),
        bass=Bass(
            sub_to_mid_db=bands["sub_20_60"] - bands["mid_500_2k"],
            bass_to_mid_db=bands["bass_60_200"] - bands["mid_500_2k"],
            side_to_mid_below_120_db=-28.0,
            mono_fold_loss_below_120_db=-0.05,
            kick_to_sustain_db=9.0,
        ),
        rhythm=Rhythm(_middle(genre.tempo_bpm, 120.0), 0.9),
        tonality=Tonality("A minor", 0.9, tuning_cents=0.0),
        sections=None,
        faults=Faults(
            dc_offset_per_channel=(0.0, 0.0),
            head_silence_s=0.1,
            tail_silence_s=0.5,
            low_pass_edge=None,
            identical_channels=False,
            dead_channel=None,
            noise_floor_dbfs=-95.0,
            dropouts=(),
            dropout_count=0,
            clicks=(),
            click_count=0,
            end_level_lu=-45.0,
            abrupt_end=False,
            inverted_polarity=False,
            effective_bit_depth=24,
        ),
        sibilance=Sibilance((), 0, 0.0, 0),
        centre=CentreLevel(-2.0, 1.0, tuple([-2.0] * steps)),
    )


def changed(analysis: Analysis, **paths: Any) -> Analysis:
    """`analysis` with other values; a path is spelt with double underscores (``peaks__true_peak_dbtp=0.5``)."""
    for path, value in paths.items():
        analysis = _replaced(analysis, path.split("__"), value)
    return analysis


def tilted(analysis: Analysis, band: str, by_db: float, seconds: range | None = None) -> Analysis:
    """`analysis` with `by_db` more in one of the seven bands; `seconds`: only these show it in the timeline."""
    spectrum = analysis.spectrum
    assert spectrum.timeline is not None
    moving = list(spectrum.timeline.bands_db[band])
    for second in seconds if seconds is not None else range(len(moving)):
        moving[second] += by_db
    return changed(
        analysis,
        spectrum__bands={**spectrum.bands, band: spectrum.bands[band] + by_db},
        spectrum__third_octave_db={
            name: level + (by_db if name in THIRD_OCTAVES[band] else 0.0)
            for name, level in spectrum.third_octave_db.items()
        },
        spectrum__timeline__bands_db={**spectrum.timeline.bands_db, band: tuple(moving)},
    )


def standing_out(analysis: Analysis, code: str, by_db: float, seconds: range | None = None) -> Analysis:
    """`analysis` with what a tone rule speaks of `by_db` further out, and nothing beside it moved."""
    stretch = STRETCHES[code]
    thirds = {
        name: level + (by_db if name in stretch.inside else 0.0)
        for name, level in analysis.spectrum.third_octave_db.items()
    }
    return changed(tilted(analysis, stretch.band, by_db, seconds), spectrum__third_octave_db=thirds)


def lossy(analysis: Analysis) -> Analysis:
    """The same numbers measured on an MP3."""
    return changed(analysis, source__codec="mp3", source__container="mp3", source__bit_depth=None, source__lossy=True)


def floating(analysis: Analysis) -> Analysis:
    """The same numbers measured on a 32-bit float file."""
    return changed(analysis, source__codec="pcm_f32le", source__bit_depth=32, source__is_float=True)


def mono(analysis: Analysis) -> Analysis:
    """The same numbers measured on a file of one channel."""
    return changed(
        analysis,
        source__channels=1,
        stereo=Stereo(None, None, None, None, {}),
        centre=None,
        bass__side_to_mid_below_120_db=None,
        bass__mono_fold_loss_below_120_db=None,
        faults__dc_offset_per_channel=(0.0,),
    )


def _replaced(value: Any, path: list[str], new: Any) -> Any:
    if len(path) == 1:
        return dataclasses.replace(value, **{path[0]: new})
    return dataclasses.replace(value, **{path[0]: _replaced(getattr(value, path[0]), path[1:], new)})


def _middle(figure: Figure | None, otherwise: float) -> float:
    if figure is None or figure.low is None or figure.high is None:
        return otherwise
    return (figure.low + figure.high) / 2.0
