"""What is said of a reference: the largest differences in words, the loudness, and nothing where nothing differs."""

from dataclasses import replace

import pytest

from cogs.rendering import DIFFERENCES_SHOWN, reference_block, review_texts
from core.analysis.measurements import BAND_EDGES_HZ, Analysis
from core.analysis.quantities import stored_as
from core.analysis.tone.equaliser_response import in_thirds_db
from core.diagnosis import compare_reference
from core.diagnosis.comparing import reference_words
from core.diagnosis.findings import Delta, Diagnosis, ReferenceComparison, ToneMove
from core.knowledge.genres import genre_table
from core.review import DialCard, Review, ReviewItem, WrittenBy
from core.text.language import worded
from core.values.chain import Chain, EqBand, FilterKind
from core.values.request import ReviewType
from tests.support.reviews.analyses import changed, neutral, request, tilted

NOTHING = ReferenceComparison(
    loudness_lu=0.0,
    bands_db=dict.fromkeys(BAND_EDGES_HZ, 0.0),
    third_octave_db={},
    deltas=(
        Delta("true peak above loudness (PLR)", 0.0, "dB"),
        Delta("smallest PSR", 0.0, "dB"),
        Delta("loudness range", 0.0, "LU"),
        Delta("side against mid", 0.0, "dB"),
        Delta("mono fold-down", 0.0, "dB"),
        Delta("side against mid below 120 Hz", 0.0, "dB"),
        Delta("spectral tilt", 0.0, "dB/oct"),
    ),
)
THIRDS = tuple(neutral().spectrum.third_octave_db)
REVIEW = Review(
    "A verdict.", "", (ReviewItem("Insight.", "Suggestion.", ()),), "Start.", WrittenBy.MEASURED, DialCard(Chain(), ())
)


def with_bands(**levels_db: float) -> ReferenceComparison:
    return replace(NOTHING, bands_db=NOTHING.bands_db | levels_db)


def with_delta(measure: str, value: float) -> ReferenceComparison:
    return replace(
        NOTHING, deltas=tuple(replace(d, value=value) if d.measure == measure else d for d in NOTHING.deltas)
    )


def shown(comparison: ReferenceComparison, kind: ReviewType = ReviewType.MASTER) -> list[str]:
    return [line.replace("\u00a0", " ") for line in reference_block(comparison, kind)]


def test_the_largest_difference_comes_first_and_the_loudness_last() -> None:
    comparison = replace(with_bands(presence_2k_5k=-2.1, sub_20_60=1.2, lowmid_200_500=4.0), loudness_lu=-2.3)

    assert shown(comparison) == [
        "**Against your reference** (compared at equal loudness)",
        "• Low-mid 200–500 Hz: 4.0 dB more than the reference",
        "• Presence 2–5 kHz: 2.1 dB less than the reference",
        "• Sub 20–60 Hz: 1.2 dB more than the reference",
        "• Loudness: 2.3 LU quieter than the reference",
    ]


@pytest.mark.parametrize(
    ("measure", "value", "line"),
    [
        ("true peak above loudness (PLR)", -3.0, "PLR: 3.0 dB less than the reference"),
        ("smallest PSR", 2.0, "Minimum PSR: 2.0 dB more than the reference"),
        ("loudness range", -4.0, "Loudness range: 4.0 LU less than the reference"),
        ("side against mid", 3.0, "Side to mid: 3.0 dB wider than the reference"),
        ("mono fold-down", -0.8, "Mono fold-down: 0.8 dB less than the reference"),
        ("side against mid below 120 Hz", -6.0, "Side to mid below 120 Hz: 6.0 dB narrower than the reference"),
    ],
)
def test_each_difference_says_which_way(measure: str, value: float, line: str) -> None:
    assert shown(with_delta(measure, value))[1] == f"• {line}"


def test_there_are_five_lines_at_most() -> None:
    comparison = with_bands(**dict.fromkeys(BAND_EDGES_HZ, 5.0))

    assert len(shown(comparison)) == 1 + DIFFERENCES_SHOWN + 1 == 6


@pytest.mark.parametrize("value", [-0.94, 0.0, 0.94])
def test_where_nothing_differs_one_line_says_so(value: float) -> None:
    assert shown(with_bands(mid_500_2k=value))[1:] == [f"• {worded('reference.all_close')}"]


def test_where_only_the_loudness_differs_it_is_told() -> None:
    assert shown(replace(NOTHING, loudness_lu=3.0))[1:] == [
        f"• {worded('reference.close')}",
        "• Loudness: 3.0 LU louder than the reference",
    ]


def test_a_mix_is_not_held_against_what_mastering_sets() -> None:
    comparison = replace(with_delta("true peak above loudness (PLR)", 9.0), loudness_lu=-10.0)

    for kind in (ReviewType.MIXDOWN, ReviewType.MASTERING):
        assert shown(comparison, kind)[1:] == [
            f"• {worded('reference.close')}",
            f"• {worded('reference.left_to_mastering')}",
        ]


