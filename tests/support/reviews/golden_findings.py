"""Golden findings of a dozen real tracks: ``python -m tests.support.reviews.golden_findings`` rewrites them.

What stands in the file was read as an engineer would read it; a change of it is to be read again. Tracks come from the
folder that EARSHOT_TEST_AUDIO names; nothing of their sound is in the file.
"""

import os
from pathlib import Path
from typing import Any

from core.diagnosis import diagnose
from core.diagnosis.findings import Diagnosis
from core.knowledge.genres import genre_table
from core.rules.reading import Severity
from core.values.request import Detail, ReviewRequest, ReviewType
from core.values.serial import to_builtins
from tests.support.audio.track_genres import TRACK_GENRES
from tests.support.trials.firing import whole
from tests.support.trials.trial_cache import Cache

FILE = Path(__file__).parents[2] / "golden" / "findings.toml"

TRACKS = {
    "km_Blue_Ska.mp3": ReviewType.MASTER,
    "km_Rising.mp3": ReviewType.MASTER,
    "km_Heroic_Age.mp3": ReviewType.MASTER,
    "km_Gymnopedie_No._1.mp3": ReviewType.MASTER,
    "lmms_Farbro-Tectonic.ogg": ReviewType.MIXDOWN,
    "lmms_DirtyLove.ogg": ReviewType.MIXDOWN,
    "lmms_Skiessi-222.ogg": ReviewType.MIXDOWN,
    "eif_Caesium_MASTER_mobile.m4a": ReviewType.MASTER,
    "eif_Hydrogen_stemsum.ogg": ReviewType.MIXDOWN,
    "cc_LoyaltyFreakMusic-HyperMetal-03MegaMetal.mp3": ReviewType.MASTER,
    "cc_Loyalty_Freak_Music_-_LOFI_AMBIENT_SONGS_-_01.mp3": ReviewType.MASTER,
    "cc_Loyalty_Freak_Music_-_ROLLER_DISCO_DANCE_DANCE.mp3": ReviewType.MASTER,
}


def diagnosis_of_track(folder: Path, name: str) -> Diagnosis:
    """A whole track, diagnosed as its type and genre."""
    analysis = whole(folder, name, Cache())
    genre_id = TRACK_GENRES[name]
    return diagnose(analysis, genre_table().get(genre_id), ReviewRequest(TRACKS[name], genre_id, detail=Detail.PRO))


def golden_of(diagnosis: Diagnosis) -> dict[str, Any]:
    """What the file keeps: warnings with their values in order, the codes of the notes, strengths, "excerpt"."""
    values = to_builtins(diagnosis)
    serious = [finding for finding in values["findings"] if finding["severity"] != Severity.INFO.value]
    return {
        "warnings": [f"{f['severity']} {f['code']} {f['value']:.4g} {f['unit']}".rstrip() for f in serious],
        "notes": [f["code"] for f in values["findings"] if f["severity"] == Severity.INFO.value],
        "strengths": [strength["code"] for strength in values["strengths"]],
        "excerpt": diagnosis.excerpt is not None,
    }


def main() -> None:
    """Rewrite the file."""
    folder = Path(os.environ["EARSHOT_TEST_AUDIO"])
    lines = ["# Rewritten by python -m tests.support.reviews.golden_findings; read every change as an engineer would."]
    for name, kind in TRACKS.items():
        golden = golden_of(diagnosis_of_track(folder, name))
        lines += ["", f'["{name}"]', f'judged_as = "{kind.value}, {TRACK_GENRES[name]}"']
        lines += [f"{key} = {_toml(value)}" for key, value in golden.items()]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _toml(value: list[str] | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "[" + ", ".join(f'"{text}"' for text in value) + "]"


if __name__ == "__main__":
    main()
