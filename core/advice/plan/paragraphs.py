"""The paragraphs of a plan, and a long answer while it is being written: nothing is shown but what will be shown."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.advice.model.chat_message import ShowText
from core.advice.plan.plans import Paragraph, paragraphs_so_far
from core.advice.plan.rendered_text import Rendered, in_paragraphs, rendered
from core.advice.statements.statement import Table

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
    wanted = {statement.name for part in own[:1] for statement in part.statements}
    parts: list[Rendered] = []
    said: set[str] = set()
    begins_as_measured, dropped = False, 0
    for paragraph in planned[:PARAGRAPHS_MAX]:
        part = rendered(paragraph.say, table, said=said)
        dropped += part.dropped
        names = {statement.name for statement in part.statements}
        if names and not parts and wanted and not wanted & names:
            begins_as_measured = True
            parts.append(own[0])
            said |= wanted
        if names:
            parts.append(part)
            said |= names
    return Paragraphs(tuple(parts), begins_as_measured, dropped) if parts else None


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
