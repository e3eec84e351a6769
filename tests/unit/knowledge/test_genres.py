"""The genre table: complete, unambiguous, and found by what people type."""

import itertools
import math
import re

import pytest

from core.knowledge.genre_words import genre_words
from core.knowledge.genres import Genre, genre_table
from core.knowledge.loading import load
from core.knowledge.norms import norm
from core.rules.rule import rules
from core.values.errors import UsageCode, UsageError

TABLE = genre_table()
BANDS = {
    "sub_20_60",
    "bass_60_200",
    "lowmid_200_500",
    "mid_500_2k",
    "presence_2k_5k",
    "high_5k_10k",
    "air_10k_20k",
}
IDS = (
    "pop hiphop_trap hiphop_boombap rnb house minimal_deep techno drum_and_bass dubstep_bass trance_edm future_bass "
    "lofi ambient rock indie metal punk acoustic_folk jazz classical cinematic country reggae_dub afrobeats_amapiano "
    "latin_reggaeton funk_disco_soul synthwave podcast_spoken"
).split()
RULE_TAGS = {tag for rule in rules().values() for entry in rule.levels for tag in entry.tags}
CODE_TAGS = {"spoken", "dense", "club", "dynamic", "voice"}
WORD_TAGS = {tag for options in genre_words().values() for tags, _ in options for tag in tags}
DESCRIPTIVE_TAGS = {"bass_heavy", "warm_low_mid", "bright", "dark_top"}
"""What these say is in the genre's curve already."""

each_genre = pytest.mark.parametrize("genre", TABLE.genres, ids=lambda genre: genre.id)


def test_it_holds_the_28_genres() -> None:
    assert [genre.id for genre in TABLE.genres] == IDS


@each_genre
def test_each_genre_has_six_to_ten_subgenres_with_names_of_their_own(genre: Genre) -> None:
    assert 6 <= len(genre.subgenres) <= 10
    assert len({subgenre.id for subgenre in genre.subgenres}) == len(genre.subgenres)
    assert len({subgenre.name.casefold() for subgenre in genre.subgenres}) == len(genre.subgenres)


@each_genre
def test_every_figure_says_where_it_comes_from(genre: Genre) -> None:
    sources = load("genres.json")["sources"]
    figures = {
        "release_lufs": genre.release_lufs,
        "uploaded_masters_lufs": genre.uploaded_masters_lufs,
        "lra_lu": genre.lra_lu,
        "plr_db": genre.plr_db,
        "tempo_bpm": genre.tempo_bpm,
    }
    for name, figure in figures.items():
        if figure is None:
            continue
        assert figure.evidence in {"H", "M", "L", "G"}, name
        assert figure.source, name
        if figure.source.startswith(f"{norm('loudness', genre.id).tracks} finished"):
            continue  # the norms, which say how many tracks they are made of
        named = set(re.findall(r"\w+", figure.source.casefold()))
        assert named & {source.casefold() for source in sources}, figure.source
    assert genre.curve_source
    assert genre.curve_evidence in {"H", "M", "L", "G"}


@each_genre
def test_ranges_have_their_ends_in_order(genre: Genre) -> None:
    for figure in (genre.release_lufs, genre.lra_lu, genre.plr_db, genre.tempo_bpm):
        if figure is not None and figure.low is not None and figure.high is not None:
            assert figure.low < figure.high or (genre.id == "trance_edm" and figure is genre.tempo_bpm)
    assert genre.release_lufs.low is not None
    assert genre.release_lufs.high is not None
    assert -30.0 <= genre.release_lufs.low < genre.release_lufs.high <= -4.0


@each_genre
def test_curve_and_tolerance_cover_the_bands(genre: Genre) -> None:
    assert set(genre.tolerance_db) == BANDS
    assert all(1.0 <= width <= 25.0 for width in genre.tolerance_db.values())
    expected = BANDS - {"sub_20_60", "air_10k_20k"} if genre.id == "podcast_spoken" else BANDS
    assert set(genre.band_db) >= expected
    assert genre.third_octave_db["1000"] == 0.0


@each_genre
def test_band_levels_and_third_octaves_are_the_same_curve(genre: Genre) -> None:
    """Third octaves summed into the middle bands give the differences that the band levels state."""
    if genre.id == "podcast_spoken":
        return
    edges = {"bass_60_200": (60, 200), "lowmid_200_500": (200, 500), "mid_500_2k": (500, 2_000)}
    sums = {
        band: 10 * math.log10(sum(_share(float(name), *edge) * 10 ** (level / 10) for name, level in _levels(genre)))
        for band, edge in edges.items()
    }
    for one, other in itertools.pairwise(edges):
        stated = genre.band_db[one] - genre.band_db[other]
        assert sums[one] - sums[other] == pytest.approx(stated, abs=0.4)


def _levels(genre: Genre) -> list[tuple[str, float]]:
    return [(name, level) for name, level in genre.third_octave_db.items() if level is not None]


def _share(centre: float, low: float, high: float) -> float:
    """Share of a third octave that lies in a band, on the logarithmic axis."""
    lower, upper = math.log2(centre) - 1 / 6, math.log2(centre) + 1 / 6
    return max(0.0, min(upper, math.log2(high)) - max(lower, math.log2(low))) * 3


