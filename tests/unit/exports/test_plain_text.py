"""Text from outside as plain text."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from core.exports.plain_text import clean_text, printable, without_chat_markup

LIMIT = 200


@given(st.text(max_size=500))
def test_nothing_that_acts_is_left(text: str) -> None:
    cleaned = clean_text(text, LIMIT)

    assert len(cleaned) <= LIMIT
    assert not {c for c in cleaned if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co"}} - {"\n"}
    assert "\n\n\n" not in cleaned


@given(st.text(max_size=300))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean_text(text, LIMIT)

    assert clean_text(once, LIMIT) == once


def test_an_accent_behind_a_hidden_character_joins_its_letter_at_once() -> None:
    assert clean_text("e\u200b\u0301", LIMIT) == "\u00e9"
    assert clean_text("e\u200b\u0301", LIMIT) == clean_text(clean_text("e\u200b\u0301", LIMIT), LIMIT)


LONGEST_NFC = 3
"""Characters that one may become in normal form C (Unicode Annex 15): U+FB2C is three."""


def test_text_that_is_longer_in_its_normal_form_is_cut_at_the_limit() -> None:
    assert len(unicodedata.normalize("NFC", "\ufb2c" * 100)) == LONGEST_NFC * 100
    assert len(clean_text("\ufb2c" * 100, LIMIT)) <= LIMIT


@given(st.text(alphabet=st.characters(categories=["L", "N", "P"]), min_size=1, max_size=LIMIT // LONGEST_NFC))
def test_ordinary_text_is_kept(text: str) -> None:
    assert clean_text(text, LIMIT) == unicodedata.normalize("NFC", text)


def test_one_line_has_no_line_breaks() -> None:
    assert clean_text("a\r\nb\u2028c", LIMIT, one_line=True) == "a b c"


def test_chat_markup_is_taken_off() -> None:
    assert without_chat_markup("## Plan\n**cut** 3 dB\n- listen") == "Plan\ncut 3 dB\n• listen"


def test_a_character_without_a_glyph_is_marked() -> None:
    assert printable("aβ", lambda code: code < 128) == "a\ufffd"
