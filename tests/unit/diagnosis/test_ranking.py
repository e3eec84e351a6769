"""What is named first, and what is not named twice."""

import pytest

from core.analysis.measurements import Analysis, ClippedRun, Hum, LoudPassage
from core.diagnosis import diagnose
from core.diagnosis.findings import Diagnosis
from core.knowledge.genres import genre_table
from core.rules.reading import Severity
from core.rules.rule import Tier, rules
from core.values.request import ReviewType
from tests.support.reviews.analyses import changed, lossy, neutral, request, tilted


def diagnosed(analysis: Analysis, kind: ReviewType = ReviewType.MASTER) -> Diagnosis:
    return diagnose(analysis, genre_table().get("pop"), request(kind))


def codes(analysis: Analysis, kind: ReviewType = ReviewType.MASTER) -> list[str]:
    return [finding.code for finding in diagnosed(analysis, kind).findings]


def clipped(analysis: Analysis, count: int, length: int = 4) -> Analysis:
    runs = tuple(ClippedRun(10.0 + index, length, 0) for index in range(count))
    return changed(analysis, peaks__clipped_runs=runs, peaks__clipped_run_count=count)


def test_what_is_broken_comes_before_what_translates_badly_before_taste() -> None:
    track = clipped(tilted(neutral(), "lowmid_200_500", 3.5), 40)
    track = changed(track, stereo__balance_db=2.0)

    assert codes(track) == ["clip_samples", "lr_balance", "mud"]


def test_a_severe_matter_of_taste_comes_before_a_note_on_delivery() -> None:
    track = changed(tilted(neutral(), "lowmid_200_500", 16.0), peaks__true_peak_dbtp=-0.6)

    assert codes(track) == ["mud", "true_peak"]


def test_mud_outranks_an_offset() -> None:
    track = changed(tilted(neutral(), "lowmid_200_500", 16.0), faults__dc_offset_per_channel=(0.007, 0.007))

    assert codes(track) == ["mud", "dc"]
    assert rules()["dc"].tier is Tier.TRANSLATION


def test_within_a_tier_the_severer_comes_first_then_the_surer() -> None:
    track = changed(neutral("pop"), stereo__balance_db=3.0, bass__side_to_mid_below_120_db=-5.0)
    assert codes(track) == ["lr_balance", "low_stereo"]


def test_a_footnote_of_the_delivery_stays_behind_what_is_heard() -> None:
    track = changed(neutral("pop"), peaks__true_peak_dbtp=0.5, stereo__balance_db=2.6)
    assert codes(track) == ["lr_balance", "true_peak"]

    track = lossy(changed(tilted(neutral(), "lowmid_200_500", 3.5), peaks__true_peak_dbtp=4.0))
    assert codes(track) == ["mud", "decoder_peaks"]


@pytest.mark.parametrize("over_lu", [4.4, 6.0, 12.0])
def test_one_loud_passage_comes_before_every_note(over_lu: float) -> None:
    """It is heard from 4.3 LU on, so a note on hum, balance or tone does not stand before it."""
    track = changed(neutral(), loudness__loud_passage=LoudPassage(88.0, 90.0, over_lu), stereo__balance_db=1.9)
    track = changed(tilted(track, "lowmid_200_500", 3.5), faults__hum=Hum(50.0, -66.0, 4, is_sure=False))

    findings = diagnosed(track).findings

    assert (findings[0].code, findings[0].severity) == ("loud_passage", Severity.WARN)
    assert {finding.severity for finding in findings[1:]} == {Severity.INFO}


def test_confidence_follows_evidence_and_clearness() -> None:
    barely = diagnosed(changed(neutral(), stereo__balance_db=1.9)).findings[0]
    clearly = diagnosed(changed(neutral(), stereo__balance_db=2.7)).findings[0]
    sourced = diagnosed(changed(neutral(), peaks__true_peak_dbtp=0.2)).findings[0]

    assert barely.confidence < clearly.confidence < sourced.confidence


@pytest.mark.parametrize(
    ("kind", "named"),
    [(ReviewType.MIXDOWN, ["clip_samples"]), (ReviewType.MASTER, ["clip_samples", "true_peak"])],
)
def test_a_clipped_mix_is_one_point_and_a_clipped_master_has_its_delivery_as_well(
    kind: ReviewType, named: list[str]
) -> None:
    track = changed(clipped(neutral(mix=True), 400), peaks__true_peak_dbtp=0.2, peaks__sample_peak_dbfs=0.0)
    findings = diagnosed(track if kind is ReviewType.MIXDOWN else changed(track, loudness__integrated_lufs=-9.0), kind)

    assert [finding.code for finding in findings.findings] == named
    if kind is ReviewType.MIXDOWN:
        assert set(findings.findings[0].merged) == {"mix_headroom", "true_peak"}


def test_a_lesser_cause_does_not_swallow_a_greater_effect() -> None:
    track = changed(clipped(neutral(mix=True), 6, length=3), peaks__true_peak_dbtp=0.5, peaks__sample_peak_dbfs=0.0)

    findings = diagnosed(track, ReviewType.MIXDOWN).findings

    assert {finding.code: finding.merged for finding in findings} == {
        "true_peak": ("mix_headroom",),
        "clip_samples": (),
    }
