"""Whether a message in a review thread is meant for Earshot, and whose track a guest's question is about. Pure.

People also chat in their threads. A message counts as a question where one of its clauses

1. ends with a question mark, begins with a question word, an auxiliary and its subject ("is the bass", "kann man") or a
   request ("tell me", "zeig mir"), or says that something is not understood; or
2. names something measured, and is neither thanks nor praise ("thanks for the tips on the bass") nor an announcement in
   the first person ("turned the bass down", "I'll fix the low end", "hab den bass leiser gemacht").

A clause with neither is talk. Where a clause could be both, it is answered: a question that gets no answer is worse
than an answer that nobody needed. Links, code, emoji, stickers and text in quotes of others are not read, and a message
that mentions another person is meant for that person.
"""

import re
from functools import cache
from typing import NamedTuple

from core.advice import subjects
from core.advice.statements.moments import times_in
from core.advice.vocabulary import vocabulary
from core.knowledge.chat_words import ChatWords, chat_words
from core.knowledge.focus import focus_words
from core.knowledge.genres import genre_table
from core.knowledge.handbook import topics
from core.text.untrusted import MENTION

_UNREAD = re.compile(
    r"```.*?(?:```|\Z)|`[^`\n]*`|^>[^\n]*|<?https?://\S+|<(?:a?:\w+:\d+|#\d+|t:\d+(?::\w)?|/[^>]*)>|(?<!\w):\w{2,32}:(?!\w)",
    re.DOTALL | re.MULTILINE,
)
"""Code, quotes, links, custom emoji, channels, timestamps, slash commands, emoji by name."""

_STRETCHED = re.compile(r"(\D)\1{2,}")
"""A letter three times or more: "yesss", "thaaanks"."""

_CLAUSE_END = re.compile(r"\?+|[!;()\n\u2026\u2013\u2014]+|\.(?!\d)|,(?!\d)|(?<!\d)[.:,]|:(?!\d)| - ")

TRANSPOSED_FROM = 4
"""Letters of a word that two swapped neighbours are forgiven in ("dose", "waht"); shorter ones become other words."""


def is_question(text: str) -> bool:
    """Whether a member's message in their own review thread asks something, or names something measured.

    The mention of Earshot itself must be taken out before: any other is of another person.
    """
    if MENTION.search(text):
        return False
    read = _STRETCHED.sub(r"\1", _UNREAD.sub(" ", text))
    return any(_is_meant(clause) for clause in _clauses(read))


def asks_about_own(text: str) -> bool:
    """Whether a guest's question is about the guest's own track ("my mix", "my low end", "mine", "und bei mir").

    Only a track, a version, or a part, sound or value of one counts as one's own: "my favourite part", "my turn" and
    "my club" do not. Where it is not sure, the question is about the track of the thread: an answer about a guest's
    own shows what stands in another channel.
    """
    clauses = [(clause, subjects.words_of(clause.text)) for clause in _clauses(_UNREAD.sub(" ", text))]
    own = [(clause, words) for clause, words in clauses if _names_own(words)]
    if not own:
        return False
    if any(_is_asked(clause, words) for clause, words in own):
        return True
    return not any(_is_asked(clause, words) and _is_about_other(words) for clause, words in clauses)


def _is_asked(clause: "_Clause", words: tuple[str, ...]) -> bool:
    return clause.end.startswith("?") or _asks(words)


def _is_about_other(words: tuple[str, ...]) -> bool:
    """Whether a clause names another's, and not only to compare with it ("how loud is it compared to hers")."""
    known = chat_words()
    return any(
        word in known.others and not known.compares.intersection(words[max(0, at - 1) : at])
        for at, word in enumerate(words)
    )


def _names_own(words: tuple[str, ...]) -> bool:
    known = chat_words()
    for at, word in enumerate(words):
        before = words[at - 1] if at else ""
        if word in known.own_alone and before not in known.not_alone_behind:
            return True
        if word in known.possessives and before != "ich" and _is_track(words[at + 1 :]):
            return True  # "ich meine": I mean
    return words[-2:-1] != ("ich",) and any(_joined(words).endswith(f" {end} ") for end in known.own_at_end)


