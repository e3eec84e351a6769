"""What several bands say together is one point, named before its parts."""

import pytest

from core.analysis.measurements import Analysis
from core.diagnosis import diagnose
from core.diagnosis.finding_words import insight
from core.diagnosis.findings import Finding
from core.diagnosis.phrases import phrases
from core.knowledge.genres import genre_table
from core.rules.reading import Severity
from core.rules.rule import rules
from core.values.request import Detail
from tests.support.reviews.analyses import changed, neutral, request, standing_out, tilted

ROCK = genre_table().get("rock")


def findings(analysis: Analysis) -> tuple[Finding, ...]:
    return diagnose(analysis, ROCK, request(genre_id="rock")).findings


def bent(low: float, top: float) -> Analysis:
    """Low end and top off by so many decibels."""
    track = standing_out(neutral("rock"), "low_end_buildup" if low > 0 else "thin_low", low)
    return standing_out(track, "dull", top)


@pytest.mark.parametrize(
    ("low", "top", "shape", "codes"),
    [
        (10.0, -6.0, "dark", {"low_end_buildup", "dull"}),
        (-5.0, 6.0, "bright", {"thin_low", "bright_excess"}),
        (10.0, 6.0, "scoop", {"low_end_buildup", "bright_excess"}),
        (-5.0, -6.0, "hump", {"thin_low", "dull"}),
    ],
)
def test_low_end_and_top_make_a_shape(low: float, top: float, shape: str, codes: set[str]) -> None:
    found = findings(bent(low, top))
    leader = found[0]

    assert (leader.facts or {})["shape"] == shape
    assert {code for finding in found for code in (finding.code, *finding.merged)} - {"harsh"} == codes
    words = insight(leader, ROCK, Detail.DETAILED)
    assert words.startswith(phrases()["shapes"][shape])


def test_a_note_that_belongs_to_a_shape_is_not_a_point_of_its_own() -> None:
    found = findings(bent(10.0, -6.0))

    assert [finding.code for finding in found] == ["low_end_buildup"]
    assert found[0].merged == ("dull",)


def test_a_warning_that_belongs_to_a_shape_follows_its_leader() -> None:
    track = changed(bent(22.0, -18.0), stereo__balance_db=1.7)
    found = findings(track)

    assert [finding.code for finding in found][:2] == ["low_end_buildup", "dull"]
    assert found[1].severity is Severity.WARN
    assert "shape" not in (found[1].facts or {})


def test_one_band_alone_is_no_shape() -> None:
    found = findings(bent(10.0, 0.0))

    assert [finding.code for finding in found] == ["low_end_buildup"]
    assert "shape" not in (found[0].facts or {})


def test_a_crowded_low_middle_does_not_make_its_neighbours_thin() -> None:
    for by_db in (4.0, 6.0, 9.0):
        found = findings(tilted(neutral("rock"), "lowmid_200_500", by_db))
        assert [finding.code for finding in found] == ["mud"]


@pytest.mark.parametrize("code", ["thin_low", "dull"])
def test_an_empty_stretch_is_arrangement_and_no_more_than_a_note(code: str) -> None:
    found = next(f for f in findings(standing_out(neutral("rock"), code, -40.0)) if f.code == code)

    assert found.severity is Severity.INFO
    assert "arrangement" in (found.caveat or "")
    assert insight(found, ROCK, Detail.DETAILED).endswith("far below the middle of the song.")


def test_an_empty_top_is_no_fault_of_the_full_upper_mids_below_it() -> None:
    found = findings(standing_out(neutral("rock"), "dull", -40.0))

    assert [finding.code for finding in found] == ["dull"]
    assert found[0].merged == ()


@pytest.mark.parametrize("tilt_db", [-6.0, 6.0])
def test_what_stands_out_of_its_surroundings_does_so_in_a_dark_and_in_a_bright_track(tilt_db: float) -> None:
    track = neutral("rock")
    for share, band in ((0.5, "mid_500_2k"), (1.0, "presence_2k_5k"), (1.5, "high_5k_10k"), (1.5, "air_10k_20k")):
        track = tilted(track, band, share * tilt_db)
    harsh = next(f for f in findings(standing_out(track, "harsh", 9.0)) if f.code == "harsh")

    assert harsh.severity is Severity.WARN
    assert harsh.value == pytest.approx(9.0, abs=1.0)


def test_upper_mids_that_stand_over_a_weak_top_only_are_the_tops_fault() -> None:
    dull = standing_out(neutral("rock"), "dull", -13.0)
    found = {finding.code: finding for finding in findings(dull)}
    both = {finding.code for finding in findings(standing_out(dull, "harsh", 2.0))}

    assert set(found) == {"dull"}
    assert found["dull"].merged == ("harsh",)
    assert both == {"dull", "harsh"}


def test_upper_mids_are_judged_at_a_low_sample_rate_by_what_is_left_beside_them() -> None:
    track = standing_out(neutral("rock"), "harsh", 4.0)
    thirds = {name: level for name, level in track.spectrum.third_octave_db.items() if float(name) < 8_000.0}
    found = {f.code: f for f in findings(changed(track, spectrum__third_octave_db=thirds))}

    assert found["harsh"].value == pytest.approx(4.0)
    assert not {"dull", "bright_excess"} & set(found)


def test_no_two_findings_explain_each_other_away() -> None:
    def reaches(code: str, seen: tuple[str, ...]) -> None:
        assert code not in seen, f"{' ← '.join((*seen, code))} goes round in a circle"
        for cause in rules()[code].explained_by:
            reaches(cause, (*seen, code))

    for code, rule in rules().items():
        assert set(rule.explained_by) <= set(rules())
        assert set(rule.explained_only_where) <= set(rule.explained_by)
        reaches(code, ())
