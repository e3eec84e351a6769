"""Reads a question: which subjects it names, what it wants of them, and what it takes over from the question before."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.advice import subjects
from core.advice.statements import moments
from core.advice.vocabulary import Quality, Subject, vocabulary
from core.knowledge.chat_words import chat_words
from core.review import Brief, without_idea
from core.values.conversation import Conversation, Role

TIMES_SHOWN = 2
"""Moments of a question that are answered."""

_TAGS = frozenset("right no nah or oder yeah huh eh gell ne nicht".split())
"""Last words of a statement that asks for yes or no: "its kinda dark right"."""

_BEGINS_ASKING = frozenset("hab habe ham is isses wars clippt klingts same gleich too zu enough genug not".split())
"""First words of spoken questions for yes or no; the others are auxiliaries (core/knowledge/data)."""

_ASKS_PLAINLY = re.compile(r"\byes or no\b|\bja oder nein\b")

_FOLLOW_UP_WORDS = 6
"""Words of the longest question that carries on a comparison without saying so ("and the lows")."""

_LEAD_WORDS = 3
"""Words at the beginning of a question among which a question word makes it ask for more than yes or no."""

_NEGATIONS = frozenset("not isnt arent doesnt dont never no nicht kein keine".split())
WHOLE_STEREO = frozenset("phase phasing correlation phone phones balance left right image headphones".split())
"""Words that ask for the stereo picture of the whole song, also where the low end is named."""

_ASKS_WHAT_TO_DO = re.compile(
    r"\b(?:what (?:\w+ ){0,3}do|how (?:\w+ ){1,3}(?:get|make|change|turn))\b"
    r"|\b(?:was|wie) (?:\w+ ){0,3}(?:tun|machen|mach|krieg\w*|bekomm\w*)\b"
)
"""Phrases that ask for a remedy: "what should i do", "how do i get it wider", "was kann ich machen"."""


_POINTS = (
    "(?:things?|points?|problems?|issues?|faults?|fixes|tips?|steps?"
    "|sachen|dinge|punkte|probleme|fehler|tipps|schritte)"
)
_THINGS = re.compile(
    rf"\b(?:top )?(\d|two|three|four|five|zwei|drei|vier|fünf)(?: \w+){{0,2}} {_POINTS}\b"
    rf"|\btop (\d|two|three|four|five|drei|fünf)\b|\b(all|alle)\b(?: \w+){{0,2}} {_POINTS}\b"
    r"|\b(everything) (?:\w+ ){0,2}wrong\b"
)
"""A number of points that a question asks for: "three things to fix", "top 5", "all the problems"."""

_NUMBERS = {"two": 2, "zwei": 2, "three": 3, "drei": 3, "four": 4, "vier": 4, "five": 5, "fünf": 5}
MOST_THINGS = 5
"""Points that an answer has at most."""


_ASKS_WHAT_FOLLOWS = re.compile(r"\bwhat if i\b|\bwenn ichs? (?:\w+ ){0,3}(?:lass|lasse|ignorier\w*)\b")
"""Phrases that ask what follows where nothing is done."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it was read.

    Attributes:
        text: the question.
        words: its words in lower case.
        before: the producer's last question; empty for a first one.
        answered: what was answered before; empty for a first question.
        times_s: the moments that it names, in seconds.
        subjects: the subjects that it names, the one with the most words first.
        carried: the subjects of the question before, where this one leans on it.
        qualities: how it calls the sound.
        wants: names of the groups of words that say what is wanted: "why", "fix", "where", "much", "first", "next" …
        is_yes_or_no: whether it asks for yes or no.
        is_denied: whether it asks with a negation ("isn't it muddy?").
        things: how many points it asks for; 0 where it names no number.
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
    things: int = 0

    def wants_any(self, *groups: str) -> bool:
        """Whether it wants one of these."""
        return not self.wants.isdisjoint(groups)


def question_of(text: str, conversation: Conversation | None = None) -> Question:
    """Read a question.

    Args:
        text: the question.
        conversation: the turns before it; None for none.
    """
    words = subjects.words_of(with_compounds(text))
    if things := _things(words):
        words = tuple(word for word in words if word != "top")  # "top 3" is no question about the highs
    turns = conversation.turns if conversation is not None else ()
    asked = [turn.text for turn in turns if turn.role is Role.USER]
    answers = [without_idea(turn.text).text for turn in turns if turn.role is Role.ASSISTANT]
    found = tuple(subjects.found(words))
    return Question(
        text=text,
        words=words,
        before=asked[-1] if asked else "",
        answered="\n".join(answers),
        times_s=tuple(moments.times_in(text)[:TIMES_SHOWN]),
        subjects=found,
        carried=_carried(asked),
        qualities=qualities_of(words),
        wants=_wants(words),
        is_yes_or_no=_is_yes_or_no(words) or _is_elliptic(text),
        is_denied=not _NEGATIONS.isdisjoint(words),
        things=things,
    )


