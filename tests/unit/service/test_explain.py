"""/explain: every topic has an answer with its source, typing errors are forgiven, and nothing is made up."""

import re
import tomllib
from pathlib import Path

import pytest

from core.advice import Writer
from core.analysis.quantities import (
    DYNAMICS,
    IMAGE,
    LOUDNESS,
    LOW_END_STEREO,
    PEAKS,
    TEMPO_AND_KEY,
    TILT,
    Quantity,
    without,
)
from core.knowledge.handbook import PAGES, page_text, passages, topics
from core.rules.rule import rules
from core.service.explain import CHOICES_MAX, COMMON, ExplainService
from core.text.error_sentences import say
from core.values.errors import UsageError

QUESTIONS = Path(__file__).parents[2] / "golden" / "questions.toml"


@pytest.fixture
def service() -> ExplainService:
    return ExplainService(Writer(None))


@pytest.mark.parametrize("topic", topics(), ids=lambda topic: topic.name)
def test_every_topic_is_found_by_each_of_its_names(service: ExplainService, topic) -> None:
    assert service.look_up(topic.name).title == topic.name
    for name in topic.also:
        assert service.look_up(name).parts[0].text


@pytest.mark.parametrize("code", list(rules()))
def test_every_rule_is_explained_with_what_it_asks_and_from_where_on(service: ExplainService, code: str) -> None:
    found = service.look_up(code)

    assert any(rules()[code].about in part.text for part in found.parts), found
    assert any(part.source.startswith("rules.md › ") for part in found.parts)


@pytest.mark.parametrize("topic", topics(), ids=lambda topic: topic.name)
def test_every_source_is_a_heading_of_its_page(topic) -> None:
    for passage in topic.passages:
        headings = re.findall(r"^#+ (.+?)(?: \(`\w+`\))?$", page_text(passage.page), re.MULTILINE)
        assert passage.heading in headings


def test_no_passage_holds_markup_or_is_empty() -> None:
    for passage in passages():
        assert passage.text.strip()
        assert not re.search(r"\*\*|`|\]\(|^\||^#", passage.text), passage


@pytest.mark.parametrize(
    ("question", "title", "words"),
    [
        ("psr", "PSR", "AES e-Brief 373"),
        ("what is PSR?", "PSR", "three seconds"),
        ("whats a true peek", "True peak", "ITU-R BS.1770-5"),
        ("how do you measure the loudness range?", "Loudness range", "EBU Tech 3342"),
        ("intersample peaks", "True peak", "between"),
        ("mono compatability", "Mono fold-down", "mean power of the channels"),
        ("what does low_stereo mean", "Mono bass", "120 Hz"),
        ("streaming gain", "Headroom for streaming gain", "Spotify"),
        ("bpm", "Tempo", "half"),
        ("what's the genre curve", "Genre curve", "spread"),
        ("q factor", "Bell", "octave"),
        ("loudness penalty", "Loudness normalisation", "turn songs"),
        ("crest faktor", "Crest factor", "RMS"),
        ("what is sent to a model", "What is sent to a model", "Never sent: audio"),
        ("can the bot hear my vocals", "Vocals and instruments", "no stems"),
    ],
)
def test_questions_find_their_topic(service: ExplainService, question: str, title: str, words: str) -> None:
    found = service.look_up(question)

    assert found.title == title
    assert any(words in part.text for part in found.parts), found
    assert all(".md › " in source for source in found.sources)


LISTED = (*LOUDNESS, *PEAKS, *DYNAMICS, *TILT, *IMAGE, *LOW_END_STEREO, *TEMPO_AND_KEY)


@pytest.mark.parametrize(
    "entry",
    without(LISTED, frozenset({"channel_state", "other_tempi", "other_keys"})),
    ids=lambda entry: entry.id,
)
def test_a_quantity_is_found_by_the_name_it_is_shown_under(service: ExplainService, entry: Quantity) -> None:
    assert service.look_up(entry.label).title == entry.term


@pytest.mark.parametrize("question", ["quantum flux capacitor", "pizza", "", "?!", "😀", "who is the best dj"])
def test_what_is_not_there_is_refused_with_the_nearest(service: ExplainService, question: str) -> None:
    with pytest.raises(UsageError) as refused:
        service.look_up(question)

    suggestions = str(refused.value.facts["suggestions"]).split(", ")
    assert set(suggestions) <= {topic.name for topic in topics()} or suggestions == list(COMMON)
    assert "Closest to it" in say(refused.value)


def test_a_picker_offers_topics_by_any_name_and_through_typing_errors(service: ExplainService) -> None:
    assert service.choices("ps")[0] == "PSR"
    assert "True peak" in service.choices("inter")
    assert "True peak" in service.choices("true peek")
    assert "Mono fold-down" in service.choices("mono")
    for typed in ("", "a", "zzz", "e"):
        choices = service.choices(typed)
        assert len(choices) == len(set(choices)) <= CHOICES_MAX
    assert len(service.choices("")) == CHOICES_MAX


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("what is PSR?", "PSR"),
        ("whats lufs", "LUFS"),
        ("what does true peak mean?", "True peak"),
        ("so what exactly is a shelf?", "Shelf"),
        ("how do you measure tempo?", "Tempo"),
        ("explain mid/side", "Mid and side"),
        ("what's the true peak?", None),
        ("what's my psr", None),
        ("what is the correlation", None),
        ("what's a good LUFS for house?", None),
        ("what is wrong with the bass?", None),
        ("how loud is it?", None),
        ("what should I fix first?", None),
    ],
)
def test_in_a_thread_only_words_are_explained(service: ExplainService, question: str, title: str | None) -> None:
    found = service.in_conversation(question)

    assert (found.title if found else None) == title


def test_no_question_about_a_track_is_taken_for_one_about_words(service: ExplainService) -> None:
    asked = [entry["ask"] for entry in tomllib.loads(QUESTIONS.read_text(encoding="utf-8"))["question"]]

    assert len(asked) >= 60
    assert not [question for question in asked if service.in_conversation(question)]


def test_every_page_can_be_found() -> None:
    pages = {path.stem for path in (Path(__file__).parents[3] / "core" / "knowledge" / "pages").glob("*.md")}

    assert set(PAGES) == pages
