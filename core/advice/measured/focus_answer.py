"""The answer to the focus of an upload: what was asked with its figure, or what to listen for."""

from typing import NamedTuple

from core.advice import subjects
from core.advice.measured.measured_review import keep, own_words
from core.advice.measured.question import question_of, subjects_meant
from core.advice.measured.subject_facts import STRENGTHS_SHOWN
from core.advice.measured.yes_or_no import JUDGED
from core.advice.plan.rendered_text import rendered
from core.advice.statements import moments, topics
from core.advice.statements.of_answers import IN_ORDER
from core.advice.statements.of_findings import FindingPart
from core.advice.statements.of_review import ReviewPart, phrase, select
from core.advice.statements.of_track import FACTS
from core.advice.statements.statement import SENTENCE_END
from core.advice.statements.table import table_of
from core.advice.vocabulary import Subject, vocabulary
from core.diagnosis.finding_words import receipt
from core.diagnosis.findings import Finding
from core.diagnosis.phrases import phrases
from core.knowledge.focus import FocusTopic, Intent, asked_text, focus_words, parse_intent
from core.review import Brief
from core.rules.reading import Severity
from core.rules.rule import rules
from core.rules.voice import VOICE_TOPIC
from core.text import numbers
from core.text.language import worded

FOCUS_SENTENCES = 2
"""Sentences of the answer to a focus at most."""

TOPIC_WORDS = 2
"""Words that a subject has in common with a topic of a focus at least, to stand for it where no word names it."""

_WITHOUT_TOPIC = frozenset({"sections", "platforms", "reference", "target"})
"""Subjects that a question may name beside the topics of a focus."""


def focus_answer(brief: Brief) -> str | None:
    """Answer the focus of a request in at most two sentences, from its measurements and findings.

    Returns:
        What was asked about with its figure, or what to listen for; None where the focus asks nothing (`asked_text`) or
        the file holds no music.
    """
    asked = asked_text(brief.request.focus)
    if asked is None or brief.diagnosis.content is not None:
        return None
    return _FocusAnswer(brief, asked).on_focus(parse_intent(brief.request.focus))


class _Asked(NamedTuple):
    """A subject of a focus, and what it is called in the answer; empty where its fact says that itself."""

    subject: Subject
    what: str


