"""core/knowledge/pages/rules.md says what the rules say."""

import re

import pytest

from core.rules.rule import rules
from tests.support.reviews.rules_page import PATH, rules_page


def test_the_page_in_the_repository_is_the_generated_one() -> None:
    assert PATH.read_text(encoding="utf-8") == rules_page(), "run: make docs"


@pytest.mark.parametrize("code", list(rules()))
def test_each_rule_has_its_place_with_its_source(code: str) -> None:
    rule = rules()[code]
    text = rules_page()

    assert f"`{code}`" in text
    assert rule.about in text
    assert rule.source in text
    assert rule.caveat in text


def test_nothing_on_the_page_is_left_to_fill_in() -> None:
    text = rules_page()

    assert not re.search(r"[{}]|\b(99|999|3600)\b", text)
    assert "  " not in text


@pytest.mark.parametrize(
    ("heading", "limits"),
    [
        ("True peak", "master:** info above −1.0 dBTP, warn above 0.0 dBTP"),
        ("DC offset", "info above 0.0050 FS, warn above 0.0200 FS, severe above 0.1000 FS"),
        ("Lossy source", "info below 20.5 kHz, warn below 16.9 kHz."),
        ("Over-limiting", "master, genres that are dense:** info below 7.0 dB, warn below 6.0 dB, severe below 4.5 dB"),
    ],
)
def test_limits_are_written_as_they_are_judged(heading: str, limits: str) -> None:
    section = rules_page().split(f"### {heading} (")[1].split("###")[0].replace("\u00a0", " ")

    assert limits in section
