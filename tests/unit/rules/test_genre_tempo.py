"""Half and double time by genre: the genre reweights, the measurement stays."""

import pytest

from core.analysis.measurements import Bars, BeatGrid, Rhythm, Section, TempoCandidate, TempoStretch
from core.knowledge.genres import genre_table
from core.rules.genre_tempo import in_genre, named_in
from tests.support.reviews.analyses import changed, neutral


def grid(beat_s: float) -> BeatGrid:
    return BeatGrid(0.0, beat_s, 0.9, Bars(0.0, 4.0 * beat_s, 4, 0.9))


HALF, DOUBLE = 60.0 / 87.0, 60.0 / 174.0
UNSURE = Rhythm(87.0, 0.7, (TempoCandidate(174.0, 0.28, grid(DOUBLE)), TempoCandidate(130.5, 0.02)), grid(HALF))


def heard(rhythm: Rhythm, genre_id: str) -> Rhythm:
    return in_genre(changed(neutral(), rhythm=rhythm), genre_table().get(genre_id)).rhythm


def test_drum_and_bass_is_counted_in_double_time_with_its_bars() -> None:
    found = heard(UNSURE, "drum_and_bass")
    assert found.tempo_bpm == 174.0
    assert found.bars is not None
    assert found.bars.bar_s == pytest.approx(4.0 * DOUBLE)
    assert found.alternatives[0].tempo_bpm == 87.0
    assert found.alternatives[0].beats == UNSURE.beats


def test_hip_hop_keeps_the_slow_reading() -> None:
    assert heard(UNSURE, "hiphop_boombap").tempo_bpm == 87.0


def test_a_genre_never_overrules_what_is_sure() -> None:
    sure = Rhythm(87.0, 0.97, (TempoCandidate(174.0, 0.03, grid(DOUBLE)),), grid(HALF))
    assert heard(sure, "drum_and_bass").tempo_bpm == 87.0


def test_genres_that_are_counted_both_ways_change_nothing() -> None:
    """Trap is written at 130 to 160 and felt at 65 to 80."""
    trap = Rhythm(140.0, 0.6, (TempoCandidate(70.0, 0.4),))
    found = heard(trap, "hiphop_trap")
    assert found.tempo_bpm == 140.0
    assert found.confidence == pytest.approx(0.6)


@pytest.mark.parametrize("genre_id", ["ambient", "classical", "podcast_spoken"])
def test_genres_without_a_usual_tempo_change_nothing(genre_id: str) -> None:
    found = heard(UNSURE, genre_id)
    assert found.tempo_bpm == 87.0
    assert found.confidence == pytest.approx(0.7)


def test_confidences_stay_shares() -> None:
    found = heard(UNSURE, "house")
    assert sum([found.confidence or 0.0, *(other.confidence for other in found.alternatives)]) == pytest.approx(1.0)


def test_stretches_follow_the_octave() -> None:
    changing = Rhythm(
        87.0,
        0.5,
        (TempoCandidate(174.0, 0.2),),
        tempi=(TempoStretch(0.0, 30.0, 87.0), TempoStretch(30.0, 60.0, 80.0)),
    )
    assert [stretch.tempo_bpm for stretch in heard(changing, "drum_and_bass").tempi] == [174.0, 160.0]


def test_without_a_tempo_there_is_nothing_to_reweight() -> None:
    assert heard(Rhythm(None, None), "house") == Rhythm(None, None)


@pytest.mark.parametrize(
    ("label", "genre_id", "shown"),
    [
        ("chorus", "pop", "chorus"),
        ("drop", "rock", "chorus"),
        ("drop", "techno", "drop"),
        ("chorus", "classical", "loud part"),
        ("drop", "jazz", "loud part"),
        ("break", "classical", "break"),
    ],
)
def test_the_loudest_parts_have_a_name_that_the_genre_has(label: str, genre_id: str, shown: str) -> None:
    section = Section(0.0, 30.0, label, -12.0, 0.9)

    assert named_in(section, genre_table().get(genre_id)).label == shown
