"""The report's glossary: technical terms with one sentence each; only those that the report uses are listed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """A term: its name, the regular expression that finds it in a text, and its meaning."""

    name: str
    pattern: str
    meaning: str


TERMS = (
    Term("Attack crest", r"attack crest", "How far attacks stand above their surroundings in a band, in dB."),
    Term("Balance", r"\bbalance\b|left minus right", "Level of the left channel minus the right, in dB."),
    Term(
        "Clipped run",
        r"clipp(ed|ing)",
        "Three or more consecutive samples held at the channel's highest value: the wave was cut off there.",
    ),
    Term(
        "Correlation", r"correlation", "Likeness of left and right: 1 is identical, 0 unrelated, −1 opposite polarity."
    ),
    Term("Crest factor", r"crest factor", "Highest sample against the RMS level of the file, in dB."),
    Term("dBFS", r"\bdBFS\b", "Level relative to digital full scale."),
    Term("dBTP", r"\bdBTP\b", "True-peak level relative to digital full scale (ITU-R BS.1770)."),
    Term("DC offset", r"\bDC\b", "A constant added to the wave; it wastes headroom and can click at edits."),
    Term(
        "DR14", r"\bDR14\b", "Dynamic range after the TT/DR measurement: peaks against the loudest fifth of the track."
    ),
    Term(
        "Genre curve",
        r"genre curve|vs genre",
        "Typical long-term spectrum of the genre; each band is aligned to this track by the bands beside it and "
        "500 Hz–2 kHz. A guide, not a standard.",
    ),
    Term(
        "Integrated loudness",
        r"integrated",
        "Loudness of the whole track, with silence and quiet parts gated out (ITU-R BS.1770, EBU R 128).",
    ),
    Term("Loudness range", r"loudness range|\bLRA\b", "How far loudness varies over the track, in LU (EBU Tech 3342)."),
    Term("LU", r"\bLU\b", "Loudness unit: a difference of 1 LU is a difference of 1 dB in loudness."),
    Term("LUFS", r"\bLUFS\b", "Loudness relative to digital full scale, weighted as we hear (ITU-R BS.1770)."),
    Term("Momentary loudness", r"momentary", "Loudness of the last 0.4 s (EBU Tech 3341)."),
    Term(
        "Mono fold-down",
        r"mono fold|fold-down",
        "Level of (L+R)/2 against the stereo level: 0 dB is mono, −3 dB unrelated channels, lower means cancellation.",
    ),
    Term("PLR", r"\bPLR\b", "Peak-to-loudness ratio: true peak minus integrated loudness."),
    Term(
        "PSR",
        r"\bPSR\b",
        "Peak-to-short-term-loudness ratio: peak minus short-term loudness, at its lowest (AES e-Brief 373).",
    ),
    Term("Short-term loudness", r"short-term", "Loudness of the last 3 s (EBU Tech 3341)."),
    Term("Side to mid", r"side to mid|side/mid|\bM/S\b", "Power of L−R against L+R, in dB: the lower, the narrower."),
    Term("Tilt", r"\btilt\b", "Slope of the spectrum, in dB per octave."),
    Term("True peak", r"true.peak", "Highest level of the wave between the samples, as a converter rebuilds it."),
)


def used_terms(texts: Iterable[str]) -> tuple[Term, ...]:
    """The terms that occur in `texts`, in alphabetical order."""
    everything = "\n".join(texts)
    return tuple(term for term in TERMS if re.search(term.pattern, everything, re.IGNORECASE))
