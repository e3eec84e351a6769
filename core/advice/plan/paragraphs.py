"""The paragraphs of a plan, and a long answer while it is being written: nothing is shown but what will be shown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from core.advice.model.chat_message import ShowText
from core.advice.plan.plans import Paragraph, paragraphs_so_far
from core.advice.plan.rendered_text import Rendered, Sentence, in_paragraphs, rendered
from core.advice.statements.statement import Statement, Table

PARAGRAPHS_MAX = 6
"""Paragraphs of a model's answer or summary at most."""


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """The paragraphs of an answer.

    Attributes:
        parts: those that are shown.
        begins_as_measured: whether the first of them is the measured writer's.
        dropped: sentences of the plan that did not hold.
    """

    parts: tuple[Rendered, ...]
    begins_as_measured: bool
    dropped: int


def paragraphs_of(planned: Sequence[Paragraph], table: Table, own: Sequence[Rendered]) -> Paragraphs | None:
    """Render a plan's paragraphs.

    Args:
        planned: the paragraphs of the plan.
        table: the statements of the answer.
        own: the paragraphs of the measured writer's answer: where the plan's first paragraph has no statement of the
            first of them, that comes before it.

    Returns:
        None where nothing of the plan holds.
    """
    parts: list[Rendered] = []
    said: set[str] = set()
    begins_as_measured, dropped = False, 0
    for paragraph in planned[:PARAGRAPHS_MAX]:
        part = rendered(paragraph.say, table, said=said, by_model=True)
        if part.sentences and not parts and own and not _answers(own[0], part):
            begins_as_measured = True
            parts.append(own[0])
            said |= _names(own[0])
            # what the answer itself has said is not said again
            part = rendered(paragraph.say, table, said=said, by_model=True)
        dropped += part.dropped
        if part.sentences:
            parts.append(_with_replies(part, own[1:] if begins_as_measured else own))
            said |= _names(part)
    return Paragraphs(tuple(parts), begins_as_measured, dropped) if said else None


def _names(part: Rendered) -> set[str]:
    return {statement.name for statement in part.statements}


def _answers(opening: Rendered, part: Rendered) -> bool:
    """Whether a paragraph has something of the measured answer's first one, and a place for each of its replies."""
    alone = {sentence.statements for sentence in part.sentences}
    starts = {sentence.statements[0].name for sentence in part.sentences}
    for before, _, after in _replies(opening):
        if after is not None and after.name in starts:
            continue
        if after is None and before is not None and (before,) in alone:
            continue
        return False
    return not _names(opening).isdisjoint(_names(part))


class _Reply(NamedTuple):
    """A reply of a measured paragraph, and the statements before and after it."""

    before: Statement | None
    sentence: Sentence
    after: Statement | None


def _replies(part: Rendered) -> Iterator[_Reply]:
    for at, sentence in enumerate(part.sentences):
        if sentence.statements[0].is_reply:
            before = part.sentences[at - 1].statements[-1] if at else None
            after = part.sentences[at + 1].statements[0] if at + 1 < len(part.sentences) else None
            yield _Reply(before, sentence, after)


def _with_replies(part: Rendered, own: Sequence[Rendered]) -> Rendered:
    """A paragraph of a plan with the measured answer's replies beside the statements that they reply on."""
    replies = [found for each in own for found in _replies(each)]
    sentences: list[Sentence] = []
    for sentence in part.sentences:
        first, last = sentence.statements[0], sentence.statements[-1]
        sentences += [reply for _, reply, after in replies if after is not None and after == first]
        sentences.append(sentence)
        sentences += [reply for before, reply, after in replies if after is None and before == last]
    return Rendered(tuple(sentences), part.dropped)


class Preview:
    """Stands between the model and whoever shows an answer.

    Args:
        table: the statements of the answer.
        own: the paragraphs of the measured writer's answer (`paragraphs_of`).
        show: called with the paragraphs so far.
    """

    def __init__(self, table: Table, own: Sequence[Rendered], show: ShowText) -> None:
        self._table = table
        self._own = tuple(own)
        self._show = show
        self._shown = ""

    async def __call__(self, text: str) -> None:
        """Told everything that has come so far; shows its whole paragraphs."""
        so_far = paragraphs_of(paragraphs_so_far(text), self._table, self._own)
        whole = "" if so_far is None else in_paragraphs(so_far.parts)
        if whole and whole != self._shown:
            self._shown = whole
            await self._show(whole)
