"""`core/knowledge/pages/rules.md`, made from the sections of the rules: `make docs` writes it."""

import re
from collections.abc import Iterator
from pathlib import Path

from core.knowledge.loading import load
from core.rules.reading import Evidence
from core.rules.rule import Levels, Rule, Tier, rule_texts, rules
from core.text.numbers import frequency, measurement, signed_db
from core.values.request import Detail
from tests.support.reviews.norms_page import norms_page

PATH = Path(__file__).parents[3] / "core" / "knowledge" / "pages" / "rules.md"

NEVER = 90.0
"""Levels beyond this, in either direction, are never reached: in dB and the like."""

TIERS = {
    Tier.INTEGRITY: "Broken: named first",
    Tier.TRANSLATION: "Translation and delivery",
    Tier.TASTE: "Balance and taste",
    Tier.NOTE: "Good to know: named last",
}
PLACES = {"mix": "In a mix", "mastering": "In mastering", "master": "On a master"}
TYPES = {"mix": "mixdown and mastering", "master": "master"}
STATE_SCALE = "1 worth knowing, 2 worth mending"

PLACEHOLDERS = {
    "trim": "a few dB",
    "drive": "1–2 dB",
    "ceiling": "−1.0 dBTP",
    "side": "louder side",
    "value": "the measured amount",
    "mains": "the mains frequency",
    "release": "60–85 % of a beat",
    "freq": "the frequency that stands out",
}
"""What stands for the values of a song in the cures; a fact that is not here stands for itself: "the length"."""


def rules_page() -> str:
    """The page as Markdown."""
    return "\n".join([*_head(), *_tiers(), ""])


def _head() -> Iterator[str]:
    yield "# What Earshot judges, and from where on"
    yield ""
    yield "Made by `make docs` from the sections of the rules (`core/rules/*.toml`): do not edit by hand."
    yield ""
    yield (
        "A finding is *info* (may be left alone), *warn* (should be looked at) or *severe* (should not go out). A "
        "mixdown and a mix that is about to be mastered are judged by the same limits; a master by its own. Nothing "
        "here is a law: each rule says where its limits come from and when it is no fault. A limit is passed where the "
        "value lies beyond it by its margin (measurement.md), by 0.3 dB or LU or 1 % at least, and is not written like "
        "the limit."
    )
    yield ""
    yield "**Evidence.** " + "; ".join(f"{mark.value}: {mark.label}" for mark in Evidence) + "."
    yield ""
    yield (
        "**Tone** is judged in dB against the genre's curve, never in percent of energy, and each stretch of the "
        "spectrum against what lies beside it; what counts is where that stands among finished tracks. What lies so "
        "far down that hardly anything can be playing there is a note."
    )
    yield ""
    yield from norms_page()
    yield from load("support.json")["page"]


def _tiers() -> Iterator[str]:
    for tier, title in TIERS.items():
        yield ""
        yield f"## {title}"
        for rule in rules().values():
            if rule.tier is tier:
                yield from _rule(rule)


def _rule(rule: Rule) -> Iterator[str]:
    yield ""
    yield f"### {rule.name} (`{rule.id}`)"
    yield rule.about
    yield ""
    yield f"- **Measured:** {rule.measure}{_unit(rule)}."
    for line in _levels(rule):
        yield f"- **Limits, {line}"
    for place, label in PLACES.items():
        if place in rule_texts(rule.id).suggestion:
            yield f"- **{label}:** {_remedy(rule, place)}"
    if rule.mix_from_db < NEVER:
        yield f"- **Back to the mix:** from {measurement(rule.mix_from_db, 'dB')} more than usual on."
    yield f"- **No fault:** {rule.caveat}."
    if rule.warns_often:
        yield f"- **Warns often:** {rule.warns_often}."
    yield f"- **Source:** {rule.source} ({Evidence(rule.evidence).label})."
    if rule.support:
        yield f"- **Checked:** {rule.support}"


def _unit(rule: Rule) -> str:
    if not rule.unit:
        return f" ({rule.states or STATE_SCALE})"
    return ""


def _levels(rule: Rule) -> Iterator[str]:
    for entry in rule.levels:
        types, tags, levels = entry.types, entry.tags, entry.levels
        kinds = "every type" if len(types) == len(TYPES) else " and ".join(TYPES[name] for name in types)
        genres = f", genres that are {' or '.join(sorted(tags)).replace('_', ' ')}" if tags else ""
        yield f"{kinds}{genres}:** {_thresholds(rule, levels)}."


def _thresholds(rule: Rule, levels: Levels) -> str:
    if rule.judged_by_rarity:
        shares = {"info": levels.info, "warn": levels.warn, "severe": levels.severe}
        told = (f"{name} where {share:g} of 100 lie further out" for name, share in shares.items() if share)
        return f"among finished tracks, {', '.join(told)}"
    word = "above" if rule.is_above else "below"
    parts = {"info": levels.info, "warn": levels.warn, "severe": levels.severe}
    named = {name: level for name, level in parts.items() if not _is_never(rule.unit, level)}
    reached = {
        name: level for name, level in named.items() if list(parts.values()).index(level) == list(parts).index(name)
    }
    texts = [f"{name} {word} {_level(rule, level)}" for name, level in (reached or named).items()]
    return ", ".join(texts)


def _is_never(unit: str, level: float) -> bool:
    if unit == "runs/min":
        return False
    if unit == "%":
        return level >= 100.0
    return level <= 0.0 if unit == "Hz" else abs(level) >= NEVER


def _level(rule: Rule, level: float) -> str:
    return measurement(level, rule.unit)


def _remedy(rule: Rule, place: str) -> str:
    move = rule.moves.get("mix" if place == "mix" else "master")
    values = dict(PLACEHOLDERS)
    if move is not None:
        sign = -1.0 if rule.is_above or rule.id == "kick_bass" else 1.0
        values["gain"] = f"{signed_db(sign * move.least_db)} to {signed_db(sign * move.most_db)}"
        values["size"] = f"{measurement(move.least_db, 'dB')} to {measurement(move.most_db, 'dB')}"
    if rule.id == "rumble":
        values["freq"] = frequency(25.0)
    text = rule_texts(rule.id).suggestion[place][Detail.DETAILED][0]
    advice = "leave it if it is meant; otherwise in small steps, with your ears"
    values["advice"] = f"{advice[0].upper()}{advice[1:]}." if text == "{advice}" else advice
    return re.sub(r"\{(\w+)\}", lambda match: values.get(match.group(1), f"the {match.group(1)}"), text)


def main() -> None:
    """Write the page."""
    PATH.write_text(rules_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
