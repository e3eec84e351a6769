"""Planted faults are found: in the synthesised demo track, and in real music.

The whole table (33 tracks, 37 faults, false alarms on 45 tracks) is `python -m tests.support.trials.fault_table`; its
figures stand in core/knowledge/pages/rules.md, and `test_fault_table.py` measures it in `make test-all`. These are the
samples in `make test`.
"""

import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from core.diagnosis import diagnose
from core.diagnosis.findings import Finding
from core.knowledge.genres import genre_table
from core.rules.reading import Severity
from core.values.request import Detail, ReviewRequest, ReviewType
from tests.support.audio.demo_track import demo_track
from tests.support.audio.music import read_music
from tests.support.audio.track_genres import TRACK_GENRES
from tests.support.trials.fault_trials import LONG_ENOUGH_S, Trial, as_wav, excerpt, measured
from tests.support.trials.faults import FAULTS, Fault, Stereo, clean_twin, with_fault

RATE_HZ = 44_100
WARNED_IN_DEMO = (
    "clip 6 dB, then −4 dB",
    "limiter 16 dB",
    "side only",
    "out-of-phase bass",
    "0.6 ms delay",
    "3 dropouts of 80 ms",
    "20 s of tail silence",
    "8-bit",
)
REAL_TRACKS = ("cc_Loyalty_Freak_Music_-_ROLLER_DISCO_DANCE_DANCE.mp3", "km_Blue_Ska.mp3")
REAL_FAULTS = ("+6 dB at 300 Hz", "+6 dB at 3.5 kHz", "+9 dB shelf at 6 kHz", "hum of −45 dBFS")

BY_NAME = {fault.name: fault for fault in FAULTS}


@cache
def demo() -> Stereo:
    return clean_twin(demo_track(RATE_HZ, faults=()).samples.astype(np.float64), RATE_HZ)


def findings(samples: Stereo, rate: int, genre_id: str, kind: ReviewType) -> tuple[Finding, ...]:
    analysis = measured(samples, rate, as_wav(rate))
    return diagnose(analysis, genre_table().get(genre_id), ReviewRequest(kind, genre_id, detail=Detail.PRO)).findings


@cache
def clean_findings(kind: ReviewType) -> tuple[Finding, ...]:
    return findings(demo(), RATE_HZ, "house", kind)


def trial(name: str, fault: Fault, before: tuple[Finding, ...], after: tuple[Finding, ...]) -> Trial:
    return Trial(name, fault, before, after, times_s=fault.times_s)


@pytest.mark.parametrize("name", WARNED_IN_DEMO)
def test_a_fault_planted_in_the_demo_track_is_warned_of(name: str) -> None:
    fault = BY_NAME[name]
    after = findings(with_fault(demo(), RATE_HZ, fault), RATE_HZ, "house", fault.kind)
    result = trial("demo", fault, clean_findings(fault.kind), after)

    assert result.severity(result.clean) < Severity.WARN.rank
    assert result.warned
    assert result.placed == len(fault.times_s)


def test_six_decibels_at_300_hertz_in_the_demo_track_are_placed_among_finished_tracks_and_cut_where_they_are() -> None:
    fault = BY_NAME["+6 dB at 300 Hz"]
    after = findings(with_fault(demo(), RATE_HZ, fault), RATE_HZ, "house", fault.kind)

    mud = next(finding for finding in after if finding.code == "mud")
    cut = mud.remedy.chain.eq[0]

    assert re.search(
        r"fuller in the lower mids than 9\d of 100 finished dance tracks", str((mud.facts or {})["position"])
    )
    assert cut.gain_db < 0
    assert cut.frequency_hz == pytest.approx(300.0, rel=0.2)


def test_sizes_are_told_as_they_were_planted() -> None:
    for name in ("4 dB balance", "DC 0.01", "3 s of head silence"):
        fault = BY_NAME[name]
        assert fault.size is not None
        after = findings(with_fault(demo(), RATE_HZ, fault), RATE_HZ, "house", fault.kind)
        finding = next(finding for finding in after if finding.code in fault.codes)
        assert finding.value == pytest.approx(fault.size, rel=0.1)
        assert finding.unit == fault.unit


@pytest.mark.audio
@pytest.mark.parametrize("track", REAL_TRACKS)
def test_faults_planted_in_real_music_appear_or_rise(track: str, test_audio: Path) -> None:
    music = read_music(test_audio / track, LONG_ENOUGH_S)
    clean, rate, genre_id = excerpt(music), music.sample_rate_hz, TRACK_GENRES[track]
    before = findings(clean, rate, genre_id, ReviewType.MASTER)

    for fault in (BY_NAME[name] for name in REAL_FAULTS):
        after = findings(with_fault(clean, rate, fault), rate, genre_id, ReviewType.MASTER)
        assert trial(track, fault, before, after).rose, fault.name
