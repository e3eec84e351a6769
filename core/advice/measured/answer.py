"""Answers without a model: which statements answer a question, in which order.

First yes or no, then the figure, then what it means, then what to do. The plan that is made of them is rendered as any
other (`core.advice.plan.rendering`).
"""

import re
from collections.abc import Sequence

from core.advice import subjects
from core.advice.measured.question import Question, question_of
from core.advice.measured.review import cure, own_words, references
from core.advice.plan.rendering import in_paragraphs, rendered, rendered_in_turn
from core.advice.statements import moments
from core.advice.statements.of_answers import (
    CANNOT,
    IN_ORDER,
    MIXED,
    NO,
    NO_FINDING,
    NOTHING_MORE,
    OFF_TOPIC,
    PARTLY,
    VOICES,
    YES,
    answer_statements,
)
from core.advice.statements.of_findings import FOUND, MEASURED, NAME, UNLESS
from core.advice.statements.of_review import FIRST_STEP, KEEP_NOTHING, VERDICT, phrase, select
from core.advice.statements.statement import Table, sentences_of
from core.advice.statements.table import table_of
from core.advice.vocabulary import Subject, vocabulary
from core.diagnosis.comparing import version_words
from core.diagnosis.findings import Finding, VersionOutcome
from core.review import Brief, Review
from core.rules.reading import Severity
from core.text.numbers import clock
from core.values.conversation import Conversation
from core.values.request import Detail, ReviewType

SUBJECTS_SHOWN = 2
"""At most this many subjects per answer."""

STRENGTHS_SHOWN = 3

LINES_SHOWN = 4
"""Lines of a comparison that an answer has where none is asked for by name."""

_ARTICLES = frozenset("the and for with".split())

JUDGED = frozenset({"low_end", "low_mids", "highs", "stereo", "peaks", "noise", "tuning", "dc"})
"""Subjects whose numbers alone do not show whether they are in order."""

_NUMBER = re.compile(r"[\u2212+-]?\d+(?:[.:]\d+)?")
WHOLE_STEREO = frozenset("phase phasing correlation phone phones balance left right image headphones".split())


def measured_answer(
    brief: Brief,
    review: Review,
    question: str,
    conversation: Conversation | None = None,
    *,
    advises: bool = True,
) -> str:
    """Answer a question from a track's measurements and findings.

    Args:
        brief: the measurements and findings.
        review: the review, for its dial card.
        question: the question.
        conversation: earlier turns; "why?" is about the last question in them.
        advises: whether findings and remedies are included; otherwise the answer has measured facts only.
    """
    asked = question_of(question, conversation)
    table = answer_table(brief, review, asked)
    return in_paragraphs(rendered_in_turn(answer_plan(brief, table, asked, advises=advises), table))


def is_unanswered(text: str) -> bool:
    """Whether an answer only says that it cannot answer."""
    return any(text.startswith(sentences_of(phrase("answers", name))[0]) for name in (CANNOT, OFF_TOPIC))


def answer_table(brief: Brief, review: Review, question: Question) -> Table:
    """All statements that may answer a question."""
    return table_of(brief, beside=answer_statements(brief, review.dial_card, list(question.times_s)))


def answer_plan(brief: Brief, table: Table, question: Question, *, advises: bool = True) -> list[str]:
    """The paragraphs that answer a question, as references to statements and joining words.

    Args:
        brief: the measurements and findings.
        table: `answer_table` of the same brief and question.
        question: the question as it was read.
        advises: whether findings and remedies are included.
    """
    return _Answer(brief, table, question, advises=advises).paragraphs()


