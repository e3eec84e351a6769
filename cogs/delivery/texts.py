"""Texts of the delivery besides new reviews: names of threads, what was lost, a review shown again."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

import discord

from cogs.content import Content
from cogs.rendering import MESSAGE_MAX_CHARACTERS, numbers_embed, review_texts
from core.knowledge.genres import Genre, genre_table
from core.rules.genre_tempo import in_genre
from core.service.job_payloads import ErrorStep
from core.storage import StoredReview
from core.text.error_sentences import say
from core.text.untrusted import clean_untrusted
from core.values.errors import UsageCode, UsageError
from core.values.job import StepKind

THREAD_NAME_MAX_CHARACTERS = 100
"""Characters of a thread's name at most (Discord: Channel Object)."""

ASKER_MAX_CHARACTERS = 32
"""Discord: a display name has at most 32 characters."""

STOPPED = "Stopped: you deleted everything I had about you."
"""Text of a waiting message whose job was stopped by `/privacy delete`."""

DELETED_MEANWHILE = "Stopped: what this was about has been deleted."
"""Text of a waiting message whose job or track was deleted meanwhile."""

GONE = say(UsageError(UsageCode.TRACK_DELETED))
"""Text about a result that was not posted because its conversation was deleted: `/report` has it neither."""

UNNAMED = "Deleted review"
"""Name of a thread whose review was deleted."""


def thread_name(asker: str | None, stored: StoredReview, genre: Genre) -> str:
    """The name of a thread: asker, number and version of the track, genre. Never the file's name: it may be secret."""
    name = " ".join(clean_untrusted(asker or "", ASKER_MAX_CHARACTERS).split())
    parts = [name, f"#{stored.track_number} v{stored.version_number}", genre.name]
    return " · ".join(part for part in parts if part)[:THREAD_NAME_MAX_CHARACTERS]


def is_given_name(name: str, stored: StoredReview) -> bool:
    """Whether a thread of this track still has a name that `thread_name` gave it, for some version and genre."""
    genres = "|".join(re.escape(genre.name) for genre in genre_table().genres)
    return re.search(rf"(?:^|· )#{stored.track_number} v\d+ · (?:{genres})$", name) is not None


FOLLOW_UPS_MAX = 5
"""Discord: follow-ups to one interaction of an app that only its user has installed. Numbers and PDF need two."""


def within_follow_ups(contents: Sequence[Content]) -> list[Content]:
    """The texts of a review that fit into the follow-ups; the last one refers to the PDF for the rest."""
    kept = list(contents[: FOLLOW_UPS_MAX - 2])
    if len(kept) < len(contents) and kept[-1].text is not None:
        text = f"{kept[-1].text[: MESSAGE_MAX_CHARACTERS - len(REST_IN_PDF) - 2]}\n{REST_IN_PDF}"
        kept[-1] = replace(kept[-1], text=text)
    return kept


REST_IN_PDF = "-# … the rest is in the PDF."

LOST_WORDS = {
    StepKind.POST_REVIEW: "Your review",
    StepKind.ATTACH_REPORT: "The PDF of your review",
    StepKind.POST_ANSWER: "The answer to your question",
    StepKind.POST_SUMMARY: "Your summary",
    StepKind.POST_TARGET: "The news that your target is ready",
}


WHY_LOST = "a permission is missing, or the place was deleted"


def lost_line(kinds: Iterable[StepKind]) -> str:
    """A sentence about what could not be posted and how to get it."""
    lost = [words for kind, words in LOST_WORDS.items() if kind in set(kinds)]
    what = " and ".join(lost[:1] + [words[0].lower() + words[1:] for words in lost[1:]])
    is_target = set(kinds) <= {StepKind.POST_TARGET}
    how = "`/target list` shows it." if is_target else "`/report` hands it to you, with everything that was said."
    return f"{what} could not be posted where you asked for it ({WHY_LOST}). {how}"


def why_nothing(error: ErrorStep) -> str:
    """The sentence about an error, with its reference."""
    return f"{error.sentence}\n-# {error.reference}"


def unsaid(error: ErrorStep) -> str:
    """The same, for a member who could not be told in the channel where they asked."""
    return f"I could not say this where you asked: {why_nothing(error)}"


def where_it_is(lost: Collection[StepKind], channel_id: int | None) -> str:
    """Where the feedback is, for the waiting message; `channel_id` where it is not right below."""
    if StepKind.POST_REVIEW in lost:
        return lost_line(lost)
    where = "The feedback is below." if channel_id is None else f"The feedback is in <#{channel_id}>."
    return f"{where} {lost_line(lost)}" if lost else where


class ShownReview(NamedTuple):
    """The texts of a review, one a message, and its numbers."""

    texts: list[str]
    numbers: discord.Embed


def latest_review(stored: StoredReview) -> ShownReview:
    """A stored review as texts and numbers, for its owner alone."""
    genre = genre_table().get(stored.request.genre_id)
    key = f"track {stored.track_number} · version {stored.version_number}"
    texts = review_texts(stored.request, genre, stored.review, stored.diagnosis, key, target=stored.target)
    shown = within_follow_ups([Content(text) for text in texts])
    platforms = stored.diagnosis.platforms_shown(stored.request.type)
    embed = numbers_embed(
        in_genre(stored.analysis, genre), stored.review.dial_card, platforms, key, stored.request.language
    )
    return ShownReview([content.text or "" for content in shown], embed)
