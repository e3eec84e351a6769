"""What a language model costs, from a table of published prices. What is not in it has no cost, not a guessed one."""

import re
from decimal import Decimal
from functools import cache

from core.knowledge.loading import load

NANO_USD_PER_USD = 1_000_000_000
"""Costs are whole billionths of a dollar, so that sums are exact: the cheapest token costs 50 of them."""

_TOKENS_PER_PRICE = 1_000_000
"""Prices are published per million tokens."""

_DATED = re.compile(r"-\d{4}-\d{2}-\d{2}$")
"""A snapshot's date behind a model's name; it costs what the model costs."""


def cost_nano_usd(model: str, prompt_tokens: int, completion_tokens: int) -> int | None:
    """What a request has cost by the table; None for a model that is not in it."""
    price = _prices().get(model) or _prices().get(_DATED.sub("", model))
    if price is None:
        return None
    into, out = price
    return into * prompt_tokens + out * completion_tokens


@cache
def _prices() -> dict[str, tuple[int, int]]:
    """Per model: billionths of a dollar for one token in and one token out."""
    models = load("prices.json")["models"]
    return {name: (_per_token(row["input"]), _per_token(row["output"])) for name, row in models.items()}


def _per_token(usd_per_million: str) -> int:
    exact = Decimal(usd_per_million) * NANO_USD_PER_USD / _TOKENS_PER_PRICE
    if exact != int(exact):
        raise ValueError(f"a price of {usd_per_million} is finer than the ledger counts")
    return int(exact)
