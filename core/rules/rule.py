"""A rule: one section of a family's TOML file, and the function of the same name in the module beside it.

`core/rules/peaks.toml` holds the sections of the peak rules, `core/rules/peaks.py` their functions. A section says what
is measured, from where on it matters and the words for it (`Rule` lists its keys); the function reads the value.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any, Literal

import msgspec

from core.knowledge.loading import load, load_toml
from core.values.chain import FilterKind
from core.values.request import Detail, ReviewType

FAMILIES = ("peaks", "loudness", "tone", "narrow_tone", "voice", "stereo", "music", "file")
"""Names of the TOML files and of the modules beside them."""

SUGGESTION_PLACES = ("mix", "mastering", "master")
"""Where a cure is applied: inside a mix, on a mix that is about to be mastered, on a finished master."""


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
    """Values from which a finding is info, warn or severe, in the rule's unit."""

    info: float
    warn: float
    severe: float


class LevelEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Levels with what they are for.

    Attributes:
        info: a value beyond it is worth a note, in the rule's unit.
        warn: a value beyond it is a warning.
        severe: a value beyond it is severe.
        types: "mix" (mixdown and mastering), "master", or both.
        tags: genres that have one of these tags; every genre where there are none.
    """

    info: float
    warn: float
    severe: float
    types: frozenset[Literal["mix", "master"]]
    tags: frozenset[str] = frozenset()

    @property
    def levels(self) -> Levels:
        """The three values."""
        return Levels(self.info, self.warn, self.severe)


class MoveRange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The equaliser move a tone rule asks for; its gain follows from the excess, within these bounds."""

    kind: FilterKind
    q: float
    least_db: float
    most_db: float
    dynamic: bool = False


class FirstStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to do right now, in simple words; {there} becomes " at 1:04", or nothing where it holds throughout.

    Attributes:
        mix: inside an unfinished mix.
        master: on a finished master.
        mastering: on a mix on its way to mastering, where that differs from a master.
    """

    mix: str
    master: str
    mastering: str | None = None

    def for_type(self, kind: ReviewType) -> str:
        """The step for a type of review."""
        if kind is ReviewType.MIXDOWN:
            return self.mix
        if kind is ReviewType.MASTERING and self.mastering is not None:
            return self.mastering
        return self.master


Words = dict[Detail, tuple[str, ...]]
"""Detail → variants of a text. Names in braces are filled with measured values, rounded for people; {where} is empty or
begins with a space (" at 1:04–1:32"), so it stands right behind the clause it belongs to."""


@dataclass(frozen=True, slots=True)
class RuleTexts:
    """Words for one code: variants by detail, and by where the cure is applied (`SUGGESTION_PLACES`)."""

    insight: Words
    suggestion: dict[str, Words]


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule. `levels_for` picks the levels that fit a type and a genre's tags.

    Attributes:
        id: name of its section and of its function; stable, for stored findings name it.
        family: its file (`FAMILIES`).
        support: what was measured about the rule itself: how often it finds a planted fault and fires on real music
            (`support.json`).
        order: rules with a smaller number stand first on the page of rules, and before others of equal importance.
        name: as a heading.
        called: as it is called inside a sentence, singular: "the clipping".
        tier: how soon it is named.
        measure: the measured quantity in words.
        unit: of value and levels; "" for a rule that judges a state (1 worth knowing, 2 worth mending).
        states: what the values of such a rule mean, where they mean something else.
        direction: whether values above or below the levels are findings.
        levels: the first entry whose types and tags fit is used.
        source: where the levels come from.
        evidence: H official or peer-reviewed, M measured once or a good secondary source, L practice, G own proposal.
        caveat: when this is no fault, in one clause.
        about: what it is about, in plain words.
        warns_often: why it warns on more than a tenth of real tracks; empty where it does not.
        explained_by: rules whose finding, at least as severe, speaks for this one's; the first that was found is taken.
        explained_only_where: of these, those that do so only where a fact of this finding has a value.
        apart_on_a_master: on a master nothing speaks for it.
        shapes: shape that the tone makes (`core/diagnosis/phrases.toml`) → the end of the spectrum it stands for there.
        quantities: tags of what its numbers are about, for the check of a model's words.
        subjects: subjects of questions (`core/advice/vocabulary.toml`) that its finding answers.
        focus: topics of a focus (`core/knowledge/data/focus.toml`) that it speaks of; it is named earlier where one of
            them is asked about.
        alters: topics of a focus that its cure would change; it is a note where one of them must stay.
        spoken_as_size: its texts say the direction in words, so the value is written without its sign.
        mix_from_db: from this excess on it is too much to be mended in mastering.
        moves: the equaliser move, by "mix" or "master".
        first: the first step.
        insight: what was found.
        mix: the cure inside an unfinished mix.
        mastering: the cure on a mix that is about to be mastered, where it differs from a master's.
        master: the cure on the whole song.
        advice: what {advice} stands for, by the fact "advice_key".
    """

    id: str
    family: str
    support: str
    order: int
    name: str
    called: str
    tier: Tier
    measure: str
    unit: str
    direction: Literal["above", "below"]
    levels: tuple[LevelEntry, ...]
    source: str
    evidence: Literal["H", "M", "L", "G"]
    caveat: str
    about: str
    first: FirstStep
    insight: Words
    mix: Words | None = None
    mastering: Words | None = None
    master: Words | None = None
    advice: dict[str, str] = {}
    warns_often: str = ""
    explained_by: tuple[str, ...] = ()
    explained_only_where: dict[str, dict[str, str]] = {}
    apart_on_a_master: bool = False
    states: str = ""
    shapes: dict[str, Literal["bottom", "top"]] = {}
    quantities: frozenset[str] = frozenset()
    subjects: tuple[str, ...] = ()
    focus: tuple[str, ...] = ()
    alters: tuple[str, ...] = ()
    spoken_as_size: bool = False
    mix_from_db: float = math.inf
    moves: dict[Literal["mix", "master"], MoveRange] = {}

    @property
    def is_above(self) -> bool:
        """Whether values above the levels are findings."""
        return self.direction == "above"

    @property
    def texts(self) -> RuleTexts:
        """What was found, and the cures by place."""
        by_place = zip(SUGGESTION_PLACES, (self.mix, self.mastering, self.master), strict=True)
        return RuleTexts(self.insight, {place: words for place, words in by_place if words is not None})

    def levels_for(self, kind: ReviewType, tags: frozenset[str]) -> Levels | None:
        """The first levels that fit; None where the rule does not apply to this type."""
        group = thresholds_of(kind)
        for entry in self.levels:
            if group in entry.types and (not entry.tags or entry.tags & tags):
                return entry.levels
        return None


def thresholds_of(kind: ReviewType) -> Literal["mix", "master"]:
    """A mix on its way to mastering is judged by the mix thresholds."""
    return "master" if kind is ReviewType.MASTER else "mix"


def remedies_of(kind: ReviewType) -> Literal["mix", "master"]:
    """Only an unfinished mix is cured in the mix; both mastering types are cured on the whole."""
    return "mix" if kind is ReviewType.MIXDOWN else "master"


@cache
def rules() -> Mapping[str, Rule]:
    """All rules by id, in their order; read once.

    Raises:
        ValueError: a section lacks a key, or has one that no rule has.
    """
    support = load("support.json")["rules"]
    found = [
        _rule(section, code, family, support.get(code, ""))
        for family in FAMILIES
        for code, section in load_toml("core.rules", f"{family}.toml").items()
    ]
    return MappingProxyType({rule.id: rule for rule in sorted(found, key=lambda rule: rule.order)})


def _rule(section: dict[str, Any], code: str, family: str, support: str) -> Rule:
    try:
        return msgspec.convert({**section, "id": code, "family": family, "support": support}, Rule)
    except msgspec.ValidationError as error:
        raise ValueError(f"core/rules/{family}.toml [{code}]: {error}") from error


def rule_texts(code: str) -> RuleTexts:
    """The words for a finding's code.

    Raises:
        KeyError: there is no such code.
    """
    return rules()[code].texts
