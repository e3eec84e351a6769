"""The report's glossary: technical terms with one sentence each; only those that the report uses are listed."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from core.text.language import worded

TERMS = (
    *("attack_crest", "balance", "clipped_run", "correlation", "crest_factor", "dbfs", "dbtp", "dc_offset", "dr14"),
    *("genre_curve", "integrated_loudness", "loudness_range", "lu", "lufs", "momentary_loudness", "mono_fold_down"),
    *("plr", "psr", "short_term_loudness", "side_to_mid", "tilt", "true_peak"),
)
"""Their keys in `[sentences.terms]` of a language."""


@dataclass(frozen=True, slots=True)
class Term:
    """A term: its name, the regular expression that finds it in a text, and its meaning."""

    name: str
    pattern: str
    meaning: str


def used_terms(texts: Iterable[str]) -> tuple[Term, ...]:
    """The terms of the present language that occur in `texts`, in alphabetical order."""
    everything = "\n".join(texts)
    used = (term for term in map(_term, TERMS) if re.search(term.pattern, everything, re.IGNORECASE))
    return tuple(sorted(used, key=_place_in_the_alphabet))


def _term(key: str) -> Term:
    return Term(worded(f"terms.{key}.name"), worded(f"terms.{key}.pattern"), worded(f"terms.{key}.meaning"))


def _place_in_the_alphabet(term: Term) -> str:
    """Its name without accents: "Übersteuerte Stelle" stands among the words with U."""
    letters = unicodedata.normalize("NFD", term.name.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
