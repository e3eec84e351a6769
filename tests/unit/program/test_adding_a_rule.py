"""The recipe "a rule" of CONTRIBUTING.md: one section and one function beside it, and nothing else in the program."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.processes.kernel_cache import ROOT

SECTION = """
[brisk_tempo]
order = 1000
name = "Brisk tempo"
called = "the brisk tempo"
tier = "note"
measure = "tempo of the song"
unit = "BPM"
direction = "above"
about = "How many beats a minute has."
levels = [{types = ["mix", "master"], info = 100, warn = 120, severe = 900}]
source = "a test"
evidence = "G"
caveat = "dances are brisk"
subjects = ["tempo"]
focus = ["pitch"]
alters = ["pitch"]
first.mix = "Tap along{there} with one finger."
first.master = "Tap along{there} with two fingers."
insight.simple = ["It is brisk."]
insight.detailed = ["It has {value}, and {half} by halves."]
insight.pro = ["Tempo {value}."]
mix.simple = ["Play slower."]
mix.detailed = ["Play at {half}."]
mix.pro = ["Halve to {half}."]
master.simple = ["Narrow it."]
master.detailed = ["Narrow it, at {half}."]
master.pro = ["Narrow by a half, at {half}."]
"""

FUNCTION = '''

def brisk_tempo(subject: JudgedTrack) -> Reading | None:
    """Beats per minute."""
    bpm = subject.analysis.rhythm.tempo_bpm
    if bpm is None:
        return None
    return Reading(bpm, facts={"half": tempo(bpm / 2)}, chain=Chain(width_percent=50.0))
'''

IMPORT = "from core.values.chain import Chain\n"

REVIEW = """
import json
import core
from core.advice.measured.measured_review import measured_review
from core.advice.subjects import found, words_of
from core.diagnosis import diagnose
from core.knowledge.genres import genre_table
from tests.support.reviews.analyses import changed, neutral, request
from tests.support.reviews.briefs import brief_of
from tests.support.reviews.rules_page import rules_page

analysis = changed(neutral("house"), rhythm__tempo_bpm=124.0)
brief = brief_of(analysis)
review = measured_review(brief, None)
answered = [code for subject in found(words_of("is the tempo alright?")) for code in subject.codes]
left = diagnose(analysis, genre_table().get("house"), request(focus="leave the tempo alone")).findings
kept = [finding.remedy.text for finding in left if finding.code == "brisk_tempo"]
told = [[list(item.finding_codes), item.insight, item.suggestion] for item in review.items]
rows = [[row.finding_code, row.setting] for row in review.dial_card.rows]
print(json.dumps([core.__file__, told, review.verdict, review.first_step, rows, rules_page(), answered, kept]))
"""


def test_a_section_and_a_function_are_a_whole_rule(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "core", tmp_path / "core", ignore=shutil.ignore_patterns("__pycache__"))
    rules = tmp_path / "core" / "rules"
    with (rules / "music.toml").open("a", encoding="utf-8") as sections:
        sections.write(SECTION)
    code = (rules / "music.py").read_text(encoding="utf-8")
    (rules / "music.py").write_text(
        code.replace("\nfrom core.rules.reading", f"\n{IMPORT}from core.rules.reading", 1) + FUNCTION, encoding="utf-8"
    )

    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-W", "ignore", "-c", REVIEW],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )

    assert done.returncode == 0, done.stderr
    place, told, verdict, first_step, rows, page, answered, kept = json.loads(done.stdout.replace(r"\u00a0", " "))
    assert place == str(tmp_path / "core" / "__init__.py")
    assert told == [
        [
            ["brisk_tempo"],
            "It has 124 BPM, and 62 BPM by halves.",
            "Narrow it, at 62 BPM.",
        ]
    ]
    assert "the brisk tempo" in verdict
    assert first_step == "Tap along with two fingers."
    assert ["brisk_tempo", "50% of now, checked in mono"] in rows
    assert "### Brisk tempo (`brisk_tempo`)\nHow many beats a minute has." in page
    assert "brisk_tempo" in answered
    assert len(kept) == 1
    assert "leave tempo and tuning alone" in kept[0]
