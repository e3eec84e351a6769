"""The value of a statement, and the table of all statements that a text may use."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.text.numbers import lower_first

SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-ZÄÖÜ\d“„])")
"""Between two sentences of a filled text: a mark, a space, and what begins a sentence."""

_FINAL_MARK = re.compile(r"\.\s*$")


class Form(StrEnum):
    """Grammatical form of a statement."""

    NAME = "name"
    STATEMENT = "statement"
    IMPERATIVE = "imperative"


@dataclass(frozen=True, slots=True)
class Statement:
    """One clause that the program has filled from stored values.

    Attributes:
        name: what plans refer to it by: "mud.found", "loudness", "part.2".
        text: the clause, without its full stop and with the first letter that it has at the start of a sentence.
        form: its grammatical form.
        code: code of the finding that it is about; empty where it is about none.
        keeps_case: whether its first letter stays as it is inside a sentence: it begins with a proper name.
        is_reply: whether it only means something beside what it replies on ("Yes"): no plan of a model may place it.
        leans_on: what its words point back to ("It is at 1:03"): in a plan of a model it stands directly behind a
            statement whose name is one of these, or begins with one of these that ends with a dot; empty for none.
    """

    name: str
    text: str
    form: Form = Form.STATEMENT
    code: str = ""
    keeps_case: bool = False
    is_reply: bool = False
    leans_on: tuple[str, ...] = ()

    @property
    def is_joinable(self) -> bool:
        """Whether it is one clause, which may stand beside others in a sentence."""
        is_one = SENTENCE_END.search(self.text) is None and not self.text.endswith(("!", "?"))
        return is_one or self.form is Form.NAME

    @property
    def has_parts(self) -> bool:
        """Whether a clause behind it in one sentence would be read as a part of it: it has a heading or a list."""
        return any(mark in self.text for mark in (": ", "; ", " \u2013 "))

    def stands_behind(self, before: "Statement | None") -> bool:
        """Whether its words point to what stands before it."""
        if not self.leans_on:
            return True
        return before is not None and any(
            before.name == name or (name.endswith(".") and before.name.startswith(name)) for name in self.leans_on
        )

    @property
    def inside(self) -> str:
        """The clause inside a sentence."""
        return self.text if self.keeps_case else lower_first(self.text)


class Table(Mapping[str, Statement]):
    """Statements by name, in the order in which they were made; of two with one name the first counts.

    Args:
        statements: the statements.
        ranks: codes of the findings, the most important first.
    """

    def __init__(self, statements: Iterable[Statement], ranks: Iterable[str] = ()) -> None:
        self._by_name: dict[str, Statement] = {}
        for statement in statements:
            if statement.text:
                self._by_name.setdefault(statement.name, statement)
        self.ranks = tuple(ranks)

    def __getitem__(self, name: str) -> Statement:
        return self._by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def rank(self, code: str) -> int:
        """Place of a finding among all; behind all for a code without one."""
        return self.ranks.index(code) if code in self.ranks else len(self.ranks)

    def of(self, prefix: str) -> list[str]:
        """Names of the statements that make up one text: "loudness", "loudness.2", …; none where there is none."""
        names = [prefix] if prefix in self else []
        number = 2
        while f"{prefix}.{number}" in self:
            names.append(f"{prefix}.{number}")
            number += 1
        return names


def sentences_of(text: str) -> list[str]:
    """The sentences of a filled text, without their full stops."""
    return [clause(sentence) for sentence in SENTENCE_END.split(text.strip()) if sentence.strip()]


def clause(text: str) -> str:
    """A text without its final full stop."""
    return _FINAL_MARK.sub("", text.strip())


def numbered(
    prefix: str, text: str, *, code: str = "", form: Form = Form.STATEMENT, is_reply: bool = False
) -> list[Statement]:
    """The sentences of a text as statements: "loudness", "loudness.2". Each leans on those before it."""
    return [
        Statement(
            prefix if at == 1 else f"{prefix}.{at}",
            sentence,
            form,
            code,
            is_reply=is_reply,
            leans_on=() if at == 1 else (prefix, f"{prefix}."),
        )
        for at, sentence in enumerate(sentences_of(text), start=1)
    ]
