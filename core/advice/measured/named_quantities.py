"""Finds the measured quantities that a question names: by their labels, and by the names of their handbook entries."""

from functools import cache

from core.analysis.quantities import QUANTITIES, Quantity
from core.knowledge.handbook import topics, words_key


def named_quantities(question: str) -> tuple[Quantity, ...]:
    """The quantities that a question names, the longest name first; those of one entry of the handbook are one name.

    Only names of two words or more count, and the single word that is the name of an entry itself ("PSR"): a word such
    as "loud" or "mono" names a subject and no quantity.
    """
    asked = f" {words_key(question)} "
    found = [name for name in sorted(_names(), key=len, reverse=True) if f" {name} " in asked]
    chosen: dict[str, Quantity] = {}
    for name in found:
        if not any(f" {name} " in f" {longer} " for longer in found if longer != name):
            chosen.update({entry.id: entry for entry in _names()[name]})
    return tuple(chosen.values())


@cache
def _names() -> dict[str, tuple[Quantity, ...]]:
    """Name → its quantities: of an entry's other names the first quantity of that entry."""
    names: dict[str, tuple[Quantity, ...]] = {}
    first_of: dict[str, Quantity] = {}
    for entry in QUANTITIES.values():
        first_of.setdefault(entry.term, entry)
        names.setdefault(words_key(entry.label), (entry,))
        names.setdefault(words_key(entry.short), (entry,))
    for topic in topics():
        if topic.name in first_of:
            for name in (topic.name, *topic.also):
                if " " in words_key(name) or name == topic.name:
                    names.setdefault(words_key(name), (first_of[topic.name],))
    return {name: entries for name, entries in names.items() if len(name) > 1 and name not in _BAND_NAMES}


_BAND_NAMES = frozenset({"bands", "sub", "bass", "mid", "low mid", "presence", "high", "air", "balance", "channels"})
"""Names that subjects have as well, and that say more there."""