def _is_track(following: tuple[str, ...]) -> bool:
    """Whether what stands behind a possessive is a track or something of one, perhaps described: "my new mix"."""
    known = chat_words()
    for at in range(min(len(following), known.words_between + 1)):
        rest = following[at:]
        if (length := _length_of_thing(rest)) is not None:
            return not known.not_its_own.intersection(rest[length : length + 1])
        if rest[0] not in known.own_descriptions and rest[0] not in _genre_words():
            return False
    return False


def _length_of_thing(words: tuple[str, ...]) -> int | None:
    """How many words name a track or something of one, from the first on; None where they do not."""
    known, text = chat_words(), _joined(words)
    for phrase in known.own_phrases:
        if text.startswith(f" {phrase} "):
            return len(phrase.split())
    if words[0] in known.own_things_at_end:
        return 1 if len(words) == 1 or words[1] in known.ends_of_a_thing else None
    is_thing = words[0] in known.own_things or known.named_by_pattern.fullmatch(words[0])
    return 1 if is_thing else None


@cache
def _genre_words() -> frozenset[str]:
    names = [name for genre in genre_table().genres for name in (genre.name, *genre.aliases)]
    names += [name for genre in genre_table().genres for sub in genre.subgenres for name in (sub.name, *sub.aliases)]
    return frozenset(word for name in names for word in subjects.words_of(name)) | {"n"}


class _Clause(NamedTuple):
    """A clause and the mark that ends it; "" at the end of the text."""

    text: str
    end: str


def _clauses(text: str) -> list[_Clause]:
    clauses, start = [], 0
    for end in _CLAUSE_END.finditer(text):
        clauses.append(_Clause(text[start : end.start()], end.group()))
        start = end.end()
    return [*clauses, _Clause(text[start:], "")]


def _is_meant(clause: _Clause) -> bool:
    words = subjects.words_of(clause.text)
    if clause.end.startswith("?"):
        return True
    if any(_joined(words).startswith(f" {phrase} ") for phrase in chat_words().idle):
        return False
    if _asks(words):
        return True
    return _names(clause.text, words) and not _is_talk(words)


def _joined(words: tuple[str, ...]) -> str:
    """Words with spaces around each, so that phrases can be looked for."""
    return f" {' '.join(words)} "


def _asks(words: tuple[str, ...]) -> bool:
    known, text = chat_words(), _joined(words)
    if any(f" {phrase} " in text for phrase in known.wondering) or known.not_understood.search(text):
        return True
    if len(words) > 1 and any(text.endswith(f" {tag} ") for tag in known.tags):
        return True
    return _begins_asking(words) or any(_is_direct(words[at:]) for at in range(1, len(words)))


def _begins_asking(words: tuple[str, ...]) -> bool:
    """Whether a clause asks by how it begins, once what only leads up to it is skipped."""
    known = chat_words()
    for at in range(len(words)):
        rest = words[at:]
        text = _joined(rest)
        if any(text.startswith(f" {phrase} ") for phrase in known.exclamations):
            return False
        if any(text.startswith(f" {request} ") for request in known.requests):
            return True
        if _is_one_of(rest[0], known.question_words) or _is_auxiliary_with_subject(rest):
            return True
        if rest[0] in known.prepositions and len(rest) > 1 and rest[1] in known.question_words:
            return True
        if rest[0] not in known.fillers:
            return False
    return False


def _is_direct(words: tuple[str, ...]) -> bool:
    """A question behind other words, told by its order: "how loud is it" asks, "how loud it is" does not."""
    if words[0] not in chat_words().question_words:
        return False
    return any(_is_auxiliary_with_subject(words[at:]) for at in (1, 2))


