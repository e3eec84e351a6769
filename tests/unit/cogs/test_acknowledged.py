"""Every first answer to an interaction goes through `acknowledge`: one that ends in doubt is followed up."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
REFUSALS = "error_replies.py"
"""The last resort: what cannot be said there is logged."""

MODULES = sorted(path for path in (ROOT / "cogs").rglob("*.py") if path.name != REFUSALS)


def _first_answers(tree: ast.AST, *, in_acknowledge: bool = False) -> Iterator[int]:
    """Lines that use `….response.<something>` outside of a call of `acknowledge`. To look is no answer."""
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id == "acknowledge":
        in_acknowledge = True
    is_of_response = isinstance(tree, ast.Attribute) and ast.unparse(tree.value).endswith(".response")
    if is_of_response and not in_acknowledge and tree.attr != "is_done":
        yield tree.lineno
    for child in ast.iter_child_nodes(tree):
        yield from _first_answers(child, in_acknowledge=in_acknowledge)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_answers_an_interaction_by_itself(path: Path) -> None:
    assert not list(_first_answers(ast.parse(path.read_text(encoding="utf-8"))))


def test_what_answers_by_itself_is_found() -> None:
    told = ast.parse("await interaction.response.defer()\nawait acknowledge(i, lambda: i.response.defer())")

    assert list(_first_answers(told)) == [1]
