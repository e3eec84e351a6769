"""Rendering of stored values as text and embeds. Pure functions that keep Discord's limits and send nothing.

Text that a person or a model wrote is escaped here, so that nothing in it can ping, link or break the layout.
"""

import re
from collections.abc import Iterable, Sequence

import discord

from core.analysis.measurements import Analysis
from core.analysis.quantities import Quantity, chosen, quantity
from core.diagnosis.comparing import reference_words, version_words
from core.diagnosis.findings import Diagnosis, PlatformEffect, ReferenceComparison, VersionChange
from core.knowledge.genres import Genre
from core.review import DialCard, Review, idea_line
from core.service.job_payloads import TargetStep
from core.targets import words
from core.targets.named import TargetComparison
from core.text.language import ENGLISH, in_language, name_in_language, worded
from core.text.numbers import signed_db
from core.values.request import ReviewRequest, ReviewType

MESSAGE_MAX_CHARACTERS = 2000
"""Characters of a message's content at most (Discord: Create Message)."""

EMBED_FIELD_MAX_CHARACTERS = 1024
"""Characters of an embed field's value at most (Discord: Embed Limits)."""

EMBED_COLOUR = discord.Colour(0x2F6F73)

ZERO_WIDTH = "\u200b"

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Control and bidirectional characters: they hide or reorder what is shown."""

_MARKS = re.compile(r"[\\*_~`|\[]")
_LINE_MARKS = re.compile(r"^([^\S\n]*)([>#-])", re.MULTILINE)
"""Discord's markdown, inside a line and at its start. (discord.py's own escape skips text inside a link.)"""

_LIVE = re.compile(
    r"(?<=<)(?=[@#/:]|a:|t:|id:)|(?<=@)(?=everyone|here)|(?<=:)(?=//)|(?<=\])(?=\()|(?<=discord)(?=\.(?:gg|com))",
    re.IGNORECASE,
)
"""Positions where a zero-width space disables mentions, custom emoji, timestamps, command links, URLs or invites."""


def escaped(text: str) -> str:
    """Untrusted text made literal: no mentions, no markdown, no links, no hidden characters."""
    literal = _MARKS.sub(r"\\\g<0>", _CONTROL.sub("", text))
    return _LIVE.sub(ZERO_WIDTH, _LINE_MARKS.sub(r"\1\\\2", literal))


def chunks(text: str, limit: int = MESSAGE_MAX_CHARACTERS) -> list[str]:
    """Cut text at paragraph, line, sentence or word ends into parts of at most `limit` characters; none is lost."""
    parts: list[str] = []
    rest = text
    while len(rest) > limit:
        cut = _cut(rest, limit)
        parts.append(rest[:cut])
        rest = rest[cut:]
    if rest:
        parts.append(rest)
    return parts


def _cut(text: str, limit: int) -> int:
    window = text[:limit]
    for end in ("\n\n", "\n", ". ", " "):
        at = window.rfind(end)
        if at > limit // 3:
            return at + len(end)
    return limit


def review_texts(
    request: ReviewRequest,
    genre: Genre,
    review: Review,
    diagnosis: Diagnosis,
    key: str,
    *,
    target: TargetComparison | None = None,
    mention: int | None = None,
) -> list[str]:
    """The review as one or more messages, in its language; the last ends with the writer and `key`.

    `mention` is the id of the member to notify. The mention is first, since a notification shows the beginning.
    """
    with in_language(request.language):
        lines = _review_lines(request, genre, review, diagnosis, target, mention)
        lines.append(f"-# {review.who_wrote_it} {key}")
    return [part.strip("\n") for part in chunks("\n".join(lines))]


def _review_lines(
    request: ReviewRequest,
    genre: Genre,
    review: Review,
    diagnosis: Diagnosis,
    target: TargetComparison | None,
    mention: int | None,
) -> list[str]:
    head = f"<@{mention}> " if mention is not None else ""
    kind = name_in_language("labels", request.type.label)
    lines = [f"{head}**{kind} · {_genre_line(request, genre)}**", f"> {escaped(review.verdict)}", ""]
    if review.focus_answer:
        lines += [_headed("focus", review.focus_answer), ""]
    lines += versions_block(diagnosis)
    if review.keep:
        lines += [_headed("keep", review.keep), ""]
    for number, item in enumerate(review.items, start=1):
        lines += [f"**{number}.** {escaped(item.insight)}", f"➜ {escaped(item.suggestion)}"]
        if item.receipt:
            lines.append(f"-# {worded('thread.measured')} {escaped(item.receipt)}")
        lines += [*idea_block(item.idea), ""]
    if diagnosis.reference is not None:
        lines += [*reference_block(diagnosis.reference, request.type), ""]
    if target is not None:
        lines += [*target_block(target), ""]
    return [*lines, _headed("first_step", review.first_step)]


def _headed(heading: str, text: str) -> str:
    return f"**{worded(f'thread.{heading}')}** {escaped(text)}"


def idea_block(idea: str) -> list[str]:
    """An idea on a line of its own, in italics, behind its label; empty without one."""
    line = idea_line(idea)
    return [f"*{escaped(line)}*"] if line else []


def versions_block(diagnosis: Diagnosis) -> list[str]:
    """What became of the earlier findings, one a line, and of the tone; empty where there is nothing to tell."""
    told = [f"• {sentence}" for sentence in version_words.opening(diagnosis)]
    told += [_change_line(change) for change in version_words.changes(diagnosis)]
    if tone := version_words.tone_line(diagnosis):
        told.append(f"• {tone}")
    return [f"**{version_words.versions_heading()}**", *told, ""] if told else []


def target_block(comparison: TargetComparison) -> list[str]:
    """The track against the server's target: what lies outside first, then the loudness."""
    told = words.target_lines(comparison, words.OUTSIDE_SHOWN)
    return [f"**{escaped(words.target_heading(comparison))}**", *(f"• {escaped(line)}" for line in told)]


