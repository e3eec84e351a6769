"""Renders a text of references and joining words. What is not made of both is dropped, sentence by sentence. Pure.

A sentence is an opening, a reference, and further references with joining words between them (`glue.toml`):
``Start with {mud.name}: {mud.fix}.`` A reference behind another begins a new sentence where no word stands between
them, or one with a capital letter.
Whatever passes is a row of statements: no words of a plan itself are shown but the joining ones.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from core.advice.plan.glue import JoiningPlace, glue, joined_in_language
from core.advice.statements.of_findings import FindingPart, is_condition
from core.advice.statements.statement import Form, Statement, Table

_REFERENCE = re.compile(r"\{\s*([\w.:-]+)\s*\}")
_ENDS = re.compile(r"[.!?\u2026]+(?=\s|$)|\n+")
"""Marks between references that end a sentence."""

_FINAL = frozenset(".!?…")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A rendered sentence and the statements that it is made of."""

    text: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A rendered text.

    Attributes:
        sentences: the sentences that hold.
        dropped: how many did not.
    """

    sentences: tuple[Sentence, ...] = ()
    dropped: int = 0

    @property
    def text(self) -> str:
        """The text, one space between sentences."""
        return " ".join(sentence.text for sentence in self.sentences)

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The statements, in their order."""
        return tuple(statement for sentence in self.sentences for statement in sentence.statements)


@dataclass(slots=True)
class _Draft:
    """A sentence as a plan has it: joining words and names of statements, in turn."""

    words: list[str] = field(default_factory=lambda: [""])
    names: list[str] = field(default_factory=list)


def rendered(
    say: str,
    table: Table,
    *,
    said: Collection[str] = (),
    only: Collection[str] | None = None,
    by_model: bool = False,
) -> Rendered:
    """Render a text.

    Args:
        say: references in braces and joining words.
        table: the statements that may be referred to.
        said: names of statements that were used before; a sentence that uses one again is dropped.
        only: codes of the findings that may be referred to; None for all.
        by_model: whether a model wrote it. Replies are not its to place, a statement whose words point back stands
            behind what they point to, and names stand in the order of their ranks behind "then".

    Returns:
        The sentences that hold; none where nothing does.
    """
    used, sentences, dropped = set(said), list[Sentence](), 0
    for draft in _drafts(say):
        statements = [table[name] for name in draft.names if name in table]
        is_whole = bool(statements) and len(statements) == len(draft.names) == len(set(draft.names))
        allowed = all(only is None or not statement.code or statement.code in only for statement in statements)
        if not is_whole or not allowed or used & set(draft.names) or not _holds(draft.words, statements, table):
            dropped += 1
            continue
        if by_model and not _is_in_place(draft.words, statements, sentences, table):
            dropped += 1
            continue
        used.update(draft.names)
        sentences.append(Sentence(_written(draft.words, statements), tuple(statements)))
    return Rendered(tuple(sentences), dropped)


def _drafts(say: str) -> Iterator[_Draft]:
    """The sentences of a plan's text, those without references included."""
    pieces = _REFERENCE.split(say)
    draft = _Draft()
    for at, piece in enumerate(pieces):
        if at % 2:
            draft.names.append(piece)
            draft.words.append("")
            continue
        begins_anew = not piece.strip() or piece.strip()[0].isupper()
        if draft.names and begins_anew:
            yield draft
            draft = _Draft()
        *ended, rest = _ENDS.split(piece)
        for words in ended:
            draft.words[-1] = _plain(words)
            if draft.names or draft.words[-1]:
                yield draft
            draft = _Draft()
        draft.words[-1] = _plain(rest)
    if draft.names or draft.words[-1]:
        yield draft


def _plain(words: str) -> str:
    """Joining words as they stand in `glue.toml`."""
    return " ".join(words.casefold().replace("\u2014", "\u2013").split())


