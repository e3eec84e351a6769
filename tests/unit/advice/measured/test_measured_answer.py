"""Answers without a model: the fact that was asked for, each finding once, and honesty where nothing was measured."""

import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.advice.measured.measured_answer import is_unanswered, measured_answer
from core.advice.measured.measured_review import measured_item, measured_review
from core.advice.measured.summary import measured_summary
from core.advice.statements import moments
from core.advice.statements.of_review import phrase
from core.advice.statements.table import table_of
from core.advice.subjects import found, words_of
from core.advice.vocabulary import vocabulary
from core.review import Brief
from core.text.numbers import lower_first
from core.values.conversation import Conversation, Summary
from core.values.request import Detail, ReviewType
from tests.support.reviews import fixed_analyses
from tests.support.reviews.briefs import both, brief_of, fixed_brief
from tests.unit.advice.samples import AT, bare_analysis, talk

QUESTIONS: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parents[3] / "golden" / "questions.toml").read_text(encoding="utf-8")
)["question"]

PASS_SHARE = 0.85
IN_ORDER = phrase("answers", "in_order")
VOICES = phrase("answers", "voices")


def _brief(name: str) -> Brief:
    if name == "alone":
        return fixed_brief(ReviewType.MASTER)
    return both(ReviewType.MASTER if name == "master" else ReviewType.MIXDOWN)


def _answer(brief: Brief, question: str) -> str:
    return measured_answer(brief, measured_review(brief, None), question).replace("\u00a0", " ")


def _holds(question: dict[str, Any]) -> bool:
    answer = _answer(_brief(question["brief"]), question["ask"])
    return all(any(word in answer for word in fact.split("|")) for fact in question["facts"])


@pytest.mark.parametrize("hold_out", [False, True], ids=["tuned on", "hold-out"])
def test_producers_questions_are_answered_with_the_fact_they_ask_for(hold_out: bool) -> None:
    asked = [question for question in QUESTIONS if question.get("hold_out", False) is hold_out]

    missed = [question["ask"] for question in asked if not _holds(question)]

    assert len(asked) == (20 if hold_out else 40)
    assert len(missed) <= (1 - PASS_SHARE) * len(asked), missed


@pytest.mark.parametrize("question", [question["ask"] for question in QUESTIONS])
@pytest.mark.parametrize("name", ["master", "mix", "alone"])
def test_no_answer_names_a_finding_twice_or_leaves_a_hole(name: str, question: str) -> None:
    brief = _brief(name)
    answer = _answer(brief, question)

    sentences = [s for s in re.split(r"(?<=[.!?])\s+", answer) if len(s) > 25]
    assert len(sentences) == len(set(sentences)), answer
    assert not re.search(r"[{}]|  |\bNone\b|\bnan\b", answer)
    assert answer.rstrip()[-1] in ".!?"


@pytest.mark.parametrize("detail", Detail)
def test_what_is_first_is_not_told_again_under_its_subject(detail: Detail) -> None:
    brief = fixed_brief(ReviewType.MASTER, detail)
    first = brief.diagnosis.findings[0]
    assert first.code == "clip_samples"

    answer = _answer(brief, "what should I fix first, the clipping?")

    suggestion = measured_item(brief, table_of(brief), first.code).suggestion.replace("\u00a0", " ")
    assert answer.count(suggestion) == 1


@pytest.mark.parametrize("question", ["is the vocal loud enough", "are the guitars ok?", "vox too quiet"])
def test_a_question_about_a_voice_is_left_to_the_ears(question: str) -> None:
    answer = _answer(fixed_brief(ReviewType.MIXDOWN), question)

    assert VOICES in answer
    assert "LUFS" not in answer


@pytest.mark.parametrize("question", ["will it be a hit", "do you love me", "asdfgh", "…", "are the lyrics catchy?"])
def test_what_was_not_measured_is_said_to_be_so(question: str) -> None:
    assert is_unanswered(_answer(fixed_brief(ReviewType.MASTER), question))


@pytest.mark.parametrize("question", [question["ask"] for question in QUESTIONS])
def test_a_file_with_nothing_in_it_breaks_no_answer(question: str) -> None:
    answer = _answer(brief_of(bare_analysis()), question)

    assert answer
    assert not re.search(r"\bNone\b|\bnan\b|[{}]", answer)