def _is_auxiliary_with_subject(words: tuple[str, ...]) -> bool:
    known = chat_words()
    if len(words) < 2 or not _is_one_of(words[0], known.auxiliaries):
        return False
    subject = words[1]
    return (
        subject in known.about | known.everyday | _measured_words()
        or subject[0].isdigit()
        or bool(known.named_by_pattern.fullmatch(subject))
    )


def _is_one_of(word: str, known: frozenset[str]) -> bool:
    """Whether a word is in a list, or with two neighbouring letters swapped."""
    if word in known:
        return True
    if len(word) < TRANSPOSED_FROM:
        return False
    return any(f"{word[:at]}{word[at + 1]}{word[at]}{word[at + 2 :]}" in known for at in range(len(word) - 1))


def _is_talk(words: tuple[str, ...]) -> bool:
    """Whether a clause thanks, praises, or says what its writer did, does or will do."""
    known, text = chat_words(), _joined(words)
    if known.thanks.intersection(words) or any(f" {phrase} " in text for phrase in known.later):
        return True
    said = words
    while said and said[0] in known.fillers:
        said = said[1:]
    return bool(said) and (_announces(said, known) or _announces_in_german(said, known))


def _announces(words: tuple[str, ...], known: ChatWords) -> bool:
    if words[0] in known.announced and words[0] not in _measured_words():
        return True
    text = _joined(words)
    for lead in known.leads:
        if text.startswith(f" {lead} "):
            behind = [word for word in words[len(lead.split()) :] if word not in known.fillers]
            if behind and behind[0] in known.actions:
                return True
    return False


def _announces_in_german(words: tuple[str, ...], known: ChatWords) -> bool:
    first = words[1:] if words[0] == "ich" else words
    if not first:
        return False
    if first[0] in known.german_perfect:
        return bool(known.participle.search(_joined(first[1:])))
    return first[0] in known.german_actions and (first is not words or len(first) < 2 or first[1] != "mir")


def _names(clause: str, words: tuple[str, ...]) -> bool:
    """Whether a clause names something that is measured: a moment, a figure, a version, a part of the sound."""
    known, text = chat_words(), _joined(words)
    if times_in(clause) or known.named_by_pattern.search(clause.casefold()):
        return True
    if any(f" {phrase} " in text for phrase in _measured_phrases()):
        return True
    measured = _measured_words()
    for at, word in enumerate(words):
        if word in known.everyday:
            if at and words[at - 1] in known.articles:
                return True
        elif word in measured or _is_misspelt(word):
            return True
    return False


def _is_misspelt(word: str) -> bool:
    """Whether a word is close to an English name; German inflections are too close to each other for that."""
    known = chat_words()
    if word in focus_words().ordinary | known.lookalikes | known.everyday:
        return False
    return subjects.is_named(word, _beginning_alike().get(word[:2], frozenset()))


@cache
def _beginning_alike() -> dict[str, frozenset[str]]:
    """English names by their first two letters, which a misspelling keeps: pasted lyrics are compared with few."""
    names = _measured_words() - chat_words().german_names
    return {begin: frozenset(n for n in names if n[:2] == begin) for begin in {name[:2] for name in names}}


@cache
def _measured_words() -> frozenset[str]:
    """Every single word that names something measured and little else."""
    known = chat_words()
    asked = frozenset().union(*(s.words for s in vocabulary().subjects if s.is_measured))
    single = frozenset(name for name in _vocabulary_names() if " " not in name)
    return (asked | single | vocabulary().groups["voices"] | known.german_names) - known.everyday


@cache
def _measured_phrases() -> frozenset[str]:
    return frozenset(name for name in _vocabulary_names() if " " in name)


@cache
def _vocabulary_names() -> frozenset[str]:
    """Names from the words of `focus`, and from the glossary's entries on what is measured or judged."""
    focus = {word for topic in focus_words().topics for word in topic.words}
    entries = [topic for topic in topics() if topic.measured is not None or topic.judged]
    return frozenset(focus | {name.casefold() for topic in entries for name in (topic.name, *topic.also)})
