"""A full-text index of passages: SQLite FTS5, in memory."""

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from core.text.nearest import nearest
from core.values.errors import DependencyCode, DependencyError

COLUMN_WEIGHTS = (8.0, 4.0, 1.0)
"""Weights of a word in a passage's heading, terms and text (arguments of FTS5's bm25)."""

PASSAGE_WORD_FUZZY_FROM = 4
"""Letters of the shortest word that may count as misspelt: a short word ("eq") resembles too many others."""

PASSAGE_WORD_LIKENESS = 0.75
"""Least `likeness` (0 to 1) of a misspelt word to the right one."""

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found.

    Attributes:
        row: number of the passage, from 0.
        share: share (0 to 1) of the words searched for that the passage has.
    """

    row: int
    share: float


class PassageIndex:
    """Finds passages by their words, in any inflection and with typing errors."""

    def __init__(self, rows: Sequence[tuple[str, str, str]]) -> None:
        """Build the index.

        Args:
            rows: heading, terms and text of each passage.

        Raises:
            DependencyError: this Python's SQLite was built without FTS5.
        """
        self._connection = sqlite3.connect(":memory:")
        try:
            self._connection.execute(
                "CREATE VIRTUAL TABLE passages USING fts5(heading, terms, body, tokenize='porter unicode61')"
            )
            # without stemming, because corrections must be whole words
            self._connection.execute("CREATE VIRTUAL TABLE words USING fts5(body, tokenize='unicode61')")
            self._connection.execute("CREATE VIRTUAL TABLE vocabulary USING fts5vocab(words, row)")
        except sqlite3.OperationalError as error:
            raise DependencyError(DependencyCode.DATABASE, cause=str(error)) from error
        self._connection.executemany("INSERT INTO passages VALUES (?, ?, ?)", rows)
        self._connection.executemany("INSERT INTO words VALUES (?)", [(" ".join(row),) for row in rows])
        self._known = [term for (term,) in self._connection.execute("SELECT term FROM vocabulary")]

    def search(self, text: str, limit: int) -> list[Hit]:
        """The passages that fit best.

        Args:
            text: the words to search for; misspelt ones are corrected.
            limit: how many passages at most.

        Returns:
            Passages with a larger share of the words first; of equal shares the one that bm25 ranks higher.
        """
        words = list(dict.fromkeys(self.corrected(word) for word in _WORD.findall(text.casefold())))
        if not words:
            return []
        found = {word: self._rows_with(word) for word in words}
        query = " OR ".join(f'"{word}"' for word in words)
        ranked = self._connection.execute(
            "SELECT rowid FROM passages WHERE passages MATCH ? ORDER BY bm25(passages, ?, ?, ?)",
            (query, *COLUMN_WEIGHTS),
        )
        hits = [Hit(row - 1, sum(row in found[word] for word in words) / len(words)) for (row,) in ranked]
        return sorted(hits, key=lambda hit: -hit.share)[:limit]

    def corrected(self, word: str) -> str:
        """The word, or the known word that it misspells."""
        if len(word) < PASSAGE_WORD_FUZZY_FROM or self._rows_with(word):
            return word
        return next(iter(nearest(word, self._known, 1, PASSAGE_WORD_LIKENESS)), word)

    def _rows_with(self, word: str) -> frozenset[int]:
        found = self._connection.execute("SELECT rowid FROM passages WHERE passages MATCH ?", (f'"{word}"',))
        return frozenset(row for (row,) in found)
