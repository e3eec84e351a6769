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
from core.advice.checking import metric_words

from core.analysis.quantities import QUANTITIES
from core.rules.rule import FAMILIES
from tests.support.processes.kernel_cache import ROOT

ENTRY = """
    Quantity(
        id="peak_to_momentary_db",
        family=Family.LEVEL,
        label="Peak to momentary",
        short="Peak/momentary",
        unit="dB",
        decimals=2,
        read=lambda analysis: analysis.peaks.true_peak_dbtp - (analysis.loudness.max_momentary_lufs or 0.0),
    ),
"""

SHOWN = """
import json
import core
from bot.cli.printing import analysis_rows
from core.advice.checking.ledger import ledger
from core.advice.prompts.facts import facts_of
from core.exports.report.quantity_facts import fact_groups
from tests.support.reviews.analyses import changed, neutral
from tests.support.reviews.briefs import brief_of

analysis = changed(neutral(), peaks__true_peak_dbtp=-1.0, loudness__max_momentary_lufs=-8.25)
report = {fact.label: fact.value for _, facts in fact_groups(analysis) for fact in facts}
brief = brief_of(analysis)
known = any(entry.unit == "dB" and entry.value == 7.25 for entry in ledger(brief))
print(json.dumps([core.__file__, report, dict(analysis_rows(analysis)), facts_of(brief)["measurements"], known]))
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
    place, report, terminal, prompt, is_in_the_ledger = json.loads(done.stdout.replace(r"\u00a0", " "))
    assert place == str(tmp_path / "core" / "__init__.py")
    assert report["Peak/momentary"] == "7.25 dB"
    assert terminal["Peak to momentary"] == "7.25 dB"
    assert prompt["peak to momentary"] == "7.25 dB"
    assert is_in_the_ledger


CONSUMERS = (
    "bot/cli/cohesion_table.py",
    "bot/cli/printing.py",
    "cogs/rendering.py",
    "core/advice/checking/comparisons.py",
    "core/advice/checking/ledger.py",
    "core/advice/measured/moments.py",
    "core/advice/measured/topics.py",
    "core/advice/prompts/facts.py",
    "core/advice/prompts/facts_for_a_question.py",
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

NAMES = {name.casefold() for entry in QUANTITIES.values() for name in (entry.label, entry.short)} - QUANTITIES.keys()
"""A quantity is chosen by its id, and some ids are the name in small letters."""

FORMER_NAMES = re.compile(
    r"side against mid|side/mid|(?:short-term|momentary) max|max(?:imum)? short|(?:smallest|lowest) psr|psr min|"
    r"mono fold(?!-down)|fold-down loss",
    re.IGNORECASE,
)

TAGS_OF_THE_CHECKER = {tag for tags, _ in metric_words.TAGS_AND_WORDS for tag in tags.split()}
""""bass" is the short label of a band, and what `metric_words` tags a clause with that speaks of it."""

OTHER_QUANTITIES = {
    # gain on playback, depth of an edge; what is left out of a list; how the reading of prose spells a slope
    "core/advice/checking/ledger.py": {"dB", "LU", "dB/oct"},
}
"""Units that are not written for a quantity of the registry."""


def texts_in(path: Path) -> Iterator[str]:
    """String literals, also the fixed parts of f-strings, without the sentences that document something."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    if path.parent.name == "rules":
        # what a placeholder of a rule's texts is called
        silent |= {id(key) for node in ast.walk(tree) if isinstance(node, ast.Dict) for key in node.keys}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
            yield node.value


@pytest.mark.parametrize("consumer", CONSUMERS)
def test_no_name_or_unit_of_a_quantity_is_spelled_again(consumer: str) -> None:
    told = {text.strip(" ,.:;()\u00a0") for text in texts_in(ROOT / consumer)}
    names = NAMES - (TAGS_OF_THE_CHECKER if "checking" in consumer else set())

    assert {text for text in told if text.casefold() in names} == set()
    assert {text for text in told if FORMER_NAMES.search(text)} == set()
    assert (told & UNITS) - OTHER_QUANTITIES.get(consumer, set()) == set()
