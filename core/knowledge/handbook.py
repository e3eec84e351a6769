"""Earshot's handbook as passages and topics, from which explanations are made.

The pages are the Markdown files of `core/knowledge/pages/`, which an installed package carries as data.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import NamedTuple

PAGES = ("glossary", "measurement", "rules", "using", "writing")
"""The pages that explanations are made from, the simplest first. The pages for operators are not among them."""

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
        page: name of the page.
        heading: heading above it.
        text: its text without markup.
        terms: its terms: words in bold or italics, or the code of its rule.
        rule: code of the rule whose limits it states; empty where it states none.
    """

    page: str
    heading: str
    text: str
    terms: tuple[str, ...] = ()
    rule: str = ""

    @property
    def source(self) -> str:
        """Page and heading, as they are shown to people."""
        return f"{self.page}.md › {self.heading}"


@dataclass(frozen=True, slots=True)
class Topic:
    """Something that can be explained.

    Attributes:
        name: its name, as shown.
        also: other names for it.
        meaning: the passage that says what it means.
        measured: the passage on how it is measured; None where it is not measured.
        judged: the passages with the limits of the rules that judge it.
    """

    name: str
    also: tuple[str, ...]
    meaning: Passage
    measured: Passage | None = None
    judged: tuple[Passage, ...] = ()

    @property
    def passages(self) -> tuple[Passage, ...]:
        """All passages of the topic, in the order in which they are shown."""
        return (self.meaning, *([self.measured] if self.measured else ()), *self.judged)


@cache
def passages() -> tuple[Passage, ...]:
    """Every passage of every page."""
    return tuple(passage for page in PAGES for passage in _passages(page))


@cache
def topics() -> tuple[Topic, ...]:
    """The entries of the glossary, then the rules whose names are not entries."""
    entries = tuple(_entries())
    known = {words_key(name) for entry in entries for name in (entry.name, *entry.also)}
    others = (
        Topic(limits.heading, (limits.rule.replace("_", " "),), limits)
        for limits in passages()
        if limits.rule and words_key(limits.heading) not in known
    )
    return entries + tuple(others)


def words_key(text: str) -> str:
    """The form in which names are compared: lower-case letters and digits, with single spaces."""
    return " ".join(re.findall(r"[a-z0-9]+", text.casefold()))


def page_text(page: str) -> str:
    """The Markdown text of a page."""
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
    """Paragraphs and list items, each on one line; tables are left out."""
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
    """The passage under a heading of the measurement page that is about one of these names.

    Raises:
        ValueError: the measurement page has no such heading.
    """
    under = [p for p in passages() if p.page == "measurement" and p.heading == heading]
    if heading is not None and not under:
        raise ValueError(f"the glossary sends {names[0]} to “{heading}”, which measurement.md has not")
    wanted = [words_key(name) for name in names]
    for passage in under:
        terms = [words_key(term) for term in passage.terms]
        if any(term.startswith(name) for term in terms for name in wanted):
            return passage
    return under[0] if len(under) == 1 else None
