"""Statements from the handbook: the sentences of its passages, for explanations."""

import re
from collections.abc import Sequence

from core.advice.statements.statement import Statement, Table, sentences_of

_POINTS_BACK = re.compile(
    r"(?:It|Its|This|That|These|Those|They|Their|There|Here|Both|Such|So|But|And|Then|Therefore|However|Either|Neither|"
    r"Otherwise|Still|Instead|Also|Thus|Which)\b"
)
"""Beginnings of sentences that mean nothing, or something else, behind another sentence than the one before them."""


def explanation_table(passages: Sequence[str]) -> Table:
    """The sentences of passages by number: "s1", "s2" and so on."""
    sentences = [sentence for passage in passages for sentence in sentences_of(passage)]
    return Table(
        Statement(f"s{number}", text, keeps_case=True, leans_on=(f"s{number - 1}",) if _POINTS_BACK.match(text) else ())
        for number, text in enumerate(sentences, 1)
    )
