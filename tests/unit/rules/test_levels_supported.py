"""The figures behind the rules, as the last run of `python -m tests.support.trials.fault_table` left them."""

import pytest

from core.knowledge.loading import load
from core.rules.rule import rules
from tests.support.trials.faults import FAULTS, Fault

LEAST_TRACKS = 25
TECHNICAL_WARNED = TECHNICAL_FOUND = 0.95
NOTES_BY_SIZE = frozenset({"DC 0.01", "peaks at full scale"})
"""Least shares of technical faults that are warned of and that are found, and the ones among them that are a note only:
an offset of 1 % costs 0.09 dB, and peaks at full scale are legal."""

TONE_AGAINST = 0.95
"""Share of tone faults that are told within a third of an octave and 1.5 dB, measured .97 to 1."""

TONE_ROSE = 0.45
"""Measured .48 to .60 at the calibrated limits, and reported in the table: finished music differs by as much."""

MOST_WARNED = 0.10
REPAIRED_FIXED = 0.95
EVENTS_PLACED, STEPS_PLACED, OTHER_EVENTS_PLACED = 0.95, {8: 0.75, 6: 0.65, 4: 0.6}, 0.78
"""Share of clicks, holes and silences met within a second; of level steps by their size in dB: where the music itself
moves by as much, a step is taken for music; and of noise bursts and pops (.94 to 1, and .80)."""

REFERENCES_WITHIN = 0.98
MANY_FINDINGS = 500
MOST_ERROR_DB, MEDIAN_ERROR_DB = 2.0, 1.0

TONE_WIDTH_AND_DYNAMICS = (
    "low_end_buildup thin_low mud boxy harsh dull bright_excess resonance mono_fold corr_neg low_stereo width_vs_genre "
    "lr_balance over_limited dynamics_flat transient_dull kick_bass "
    "muffled_part bass_gone part_leans boomy_note chorus_lift"
).split()

FIGURES = load("support.json")["figures"]


def pooled(family: str, figure: str, without: frozenset[str] = frozenset()) -> float:
    """A share over all tracks of all faults of a family but those named."""
    names = [fault.name for fault in FAULTS if fault.family == family and fault.name not in without]
    rows = [FIGURES["faults"][name] for name in names]
    return sum(row[figure] * row["fair"] for row in rows) / sum(row["fair"] for row in rows)


def test_every_fault_was_tried_on_25_tracks_at_least() -> None:
    assert set(FIGURES["faults"]) == {fault.name for fault in FAULTS}
    assert all(row["tracks"] >= LEAST_TRACKS for row in FIGURES["faults"].values())


def test_technical_faults_are_warned_of() -> None:
    assert pooled("technical", "warned", NOTES_BY_SIZE) >= TECHNICAL_WARNED
    assert pooled("technical", "found") >= TECHNICAL_FOUND


@pytest.mark.parametrize("name", [fault.name for fault in FAULTS if fault.band is not None])
def test_a_tone_fault_appears_or_rises_on_25_tracks(name: str) -> None:
    """How often it is a warning is reported only: finished music differs by as much as these faults are large."""
    row = FIGURES["faults"][name]

    assert row["fair"] >= LEAST_TRACKS
    assert row["rose"] >= TONE_ROSE
    assert row["median_error_db"] <= MEDIAN_ERROR_DB
    assert row["largest_error_db"] <= MOST_ERROR_DB


@pytest.mark.parametrize("code", TONE_WIDTH_AND_DYNAMICS)
def test_no_rule_of_tone_width_or_dynamics_warns_on_more_than_a_tenth_of_real_tracks(code: str) -> None:
    info, warn, severe = FIGURES["firing"][code]

    assert (warn + severe) / FIGURES["tracks"] <= MOST_WARNED
    assert info + warn + severe <= FIGURES["tracks"]


def test_what_warns_on_more_than_a_tenth_of_real_tracks_says_why_and_nothing_else_does() -> None:
    often = {
        code
        for code, (_, warn, severe) in FIGURES["firing"].items()
        if (warn + severe) / FIGURES["tracks"] > MOST_WARNED
    }

    assert {rule.id for rule in rules().values() if rule.warns_often} == often


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.times_s], ids=lambda fault: fault.name)
def test_events_are_found_where_they_are(fault: Fault) -> None:
    least = {"technical": EVENTS_PLACED, "other": OTHER_EVENTS_PLACED}.get(fault.family)
    if least is None:
        least = STEPS_PLACED[int(fault.name[1])]
    assert FIGURES["faults"][fault.name]["placed"] >= least


MOST_AT_FADES = 0.1
"""Share of tracks in which anything new is said of a fade: .03, .03 and .09 of those of 3, 8 and 15 s."""


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.family == "none"], ids=lambda fault: fault.name)
def test_hardly_anything_is_said_of_a_fade(fault: Fault) -> None:
    assert FIGURES["faults"][fault.name]["rose"] <= MOST_AT_FADES


@pytest.mark.parametrize("name", FIGURES["tone"])
@pytest.mark.parametrize("against", ["reference", "version"])
def test_a_tone_fault_is_told_with_place_and_size_against_something_exact(name: str, against: str) -> None:
    assert FIGURES["tone"][name][against] >= TONE_AGAINST


def test_an_equalised_twin_is_told_within_half_a_decibel() -> None:
    references = FIGURES["references"]

    assert references["bands"] >= MANY_FINDINGS
    assert references["within"] / references["bands"] >= REFERENCES_WITHIN


def test_a_repaired_fault_reads_fixed_and_the_same_file_unchanged() -> None:
    versions = FIGURES["versions"]

    assert versions["repaired"] >= MANY_FINDINGS
    assert versions["fixed"] / versions["repaired"] >= REPAIRED_FIXED
    assert versions["unchanged"] == versions["same"] >= MANY_FINDINGS


def test_every_rule_carries_its_figures() -> None:
    for rule in rules().values():
        assert rule.support
