"""Cost of requests to a language model, in billionths of a US dollar.

Published prices come from `genai-prices`, by the server's address and the model's name. Prices in `data/prices.json`
replace them, for own servers and agreed prices. A model in neither has no known cost; none is estimated.
"""

from decimal import Decimal
from functools import cache
from typing import NamedTuple

from core.knowledge.loading import load

NANO_USD_PER_USD = 1_000_000_000
"""Billionths in a dollar. Costs are whole billionths, so that sums are exact; the cheapest token costs 50."""

DEFAULT_SERVER = "https://api.openai.com/v1"
"""Base URL of requests where no server is set."""

_TOKENS_PER_PRICE = 1_000_000
"""Tokens that a published price is for."""


def cost_nano_usd(model: str, prompt_tokens: int, completion_tokens: int, server: str | None = None) -> int | None:
    """Cost of a request, without discounts for cached tokens.

    The first call that needs published prices loads them, which takes 0.2 s.

    Args:
        model: its name at the server.
        prompt_tokens: tokens sent.
        completion_tokens: tokens received.
        server: base URL of the API; None for OpenAI's.

    Returns:
        Billionths of a dollar; None for a server or a model without a known price.
    """
    price = _own_prices().get(model)
    if price is not None:
        exact = (price.input_usd * prompt_tokens + price.output_usd * completion_tokens) / _TOKENS_PER_PRICE
    else:
        # imported here, because half a megabyte of tables and pydantic are needed only after a request to a model
        from genai_prices import Usage, calc_price  # noqa: PLC0415

        tokens = Usage(input_tokens=prompt_tokens, output_tokens=completion_tokens)
        try:
            exact = calc_price(tokens, model, provider_api_url=server or DEFAULT_SERVER).total_price
        except LookupError:
            return None
    return round(exact * NANO_USD_PER_USD)


class _Price(NamedTuple):
    """US dollars per million tokens sent, and per million tokens received."""

    input_usd: Decimal
    output_usd: Decimal


@cache
def _own_prices() -> dict[str, _Price]:
    """Model name → price of `data/prices.json`, read once."""
    models = load("prices.json")["models"]
    return {name: _Price(Decimal(row["input"]), Decimal(row["output"])) for name, row in models.items()}
