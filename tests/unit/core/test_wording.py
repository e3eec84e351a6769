"""Every error code has one clear sentence."""

import re

import pytest

from core import errors
from core.errors import EarshotError, InputCode, InputError, ModelError, ModelFault
from core.wording import say, say_model_fault

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


def test_facts_are_written_for_people() -> None:
    error = InputError(InputCode.TOO_LONG, duration_s=1330.2, max_s=900)

    assert "22:10" in say(error)
    assert "15:00" in say(error)
