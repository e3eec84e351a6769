"""Earshot's own documentation as passages and topics: what explanations are made of.

The pages are the Markdown files of `core/knowledge/pages/`, which an installed package carries as data.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import NamedTuple

PAGES = ("glossary", "measurement", "rules", "using", "writing")
"""The pages that explanations are made from, the plainest first. Running the bot is not a producer's business."""

_HEADING = re.compile(r"^(#{1,3}) (.+)$")
_RULE_HEADING = re.compile(r"^(?P<name>.+) \(`(?P<code>\w+)`\)$")
_FIELD = re.compile(r"^\*(Also|Measured|Judged):\* (.+)$")
_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")
_MARKS = re.compile(r"\*\*|`|(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)")
_BOLD = re.compile(r"\*\*([^*]+)\*\*|(?<![\w*])\*([^*\n]+)\*(?![\w*])")


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph or list item of a page.

    Attributes:
        page: the page's name.
        heading: what it stands under.
        text: without markup.
        terms: what it is about: the terms it sets in bold, the code of its rule.
        rule: code of the rule whose limits it states; "" where it states none.
    """

    page: str
    heading: str
    text: str
    terms: tuple[str, ...] = ()
    rule: str = ""

    @property
    def source(self) -> str:
        """Page and heading, as people look them up."""
        return f"{self.page}.md › {self.heading}"


@dataclass(frozen=True, slots=True)
class Topic:
    """Something that can be explained.

    Attributes:
        name: as it is shown.
        also: other names for it.
        meaning: what it means.
        measured: how it is measured, where it is.
        judged: the rules that judge it: what each asks and from where on.
    """

    name: str
    also: tuple[str, ...]
    meaning: Passage
    measured: Passage | None = None
    judged: tuple[Passage, ...] = ()

    @property
    def passages(self) -> tuple[Passage, ...]:
        """All of it, in the order in which it is told."""
        return (self.meaning, *([self.measured] if self.measured else ()), *self.judged)


@cache
def passages() -> tuple[Passage, ...]:
    """Every passage of every page."""
    return tuple(passage for page in PAGES for passage in _passages(page))


@cache
def topics() -> tuple[Topic, ...]:
    """The glossary's entries, then the rules that no entry of it is called like."""
    entries = tuple(_entries())
    known = {name_key(name) for entry in entries for name in (entry.name, *entry.also)}
    others = (
        Topic(limits.heading, (limits.rule.replace("_", " "),), limits)
        for limits in passages()
        if limits.rule and name_key(limits.heading) not in known
    )
    return entries + tuple(others)


def name_key(text: str) -> str:
    """A name as it is compared: letters and digits, single spaces."""
    return " ".join(re.findall(r"[a-z0-9]+", text.casefold()))


def page_text(page: str) -> str:
    """A page as it is written."""
    return (resources.files("core.knowledge") / "pages" / f"{page}.md").read_text(encoding="utf-8")


class _Section(NamedTuple):
    """A heading and the lines under it."""

    heading: str
    lines: list[str]


def _sections(page: str) -> Iterator[_Section]:
    heading, lines = "", list[str]()
    for line in page_text(page).splitlines():
        match = _HEADING.match(line)
        if match is None:
            lines.append(line)
            continue
        if heading:
            yield _Section(heading, lines)
        heading, lines = match.group(2), []
    yield _Section(heading, lines)


def _passages(page: str) -> Iterator[Passage]:
    for heading, lines in _sections(page):
        rule = _RULE_HEADING.match(heading)
        if rule is not None:
            limits = [block for block in _blocks(lines) if not block.startswith("**") or block.startswith("**Limits")]
            yield Passage(page, rule["name"], _plain("\n".join(limits)), (rule["code"],), rule["code"])
            continue
        for block in _blocks([line for line in lines if not _FIELD.match(line)]):
            bold = tuple(match.group(1) or match.group(2) for match in _BOLD.finditer(block))
            yield Passage(page, _plain(heading), _plain(block), bold)


def _blocks(lines: list[str]) -> Iterator[str]:
    """Paragraphs and list items, each on one line; tables are for readers of the page."""
    block: list[str] = []
    for line in [*lines, ""]:
        if line.startswith(("- ", "|", "```")) or not line.strip():
            if block:
                yield " ".join(block)
            block = [line[2:].strip()] if line.startswith("- ") else []
        else:
            block.append(line.strip())


def _plain(text: str) -> str:
    return _MARKS.sub("", _LINK.sub(r"\1", text)).strip()


def _entries() -> Iterator[Topic]:
    by_rule = {passage.rule: passage for passage in passages() if passage.rule}
    for heading, lines in _sections("glossary"):
        fields = {match.group(1): match.group(2) for line in lines if (match := _FIELD.match(line))}
        if "Also" not in fields:
            continue
        also = tuple(name.strip() for name in fields["Also"].split(","))
        meaning = next(p for p in passages() if p.page == "glossary" and p.heading == heading)
        codes = [code.strip() for code in fields.get("Judged", "").split(",") if code]
        judged = tuple(by_rule[code] for code in codes)
        yield Topic(heading, also, meaning, _how(fields.get("Measured"), (heading, *also)), judged)


def _how(heading: str | None, names: tuple[str, ...]) -> Passage | None:
    """The passage under a heading of the measurement page that speaks of one of these names."""
    under = [p for p in passages() if p.page == "measurement" and p.heading == heading]
    if heading is not None and not under:
        raise ValueError(f"the glossary sends {names[0]} to “{heading}”, which measurement.md has not")
    wanted = [name_key(name) for name in names]
    for passage in under:
        terms = [name_key(term) for term in passage.terms]
        if any(term.startswith(name) for term in terms for name in wanted):
            return passage
    return under[0] if len(under) == 1 else None
