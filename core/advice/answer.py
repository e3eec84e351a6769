"""The value of an answer or a summary."""

from dataclasses import dataclass

from core.review import WrittenBy


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer or a summary.

    Attributes:
        text: what is shown.
        writer: who wrote it.
        note: who wrote it, in words for the producer.
        answered: False where the text only says that the question cannot be answered from the measurements.
    """

    text: str
    writer: WrittenBy
    note: str
    answered: bool = True
