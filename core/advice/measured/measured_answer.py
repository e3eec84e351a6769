"""Answers without a model: finds the subjects of a question and states what was measured on them."""

import re
from collections.abc import Callable, Iterator, Sequence

from core.advice import subjects
from core.advice.measured import moments, topics
from core.advice.measured.measured_review import keep, measured_item, select
from core.advice.vocabulary import Subject, vocabulary
from core.diagnosis.finding_words import receipt
from core.diagnosis.findings import Finding
from core.diagnosis.phrases import phrases
from core.review import Brief, Review
from core.rules.reading import Severity
from core.rules.rule import rules
from core.text import numbers
from core.values.conversation import Conversation, Role
from core.values.request import Detail

SUBJECTS_SHOWN = 2
"""At most this many subjects per answer."""

TIMES_SHOWN = 2
STRENGTHS_SHOWN = 3

_NUMBER = re.compile(r"[\u2212+-]?\d+(?:[.:]\d+)?")
SENTENCE_END = re.compile(r"(?<=\.)\s+(?=[A-Z])")

JUDGED = frozenset({"low_end", "low_mids", "highs", "stereo", "peaks"})
"""Subjects whose numbers alone do not show whether they are in order: `IN_ORDER` is added where there is no finding."""

IN_ORDER = "Nothing there is out of line."

_WHOLE_STEREO = frozenset("phase phasing correlation phone phones balance left right image headphones".split())

CANNOT = (
    "I can't answer that from the measurements of a stereo file: it takes ears, or a language model, which is not set "
    "up here. What I can tell you about this track: loudness, peaks, dynamics, tone, low end, stereo and mono, tempo, "
    "key, what streaming services do to it, what happens at a time such as 1:10, and what to fix first."
)

QUIETLY = "turn the track down until you hardly hear it and check what disappears first"

VOICES = f"Single parts cannot be measured in a stereo file, so take this as a hint for your ears: {QUIETLY}."

