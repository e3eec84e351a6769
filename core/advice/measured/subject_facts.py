"""Which statements say what was measured on a subject of a question."""

import re
from collections.abc import Sequence

from core.advice import subjects
from core.advice.measured.measured_review import cure
from core.advice.measured.named_quantities import named_quantities
from core.advice.measured.question import Question
from core.advice.measured.yes_or_no import compared_quantities
from core.advice.plan.rendered_text import rendered
from core.advice.statements import moments
from core.advice.statements.of_answers import NO_FINDING, SERVICES
from core.advice.statements.of_review import ReviewPart
from core.advice.statements.of_track import FACTS
from core.advice.statements.statement import Table
from core.advice.vocabulary import Subject
from core.diagnosis.findings import VersionOutcome
from core.review import Brief

_NUMBER = re.compile(r"[\u2212+-]?\d+(?:[.,:]\d+)?")

STRENGTHS_SHOWN = 3

SERVICES_SHOWN = 5

LINES_SHOWN = 4
"""Lines of a comparison that an answer has where none is asked for by name."""

_ARTICLES = frozenset("the and for with".split())

_MOMENT_WORDS = frozenset("second seconds moment moments sekunde sekunden".split())

_MOMENTS = {
    "loudness": ("max_short_term_lufs", "max_momentary_lufs"),
    "sections": ("max_short_term_lufs",),
    "dynamics": ("psr_min_db",),
    "peaks": ("true_peak_dbtp", "clipped_run_count"),
}
"""Subject → quantities that have a moment, for a question where something is."""


class SubjectFacts:
    """The facts of one answer; remembers the quantities that it has named, so that none is named twice."""

    def __init__(self, brief: Brief, table: Table, question: Question) -> None:
        self._brief = brief
        self._table = table
        self._question = question
        self._valued: set[str] = set()

    def of(self, subject: Subject) -> list[str]:
        """Names of the statements on a subject: the quantities that the question names, then the others."""
        return self._named_values(subject, self._fact(subject))

    def named(self) -> list[str]:
        """Names of the statements on the quantities that the question names, whatever its subjects."""
        return [name for name in self._values_named() if name in self._table]

    def _fact(self, subject: Subject) -> list[str]:
        """Names of the statements on a subject."""
        table, words = self._table, self._question.words
        if subject.name == "sections":
            parts = [name for name in table if name.startswith("part.")]
            named = [name for name in parts if any(moments.names(word, _label(table[name].text)) for word in words)]
            asks_for_a_moment = self._question.wants_any("where") or not _MOMENT_WORDS.isdisjoint(words)
            loudest = ["value.max_short_term_lufs"] if asks_for_a_moment else []
            return [*(name for name in loudest if name in table), *named, *table.of("parts")]
        if subject.name == "platforms":
            return self._services()
        if subject.name in {"reference", "target"}:
            return self._comparison("ref" if subject.name == "reference" else "target")
        if subject.name == "versions":
            return self._since()
        if subject.name == "strengths":
            told = [name for name in table if name.startswith("good.")][:STRENGTHS_SHOWN]
            return told or table.of(ReviewPart.KEEP_NOTHING)
        if subject.name == "settings":
            return self._settings()
        return table.of(subject.name)

    def _services(self) -> list[str]:
        """What the services that are named do, or the first of all; and why they do it."""
        table, asked = self._table, self._question.text.casefold()
        heads = {name: table[name].text.split(":")[0].casefold() for name in table if name.startswith("service.")}
        named = [name for name, head in heads.items() if head in asked]
        longest = [
            name for name in named if not any(heads[name] != heads[two] and heads[name] in heads[two] for two in named)
        ]
        words = self._question.words
        begun = [name for name in heads if heads[name].split(" ")[0] in words]
        told = longest or begun or list(heads)[:SERVICES_SHOWN] or table.of("loudness")
        return [*told, *table.of(SERVICES)]

    def _since(self) -> list[str]:
        """What became of the findings that the question is about, or of all; and of the tone."""
        table = self._table
        codes = [code for subject in self._question.subjects for code in subject.codes]
        about = [name for name in dict.fromkeys(f"since.{code}" for code in codes) if name in table]
        groups = [f"since.{outcome.value}" for outcome in VersionOutcome]
        told = [name for name in ("since.opening", *(about or groups), "since.tone") if name in table]
        return told or table.of("versions")

    def _comparison(self, prefix: str) -> list[str]:
        """The lines of a comparison, those first that the question names."""
        question = self._question
        about = question.subjects if _is_about_more(question) else (*question.subjects, *question.carried)
        bands = [f"{prefix}_band.{band}" for subject in about for band in subject.bands]
        if prefix == "ref":
            values = [f"ref_value.{entry.id}" for entry in compared_quantities(question)]
            bands = [*(name for name in values if name in self._table), *bands]
        named = [name for name in bands if name in self._table]
        lines = [name for name in self._table if name.startswith(f"{prefix}.")]
        return named or lines[:LINES_SHOWN] or self._table.of("reference")

    def _settings(self) -> list[str]:
        rows = [name for name in self._table if name.startswith("dial.")]
        named = [name for name in rows if _is_named(self._table[name].text, self._question.words)]
        if named or rows:
            return named or rows
        cures = [cure(self._table, one.code) for one in self._brief.diagnosis.findings[:1]]
        return re.findall(r"\{([^}]+)\}", cures[0]) if cures else [NO_FINDING]

    def _named_values(self, subject: Subject, fact: list[str]) -> list[str]:
        """The quantities that the question names before the other facts, and the moment where it asks for one."""
        if subject.name in {"reference", "target", "versions", "platforms", "sections", "settings"}:
            return fact
        names = self._values_named()
        if self._question.wants_any("where") and subject.name in _MOMENTS:
            names += [f"value.{quantity_id}" for quantity_id in _MOMENTS[subject.name]]
        named = [name for name in dict.fromkeys(names) if name in self._table and name not in self._valued]
        self._valued.update(named)
        others = (self._fact(one) for one in self._question.subjects if one.name in FACTS)
        every = [name for names in (fact, *others) for name in names]
        told = set(_NUMBER.findall(" ".join(self._table[name].text for name in every)))
        fresh = [name for name in named if not told.issuperset(_NUMBER.findall(self._table[name].text))]
        return [*fresh, *fact]

    def _values_named(self) -> list[str]:
        return [f"value.{entry.id}" for entry in named_quantities(self._question.text)]


def _is_about_more(question: Question) -> bool:
    """Whether a comparison names what it compares."""
    return any(subject.name not in {"reference", "target"} for subject in question.subjects)


def _label(part: str) -> str:
    """The name of a part at the beginning of its statement."""
    return re.split(r" \d", part, maxsplit=1)[0].casefold()


def _is_named(text: str, words: Sequence[str]) -> bool:
    """Whether a word of a question stands at the beginning of a statement, before its colon."""
    head = set(subjects.words_of(text.split(":", maxsplit=1)[0]))
    return any(len(word) > 2 and word not in _ARTICLES and (word in head or word.rstrip("s") in head) for word in words)


def without_repeats(table: Table, fact: Sequence[str], told: Sequence[str]) -> list[str]:
    """Names of facts without those whose numbers all occur in what is told of the findings.

    Args:
        table: the statements.
        fact: names of the facts.
        told: texts of references and joining words on the findings.
    """
    text = " ".join(rendered(say, table).text for say in told)
    known = set(_NUMBER.findall(text))
    numbers = {name: set(_NUMBER.findall(table[name].text)) for name in fact}
    return [name for name in fact if not numbers[name] or not numbers[name] <= known]