def test_without_a_loudness_it_says_so() -> None:
    assert worded("reference.no_loudness") in "\n".join(shown(replace(NOTHING, loudness_lu=None)))


def test_what_is_measured_is_what_is_said() -> None:
    track = changed(tilted(neutral(), "air_10k_20k", 3.0), dynamics__plr_db=8.0)
    reference = changed(neutral(), dynamics__plr_db=12.0)
    told = shown(compare_reference(track, reference))

    assert "• Air 10–20 kHz: 3.0 dB more than the reference" in told
    assert "• PLR: 4.0 dB less than the reference" in told


def after_a_bell(gain_db: float = 6.0) -> Analysis:
    """The neutral track with a bell at 300 Hz that makes it louder."""
    bell = EqBand(FilterKind.BELL, 300.0, gain_db, 0.9)
    thirds = neutral().spectrum.third_octave_db
    made = dict(zip(thirds, in_thirds_db(bell, tuple(thirds)), strict=True))
    levels = {name: thirds[name] + float(gain) for name, gain in made.items()}
    # at equal loudness all other bands are lower
    shift = {"lowmid_200_500": 2.9}
    bands = {name: level + shift.get(name, -1.9) for name, level in neutral().spectrum.bands.items()}
    return changed(neutral(), spectrum__third_octave_db=levels, spectrum__bands=bands)


def test_one_bell_is_told_as_one_move_and_not_as_five_bands() -> None:
    comparison = compare_reference(after_a_bell(), neutral())
    told = shown(comparison)

    assert comparison.bands_db["presence_2k_5k"] == pytest.approx(-1.9, abs=0.05)
    assert [line for line in told if "than the reference" in line and "Loudness" not in line] == []
    assert told[1].startswith("• To get there: bell −6.0 dB at 300 Hz")
    assert len(told) == 3


def test_what_the_moves_leave_over_is_told_with_them() -> None:
    track = after_a_bell()
    thirds = {name: level + (6.0 if name == "50" else 0.0) for name, level in track.spectrum.third_octave_db.items()}
    comparison = compare_reference(changed(track, spectrum__third_octave_db=thirds), neutral())
    moves = tuple(move for move in comparison.moves if move.band.frequency_hz > 100.0)
    told = shown(replace(comparison, moves=moves))

    assert told[1].startswith("• To get there: bell −6.2 dB at 300 Hz")
    assert told[2] == "• Sub 20–60 Hz: 1.2 dB more than the reference, even with these settings"
    assert len(told) == 4


def test_bands_that_only_the_loudness_shifts_are_not_told() -> None:
    comparison = replace(with_bands(air_10k_20k=-2.0), third_octave_db=dict.fromkeys(THIRDS, 0.0))

    assert shown(comparison)[1:] == [f"• {worded('reference.all_close')}"]
    assert len(shown(replace(comparison, third_octave_db={}))) == 3


def test_the_same_recording_is_told_in_one_sentence() -> None:
    assert shown(compare_reference(neutral(), neutral()))[1:] == [f"• {worded('reference.same_recording')}"]


def test_every_difference_that_is_measured_has_its_words_or_is_left_to_the_bands() -> None:
    entries = [stored_as(delta.measure) for delta in compare_reference(neutral(), neutral()).deltas]

    assert {entry and entry.id for entry in entries} - set(reference_words._TOLD) == {"tilt_db_per_octave"}


def test_between_two_sides_that_are_as_good_as_silent_there_is_no_difference() -> None:
    track, reference = (changed(neutral(), bass__side_to_mid_below_120_db=level) for level in (-45.0, -90.0))
    track = changed(track, peaks__true_peak_dbtp=-1.6)

    assert shown(compare_reference(track, reference))[1:] == [f"• {worded('reference.all_close')}"]


def test_the_block_stands_before_the_first_step_and_only_where_there_is_a_reference() -> None:
    genre = genre_table().get("pop")
    asked = request()
    with_reference = Diagnosis((), (), (), reference=with_bands(mid_500_2k=2.0))
    text = "\n".join(review_texts(asked, genre, REVIEW, with_reference, "key"))
    without = "\n".join(review_texts(asked, genre, REVIEW, Diagnosis((), (), ()), "key"))

    assert text.index("Suggestion.") < text.index(worded("reference.heading")) < text.index("**First step:**")
    assert "reference" not in without


def test_the_three_largest_moves_towards_the_reference_are_told() -> None:
    bands = (
        EqBand(FilterKind.BELL, 297.0, -5.8, 0.93),
        EqBand(FilterKind.HIGH_SHELF, 6_120.0, 4.04, 0.7),
        EqBand(FilterKind.LOW_SHELF, 118.0, -2.0, 0.7),
        EqBand(FilterKind.BELL, 2_000.0, 1.2, 1.4),
    )
    moves = tuple(ToneMove(band, 0.2) for band in bands)
    told = "bell −5.8 dB at 300 Hz (Q 0.9), high shelf +4.0 dB above 6.1 kHz, low shelf −2.0 dB below 120 Hz"

    assert f"• To get there: {told}" in shown(replace(with_bands(lowmid_200_500=4.0), moves=moves))
