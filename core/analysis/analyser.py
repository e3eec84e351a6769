"""What a file measures: `Frames` in, `Analysis` out, one module per question.

A pure function of the tables, so that an old song can be read again by a newer analyser when its audio is long gone.
"""

from core.analysis.bass import measure_bass
from core.analysis.centre import measure_centre
from core.analysis.dynamics import measure_dynamics
from core.analysis.faults import measure_faults
from core.analysis.frames import Frames
from core.analysis.loudness import loudness_curves, measure_loudness
from core.analysis.measurements import Analysis
from core.analysis.peaks import measure_peaks
from core.analysis.rhythm import measure_rhythm
from core.analysis.sections import measure_sections
from core.analysis.sibilance import measure_sibilance
from core.analysis.spectrum import measure_spectrum
from core.analysis.stereo import measure_stereo
from core.analysis.tonality import measure_tonality
from core.analysis.transients import measure_transients
from core.audio.source import SourceInfo


def analyse(frames: Frames, source: SourceInfo) -> Analysis:
    """Measure a scanned file.

    Raises:
        InputError: the file is silent (nothing reaches −70 LUFS), or shorter than a gating block of 400 ms.
    """
    curves = loudness_curves(frames)
    peaks = measure_peaks(frames, source)
    rhythm = measure_rhythm(frames)
    tonality = measure_tonality(frames)
    return Analysis(
        source=source,
        loudness=measure_loudness(frames, curves),
        peaks=peaks,
        dynamics=measure_dynamics(frames, curves, peaks),
        transients=measure_transients(frames, curves, rhythm),
        spectrum=measure_spectrum(frames, curves, tonality),
        stereo=measure_stereo(frames, curves),
        bass=measure_bass(frames, curves, rhythm),
        rhythm=rhythm,
        tonality=tonality,
        sections=measure_sections(frames, rhythm),
        faults=measure_faults(frames, curves),
        sibilance=measure_sibilance(frames, curves, rhythm),
        centre=measure_centre(frames, curves),
    )