def _holds(words: list[str], statements: list[Statement], table: Table) -> bool:
    opening, *between, end = words
    if end or (len(statements) > 1 and not all(statement.is_joinable for statement in statements)):
        return False
    if any(one.has_parts and one.code != (other.code or None) for one, other in pairwise(statements)):
        return False
    about = {statement.code for statement in statements}
    forms = {statement.form for statement in statements}
    if len(about) > 1 and len(forms) > 1:
        # a name, or a request, is read together with what stands beside it
        return False
    is_first = bool(table.ranks) and statements[0].code == table.ranks[0]
    joins = zip(statements, between, statements[1:], strict=False)
    return _opens(opening, statements, is_first=is_first) and all(_joins(*join) for join in joins)


def _is_in_place(words: list[str], statements: list[Statement], sentences: Sequence[Sentence], table: Table) -> bool:
    """Whether a model may place these statements here."""
    if any(statement.is_reply for statement in statements):
        return False
    before = sentences[-1].statements[-1] if sentences else None
    if not all(each.stands_behind(last) for last, each in zip([before, *statements], statements, strict=False)):
        return False
    named = [each for sentence in sentences for each in sentence.statements if each.form is Form.NAME]
    last = table.rank(named[-1].code) if named else 0
    for joined, each in zip(words, statements, strict=False):
        if each.form is Form.NAME:
            if _is_later(joined) and table.rank(each.code) <= last:
                return False
            last = table.rank(each.code)
    return True


def _is_later(words: str) -> bool:
    """Whether joining words say that what follows comes behind something else."""
    return words in glue().with_a_later_name or words.endswith("then") or words.startswith(("then", "next", "after"))


def _opens(opening: str, statements: list[Statement], *, is_first: bool) -> bool:
    known, first = glue(), statements[0]
    if first.form is Form.STATEMENT and opening in known.before_a_statement:
        return True
    if first.form is Form.IMPERATIVE and opening in known.before_a_request:
        return True
    if first.form is not Form.NAME:
        return opening in known.before or (is_first and opening in known.before_the_most_important)
    is_followed = any(statement.form is not Form.NAME for statement in statements)
    if opening in known.with_a_name | known.with_a_later_name or (
        is_first and opening in known.with_the_most_important_name
    ):
        return True
    return is_followed and (opening in known.on_a_name or opening in known.before)


def _joins(before: Statement, words: str, after: Statement) -> bool:
    known = glue()
    if _is_caveat([before, after]):
        return words == ","
    if before.form is Form.NAME:
        if after.form is Form.NAME:
            return words in known.between_names
        return words in known.after_a_name and before.code == after.code
    return after.form is not Form.NAME and words in known.between_clauses


def _is_caveat(statements: Sequence[Statement]) -> bool:
    """Whether the second of two statements is the "unless" of the first."""
    before, after = statements
    return after.name.endswith(f".{FindingPart.UNLESS}") and before.code == after.code and is_condition(after.text)


def _written(words: list[str], statements: list[Statement]) -> str:
    kinds = [JoiningPlace.BEFORE, *(_place_between(*pair) for pair in pairwise(statements))]
    joining = [joined_in_language(each, place) for each, place in zip(words, kinds, strict=False)]
    text = joining[0]
    for at, statement in enumerate(statements):
        if at and joining[at]:
            text += joining[at] if joining[at][0] in ",;:." else f" {joining[at]}"
        begins = text.endswith(".")
        text += f" {statement.text if begins else statement.inside}" if text else statement.text
    text = text[:1].upper() + text[1:]
    return text if text[-1] in _FINAL else f"{text}."


def _place_between(before: Statement, after: Statement) -> JoiningPlace:
    """What kind of place is between two statements."""
    if before.form is not Form.NAME:
        return JoiningPlace.BETWEEN_CLAUSES
    return JoiningPlace.BETWEEN_NAMES if after.form is Form.NAME else JoiningPlace.AFTER_A_NAME


def rendered_in_turn(says: Iterable[str], table: Table) -> list[Rendered]:
    """Render paragraphs in their order; a statement of one of them does not stand in another."""
    parts: list[Rendered] = []
    said: set[str] = set()
    for say in says:
        parts.append(rendered(say, table, said=said))
        said.update(statement.name for statement in parts[-1].statements)
    return parts


def in_paragraphs(parts: Collection[Rendered]) -> str:
    """Rendered texts as paragraphs, without the empty ones."""
    return "\n\n".join(part.text for part in parts if part.sentences)
