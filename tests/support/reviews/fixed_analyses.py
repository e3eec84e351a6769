"""Analyses written down by hand: no audio, no synthesis, so nothing in them depends on the machine.

`mix()` is an unfinished house mix, `master()` the same song after a careless mastering, `reference()` a release next
to it. Values were chosen so that each is told apart from every other by more than a rounding step.
"""

import math
from dataclasses import replace

from core.analysis import measurements as m
from core.audio.source import SourceInfo

DURATION_S = 222.0

SECTIONS = (
    m.Section(0.0, 16.0, "intro", -16.9),
    m.Section(16.0, 47.0, "verse", -11.2),
    m.Section(47.0, 62.0, "build", -10.6),
    m.Section(62.0, 93.0, "drop", -7.4),
    m.Section(93.0, 124.0, "break", -13.8),
    m.Section(124.0, 186.0, "drop", -7.2),
    m.Section(186.0, 222.0, "outro", -12.5),
)
"""Of the master; the mix lies `MIX_BELOW_LU` lower."""

MIX_BELOW_LU = 8.0

MASTER_BANDS_DB = (-9.4, -2.2, -3.6, -10.6, -14.2, -22.9, -27.4)
MIX_BANDS_DB = (-8.8, -2.4, -5.1, -10.6, -14.9, -21.6, -27.0)
REFERENCE_BANDS_DB = (-7.9, -2.5, -6.5, -11.0, -14.0, -19.9, -23.8)

CURVE_BANDS_DB = (-4.9, -3.2, -10.7, -12.6, -15.9, -16.8, -21.1)
CURVE_THIRD_OCTAVE_DB = {
    "25": 1.5, "31.5": 6.5, "40": 11.7, "50": 11.6, "63": 11.6, "80": 11.5, "100": 11.5, "125": 9.9, "160": 8.2,
    "200": 6.6, "250": 5.0, "315": 3.4, "400": 2.7, "500": 2.0, "630": 1.4, "800": 0.7, "1000": 0.0, "1250": -0.3,
    "1600": -0.6, "2000": -0.9, "2500": -1.3, "3150": -1.6, "4000": -1.0, "5000": -0.7, "6300": -0.5, "8000": -1.0,
    "10000": -2.2, "12500": -4.4, "16000": -6.8,
}  # fmt: skip
"""House as the genre dossier has it, in bands and in third octaves: the tracks below stand off it."""

_PEAKS_HZ = frozenset({"50", "315", "3150"})
"""Where a band that stands out is highest, by half a decibel."""


def _bands(levels_db: tuple[float, ...]) -> dict[str, float]:
    return dict(zip(m.BAND_EDGES_HZ, levels_db, strict=True))


def _third_octaves(levels_db: tuple[float, ...]) -> dict[str, float]:
    """The curve, moved in each band by as much as the band is off it against 500 Hz–2 kHz."""
    mid = list(m.BAND_EDGES_HZ).index("mid_500_2k")
    moved = {}
    for edges, level, curve in zip(m.BAND_EDGES_HZ.values(), levels_db, CURVE_BANDS_DB, strict=True):
        offset = (level - levels_db[mid]) - (curve - CURVE_BANDS_DB[mid])
        for centre, value in CURVE_THIRD_OCTAVE_DB.items():
            if edges[0] <= float(centre) < edges[1]:
                peak = 0.5 if centre in _PEAKS_HZ and offset > 0 else 0.0
                moved[centre] = round(value + offset + peak, 2)
    return moved


def _short_term(below_lu: float) -> m.LoudnessTimeline:
    """Three seconds from each second on: the parts' own levels, and a small saw."""
    levels = [next(part.short_term_lufs or 0.0 for part in SECTIONS if part.end_s > second) for second in range(222)]
    values = []
    for second in range(219):
        power = sum(10 ** (level / 10) for level in levels[second : second + 3]) / 3
        values.append(round(10 * math.log10(power) - below_lu + 0.2 * (second % 5 - 2), 2))
    return m.LoudnessTimeline(1.0, tuple(values))


def _band_timeline(levels_db: tuple[float, ...]) -> m.BandTimeline:
    """200–500 Hz stands further out in the verse and the build, everything comes up over the intro."""
    bands = {}
    for name, level in _bands(levels_db).items():
        extra = 1.5 if name == "lowmid_200_500" else 0.0
        bands[name] = tuple(
            level - max(0.0, 9.0 - 0.6 * second) + (extra if 16 <= second < 62 else -extra) for second in range(222)
        )
    return m.BandTimeline(1.0, bands)


