"""Every language says all that English says: the same keys, the same places for values, no key that nobody uses."""

import ast
import re
import string
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from core.advice.plan.glue import glue
from core.analysis.quantities import QUANTITIES
from core.knowledge.loading import load, load_toml
from core.rules.rule import FAMILIES
from core.text.language import ENGLISH, LANGUAGES, catalogue, in_language, language_of, worded

ROOT = Path(__file__).resolve().parents[3]
OTHERS = [code for code in LANGUAGES if code != ENGLISH]

RULE_TEXTS = (
    "name",
    "called",
    "measure",
    "caveat",
    "states",
    "first",
    "insight",
    "mix",
    "mastering",
    "master",
    "advice",
)
"""Members of a rule's section that people read."""

SAME_IN_GERMAN = {"PLR", "DR14", "Balance", "Tempo", "Codec", "Sub", "Bass", "Air"}
"""Names of quantities and bands that are the same in both."""


def leaves(table: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """All texts and lists of texts in a table, by their paths."""
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from leaves(value, (*path, name))
        else:
            yield (*path, name), value


def places(text: Any) -> set[str]:
    """Names in braces of a text, or of all forms of one."""
    forms = text if isinstance(text, list) else [text]
    return {name for form in forms for _, name, _, _ in string.Formatter().parse(form) if name}


@pytest.mark.parametrize("code", OTHERS)
@pytest.mark.parametrize("section", ["sentences", "phrases"])
def test_a_language_has_the_sentences_of_english_with_the_same_places(code: str, section: str) -> None:
    english, other = dict(leaves(catalogue(ENGLISH)[section])), dict(leaves(catalogue(code)[section]))

    assert english.keys() == other.keys()
    for path, text in english.items():
        assert type(text) is type(other[path]), path
        # a language that has no article for a part needs not name it twice
        assert places(other[path]) <= places(text) | {"label", "part"}, path
        assert places(text) - places(other[path]) <= {"label", "part"} | (
            {"source"} if path[-1] == "limit" else set()
        ), path


@pytest.mark.parametrize("code", list(LANGUAGES))
def test_a_sentence_with_plural_forms_has_as_many_as_its_language(code: str) -> None:
    for path, text in leaves(catalogue(code)["sentences"]):
        if isinstance(text, list):
            assert len(text) == 2, path  # English and German
            assert all("{count}" in form for form in text) or "count" not in places(text), path


def keys_in_code() -> set[str]:
    """Patterns of all keys that the program asks `worded` for."""
    found = set()
    for path in (path for folder in ("core", "cogs", "bot") for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and re.fullmatch(r"[a-z_]+(\.[\w]+)+", node.value)
            ):
                found.add(re.escape(node.value))
            if isinstance(node, ast.JoinedStr):
                parts = [
                    re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[\w.]+" for part in node.values
                ]
                found.add("".join(parts))
    return {pattern for pattern in found if re.match(r"[a-z_]+\\\.", pattern)}


def test_every_sentence_is_used_and_every_key_exists() -> None:
    keys = {".".join(path) for path, _ in leaves(catalogue(ENGLISH)["sentences"])}
    patterns = [re.compile(pattern) for pattern in keys_in_code()]

    assert {key for key in keys if not any(pattern.fullmatch(key) for pattern in patterns)} == set()
    calls = re.findall(r'worded\(\s*"([\w.]+)"', "\n".join(path.read_text() for path in (ROOT / "core").rglob("*.py")))
    assert len(calls) > 50
    assert set(calls) <= keys


def english_rules() -> dict[str, dict[str, Any]]:
    """The sections of all rules."""
    return {code: section for family in FAMILIES for code, section in load_toml("core.rules", f"{family}.toml").items()}


@pytest.mark.parametrize("code", OTHERS)
def test_a_language_has_all_texts_of_all_rules(code: str) -> None:
    rules, other = english_rules(), catalogue(code)["rules"]
    assert rules.keys() == other.keys()
    for name, section in rules.items():
        texts = {key: value for key, value in section.items() if key in RULE_TEXTS}
        wanted, given = dict(leaves(texts)), dict(leaves(other[name]))
        assert wanted.keys() == given.keys(), name
        for path, text in wanted.items():
            assert type(text) is type(given[path]), (name, path)


@pytest.mark.parametrize("code", OTHERS)
@pytest.mark.parametrize(
    ("section", "package", "file", "members"),
    [
        ("strengths", "core.diagnosis", "strengths.toml", {"name", "measure", "text"}),
        ("positions", "core.rules", "positions.toml", {"name", "more", "less"}),
        ("focus", "core.knowledge", "data/focus.toml", {"name"}),
        ("vocabulary", "core.advice", "vocabulary.toml", {"label"}),
    ],
)
def test_a_language_has_the_texts_of_other_data(
    code: str, section: str, package: str, file: str, members: set[str]
) -> None:
    wanted = {path for path, _ in leaves(load_toml(package, file)) if path[-1] in members}

    assert {path for path, _ in leaves(catalogue(code)[section])} == wanted


@pytest.mark.parametrize("code", OTHERS)
def test_a_language_has_the_names_of_quantities_groups_and_joining_words(code: str) -> None:
    words = catalogue(code)
    names = {
        name for entry in QUANTITIES.values() for name in (entry.english, entry.english_short) if "Hz\u2013" not in name
    }
    unnamed = {name for name in names if name not in words["quantities"] and not name.endswith("Hz")}
    assert unnamed <= SAME_IN_GERMAN
    norms = load("norms.json")
    groups = {group["name"] for group in norms["groups"].values()}
    groups |= {
        entry["group"]
        for quantity in norms["quantities"].values()
        for entry in quantity["norms"].values()
        if "group" in entry
    }
    assert groups == words["groups"].keys()
    known = glue()
    before = known.before | known.before_a_statement | known.before_a_request | known.before_the_most_important
    with_names = known.with_a_later_name | known.with_a_name | known.with_the_most_important_name | known.on_a_name
    assert words["joining_before"].keys() == (before | with_names) - {""}
    assert words["joining_between_clauses"].keys() == known.between_clauses
    assert words["joining_between_names"].keys() == known.between_names - {","}


def test_a_locale_without_a_language_is_answered_in_english() -> None:
    assert [language_of(locale) for locale in ("de", "en-GB", "sv-SE", "", "DE-at")] == ["de", "en", "en", "en", "de"]
    with in_language("sv"):
        assert worded("numbers.decimal_mark") == "."


def test_a_language_ends_where_it_was_set() -> None:
    with in_language("de"):
        with in_language("en"):
            assert worded("numbers.decimal_mark") == "."
        assert worded("numbers.decimal_mark") == ","
    assert worded("numbers.decimal_mark") == "."
