"""Answers without a model: which statements answer a question, in which order.

First yes or no, then the figure, then what it means, then what to do. The plan that is made of them is rendered as any
other (`core.advice.plan.rendered_text`).
"""

from collections.abc import Sequence

from core.advice import subjects
from core.advice.measured.measured_review import cure, own_words, references
from core.advice.measured.question import WHOLE_STEREO, Question, question_of, subjects_meant
from core.advice.measured.subject_facts import SubjectFacts, without_repeats
from core.advice.measured.yes_or_no import JUDGED, reply
from core.advice.plan.rendered_text import Rendered, in_paragraphs, rendered_in_turn
from core.advice.statements.of_answers import (
    CANNOT,
    EARS,
    IN_ORDER,
    NO,
    NO_FINDING,
    NOTHING_MORE,
    OFF_TOPIC,
    VOICES,
    YES,
    answer_statements,
)
from core.advice.statements.of_findings import FindingPart, by_rank
from core.advice.statements.of_review import ReviewPart, phrase, select
from core.advice.statements.statement import Table, sentences_of
from core.advice.statements.table import table_of
from core.advice.vocabulary import Subject, vocabulary
from core.diagnosis.findings import Finding
from core.knowledge.chat_words import chat_words
from core.review import Brief, Review
from core.rules.reading import Severity
from core.text.numbers import clock
from core.values.conversation import Conversation
from core.values.request import Detail

SUBJECTS_SHOWN = 2
"""At most this many subjects per answer."""

_READY = frozenset(
    "ready upload release send finished done "
    "fertig hochladen raushauen rausbringen rausschicken rausgeben abschicken releasen abgeben veröffentlichen".split()
)
"""Words that ask whether a track can go out as it is."""


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
    return any(text.startswith(sentences_of(phrase("answers", name))[0]) for name in (CANNOT, OFF_TOPIC, EARS))


def is_off_topic(question: Question) -> bool:
    """Whether a message asks for something else than a track, or only says that another was read ("haha ok cool")."""
    words = question.words
    idle = chat_words().fillers | chat_words().thanks
    is_idle = bool(words) and "?" not in question.text and all(word in idle for word in words)
    return is_idle or question.wants_any("off_topic")


