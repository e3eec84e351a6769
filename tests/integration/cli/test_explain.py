"""`earshot explain`, from the checkout and from a package that is installed elsewhere."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from core.rules.rule import rules
from tests.support.processes.command_line import earshot
from tests.support.processes.kernel_cache import ROOT

BUILD_TIMEOUT_S = 600.0


def test_a_topic_is_explained_with_its_sources(data_dir: Path) -> None:
    done = earshot(data_dir, "explain", "what", "is", "a", "true", "peek?")

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("True peak\n")
    assert "How it is measured" in done.stdout
    assert "ITU-R BS.1770-5" in done.stdout
    for source in ("glossary.md › True peak", "measurement.md › Peaks", "rules.md › True peak"):
        assert source in done.stdout


def test_an_unknown_topic_is_refused_with_the_nearest(data_dir: Path) -> None:
    done = earshot(data_dir, "explain", "quantum", "flux", "capacitor")

    assert done.returncode == 2
    assert done.stdout == ""
    assert "Closest to it" in done.stderr


def test_a_model_that_cannot_be_reached_leaves_the_pages(data_dir: Path) -> None:
    environment = {"OPENAI_API_KEY": "canary-key", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}
    done = earshot(data_dir, "explain", "PSR", environment=environment)

    assert done.returncode == 0, done.stderr
    assert "glossary.md › PSR" in done.stdout
    assert "canary" not in done.stdout + done.stderr


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as a wheel brings it, unpacked far from any checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    for name in ("bot", "cogs", "core"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run(  # noqa: S603 - our own build
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "--no-index",
            "--disable-pip-version-check",
            "--wheel-dir",
            str(folder),
            str(source),
        ],
        check=True,
        timeout=BUILD_TIMEOUT_S,
        capture_output=True,
    )
    (wheel,) = folder.glob("earshot-*.whl")
    site = folder / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    shutil.rmtree(source)
    return site


def test_an_installed_package_carries_its_pages(installed: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "explain", "PSR"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(installed), "COLUMNS": "120"},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )

    assert done.returncode == 0, done.stderr
    assert "glossary.md › PSR" in done.stdout
    assert (installed / "core" / "knowledge" / "pages" / "rules.md").is_file()


READ_ALL = """
import core
from core.diagnosis.phrases import phrases
from core.diagnosis.strengths import strength_words
from core.rules.all_rules import measures
print(core.__file__, len(measures()), bool(phrases()), bool(strength_words()))
"""


def test_an_installed_package_carries_its_rules_and_their_words(installed: Path, tmp_path: Path) -> None:
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", READ_ALL],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [str(installed / "core" / "__init__.py"), str(len(rules())), "True", "True"]
