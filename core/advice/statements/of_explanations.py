"""Statements from the handbook: the sentences of its passages, for explanations."""

from collections.abc import Sequence

from core.advice.statements.statement import Statement, Table, sentences_of


def explanation_table(passages: Sequence[str]) -> Table:
    """The sentences of passages by number: "s1", "s2" and so on."""
    sentences = [sentence for passage in passages for sentence in sentences_of(passage)]
    return Table(Statement(f"s{number}", sentence, keeps_case=True) for number, sentence in enumerate(sentences, 1))
