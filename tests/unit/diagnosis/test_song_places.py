"""Which part of the song a span lies in."""

import pytest

from core.analysis.measurements import Bars, Section
from core.diagnosis import diagnose
from core.diagnosis.finding_words import at_spans, receipt
from core.diagnosis.song_places import labelled
from core.knowledge.genres import genre_table
from core.rules.reading import Span
from tests.support.reviews.analyses import changed, neutral, request

SECTIONS = (
    Section(0.0, 30.0, "intro", -16.0, 0.9),
    Section(30.0, 60.0, "drop", -9.0, 0.8),
    Section(60.0, 90.0, "break", -14.0, 0.7),
    Section(90.0, 120.0, "drop", -9.0, 0.8),
    Section(120.0, 200.0, "section A", -12.0, 0.0),
)


@pytest.mark.parametrize(
    ("span", "label"),
    [
        (Span(2.0, 10.0), "the intro"),
        (Span(92.0, 118.0), "the second drop"),
        (Span(31.0, 31.0), "the first drop"),
        (Span(62.0, 92.0), "the break"),
        (Span(48.0, 72.0), ""),
        (Span(10.0, 110.0), ""),
        (Span(130.0, 140.0), ""),
    ],
)
def test_a_span_is_named_after_the_part_that_holds_most_of_it(span: Span, label: str) -> None:
    assert labelled((span,), SECTIONS)[0].label == label


def test_without_sections_there_are_no_names() -> None:
    assert labelled((Span(1.0, 2.0),), None) == (Span(1.0, 2.0),)
    assert labelled((Span(1.0, 2.0),), ()) == (Span(1.0, 2.0),)


def test_names_follow_the_times_in_words() -> None:
    one = labelled((Span(92.0, 118.0),), SECTIONS)
    two = labelled((Span(2.0, 10.0), Span(130.0, 140.0)), SECTIONS)

    assert at_spans(one) == " at 1:32–1:58, the second drop"
    assert at_spans(two) == " at 0:02–0:10 (the intro) and 2:10–2:20"


def test_bars_follow_the_times_where_they_are_sure() -> None:
    """Bars of two seconds from 0.02 s on: 1:32 is bar 47."""
    bars = Bars(first_downbeat_s=0.02, bar_s=2.0, beats_per_bar=4, confidence=0.9)
    one = labelled((Span(92.02, 118.02),), SECTIONS, bars)
    two = labelled((Span(2.1, 10.02), Span(129.0, 129.0)), SECTIONS, bars)

    assert one == (Span(92.02, 118.02, "the second drop", 47, 59),)
    assert at_spans(one).replace("\u00a0", " ") == " at 1:32–1:58 (bars 47–59), the second drop"
    assert at_spans(two).replace("\u00a0", " ") == " at 0:02–0:10 (bars 2–5, the intro) and 2:09 (bar 65)"


def test_a_finding_says_in_which_part_it_holds() -> None:
    track = changed(neutral(), sections=SECTIONS, peaks__true_peak_dbtp=0.4, peaks__true_peak_at_s=100.0)
    finding = diagnose(track, genre_table().get("pop"), request()).findings[0]

    assert finding.spans == (Span(100.0, 100.0, "the second drop"),)
    assert receipt(finding).endswith("at 1:40, the second drop")
