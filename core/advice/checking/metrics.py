"""Which measured quantity a clause speaks of: the words for each, as tags that facts carry as well."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from core.advice.checking.metric_words import COMPARISONS, TAGS_AND_WORDS
from core.advice.checking.spelling import alternatives
from core.review import Brief
from core.rules.rule import rules

_BAND_TAGS = ("sub", "bass", "lowmid", "mid", "presence", "high", "air")


class _RuleTags(Mapping[str, frozenset[str]]):
    """Tags by the id of a rule, as its section has them (`quantities`); ids of rules without any are not in it."""

    def __getitem__(self, code: str) -> frozenset[str]:
        if not rules()[code].quantities:
            raise KeyError(code)
        return rules()[code].quantities

    def __iter__(self) -> Iterator[str]:
        return (code for code, rule in rules().items() if rule.quantities)

    def __len__(self) -> int:
        return sum(1 for _ in self)


CODE_TAGS: Mapping[str, frozenset[str]] = _RuleTags()
"""What a finding measures."""


_HARD = tuple((tuple(tags.split()), alternatives("(?:{})", words)) for tags, words in TAGS_AND_WORDS)
"""Hard tags bind a number to their quantity."""

_SOFT = {tag: alternatives("(?:{})", words) for tag, words in COMPARISONS.items()}


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a text names something."""

    start: int
    end: int
    tags: tuple[str, ...]


class BriefWords:
    """The words of one brief: the fixed ones, and its genre, services and parts."""

    def __init__(self, brief: Brief) -> None:
        names = "|".join(re.escape(part) for part in brief.genre.name.split(" / "))
        self._genre = re.compile(rf"\b(?:{names})\b", re.IGNORECASE)
        self._platforms = _platforms(brief)
        labels = {part.label for part in brief.analysis.sections or ()}
        # the same sentence is looked at by one check after the other
        self._last: tuple[str, list[Mention]] = ("", [])
        self._sections = {label: re.compile(rf"\b{re.escape(label)}s?\b", re.IGNORECASE) for label in labels if label}

    def located(self, text: str) -> list[Mention]:
        """Quantities, services and parts that a text names, with their places."""
        if text != self._last[0]:
            self._last = (text, self._locate(text))
        return self._last[1]

    def _locate(self, text: str) -> list[Mention]:
        found = list(_quantities_in(text))
        for name, pattern in self._platforms:
            found += [Mention(*match.span(), (f"platform:{name}",)) for match in pattern.finditer(text)]
        for label, pattern in self._sections.items():
            found += [Mention(*match.span(), (f"section:{label}",)) for match in pattern.finditer(text)]
        return found

    def hard(self, text: str) -> frozenset[str]:
        """Tags of everything a text names."""
        return tags_within(self.located(text), 0, len(text))

    @staticmethod
    def fixed(text: str) -> frozenset[str]:
        """Tags of the quantities alone, without anything that belongs to one brief."""
        return tags_within(_quantities_in(text), 0, len(text))

    def soft(self, text: str) -> frozenset[str]:
        """What a text compares with: reference, server's target, earlier version, target, genre."""
        found = {tag for tag, pattern in _SOFT.items() if pattern.search(text)}
        if self._genre.search(text):
            found.add("genre")
        return frozenset(found)


@lru_cache(maxsize=512)
def _quantities_in(text: str) -> tuple[Mention, ...]:
    found: list[Mention] = []
    rest = text
    for tags, pattern in _HARD:
        places = [match.span() for match in pattern.finditer(rest)]
        for start, end in places:
            found.append(Mention(start, end, tags))
            rest = f"{rest[:start]}{' ' * (end - start)}{rest[end:]}"
    return tuple(found)


def tags_within(mentions: Sequence[Mention], start: int, end: int) -> frozenset[str]:
    """Tags of the mentions that touch a stretch of the text."""
    found = {tag for mention in mentions if mention.start < end and mention.end > start for tag in mention.tags}
    return frozenset(found | _joined(found))


def _joined(found: set[str]) -> set[str]:
    """Width of the low end is a quantity of its own, and so are the width, phase and mono loss of a band."""
    joined = {
        f"{band}+{what}" for band in _BAND_TAGS for what in ("width", "mono", "correlation") if {band, what} <= found
    }
    if found & {"width", "mono"} and (found & {"sub", "bass"}):
        joined |= {"low_side", "low_mono"}
    return joined


def _platforms(brief: Brief) -> list[tuple[str, re.Pattern[str]]]:
    """Longer names first in meaning: "YouTube Music" is not YouTube."""
    names = [effect.name for effect in brief.diagnosis.platforms]
    patterns = []
    for name in names:
        longer = [other[len(name) :].strip() for other in names if other != name and other.startswith(name)]
        guard = "".join(rf"(?!\s*{re.escape(rest)})" for rest in longer)
        words = re.escape(name).replace(r"\ ", r"\s+")
        patterns.append((name, re.compile(rf"(?<!\w){words}(?!\w){guard}", re.IGNORECASE)))
    return patterns
