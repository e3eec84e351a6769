"""Every error code has one clear sentence."""

import re

import pytest

from core.text.error_sentences import say, say_model_fault
from core.values import errors
from core.values.errors import (
    DatabaseFault,
    DependencyCode,
    DependencyError,
    EarshotError,
    InputCode,
    InputError,
    ModelError,
    ModelFault,
    NotFoundError,
    UsageCode,
    UsageError,
)

CODES = [*errors.InputCode, *errors.UsageCode, *errors.LimitCode, *errors.DependencyCode]


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.value)
def test_every_code_has_a_sentence_of_its_own(code) -> None:
    sentence = say(EarshotError(code))

    assert sentence[0].isupper()
    assert sentence.rstrip()[-1] in ".?)"
    assert not re.search(r"[{}]|Traceback|Error", sentence)


@pytest.mark.parametrize("fault", list(ModelFault), ids=lambda fault: fault.value)
def test_every_model_fault_has_a_sentence(fault: ModelFault) -> None:
    assert say(ModelError(fault)).startswith(say_model_fault(fault))


@pytest.mark.parametrize("fault", list(DatabaseFault), ids=lambda fault: fault.value)
def test_every_fault_of_a_database_says_what_to_do_instead_of_trying_again(fault: DatabaseFault) -> None:
    sentence = say(DependencyError(DependencyCode.DATABASE, cause="x", transient=False, fault=fault.value))

    assert "again in a minute" not in sentence
    assert "again in a minute" in say(DependencyError(DependencyCode.DATABASE, cause="x", transient=True))


def test_facts_are_written_for_people() -> None:
    error = InputError(InputCode.TOO_LONG, duration_s=1330.2, max_s=900)

    assert "22:10" in say(error)
    assert "15:00" in say(error)


FACTS = {
    "found": "an AVI video", "extension": ".zip", "wanted": "WAV or MP3", "name": "ref.wav", "layout": "5.1",
    "duration_s": 1330.2, "declared_s": 2000.0, "max_s": 900, "min_s": 3.0, "size_bytes": 2**25, "max_bytes": 2**23,
    "given_hz": 4000, "given": 7, "at_s": 61.0, "cause": "it is empty",
}  # fmt: skip
OF_UPLOADS = [code for code in InputCode if code not in {InputCode.NOT_A_TARGET, InputCode.NEWER_TARGET}]


@pytest.mark.parametrize("code", OF_UPLOADS, ids=lambda code: code.value)
def test_what_is_wrong_with_the_reference_is_said_of_the_reference(code: InputCode) -> None:
    error = InputError(code, **FACTS)
    sentence = say(error.about_reference())

    assert "reference" in sentence
    assert not re.search(r"unknown|[Tt]hat (?:file|track)|bounce", sentence)
    assert "reference" not in say(error)


@pytest.mark.parametrize("code", OF_UPLOADS, ids=lambda code: code.value)
def test_the_figures_stand_in_both_sentences(code: InputCode) -> None:
    error = InputError(code, **FACTS)
    figures = re.compile(r"\d+(?:[.:]\d+)*")

    assert set(figures.findall(say(error))) - {"44.1", "48"} <= set(figures.findall(say(error.about_reference())))


def test_an_error_about_the_reference_keeps_its_code_and_facts() -> None:
    error = InputError(InputCode.TOO_LONG, duration_s=1330.2, max_s=900).about_reference()

    assert error.code is InputCode.TOO_LONG
    assert error.facts == {"duration_s": 1330.2, "max_s": 900, "which": "reference"}


def test_a_file_without_an_extension_is_not_one_ending_in_something() -> None:
    sentence = say(InputError(InputCode.NO_EXTENSION, wanted="WAV or MP3"))

    assert sentence == (
        "That file has no extension, so I can't tell what it is. Send a WAV or MP3, with its ending in the name."
    )


@pytest.mark.parametrize("what", ["conversation", "review", "track"])
def test_what_belongs_to_a_review_that_is_not_there_is_one_sentence_that_says_what_to_do(what: str) -> None:
    sentence = say(NotFoundError(what))

    assert sentence == say(UsageError(UsageCode.REVIEW_GONE))
    assert "`/feedback`" in sentence
    assert say(NotFoundError("target")) == "There is no such target here."
