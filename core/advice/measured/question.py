"""Reads a question: which subjects it names, what it wants of them, and what it takes over from the question before."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.advice import subjects
from core.advice.statements import moments
from core.advice.vocabulary import Quality, Subject, vocabulary
from core.knowledge.chat_words import chat_words
from core.review import without_idea
from core.values.conversation import Conversation, Role

TIMES_SHOWN = 2
"""Moments of a question that are answered."""

_NEGATIONS = frozenset("not isnt arent doesnt dont never no nicht kein keine".split())
_LEADS_ON = frozenset("and und ok okay also what how about was wie but aber".split())
_SUBJECT_WORDS = 3
"""Words in front of which an auxiliary makes a question for yes or no."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it was read.

    Attributes:
        text: the question.
        words: its words in lower case.
        before: the producer's last question; empty for a first one.
        answered: what was answered last; empty for a first question.
        times_s: the moments that it names, in seconds.
        subjects: the subjects that it names, the one with the most words first.
        carried: the subjects of the question before, where this one leans on it.
        qualities: how it calls the sound.
        wants: names of the groups of words that say what is wanted: "why", "fix", "where", "much", "first", "next" …
        is_yes_or_no: whether it asks for yes or no.
        is_denied: whether it asks with a negation ("isn't it muddy?").
    """

    text: str
    words: tuple[str, ...]
    before: str
    answered: str
    times_s: tuple[float, ...]
    subjects: tuple[Subject, ...]
    carried: tuple[Subject, ...]
    qualities: tuple[Quality, ...]
    wants: frozenset[str]
    is_yes_or_no: bool
    is_denied: bool

    def wants_any(self, *groups: str) -> bool:
        """Whether it wants one of these."""
        return not self.wants.isdisjoint(groups)


def question_of(text: str, conversation: Conversation | None = None) -> Question:
    """Read a question.

    Args:
        text: the question.
        conversation: the turns before it; None for none.
    """
    words = subjects.words_of(text)
    turns = conversation.turns if conversation is not None else ()
    asked = [turn.text for turn in turns if turn.role is Role.USER]
    answers = [without_idea(turn.text).text for turn in turns if turn.role is Role.ASSISTANT]
    found = tuple(subjects.found(words))
    return Question(
        text=text,
        words=words,
        before=asked[-1] if asked else "",
        answered=answers[-1] if answers else "",
        times_s=tuple(moments.times_in(text)[:TIMES_SHOWN]),
        subjects=found,
        carried=_carried(asked),
        qualities=qualities_of(words),
        wants=frozenset(name for name in vocabulary().groups if subjects.in_group(name, words)),
        is_yes_or_no=_is_yes_or_no(words),
        is_denied=not _NEGATIONS.isdisjoint(words),
    )


def _carried(asked: Sequence[str]) -> tuple[Subject, ...]:
    """The subjects of the last question that named one."""
    for text in reversed(asked):
        if found := subjects.found(subjects.words_of(text)):
            return tuple(found)
    return ()


def qualities_of(words: Sequence[str]) -> tuple[Quality, ...]:
    """How a text calls the sound."""
    return tuple(one for one in vocabulary().qualities if any(subjects.is_named(word, one.words) for word in words))


def _is_yes_or_no(words: Sequence[str]) -> bool:
    """Whether an auxiliary and its subject stand in it and no question word before them."""
    known = chat_words()
    for at, word in enumerate(words):
        if word in known.question_words and word not in {"any", "anything"}:
            return False
        if word in known.auxiliaries and at + 1 < len(words):
            return True
    return False
