"""Finds the measured quantities that a question names: by their labels, and by the names of their handbook entries."""

from functools import cache

from core.advice.vocabulary import vocabulary
from core.analysis.quantities import BANDS, BANDS_AT_EQUAL_LOUDNESS, QUANTITIES, Quantity
from core.knowledge.handbook import topics, words_key
from core.text.language import in_language, language, name_in_language


def named_quantities(question: str) -> tuple[Quantity, ...]:
    """The quantities that a question names, the longest name first; those of one entry of the handbook are one name.

    A single word that names a subject, such as "loud" or "mono", is no name here, and neither are bands.
    """
    asked = f" {words_key(question)} "
    names = _names(language())
    found = [name for name in sorted(names, key=len, reverse=True) if f" {name} " in asked]
    chosen: dict[str, Quantity] = {}
    for name in found:
        if not any(f" {name} " in f" {longer} " for longer in found if longer != name):
            chosen.update({entry.id: entry for entry in names[name]})
    return tuple(chosen.values())


@cache
def _names(language_code: str) -> dict[str, tuple[Quantity, ...]]:
    """Name, in English and in a language → its quantities: of an entry's other names the first quantity of it."""
    names: dict[str, tuple[Quantity, ...]] = {}
    first_of: dict[str, Quantity] = {}
    bands = {entry.id for entry in (*BANDS, *BANDS_AT_EQUAL_LOUDNESS)}
    for entry in QUANTITIES.values():
        if entry.id in bands:
            continue
        first_of.setdefault(entry.term, entry)
        for name in (entry.english, entry.english_short):
            names.setdefault(words_key(name), (entry,))
            with in_language(language_code):
                names.setdefault(words_key(name_in_language("quantities", name)), (entry,))
    for topic in topics():
        if topic.name in first_of:
            for name in (topic.name, *topic.also):
                if " " in words_key(name) or name == topic.name:
                    names.setdefault(words_key(name), (first_of[topic.name],))
    of_subjects = frozenset[str]().union(*(subject.words for subject in vocabulary().subjects))
    return {name: entries for name, entries in names.items() if " " in name or name not in of_subjects}
