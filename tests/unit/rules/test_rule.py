"""Rules, texts and platforms as data: complete, consistent, with sources."""

from importlib import import_module
from inspect import getmembers, isfunction
from string import Formatter
from typing import get_type_hints

import pytest

from core.diagnosis.finding_words import FILLED_ALWAYS
from core.diagnosis.phrases import phrases
from core.diagnosis.strengths import strength_words
from core.knowledge.loading import load, load_toml
from core.knowledge.platforms import Upward, platforms
from core.rules.all_rules import measures
from core.rules.reading import JudgedTrack, Reading
from core.rules.rule import FAMILIES, Levels, Rule, Tier, _rule, rule_texts, rules, thresholds_of
from core.values.request import Detail, ReviewType

TAGS = frozenset(tag for genre in load("genres.json")["genres"] for tag in genre["tags"])

CODES = (
    "clip_samples stray_sample true_peak decoder_peaks codec_overshoot over_limited loud_vs_genre stream_gain "
    "mix_headroom mix_loudness "
    "low_end_buildup thin_low mud boxy harsh sibilance dull bright_excess rumble dc mono_fold corr_neg low_stereo "
    "width_vs_genre lr_balance dual_mono hum noise_floor lossy_source fake_hires silence cut_tail dynamics_flat "
    "level_jump transient_dull kick_bass resonance masking_vocal tempo_sanity key_sanity sample_rate lra_change "
    "dynamics_wide genre_fit loud_passage boomy_note chorus_lift muffled_part bass_gone part_leans"
).split()
"""Finding codes are stable: rows, prompts and other people's programs name them."""

NARROW_Q = 6.0

each_rule = pytest.mark.parametrize("rule", rules().values(), ids=lambda rule: rule.id)


def types_of(rule: Rule) -> list[ReviewType]:
    return [kind for kind in ReviewType if rule.levels_for(kind, frozenset()) is not None]


def rule_functions(family: str) -> set[str]:
    """Names of the public functions of a family's module that read a judged track."""
    module = import_module(f"core.rules.{family}")
    return {
        name
        for name, function in getmembers(module, isfunction)
        if not name.startswith("_")
        and function.__module__ == module.__name__
        and tuple(get_type_hints(function).values()) in {(JudgedTrack, Reading), (JudgedTrack, Reading | None)}
    }


@pytest.mark.parametrize("family", FAMILIES)
def test_each_section_has_its_function_beside_it_and_each_function_its_section(family: str) -> None:
    sections = set(load_toml("core.rules", f"{family}.toml"))

    assert rule_functions(family) == sections
    assert {code for code, rule in rules().items() if rule.family == family} == sections
    assert all(measures()[code].__module__ == f"core.rules.{family}" for code in sections)


@each_rule
def test_a_rules_function_has_its_name(rule: Rule) -> None:
    assert getattr(measures()[rule.id], "__name__", "") == rule.id


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"warn_often": "a misspelt key"}, "warn_often"),
        ({"tier": "gossip"}, "gossip"),
        ({"first": {"mix": ""}}, "master"),
    ],
)
def test_a_section_that_is_not_a_rules_is_refused_by_name(changed: dict[str, object], told: str) -> None:
    section = load_toml("core.rules", "peaks.toml")["true_peak"]

    with pytest.raises(ValueError, match=rf"core/rules/peaks\.toml \[true_peak\].*{told}"):
        _rule({**section, **changed}, "true_peak", "peaks", "")


def test_no_two_rules_have_the_same_place() -> None:
    places = [rule.order for rule in rules().values()]

    assert places == sorted(set(places))


def test_they_are_the_rules_of_the_contract() -> None:
    assert set(rules()) == set(CODES)


@each_rule
def test_a_rule_has_source_evidence_unit_and_the_case_in_which_it_is_no_fault(rule: Rule) -> None:
    assert rule.name
    assert rule.measure
    assert rule.source
    assert rule.evidence in {"H", "M", "L", "G"}
    assert rule.caveat
    assert not rule.caveat.endswith(".")
    assert rule.tier in Tier
    assert types_of(rule)


@each_rule
def test_levels_get_stricter_in_their_direction(rule: Rule) -> None:
    sign = 1.0 if rule.is_above and not rule.judged_by_rarity else -1.0
    for levels in rule.levels:
        assert sign * levels.info <= sign * levels.warn <= sign * levels.severe


@each_rule
def test_levels_for_a_family_stand_before_those_for_everybody(rule: Rule) -> None:
    for group in ("mix", "master"):
        entries = [entry.tags for entry in rule.levels if group in entry.types]
        assert all(tags <= TAGS for tags in entries)
        if entries:
            assert not entries[-1], "the last entry of a type is for everybody"
            assert all(entries[:-1]), "an entry for everybody hides those after it"


@each_rule
def test_texts_exist_for_every_type_and_detail(rule: Rule) -> None:
    texts = rule_texts(rule.id)
    for detail in Detail:
        assert texts.insight[detail]
    for kind in types_of(rule):
        wanted = {ReviewType.MIXDOWN: ("mix",), ReviewType.MASTERING: ("mastering", "master")}.get(kind, ("master",))
        assert set(wanted) & set(texts.suggestion), f"{rule.id} has no cure for {kind}"
    for place in texts.suggestion.values():
        assert all(place[detail] for detail in Detail)


