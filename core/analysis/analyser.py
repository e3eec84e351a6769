"""The analyser: `Frames` in, `Analysis` out, one module per group of values.

It is a pure function of the tables, so that a newer analyser can measure an old song again after its audio is deleted.
"""

from dataclasses import replace

from core.analysis.file.content_kind import measure_content
from core.analysis.file.faults import measure_faults
from core.analysis.frames import Frames
from core.analysis.level.dynamics import measure_dynamics
from core.analysis.level.loud_passage import loud_passage
from core.analysis.level.loudness import loudness_curves, measure_loudness
from core.analysis.level.peaks import measure_peaks
from core.analysis.measurements import Analysis
from core.analysis.music.attacks import measure_transients
from core.analysis.music.bars import with_beats
from core.analysis.music.key import measure_tonality
from core.analysis.music.sections import measure_sections
from core.analysis.music.tempo import measure_rhythm
from core.analysis.stereo.centre import measure_centre
from core.analysis.stereo.image import measure_stereo
from core.analysis.tone.bass import measure_bass
from core.analysis.tone.sibilance import measure_sibilance
from core.analysis.tone.spectrum import measure_spectrum
from core.audio.source import SourceInfo


def analyse(frames: Frames, source: SourceInfo) -> Analysis:
    """Measure a scanned file.

    Args:
        frames: time tables of the file.
        source: facts about the file.

    Returns:
        All values, in the units that their names give.

    Raises:
        InputError: the file is silent (nothing reaches −70 LUFS), or shorter than a gating block of 400 ms.
    """
    curves = loudness_curves(frames)
    peaks = measure_peaks(frames, source)
    rhythm = with_beats(frames, measure_rhythm(frames))
    tonality = measure_tonality(frames)
    return Analysis(
        source=source,
        loudness=replace(measure_loudness(frames, curves), loud_passage=loud_passage(frames, curves)),
        peaks=peaks,
        dynamics=measure_dynamics(frames, curves, peaks),
        transients=measure_transients(frames, curves, rhythm),
        spectrum=measure_spectrum(frames, curves, tonality),
        stereo=measure_stereo(frames, curves),
        bass=measure_bass(frames, curves, rhythm),
        rhythm=rhythm,
        tonality=tonality,
        sections=measure_sections(frames, rhythm),
        faults=measure_faults(frames, curves, rhythm),
        sibilance=measure_sibilance(frames, curves, rhythm),
        centre=measure_centre(frames, curves),
        content=measure_content(frames, curves),
    )
