"""The joining words of plans, and which of them may stand where: `glue.toml` beside this module.

Plans have them in English, whatever the language of the statements is: they are the marks of a grammar. A language has
its words for each of them.
"""

from enum import StrEnum
from functools import cache

import msgspec

from core.knowledge.loading import load_toml
from core.text.language import name_in_language


class Glue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All joining words, in lower case; the head of each list in the file says where they may stand."""

    before: frozenset[str]
    before_a_statement: frozenset[str]
    before_a_request: frozenset[str]
    before_the_most_important: frozenset[str]
    with_a_later_name: frozenset[str]
    with_a_name: frozenset[str]
    with_the_most_important_name: frozenset[str]
    on_a_name: frozenset[str]
    between_clauses: frozenset[str]
    between_names: frozenset[str]
    after_a_name: frozenset[str]


@cache
def glue() -> Glue:
    """The joining words, read once.

    Raises:
        msgspec.ValidationError: a list is missing, or there is an unknown one.
    """
    return msgspec.convert(load_toml("core.advice.plan", "glue.toml"), Glue)


class JoiningPlace(StrEnum):
    """Where joining words stand."""

    BEFORE = "before"
    BETWEEN_CLAUSES = "between_clauses"
    BETWEEN_NAMES = "between_names"
    AFTER_A_NAME = "after_a_name"


def joined_in_language(words: str, place: JoiningPlace) -> str:
    """Joining words, as they stand in `glue.toml`, in the present language.

    A language that changes the order of a clause behind a joining word has a full stop between clauses instead.
    """
    return name_in_language(f"joining_{place}", words)
