"""Lanes: every worker gets everything in order, and an error comes out where the items go in."""

import pytest

from core.analysis.scanning.lanes import Lanes


def test_every_worker_gets_every_item_in_order() -> None:
    seen: list[list[int]] = [[], []]
    with Lanes([seen[0].append, seen[1].append]) as lanes:
        for number in range(100):
            lanes.put(number)

    assert seen == [list(range(100))] * 2


def test_an_error_in_a_worker_is_raised_and_nothing_waits_for_ever() -> None:
    def fail(number: int) -> None:
        if number == 3:
            raise ValueError("a broken worker")

    def feed() -> None:
        with Lanes([fail, lambda number: None]) as lanes:
            for number in range(1_000):
                lanes.put(number)

    with pytest.raises(ValueError, match="a broken worker"):
        feed()


def test_an_error_at_the_source_ends_all_workers() -> None:
    def feed() -> None:
        with Lanes([lambda number: None]) as lanes:
            lanes.put(1)
            raise KeyError("the source")

    with pytest.raises(KeyError):
        feed()
