"""Explanations: a model's sentences are held to our own passages, one by one. Pure."""

import re
from collections.abc import Sequence

from core.advice.checking import manners
from core.advice.checking.checked_text import KEPT_SHARE
from core.advice.checking.checker import sentences
from core.advice.checking.spelling import digits, one_typography
from core.advice.prompts.explanation import RULES

COVERED_SHARE = 0.6
"""Least share of a sentence's meaningful words that one place of the passages must hold. Own figure:
sentences that reorder a passage have 0.7 and more, sentences from elsewhere below 0.5 (tests/unit/advice)."""

DENIED_SHARE = 0.5
"""Least share of a negative sentence's words that one negative clause of the passages must hold."""

WINDOW_SENTENCES = 3
"""Neighbouring sentences of a passage that one sentence may be based on."""

STEM_CHARACTERS = 5
"""First letters by which words are compared: "limit", "limiter" and "limited" are equal."""

_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_WORD = re.compile(r"[a-z]{4,}|\b(?:db|lu|hz|lra|plr|psr|rms|dc|key|low|mid|eq)\b")
_NEGATION = re.compile(r"\b(?:no|not|never|none|nothing|neither|nor|cannot|without|isn't|doesn't|don't|can't)\b")
_CLAUSE_END = re.compile(r"(?<=[.;:!?])\s+|, ")
_FILLER = frozenset(
    word[:STEM_CHARACTERS]
    for word in (
        "that this these those with from into than then them they their there which while when where what will would "
        "could should have does been being your yours also only just very more most some such about between because "
        "means mean measure measures measured tells shows describes value number called like each other over same"
    ).split()
)
_DIRECTIONS = (
    frozenset({"higher", "above", "more", "louder", "greater", "larger", "wider", "longer"}),
    frozenset({"lower", "below", "less", "quieter", "smaller", "narrower", "shorter", "under"}),
    frozenset({"highest", "maximum", "most", "loudest", "largest", "widest"}),
    frozenset({"lowest", "minimum", "least", "quietest", "smallest", "narrowest"}),
)


def held(text: str, passages: Sequence[str]) -> str | None:
    """The sentences of an explanation that the passages back; None where too little is left."""
    if len(text) > manners.ANSWER_MAX_CHARACTERS:
        return None
    windows = [window for passage in passages for window in _windows(passage)]
    judged = [(sentence, gap, _is_backed(sentence, windows)) for sentence, gap in sentences(text)]
    kept = [(sentence, gap) for sentence, gap, backed in judged if backed]
    if not kept or not judged[0][2] or len(kept) < KEPT_SHARE * len(judged):
        return None
    return "".join(f"{sentence}{gap or ' '}" for sentence, gap in kept).strip()


def _windows(passage: str) -> list[str]:
    """Every few sentences in a row, as they are compared."""
    whole = [_readable(sentence) for sentence, _ in sentences(passage)]
    last = max(1, len(whole) - WINDOW_SENTENCES + 1)
    return [" ".join(whole[at : at + WINDOW_SENTENCES]) for at in range(last)]


def _readable(text: str) -> str:
    return digits(one_typography(text)).casefold()


def _is_backed(sentence: str, windows: Sequence[str]) -> bool:
    if len(sentence) > manners.SENTENCE_MAX_CHARACTERS or manners.is_live(sentence):
        return False
    if manners.is_other_script(sentence) or manners.is_machine_talk(
        one_typography(sentence), manners.shingles([RULES])
    ):
        return False
    readable = _readable(sentence)
    return any(_stands_in(readable, window) for window in windows)


def _stands_in(sentence: str, window: str) -> bool:
    """Whether one place of the passages says this: its numbers, its words, its direction, and not its opposite."""
    if not set(_NUMBER.findall(sentence)) <= set(_NUMBER.findall(window)):
        return False
    if _NEGATION.search(sentence) and not _is_denied(sentence, window):
        return False
    words, known = set(sentence.split()), set(re.findall(r"[a-z]+", window))
    for direction in _DIRECTIONS:
        if words & direction and not known & direction:
            return False
    meant = _stems(sentence)
    return bool(meant) and len(meant & _stems(window)) >= COVERED_SHARE * len(meant)


def _is_denied(sentence: str, window: str) -> bool:
    """Whether a sentence of the passages says of the same things what they are not."""
    meant = _stems(sentence)
    denials = (said for said in _CLAUSE_END.split(window) if _NEGATION.search(said))
    return any(len(meant & _stems(said)) >= DENIED_SHARE * len(meant) for said in denials)


def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:STEM_CHARACTERS] for word in _WORD.findall(text)) - _FILLER
