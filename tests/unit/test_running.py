"""What the tests stand on: values made once a run, and properties that try the same examples every time."""

import threading
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.internal.conjecture import providers

from tests.support import once as sharing
from tests.support.by_file import ByFile
from tests.support.once import RUN_VARIABLE, once, once_each
from tests.support.properties import FUZZ_PROFILE, TEST_PROFILE, examples


@pytest.fixture(autouse=True)
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run of its own."""
    monkeypatch.setenv(RUN_VARIABLE, str(tmp_path))
    return tmp_path


def test_a_value_is_made_once_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def make(name: str) -> str:
        made.append(name)
        return name.upper()

    assert once_each(["a", "b"], make, "letters") == ["A", "B"]
    assert once_each(["b", "c"], make, "letters") == ["B", "C"]
    assert made == ["a", "b", "c"]
    assert once("a", lambda: 1) == 1  # another kind of value
    monkeypatch.delenv(RUN_VARIABLE)
    assert once_each(["a"], make, "letters") == ["A"]
    assert made == ["a", "b", "c", "a"]


def test_what_another_is_making_is_left_to_it_and_taken_from_it() -> None:
    """Of two names, one is being made elsewhere: the other is made meanwhile, and the first is waited for."""
    begun, done_meanwhile = threading.Event(), threading.Event()

    def slowly() -> str:
        begun.set()
        assert done_meanwhile.wait(60.0)
        return "by another"

    def here(name: str) -> str:
        done_meanwhile.set()
        return "here"

    other = threading.Thread(target=lambda: once_each(["first"], lambda _: slowly(), "shared"))
    other.start()
    assert begun.wait(60.0)
    found = once_each(["first", "second"], here, "shared")
    other.join()

    assert found == ["by another", "here"]


def test_a_value_that_cannot_be_made_is_tried_again() -> None:
    def fails() -> int:
        raise ValueError

    with pytest.raises(ValueError):
        once("value", fails)
    assert once("value", lambda: 2) == 2
    assert sharing.run_folder() is not None


def test_examples_do_not_depend_on_which_modules_are_loaded() -> None:
    local = providers._get_local_constants()
    assert all(not local.set_for_type(kind) for kind in ("integer", "float", "bytes", "string"))


def test_examples_are_the_same_every_time_but_in_a_search() -> None:
    assert settings.get_profile(TEST_PROFILE).derandomize
    assert settings.get_profile(TEST_PROFILE).deadline is None
    assert not settings.get_profile(FUZZ_PROFILE).derandomize
    assert settings.get_profile(FUZZ_PROFILE).deadline is None
    assert examples(10).max_examples >= 10


def test_a_file_stays_in_one_worker_unless_its_tests_divide_what_they_measure() -> None:
    split = ByFile.__new__(ByFile)._split_scope
    assert split("tests/wire/test_a.py::test_one") == split("tests/wire/test_a.py::test_two[x::y]")
    divided = "tests/integration/faults/test_fault_table.py"
    assert split(f"{divided}::test_one") != split(f"{divided}::test_two")
