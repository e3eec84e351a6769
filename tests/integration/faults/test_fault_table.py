"""The figures of the rules are what this code measures: all faults in all tracks, and all tracks as they are.

`make test` has the samples of `test_faults.py`; this is the whole of `python -m tests.support.trials.fault_table`.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.knowledge.loading import load
from core.values.request import ReviewType
from tests.support.audio.track_genres import TRACK_GENRES, UNSEEN_GENRES
from tests.support.trials.fault_report import FIRING_KINDS, Groups, versions_figures
from tests.support.trials.fault_trials import Trial, summary, trials, usable
from tests.support.trials.faults import FAULTS
from tests.support.trials.firing import firing, folk_renders
from tests.support.trials.reference_trials import reference_errors, references_figures
from tests.support.trials.trial_cache import Cache

pytestmark = [pytest.mark.audio, pytest.mark.wide]

FIGURES = load("support.json")["figures"]

TRACKS_OFF = 1
"""Tracks by which a count may differ: one that lies on a level is on either side of it on another processor."""

ERROR_OFF_DB, PLACED_OFF = 0.05, 0.02

SHARES = ("found", "warned", "rose", "warned_in_all", "rose_in_all")


def all_trials(folder: Path) -> list[Trial]:
    """Made once a run; tests that ask at the same time divide the tracks between them."""
    return trials(folder, Cache())


def test_planted_faults_are_found_as_often_as_the_rules_say(test_audio: Path) -> None:
    rows = summary(all_trials(test_audio))

    assert [row.fault.name for row in rows] == [fault.name for fault in FAULTS]
    for row in rows:
        stated = FIGURES["faults"][row.fault.name]
        assert row.tracks == stated["tracks"], row.fault.name
        assert abs(row.in_order - stated["fair"]) <= TRACKS_OFF, row.fault.name
        for share in SHARES:
            assert getattr(row, share) == pytest.approx(stated[share], abs=(TRACKS_OFF + 0.1) / 25), row.fault.name
        for error in ("median_error_db", "largest_error_db"):
            assert getattr(row, error) == _about(stated[error], ERROR_OFF_DB), row.fault.name
        assert row.placed == _about(stated["placed"], PLACED_OFF), row.fault.name


def _about(stated: float | None, tolerance: float) -> object:
    return None if stated is None else pytest.approx(stated, abs=tolerance)


def test_findings_are_followed_into_the_clean_twin_and_into_the_same_file_as_the_rules_say(test_audio: Path) -> None:
    versions = versions_figures(all_trials(test_audio))

    assert versions["same"] == versions["unchanged"]
    for figure, stated in FIGURES["versions"].items():
        assert versions[figure] == pytest.approx(stated, rel=0.01), figure


def test_equalised_twins_are_told_from_their_reference_as_the_rules_say(test_audio: Path) -> None:
    references = references_figures(reference_errors(test_audio, usable(test_audio), Cache()))

    assert references == pytest.approx(FIGURES["references"], rel=0.01, abs=ERROR_OFF_DB)


GROUPS: dict[Groups, Callable[[Path], dict[str, str]]] = {
    Groups.REAL: lambda folder: TRACK_GENRES,
    Groups.FOLK: folk_renders,
    Groups.UNSEEN: lambda folder: UNSEEN_GENRES,
}


@pytest.mark.parametrize("group", GROUPS)
def test_rules_fire_on_tracks_as_they_are_as_often_as_they_say(group: Groups, test_audio: Path) -> None:
    genres, cache = GROUPS[group](test_audio), Cache()
    fired = {kind: firing(test_audio, cache, kind, genres) for kind in FIRING_KINDS}

    for kind in FIRING_KINDS:
        assert set(fired[kind]) == set(FIGURES["firing"])
    if group is Groups.REAL:
        for code, by_severity in fired[ReviewType.MASTER].items():
            counts = [len(names) for names in by_severity.values()]
            off = [abs(count - stated) for count, stated in zip(counts, FIGURES["firing"][code], strict=True)]
            assert max(off) <= TRACKS_OFF, (code, counts)
