"""Names the part of the song in which a span lies, and the bars that it covers."""

from collections.abc import Sequence
from dataclasses import replace

from core.analysis.measurements import Bars, Section
from core.rules.reading import Span
from core.text.language import worded

MOSTLY = 0.6
"""Share of a span's length that a part must hold for the span to be named after it."""

LETTERED = "section "
"""Beginning of the label of a part that has a letter and no name (`core.analysis.music.sections`)."""

ORDINALS = 8
"""Parts of one name that are told by an ordinal: "the second drop"."""


def labelled(spans: tuple[Span, ...], sections: Sequence[Section] | None, bars: Bars | None = None) -> tuple[Span, ...]:
    """Spans with the names of their parts and their bars.

    Args:
        spans: where a finding holds.
        sections: parts of the song; None where they are not known.
        bars: bars of the song; None where they are not known.

    Returns:
        The spans with `label` ("the second drop"; empty where no part holds most of the span, or its name is not
        sure), `first_bar` and `last_bar`.
    """
    return tuple(_placed(span, sections or (), bars) for span in spans)


def _placed(span: Span, sections: Sequence[Section], bars: Bars | None) -> Span:
    first, last = (bars.bars_within(span.start_s, span.end_s) if bars is not None else None) or (None, None)
    return replace(span, label=_label(span, sections), first_bar=first, last_bar=last)


def _label(span: Span, sections: Sequence[Section]) -> str:
    holding = [section for section in sections if _shared_s(span, section) >= MOSTLY * (span.end_s - span.start_s)]
    found = next(
        (section for section in holding if section.start_s <= span.end_s and section.end_s > span.start_s), None
    )
    if found is None or not found.confidence:
        return ""
    same = [section for section in sections if section.label == found.label and section.confidence]
    at = same.index(found)
    if len(same) == 1:
        return the(found.label)
    if at < ORDINALS:
        return the(found.label, worded(f"parts.ordinals.{at + 1}"))
    return f"{part_name(found.label)} {at + 1}"


def part_name(label: str) -> str:
    """The name of a part in the present language: "drop", "section A"."""
    return _part_in_words("name", label)


def the(label: str, ordinal: str = "") -> str:
    """The name of a part inside a sentence: "the drop", "the second drop", but "section A"."""
    return _part_in_words("nth" if ordinal else "one", label, ordinal)


def _part_in_words(form: str, label: str, ordinal: str = "") -> str:
    letter = label.removeprefix(LETTERED)
    key = "unnamed" if letter != label else label.replace(" ", "_")
    return worded(f"parts.{key}.{form}", letter=letter, ordinal=ordinal)


def _shared_s(span: Span, section: Section) -> float:
    return max(0.0, min(span.end_s, section.end_s) - max(span.start_s, section.start_s))