def is_not_understood(answer: Sequence[Rendered]) -> bool:
    """Whether an answer says nothing but that the measurements do not tell it."""
    names = {statement.name.split(".")[0] for part in answer for statement in part.statements}
    return names <= {CANNOT, OFF_TOPIC}


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
        self._facts = SubjectFacts(brief, table, question)

    def paragraphs(self) -> list[str]:
        """The paragraphs of the answer."""
        question = self._question
        if is_off_topic(question):
            return [references(self._table.of(OFF_TOPIC))]
        parts = [references(self._table.of(f"at.{clock(time_s)}")) for time_s in question.times_s]
        if question.things and not question.times_s and not any(subject.bands for subject in question.subjects):
            return [*parts, self._several(question.things)]
        if question.wants_any("next") and not question.subjects and question.before and not self._wants_more():
            return [*parts, self._next()]
        asks_for_order = question.wants_any("first")
        about = subjects_meant(self._brief, self._question)
        if self._asks_whether_it_is_ready() and not asks_for_order:
            return [*parts, self._on_the_whole()]
        if not about and not parts and not asks_for_order and self._leans_on_the_last():
            return self._on_the_last()
        if asks_for_order:
            parts.append(self._first())
        if question.wants_any("ears"):
            parts.append(references(self._table.of(EARS)))
        parts += [part for part in map(self._on_subject, about[: SUBJECTS_SHOWN - asks_for_order]) if part]
        if question.wants_any("voices"):
            parts.append(references(self._table.of(VOICES)))
        parts = parts or self._on_no_subject()
        parts = parts or [references(self._table.of(CANNOT if self._is_about_sound() else OFF_TOPIC))]
        return [part for part in parts if part.strip()]

    def _wants_more(self) -> bool:
        return self._question.wants_any("why", "much", "where") and not self._question.wants_any("first")

    def _asks_whether_it_is_ready(self) -> bool:
        question = self._question
        names = {subject.name for subject in question.subjects}
        is_ready = not _READY.isdisjoint(question.words)
        return is_ready and names <= {"file", "loudness", "strengths", "settings"} and question.is_yes_or_no

    # ------------------------------------------------------------------ subjects

    def _on_subject(self, subject: Subject) -> str:
        if self._named & set(subject.codes) and not (subject.name == "stereo" and self._asks_for_stereo()):
            return ""
        fact = self._facts.of(subject)
        if not self._advises:
            return _facts(fact)
        about, worth = self._findings_on(subject)
        answer = reply(self._brief, self._question, subject, about)
        told = [self._finding(finding) for finding in worth[: 2 if self._question.wants_any("where", "fix") else 1]]
        if not told:
            order = [IN_ORDER] if not about and subject.name in JUDGED else []
            wanted = [NO_FINDING] if not about and self._question.wants_any("fix") and not order else []
            return f"{references(answer)} {_facts(fact)} {references([*order, *wanted])}"
        shown = without_repeats(self._table, fact, told)
        if self._brief.request.detail is Detail.SIMPLE and shown:
            # at the simple level the plain words come before the numbers
            first, *rest = shown
            return f"{references(answer)} {' '.join(told)}. In numbers: {references([first])} {references(rest)}"
        return f"{references(answer)} {_facts(shown)} {' '.join(told)}"

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
        if self._question.wants_any("next"):
            fresh = [finding for finding in fresh if not self._was_told(finding)] or fresh
        # notes are given only where the question asks for them, or for what to do
        wants_all = self._question.wants_any("fix", "wrong", "why", "where", "much", "next")
        wants_all |= self._question.is_yes_or_no and self._question.wants_any("right")
        return about, [finding for finding in fresh if wants_all or finding.severity is not Severity.INFO]

    # ------------------------------------------------------------------ findings

    def _finding(self, finding: Finding) -> str:
        """A finding as it was asked about."""
        self._named.add(finding.code)
        code, question = finding.code, self._question
        if question.wants_any("why"):
            unless = f"{code}.{FindingPart.UNLESS}"
            against = f". Keep in mind: {{{unless}}}" if unless in self._table else ""
            told = [f"{code}.{part}" for part in (FindingPart.FOUND, FindingPart.MEASURED, "limit")]
            return f"{references(told)}{against}"
        item = own_words(self._brief, self._table, finding).say
        if question.wants_any("where"):
            return f"{references([f'{code}.{FindingPart.MEASURED}'])} {cure(self._table, code)}"
        if question.wants_any("much"):
            return f"{references([f'{code}.{FindingPart.MEASURED}'])} {cure(self._table, code)}"
        return item

    def _first(self) -> str:
        chosen = select(self._brief.diagnosis.findings, 2)
        if not chosen:
            return references([*self._table.of(ReviewPart.VERDICT), *self._table.of(ReviewPart.FIRST_STEP)])
        first = chosen[0]
        told = f"Start with {{{first.code}.{FindingPart.NAME}}}. {self._finding(first)}"
        return f"{told}. Then comes {{{chosen[1].code}.{FindingPart.NAME}}}" if len(chosen) > 1 else told

    def _several(self, most: int) -> str:
        """The most important findings, each with what to do about it."""
        chosen = by_rank(self._brief.diagnosis.findings)[:most]
        if not chosen:
            return self._first()
        told = [f"{{{one.code}.{FindingPart.NAME}}}. {cure(self._table, one.code)}" for one in chosen]
        return f"Start with {'. Then comes '.join(told)}"

    def _next(self) -> str:
        """The most important finding that the last answer did not tell."""
        for finding in by_rank(self._brief.diagnosis.findings):
            if not self._was_told(finding):
                return f"Then comes {{{finding.code}.{FindingPart.NAME}}}. {self._finding(finding)}"
        return f"{{{NOTHING_MORE}}} {references(self._table.of(ReviewPart.FIRST_STEP))}"

    def _was_told(self, finding: Finding) -> bool:
        names = (FindingPart.FOUND, FindingPart.MEASURED, "fix", "leave")
        told = (self._table.get(f"{finding.code}.{name}") for name in names)
        return any(one is not None and one.text in self._question.answered for one in told)

    def _leans_on_the_last(self) -> bool:
        question = self._question
        if question.wants_any("voices", "ears"):
            return False
        leans = question.wants_any("why", "fix", "where", "much", "wrong")
        return bool(question.before) and (leans or (question.is_yes_or_no and bool(question.carried)))

    def _on_the_last(self) -> list[str]:
        """What is asked of the finding that was told last, or of the subjects that were asked about before."""
        findings, carried = self._brief.diagnosis.findings, self._question.carried
        if self._question.wants_any("fix", "wrong") and carried and not carried[0].codes:
            return [self._first()]  # what works has no cure
        if self._question.is_yes_or_no and carried:
            return [self._on_subject(carried[0])]
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
            return [references([*self._facts.of(subject), NO_FINDING])]
        return [self._first()]

    def _on_the_whole(self) -> str:
        question, findings = self._question, by_rank(self._brief.diagnosis.findings)
        serious = any(one.severity is not Severity.INFO for one in findings)
        asks_right = question.wants_any("right", "whole")
        answer: list[str] = []
        if question.is_yes_or_no and not question.is_denied and (asks_right or question.wants_any("wrong")):
            answer = [NO if serious == asks_right else YES]
        if not findings:
            return references([*answer, *self._table.of(ReviewPart.VERDICT), *self._table.of(ReviewPart.FIRST_STEP)])
        return f"{references([*answer, *self._table.of(ReviewPart.VERDICT)])} {self._finding(findings[0])}"

    def _on_no_subject(self) -> list[str]:
        """The quantities that are named where no subject is, or what is said of the track as a whole."""
        if named := self._facts.named():
            return [references(named)]
        return [self._on_the_whole()] if self._question.wants_any("whole", "wrong", "right", "fix", "why") else []

    def _is_about_sound(self) -> bool:
        known = subjects.known_words()
        return any(word in known for word in self._question.words)


def _facts(names: Sequence[str]) -> str:
    """Facts as sentences of their own; the lines of a target behind what it is."""
    if names and names[0].startswith("target"):
        return f"{{target}}: {references(names)}"
    return references(names)
