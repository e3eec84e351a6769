"""A rule: one section of a family's TOML file, and the function of the same name in the module beside it.

`core/rules/peaks.toml` contains the sections of the peak rules, `core/rules/peaks.py` their functions. A section gives
what is measured, the levels from which it matters, and the texts (`Rule` lists its keys); the function reads the value.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any, Literal

import msgspec

from core.knowledge.loading import load, load_toml
from core.text.language import language, translated
from core.values.chain import FilterKind
from core.values.request import Detail, ReviewType

FAMILIES = ("peaks", "loudness", "tone", "narrow_tone", "voice", "stereo", "music", "file")
"""Names of the TOML files and of the modules beside them."""

SUGGESTION_PLACES = ("mix", "mastering", "master")
"""Where a cure is applied: inside a mix, on a mix that is about to be mastered, on a finished master."""


class Tier(StrEnum):
    """Order in which an engineer names findings: damage, translation to other systems, taste, notes."""

    INTEGRITY = "integrity"
    TRANSLATION = "translation"
    TASTE = "taste"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """Place in that order; 0 is named first."""
        return list(Tier).index(self)


@dataclass(frozen=True, slots=True)
class Levels:
    """Values from which a finding is info, warn or severe, in the rule's unit."""

    info: float
    warn: float
    severe: float


class LevelEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Levels, in the rule's unit, and the reviews that they apply to.

    Attributes:
        info: level beyond which a value is a note.
        warn: level beyond which a value is a warning.
        severe: level beyond which a value is severe.
        types: "mix" (mixdown and mastering), "master", or both.
        tags: genres with one of these tags; every genre where there are none.
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
    """The equaliser move a tone rule asks for; its gain follows from the excess, within these limits.

    Attributes:
        kind: type of the filter.
        q: its quality factor.
        least_db: smallest gain, without sign.
        most_db: largest gain, without sign.
        dynamic: whether the band should be dynamic.
    """

    kind: FilterKind
    q: float
    least_db: float
    most_db: float
    dynamic: bool = False


class FirstStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to do first, in simple words; {there} becomes " at 1:04", or nothing where it applies throughout.

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
begins with a space (" at 1:04–1:32"), so it directly follows the clause it belongs to."""


@dataclass(frozen=True, slots=True)
class RuleTexts:
    """Words for one code: variants by detail, and by where the cure is applied (`SUGGESTION_PLACES`)."""

    insight: Words
    suggestion: dict[str, Words]


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule. `levels_for` picks the levels that fit a type and a genre's tags.

    Attributes:
        id: name of its section and of its function; stable, since stored findings contain it.
        family: its file (`FAMILIES`).
        support: what was measured about the rule itself: how often it finds a planted fault and fires on real music
            (`support.json`).
        order: rules with a smaller number stand first on the page of rules, and before others of equal importance.
        name: its name as a heading.
        called: its name inside a sentence, singular: "the clipping".
        tier: its place in the order of findings.
        measure: the measured quantity in words.
        unit: unit of value and levels; "" for a rule that judges a state (1 worth knowing, 2 worth mending).
        states: meaning of the values of such a rule, where it differs.
        reads: the quantity that its value is; its margin is a dead zone (`core.diagnosis.dead_zone`). Empty for none.
        judged_by_rarity: the levels are shares of finished tracks in percent: a finding is a note, a warning or severe
            where no more of them lie as far out on its side.
        direction: whether values above or below the levels are findings.
        levels: the first entry whose types and tags fit is used.
        source: source of the levels.
        evidence: H official or peer-reviewed, M measured once or a good secondary source, L practice, G own proposal.
        caveat: when this is no fault, in one clause.
        about: what it is about, in plain words.
        warns_often: why it warns on more than a tenth of real tracks; empty where it does not.
        explained_by: rules whose finding, if at least as severe, explains this one; the first that was found is taken.
        explained_only_where: of these, those that do so only where a fact of this finding has a value.
        only_under: of these, those that do so only where their own fact "fault" has one of these values.
        apart_on_a_master: on a master no other finding explains it.
        shapes: shape that the tone makes (`core/text/languages/en.toml`) → the end of the spectrum it represents there.
        subjects: subjects of questions (`core/advice/vocabulary.toml`) that its finding answers.
        focus: topics of a focus (`core/knowledge/data/focus.toml`) that it is about; it is named earlier where one of
            them is asked about.
        alters: topics of a focus that its cure would change; it is a note where one of them must stay.
        spoken_as_size: its texts give the direction in words, so the value is written without its sign.
        mix_from_db: excess from which it cannot be corrected in mastering.
        moves: the equaliser move, by "mix" or "master".
        first: the first step.
        insight: texts about what was found.
        mix: texts of the cure inside an unfinished mix.
        mastering: texts of the cure on a mix that is about to be mastered, where they differ from a master's.
        master: texts of the cure on the whole song.
        advice: texts for {advice}, by the fact "advice_key".
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
    only_under: dict[str, tuple[str, ...]] = {}
    apart_on_a_master: bool = False
    states: str = ""
    reads: str = ""
    judged_by_rarity: bool = False
    shapes: dict[str, Literal["bottom", "top"]] = {}
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
        """Texts about what was found, and about the cures by place."""
        by_place = zip(SUGGESTION_PLACES, (self.mix, self.mastering, self.master), strict=True)
        return RuleTexts(self.insight, {place: words for place, words in by_place if words is not None})

    def levels_for(self, kind: ReviewType, tags: Collection[str]) -> Levels | None:
        """The first levels that fit a type of review and a genre's tags; None where the rule does not apply."""
        group = thresholds_of(kind)
        for entry in self.levels:
            if group in entry.types and (not entry.tags or not entry.tags.isdisjoint(tags)):
                return entry.levels
        return None


def thresholds_of(kind: ReviewType) -> Literal["mix", "master"]:
    """Levels that a type of review is judged by; a mix that is about to be mastered is judged by those of a mix."""
    return "master" if kind is ReviewType.MASTER else "mix"


def remedies_of(kind: ReviewType) -> Literal["mix", "master"]:
    """Place where a type of review is cured: an unfinished mix inside the mix, all others on the whole song."""
    return "mix" if kind is ReviewType.MIXDOWN else "master"


def rules() -> Mapping[str, Rule]:
    """All rules by id, in their order, with their texts in the present language; the files are read once.

    Raises:
        ValueError: a section lacks a key, has an unknown key, or a value of the wrong type.
    """
    return _rules(language())


@cache
def _rules(language_code: str) -> Mapping[str, Rule]:
    support = load("support.json")["rules"]
    found = [
        _rule(section, code, family, support.get(code, ""))
        for family in FAMILIES
        for code, section in translated(language_code, "rules", load_toml("core.rules", f"{family}.toml")).items()
    ]
    return MappingProxyType({rule.id: rule for rule in sorted(found, key=lambda rule: rule.order)})


def _rule(section: dict[str, Any], code: str, family: str, support: str) -> Rule:
    try:
        return msgspec.convert({**section, "id": code, "family": family, "support": support}, Rule)
    except msgspec.ValidationError as error:
        raise ValueError(f"core/rules/{family}.toml [{code}]: {error}") from error


def rule_texts(code: str) -> RuleTexts:
    """The texts for a finding's code.

    Raises:
        KeyError: no rule has this code.
    """
    return rules()[code].texts
