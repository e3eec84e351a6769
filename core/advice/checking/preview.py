"""A long answer while it is being written: paragraph by paragraph, each after its check, nothing else."""

from core.advice.checking.checked_text import joined
from core.advice.checking.checker import Checker
from core.advice.model.chat_message import ShowText

PARAGRAPH = "\n\n"


class Preview:
    """Stands between the model and whoever shows an answer. A paragraph that does not hold ends the preview."""

    def __init__(self, checker: Checker, show: ShowText) -> None:
        self._checker = checker
        self._show = show
        self._seen = ""
        self._is_over = False

    async def __call__(self, text: str) -> None:
        """Told everything that has come so far; shows its whole paragraphs once they are backed."""
        whole = text.rpartition(PARAGRAPH)[0].strip()
        if self._is_over or not whole or whole == self._seen:
            return
        self._seen = whole
        judged = self._checker.judge(whole, is_advice=True)
        if any(sentence.problems for sentence in judged):
            self._is_over = True
            return
        await self._show(joined(judged))
