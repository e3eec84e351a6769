"""The recipe "a quantity" of CONTRIBUTING.md: one entry of the registry, and nothing else in the program."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.analysis.quantities import QUANTITIES
from core.rules.rule import FAMILIES
from tests.support.processes.kernel_cache import ROOT

ENTRY = """
    Quantity(
        id="peak_to_momentary_db",
        family=Family.LEVEL,
        english="Peak to momentary",
        english_short="Peak/momentary",
        unit="dB",
        decimals=2,
        read=lambda analysis: analysis.peaks.true_peak_dbtp - (analysis.loudness.max_momentary_lufs or 0.0),
    ),
"""

SHOWN = """
import json
import core
from bot.cli.printing import analysis_rows
from core.advice.statements.table import table_of
from core.exports.report.quantity_facts import fact_groups
from tests.support.reviews.analyses import changed, neutral
from tests.support.reviews.briefs import brief_of

analysis = changed(neutral(), peaks__true_peak_dbtp=-1.0, loudness__max_momentary_lufs=-8.25)
report = {fact.label: fact.value for _, facts in fact_groups(analysis) for fact in facts}
table = table_of(brief_of(analysis))
told = [statement.text for statement in table.values() if "peak to momentary" in statement.text.casefold()]
print(json.dumps([core.__file__, report, dict(analysis_rows(analysis)), told]))
"""


def test_an_entry_is_a_whole_quantity(tmp_path: Path) -> None:
    for package in ("core", "bot", "cogs"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    registry = tmp_path / "core" / "analysis" / "quantities" / "level.py"
    code = registry.read_text(encoding="utf-8")
    assert code.count("\nDYNAMICS = (\n") == 1
    registry.write_text(code.replace("\nDYNAMICS = (\n", f"\nDYNAMICS = ({ENTRY}"), encoding="utf-8")

    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-W", "ignore", "-c", SHOWN],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )

    assert done.returncode == 0, done.stderr
    place, report, terminal, told = json.loads(done.stdout.replace(r"\u00a0", " "))
    assert place == str(tmp_path / "core" / "__init__.py")
    assert report["Peak/momentary"] == "7.25 dB"
    assert terminal["Peak to momentary"] == "7.25 dB"
    assert len(told) == 1
    assert "7.25 dB" in told[0]


CONSUMERS = (
    "bot/cli/cohesion_table.py",
    "bot/cli/printing.py",
    "cogs/rendering.py",
    "core/advice/measured/focus_answer.py",
    "core/advice/measured/named_quantities.py",
    "core/advice/measured/subject_facts.py",
    "core/advice/measured/yes_or_no.py",
    "core/advice/prompts/selection.py",
    "core/advice/statements/moments.py",
    "core/advice/statements/of_answers.py",
    "core/advice/statements/of_track.py",
    "core/advice/statements/topics.py",
    "core/diagnosis/comparing/record.py",
    "core/diagnosis/comparing/reference_words.py",
    "core/diagnosis/comparing/references.py",
    "core/diagnosis/comparing/versions.py",
    "core/diagnosis/strengths.py",
    "core/exports/charts/loudness.py",
    "core/exports/charts/stereo.py",
    "core/exports/report/quantity_facts.py",
    "core/exports/report/measurements.py",
    *(f"core/rules/{family}.py" for family in FAMILIES),
    "core/targets/named.py",
    "core/targets/percentiles.py",
    "core/targets/words.py",
)

UNITS = {unit for entry in QUANTITIES.values() for unit in (entry.unit, entry.difference_unit)} - {"", "s", "%"}
"""Without those that are much else as well: an empty text, the ending of a plural, a share of anything."""

NAMES = {
    name.casefold() for entry in QUANTITIES.values() for name in (entry.english, entry.english_short)
} - QUANTITIES.keys()
"""A quantity is chosen by its id, and some ids are the name in small letters."""

FORMER_NAMES = re.compile(
    r"side against mid|side/mid|(?:short-term|momentary) max|max(?:imum)? short|(?:smallest|lowest) psr|psr min|"
    r"mono fold(?!-down)|fold-down loss",
    re.IGNORECASE,
)


def texts_in(path: Path) -> Iterator[str]:
    """String literals, also the fixed parts of f-strings, without the sentences that document something."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    if path.parent.name in {"rules", "statements"}:
        # what a placeholder of a rule's texts is called, and the ids of subjects
        silent |= {id(key) for node in ast.walk(tree) if isinstance(node, ast.Dict) for key in node.keys}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
            yield node.value


@pytest.mark.parametrize("consumer", CONSUMERS)
def test_no_name_or_unit_of_a_quantity_is_spelled_again(consumer: str) -> None:
    told = {text.strip(" ,.:;()\u00a0") for text in texts_in(ROOT / consumer)}

    assert {text for text in told if text.casefold() in NAMES} == set()
    assert {text for text in told if FORMER_NAMES.search(text)} == set()
    assert told & UNITS == set()
