"""Costs come from published prices and the operator's own, to the billionth of a dollar, and are never guessed."""

import subprocess
import sys
from typing import Any

import pytest

from core.knowledge import prices
from core.knowledge.prices import NANO_USD_PER_USD, cost_nano_usd

MILLION = 1_000_000


@pytest.mark.parametrize(
    ("model", "sent", "received", "usd"),
    [
        ("gpt-4o-mini", MILLION, 0, 0.15),
        ("gpt-4o-mini", 0, MILLION, 0.60),
        ("gpt-4o-mini-2024-07-18", 2 * MILLION, MILLION, 0.90),
        ("gpt-4o", MILLION, MILLION, 12.50),
        ("gpt-4.1", MILLION, MILLION, 10.00),
        ("gpt-4.1-mini", MILLION, MILLION, 2.00),
        ("gpt-4.1-nano", MILLION, MILLION, 0.50),
        ("gpt-5", MILLION, MILLION, 11.25),
        ("gpt-5-mini", MILLION, MILLION, 2.25),
        ("gpt-5-nano", MILLION, MILLION, 0.45),
        ("o4-mini", MILLION, MILLION, 5.50),
    ],
)
def test_a_known_model_costs_what_openai_publishes(model: str, sent: int, received: int, usd: float) -> None:
    """OpenAI, API pricing, standard tier without cache discounts, as of March 2026."""
    assert cost_nano_usd(model, sent, received) == round(usd * NANO_USD_PER_USD)


def test_single_tokens_are_counted_exactly() -> None:
    assert cost_nano_usd("gpt-4o-mini", 1, 0) == 150
    assert cost_nano_usd("gpt-5-nano", 3, 1) == 550


@pytest.mark.parametrize("model", ["", "llama-3", "my/gpt-4o-mini", "somebodys-own-model"])
def test_an_unknown_model_has_no_cost(model: str) -> None:
    assert cost_nano_usd(model, 1000, 1000) is None


def test_a_model_of_an_own_server_has_no_cost_whatever_its_name() -> None:
    assert cost_nano_usd("gpt-4o-mini", 1000, 1000, "http://127.0.0.1:11434/v1") is None


def test_another_host_has_its_own_prices() -> None:
    assert cost_nano_usd("mistral-large-latest", 1000, 1000, "https://api.mistral.ai/v1")
    assert cost_nano_usd("mistral-large-latest", 1000, 1000) is None


def test_own_prices_go_before_published_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    own: dict[str, Any] = {
        "models": {"gpt-4o-mini": {"input": "0.10", "output": "0.20"}, "ours": {"input": "1", "output": "2"}}
    }
    monkeypatch.setattr(prices, "load", {"prices.json": own}.__getitem__)
    prices._own_prices.cache_clear()
    try:
        assert cost_nano_usd("gpt-4o-mini", MILLION, MILLION) == 300_000_000
        assert cost_nano_usd("ours", 1, 1, "http://127.0.0.1:11434/v1") == 3_000
    finally:
        prices._own_prices.cache_clear()


def test_published_prices_are_loaded_when_they_are_needed() -> None:
    program = (
        "import sys, core.service.budget;"
        "assert 'genai_prices' not in sys.modules;"
        "from core.knowledge.prices import cost_nano_usd; assert cost_nano_usd('gpt-4o', 1, 1) == 12500;"
        "assert 'genai_prices' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)  # noqa: S603 - our own text
