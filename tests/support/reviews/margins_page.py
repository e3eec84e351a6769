"""The section of `core/knowledge/pages/measurement.md` on margins, made from the registry: `make docs` writes it."""

from collections.abc import Iterator
from pathlib import Path

from core.analysis.quantities import QUANTITIES, Quantity

PATH = Path(__file__).parents[3] / "core" / "knowledge" / "pages" / "measurement.md"
HEADING = "## Margins"
INTRODUCTION = (
    "Two values closer than their margin are equal: comparisons with references and targets tell no difference there,",
    "and versions are told apart by more (`noticeable_change`). *Standard*: a standard defines the quantity and bounds",
    "its error; *measured*: our checks bound it; *estimate*: the value may be wrong altogether; *practice*: what it",
    "counts is a convention. This table is written by `make docs`.",
)


def margins_section() -> str:
    """The section as Markdown, with its heading."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield HEADING
    yield from INTRODUCTION
    yield ""
    yield "| quantity | margin | status | by |"
    yield "| --- | --- | --- | --- |"
    for entry in QUANTITIES.values():
        if entry.margin is not None:
            yield f"| {_name(entry)} | {_size(entry)} | {entry.margin.status} | {entry.margin.source} |"


def _name(entry: Quantity) -> str:
    if entry.id.endswith("_share_db"):
        return f"{entry.label}, share of the whole"
    return f"{entry.label}, at equal loudness" if entry.label[0].isdigit() else entry.label


def _size(entry: Quantity) -> str:
    assert entry.margin is not None
    value = entry.margin.value
    text = f"{value:.5f}".rstrip("0").rstrip(".")
    return f"{text} {entry.difference_unit}".strip() if value else "none"


def with_margins(page: str) -> str:
    """The page with its section on margins made anew; the section is the last but what follows its next heading."""
    before, _, rest = page.partition(f"{HEADING}\n")
    following = rest.find("\n## ")
    after = rest[following:] if following >= 0 else ""
    return f"{before.rstrip()}\n\n{margins_section()}{after}"


def main() -> None:
    """Write the section into the page."""
    PATH.write_text(with_margins(PATH.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
