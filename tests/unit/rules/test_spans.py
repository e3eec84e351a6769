"""Spans: where something holds, as a person can use it."""

import numpy as np
import pytest

from core.diagnosis import diagnose
from core.diagnosis.finding_words import at_spans
from core.knowledge.genres import genre_table
from core.rules import spans
from core.rules.reading import Span
from tests.support.reviews.analyses import changed, neutral, request, tilted


def mask(length: int, *ranges: tuple[int, int]) -> np.ndarray:
    values = np.zeros(length, dtype=bool)
    for start, end in ranges:
        values[start:end] = True
    return values


def test_a_passage_begins_and_ends_where_the_mask_does() -> None:
    assert spans.from_mask(mask(100, (20, 40)), 1.0, 100.0) == (Span(20.0, 40.0),)


def test_short_gaps_are_joined_and_short_passages_dropped() -> None:
    found = spans.from_mask(mask(100, (10, 20), (22, 30), (50, 51)), 1.0, 100.0)

    assert found == (Span(10.0, 30.0),)


def test_what_holds_nearly_throughout_holds_for_the_song() -> None:
    assert spans.from_mask(mask(100, (5, 95)), 1.0, 100.0) == ()


def test_only_the_four_longest_are_named_in_the_order_of_the_song() -> None:
    ranges = [(0, 4), (10, 16), (20, 28), (35, 45), (50, 62)]

    found = spans.from_mask(mask(100, *ranges), 1.0, 100.0)

    assert [(span.start_s, span.end_s) for span in found] == [(10, 16), (20, 28), (35, 45), (50, 62)]


def test_events_of_one_passage_become_one_span() -> None:
    assert spans.from_events([61.0, 60.0, 62.5, 90.0], 120.0) == (Span(60.0, 62.5), Span(90.0, 90.0))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ((), ""),
        ((Span(64.0, 92.0),), " at 1:04–1:32"),
        ((Span(64.2, 64.2), Span(64.4, 64.4)), " at 1:04"),
        ((Span(4.0, 8.0), Span(64.0, 92.0), Span(100.0, 100.0)), " at 0:04–0:08, 1:04–1:32 and 1:40"),
    ],
)
def test_spans_in_words_follow_a_clause(given: tuple[Span, ...], words: str) -> None:
    assert at_spans(given) == words


@pytest.mark.parametrize(("band", "by_db"), [("lowmid_200_500", 6.0), ("bass_60_200", 9.0), ("high_5k_10k", -9.0)])
def test_a_tone_fault_is_placed_where_the_band_stands_out(band: str, by_db: float) -> None:
    """The band deviates by `by_db` over the whole song, and by twice that between 60 and 100 s."""
    moving = tilted(neutral("rock"), band, 2 * by_db, range(60, 100)).spectrum.timeline
    track = changed(tilted(neutral("rock"), band, by_db), spectrum__timeline=moving)
    findings = diagnose(track, genre_table().get("rock"), request(genre_id="rock")).findings

    assert len(findings) == 1
    assert len(findings[0].spans) == 1
    assert findings[0].spans[0].start_s == pytest.approx(60.0, abs=3.0)
    assert findings[0].spans[0].end_s == pytest.approx(100.0, abs=3.0)


@pytest.mark.parametrize("offset_db", [-8.0, 8.0])
@pytest.mark.parametrize(("band", "by_db"), [("presence_2k_5k", 7.0), ("bass_60_200", 9.0), ("high_5k_10k", -9.0)])
def test_where_a_band_stands_out_does_not_depend_on_its_place_against_the_curve(
    band: str, by_db: float, offset_db: float
) -> None:
    """The power of a band and the mean of its third octaves differ by as much in real songs."""
    moving = tilted(tilted(neutral("rock"), band, by_db, range(60, 100)), band, offset_db).spectrum.timeline
    track = changed(tilted(neutral("rock"), band, by_db), spectrum__timeline=moving)
    findings = diagnose(track, genre_table().get("rock"), request(genre_id="rock")).findings

    assert [(span.start_s, span.end_s) for span in findings[0].spans] == [
        (pytest.approx(60.0, abs=3.0), pytest.approx(100.0, abs=3.0))
    ]


def test_the_worst_psr_is_placed_in_its_three_seconds() -> None:
    track = changed(neutral(), dynamics__psr_min_db=5.0, dynamics__plr_db=6.0, dynamics__psr_min_at_s=62.0)
    found = next(f for f in diagnose(track, genre_table().get("pop"), request()).findings if f.code == "over_limited")

    assert found.spans == (Span(62.0, 65.0),)


def test_cancelling_passages_are_placed_by_their_correlation() -> None:
    base = neutral()
    assert base.stereo.timeline is not None
    moving = list(base.stereo.timeline.correlation)
    moving[30:50] = [-0.4] * 20
    moving[120] = None
    track = changed(base, stereo__timeline__correlation=tuple(moving), stereo__mono_fold_loss_db=-4.0)
    found = next(f for f in diagnose(track, genre_table().get("pop"), request()).findings if f.code == "mono_fold")

    assert found.spans == (Span(30.0, 50.0),)