def test_without_reference_or_version_that_is_what_is_said() -> None:
    brief = fixed_brief(ReviewType.MASTER)

    assert "No reference track was given" in _answer(brief, "how far from the reference")
    assert "first version" in _answer(brief, "did v2 get better")


# ------------------------------------------------------------------ moments


@pytest.mark.parametrize(
    ("question", "times"),
    [
        ("what's at 1:10", [70.0]),
        ("compare 0:30 and 2:05 please", [30.0, 125.0]),
        ("at 40 seconds", [40.0]),
        ("around 95 s it gets odd", [95.0]),
        ("1.30", [90.0]),
        ("is 2.45 kHz too loud", []),
        ("cut 1.50 dB?", []),
        ("ratio 2:1", []),
        ("at 1:75", []),
        ("12:34:56", []),
    ],
)
def test_times_are_read_as_people_type_them(question: str, times: list[float]) -> None:
    assert moments.times_in(question) == times


def test_a_moment_is_told_from_its_place_in_the_timeline() -> None:
    """The drop from 1:02 stands at −7.4 LUFS, the window under 1:10 begins at 1:08 or 1:09 (saw of ±0.4)."""
    answer = _answer(fixed_brief(ReviewType.MASTER), "what about 1:10")

    level = re.search(r"short-term loudness is −(\d+\.\d) LUFS", answer)
    assert level is not None
    assert 7.0 <= float(level.group(1)) <= 7.8
    assert "drop, 1:02–1:33" in answer


def test_a_moment_after_the_end_is_no_moment() -> None:
    assert _answer(fixed_brief(ReviewType.MASTER), "what about 9:10") == "The track ends at 3:42."


def test_where_the_tone_moves_it_is_said() -> None:
    """200–500 Hz 5 dB further up for the ten seconds from 0:25 on."""
    track = fixed_analyses.master()
    timeline = track.spectrum.timeline
    assert timeline is not None
    level = track.spectrum.bands["lowmid_200_500"]
    moved = tuple(level + 5.0 if 25 <= second < 35 else level for second in range(222))
    bands = {**{name: (value,) * 222 for name, value in track.spectrum.bands.items()}, "lowmid_200_500": moved}
    spectrum = replace(track.spectrum, timeline=replace(timeline, bands_db=bands))
    brief = brief_of(replace(track, spectrum=spectrum))

    assert "200–500\u00a0Hz +5.0\u00a0dB" in moments.at_time(brief, 30.0)
    assert "200–500\u00a0Hz +" not in moments.at_time(brief, 60.0)


def test_parts_that_are_named_are_the_ones_that_are_told() -> None:
    answer = _answer(fixed_brief(ReviewType.MASTER), "how long is the breakdown and the outro")

    assert "break 1:33–2:04" in answer.casefold()
    assert "outro 3:06–3:42" in answer.casefold()
    assert "verse" not in answer


def test_without_parts_the_loudest_moment_is_told() -> None:
    brief = brief_of(replace(fixed_analyses.master(), sections=None))

    assert "2:43" in _answer(brief, "which part is loudest")


# ------------------------------------------------------------------ subjects


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("loudnes?", "loudness"),
        ("spotifi", "platforms"),
        ("is it squashd", "dynamics"),
        ("headrom", "peaks"),
        ("hows the streo image", "stereo"),
        ("LUFS??", "loudness"),
        ("808s ok?", "low_end"),
        ("what's the key", "key"),
        ("brigthness", "highs"),
        ("is it in tune", "tuning"),
    ],
)
def test_subjects_are_found_through_typing_errors(question: str, subject: str) -> None:
    assert subject in [item.name for item in found(words_of(question))][:2]


def test_a_word_of_one_subject_is_no_misspelling_of_another() -> None:
    assert [item.name for item in found(words_of("tempo"))] == ["tempo"]


# ------------------------------------------------------------------ summaries


