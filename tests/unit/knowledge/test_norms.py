"""Norms: percentiles and rarity of the data, without the table that they were made of."""

import itertools

import pytest

from core.knowledge.genres import Genre, genre_table
from core.knowledge.loading import load
from core.knowledge.norms import EVERYTHING, group_of, norm, position_among_tracks, quantities_with_norms
from core.rules.taste import in_words, name_of

DATA = load("norms.json")
MOST_WARNED, MOST_SEVERE = 0.15, 0.03
"""Shares of finished tracks that may get any warning, and anything severe."""

each_quantity = pytest.mark.parametrize("quantity", quantities_with_norms())
each_genre = pytest.mark.parametrize("genre", genre_table().genres, ids=lambda genre: genre.id)


@each_quantity
@each_genre
def test_percentiles_rise_and_rarity_falls_from_the_middle_outward(quantity: str, genre: Genre) -> None:
    usual = norm(quantity, genre.id)

    assert all(one <= other for one, other in itertools.pairwise(usual.values))
    assert usual.low < usual.middle < usual.high
    for multiples, shares in usual.rarity.values():
        assert len(multiples) == len(shares)
        assert all(one <= other for one, other in itertools.pairwise(multiples))
        assert all(one > other for one, other in itertools.pairwise(shares))


@each_quantity
@pytest.mark.parametrize("genre_id", ["pop", "techno", "jazz", "classical"])
def test_a_stored_percentile_reads_as_that_percentile(quantity: str, genre_id: str) -> None:
    usual = norm(quantity, genre_id)

    for percent, value in zip(usual.percents, usual.values, strict=True):
        if usual.values.count(value) == 1 and 5.0 <= percent <= 95.0:
            assert position_among_tracks(quantity, value, genre_id).percentile == pytest.approx(percent)


@each_quantity
def test_the_ends_of_what_is_usual_have_a_tenth_of_the_tracks_beyond_them(quantity: str) -> None:
    usual = norm(quantity, "pop")

    assert usual.further_out_percent(usual.middle) == pytest.approx(50.0)
    for end, side in ((usual.low, "below"), (usual.high, "above")):
        assert usual.further_out_percent(end) == pytest.approx(10.0)
        assert usual.value_at(side, 10.0) == pytest.approx(end)
        assert usual.further_out_percent(usual.value_at(side, 1.5)) == pytest.approx(1.5, rel=0.02)


def test_no_share_is_told_that_so_few_tracks_cannot_tell() -> None:
    found = position_among_tracks("top", 200.0, "jazz")

    assert found.tracks == 33
    assert found.percentile == pytest.approx(100.0 * 33 / 34)
    assert in_words(found) == (
        "brighter at the top than nearly all of the 33 finished folk, country and jazz tracks that were measured"
    )


def test_nothing_is_rarer_than_the_own_group_shows() -> None:
    usual = norm("top", "acoustic_folk")

    for percent, value in zip(usual.percents, usual.values, strict=True):
        beyond = percent if value < usual.middle else 100.0 - percent
        assert position_among_tracks("top", value, "acoustic_folk").further_out_percent >= beyond - 1e-9


def test_a_value_below_the_middle_is_told_from_its_own_side() -> None:
    found = position_among_tracks("width", norm("width", "pop").low, "pop")

    assert in_words(found) == "narrower than 90 of 100 finished pop tracks (77 measured)"


def test_speech_has_no_finished_tracks_to_stand_among() -> None:
    assert group_of("podcast_spoken") == EVERYTHING
    assert position_among_tracks("top", 0.0, "podcast_spoken").group is None
    assert "of 100" not in in_words(position_among_tracks("top", 30.0, "podcast_spoken"))


@each_genre
def test_every_genre_of_music_belongs_to_one_group(genre: Genre) -> None:
    owners = [name for name, group in DATA["groups"].items() if genre.id in group["genres"]]

    assert len(owners) == (0 if genre.id == "podcast_spoken" else 1)


@each_genre
def test_the_usual_loudness_is_the_same_everywhere(genre: Genre) -> None:
    if group_of(genre.id) != EVERYTHING:
        usual = norm("loudness", genre.id)
        assert (genre.release_lufs.low, genre.release_lufs.high) == (usual.low, usual.high)


def test_groups_and_rates_count_all_tracks() -> None:
    of, groups = DATA["rates"]["of"], DATA["groups"]

    assert sum(group["tracks"] for group in groups.values()) == DATA["tracks"] == of["all"][0]
    assert {name: of[name][0] for name in groups} == {name: group["tracks"] for name, group in groups.items()}
    assert sum(of[name][1] for name in groups) == of["all"][1]


def test_few_finished_tracks_are_warned_of_anything() -> None:
    tracks, warned, severe = DATA["rates"]["of"]["all"]

    assert warned / tracks <= MOST_WARNED
    assert severe / tracks <= MOST_SEVERE


@each_quantity
def test_every_quantity_has_a_name(quantity: str) -> None:
    assert name_of(quantity)
