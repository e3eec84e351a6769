"""The value of an answer or a summary."""

from dataclasses import dataclass

from core.review import WrittenBy


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer or a summary.

    Attributes:
        text: what is shown.
        writer: who chose and arranged its statements.
        note: who arranged it, in words for the producer.
        answered: False where the text only says that the question cannot be answered from the measurements.
        idea: the model's own craft, which nothing measured backs; empty where there is none.
    """

    text: str
    writer: WrittenBy
    note: str
    answered: bool = True
    idea: str = ""
