"""The words of a rule's text in a genre: it names no drop in a waltz and no kick in a solo piano.

The texts of the rules are written for music that has all of it; `data/genre_words.toml` has the phrases that name what
only some genres have, with what is said elsewhere.
"""

import re
from collections.abc import Collection, Mapping
from functools import cache
from types import MappingProxyType

from core.knowledge.loading import load_toml
from core.text.language import ENGLISH, catalogue, language

Options = tuple[tuple[frozenset[str], str], ...]
"""Tags that a genre needs for words, and these words; the first that fit are taken."""


def in_words_of(tags: Collection[str], text: str) -> str:
    """A text with its phrases in the words of a genre.

    Args:
        tags: tags of the genre.
        text: a text of a rule; its placeholders stay as they are.
    """
    return _phrases(language()).sub(lambda found: _chosen(found[0], tags), text)


def _chosen(phrase: str, tags: Collection[str]) -> str:
    return next((words for needed, words in genre_words()[phrase] if needed.issubset(tags)), phrase)


def genre_words() -> Mapping[str, Options]:
    """The phrases of the present language with their words by tags, read once."""
    return _genre_words(language())


@cache
def _genre_words(language_code: str) -> Mapping[str, Options]:
    is_english = language_code == ENGLISH
    table = (
        load_toml("core.knowledge", "data/genre_words.toml") if is_english else catalogue(language_code)["genre_words"]
    )
    return MappingProxyType(
        {phrase: tuple((frozenset(tags), words) for tags, words in options) for phrase, options in table.items()}
    )


@cache
def _phrases(language_code: str) -> re.Pattern[str]:
    longest_first = sorted(_genre_words(language_code), key=len, reverse=True)
    # without phrases it finds nothing
    return re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")
