"""Labelled faults and false alarms on real music: `python -m tests.support.trials.fault_table`.

Puts every fault of `faults.py` into excerpts of the test tracks, diagnoses faulty and clean twins, and prints what is
found; then which rules fire on the tracks as they are. EARSHOT_TEST_AUDIO names the folder of tracks.
"""

import argparse
import json
import os
import sys
from pathlib import Path

from tests.support.audio.track_genres import TRACK_GENRES, UNSEEN_GENRES
from tests.support.trials.fault_report import (
    FIRING_KINDS,
    Fired,
    Groups,
    faults_text,
    firing_text,
    support,
    versions_figures,
)
from tests.support.trials.fault_trials import summary, trials, usable
from tests.support.trials.faults import FAULTS
from tests.support.trials.firing import firing, folk_renders
from tests.support.trials.reference_trials import reference_errors, references_figures
from tests.support.trials.tone_report import tone_rows, tone_text
from tests.support.trials.tone_trials import tone_trials
from tests.support.trials.trial_cache import ROOT, Cache

SUPPORT = ROOT / "core" / "knowledge" / "data" / "support.json"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, help="folder of analyses to use whatever code made them")
    parser.add_argument("--only", help="faults whose name contains this")
    parser.add_argument("--tracks", type=int, help="use the first so many tracks")
    parser.add_argument("--write", action="store_true", help="write the figures into the rules' data")
    arguments = parser.parse_args()
    folder, cache = Path(os.environ["EARSHOT_TEST_AUDIO"]), Cache(arguments.cache)
    faults = [fault for fault in FAULTS if not arguments.only or arguments.only in fault.name]
    found = trials(folder, cache, faults, usable(folder)[: arguments.tracks])
    rows, versions = summary(found), versions_figures(found)
    references = references_figures(reference_errors(folder, usable(folder)[: arguments.tracks], cache))
    tone = tone_rows(tone_trials(folder, cache, usable(folder)[: arguments.tracks]), rows)
    groups = {
        title: Fired(len(genres), {kind: firing(folder, cache, kind, genres) for kind in FIRING_KINDS})
        for title, genres in zip(Groups, (TRACK_GENRES, folk_renders(folder), UNSEEN_GENRES), strict=True)
    }
    texts = [faults_text(rows), tone_text(tone), *(firing_text(title, fired) for title, fired in groups.items())]
    sys.stdout.write("\n\n".join([*texts, f"Versions: {versions}", f"References: {references}"]) + "\n")
    if arguments.write:
        text = json.dumps(support(rows, groups, versions, references, tone), ensure_ascii=False, indent=1)
        SUPPORT.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
