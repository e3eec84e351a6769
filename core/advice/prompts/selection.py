"""Which statements of a table a prompt has: all that a review needs, or those that a question may need."""

from collections.abc import Callable, Collection

from core.advice.statements.statement import Table

FACTS_OF_A_REVIEW = ("loudness", "target", "since", "ref", "good")
"""First parts of the names of statements that a review may use besides those of its findings."""

_OF_THE_REVIEW = ("verdict", "first_step")
_ALWAYS_FOR_A_QUESTION = (*_OF_THE_REVIEW, "at")
_LEFT_OUT_OF_REVIEWS = frozenset({"where", "limit", "measured"})

FINDINGS_OF_A_REVIEW = 6
"""Findings that a review's prompt has: two more than points, so that there is something to choose from."""


def for_a_review(table: Table, codes: Collection[str] = ()) -> Table:
    """The statements of a review's prompt: verdict, findings, strengths, comparisons, and the loudness.

    Args:
        table: all statements.
        codes: findings that it has in any case.
    """
    told = {*codes, *table.ranks[:FINDINGS_OF_A_REVIEW]}

    def is_wanted(name: str, first: str, last: str) -> bool:
        if table[name].code:
            return table[name].code in told and last not in _LEFT_OUT_OF_REVIEWS
        return first in FACTS_OF_A_REVIEW or first in _OF_THE_REVIEW

    return _chosen(table, is_wanted)


def for_a_question(table: Table, subjects: frozenset[str], codes: frozenset[str], names: frozenset[str]) -> Table:
    """The statements of a question's prompt.

    Args:
        table: all statements.
        subjects: names of the subjects that the question is about.
        codes: codes of the findings on them; all parts of their statements are given, of others the main parts.
        names: names of statements that are wanted in any case.
    """
    wanted = frozenset(prefix for subject in subjects for prefix in (subject, *_PREFIXES.get(subject, ())))

    def is_wanted(name: str, first: str, last: str) -> bool:
        if name in names or first in wanted or first in _ALWAYS_FOR_A_QUESTION:
            return True
        code = table[name].code
        return bool(code) and (code in codes or last in {"name", "found", "fix", "leave", "measured"})

    return _chosen(table, is_wanted)


_PREFIXES = {
    "versions": ("since",),
    "reference": ("ref",),
    "target": ("target",),
    "strengths": ("good",),
    "settings": ("dial",),
    "platforms": ("service",),
    "sections": ("parts", "part"),
    "low_end": ("band",),
    "low_mids": ("band",),
    "highs": ("band",),
}
"""Subject → first parts of the names of further statements on it."""


def for_a_summary(table: Table) -> Table:
    """The statements of a summary's prompt: those of the findings and strengths."""
    return _chosen(table, lambda name, first, _last: bool(table[name].code) or first in {"good", "first_step"})


def _chosen(table: Table, is_wanted: Callable[[str, str, str], bool]) -> Table:
    chosen = [
        statement
        for name, statement in table.items()
        # replies are placed by the program
        if not statement.is_reply and is_wanted(name, name.split(".", maxsplit=1)[0], name.rpartition(".")[2])
    ]
    return Table(chosen, table.ranks)
