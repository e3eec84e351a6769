"""Every text of every rule in every genre: nothing is named that the genre does not have."""

import re
from collections.abc import Iterator

import pytest

from core.knowledge.genre_words import genre_words, in_words_of
from core.knowledge.genres import Genre, genre_table
from core.rules.rule import Rule, rules
from core.text.language import ENGLISH, GERMAN, LANGUAGES, in_language

NEEDED = {
    "drops": r"\b(?:the drops?|drops? or|break|breaks|build-up)\b(?! the ground)",
    "808": r"\b808s?\b",
    "kick": r"\bkicks?\b",
    "drums": r"\b(?:drums?|snare|cymbals?|hats|hi-hats?|overheads)\b",
    "voice": r"\b(?:vocals?|verse)\b|\bthe chorus\b",
}
NEEDED_IN_GERMAN = {
    "drops": r"(?<!\{)\b(?:drops?|breaks?|build-up)\b",
    "808": r"\b808s?\b",
    "kick": r"\bkicks?\b",
    "drums": r"\b(?:drums?|schlagzeug|snare|becken|hats|hi-hats?|overheads?)\b",
    "voice": r"\b(?:vocals?|gesang|(?-i:Stimmen?)|strophen?|refrains?)\b",
}
"""Tag of the genres that have it, and the nouns; "chorus" without an article is an effect."""

LANGUAGE_NOUNS = {ENGLISH: NEEDED, GERMAN: NEEDED_IN_GERMAN}

ONLY_CLUB = frozenset({"kick_bass"})
"""Its reading counts only in genres with a kick on every beat."""


def texts(rule: Rule) -> Iterator[str]:
    yield from (rule.caveat, rule.first.mix, rule.first.master, rule.first.mastering or "", *rule.advice.values())
    for words in (rule.insight, rule.mix, rule.mastering, rule.master):
        for variants in (words or {}).values():
            yield from variants


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("genre", genre_table().genres, ids=lambda genre: genre.id)
def test_no_text_names_what_the_genre_does_not_have(genre: Genre, language: str) -> None:
    with in_language(language):
        assert _named(genre, LANGUAGE_NOUNS[language]) == []


def _named(genre: Genre, needed: dict[str, str]) -> list[tuple[str, str]]:
    named: list[tuple[str, str]] = []
    for rule in rules().values():
        if rule.family == "voice" or (rule.id in ONLY_CLUB and "club" not in genre.tags):
            # only where a voice is likely, or a kick on every beat
            continue
        told = [in_words_of(genre.tags, text) for text in texts(rule)]
        absent = [nouns for tag, nouns in needed.items() if tag not in genre.tags]
        named += [(rule.id, text) for text in told for nouns in absent if re.search(nouns, text, re.IGNORECASE)]
    return named


def test_a_dance_genre_keeps_its_words() -> None:
    tags = genre_table().get("house").tags
    kept = [text for rule in rules().values() for text in texts(rule) if "the drop;" in text or "kick" in text]
    assert kept
    assert all(re.search("drop|kick", in_words_of(tags, text)) for text in kept)


@pytest.mark.parametrize("phrase", list(genre_words()))
def test_every_phrase_stands_in_a_rule_and_has_words_for_every_genre(phrase: str) -> None:
    assert any(phrase in text for rule in rules().values() for text in texts(rule)), phrase
    assert genre_words()[phrase][-1][0] == frozenset()