_SOURCE_END = re.compile(r"[.\s]+$")


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
        review: the review, for its dial card and first step.
        question: the question.
        conversation: earlier turns; "why?" is about the last question in them.
        advises: whether findings and remedies are included; otherwise the answer has measured facts only.

    Returns:
        The answer, or `CANNOT` where nothing measured answers the question.
    """
    return MeasuredAnswer(brief, review, question, conversation, advises=advises).text()


class MeasuredAnswer:
    """Builds one answer; remembers the findings it has named, so that none is named twice."""

    def __init__(
        self,
        brief: Brief,
        review: Review,
        question: str,
        conversation: Conversation | None,
        *,
        advises: bool,
    ) -> None:
        self._brief = brief
        self._review = review
        self._question = question
        self._words = subjects.words_of(question)
        self._before = _last_question(conversation)
        self._advises = advises
        self._named: set[str] = set()

    def text(self) -> str:
        """The answer."""
        times = moments.times_in(self._question)[:TIMES_SHOWN]
        parts = [moments.at_time(self._brief, time_s) for time_s in times]
        asks_for_order = subjects.in_group("first", self._words)
        if asks_for_order:
            parts.append(self._first())
        about = self._subjects(has_time=bool(times))
        parts.extend(self._told(about[: SUBJECTS_SHOWN - asks_for_order]))
        if not parts and "why" in self._words:
            parts.append(self._reason())
        elif not parts and subjects.in_group("why", self._words):
            parts.append(self._first())
        if subjects.in_group("voices", self._words):
            parts.append(VOICES)
        return "\n\n".join(part for part in parts if part) or CANNOT

    def _subjects(self, *, has_time: bool) -> list[Subject]:
        found = subjects.found(self._words)
        if subjects.asks_for_target(self._words, self._brief.target):
            # "is my low end over the target" is one question: the comparison answers it
            return [vocabulary().target]
        if subjects.in_group("voices", self._words):
            # the loudness of the song does not answer how loud a voice is in the mix
            found = [subject for subject in found if subject.name != "loudness"]
        if has_time and self._brief.analysis.sections:
            return [subject for subject in found if subject.name != "sections"] or found
        if subjects.in_group("comparing", self._words):
            # "is my low end heavier than the reference" is one question: the comparison answers it
            return [subject for subject in found if subject.name == "reference"]
        if any(subject.name == "low_end" for subject in found) and not _WHOLE_STEREO & set(self._words):
            # how wide the low end is belongs to the low end
            found = [subject for subject in found if subject.name != "stereo"]
        # "the drop compared to the break" compares parts, not tracks
        return [subject for subject in found if subject.name != "reference"] or found

    def _told(self, about: Sequence[Subject]) -> Iterator[str]:
        """The text of each subject, without one whose finding was already named (stereo after the low end)."""
        asks_for_stereo = bool(_WHOLE_STEREO & set(self._words))
        for subject in about:
            if not self._named & set(subject.codes) or (subject.name == "stereo" and asks_for_stereo):
                yield self._subject(subject)

    def _subject(self, subject: Subject) -> str:
        about, worth = self._findings_on(subject)
        fact = self._fact(subject)
        if not self._advises:
            return fact
        if not about and subject.name in JUDGED:
            return f"{fact} {IN_ORDER}"
        if not worth:
            return fact
        item = self._item(worth[0])
        fresh_fact = _without_repeats(fact, item)
        if self._brief.request.detail is not Detail.SIMPLE or not fresh_fact:
            return f"{fresh_fact} {item}".strip()
        # at the simple level the plain words come before the numbers
        return f"{item} In numbers: {numbers.lower_first(fresh_fact)}"

    def _findings_on(self, subject: Subject) -> tuple[list[Finding], list[Finding]]:
        """All findings on a subject, and those worth naming that were not named yet."""
        codes = set(subject.codes)
        about = [one for one in self._brief.diagnosis.findings if {one.code, *one.merged} & codes]
        fresh = [finding for finding in about if finding.code not in self._named]
        hinted = [finding for finding in fresh if vocabulary().hints.get(finding.code, frozenset()) & set(self._words)]
        # notes are given only where the question asks for them
        return about, hinted or [finding for finding in fresh if finding.severity is not Severity.INFO]

    def _fact(self, subject: Subject) -> str:
        if subject.name == "sections":
            return moments.sections(self._brief, self._words)
        if subject.name == "platforms":
            return topics.platforms(self._brief, self._words)
        if subject.name == "reference":
            bands = [band for other in subjects.found(self._words) for band in other.bands]
            return topics.reference(self._brief, tuple(bands))
        if subject.name == "target":
            bands = [band for other in subjects.found(self._words) for band in other.bands]
            return topics.target(self._brief, tuple(bands))
        if subject.name == "strengths":
            told = keep(self._brief.diagnosis.strengths, self._brief.genre, STRENGTHS_SHOWN)
            return told or str(phrases()["keep_none"])
        if subject.name == "settings":
            return self._settings()
        return _FACTS[subject.name](self._brief)

    def _settings(self) -> str:
        """The dial card's rows for the other subjects of the question, or all rows."""
        wanted = {code for other in subjects.found(self._words) for code in other.codes}
        rows = self._review.dial_card.rows
        chosen = [row for row in rows if row.finding_code in wanted or row.processor.casefold() in self._words] or rows
        if not chosen:
            return topics.settings(self._brief)
        by_processor: dict[str, list[str]] = {}
        for row in chosen:
            by_processor.setdefault(row.processor, []).append(numbers.lower_first(row.setting))
        lines = [f"{processor}: {'; '.join(settings)}." for processor, settings in by_processor.items()]
        return f"From the dial card, as starting points. {' '.join(lines)}"

    def _first(self) -> str:
        chosen = select(self._brief.diagnosis.findings, 2)
        if not chosen:
            return f"{phrases()['verdict_none_mix'][0]} {self._review.first_step}"
        called = [rules()[finding.code].called for finding in chosen]
        after = f" After that: {called[1]}." if len(chosen) > 1 else ""
        return f"Start with {called[0]}. {self._item(chosen[0])}{after}"

    def _reason(self) -> str:
        """Why a finding is reported: its value, its target with the source, and when it is no fault."""
        findings = self._brief.diagnosis.findings
        before = subjects.words_of(self._before)
        asked = {code for subject in subjects.found(before) for code in subject.codes}
        about = [one for one in findings if one.code in asked]
        hinted = [one for one in about if vocabulary().hints.get(one.code, frozenset()) & set(before)]
        finding = next(iter([*hinted, *about, *select(findings, 1)]), None)
        if finding is None:
            return self._first()
        self._named.add(finding.code)
        name = rules()[finding.code].called
        source = _SOURCE_END.sub("", finding.target.source)
        caveat = _SOURCE_END.sub("", finding.caveat or "").replace(": ", " – ", 1)
        against = f" Keep in mind: {caveat}." if caveat else ""
        return (
            f"{name[:1].upper()}{name[1:]} is on the list because of this: {receipt(finding)}. The limit stands "
            f"on {source} ({finding.target.evidence.label}).{against}"
        )

    def _item(self, finding: Finding) -> str:
        self._named.add(finding.code)
        request = self._brief.request
        item = measured_item(finding, self._brief.genre, request.type, request.detail)
        return f"{item.insight} {item.suggestion}"


def _last_question(conversation: Conversation | None) -> str:
    asked = [turn.text for turn in conversation.turns if turn.role is Role.USER] if conversation else []
    return asked[-1] if asked else ""


def _without_repeats(fact: str, item: str) -> str:
    """The fact without the clauses whose numbers all occur in the item as well."""
    told = set(_NUMBER.findall(item))
    sentences = []
    for sentence in SENTENCE_END.split(fact):
        clauses = sentence.rstrip(".").split("; ")
        kept = [clause for clause in clauses if not (found := set(_NUMBER.findall(clause))) or not found <= told]
        if kept:
            sentences.append("; ".join(kept) + ".")
    return " ".join(sentences)


_FACTS: dict[str, Callable[[Brief], str]] = {
    "loudness": topics.loudness,
    "peaks": topics.peaks,
    "dynamics": topics.dynamics,
    "low_end": topics.low_end,
    "low_mids": topics.low_mids,
    "highs": topics.highs,
    "stereo": topics.stereo,
    "tempo": topics.tempo_of,
    "key": topics.key,
    "tuning": topics.tuning,
    "versions": topics.versions,
    "file": topics.file,
    "dc": topics.dc,
    "silence": topics.silence,
    "noise": topics.noise,
}