DIFFERENCES_SHOWN = 4
"""Differences from a reference that fit beside a review on a phone; the PDF has all."""


def reference_block(comparison: ReferenceComparison, kind: ReviewType) -> list[str]:
    """The track against the reference: what differs most first, then the loudness."""
    told = reference_words.reference_lines(comparison, kind, DIFFERENCES_SHOWN)
    heading = f"**{worded('reference.heading')}** ({worded('reference.equal_loudness')})"
    return [heading, *(f"• {escaped(line)}" for line in told)]


def target_made(done: TargetStep, key: str) -> str:
    """The message to the member whose target is ready."""
    left_out = "".join(f"\n-# Left out: {escaped(sentence)}" for sentence in done.left_out)
    return (
        f"🎯 The target **{escaped(done.name)}** is ready, made of {done.tracks} tracks; their files are deleted.\n"
        f"See it with `/target show`; hold a track against it with `target:` in `/feedback`.{left_out}\n-# {key}"
    )


def _genre_line(request: ReviewRequest, genre: Genre) -> str:
    subgenre = genre.subgenre(request.subgenre_id) if request.subgenre_id else None
    return f"{genre.name} ({subgenre.name})" if subgenre else genre.name


def _change_line(change: VersionChange) -> str:
    values = version_words.before_and_after(change)
    mark = worded(f"thread.{change.outcome.value}")
    return f"{mark} · {version_words.name_of_change(change)}{values and f': {values}'}"


def numbers_embed(
    analysis: Analysis, card: DialCard, platforms: Sequence[PlatformEffect], key: str, language: str = ENGLISH
) -> discord.Embed:
    """The measured values, the dial card and what services do to the level, in a language."""
    with in_language(language):
        return _numbers_embed(analysis, card, platforms, key)


def _numbers_embed(analysis: Analysis, card: DialCard, platforms: Sequence[PlatformEffect], key: str) -> discord.Embed:
    embed = discord.Embed(title=worded("thread.numbers"), colour=EMBED_COLOUR)
    embed.add_field(name=worded("thread.level"), value=_field(_lines(_LEVEL, analysis)))
    embed.add_field(name=worded("thread.music"), value=_field(_music_lines(analysis)))
    embed.add_field(name=worded("thread.stereo"), value=_field(_stereo_lines(analysis)))
    if card.rows:
        rows = [f"{row.processor}: {row.setting}" for row in card.rows]
        embed.add_field(name=worded("thread.dial_card"), value=_field(rows), inline=False)
    if platforms:
        embed.add_field(name=worded("thread.players"), value=_field(_platform_lines(platforms)), inline=False)
    embed.set_footer(text=key)
    return embed