def test_names_and_aliases_lead_to_one_genre_only() -> None:
    owners: dict[str, str] = {}
    for genre in TABLE.genres:
        for name in {genre.id, genre.name, *genre.aliases, *genre.name.split(" / ")}:
            key = _folded(name)
            assert owners.setdefault(key, genre.id) == genre.id, f"{name} leads to {owners[key]} and {genre.id}"


def test_no_alias_of_a_subgenre_is_shared_by_two() -> None:
    owners: dict[str, tuple[str, str]] = {}
    for genre in TABLE.genres:
        for subgenre in genre.subgenres:
            for name in {subgenre.name, *subgenre.aliases}:
                mine = (genre.id, subgenre.id)
                assert owners.setdefault(_folded(name), mine) == mine, name


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("-", " ").replace("_", " ").split())


def test_tags_that_rules_refer_to_exist_and_no_tag_is_without_use() -> None:
    tags = {tag for genre in TABLE.genres for tag in genre.tags}

    assert tags >= RULE_TAGS | WORD_TAGS
    assert tags - RULE_TAGS - CODE_TAGS - WORD_TAGS <= DESCRIPTIVE_TAGS


@pytest.mark.parametrize(
    ("text", "genre_id", "subgenre"),
    [
        ("house", "house", None),
        ("House / tech house", "house", None),
        ("  DnB ", "drum_and_bass", None),
        ("drum & bass", "drum_and_bass", None),
        ("hip-hop", "hiphop_trap", None),
        ("HIP HOP", "hiphop_trap", None),
        ("drum_and_bass", "drum_and_bass", None),
        ("podcast", "podcast_spoken", None),
        ("K-pop", "pop", "k_pop"),
        ("kpop", "pop", "k_pop"),
        ("idm", "synthwave", "idm"),
        ("8-bit", "synthwave", "chiptune"),
        ("polka", "acoustic_folk", "polka"),
    ],
)
def test_names_aliases_and_spellings_are_found(text: str, genre_id: str, subgenre: str | None) -> None:
    choice = TABLE.find(text)

    assert choice.genre.id == genre_id
    assert (choice.subgenre.id if choice.subgenre else None) == subgenre


@pytest.mark.parametrize(
    ("text", "nearest"),
    [("hause", "House / tech house"), ("tecno", "Techno"), ("drum n base", "Drum & bass"), ("jaz", "Jazz")],
)
def test_an_unknown_genre_is_refused_with_the_nearest(text: str, nearest: str) -> None:
    with pytest.raises(UsageError) as refusal:
        TABLE.find(text)

    assert refusal.value.code is UsageCode.UNKNOWN_GENRE
    assert refusal.value.facts["given"] == text
    assert nearest in str(refusal.value.facts["suggestions"])


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("huose", "House"),
        ("deep huose", "Deep house"),
        ("teckno", "Techno"),
        ("minimal tekno", "Minimal"),
        ("drumnbas", "Drum & bass"),
        ("jungel", "Jungle"),
        ("dupstep", "Dubstep"),
        ("melodic dupstep", "dubstep"),
        ("psytrnace", "Psytrance"),
        ("hip hpo", "Hip-hop"),
        ("ambiant", "Ambient"),
        ("regeton", "Latin / reggaeton"),
        ("afrobeatz", "Afrobeats"),
        ("sinthwave", "Synthwave"),
        ("lofi hiphopp", "Lo-fi"),
        ("clasical", "Classical"),
        ("hyper pop music", "Hyperpop"),
        ("post punkk", "Post-punk"),
    ],
)
def test_suggestions_are_the_nearest_to_what_was_typed(text: str, nearest: str) -> None:
    with pytest.raises(UsageError) as refusal:
        TABLE.find(text)

    first, *_ = str(refusal.value.facts["suggestions"]).split(", ")
    assert nearest.casefold() in first.casefold()


def test_unlike_texts_are_offered_unlike_genres() -> None:
    offered = set()
    for text in ("xqzw", "zzyzx", "polkaa", "wobbly stuff", "gregorian", "bluegras", "medieval"):
        with pytest.raises(UsageError) as refusal:
            TABLE.find(text)
        offered.add(refusal.value.facts["suggestions"])

    assert len(offered) == 7


@pytest.mark.parametrize("text", ["", "   ", "xqzw", "🎵", "house; DROP TABLE genres"])
def test_nonsense_is_refused_and_still_offered_something(text: str) -> None:
    with pytest.raises(UsageError) as refusal:
        TABLE.find(text)

    assert refusal.value.facts["suggestions"]


def test_a_subgenre_of_another_genre_is_refused_with_the_ones_there_are() -> None:
    house = TABLE.get("house")
    with pytest.raises(UsageError) as refusal:
        TABLE.find_subgenre(house, "k-pop")

    assert refusal.value.code is UsageCode.UNKNOWN_SUBGENRE
    for subgenre in house.subgenres:
        assert subgenre.name in str(refusal.value.facts["suggestions"])


@each_genre
def test_every_subgenre_is_found_by_its_name_in_its_genre(genre: Genre) -> None:
    for subgenre in genre.subgenres:
        for name in (subgenre.id, subgenre.name, subgenre.name.upper(), *subgenre.aliases):
            assert TABLE.find_subgenre(genre, name) is subgenre
        assert genre.subgenre(subgenre.id) is subgenre
