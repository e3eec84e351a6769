"""The genre table: the one list behind picker, prompt, rules and PDF.

Nothing in it is law: what people upload, what a catalogue shows and what is practised are different things, and no
peer-reviewed table of loudness by genre exists. Each figure says where it comes from.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from core.knowledge.loading import Figure, figure, load, unknown
from core.text.nearest import likeness, nearest
from core.values.errors import UsageCode

SUGGESTIONS_MAX = 25
"""Discord shows at most 25 choices."""

NEAREST_MAX = 5
GENRE_LIKENESS = 0.6
"""Likeness from which a word counts as a misspelling."""

COMPARED_MAX_CHARACTERS = 40
"""Of what was typed, so much is compared with the names: the longest name has 35 characters."""

COMPARED_MAX_WORDS = 5
"""And so many words of it: the comparison runs while everybody else's commands wait."""

WORD_BY_WORD = 0.9
"""Weight of a likeness word by word against one of the whole: of two equal ones the whole name is meant."""


@dataclass(frozen=True, slots=True)
class Subgenre:
    """A subgenre: it narrows words, not figures."""

    id: str
    name: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Genre:
    """A genre with its figures.

    Attributes:
        tags: families that rules refer to ("club", "bass_heavy", "dynamic" …).
        release_lufs: integrated loudness of releases.
        uploaded_masters_lufs: 10th to 90th percentile of what people submit as masters (it contains bad work).
        band_db: curve of the seven bands, dB relative to all bands.
        third_octave_db: the same curve, dB relative to the 1 kHz band.
        tolerance_db: half-widths that are normal in this genre, per band.
        curve_evidence: evidence mark of the curve.
    """

    id: str
    name: str
    aliases: tuple[str, ...]
    tags: frozenset[str]
    subgenres: tuple[Subgenre, ...]
    release_lufs: Figure
    uploaded_masters_lufs: Figure | None
    lra_lu: Figure | None
    plr_db: Figure | None
    tempo_bpm: Figure | None
    side_mid_rms: Figure | None
    band_db: Mapping[str, float]
    third_octave_db: Mapping[str, float]
    tolerance_db: Mapping[str, float]
    curve_source: str
    curve_evidence: str

    def subgenre(self, subgenre_id: str) -> Subgenre | None:
        """One of its subgenres."""
        return next((subgenre for subgenre in self.subgenres if subgenre.id == subgenre_id), None)


