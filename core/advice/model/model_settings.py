"""How the model is reached, and what a server may refuse."""

from dataclasses import dataclass, field

RETRY_FIRST_S = 0.5


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """How the model is reached and what a piece of writing may cost.

    Attributes:
        timeout_s: of one request, from sending it to its last byte.
        deadline_s: of all requests of one piece of writing together, repairs and waiting included. A producer is
            answered within 120 s; the rest of that is for measuring and posting.
        max_tries: requests of one piece of writing, whatever they are made for.
        retry_first_s: pause before the second request; doubles from then on.
        parallel: requests under way at the same time; others wait for their turn.
    """

    api_key: str = field(repr=False)
    base_url: str | None = None
    model: str = "gpt-4o-mini"
    temperature: float = 0.3
    max_output_tokens: int = 1200
    timeout_s: float = 30.0
    deadline_s: float = 90.0
    max_tries: int = 3
    retry_first_s: float = RETRY_FIRST_S
    parallel: int = 4


REFUSABLE = ("stream_options", "stream", "response_format", "max_tokens", "temperature")
"""Parameters that some servers and models refuse; the call makes sense without each of them."""
