"""The settings of the model, and the parameters that a server may refuse."""

from dataclasses import dataclass, field

RETRY_FIRST_S = 0.5
"""Pause before the second request, in seconds."""


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """How the model is reached, and what one text (review, answer or summary) may cost.

    Attributes:
        api_key: key of the server.
        base_url: address of the API; None for OpenAI's.
        model: name of the model at the server.
        temperature: randomness of the answers, as the API defines it.
        max_output_tokens: longest answer, in tokens.
        timeout_s: limit for one request, from sending it to its last byte.
        deadline_s: limit for all requests of one text together, repairs and waiting included. A producer is answered
            within 120 s; the rest of that is for measuring and posting.
        max_tries: requests for one text, repetitions and repairs included.
        retry_first_s: pause before the second request; every further pause is twice as long.
        parallel: requests at the same time; further ones wait.
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
"""Parameters that some servers and models refuse; a request can be sent without any of them."""
