"""Answers without a model: what a question is about, and what was measured of that. Says so where nothing was."""

from collections.abc import Callable, Sequence

from core.advice import moments, subjects, topics
from core.advice.measured import keep, measured_item, select
from core.conversation import Conversation, Role
from core.diagnosis.findings import Finding
from core.knowledge.genres import Genre
from core.knowledge.rules import phrases
from core.review import Brief, Review

SUBJECTS_SHOWN = 2
"""An answer to everything is an answer to nothing."""

TIMES_SHOWN = 2
STRENGTHS_SHOWN = 3

CANNOT = (
    "I can't answer that from the measurements of a stereo file: it takes ears, or a language model, which is not set "
    "up here. What I can tell you about this track: loudness, peaks, dynamics, tone, low end, stereo and mono, tempo, "
    "key, what streaming services do to it, what happens at a time such as 1:10, and what to fix first."
)

VOICES = (
    "Single parts cannot be measured in a stereo file, so take this as a hint for your ears: turn the track down until "
    "you hardly hear it and check what disappears first."
)


def measured_answer(brief: Brief, genre: Genre, review: Review, question: str) -> str:
    """An answer from this track's facts and findings."""
    return _Answer(brief, genre, review, question).text()


class _Answer:
    """One answer in the making: remembers which findings it has named, so that none is named twice."""

    def __init__(self, brief: Brief, genre: Genre, review: Review, question: str) -> None:
        self._brief = brief
        self._genre = genre
        self._review = review
        self._question = question
        self._words = subjects.words_of(question)
        self._named: set[str] = set()

    def text(self) -> str:
        """The answer."""
        times = moments.times_in(self._question)[:TIMES_SHOWN]
        parts = [moments.at_time(self._brief, time_s) for time_s in times]
        asks_for_order = subjects.in_group("first", self._words)
        if asks_for_order:
            parts.append(self._first())
        about = self._subjects(has_time=bool(times))
        parts += [self._subject(subject) for subject in about[: SUBJECTS_SHOWN - asks_for_order]]
        if not parts and subjects.in_group("why", self._words):
            parts.append(self._first())
        if subjects.in_group("voices", self._words):
            parts.append(VOICES)
        return "\n\n".join(part for part in parts if part) or CANNOT

    def _subjects(self, *, has_time: bool) -> list[subjects.Subject]:
        found = subjects.found(self._words)
        if subjects.in_group("voices", self._words):
            # how loud a voice is in the mix is not how loud the song is
            found = [subject for subject in found if subject.name != "loudness"]
        if has_time and self._brief.analysis.sections:
            return [subject for subject in found if subject.name != "sections"] or found
        if subjects.in_group("comparing", self._words):
            # "is my low end heavier than the reference" is one question: the comparison answers it
            return [subject for subject in found if subject.name == "reference"]
        return found

    def _subject(self, subject: subjects.Subject) -> str:
        about = [finding for finding in self._brief.diagnosis.findings if finding.code in subject.codes]
        fresh = [finding for finding in about if finding.code not in self._named]
        fact = self._fact(subject)
        if not fresh:
            return fact
        hinted = [finding for finding in fresh if subjects.HINTS.get(finding.code, frozenset()) & set(self._words)]
        return f"{fact} {self._item((hinted or fresh)[0])}"

    def _fact(self, subject: subjects.Subject) -> str:
        if subject.name == "sections":
            return moments.sections(self._brief, self._words)
        if subject.name == "platforms":
            return topics.platforms(self._brief, self._genre, self._words)
        if subject.name == "reference":
            bands = [band for other in subjects.found(self._words) for band in other.bands]
            return topics.reference(self._brief, self._genre, tuple(bands))
        if subject.name == "strengths":
            return keep(self._brief.diagnosis.strengths, self._genre, STRENGTHS_SHOWN)
        if subject.name == "settings":
            return self._settings()
        return _FACTS[subject.name](self._brief, self._genre)

    def _settings(self) -> str:
        """The dial card's rows for what else was asked about, or all of them."""
        wanted = {code for other in subjects.found(self._words) for code in other.codes}
        rows = self._review.dial_card.rows
        chosen = [row for row in rows if row.finding_code in wanted or row.processor.casefold() in self._words] or rows
        if not chosen:
            return topics.settings(self._brief, self._genre)
        lines = "; ".join(f"{row.processor}: {row.setting}" for row in chosen)
        return f"From the dial card, as starting points: {lines}."

    def _first(self) -> str:
        chosen = select(self._brief.diagnosis.findings, 2)
        if not chosen:
            return f"{phrases()['verdict_none_mix'][0]} {self._review.first_step}"
        first = phrases()["first"]
        after = f" After that comes {first[chosen[1].code]}." if len(chosen) > 1 else ""
        return f"First {first[chosen[0].code]}: {self._item(chosen[0])}{after}"

    def _item(self, finding: Finding) -> str:
        self._named.add(finding.code)
        request = self._brief.request
        item = measured_item(finding, self._genre, request.type, request.detail)
        return f"{item.insight} {item.suggestion}"


_FACTS: dict[str, Callable[[Brief, Genre], str]] = {
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


def measured_summary(brief: Brief, genre: Genre, review: Review, conversation: Conversation) -> str:
    """A summary from questions and findings: what was asked, and the plan that follows from the numbers."""
    asked = [turn.text for turn in conversation.turns if turn.role is Role.USER]
    lines: list[str] = []
    if conversation.summary is not None:
        lines += [line for line in conversation.summary.text.splitlines() if line.startswith("- You asked")]
    if asked:
        about = _subjects(asked)
        lines.append(f"- You asked about {topics.listed(about)}." if about else f"- You asked {len(asked)} questions.")
    request = brief.request
    for number, finding in enumerate(select(brief.diagnosis.findings, 3), start=1):
        item = measured_item(finding, genre, request.type, request.detail)
        lines.append(f"- {number}. {item.suggestion}")
    if review.keep:
        lines.append(f"- Keep: {review.keep}")
    return "\n".join(dict.fromkeys(lines))


def _subjects(questions: Sequence[str]) -> list[str]:
    found = [subject.label for question in questions for subject in subjects.found(subjects.words_of(question))]
    return list(dict.fromkeys(found))
