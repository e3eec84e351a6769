"""The genre table, which the picker, the prompts, the rules and the PDF share.

Its figures are not standards: uploads, catalogues and practice differ, and no peer-reviewed table of loudness by genre
exists. Each figure names its source.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from core.knowledge.loading import Figure, figure, load, unknown
from core.knowledge.norms import norm, source
from core.text.nearest import letter_likeness, nearest
from core.values.errors import UsageCode

SUGGESTIONS_MAX = 25
"""Choices of a picker at most (Discord's limit)."""

NEAREST_MAX = 5
"""Similar names that the picker or an error suggests at most."""

GENRE_LIKENESS = 0.6
"""Least `letter_likeness` (0 to 1) of a typed name to a known one for a suggestion in the picker."""

COMPARED_MAX_CHARACTERS = 40
"""Characters of the typed text that are compared with the names: the longest name has 35."""

COMPARED_MAX_WORDS = 5
"""Words of the typed text that are compared: other commands wait while the comparison runs."""

WORD_BY_WORD = 0.9
"""Weight of a likeness word by word; that of the whole text has weight 1, so that it wins where both are equal."""


@dataclass(frozen=True, slots=True)
class Subgenre:
    """A subgenre. It changes the words of a review, not the figures it is judged by."""

    id: str
    name: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Genre:
    """A genre with its figures.

    Attributes:
        id: stable id.
        name: name for people.
        aliases: other names.
        tags: groups of genres that rules refer to ("club", "bass_heavy", "dynamic" …).
        subgenres: its subgenres.
        release_lufs: integrated loudness of finished tracks (the norm of its group; speech: of releases).
        uploaded_masters_lufs: 10th to 90th percentile of the masters that people upload (poor ones included).
        lra_lu: loudness range.
        plr_db: peak-to-loudness ratio.
        tempo_bpm: tempo.
        tempo_ratios: multiples of these tempi at which its music is counted: 1, and where both are usual 2 or 0.5.
        band_db: curve of the seven bands, in dB relative to all bands together.
        third_octave_db: curve in third octaves, in dB relative to the 1 kHz band.
        tolerance_db: usual deviation from the curve to either side, per band, in dB.
        curve_source: source of the curve.
        curve_evidence: evidence mark of the curve.
    """

    id: str
    name: str
    aliases: tuple[str, ...]
    tags: tuple[str, ...]
    subgenres: tuple[Subgenre, ...]
    release_lufs: Figure
    uploaded_masters_lufs: Figure | None
    lra_lu: Figure | None
    plr_db: Figure | None
    tempo_bpm: Figure | None
    tempo_ratios: tuple[float, ...]
    band_db: Mapping[str, float]
    third_octave_db: Mapping[str, float]
    tolerance_db: Mapping[str, float]
    curve_source: str
    curve_evidence: str

    def subgenre(self, subgenre_id: str) -> Subgenre | None:
        """The subgenre with this id; None where the genre has none of that id."""
        return next((subgenre for subgenre in self.subgenres if subgenre.id == subgenre_id), None)


@dataclass(frozen=True, slots=True)
class GenreChoice:
    """The genre, and perhaps the subgenre, that a typed text means."""

    genre: Genre
    subgenre: Subgenre | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a picker."""

    value: str
    label: str


class GenreTable:
    """Finds genres by id, name or alias, and by parts of them."""

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
        """The genre with this id, name or alias.

        Raises:
            UsageError: UNKNOWN_GENRE, with the nearest names.
        """
        return self._by_id[genre_id] if genre_id in self._by_id else self.find(genre_id).genre

    def find(self, text: str) -> GenreChoice:
        """What a typed text means; the name of a subgenre gives its genre and the subgenre.

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
            UsageError: UNKNOWN_SUBGENRE, with all subgenres of the genre.
        """
        wanted = _key(text)
        for subgenre in genre.subgenres:
            if wanted in map(_key, (subgenre.id, subgenre.name, *subgenre.aliases)):
                return subgenre
        names = tuple(subgenre.name for subgenre in genre.subgenres)
        raise unknown(UsageCode.UNKNOWN_SUBGENRE, text.strip(), names)

    def suggest(self, typed: str, limit: int = SUGGESTIONS_MAX) -> tuple[Choice, ...]:
        """Choices for the text typed so far.

        Args:
            typed: the text; empty for the first genres.
            limit: how many choices at most.

        Returns:
            Names that begin with the text, then names that contain it, then similar names; genres before subgenres.
        """
        wanted = _key(typed)
        if not wanted:
            return tuple(Choice(genre.id, genre.name) for genre in self.genres)[:limit]
        choices: dict[str, Choice] = {}
        for meaning in self._ranked(wanted):
            choice = _choice(meaning)
            choices.setdefault(choice.label, choice)
        return tuple(choices.values())[:limit]

    def suggest_subgenres(self, genre_text: str, typed: str, limit: int = SUGGESTIONS_MAX) -> tuple[Choice, ...]:
        """Subgenres for the text typed so far: those of the chosen genre, or of all genres where it is not known."""
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
        """Names that begin with or contain a text, then the most similar; the first genres where it has no letters."""
        wanted = " ".join(_key(text)[:COMPARED_MAX_CHARACTERS].split()[:COMPARED_MAX_WORDS])
        if not any(character.isalnum() for character in wanted):
            return tuple(choice.label for choice in self.suggest("", NEAREST_MAX))
        held = [name for name in self._meanings if wanted in name]
        alike = sorted(self._meanings, key=lambda name: -_likeness(wanted, name))
        ranked = [*sorted(held, key=lambda name: (not name.startswith(wanted), len(name))), *alike]
        labels = dict.fromkeys(_choice(self._meanings[name]).label for name in ranked)
        return tuple(labels)[:NEAREST_MAX]


def _likeness(typed: str, name: str) -> float:
    """Likeness of two names, 0 to 1: of the whole texts or word by word, so that an extra word does little harm."""
    whole = letter_likeness(name, typed)
    words = [max(letter_likeness(other, word) for other in name.split()) for word in typed.split()]
    return max(whole, WORD_BY_WORD * sum(words) / len(words))


def _choice(meaning: GenreChoice) -> Choice:
    if meaning.subgenre is None:
        return Choice(meaning.genre.id, meaning.genre.name)
    return Choice(meaning.subgenre.name, f"{meaning.subgenre.name} ({meaning.genre.name})")


def _key(text: str) -> str:
    """The form in which names are compared: lower case, with single spaces for hyphens and underscores."""
    return " ".join(text.casefold().replace("-", " ").replace("_", " ").split())


def _usual_loudness(genre_id: str) -> Figure | None:
    usual = norm("loudness", genre_id)
    if usual.group is None:
        return None
    return Figure(usual.low, usual.high, source("loudness", genre_id), "M", usual.middle)


def _genre(value: dict[str, Any]) -> Genre:
    curve = value["curve"]
    release = figure(value["release_lufs"]) or _usual_loudness(value["id"])
    if release is None:
        raise ValueError(f"genre {value['id']} has no release loudness")
    return Genre(
        id=value["id"],
        name=value["name"],
        aliases=tuple(value["aliases"]),
        tags=tuple(value["tags"]),
        subgenres=tuple(Subgenre(s["id"], s["name"], tuple(s["aliases"])) for s in value["subgenres"]),
        release_lufs=release,
        uploaded_masters_lufs=figure(value["uploaded_masters_lufs"]),
        lra_lu=figure(value["lra_lu"]),
        plr_db=figure(value["plr_db"]),
        tempo_bpm=figure(value["tempo_bpm"]),
        tempo_ratios=(1.0, *(value["tempo_bpm"] or {}).get("also_at", ())),
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
