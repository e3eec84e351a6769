"""The function that reads the value of each rule: it has the rule's id as name, in the module beside the section."""

from collections.abc import Callable
from functools import cache
from types import MappingProxyType

from core.rules import file, loudness, music, narrow_tone, peaks, stereo, tone, voice
from core.rules.reading import JudgedTrack, Reading
from core.rules.rule import rules

_MODULES = {
    module.__name__.rpartition(".")[2]: module
    for module in (peaks, loudness, tone, narrow_tone, voice, stereo, music, file)
}

Measure = Callable[[JudgedTrack], Reading | None]
"""Reads the value of a rule, in the unit of its section, from a track. Returns None where the analysis lacks what the
rule needs. It returns a reading also where nothing is wrong, so that the review of the next version can report what
became of an earlier finding."""


@cache
def measures() -> MappingProxyType[str, Measure]:
    """The function of every rule, by the rule's id.

    Raises:
        AttributeError: a rule has a section and no function.
    """
    return MappingProxyType({code: getattr(_MODULES[rule.family], code) for code, rule in rules().items()})
