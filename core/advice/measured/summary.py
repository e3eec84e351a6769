"""Summaries without a model: the subjects that were asked about, and a plan made from the findings."""

import re
from collections.abc import Iterator, Sequence

from core.advice import subjects
from core.advice.measured.measured_review import cure
from core.advice.plan.rendered_text import rendered
from core.advice.statements.of_review import select
from core.advice.statements.table import table_of
from core.advice.vocabulary import vocabulary
from core.review import Brief, Review
from core.rules.rule import rules
from core.text import numbers
from core.text.language import worded
from core.values.conversation import Conversation, Role

PLAN_STEPS = 3
"""Steps in a summary's plan."""


def measured_summary(brief: Brief, review: Review, conversation: Conversation) -> str:
    """Write a summary from the questions and the findings.

    Args:
        brief: the measurements and findings.
        review: the review, for what to keep.
        conversation: the latest summary, whose subjects are taken over, and the turns since.
    """
    table = table_of(brief)
    lines = list(_asked_about(conversation))
    for number, finding in enumerate(select(brief.diagnosis.findings, PLAN_STEPS), start=1):
        told = rendered(cure(table, finding.code), table).text
        lines.append(f"{number}. {rules()[finding.code].name} – {numbers.lower_first(told)}")
    if review.keep:
        lines.append(worded("summary.keep", keep=review.keep))
    return "\n".join(lines)


def _asked_about(conversation: Conversation) -> Iterator[str]:
    """One line on all subjects since the beginning, those of the summary before included."""
    # the subjects stand where the sentence of a summary has them
    before, after = worded("summary.asked_about", subjects="\n").split("\n")
    asked_about = re.compile(f"{re.escape(before)}(.+?){re.escape(after)}", re.IGNORECASE)
    earlier = asked_about.search(conversation.summary.text) if conversation.summary is not None else None
    known = [subject.label for subject in vocabulary().subjects if earlier and subject.label in earlier.group(1)]
    asked = [turn.text for turn in conversation.turns if turn.role is Role.USER]
    about = list(dict.fromkeys([*sorted(known, key=earlier.group(1).index if earlier else None), *_labels(asked)]))
    if about:
        yield worded("summary.asked_about", subjects=numbers.listed(about))
    elif asked:
        yield worded("summary.plan")


def _labels(questions: Sequence[str]) -> list[str]:
    words = [subjects.words_of(question) for question in questions]
    found = [subject for one in words for subject in subjects.found(one)]
    compares = any(subjects.in_group("comparing", one) for one in words)
    return list(dict.fromkeys(subject.label for subject in found if compares or subject.name != "reference"))
