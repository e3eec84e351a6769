"""Names: one meaning each."""

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

PAIRS_OF_PARTS = {
    "core/analysis/frames_bytes.py:_named_values",  # items of a mapping
    "core/storage/queue/fairness.py:age",  # a key to sort by
    "core/analysis/music/sections.py:_quiet_name",  # name and confidence
    "core/analysis/music/sections.py:_labels",
}
"""Functions that return a tuple of unlike things whose parts need no names."""


FAMILIES = frozenset(
    "file level music stereo tone loudness peaks spectrum dropouts_and_clicks measurements analysis".split()
)
"""What is measured: the same family as values, as quantities, as rules, in the report and as a chart."""

FEATURES = frozenset(
    "answer conversation explain feedback jobs messages offers outbox privacy review targets uploads".split()
)
"""What people do: the same feature in Discord, as a use case, in the database and in the report."""

PARTS_MAX = 18
"""Files and folders of one folder: what a person finds their way in without an index."""

LINES_MAX = 300
"""Of a module."""


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Path and syntax tree of every module of the program, but for migrations (each stands for its own time)."""
    for package in ("bot", "cogs", "core"):
        for path in sorted((ROOT / package).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if "migrations/" not in name:
                yield name, ast.parse(path.read_text(encoding="utf-8"))


def constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Public constants of a module with their values as they are written; a value of several names counts for each."""
    for node in tree.body:
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            is_unpacked = len(names) > 1 and isinstance(node.value, ast.Tuple)
            values = node.value.elts if is_unpacked else [node.value] * len(names)
            for name, value in zip(names, values, strict=True):
                is_type_variable = isinstance(value, ast.Call) and ast.unparse(value.func) in {"TypeVar", "ParamSpec"}
                if isinstance(name, ast.Name) and name.id.isupper() and name.id[0] != "_" and not is_type_variable:
                    yield name.id, ast.unparse(value)


def test_a_constant_is_written_once() -> None:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path, tree in modules():
        for name, value in constants(tree):
            found[name].append(f"{path}: {value}")

    assert len(found) > 400
    assert {name: places for name, places in found.items() if len(places) > 1} == {}


def unlike(annotation: ast.expr | None) -> bool:
    """Whether an annotation holds a tuple of a fixed length whose parts are of different types."""
    return annotation is not None and any(
        isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Name)
        and node.value.id == "tuple"
        and isinstance(node.slice, ast.Tuple)
        and len({ast.unparse(part) for part in node.slice.elts}) > 1
        and not any(isinstance(part, ast.Constant) and part.value is ... for part in node.slice.elts)
        for node in ast.walk(annotation)
    )


def test_what_is_returned_of_several_kinds_has_names() -> None:
    found = {
        f"{path}:{node.name}"
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and unlike(node.returns)
    }

    assert found == PAIRS_OF_PARTS


def parts() -> defaultdict[str, list[Path]]:
    """Modules and packages by name."""
    found: defaultdict[str, list[Path]] = defaultdict(list)
    for path, _ in modules():
        part = Path(path).parent if Path(path).name == "__init__.py" else Path(path)
        found[part.stem].append(part)
    return found


def test_a_name_of_a_module_means_one_thing() -> None:
    shared = {name for name, paths in parts().items() if len(paths) > 1}

    assert shared == FAMILIES | FEATURES


def test_folders_of_tests_are_of_a_size_to_find_ones_way_in() -> None:
    folders = Counter(path.parent for path in (ROOT / "tests").rglob("*.py"))

    assert {folder.as_posix(): count for folder, count in folders.items() if count > PARTS_MAX} == {}


def test_folders_and_modules_are_of_a_size_to_find_ones_way_in() -> None:
    folders = Counter(path.parent for paths in parts().values() for path in paths)
    long = [path for path, _ in modules() if len((ROOT / path).read_text(encoding="utf-8").splitlines()) > LINES_MAX]

    assert {folder.as_posix(): count for folder, count in folders.items() if count > PARTS_MAX} == {}
    assert long == []


PORTS = frozenset("Database Jobs Outbox Unit".split())
"""What the job machinery needs of the database, and what the database has."""

REPOSITORIES = frozenset("Conversations Privacy Targets".split())
"""The commands of a feature in Discord, and its rows."""


def test_a_name_of_a_class_means_one_thing() -> None:
    found = Counter(node.name for _, tree in modules() for node in tree.body if isinstance(node, ast.ClassDef))

    assert {name for name, times in found.items() if times > 1 and not name.startswith("_")} == PORTS | REPOSITORIES