@each_rule
def test_texts_are_plain_strings_with_places_only(rule: Rule) -> None:
    texts = rule_texts(rule.id)
    for group in (texts.insight, *texts.suggestion.values()):
        for variants in group.values():
            for text in variants:
                fields = list(Formatter().parse(text))
                assert all(conversion is None and not spec for _, name, spec, conversion in fields if name is not None)
                assert text == text.strip()


@each_rule
def test_a_move_has_bounds_and_a_text_that_names_it(rule: Rule) -> None:
    for place, move in rule.moves.items():
        assert place in {"mix", "master"}
        assert 0.0 <= move.least_db <= move.most_db <= (6.0 if move.q >= NARROW_Q else 4.0)
        assert 0.3 <= move.q <= 10.0
        pro = rule_texts(rule.id).suggestion[place][Detail.PRO]
        named = "".join(pro) + "".join(rule_texts(rule.id).suggestion[place][Detail.DETAILED])
        assert "{freq}" in named or "fader" in named
    if rule.moves:
        wide = rule.moves["master"].q < NARROW_Q
        assert rule.moves["master"].most_db <= (1.5 if wide else 3.0), "mastering moves: ±1.5 dB (iZotope 2015)"


def test_places_that_every_text_may_use_are_used() -> None:
    used = {
        name
        for rule in rules()
        for group in (rule_texts(rule).insight, *rule_texts(rule).suggestion.values())
        for variants in group.values()
        for text in variants
        for _, name, _, _ in Formatter().parse(text)
        if name
    }

    assert used >= FILLED_ALWAYS - {"target"}


def test_a_mix_is_never_judged_by_loudness_but_for_the_limiter_on_its_bus() -> None:
    for rule in rules().values():
        judged = rule.levels_for(ReviewType.MIXDOWN, frozenset()) is not None
        assert not (judged and rule.unit == "LUFS" and rule.id != "mix_loudness")


def test_mixdown_and_mastering_share_thresholds() -> None:
    assert thresholds_of(ReviewType.MIXDOWN) == thresholds_of(ReviewType.MASTERING) == "mix"
    assert thresholds_of(ReviewType.MASTER) == "master"


def test_the_first_levels_that_fit_are_taken() -> None:
    over_limited = rules()["over_limited"]

    assert over_limited.levels_for(ReviewType.MASTER, frozenset({"dense"})) == Levels(7.0, 6.0, 4.5)
    assert over_limited.levels_for(ReviewType.MASTER, frozenset({"wide"})) == Levels(7.0, 6.0, 5.0)
    assert rules()["loud_vs_genre"].levels_for(ReviewType.MIXDOWN, frozenset()) is None


def test_verdicts_exist_for_every_severity_and_outcome() -> None:
    words = phrases()

    for name in ("verdict_severe", "verdict_warn", "verdict_unusual", "verdict_info", "verdict_taste"):
        assert words[name]
        assert all("{first}" in text for text in words[name])
    assert words["verdict_none_mix"]
    assert words["verdict_none_master"]


@each_rule
def test_a_rule_that_has_advice_has_a_place_for_it_and_no_other_has(rule: Rule) -> None:
    variants = [text for words in rule.texts.suggestion.values() for texts in words.values() for text in texts]

    assert any("{advice}" in text for text in variants) is bool(rule.advice)


@each_rule
def test_a_shape_that_a_rule_names_has_words(rule: Rule) -> None:
    assert set(rule.shapes) <= set(phrases()["shapes"])


@pytest.mark.parametrize("code", list(strength_words()))
def test_a_strength_names_nothing_but_value_genre_and_facts(code: str) -> None:
    names = {name for _, name, _, _ in Formatter().parse(strength_words()[code].text) if name}

    assert names <= {"value", "genre", "part", "at", "low", "width"}


PLATFORM_TARGETS = {
    "spotify_normal": (-14, Upward.TO_CEILING),
    "spotify_loud": (-11, Upward.WITH_LIMITER),
    "apple_music": (-16, Upward.TO_CEILING),
    "youtube": (-14, Upward.NONE),
    "youtube_music": (-7, Upward.NONE),
    "tidal": (-14, Upward.NONE),
    "amazon_music": (-14, Upward.UNKNOWN),
    "deezer": (-15, Upward.UNKNOWN),
    "soundcloud": (-14, Upward.NONE),
    "bandcamp": (None, Upward.NONE),
    "club_dj": (None, Upward.NONE),
    "podcast_apple": (-16, Upward.UNKNOWN),
}
"""What the services' own pages or measurements of them say (dossier, section 1)."""


def test_platforms_are_those_of_the_dossier() -> None:
    assert {p.id: (p.target_lufs, p.upward) for p in platforms()} == PLATFORM_TARGETS


def test_every_platform_has_source_and_evidence() -> None:
    for platform in platforms():
        assert platform.source
        assert platform.evidence in {"H", "M", "L", "G"}
        assert -3.0 <= platform.true_peak_max_dbtp <= 0.0
        assert len(platform.name) <= 20