def test_a_summary_names_what_was_asked_the_plan_and_what_to_keep() -> None:
    brief = fixed_brief(ReviewType.MIXDOWN)
    review = measured_review(brief, None)

    text = measured_summary(brief, review, talk("is it muddy", "…", "how loud", "…", "hello?"))

    lines = text.splitlines()
    assert lines[0] == "So far you asked about lower mids and loudness. The plan, most important first:"
    assert [line[:3] for line in lines[1:4]] == ["1. ", "2. ", "3. "]
    assert lines[-1].startswith("Keep: ")


def test_a_summary_keeps_what_earlier_ones_said_was_asked() -> None:
    brief = fixed_brief(ReviewType.MIXDOWN)
    review = measured_review(brief, None)
    first = measured_summary(brief, review, talk("how loud is it"))

    later = replace(talk("is it muddy"), summary=Summary(1, first, AT))
    text = measured_summary(brief, review, later)

    assert text.startswith("So far you asked about loudness and lower mids. ")
    assert text.count("asked about") == 1


def test_a_summary_of_nothing_is_still_a_plan() -> None:
    brief = fixed_brief(ReviewType.MIXDOWN)
    review = measured_review(brief, None)

    assert measured_summary(brief, review, Conversation(1)).startswith("1. ")


# ------------------------------------------------------------------ how it reads


def _reads(question: str, kind: ReviewType = ReviewType.MASTER, conversation: Conversation | None = None) -> str:
    brief = fixed_brief(kind)
    return measured_answer(brief, measured_review(brief, None), question, conversation)


def test_why_is_answered_with_the_ground_and_not_with_the_same_again() -> None:
    first = _reads("what should I fix first?")
    why = _reads("why?", conversation=talk("what should I fix first?", first))

    assert why != first
    assert "target" in why
    assert "The limit stands on" in why


def test_why_is_about_what_was_asked_before() -> None:
    why = _reads("but why", conversation=talk("is the true peak ok?", "no"))

    assert "true peak" in why.casefold()


@pytest.mark.parametrize(
    "question",
    ["is the low end too wide?", "is it ok in mono?", "are the drums squashed?", "where does it clip?", "true peak?"],
)
def test_no_answer_says_a_thing_twice(question: str) -> None:
    for kind in ReviewType:
        clauses = re.split(r"[.;:]\s|\n+", _reads(question, kind))
        numbers = [tuple(sorted(set(re.findall(r"\d+(?:[.:]\d+)?", clause)))) for clause in clauses]
        told = [found for found in numbers if len(found) > 1]
        assert len(told) == len(set(told)), clauses


def test_a_comparison_of_parts_is_not_taken_for_one_of_tracks() -> None:
    assert "reference" not in _reads("how loud is the drop compared to the break?")


def test_the_whole_song_is_not_called_a_section() -> None:
    brief = fixed_brief(ReviewType.MASTER)
    whole = replace(brief.analysis.sections[0], start_s=0.0, end_s=brief.analysis.source.duration_s)
    one = replace(brief, analysis=replace(brief.analysis, sections=(whole,)))

    assert whole.label not in moments.at_time(one, 30.0)


@pytest.mark.parametrize("kind", ReviewType)
@pytest.mark.parametrize(
    ("question", "subject"),
    [("is it muddy?", "low_mids"), ("how are the highs?", "highs"), ("is it in phase?", "stereo"), ("peaks?", "peaks")],
)
def test_where_no_rule_finds_fault_it_is_said_and_nowhere_else(kind: ReviewType, question: str, subject: str) -> None:
    codes = next(set(item.codes) for item in vocabulary().subjects if item.name == subject)
    found = [item for item in fixed_brief(kind).diagnosis.findings if {item.code, *item.merged} & codes]

    assert (IN_ORDER in _reads(question, kind)) is not bool(found)


def test_the_width_of_the_low_end_belongs_to_the_low_end() -> None:
    assert "correlation" not in _reads("is the low end too wide?")
    assert "correlation" in _reads("is the low end in phase?")


@pytest.mark.parametrize(
    ("name", "inside"),
    [("True peak", "true peak"), ("A shelf", "a shelf"), ("DC offset", "DC offset"), ("M/S EQ", "M/S EQ")],
)
def test_a_name_inside_a_sentence_keeps_its_abbreviations(name: str, inside: str) -> None:
    assert lower_first(name) == inside