def _stereo() -> m.Stereo:
    rows = (
        *((0.31, -2.4, -1.9), (0.55, -5.2, -1.1), (0.92, -13.0, -0.2), (0.84, -9.5, -0.4)),
        *((0.78, -8.2, -0.5), (0.70, -7.0, -0.7), (0.44, -3.9, -1.4)),
    )
    bands = {name: m.BandStereo(*row) for name, row in zip(m.BAND_EDGES_HZ, rows, strict=True)}
    correlation = tuple(-0.13 if 124 <= second < 140 else 0.62 for second in range(222))
    return m.Stereo(0.58, -7.7, -1.2, 1.9, bands, 0.07, m.StereoTimeline(1.0, correlation, (1.9,) * 222))


def master() -> m.Analysis:
    """A finished but flawed house master, a lossless file."""
    return m.Analysis(
        source=SourceInfo(DURATION_S, 44_100, 2, "pcm_s24le", "wav", 24, is_float=False, lossy=False),
        loudness=m.Loudness(-8.1, -6.0, -5.1, 5.7, _short_term(0.0), 163.0, 62.4),
        peaks=m.Peaks(
            0.84, (0.84, 0.31), 0.0, (m.ClippedRun(63.2, 14, 0), m.ClippedRun(130.1, 22, 1)), 412, 63.2, (0.0, -0.2)
        ),
        dynamics=m.Dynamics(8.9, 6.9, 11.2, 6.0, 140.0),
        transients=m.Transients(4.2, m.AttackCrest(10.4, 9.1, 12.3)),
        spectrum=m.Spectrum(
            _bands(MASTER_BANDS_DB), _third_octaves(MASTER_BANDS_DB), -3.9, _band_timeline(MASTER_BANDS_DB)
        ),
        stereo=_stereo(),
        bass=m.Bass(7.3, 8.8, -3.3, -1.7, 46.2),
        rhythm=m.Rhythm(124.0, 0.86, (m.TempoCandidate(62.0, 0.4),)),
        tonality=m.Tonality("F# minor", 0.71, (m.KeyCandidate("A major", 0.2),), -4.0),
        sections=SECTIONS,
        faults=m.Faults((0.0061, 0.0058), 2.5, 0.8, None, identical_channels=False, dead_channel=None),
    )


def mix() -> m.Analysis:
    """The mix it was made from: no clipping, air above the loudness, the same low end, a darker top."""
    loud = master()
    sections = tuple(
        replace(part, short_term_lufs=round((part.short_term_lufs or 0.0) - MIX_BELOW_LU, 1)) for part in SECTIONS
    )
    return replace(
        loud,
        loudness=m.Loudness(-16.6, -14.3, -11.9, 6.3, _short_term(MIX_BELOW_LU), 163.0, 62.4),
        peaks=m.Peaks(-0.45, (-0.45, -1.35), -0.6, (), 0, 63.2, (-0.6, -1.5)),
        dynamics=m.Dynamics(16.2, 11.7, 17.4, 10.0, 140.0),
        spectrum=m.Spectrum(_bands(MIX_BANDS_DB), _third_octaves(MIX_BANDS_DB), -4.6, _band_timeline(MIX_BANDS_DB)),
        sections=sections,
    )


def reference() -> m.Analysis:
    """A release of the genre: louder than the mix, leaner lower mids, more air, a mono low end."""
    song = master()
    return replace(
        song,
        source=SourceInfo(245.0, 44_100, 2, "mp3", "mp3", None, is_float=False, lossy=True),
        loudness=m.Loudness(-9.9, -7.7, -6.3, 4.8, song.loudness.timeline, 150.0, 149.0),
        peaks=m.Peaks(-0.35, (-0.35, -0.55), -0.5, (), 0, 98.0, (-0.5, -0.7)),
        dynamics=m.Dynamics(10.5, 8.2, 12.6, 7.0, 150.0),
        spectrum=m.Spectrum(_bands(REFERENCE_BANDS_DB), _third_octaves(REFERENCE_BANDS_DB), -3.2),
        stereo=replace(song.stereo, correlation=0.71, side_to_mid_db=-9.9, mono_fold_loss_db=-0.7, balance_db=0.1),
        bass=m.Bass(8.3, 8.5, -24.8, -0.1, 52.0),
        rhythm=m.Rhythm(126.0, 0.9),
        tonality=m.Tonality("A minor", 0.8),
        sections=None,
        faults=m.Faults((0.0, 0.0), 0.1, 0.9, None, identical_channels=False, dead_channel=None),
    )


