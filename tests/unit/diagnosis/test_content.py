"""Files that hold no finished piece of music: they are called what they are, and nothing else is judged."""

from dataclasses import replace

import pytest

from core.advice.measured.measured_review import measured_review
from core.analysis.measurements import BAND_EDGES_HZ, Analysis, ContentKind, FileContent
from core.diagnosis import diagnose
from core.diagnosis.phrases import phrases
from core.knowledge.genres import genre_table
from core.values.request import ReviewType
from tests.support.reviews.analyses import changed, neutral, request
from tests.support.reviews.briefs import brief_of

KINDS = [kind for kind in ContentKind if kind is not ContentKind.MUSIC]


def holding(kind: ContentKind, genre_id: str = "pop") -> Analysis:
    """A file of that kind with an offset, which is judged only in music."""
    analysis = changed(neutral(genre_id), faults__dc_offset_per_channel=(0.1, 0.1))
    return replace(analysis, content=FileContent(kind, 0.3, 5.0, 0.5, 0.3, 0.5, 0.5))


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_music_is_called_what_it_is_and_gets_neither_praise_nor_settings(kind: ContentKind) -> None:
    brief = brief_of(holding(kind))
    review = measured_review(brief, None)
    assert brief.diagnosis.content is kind
    assert brief.diagnosis.strengths == ()
    assert review.verdict == phrases()["content"][kind]
    assert review.keep == ""
    assert review.dial_card.rows == ()
    assert review.first_step == phrases()["content_first_step"][kind]


@pytest.mark.parametrize("kind", KINDS)
def test_of_what_is_no_music_only_a_fault_of_the_file_becomes_a_point(kind: ContentKind) -> None:
    mono = changed(holding(kind), faults__identical_channels=True)
    dead = changed(holding(kind), faults__dead_channel=1)
    assert measured_review(brief_of(mono), None).items == ()
    assert [item.finding_codes for item in measured_review(brief_of(dead), None).items] == [("dual_mono",)]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_music_is_held_against_no_genre_and_no_service(kind: ContentKind) -> None:
    brief = brief_of(holding(kind))
    assert brief.diagnosis.platforms_shown(ReviewType.MASTER) == ()
    assert brief.diagnosis.positions == ()
    assert brief.aligned_curve_db() == {}
    assert {brief.band_deviation_db(band) for band in BAND_EDGES_HZ} == {None}


def test_speech_is_what_a_spoken_genre_asks_for() -> None:
    genre = genre_table().get("podcast_spoken")
    assert diagnose(holding(ContentKind.SPEECH, genre.id), genre, request(genre_id=genre.id)).content is None


def test_music_and_files_of_an_older_analyser_are_judged_as_before() -> None:
    music = holding(ContentKind.MUSIC)
    genre = genre_table().get("pop")
    assert diagnose(music, genre, request()) == diagnose(replace(music, content=None), genre, request())