def _field(lines: Iterable[str]) -> str:
    kept: list[str] = []
    for line in lines:
        if sum(map(len, kept)) + len(kept) + len(line) > EMBED_FIELD_MAX_CHARACTERS - 2:
            kept.append("…")
            break
        kept.append(line)
    return "\n".join(kept) or "—"


_LEVEL = chosen("integrated_lufs", "max_short_term_lufs", "loudness_range_lu", "true_peak_dbtp", "plr_db")
_STEREO = chosen("correlation", "mono_fold_loss_db")


def _lines(entries: Iterable[Quantity], analysis: Analysis) -> list[str]:
    """A line each, under the short label: a phone shows about thirty characters of a field."""
    return [f"{entry.short} {entry.written(analysis)}" for entry in entries]


def _music_lines(analysis: Analysis) -> list[str]:
    source = analysis.source
    return [
        *(
            f"{entry.short} {entry.written(analysis)}{_sureness(entry, analysis)}"
            for entry in chosen("tempo_bpm", "key")
        ),
        *_lines(chosen("duration_s"), analysis),
        f"{source.codec.split('_')[0].upper()} · {source.sample_rate_hz / 1000:g} kHz",
    ]


SURE = 0.8
"""Confidence from which tempo or key is shown without a remark."""

LIKELY = 0.5
"""Confidence from which the remark is "likely"; below it is "unsure"."""


def _sureness(entry: Quantity, analysis: Analysis) -> str:
    confidence = entry.confidence(analysis) if entry.confidence is not None else None
    if confidence is None or confidence >= SURE:
        return ""
    return f" ({worded('thread.likely' if confidence >= LIKELY else 'thread.unsure')})"


SHOWN_AS_CENTRED_DB = 0.3
"""Level difference between the channels in dB below which the balance is shown as centred."""


def _stereo_lines(analysis: Analysis) -> list[str]:
    balance = quantity("balance_db")
    if analysis.stereo.correlation is None:
        return [worded("thread.mono")]
    is_centred = abs(balance.number(analysis) or 0.0) < SHOWN_AS_CENTRED_DB
    balance_told = worded("thread.centred") if is_centred else balance.written(analysis)
    return [*_lines(_STEREO, analysis), f"{balance.short} {balance_told}"]


def _platform_lines(platforms: Sequence[PlatformEffect]) -> list[str]:
    """One line per effect, with the services that have it in common."""
    names: dict[str, list[str]] = {}
    for effect in platforms:
        gain = "" if effect.gain_db is None else signed_db(effect.gain_db)
        what = ", ".join(filter(None, (gain, effect.note)))
        names.setdefault(what or gain, []).append(effect.name)
    return [f"{', '.join(services)}: {what}" for what, services in names.items()]


def answer_message(
    text: str,
    *,
    note: str | None,
    quote: str | None,
    asker_id: int | None,
    key: str,
    idea: str = "",
    language: str = ENGLISH,
) -> list[str]:
    """An answer as one or more messages; the answer to a question asked in the form begins with the question."""
    with in_language(language):
        asked = worded("thread.asked", member=f"<@{asker_id}>")
    head = f"{asked} *{escaped(quote)}*\n\n" if quote and asker_id else ""
    tail = f"\n-# {note + ' ' if note else ''}{key}"
    body = "\n\n".join([plain_paragraphs(text), *idea_block(idea)])
    return [part.strip("\n") for part in chunks(f"{head}{body}{tail}")]


def plain_paragraphs(text: str) -> str:
    """Answer text with its paragraphs kept and everything else literal."""
    return "\n\n".join(escaped(paragraph) for paragraph in re.split(r"\n{2,}", text.strip()))


def summary_message(text: str, *, number: int, note: str | None, key: str, language: str = ENGLISH) -> list[str]:
    """The summary of a conversation as one or more messages."""
    with in_language(language):
        head = f"{worded('thread.summary', number=number)}\n"
    tail = f"\n-# {note + ' ' if note else ''}{key}"
    return [part.strip("\n") for part in chunks(f"{head}{plain_paragraphs(text)}{tail}")]
