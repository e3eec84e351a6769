"""Every text, filled with measured values in every detail and type, reads as a sentence."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from string import Formatter

import pytest

from core.diagnosis import diagnose
from core.diagnosis.finding_words import FILLED_ALWAYS, fill, insight, receipt, suggestion
from core.diagnosis.findings import Finding
from core.knowledge.genres import Genre, genre_table
from core.rules.reading import Span
from core.rules.rule import rule_texts, rules
from core.values.request import Detail, ReviewType
from tests.support.reviews.analyses import neutral, request
from tests.unit.rules.rule_cases import LEVELS, SETTERS, diagnosis_of

SPANS = ((), (Span(64.0, 92.0),), (Span(12.0, 12.0), Span(64.0, 92.0), Span(130.0, 151.0)))

JARGON = re.compile(
    r"\b(dBTP|dBFS|LUFS|LU|PSR|PLR|DC|RMS|transients?|polarity|phase|correlation|mid/side|M/S|Q \d|high-pass|low-pass|"
    r"shelf|bell|oversampling|dither|float|integer|crest|sub-?harmonics?|BPM|Nyquist|psycho\w*|attenuat\w*|codec)\b"
)
ALLOWED_IN_SIMPLE = {"low_end_buildup": "shelf"}
"""Words without a plainer one."""

BROKEN = {
    "an unfilled place": re.compile(r"[{}]"),
    "a double space": re.compile("  "),
    "a space before a full stop": re.compile(r" [.,;:]"),
    "a unit twice": re.compile(r"\b(dB|Hz|kHz|LUFS|dBTP|s)\b[\s\u00a0]+\1\b"),
    "a minus of a minus": re.compile(r"[−-]\s?[−-]\d"),
    "nothing between brackets": re.compile(r"\(\s*\)"),
    "a double full stop": re.compile(r"\.\."),
    "a missing value": re.compile("—"),
    "one of many": re.compile(r"\b1 (runs|times|places|clicks|dropouts|tones)\b"),
    "a word twice": re.compile(r"\b(\w+) \1\b", re.IGNORECASE),
    "English that is none": re.compile(r"is too much of|\ban? the\b", re.IGNORECASE),
}


def _findings() -> Iterator[tuple[Finding, Genre, ReviewType]]:
    for code, entries in LEVELS.items():
        for kind, genre_id, steps in entries:
            genre = genre_table().get(genre_id)
            for value, severity in steps:
                if severity is None:
                    continue
                kinds = [ReviewType.MIXDOWN, ReviewType.MASTERING] if kind is not ReviewType.MASTER else [kind]
                for asked in kinds:
                    if rules()[code].levels_for(asked, genre.tags) is None:
                        continue
                    judged = diagnosis_of(code, asked, genre_id, value).findings
                    yield from ((finding, genre, asked) for finding in judged if finding.code == code)


@cache
def every_finding() -> list[tuple[Finding, Genre, ReviewType]]:
    return list(_findings())


def texts_of(finding: Finding, genre: Genre, kind: ReviewType, detail: Detail) -> Iterator[str]:
    for spans in SPANS:
        placed = replace(finding, spans=spans)
        for variant in range(3):
            yield insight(placed, genre, detail, variant)
            yield suggestion(placed, genre, kind, detail, variant)


@pytest.mark.parametrize("code", list(LEVELS))
@pytest.mark.parametrize("detail", list(Detail))
def test_filled_texts_are_sentences(code: str, detail: Detail) -> None:
    mine = [entry for entry in every_finding() if entry[0].code == code]
    assert mine
    for finding, genre, kind in mine:
        for text in texts_of(finding, genre, kind, detail):
            for fault, pattern in BROKEN.items():
                assert not pattern.search(text), f"{fault}: {text}"
            assert text[-1] in ".!", text
            assert text[0].isupper() or text[0].isdigit() or text[0] in "−+", text


@pytest.mark.parametrize("code", list(LEVELS))
def test_simple_texts_have_one_number_at_most_and_no_jargon(code: str) -> None:
    for finding, genre, kind in [entry for entry in every_finding() if entry[0].code == code]:
        for text in texts_of(finding, genre, kind, Detail.SIMPLE):
            assert len(re.findall(r"(?<![A-Z\d])\d+(?:[.,:–]\d+)*", text)) <= 1, text
            found = JARGON.search(text)
            assert found is None or found.group() == ALLOWED_IN_SIMPLE.get(code), text


@pytest.mark.parametrize("code", list(LEVELS))
def test_detailed_and_pro_texts_name_the_value_or_the_state(code: str) -> None:
    for finding, genre, kind in [entry for entry in every_finding() if entry[0].code == code]:
        for detail in (Detail.DETAILED, Detail.PRO):
            words = insight(finding, genre, detail) + suggestion(finding, genre, kind, detail)
            assert re.search(r"\d", words) or str((finding.facts or {}).get("state")) in words, words


@pytest.mark.parametrize("code", list(LEVELS))
def test_every_placeholder_is_filled_by_a_fact_of_the_finding(code: str) -> None:
    facts = set(next(entry[0] for entry in every_finding() if entry[0].code == code).facts or {})
    texts = rule_texts(code)
    variants = [
        text for group in (texts.insight, *texts.suggestion.values()) for kind in group.values() for text in kind
    ]

    for text in variants:
        names = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
        assert names <= FILLED_ALWAYS | facts, text


@pytest.mark.parametrize("code", list(LEVELS))
def test_a_place_in_time_stands_at_the_end_of_its_clause(code: str) -> None:
    texts = rule_texts(code)
    for variants in texts.insight.values():
        for text in variants:
            assert not re.search(r"\{where\}(?![.,;:)]| \(|$)| \{where\}", text), text
            assert "is normal{where}" not in text


def test_the_time_follows_what_was_found_and_what_is_usual_comes_last() -> None:
    finding, genre, _ = next(entry for entry in every_finding() if entry[0].code == "low_end_buildup")
    assert genre.id == "rock"
    text = insight(replace(finding, spans=(Span(0.0, 64.0),)), genre, Detail.PRO).replace("\u00a0", " ")

    assert text.endswith("rock and metal tracks (97 measured) at 0:00–1:04; usual is −1.8 to 7.0 dB.")


def test_a_receipt_states_measure_value_target_and_time() -> None:
    finding = next(
        entry[0] for entry in every_finding() if entry[0].code == "true_peak" and entry[2] is ReviewType.MASTER
    )

    assert receipt(finding).replace("\u00a0", " ") == "true peak −0.6 dBTP (target ≤ −1.0 dBTP) at 1:04"


def test_a_figure_of_practice_is_called_usual_and_not_a_target() -> None:
    finding = next(entry[0] for entry in every_finding() if entry[0].code == "mud" and entry[2] is ReviewType.MASTER)

    assert "(usual −2.6 to 2.6" in receipt(finding)


@pytest.mark.parametrize(("count", "words"), [(1, "once"), (2, "twice"), (7, "7 times")])
def test_counts_are_said_as_people_say_them(count: int, words: str) -> None:
    finding = next(entry[0] for entry in every_finding() if entry[0].code == "clip_samples")
    analysis = SETTERS["clip_samples"](neutral("rock"), count * 60.0 / 200.0, "rock")
    genre = genre_table().get("rock")
    found = diagnose(analysis, genre, request(genre_id="rock")).findings
    facts = found[0].facts if found else {**(finding.facts or {}), "times": words}

    assert fill("{times}", replace(finding, facts=facts), genre) == words


def test_each_rule_has_a_name_to_be_called_by_in_a_sentence() -> None:
    assert set(LEVELS) == set(rules())
    for phrase in (rule.called for rule in rules().values()):
        head = re.split(r" (?:of|in|at|on|to|against|between)\b", phrase)[0]
        assert phrase.startswith("the ")
        assert not re.search(r"[^s]s$", head) or head.endswith("bus"), "the sentences around it are singular"


def test_a_channel_fault_is_told_by_its_state() -> None:
    finding = next(entry[0] for entry in every_finding() if entry[0].code == "dual_mono" and entry[0].value == 2.0)

    assert receipt(finding) == "channels against each other: the right channel is silent"


def test_a_trim_in_words_is_the_trim_on_the_dial_card() -> None:
    for finding, genre, kind in every_finding():
        trim = finding.remedy.chain.trim_db
        if trim:
            assert f"{-trim:.1f}" in suggestion(finding, genre, kind, Detail.DETAILED), finding.code
