"""How chat asks, thanks and announces, as data: which messages in a review thread are meant for Earshot."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from core.knowledge.loading import load_toml


@dataclass(frozen=True, slots=True)
class ChatWords:
    """The words of chat, casefolded and without apostrophes. What each list is for stands beside it in chat_words.toml.

    Attributes:
        announced: forms of actions that stand alone for "I did" or "I am doing" ("turned", "uploading").
        actions: all forms of the actions, for behind a lead ("will post", "i turned").
        german_actions: first person present; they announce at the start of a clause or before "ich".
        german_perfect: forms of "haben" that announce together with a participle.
        everyday: name something measured behind one of the `articles` only.
        lookalikes: no misspellings of a name, though close to one.
        named_by_pattern: names that are no fixed words: versions ("v2") and figures with a unit ("300 Hz").
        own_things: what somebody has of their own in a thread: a track, a part, a sound or a value of it.
    """

    fillers: frozenset[str]
    prepositions: frozenset[str]
    question_words: frozenset[str]
    exclamations: tuple[str, ...]
    auxiliaries: frozenset[str]
    about: frozenset[str]
    requests: tuple[str, ...]
    idle: tuple[str, ...]
    wondering: tuple[str, ...]
    not_understood: re.Pattern[str]
    tags: tuple[str, ...]
    thanks: frozenset[str]
    later: tuple[str, ...]
    announced: frozenset[str]
    actions: frozenset[str]
    leads: tuple[str, ...]
    german_actions: frozenset[str]
    german_perfect: frozenset[str]
    participle: re.Pattern[str]
    everyday: frozenset[str]
    lookalikes: frozenset[str]
    articles: frozenset[str]
    named_by_pattern: re.Pattern[str]
    german_names: frozenset[str]
    possessives: frozenset[str]
    own_alone: frozenset[str]
    not_alone_behind: frozenset[str]
    own_at_end: tuple[str, ...]
    own_things: frozenset[str]
    own_phrases: tuple[str, ...]
    own_things_at_end: frozenset[str]
    own_descriptions: frozenset[str]
    not_its_own: frozenset[str]
    others: frozenset[str]
    compares: frozenset[str]
    ends_of_a_thing: frozenset[str]
    words_between: int


@cache
def chat_words() -> ChatWords:
    """The words, read once."""
    data = load_toml("core.knowledge", "data/chat_words.toml")
    announcing, names, own = data["announcing"], data["names"], data["own"]
    actions, irregular = _words(announcing["actions"]), _words(announcing["irregular"])
    announced = frozenset(form for action in actions for form in _past_and_progressive(action)) | irregular
    return ChatWords(
        fillers=_words(data["fillers"]),
        prepositions=_words(data["prepositions"]),
        question_words=_words(data["question_words"]),
        exclamations=_phrases(data["exclamations"]),
        auxiliaries=_words(data["auxiliaries"]),
        about=_words(data["about"]),
        requests=_phrases(data["requests"]),
        idle=_phrases(data["idle"]),
        wondering=_phrases(data["wondering"]),
        not_understood=_not_understood(data["not_understood"]),
        tags=_phrases(data["tags"]),
        thanks=_words(data["thanks"]),
        later=_phrases(data["later"]),
        announced=announced,
        actions=announced | actions | frozenset(f"{action}s" for action in actions),
        leads=_phrases(announcing["leads"]),
        german_actions=_words(announcing["german_actions"]),
        german_perfect=_words(announcing["german_perfect"]),
        participle=re.compile(rf"\b{announcing['participle']}\b"),
        everyday=_words(names["everyday"]),
        lookalikes=_words(names["lookalikes"]),
        articles=_words(names["articles"]),
        named_by_pattern=re.compile(rf"(?<!\w)(?:{names['version']}|{names['figure']})"),
        german_names=_words(names["german"]),
        possessives=_words(own["possessives"]),
        own_alone=_words(own["alone"]),
        not_alone_behind=_words(own["not_alone_behind"]),
        own_at_end=_phrases(own["alone_at_end"]),
        own_things=_words(own["things"]) | _words(own["parts"]) | _words(own["values"]),
        own_phrases=_phrases(own["phrases"]),
        own_things_at_end=_words(own["things_at_end"]),
        own_descriptions=_words(own["descriptions"]),
        not_its_own=_words(own["not_its_own"]),
        others=_words(own["others"]),
        compares=_words(own["compares"]),
        ends_of_a_thing=_words(own["ends_of_a_thing"]),
        words_between=own["words_between"],
    )


def _words(text: str) -> frozenset[str]:
    return frozenset(text.casefold().split())


def _phrases(entries: list[str]) -> tuple[str, ...]:
    return tuple(entry.casefold() for entry in entries)


def _not_understood(data: dict[str, Any]) -> re.Pattern[str]:
    verbs, negation = ("|".join(sorted(_words(data[part]))) for part in ("verbs", "negation"))
    return re.compile(rf"\b(?:{verbs})\b.*\b(?:{negation})\b")


def _past_and_progressive(action: str) -> tuple[str, ...]:
    """Forms in -ed and -ing: turned, turning; raised, raising; tried, trying; dropped, dropping."""
    if action.endswith("e"):
        return f"{action}d", f"{action[:-1]}ing"
    if action.endswith("y") and action[-2] not in "aeou":
        return f"{action[:-1]}ied", f"{action}ing"
    doubled = action + action[-1] if re.search(r"[^aeiou][aeiou][bdgmnpt]$", action) else action
    return tuple(dict.fromkeys((f"{doubled}ed", f"{doubled}ing", f"{action}ed", f"{action}ing")))
