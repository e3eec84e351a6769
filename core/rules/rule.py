"""Rules as data: what is measured, from where on it matters, and the words for it."""

import math
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from core.knowledge.loading import load
from core.values.chain import FilterKind
from core.values.request import Detail, ReviewType


class Tier(StrEnum):
    """What an engineer names first: broken before badly translating before taste before what is merely good to know."""

    INTEGRITY = "integrity"
    TRANSLATION = "translation"
    TASTE = "taste"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 is named first."""
        return list(Tier).index(self)


@dataclass(frozen=True, slots=True)
class Levels:
    """Values from which a finding is info, warn or severe."""

    info: float
    warn: float
    severe: float


@dataclass(frozen=True, slots=True)
class MoveRange:
    """The equaliser move a tone rule asks for; its gain follows from the excess, within these bounds."""

    kind: FilterKind
    q: float
    least_db: float
    most_db: float
    dynamic: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `levels_for` picks the levels that fit a type and a genre's tags.

    Attributes:
        spoken_as_size: its texts say the direction in words, so the value is written without its sign.
        caveat: when this is no fault.
        mix_from_db: from this excess on it is too much to be mended in mastering.
        about: what it is about, in plain words.
        warns_often: why it warns on more than a tenth of real tracks; empty where it does not.
        support: what was measured about the rule itself: how often it finds a planted fault and fires on real music.
    """

    id: str
    name: str
    tier: Tier
    measure: str
    unit: str
    is_above: bool
    levels: tuple[tuple[frozenset[str], frozenset[str], Levels], ...]
    source: str
    evidence: str
    caveat: str
    moves: MappingProxyType[str, MoveRange]
    spoken_as_size: bool = False
    support: str = ""
    about: str = ""
    warns_often: str = ""
    mix_from_db: float = math.inf

    def levels_for(self, kind: ReviewType, tags: frozenset[str]) -> Levels | None:
        """The first levels that fit; None where the rule does not apply to this type."""
        group = thresholds_of(kind)
        for types, wanted_tags, levels in self.levels:
            if group in types and (not wanted_tags or wanted_tags & tags):
                return levels
        return None


def thresholds_of(kind: ReviewType) -> str:
    """A mix on its way to mastering is judged by the mix thresholds (design: the three types)."""
    return "master" if kind is ReviewType.MASTER else "mix"


def remedies_of(kind: ReviewType) -> str:
    """Only an unfinished mix is cured in the mix; both mastering types are cured on the whole."""
    return "mix" if kind is ReviewType.MIXDOWN else "master"


SUGGESTION_PLACES = ("mix", "mastering", "master")
"""Where a cure is applied: inside a mix, on a mix that is about to be mastered, on a finished master."""


@dataclass(frozen=True, slots=True)
class RuleTexts:
    """Words for one code: variants by detail, and by where the cure is applied (`SUGGESTION_PLACES`)."""

    insight: dict[Detail, tuple[str, ...]]
    suggestion: dict[str, dict[Detail, tuple[str, ...]]]


def _rule(value: dict[str, Any], support: str) -> Rule:
    levels = tuple(
        (
            frozenset(entry["types"]),
            frozenset(entry.get("tags", ())),
            Levels(float(entry["info"]), float(entry["warn"]), float(entry["severe"])),
        )
        for entry in value["levels"]
    )
    moves = {
        place: MoveRange(
            FilterKind(move["kind"]), move["q"], move["least_db"], move["most_db"], move.get("dynamic", False)
        )
        for place, move in value.get("moves", {}).items()
    }
    return Rule(
        id=value["id"],
        name=value["name"],
        tier=Tier(value["tier"]),
        measure=value["measure"],
        unit=value["unit"],
        is_above=value["direction"] == "above",
        levels=levels,
        source=value["source"],
        evidence=value["evidence"],
        caveat=value["caveat"],
        moves=MappingProxyType(moves),
        spoken_as_size=value.get("spoken_as_size", False),
        support=support,
        about=value.get("about", ""),
        warns_often=value.get("warns_often", ""),
        mix_from_db=value.get("mix_from_db", math.inf),
    )


@cache
def rules() -> MappingProxyType[str, Rule]:
    """All rules by id, read once."""
    support = load("support.json")["rules"]
    return MappingProxyType(
        {value["id"]: _rule(value, support.get(value["id"], "")) for value in load("rules.json")["rules"]}
    )


@cache
def texts_data() -> dict[str, Any]:
    """The texts as they stand in their file."""
    return tomllib.loads((resources.files("core.knowledge") / "data" / "texts.toml").read_text(encoding="utf-8"))


def _variants(value: dict[str, Any]) -> dict[Detail, tuple[str, ...]]:
    return {detail: tuple(value[detail.value]) for detail in Detail}


@cache
def rule_texts(code: str) -> RuleTexts:
    """The words for a finding's code.

    Raises:
        KeyError: there is no such code.
    """
    value = texts_data()["rules"][code]
    return RuleTexts(
        insight=_variants(value["insight"]),
        suggestion={place: _variants(value[place]) for place in SUGGESTION_PLACES if place in value},
    )


@cache
def strength_texts() -> MappingProxyType[str, str]:
    """The words for all strengths, by code."""
    return MappingProxyType(dict(texts_data()["strengths"]))


def strength_text(code: str) -> str:
    """The words for a strength.

    Raises:
        KeyError: there is no such code.
    """
    return strength_texts()[code]


@cache
def phrases() -> dict[str, Any]:
    """Verdicts and other sentences of the measured writer."""
    return dict(texts_data()["phrases"])
