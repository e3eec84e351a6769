"""A long answer while it is being written: paragraph by paragraph, each as it will be shown, nothing else."""

from collections.abc import Sequence

from core.advice.model.chat_message import ShowText
from core.advice.plan.plans import paragraphs_so_far
from core.advice.plan.rendering import Rendered, in_paragraphs, rendered
from core.advice.statements.statement import Table


class Preview:
    """Stands between the model and whoever shows an answer.

    Args:
        table: the statements of the answer.
        opening: what the answer begins with, whatever the model writes.
        show: called with the paragraphs so far.
    """

    def __init__(self, table: Table, opening: Sequence[Rendered], show: ShowText) -> None:
        self._table = table
        self._opening = tuple(opening)
        self._show = show
        self._shown = ""

    async def __call__(self, text: str) -> None:
        """Told everything that has come so far; shows its whole paragraphs."""
        parts, said = list(self._opening), {s.name for part in self._opening for s in part.statements}
        for paragraph in paragraphs_so_far(text):
            parts.append(rendered(paragraph.say, self._table, said=said, by_model=True))
            said.update(statement.name for statement in parts[-1].statements)
        whole = in_paragraphs(parts)
        if whole and whole != self._shown:
            self._shown = whole
            await self._show(whole)
