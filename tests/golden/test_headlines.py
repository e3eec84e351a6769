"""Headlines: what is said first of each test track, and whether it would be signed."""

from pathlib import Path

import pytest

from tests.support.trials.headlines import PAGE, all_genres, headlines, page, readings
from tests.support.trials.trial_cache import Cache

LEAST_SIGNED = 0.8


def test_four_of_five_headlines_are_signed() -> None:
    read = readings()

    assert len(read) > 100
    assert sum(reading.is_signed for reading in read.values()) >= LEAST_SIGNED * len(read)
    assert all(reading.why for reading in read.values())


def test_the_page_has_every_reading() -> None:
    text = PAGE.read_text(encoding="utf-8")

    for track, reading in readings().items():
        answer = "yes" if reading.is_signed else "no"
        assert f"| {track} | {reading.headline} | {answer} | {reading.why} |" in text


@pytest.mark.wide
@pytest.mark.audio
def test_what_is_said_today_is_what_was_read(test_audio: Path) -> None:
    found = headlines(test_audio, Cache(), all_genres(test_audio))

    assert page(found, readings()) == PAGE.read_text(encoding="utf-8")
