"""Docstrings of the analysis: whoever hands an array over, or takes one, reads which shape it has."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

Function = ast.FunctionDef | ast.AsyncFunctionDef


def public_functions(body: list[ast.stmt], prefix: str = "") -> Iterator[tuple[str, Function]]:
    """Functions of a module and methods of its classes whose names begin with no underscore."""
    for node in body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from public_functions(node.body, f"{prefix}{node.name}.")
        elif isinstance(node, Function) and not node.name.startswith("_"):
            yield prefix + node.name, node


def has_arrays(function: Function) -> bool:
    """Whether an annotation of a parameter or of what is returned names an array."""
    arguments = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    annotations = [argument.annotation for argument in arguments] + [function.returns]
    return any(re.search(r"NDArray|ndarray", ast.unparse(one)) for one in annotations if one is not None)


def without_shape(source: str) -> list[str]:
    """Public functions with arrays whose docstring does not speak of their shape."""
    return [
        name
        for name, function in public_functions(ast.parse(source).body)
        if has_arrays(function) and not re.search(r"\bshape\b", ast.get_docstring(function) or "", re.IGNORECASE)
    ]


def test_every_public_function_of_arrays_tells_their_shape() -> None:
    modules = sorted((ROOT / "core" / "analysis").rglob("*.py"))

    assert len(modules) > 50
    assert {str(path): names for path in modules if (names := without_shape(path.read_text(encoding="utf-8")))} == {}


def test_one_that_does_not_is_found() -> None:
    source = """
class Table:
    def told(self, rows: NDArray[np.int64]) -> None:
        '''Take rows, shape (n, 3).'''

    def untold(self) -> dict[str, NDArray[np.int64]]:
        '''All tables.'''

def of_numbers(level_db: float) -> float:
    '''A number.'''

def undocumented(*, power: NDArray[np.float64]) -> float: ...
"""
    assert without_shape(source) == ["Table.untold", "undocumented"]