class _FocusAnswer:
    """Builds the answer to a focus; remembers the findings it has named, so that none is named twice."""

    def __init__(self, brief: Brief, asked: str) -> None:
        self._brief = brief
        self._question = asked
        self._words = subjects.words_of(asked)
        self._named: set[str] = set()

    def on_focus(self, intent: Intent) -> str | None:
        """The answer to the focus that the question was taken from."""
        times = moments.times_in(self._question)[:1]
        if times or (subjects.in_group("first", self._words) and not intent.stressed):
            return _sentences(moments.at_time(self._brief, times[0]) if times else self._first(), FOCUS_SENTENCES)
        voices = self._voices_named(intent)
        about = self._subjects_of(intent, beside_voices=bool(voices))
        if not about and not voices:
            return None if intent.left_alone else f"{phrases()['focus']['ears']} {phrases()['first_step_none']}"
        most = FOCUS_SENTENCES // (len(about) + bool(voices)) or 1
        facts = [self._on_subject(subject, what, most) for subject, what in about[: FOCUS_SENTENCES - bool(voices)]]
        words = phrases()["focus"]
        told = [
            fact if not what else words["next" if at else "first"].format(what=what, fact=_inside(fact))
            for at, (what, fact) in enumerate(facts)
        ]
        if voices:
            told.append(words["voices"].format(what=voices, listen=phrases()["focus"]["quietly"]))
            told += self._on_voices() if not about and VOICE_TOPIC in intent.stressed else []
        return " ".join(part.strip() for part in told)

    def _subjects_of(self, intent: Intent, *, beside_voices: bool) -> list[_Asked]:
        """The subjects of a focus, each with the names of its topics that name it in the answer."""
        known = [focus_words().topic(topic) for topic in intent.stressed]
        found = subjects_meant(self._brief, question_of(self._question))
        is_compared = self._brief.diagnosis.versions is not None
        measured = [
            subject
            for subject in found
            if subject.name != "settings" and (subject.is_measured or (subject.name == "versions" and is_compared))
        ] or found
        about = {
            # their facts say themselves what they are about
            subject.name: (subject, [] if subject.name in {*_WITHOUT_TOPIC, "versions"} else [subject.label])
            for subject in measured
            if not known or (subject.name in _WITHOUT_TOPIC and self._names_exactly(subject))
        }
        whole = [topic for topic in known if topic.id != "loudness"]
        if whole or about or beside_voices:
            # "is the bass loud enough" does not ask for the loudness of the song
            known = whole
        for topic in known:
            named = [subject for subject in measured if subject.words & topic.single_words]
            # a subject that was found and left out belongs to another topic
            is_told = any(subject.words & topic.single_words for subject in subjects.found(self._words))
            for subject in named if is_told else _standing_for(topic):
                if subject.name not in _WITHOUT_TOPIC:
                    about.setdefault(subject.name, (subject, []))[1].append(topic.name)
        return [_Asked(subject, numbers.listed(names) if names else "") for subject, names in about.values()]

    def _findings_on(self, subject: Subject) -> tuple[list[Finding], list[Finding]]:
        """All findings on a subject, and those worth naming that were not named yet."""
        codes = set(subject.codes)
        about = [one for one in self._brief.diagnosis.findings if {one.code, *one.merged} & codes]
        fresh = [finding for finding in about if finding.code not in self._named]
        hinted = [finding for finding in fresh if vocabulary().hints.get(finding.code, frozenset()) & set(self._words)]
        return about, hinted or [finding for finding in fresh if finding.severity is not Severity.INFO]

    def _fact(self, subject: Subject) -> str:
        bands = tuple(band for other in subjects.found(self._words) for band in other.bands)
        if subject.name == "sections":
            return moments.sections(self._brief, self._words)
        if subject.name == "platforms":
            return topics.platforms(self._brief, self._words)
        if subject.name == "reference":
            return topics.reference(self._brief, bands)
        if subject.name == "target":
            return topics.target(self._brief, bands)
        if subject.name == "strengths":
            table = table_of(self._brief)
            return rendered(keep(self._brief, STRENGTHS_SHOWN), table).text or phrase(ReviewPart.KEEP_NOTHING)
        return FACTS[subject.name](self._brief)

    def _first(self) -> str:
        table = table_of(self._brief)
        chosen = select(self._brief.diagnosis.findings, 1)
        if not chosen:
            return phrase("first_step_none")
        own = own_words(self._brief, table, chosen[0]).say
        return rendered(f"Start with {{{chosen[0].code}.{FindingPart.NAME}}}. {own}", table).text

    def _names_exactly(self, subject: Subject) -> bool:
        """Whether the question has a word of a subject as it is spelt: "loudnes" is no "loudest" part."""
        is_compared = subject.name in {"reference", "target"}
        return is_compared or not subject.words.isdisjoint(self._words)

    def _voices_named(self, intent: Intent) -> str:
        """What a focus calls the voices or instruments that it asks about; empty where it names none."""
        if VOICE_TOPIC in intent.stressed:
            return focus_words().topic(VOICE_TOPIC).name
        voices = dict.fromkeys(word for word in self._words if subjects.is_named(word, vocabulary().groups["voices"]))
        return worded("focus.voices", voices=numbers.listed([*voices][:2])) if voices else ""

    def _on_subject(self, subject: Subject, what: str, most: int) -> tuple[str, str]:
        """What was measured on a subject in `most` sentences, after the name that it needs in front; empty for none."""
        fact = topics.tone(self._brief) if subject.name == "settings" else self._fact(subject)
        name = "" if subject.label.removeprefix(worded("focus.article")) in _sentences(fact, 1).casefold() else what
        about, worth = self._findings_on(subject)
        finding = next(iter([*worth, *about]), None)
        if most > 1 and finding is not None:
            self._named.add(finding.code)
            return name, f"{self._asked_sentences(fact, subject, most - 1)} {_found('found', finding)}"
        if most > 1 and subject.name in JUDGED and not about:
            first, *rest = SENTENCE_END.split(fact)
            in_order = phrase("answers", IN_ORDER)
            behind = phrases()["focus"]["behind"]
            order = in_order
            if rest:
                order = behind.format(fact=rest[0].removesuffix("."), in_order=numbers.lower_first(in_order))
            return name, f"{first} {order}"
        return name, self._asked_sentences(fact, subject, most)

    def _asked_sentences(self, fact: str, subject: Subject, most: int) -> str:
        """Sentences of a fact: those with a word of the question before others, in their order."""
        asked = subject.words & set(self._words)
        sentences = SENTENCE_END.split(fact)
        first = sorted(sentences, key=lambda sentence: asked.isdisjoint(subjects.words_of(sentence)))[:most]
        return " ".join(sentence for sentence in sentences if sentence in first)

    def _on_voices(self) -> list[str]:
        """The first finding that rules report for the sake of a voice."""
        about = (one for one in self._brief.diagnosis.findings if VOICE_TOPIC in rules()[one.code].focus)
        return [_found("voices_finding", one) for one in about][:1]


def _sentences(text: str, most: int) -> str:
    """The first sentences of a text."""
    return " ".join(SENTENCE_END.split(text)[:most])


def _inside(fact: str) -> str:
    """A fact behind a colon."""
    return numbers.lower_first(fact)


def _found(phrase: str, finding: Finding) -> str:
    return str(phrases()["focus"][phrase]).format(called=rules()[finding.code].called, receipt=receipt(finding))


def _standing_for(topic: FocusTopic) -> list[Subject]:
    """The subject that has most words of a topic; the settings, which tell the tone, for the tonal balance."""
    if topic.id == VOICE_TOPIC:
        return []
    if topic.id == "tone":
        return [subject for subject in vocabulary().subjects if subject.name == "settings"]
    best = max(vocabulary().subjects, key=lambda subject: len(subject.words & topic.single_words))
    return [best] if len(best.words & topic.single_words) >= TOPIC_WORDS else []