def _things(words: Sequence[str]) -> int:
    """How many points a question asks for; 0 for none, as many as an answer has where it asks for all."""
    asked = _THINGS.search(" ".join(words))
    if asked is None:
        return 0
    number = next(filter(None, asked.groups()))
    return min(MOST_THINGS, int(number) if number.isdigit() else _NUMBERS.get(number, MOST_THINGS))


def with_compounds(text: str) -> str:
    """A question whose names of several words are one word ("low mids": "low-mids"), so that no part is read alone."""
    read = text.casefold().replace("’", "'")
    for phrase, word in vocabulary().compounds.items():
        read = re.sub(rf"(?<![\w-]){re.escape(phrase)}(?![\w-])", word, read)
    return read


def _wants(words: tuple[str, ...]) -> frozenset[str]:
    wants = {name for name in vocabulary().groups if subjects.in_group(name, words)}
    if _ASKS_WHAT_TO_DO.search(" ".join(words)):
        wants.add("fix")
    if _ASKS_WHAT_FOLLOWS.search(" ".join(words)):
        wants.add("why")
    return frozenset(wants)


def _carried(asked: Sequence[str]) -> tuple[Subject, ...]:
    """The subjects of the last question that named one."""
    for text in reversed(asked):
        if found := subjects.found(subjects.words_of(with_compounds(text))):
            return tuple(found)
    return ()


def qualities_of(words: Sequence[str]) -> tuple[Quality, ...]:
    """How a text calls the sound."""
    return tuple(one for one in vocabulary().qualities if any(subjects.is_named(word, one.words) for word in words))


def _is_yes_or_no(words: Sequence[str]) -> bool:
    """Whether an auxiliary and its subject stand in it and no question word before them."""
    known = chat_words()
    if words and (words[0] in _BEGINS_ASKING or qualities_of(words[:1])):
        return True
    asks_what = not known.question_words.isdisjoint(words[:_LEAD_WORDS])
    if words and qualities_of(words) and words[-1] in _TAGS and not asks_what:
        return True
    if _ASKS_PLAINLY.search(" ".join(words)):
        return True
    for at, word in enumerate(words):
        if word in known.question_words and word not in {"any", "anything"}:
            return False
        if word in known.auxiliaries and at + 1 < len(words):
            return True
    return False


def _is_elliptic(text: str) -> bool:
    """Whether the first of its sentences is a question without any question word ("lauter als die referenz??")."""
    first, mark, _ = text.partition("?")
    words = subjects.words_of(with_compounds(first))
    return bool(mark) and len(words) > 1 and chat_words().question_words.isdisjoint(words)


def subjects_meant(brief: Brief, question: Question) -> list[Subject]:
    """The subjects of a question that are answered: one that only says how another is meant is left out.

    Args:
        brief: what the track is compared with, and its sections.
        question: the question as it was read.
    """
    found = list(question.subjects)
    if subjects.asks_for_target(question.words, brief.target):
        # "is my low end over the target" is one question: the comparison answers it
        return [vocabulary().target]
    if question.wants_any("voices"):
        # the loudness of the song does not answer how loud a voice is in the mix
        found = [subject for subject in found if subject.name not in {"loudness", "dynamics"}]
    if question.times_s and brief.analysis.sections:
        return [subject for subject in found if subject.name != "sections"] or found
    carries_on = len(question.words) <= _FOLLOW_UP_WORDS and not question.wants_any(
        "why", "fix", "much", "where", "right"
    )
    if (
        carries_on
        and any(subject.bands for subject in found)
        and any(one.name == "reference" for one in question.carried)
    ):
        return [subject for subject in vocabulary().subjects if subject.name == "reference"]
    if question.wants_any("comparing"):
        # "is my low end heavier than the reference" is one question: the comparison answers it
        return [subject for subject in found if subject.name == "reference"]
    if any(subject.name == "platforms" for subject in found):
        # how loud it is for a service is what the service does to it
        found = [subject for subject in found if subject.name != "loudness"]
    if question.wants_any("ears"):
        found = [subject for subject in found if subject.name not in {"sections", "strengths", "dynamics"}]
    if any(subject.name == "low_end" for subject in found) and WHOLE_STEREO.isdisjoint(question.words):
        # how wide the low end is belongs to the low end
        found = [subject for subject in found if subject.name != "stereo"]
    if any(subject.name == "versions" for subject in found) and brief.diagnosis.versions:
        # "did I fix the mud" is about what became of it
        return [subject for subject in found if subject.name == "versions"]
    # "the drop compared to the break" compares parts, not tracks
    return [subject for subject in found if subject.name != "reference"] or found