def earlier_master() -> m.Analysis:
    """The version before: more clipping, more mud, the true peak higher, the low end already as wide."""
    now = master()
    levels = (*MASTER_BANDS_DB[:2], -1.9, *MASTER_BANDS_DB[3:])
    return replace(
        now,
        peaks=replace(now.peaks, true_peak_dbtp=1.63, clipped_run_count=1290),
        spectrum=replace(now.spectrum, bands=_bands(levels), third_octave_db=_third_octaves(levels)),
        stereo=replace(now.stereo, balance_db=3.1),
        faults=replace(now.faults, dc_offset_per_channel=(0.0002, 0.0001)),
    )


def earlier_mix() -> m.Analysis:
    """The bounce before: muddier, leaning further, its DC offset not there yet."""
    now = mix()
    levels = (*MIX_BANDS_DB[:2], -3.6, *MIX_BANDS_DB[3:])
    return replace(
        now,
        spectrum=replace(now.spectrum, bands=_bands(levels), third_octave_db=_third_octaves(levels)),
        stereo=replace(now.stereo, balance_db=3.1),
        faults=replace(now.faults, dc_offset_per_channel=(0.0002, 0.0001)),
    )


def thin() -> m.Analysis:
    """A quiet, lively master: little low end, safe peaks, a mono low end, well centred."""
    song = master()
    levels = (-11.2, -10.2, -10.7, -12.2, -15.5, -16.9, -21.6)
    return replace(
        song,
        source=SourceInfo(187.0, 48_000, 2, "flac", "flac", 24, is_float=False, lossy=False),
        loudness=m.Loudness(-13.7, -11.3, -9.2, 8.4, _short_term(5.3), 71.0, 70.5),
        peaks=m.Peaks(-1.6, (-1.6, -1.9), -1.8, (), 0, 71.4, (-1.8, -2.0)),
        dynamics=m.Dynamics(12.1, 10.3, 14.9, 11.0, 66.0),
        spectrum=m.Spectrum(_bands(levels), _third_octaves(levels), -1.7),
        stereo=replace(
            song.stereo,
            correlation=0.81,
            side_to_mid_db=-11.6,
            mono_fold_loss_db=-0.4,
            balance_db=-0.2,
            negative_correlation_share=0.0,
            timeline=m.StereoTimeline(1.0, (0.81,) * 187, (-0.2,) * 187),
        ),
        bass=m.Bass(-3.0, -1.1, -27.4, 0.0, 61.0),
        rhythm=m.Rhythm(98.5, 0.78, (m.TempoCandidate(197.0, 0.3),)),
        tonality=m.Tonality("C major", 0.64, (m.KeyCandidate("A minor", 0.25),), 7.0),
        sections=None,
        faults=m.Faults((0.0, 0.0), 0.2, 1.4, None, identical_channels=False, dead_channel=None),
    )


def sharp() -> m.Analysis:
    """The same with its low end, sharp upper mids and a bright top."""
    levels = (-4.9, -3.4, -10.9, -12.6, -9.4, -8.5, -12.5)
    return replace(thin(), spectrum=m.Spectrum(_bands(levels), _third_octaves(levels), -1.7))


def boomy() -> m.Analysis:
    """A mix with too much low end that loses a lot in mono and leans to the right."""
    song = mix()
    levels = (3.1, 1.1, -13.4, -15.8, -18.9, -20.4, -25.1)
    return replace(
        song,
        loudness=m.Loudness(-18.4, -15.8, -13.2, 7.2, _short_term(9.8), 131.0, 130.2),
        peaks=m.Peaks(-6.3, (-6.3, -6.9), -6.5, (), 0, 131.2, (-6.5, -7.1)),
        dynamics=m.Dynamics(12.1, 10.9, 13.3, 9.0, 66.0),
        spectrum=m.Spectrum(_bands(levels), _third_octaves(levels), -6.2),
        stereo=replace(song.stereo, correlation=0.04, side_to_mid_db=-0.4, mono_fold_loss_db=-4.6, balance_db=-2.6),
        bass=m.Bass(11.7, 12.9, -21.6, -0.2, 44.0),
        rhythm=m.Rhythm(140.0, 0.91, (m.TempoCandidate(70.0, 0.45),)),
        tonality=m.Tonality("D minor", 0.58, (m.KeyCandidate("F major", 0.31),), 0.0),
        sections=None,
        faults=m.Faults((0.0001, 0.0), 0.1, 0.4, None, identical_channels=False, dead_channel=None),
    )
