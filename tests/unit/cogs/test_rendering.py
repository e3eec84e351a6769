"""Rendering keeps Discord's limits and lets nothing foreign act."""

import re

from hypothesis import given
from hypothesis import strategies as st

from cogs.rendering import MESSAGE_MAX_CHARACTERS, answer_message, chunks, escaped, plain_paragraphs


@given(st.text(max_size=9000), st.integers(min_value=50, max_value=2000))
def test_chunks_join_to_the_text_and_keep_the_limit(text: str, limit: int) -> None:
    parts = chunks(text, limit)

    assert "".join(parts) == text
    assert all(0 < len(part) <= limit for part in parts)


def test_chunks_end_at_paragraphs_where_they_can() -> None:
    text = "a" * 1500 + "\n\n" + "b" * 1500

    assert chunks(text) == ["a" * 1500 + "\n\n", "b" * 1500]


HOSTILE = [
    "@everyone",
    "@here",
    "<@123>",
    "<@!123>",
    "<@&5>",
    "<#7>",
    "</cmd:1>",
    "<id:home>",
    "<:e:1>",
    "<a:e:1>",
    "[x](https://evil.example)",
    "https://evil.example",
    "discord.gg/abc",
    "\u202eevil",
    "**b**",
    "`c`",
    "||s||",
]
LIVE = re.compile(
    r"<(@|#|/|:|a:|id:)|@(everyone|here)|://|\]\(http|discord\.gg|\u202e|(?<!\\)\*\*|(?<!\\)`|(?<!\\)\|\|"
)


@given(st.lists(st.sampled_from([*HOSTILE, "kick", " ", "\n"]), max_size=12).map("".join))
def test_foreign_text_cannot_act(hostile: str) -> None:
    assert not LIVE.search(escaped(hostile))


def test_an_answer_asked_by_button_begins_with_its_question() -> None:
    parts = answer_message("Turn it down.", note=None, quote="why @everyone?", asker_id=42, key="KEY1")

    assert parts[0].startswith("<@42> asked: ")
    assert "@everyone" not in parts[0]
    assert parts[-1].endswith("KEY1")


def test_a_long_answer_is_cut_into_messages() -> None:
    parts = answer_message("word " * 1200, note=None, quote=None, asker_id=None, key="KEY1")

    assert len(parts) > 1
    assert all(len(part) <= MESSAGE_MAX_CHARACTERS for part in parts)


def test_paragraphs_survive() -> None:
    assert plain_paragraphs("one\n\n\ntwo") == "one\n\ntwo"