class _Answer:
    """Builds one answer; remembers the findings it has named, so that none is named twice."""

    def __init__(self, brief: Brief, table: Table, question: Question, *, advises: bool) -> None:
        self._brief = brief
        self._table = table
        self._question = question
        self._advises = advises
        self._named: set[str] = set()

    def paragraphs(self) -> list[str]:
        question = self._question
        parts = [references(self._table.of(f"at.{clock(time_s)}")) for time_s in question.times_s]
        if question.wants_any("next") and not question.subjects and question.before:
            return [*parts, self._next()]
        asks_for_order = question.wants_any("first")
        about = self._subjects()
        if not about and not parts and not asks_for_order and self._leans_on_the_last():
            return self._on_the_last()
        if asks_for_order:
            parts.append(self._first())
        parts += [part for part in map(self._on_subject, about[: SUBJECTS_SHOWN - asks_for_order]) if part]
        if not parts and question.wants_any("whole", "wrong", "right", "fix"):
            parts.append(self._on_the_whole())
        if question.wants_any("voices"):
            parts.append(f"{{{VOICES}}}")
        if not parts:
            parts.append(self._unanswered())
        return [part for part in parts if part.strip()]

    # ------------------------------------------------------------------ subjects

    def _subjects(self) -> list[Subject]:
        question, found = self._question, list(self._question.subjects)
        if subjects.asks_for_target(question.words, self._brief.target):
            # "is my low end over the target" is one question: the comparison answers it
            return [vocabulary().target]
        if question.wants_any("voices"):
            # the loudness of the song does not answer how loud a voice is in the mix
            found = [subject for subject in found if subject.name not in {"loudness", "dynamics"}]
        if question.times_s and self._brief.analysis.sections:
            return [subject for subject in found if subject.name != "sections"] or found
        if question.wants_any("comparing"):
            # "is my low end heavier than the reference" is one question: the comparison answers it
            return [subject for subject in found if subject.name == "reference"]
        if any(subject.name == "low_end" for subject in found) and not WHOLE_STEREO & set(question.words):
            # how wide the low end is belongs to the low end
            found = [subject for subject in found if subject.name != "stereo"]
        if any(subject.name == "versions" for subject in found) and self._brief.diagnosis.versions:
            # "did I fix the mud" is about what became of it
            return [subject for subject in found if subject.name == "versions"]
        # "the drop compared to the break" compares parts, not tracks
        return [subject for subject in found if subject.name != "reference"] or found

    def _on_subject(self, subject: Subject) -> str:
        if self._named & set(subject.codes) and not (subject.name == "stereo" and self._asks_for_stereo()):
            return ""
        fact = self._fact(subject)
        if not self._advises:
            return _facts(fact)
        about, worth = self._findings_on(subject)
        reply = self._reply(subject, about)
        told = [self._finding(finding) for finding in worth[: 2 if self._question.wants_any("where", "fix") else 1]]
        if not told:
            order = [IN_ORDER] if not about and subject.name in JUDGED else []
            wanted = [NO_FINDING] if not about and self._question.wants_any("fix") and not order else []
            return f"{references(reply)} {_facts(fact)} {references([*order, *wanted])}"
        shown = self._without_repeats(fact, told)
        if self._brief.request.detail is Detail.SIMPLE and shown:
            # at the simple level the plain words come before the numbers
            first, *rest = shown
            return f"{references(reply)} {' '.join(told)}. In numbers: {references([first])} {references(rest)}"
        return f"{references(reply)} {_facts(shown)} {' '.join(told)}"

    def _asks_for_stereo(self) -> bool:
        return bool(WHOLE_STEREO & set(self._question.words))

    def _findings_on(self, subject: Subject) -> tuple[list[Finding], list[Finding]]:
        """All findings on a subject, and those worth naming that were not named yet."""
        words = set(self._question.words)
        codes = set(subject.codes)
        about = [one for one in self._brief.diagnosis.findings if {one.code, *one.merged} & codes]
        fresh = [finding for finding in about if finding.code not in self._named]
        called = frozenset[str]().union(*(quality.codes for quality in self._question.qualities))
        hinted = [one for one in fresh if one.code in called or vocabulary().hints.get(one.code, frozenset()) & words]
        if hinted:
            return about, hinted
        # notes are given only where the question asks for them, or for what to do
        wants_all = self._question.wants_any("fix", "wrong", "why", "where")
        return about, [finding for finding in fresh if wants_all or finding.severity is not Severity.INFO]

    def _fact(self, subject: Subject) -> list[str]:
        """Names of the statements on a subject."""
        table, words = self._table, self._question.words
        if subject.name == "sections":
            parts = [name for name in table if name.startswith("part.")]
            named = [name for name in parts if any(moments.names(word, _label(table[name].text)) for word in words)]
            return [*named, *table.of("parts")]
        if subject.name == "platforms":
            services = [name for name in table if name.startswith("service.")]
            named = [name for name in services if _is_named(table[name].text, words)]
            return (named or services[:5]) or table.of("loudness")
        if subject.name in {"reference", "target"}:
            return self._comparison("ref" if subject.name == "reference" else "target")
        if subject.name == "versions":
            return self._since()
        if subject.name == "strengths":
            told = [name for name in table if name.startswith("good.")][:STRENGTHS_SHOWN]
            return told or table.of(KEEP_NOTHING)
        if subject.name == "settings":
            return self._settings()
        return table.of(subject.name)

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
        bands = [f"{prefix}_band.{band}" for subject in self._question.subjects for band in subject.bands]
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

    # ------------------------------------------------------------------ yes or no

    def _reply(self, subject: Subject, about: Sequence[Finding]) -> list[str]:
        question = self._question
        if not question.is_yes_or_no or question.is_denied or question.wants_any("comparing", "voices"):
            return []
        if subject.name == "loudness":
            return self._on_loudness()
        if subject.name == "versions":
            return self._on_versions()
        if question.qualities:
            called = frozenset[str]().union(*(quality.codes for quality in question.qualities))
            so = [one for one in about if {one.code, *one.merged} & called]
            if not so:
                return [NO] if subject.name in JUDGED or subject.name == "dynamics" else []
            return [YES if max(one.severity.rank for one in so) else PARTLY]
        serious = any(one.severity is not Severity.INFO for one in about)
        if question.wants_any("wrong") or "too" in question.words:
            return [YES if serious else NO] if subject.name in JUDGED else []
        if question.wants_any("right"):
            return [NO if serious else YES] if subject.name in JUDGED or subject.name == "dynamics" else []
        return []

    def _on_versions(self) -> list[str]:
        """Whether the findings became better, where that is asked."""
        words = set(self._question.words)
        outcomes = {change.outcome for change in version_words.changes(self._brief.diagnosis)}
        better = bool(outcomes & {VersionOutcome.FIXED, VersionOutcome.IMPROVED})
        worse = bool(outcomes & {VersionOutcome.WORSE, VersionOutcome.NEW})
        if not outcomes or not words & {"better", "worse", "improved", "improve", "besser", "schlechter"}:
            return []
        if better and worse:
            return [MIXED]
        return [YES if better != bool(words & {"worse", "schlechter"}) else NO]

    def _on_loudness(self) -> list[str]:
        """Whether a master is louder or quieter than the genre's releases, where that is asked."""
        level = self._brief.analysis.loudness.integrated_lufs
        words, release = set(self._question.words), self._brief.genre.release_lufs
        if level is None or self._brief.request.type is not ReviewType.MASTER:
            return []
        is_quieter = release.low is not None and level < release.low
        is_louder = release.high is not None and level > release.high
        if words & {"quiet", "quieter", "leise"}:
            return [YES if is_quieter else NO]
        if words & {"enough", "genug"}:
            return [NO if is_quieter else YES]
        if words & {"loud", "laut", "hot"} and words & {"too", "zu"}:
            return [YES if is_louder else NO]
        return []

    # ------------------------------------------------------------------ findings

    def _finding(self, finding: Finding) -> str:
        """A finding as it was asked about."""
        self._named.add(finding.code)
        code, question = finding.code, self._question
        if question.wants_any("why"):
            unless = f"{code}.{UNLESS}"
            against = f". Keep in mind: {{{unless}}}" if unless in self._table else ""
            return f"{references([f'{code}.{FOUND}', f'{code}.{MEASURED}', f'{code}.limit'])}{against}"
        item = own_words(self._brief, self._table, finding).say
        if question.wants_any("where"):
            return f"{references([f'{code}.{MEASURED}'])} {cure(self._table, code)}"
        if question.wants_any("much"):
            return f"{references([f'{code}.{MEASURED}'])} {cure(self._table, code)}"
        return item

    def _first(self) -> str:
        chosen = select(self._brief.diagnosis.findings, 2)
        if not chosen:
            return references([*self._table.of(VERDICT), *self._table.of(FIRST_STEP)])
        first = chosen[0]
        told = f"Start with {{{first.code}.{NAME}}}. {self._finding(first)}"
        return f"{told}. Then comes {{{chosen[1].code}.{NAME}}}" if len(chosen) > 1 else told

    def _next(self) -> str:
        """The most important finding that the last answer did not tell."""
        for finding in self._brief.diagnosis.findings:
            if not self._was_told(finding):
                return f"Then comes {{{finding.code}.{NAME}}}. {self._finding(finding)}"
        return f"{{{NOTHING_MORE}}} {references(self._table.of(FIRST_STEP))}"

    def _was_told(self, finding: Finding) -> bool:
        names = (FOUND, MEASURED, "fix", "leave")
        told = (self._table.get(f"{finding.code}.{name}") for name in names)
        return any(one is not None and one.text in self._question.answered for one in told)

    def _leans_on_the_last(self) -> bool:
        question = self._question
        return bool(question.before) and question.wants_any("why", "fix", "where", "much", "wrong")

    def _on_the_last(self) -> list[str]:
        """What is asked of the finding that was told last, or of the subjects that were asked about before."""
        findings = self._brief.diagnosis.findings
        told = [one for one in findings if self._was_told(one)]
        before = set(subjects.words_of(self._question.before))
        codes = {code for subject in self._question.carried for code in subject.codes}
        about = [one for one in findings if {one.code, *one.merged} & codes]
        about.sort(key=lambda one: not vocabulary().hints.get(one.code, frozenset()) & before)
        finding = next(iter([*(one for one in told if one in about), *about, *told]), None)
        if finding is not None:
            return [self._finding(finding)]
        if self._question.carried:
            subject = self._question.carried[0]
            return [references([*self._fact(subject), NO_FINDING])]
        return [self._first()]

    def _on_the_whole(self) -> str:
        question = self._question
        serious = any(one.severity is not Severity.INFO for one in self._brief.diagnosis.findings)
        reply = []
        if question.is_yes_or_no and not question.is_denied and question.wants_any("right", "whole"):
            reply = [NO if serious else YES]
        elif question.is_yes_or_no and question.wants_any("wrong"):
            reply = [YES if serious else NO]
        if not self._brief.diagnosis.findings:
            return references([*reply, *self._table.of(VERDICT), *self._table.of(FIRST_STEP)])
        return f"{references([*reply, *self._table.of(VERDICT)])} {self._finding(self._brief.diagnosis.findings[0])}"

    def _unanswered(self) -> str:
        known = subjects.known_words()
        is_about_sound = any(word in known for word in self._question.words)
        return references(self._table.of(CANNOT if is_about_sound else OFF_TOPIC))

    def _without_repeats(self, fact: Sequence[str], told: Sequence[str]) -> list[str]:
        """The facts without those whose numbers all occur in what is told of the findings."""
        text = " ".join(rendered(say, self._table).text for say in told)
        known = set(_NUMBER.findall(text))
        numbers = {name: set(_NUMBER.findall(self._table[name].text)) for name in fact}
        return [name for name in fact if not numbers[name] or not numbers[name] <= known]


def _facts(names: Sequence[str]) -> str:
    """Facts as sentences of their own; the lines of a target behind what it is."""
    if names and names[0].startswith("target"):
        return f"{{target}}: {references(names)}"
    return references(names)


def _label(part: str) -> str:
    """The name of a part at the beginning of its statement."""
    return re.split(r" \d", part, maxsplit=1)[0].casefold()


def _is_named(text: str, words: Sequence[str]) -> bool:
    """Whether a word of a question stands at the beginning of a statement, before its colon."""
    head = set(subjects.words_of(text.split(":", maxsplit=1)[0]))
    return any(len(word) > 2 and word not in _ARTICLES and (word in head or word.rstrip("s") in head) for word in words)
