"""Strengths: musical qualities, and never one on the subject of a finding."""

import pytest

from core.analysis.measurements import Analysis, Section
from core.diagnosis import diagnose
from core.diagnosis.findings import Strength
from core.diagnosis.strengths import STRENGTH_READERS, strength_sentence, strength_words
from core.knowledge.genres import genre_table
from core.rules.rule import rules
from core.values.request import ReviewType
from tests.support.reviews.analyses import changed, mono, neutral, request, tilted

SECTIONS = (
    Section(0.0, 30.0, "intro", -24.0, 0.9),
    Section(30.0, 60.0, "verse", -18.0, 0.9),
    Section(60.0, 90.0, "chorus", -14.6, 0.9),
    Section(90.0, 120.0, "verse", -18.0, 0.9),
    Section(120.0, 160.0, "chorus", -13.5, 0.9),
    Section(160.0, 200.0, "outro", -20.0, 0.9),
)


def good() -> Analysis:
    """A song with every strength."""
    analysis = neutral()
    bands = dict(analysis.stereo.bands)
    for name, level in (("bass_60_200", -24.0), ("high_5k_10k", -5.0)):
        bands[name] = changed(bands[name], side_to_mid_db=level)
    return changed(analysis, sections=SECTIONS, stereo__bands=bands, stereo__side_to_mid_db=-8.0)


def found(analysis: Analysis, kind: ReviewType = ReviewType.MASTER) -> dict[str, Strength]:
    strengths = diagnose(analysis, genre_table().get("pop"), request(kind)).strengths
    return {strength.code: strength for strength in strengths}


def test_every_section_has_a_function_and_subjects_that_rules_have() -> None:
    subjects = {name for rule in rules().values() for name in rule.subjects} | {"sections"}

    assert list(STRENGTH_READERS) == list(strength_words())
    for words in strength_words().values():
        assert words.subjects <= subjects
        assert words.unless <= rules().keys()


def test_a_good_song_has_every_strength() -> None:
    assert list(found(good())) == list(strength_words())


@pytest.mark.parametrize(
    ("strength", "fault"),
    [
        ("dynamics_alive", {"dynamics__psr_min_db": 8.9}),
        ("solid_low", {"bass__side_to_mid_below_120_db": -19.0}),
        ("wide_in_mono", {"stereo__mono_fold_loss_db": -1.2}),
        ("wide_in_mono", {"stereo__side_to_mid_db": -12.5}),
        ("contrast", {"sections": SECTIONS[:2]}),
        ("contrast", {"sections": (*SECTIONS[:2], Section(60.0, 90.0, "chorus", -16.5, 0.9))}),
        ("contrast", {"sections": (*SECTIONS[:2], Section(60.0, 90.0, "chorus", -14.0, 0.0))}),
    ],
)
def test_a_strength_ends_where_its_measure_does(strength: str, fault: dict[str, object]) -> None:
    assert strength in found(good())
    assert strength not in found(changed(good(), **fault))


def test_the_contrast_is_that_of_the_part_which_lifts_most() -> None:
    contrast = found(good())["contrast"]
    sentence = strength_sentence(contrast, genre_table().get("pop"))

    assert contrast.value == pytest.approx(4.5)
    assert sentence.startswith("The second chorus at 2:00 is 4.5\N{NO-BREAK SPACE}LU louder")


@pytest.mark.parametrize(
    ("fault", "withdrawn"),
    [
        ({"stereo__balance_db": 3.0}, {"solid_low", "width_opens", "wide_in_mono"}),
        ({"bass__side_to_mid_below_120_db": 2.0}, {"solid_low", "width_opens", "wide_in_mono"}),
        ({"dynamics__psr_min_db": 4.0, "dynamics__plr_db": 5.0}, {"dynamics_alive", "contrast"}),
    ],
)
def test_any_finding_on_its_subject_withdraws_a_strength(fault: dict[str, object], withdrawn: set[str]) -> None:
    assert not found(changed(good(), **fault)).keys() & withdrawn


@pytest.mark.parametrize(
    ("band", "by_db"),
    [("lowmid_200_500", 6.0), ("presence_2k_5k", 7.0), ("air_10k_20k", -14.0), ("bass_60_200", 12.0)],
)
def test_a_track_that_lies_far_out_is_not_called_balanced(band: str, by_db: float) -> None:
    assert "balanced_tone" not in found(tilted(good(), band, by_db))


def test_mono_is_not_praised_for_its_stereo() -> None:
    assert not found(mono(good())).keys() & {"solid_low", "width_opens", "wide_in_mono"}


@pytest.mark.parametrize("code", list(strength_words()))
def test_a_strength_is_a_sentence_with_its_values(code: str) -> None:
    strength = found(good())[code]
    text = strength_sentence(strength, genre_table().get("pop"))

    assert text.endswith(".")
    assert "{" not in text
    assert strength.target.source


def test_a_strength_that_an_earlier_version_stored_is_still_a_sentence() -> None:
    stored = found(good())["solid_low"]
    old = changed(stored, code="clean_peaks", name="No clipping", value=0.0, unit="runs/min")

    assert strength_sentence(old, genre_table().get("pop")) == "No clipping: 0\N{NO-BREAK SPACE}runs/min."
