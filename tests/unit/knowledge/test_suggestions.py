"""Autocomplete: what Discord shows while somebody types."""

import pytest

from core.knowledge.genres import SUGGESTIONS_MAX, genre_table

TABLE = genre_table()
LABEL_MAX_CHARACTERS = 100
"""Discord: name and value of an application command choice."""

TYPED = [
    "",
    " ",
    "h",
    "ho",
    "house",
    "hause",
    "dnb",
    "d&b",
    "pop",
    "k-",
    "lofi",
    "trap",
    "tecno",
    "metall",
    "z",
    "ñ",
    "e",
]


def labels(typed: str) -> list[str]:
    return [choice.label for choice in TABLE.suggest(typed)]


@pytest.mark.parametrize("typed", TYPED)
def test_choices_fit_into_discord(typed: str) -> None:
    choices = (*TABLE.suggest(typed), *TABLE.suggest_subgenres("house", typed), *TABLE.suggest_subgenres("", typed))

    assert len(TABLE.suggest(typed)) <= SUGGESTIONS_MAX == 25
    assert len(TABLE.suggest_subgenres("", typed)) <= SUGGESTIONS_MAX
    for choice in choices:
        assert 1 <= len(choice.label) <= LABEL_MAX_CHARACTERS
        assert 1 <= len(choice.value) <= LABEL_MAX_CHARACTERS
    assert len(set(labels(typed))) == len(labels(typed))


@pytest.mark.parametrize("typed", [*TYPED, "k-pop", "deep house", "amapiano"])
def test_every_choice_is_accepted_when_it_is_picked(typed: str) -> None:
    for choice in TABLE.suggest(typed):
        assert TABLE.find(choice.value).genre.name in choice.label


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("dnb", "Drum & bass"),
        ("drum", "Drum & bass"),
        ("hip", "Hip-hop / trap"),
        ("tec", "Techno"),
        ("hause", "House / tech house"),
        ("tecno", "Techno"),
        ("clasical", "Classical / orchestral"),
        ("regae", "Reggae / dub"),
        ("podcats", "Podcast / spoken word"),
    ],
)
def test_short_forms_beginnings_and_misspellings_come_first(typed: str, first: str) -> None:
    assert labels(typed)[0] == first


def test_genres_stand_before_subgenres() -> None:
    found = labels("house")

    assert found[0] == "House / tech house"
    assert any("(" in label for label in found)
    assert [("(" in label) for label in found] == sorted("(" in label for label in found)


def test_nothing_typed_shows_genres_up_to_the_limit() -> None:
    assert labels("") == [genre.name for genre in TABLE.genres][:25]


def test_nonsense_suggests_nothing() -> None:
    assert labels("qqqqxxzz") == []


@pytest.mark.parametrize("picked", ["house", "House / tech house", "dnb", "drum_and_bass"])
def test_subgenres_are_those_of_the_genre_that_was_picked(picked: str) -> None:
    genre = TABLE.find(picked).genre

    assert [choice.value for choice in TABLE.suggest_subgenres(picked, "")] == [s.name for s in genre.subgenres]


def test_subgenres_narrow_with_what_is_typed() -> None:
    names = [choice.value for choice in TABLE.suggest_subgenres("house", "deep")]

    assert names
    assert all("deep" in name.casefold() for name in names)


def test_a_picked_subgenre_offers_the_subgenres_of_its_genre() -> None:
    pop = TABLE.get("pop")

    assert [choice.value for choice in TABLE.suggest_subgenres("k-pop", "")] == [s.name for s in pop.subgenres]
