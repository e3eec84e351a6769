"""Tone faults against something exact: the clean twin as a reference, and as the version before."""

from pathlib import Path

import pytest

from core.analysis.analyser import analyse
from core.diagnosis.comparing.tone_moves import tone_moves
from tests.support.audio.demo_track import write_mp3
from tests.support.audio.music import read_music
from tests.support.trials.fault_trials import LONG_ENOUGH_S, as_wav, excerpt, measured, usable
from tests.support.trials.measuring import scanned_file
from tests.support.trials.tone_report import LEAST_FOUND, ToneRow, tone_rows
from tests.support.trials.tone_trials import TONE_CHANGES, tone_trials
from tests.support.trials.trial_cache import Cache

pytestmark = pytest.mark.audio

REPRESENTATIVE = ("km_Rising.mp3", "lmms_DirtyLove.ogg")
REPRESENTATIVE_S = 12.0


def held(rows: list[ToneRow]) -> None:
    """Every change is told in nearly all tracks, with its place and its size, and hardly anything else."""
    assert [row.change for row in rows] == list(TONE_CHANGES)
    for row in rows:
        assert row.fair, row.change.name
        assert row.reference >= LEAST_FOUND, row.change.name
        assert row.version >= LEAST_FOUND, row.change.name
        assert row.others <= (1.0 - LEAST_FOUND) * row.fair, row.change.name


def test_every_tone_fault_is_told_against_the_clean_twin_with_its_place_and_size(test_audio: Path) -> None:
    held(tone_rows(tone_trials(test_audio, Cache(), REPRESENTATIVE, REPRESENTATIVE_S)))


@pytest.mark.wide
def test_every_tone_fault_is_told_in_all_tracks(test_audio: Path) -> None:
    held(tone_rows(tone_trials(test_audio, Cache(), usable(test_audio))))


@pytest.mark.parametrize("bit_rate", [128_000, pytest.param(320_000, marks=pytest.mark.wide)])
@pytest.mark.parametrize("track", REPRESENTATIVE)
def test_an_mp3_of_a_version_changes_nothing_in_its_tone(track: str, bit_rate: int, test_audio: Path) -> None:
    music = read_music(test_audio / track, LONG_ENOUGH_S)
    rate = music.sample_rate_hz
    clean = excerpt(music)[:, : int(REPRESENTATIVE_S * rate)]
    before = Cache().analysis(f"{track}/{REPRESENTATIVE_S}/clean", lambda: measured(clean, rate, as_wav(rate)))

    after = analyse(*scanned_file(write_mp3(clean.astype("float32"), rate, bit_rate)))

    assert tone_moves(before, after) == ()