@dataclass(frozen=True, slots=True)
class GenreChoice:
    """What a typed text means."""

    genre: Genre
    subgenre: Subgenre | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a picker."""

    value: str
    label: str


class GenreTable:
    """Look-ups by id, name, alias and the beginnings of them."""

    def __init__(self, genres: tuple[Genre, ...]) -> None:
        self.genres = genres
        self._by_id = {genre.id: genre for genre in genres}
        self._meanings: dict[str, GenreChoice] = {}
        for genre in genres:
            for subgenre in genre.subgenres:
                for name in (subgenre.name, *subgenre.aliases):
                    self._meanings[_key(name)] = GenreChoice(genre, subgenre)
        for genre in genres:
            for name in (genre.id, genre.name, *genre.aliases, *genre.name.split(" / ")):
                self._meanings[_key(name)] = GenreChoice(genre)

    def get(self, genre_id: str) -> Genre:
        """The genre with this id.

        Raises:
            UsageError: UNKNOWN_GENRE.
        """
        return self._by_id[genre_id] if genre_id in self._by_id else self.find(genre_id).genre

    def find(self, text: str) -> GenreChoice:
        """What a typed text means; a subgenre's name resolves to its genre and itself.

        Raises:
            UsageError: UNKNOWN_GENRE, with the nearest names.
        """
        found = self._meanings.get(_key(text))
        if found is None:
            raise unknown(UsageCode.UNKNOWN_GENRE, text.strip(), self._nearest(text))
        return found

    def find_subgenre(self, genre: Genre, text: str) -> Subgenre:
        """The subgenre of `genre` that a text names.

        Raises:
            UsageError: UNKNOWN_SUBGENRE, with all there are.
        """
        wanted = _key(text)
        for subgenre in genre.subgenres:
            if wanted in map(_key, (subgenre.id, subgenre.name, *subgenre.aliases)):
                return subgenre
        names = tuple(subgenre.name for subgenre in genre.subgenres)
        raise unknown(UsageCode.UNKNOWN_SUBGENRE, text.strip(), names)

    def suggest(self, typed: str, limit: int = SUGGESTIONS_MAX) -> tuple[Choice, ...]:
        """Choices for what has been typed so far: genres first, then subgenres, then near misses."""
        wanted = _key(typed)
        if not wanted:
            return tuple(Choice(genre.id, genre.name) for genre in self.genres)[:limit]
        choices: dict[str, Choice] = {}
        for meaning in self._ranked(wanted):
            choice = _choice(meaning)
            choices.setdefault(choice.label, choice)
        return tuple(choices.values())[:limit]

    def suggest_subgenres(self, genre_text: str, typed: str, limit: int = SUGGESTIONS_MAX) -> tuple[Choice, ...]:
        """Subgenres of the genre that was picked; of all genres while none is."""
        meaning = self._meanings.get(_key(genre_text)) if genre_text else None
        genres = (meaning.genre,) if meaning else self.genres
        wanted = _key(typed)
        return tuple(
            Choice(subgenre.name, subgenre.name)
            for genre in genres
            for subgenre in genre.subgenres
            if any(wanted in _key(name) for name in (subgenre.name, *subgenre.aliases))
        )[:limit]

    def _ranked(self, wanted: str) -> Iterator[GenreChoice]:
        names = sorted(self._meanings, key=lambda name: (self._meanings[name].subgenre is not None, len(name), name))
        prefixed = [name for name in names if name.startswith(wanted)]
        containing = [name for name in names if wanted in name]
        close = nearest(wanted, names, NEAREST_MAX, GENRE_LIKENESS)
        yield from (self._meanings[name] for name in (*prefixed, *containing, *close))

    def _nearest(self, text: str) -> tuple[str, ...]:
        """What a text begins, or is in, then the names most like it; the first genres where it has no letters."""
        wanted = " ".join(_key(text)[:COMPARED_MAX_CHARACTERS].split()[:COMPARED_MAX_WORDS])
        if not any(character.isalnum() for character in wanted):
            return tuple(choice.label for choice in self.suggest("", NEAREST_MAX))
        held = [name for name in self._meanings if wanted in name]
        alike = sorted(self._meanings, key=lambda name: -_likeness(wanted, name))
        ranked = [*sorted(held, key=lambda name: (not name.startswith(wanted), len(name))), *alike]
        labels = dict.fromkeys(_choice(self._meanings[name]).label for name in ranked)
        return tuple(labels)[:NEAREST_MAX]


def _likeness(typed: str, name: str) -> float:
    """How alike two names are, 0 to 1: as they stand, or word by word, so that one word more hides nothing."""
    whole = likeness(name, typed)
    words = [max(likeness(other, word) for other in name.split()) for word in typed.split()]
    return max(whole, WORD_BY_WORD * sum(words) / len(words))


def _choice(meaning: GenreChoice) -> Choice:
    if meaning.subgenre is None:
        return Choice(meaning.genre.id, meaning.genre.name)
    return Choice(meaning.subgenre.name, f"{meaning.subgenre.name} ({meaning.genre.name})")


def _key(text: str) -> str:
    """Spelling does not matter: case, hyphens, underscores and spaces at the ends are folded."""
    return " ".join(text.casefold().replace("-", " ").replace("_", " ").split())


def _genre(value: dict[str, Any]) -> Genre:
    curve = value["curve"]
    release = figure(value["release_lufs"])
    if release is None:
        raise ValueError(f"genre {value['id']} has no release loudness")
    return Genre(
        id=value["id"],
        name=value["name"],
        aliases=tuple(value["aliases"]),
        tags=frozenset(value["tags"]),
        subgenres=tuple(Subgenre(s["id"], s["name"], tuple(s["aliases"])) for s in value["subgenres"]),
        release_lufs=release,
        uploaded_masters_lufs=figure(value["uploaded_masters_lufs"]),
        lra_lu=figure(value["lra_lu"]),
        plr_db=figure(value["plr_db"]),
        tempo_bpm=figure(value["tempo_bpm"]),
        side_mid_rms=figure(value["side_mid_rms"]),
        band_db={name: level for name, level in curve["band_db_rel_total"].items() if level is not None},
        third_octave_db={name: level for name, level in curve["third_octave_db_rel_1k"].items() if level is not None},
        tolerance_db=dict(curve["tolerance_db"]),
        curve_source=curve["source"],
        curve_evidence=curve["evidence"],
    )


@cache
def genre_table() -> GenreTable:
    """The table, read once."""
    return GenreTable(tuple(_genre(value) for value in load("genres.json")["genres"]))
