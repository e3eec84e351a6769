"""Costs come from the table, to the billionth of a dollar, and are never guessed."""

import pytest

from core.knowledge.loading import load
from core.knowledge.prices import NANO_USD_PER_USD, cost_nano_usd


@pytest.mark.parametrize(
    ("model", "sent", "received", "usd"),
    [
        ("gpt-4o-mini", 1_000_000, 0, 0.15),
        ("gpt-4o-mini", 0, 1_000_000, 0.60),
        ("gpt-4o-mini-2024-07-18", 2_000_000, 1_000_000, 0.90),
        ("gpt-5-nano", 1_000_000, 1_000_000, 0.45),
    ],
)
def test_a_known_model_costs_what_is_published(model: str, sent: int, received: int, usd: float) -> None:
    assert cost_nano_usd(model, sent, received) == round(usd * NANO_USD_PER_USD)


@pytest.mark.parametrize("model", ["", "llama-3", "gpt-4o-mini-audio", "my/gpt-4o-mini"])
def test_an_unknown_model_has_no_cost(model: str) -> None:
    assert cost_nano_usd(model, 1000, 1000) is None


def test_every_price_of_the_table_can_be_counted_exactly() -> None:
    for name in load("prices.json")["models"]:
        cost = cost_nano_usd(name, 1, 1)
        assert cost is not None
        assert cost > 0
