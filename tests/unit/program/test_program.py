"""What holds for the program as a whole."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import typer

from bot.__main__ import app
from bot.settings import LOG_LEVELS, Settings
from core.values.request import Detail, ReviewType

ROOT = Path(__file__).resolve().parents[3]

IMPORT_EVERYTHING = """
import importlib, logging, os, pkgutil, sys, threading
import bot, cogs, core
before = set(os.listdir("."))
for package in (bot, cogs, core):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not module.name.endswith(("__main__", "migrations.env")) and ".versions." not in module.name:
            importlib.import_module(module.name)
assert set(os.listdir(".")) == before, "files were written"
assert threading.active_count() == 1, "threads were started"
assert not logging.getLogger().handlers, "logging was configured"
print(len(sys.modules))
"""


def test_importing_a_module_does_nothing(tmp_path: Path) -> None:
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-W", "ignore", "-c", IMPORT_EVERYTHING],
        cwd=tmp_path,
        env={"PATH": "", "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


def settings_read() -> set[str]:
    """Names of environment variables in the one module that reads them."""
    return set(re.findall(r'"([A-Z][A-Z_]{4,})"', (ROOT / "bot" / "settings.py").read_text())) - set(LOG_LEVELS)


@pytest.mark.parametrize("page", ["docs/operators.md", ".env.example"])
def test_every_setting_is_documented_and_no_other(page: str) -> None:
    documented = set(re.findall(r"\b(?:EARSHOT|OPENAI|DISCORD|DATABASE)_[A-Z_]+\b", (ROOT / page).read_text()))

    assert documented == settings_read()


def test_the_documented_defaults_are_the_defaults() -> None:
    table: dict[str, str] = dict(
        re.findall(r"\| `(EARSHOT_\w+)` \| (\d+) \|", (ROOT / "docs/operators.md").read_text())
    )
    given = Settings.read(table)

    assert len(table) >= 8
    assert given.limits == Settings.read({}).limits


@pytest.mark.parametrize(
    "page",
    ["docs/architecture.md", "docs/operators.md", "CONTRIBUTING.md", "README.md", "core/knowledge/pages/rules.md"],
)
def test_every_path_that_a_page_names_exists(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    paths = re.findall(r"`((?:bot|cogs|core|tests|docs)/[\w/.*-]+)`", text)
    named = [*paths, *re.findall(r"\]\((?!https?:)([^)#]+)\)", text)]

    assert named
    assert not [path for path in named if not list(ROOT.glob(path)) and not ((ROOT / page).parent / path).exists()]


def commands() -> dict[str, set[str]]:
    """The commands of `earshot --help`, each with the options that its own `--help` lists."""
    return {
        str(command.name): {option for parameter in command.params for option in parameter.opts if option[:2] == "--"}
        for command in typer.main.get_command(app).commands.values()  # type: ignore[attr-defined]
    }


@pytest.mark.parametrize("page", ["README.md", "core/knowledge/pages/using.md"])
def test_the_list_of_commands_is_that_of_the_program(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    listed = re.findall(r"^(?:\.venv/bin/)?earshot (\w+)", text, re.MULTILINE)

    assert len(listed) == len(set(listed))
    assert set(listed) == set(commands())


@pytest.mark.parametrize(
    "page",
    ["README.md", "CONTRIBUTING.md", "docs/operators.md", "docs/architecture.md", "core/knowledge/pages/using.md"],
)
def test_every_command_and_option_that_a_page_names_exists(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8").replace("\\\n", "")
    known = commands()
    used = re.findall(r"(?:^|`)(?:\.venv/bin/)?earshot ([a-z]+)([^`\n]*)", text, re.MULTILINE)

    assert {command for command, _ in used} <= set(known)
    assert not [
        (command, option)
        for command, rest in used
        for option in re.findall(r"--[a-z-]+", rest)
        if option not in known[command] | {"--help"}
    ]


def test_the_page_for_members_names_every_option() -> None:
    text = (ROOT / "core/knowledge/pages/using.md").read_text(encoding="utf-8")

    assert {option for options in commands().values() for option in options if option not in text} == set()


def test_every_dependency_earns_its_line_in_the_readme() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    needed = project["project"]["dependencies"] + [
        name for group in project["dependency-groups"].values() for name in group
    ]
    names = {re.split(r"[\[<>=]", requirement)[0] for requirement in needed}
    readme = (ROOT / "README.md").read_text()

    assert not {name for name in names if f"**{name}**" not in readme}


@pytest.mark.parametrize("lock", ["run.lock", "dev.lock"])
def test_locks_have_hashes_and_name_no_index(lock: str) -> None:
    text = (ROOT / "requirements" / lock).read_text()
    requirements = re.findall(r"^[a-z0-9][\w.-]*==.*?(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)

    assert len(requirements) > 20
    assert all("--hash=sha256:" in requirement for requirement in requirements)
    assert not re.search(r"index-url|find-links|https?://", text)


def test_the_lock_of_the_local_model_holds_its_packages_alone() -> None:
    text = (ROOT / "requirements" / "local-model.lock").read_text()
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]["local-model"]

    assert re.findall(r"^([\w.-]+)==", text, re.MULTILINE) == [re.split(r"[\[<>=]", name)[0] for name in wanted]
    assert len(re.findall(r"--hash=sha256:", text)) >= len(wanted)
    assert not re.search(r"index-url|find-links|https?://", text)


def test_picker_prompt_and_pages_know_the_same_types_and_details() -> None:
    from cogs.feedback import DETAIL_CHOICES, TYPE_CHOICES
    from core.advice.prompts.instructions import EXAMPLES, ROLES, STYLES

    assert {choice.value for choice in TYPE_CHOICES} == {kind.value for kind in ReviewType}
    assert {choice.value for choice in DETAIL_CHOICES} == {detail.value for detail in Detail}
    assert set(ROLES) == set(ReviewType)
    assert set(STYLES) == set(EXAMPLES) == set(Detail)
    using = (ROOT / "core" / "knowledge" / "pages" / "using.md").read_text()
    assert all(kind.label in using for kind in ReviewType)
