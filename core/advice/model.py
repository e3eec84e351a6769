"""The language model: with `model_faults` the only importer of the OpenAI SDK. Sends messages, returns text.

The SDK's own retries are off: requests are counted here, in total, within one deadline. Nothing that the server said
in an error travels on: some servers repeat the key there.
"""

import asyncio
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.advice.model_faults import fault_of, refused_parameter
from core.advice.model_reply import Reply, reply_of
from core.advice.values import ChatMessage
from core.errors import ModelError, ModelFault

if TYPE_CHECKING:
    from openai import AsyncOpenAI

RETRY_FIRST_S = 0.5
RETRY_AFTER_MAX_S = 20.0
"""A server that wants a longer pause is treated as unavailable: a producer waits."""

JITTER = 0.25
"""Share by which a pause may be longer, so that several waiting calls do not come back at once."""

_WORTH_RETRYING = frozenset(
    {ModelFault.RATE_LIMITED, ModelFault.UNAVAILABLE, ModelFault.TIMEOUT, ModelFault.EMPTY, ModelFault.MALFORMED}
)


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """How the model is reached and what a call may cost.

    Attributes:
        timeout_s: of one request, from sending it to its last byte.
        deadline_s: of all requests of one call together.
        max_tries: requests of one call, whatever they are made for.
        retry_first_s: pause before the second request; doubles from then on.
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


class ChatModel:
    """One OpenAI-compatible server and model.

    Importing the SDK takes half a second, so it happens on the first call, and not on the event loop.
    """

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self._sdk: AsyncOpenAI | None = None
        self._opening = asyncio.Lock()
        self._refused: set[str] = set()

    @property
    def max_tries(self) -> int:
        """Requests that one call may make."""
        return self._settings.max_tries

    async def complete(
        self, messages: list[ChatMessage], schema: dict[str, Any] | None = None, *, max_tries: int | None = None
    ) -> Reply:
        """The model's answer; with `schema`, a JSON object as text. `max_tries` lowers the requests it may take.

        Raises:
            ModelError: there is none that can be used; `fault` says why.
        """
        tries = self._settings.max_tries if max_tries is None else min(max_tries, self._settings.max_tries)
        try:
            async with asyncio.timeout(self._settings.deadline_s) as deadline:
                return await self._tries(messages, schema, tries, deadline)
        except TimeoutError:
            pass
        raise ModelError(ModelFault.TIMEOUT)

    async def _tries(
        self, messages: list[ChatMessage], schema: dict[str, Any] | None, tries: int, deadline: asyncio.Timeout
    ) -> Reply:
        for number in range(1, tries + 1):
            asked_without = len(self._refused)
            try:
                return await self._once(messages, schema, number)
            except ModelError as error:
                if number == tries:
                    raise
                if len(self._refused) > asked_without:
                    continue
                wait_s = self._pause_s(error, number)
                if error.fault not in _WORTH_RETRYING or wait_s > _time_left_s(deadline):
                    raise
            await asyncio.sleep(wait_s)
        raise AssertionError("unreachable")

    def _pause_s(self, error: ModelError, number: int) -> float:
        asked_s = float(error.facts.get("retry_after_s", 0.0))
        if asked_s > RETRY_AFTER_MAX_S:
            return float("inf")
        pause_s = asked_s or self._settings.retry_first_s * 2 ** (number - 1)
        return pause_s * random.uniform(1.0, 1.0 + JITTER)  # noqa: S311 - jitter, not a secret

    async def _once(self, messages: list[ChatMessage], schema: dict[str, Any] | None, number: int) -> Reply:
        arguments = self._arguments(messages, schema)
        fault: ModelError
        try:
            async with asyncio.timeout(self._settings.timeout_s):
                sdk = await self._client()
                completion: Any = await sdk.chat.completions.create(**arguments)
            return reply_of(completion, number, wants_json=schema is not None)
        except ModelError:
            raise
        except TimeoutError:
            fault = ModelError(ModelFault.TIMEOUT)
        except Exception as error:  # noqa: BLE001 - the SDK hands through what its transport and its parser raise
            parameter = refused_parameter(error, arguments)
            if parameter is not None:
                self._refused.add(parameter)
            fault = fault_of(error)
        # Raised out here, the error carries no context: the server's words, and the key in them, end in this function.
        raise fault

    def _arguments(self, messages: list[ChatMessage], schema: dict[str, Any] | None) -> dict[str, Any]:
        """What is sent. Parameters that this server has refused before are left out or called by their new name."""
        settings = self._settings
        limit = "max_completion_tokens" if "max_tokens" in self._refused else "max_tokens"
        arguments: dict[str, Any] = {
            "model": settings.model,
            "messages": [{"role": message.role, "content": message.content} for message in messages],
            "temperature": settings.temperature,
            limit: settings.max_output_tokens,
        }
        if schema is not None:
            json_schema = {"name": "review", "strict": True, "schema": schema}
            arguments["response_format"] = {"type": "json_schema", "json_schema": json_schema}
        return {name: value for name, value in arguments.items() if name not in self._refused}

    async def _client(self) -> "AsyncOpenAI":
        async with self._opening:
            if self._sdk is None:
                self._sdk = await asyncio.to_thread(_open, self._settings)
            return self._sdk

    async def probe(self) -> None:
        """Make a small call.

        Raises:
            ModelError: the model cannot be used.
        """
        await self.complete([ChatMessage("user", "Answer with the word ok.")])

    async def aclose(self) -> None:
        """Close connections."""
        if self._sdk is not None:
            await self._sdk.close()


def _open(settings: ModelSettings) -> "AsyncOpenAI":
    from openai import AsyncOpenAI  # noqa: PLC0415 - half a second that a run without a model does not pay

    return AsyncOpenAI(api_key=settings.api_key, base_url=settings.base_url, timeout=settings.timeout_s, max_retries=0)


def _time_left_s(deadline: asyncio.Timeout) -> float:
    when = deadline.when()
    return float("inf") if when is None else when - asyncio.get_running_loop().time()
