"""What several bands say together is one point, named before its parts."""

import pytest

from core.analysis.measurements import Analysis
from core.diagnosis import diagnose
from core.diagnosis.findings import Finding, Severity
from core.diagnosis.merging import EXPLAINED_BY
from core.diagnosis.wording import insight
from core.knowledge.genres import genre_table
from core.knowledge.rules import phrases, rules
from core.request import Detail
from tests.support.analyses import changed, neutral, request, tilted

ROCK = genre_table().get("rock")
TOLERANCE = ROCK.tolerance_db


def findings(analysis: Analysis) -> tuple[Finding, ...]:
    return diagnose(analysis, ROCK, request(genre_id="rock")).findings


def bent(low: float, top: float) -> Analysis:
    """Low end and top off by so many tolerances."""
    track = neutral("rock")
    for band in ("sub_20_60", "bass_60_200"):
        track = tilted(track, band, low * TOLERANCE["bass_60_200"])
    for band in ("high_5k_10k", "air_10k_20k"):
        track = tilted(track, band, top * TOLERANCE["high_5k_10k"])
    return track


@pytest.mark.parametrize(
    ("low", "top", "shape", "codes"),
    [
        (1.2, -1.2, "dark", {"low_end_buildup", "dull"}),
        (-1.2, 1.2, "bright", {"thin_low", "bright_excess"}),
        (1.2, 1.2, "scoop", {"low_end_buildup", "bright_excess"}),
        (-1.2, -1.2, "hump", {"thin_low", "dull"}),
    ],
)
def test_low_end_and_top_make_a_shape(low: float, top: float, shape: str, codes: set[str]) -> None:
    found = findings(bent(low, top))
    leader = found[0]

    assert (leader.facts or {})["shape"] == shape
    assert {leader.code, *leader.merged, *(finding.code for finding in found[1:])} == codes
    words = insight(leader, ROCK, Detail.DETAILED)
    assert words.startswith(phrases()["shapes"][shape])


def test_a_note_that_belongs_to_a_shape_is_not_a_point_of_its_own() -> None:
    found = findings(bent(1.6, -0.7))

    assert [finding.code for finding in found] == ["low_end_buildup"]
    assert found[0].merged == ("dull",)


def test_a_warning_that_belongs_to_a_shape_follows_its_leader() -> None:
    track = changed(bent(1.6, -1.3), stereo__balance_db=0.8)
    found = findings(track)

    assert [finding.code for finding in found][:2] == ["low_end_buildup", "dull"]
    assert found[1].severity is Severity.WARN
    assert "shape" not in (found[1].facts or {})


def test_one_band_alone_is_no_shape() -> None:
    found = findings(bent(1.2, 0.0))

    assert [finding.code for finding in found] == ["low_end_buildup"]
    assert "shape" not in (found[0].facts or {})


def test_a_crowded_low_middle_does_not_make_its_neighbours_thin() -> None:
    for by_db in (4.0, 6.0, 9.0):
        found = findings(tilted(neutral("rock"), "lowmid_200_500", by_db))
        assert [finding.code for finding in found] == ["mud"]


@pytest.mark.parametrize("band", ["sub_20_60", "bass_60_200", "high_5k_10k", "air_10k_20k"])
def test_an_empty_band_is_arrangement_and_no_more_than_a_note(band: str) -> None:
    found = findings(tilted(neutral("rock"), band, -40.0))

    assert [finding.severity for finding in found] == [Severity.INFO]
    assert "arrangement" in (found[0].caveat or "")


def test_a_track_unlike_its_genre_on_the_whole_gets_notes_on_its_bands() -> None:
    track = neutral("rock")
    for band in ("presence_2k_5k", "high_5k_10k", "air_10k_20k"):
        track = tilted(track, band, -2.0 * TOLERANCE[band])
    mud = next(f for f in findings(tilted(track, "lowmid_200_500", 2.0)) if f.code == "mud")
    far = next(f for f in findings(tilted(track, "lowmid_200_500", 9.0)) if f.code == "mud")

    assert mud.severity is Severity.INFO
    assert "unlike this genre" in (mud.caveat or "")
    assert far.severity is Severity.SEVERE, "what stands out that far is a fault in any balance"


def test_no_two_findings_explain_each_other_away() -> None:
    def reaches(code: str, seen: tuple[str, ...]) -> None:
        assert code not in seen, f"{' ← '.join((*seen, code))} goes round in a circle"
        for cause in EXPLAINED_BY.get(code, ()):
            reaches(cause, (*seen, code))

    for code, causes in EXPLAINED_BY.items():
        assert {code, *causes} <= set(rules())
        reaches(code, ())
