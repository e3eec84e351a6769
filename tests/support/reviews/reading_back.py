"""Reads a shown text back into statements of a table and joining words, without the code that rendered it."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

GLUE = Path(__file__).parents[3] / "core" / "advice" / "plan" / "glue.toml"
_BETWEEN = (" ", ". ", ".", "\n\n", ".\n\n")


@cache
def joining_words() -> tuple[str, ...]:
    """All entries of all lists of the file, the longest first."""
    lists = tomllib.loads(GLUE.read_text(encoding="utf-8")).values()
    return tuple(sorted({word for words in lists for word in words if word}, key=len, reverse=True))


def is_read_back(text: str, statements: Iterable[str]) -> bool:
    """Whether a text is a row of statements with joining words, spaces and full stops between them.

    Args:
        text: what is shown.
        statements: the clauses of the table; each may begin with a small or a capital letter.
    """
    clauses = tuple(statements)
    reached, todo = {0}, [0]
    while todo:
        at = todo.pop()
        for end in _ends(text, at, clauses):
            if end not in reached:
                reached.add(end)
                todo.append(end)
    return len(text) in reached and any(_stands_at(text, at, clause) for clause in clauses for at in range(len(text)))


def _ends(text: str, at: int, clauses: Iterable[str]) -> Iterable[int]:
    for clause in clauses:
        if _stands_at(text, at, clause):
            yield at + len(clause)
    for word in joining_words():
        end = at + len(word)
        is_alone = end >= len(text) or not (text[end].isalnum() and word[-1].isalnum())
        if is_alone and _stands_at(text, at, word):
            yield end
    for mark in _BETWEEN:
        if text.startswith(mark, at):
            yield at + len(mark)


def _stands_at(text: str, at: int, clause: str) -> bool:
    return bool(clause) and text.startswith(clause[1:], at + 1) and text[at : at + 1].casefold() == clause[0].casefold()


def clauses_of(table: Mapping[str, object]) -> tuple[str, ...]:
    """The clauses of a table."""
    return tuple(statement.text for statement in table.values())  # type: ignore[attr-defined]
