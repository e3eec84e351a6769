"""The language model: with `faults` the only importer of the OpenAI SDK. Sends messages, returns text.

The SDK's own retries are off: requests are counted here, in total, within one deadline. Nothing that the server said
in an error travels on: some servers repeat the key there.
"""

import asyncio
import random
from typing import TYPE_CHECKING, Any, NamedTuple

from core.advice.model import call_log
from core.advice.model.call_arguments import arguments_of, tokens_likely, tokens_max
from core.advice.model.chat_message import ChatMessage, ShowText
from core.advice.model.model_settings import ModelSettings
from core.advice.model.reply import Heard, Reply, heard_in_pieces, reply_of
from core.advice.model.sdk_errors import fault_of, may_be_billed, refused_parameter
from core.advice.model.spending import Allowance, Meter, Spent
from core.values.errors import ModelError, ModelFault

if TYPE_CHECKING:
    from openai import AsyncOpenAI

RETRY_AFTER_MAX_S = 20.0
"""A server that wants a longer pause is treated as unavailable: a producer waits."""

JITTER = 0.25
"""Share by which a pause may be longer, so that several waiting calls do not come back at once."""

_WORTH_RETRYING = frozenset(
    {ModelFault.RATE_LIMITED, ModelFault.UNAVAILABLE, ModelFault.TIMEOUT, ModelFault.EMPTY, ModelFault.MALFORMED}
)

_NOT_SENT = frozenset({ModelFault.BUDGET, ModelFault.SWITCHED_OFF})


class _Sent(NamedTuple):
    """How a request ended: what went wrong, if anything, and whether it may have cost something all the same."""

    fault: ModelError | None
    may_be_billed: bool


class ChatModel:
    """One OpenAI-compatible server and model.

    Importing the SDK takes half a second, so it happens on the first call, and not on the event loop.
    """

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self._sdk: AsyncOpenAI | None = None
        self._opening = asyncio.Lock()
        self._turns = asyncio.Semaphore(settings.parallel)
        self._refused: set[str] = set()

    def allow(self, meter: Meter | None = None) -> Allowance:
        """What one piece of writing may take, beginning now."""
        return Allowance(self._settings.max_tries, self._settings.deadline_s, meter)

    async def complete(
        self,
        messages: list[ChatMessage],
        schema: dict[str, Any] | None = None,
        *,
        allowance: Allowance | None = None,
        on_text: ShowText | None = None,
    ) -> Reply:
        """The model's answer; with `schema` (that of a review) a JSON object as text.

        `on_text` is told what has come while it comes.

        Raises:
            ModelError: there is none that can be used; `fault` says why.
        """
        allowance = allowance or self.allow()
        try:
            async with asyncio.timeout_at(allowance.ends_at):
                return await self._tries(messages, schema, allowance, on_text)
        except TimeoutError:
            pass
        raise ModelError(ModelFault.TIMEOUT)

    async def _tries(
        self,
        messages: list[ChatMessage],
        schema: dict[str, Any] | None,
        allowance: Allowance,
        on_text: ShowText | None,
    ) -> Reply:
        for number in range(1, allowance.tries_left + 1):
            refused_before = len(self._refused)
            try:
                return await self._once(messages, schema, number, allowance, on_text)
            except ModelError as error:
                if allowance.tries_left < 1 or error.fault in _NOT_SENT:
                    raise
                if len(self._refused) > refused_before:
                    continue
                wait_s = self._pause_s(error, number)
                if error.fault not in _WORTH_RETRYING or wait_s > allowance.seconds_left:
                    raise
            await asyncio.sleep(wait_s)
        raise ModelError(ModelFault.TIMEOUT, cause="no request left")

    def _pause_s(self, error: ModelError, number: int) -> float:
        asked_s = float(error.facts.get("retry_after_s", 0.0))
        if asked_s > RETRY_AFTER_MAX_S:
            return float("inf")
        pause_s = asked_s or self._settings.retry_first_s * 2 ** (number - 1)
        return pause_s * random.uniform(1.0, 1.0 + JITTER)  # noqa: S311 - jitter, not a secret

    async def _once(
        self,
        messages: list[ChatMessage],
        schema: dict[str, Any] | None,
        number: int,
        allowance: Allowance,
        on_text: ShowText | None,
    ) -> Reply:
        """One request, accounted for whatever comes of it."""
        async with self._turns:
            arguments = arguments_of(self._settings, self._refused, messages, schema, stream=on_text is not None)
            ticket = await allowance.begin(self._settings.model, tokens_max(arguments))
            # until more is known (a crash, the deadline): it may have cost what such a request costs
            spent = Spent(held_tokens=tokens_likely(arguments))
            heard = Heard()
            call_log.sent(arguments)
            try:
                sent = await self._send(arguments, heard, on_text)
                spent = _spent(heard, sent.fault, spent.held_tokens if sent.may_be_billed else 0)
            finally:
                await asyncio.shield(allowance.end(ticket, spent))
        if sent.fault is not None:
            call_log.failed(sent.fault)
            raise sent.fault
        call_log.heard(heard)
        if heard.fault is ModelFault.EMPTY and "stream" in arguments:
            # a server that knows no streaming answers in one piece, of which a stream sees nothing
            self._refused.add("stream")
        return reply_of(heard, number, is_review=schema is not None)

    async def _send(self, arguments: dict[str, Any], heard: Heard, on_text: ShowText | None) -> _Sent:
        """Send and listen.

        The error is made here and carries no context: the server's words, and the key in them, end in this function.
        """
        try:
            async with asyncio.timeout(self._settings.timeout_s):
                sdk = await self._client()
                answer: Any = await sdk.chat.completions.create(**arguments)
                if "stream" in arguments and on_text is not None:
                    async with answer:
                        await heard_in_pieces(answer, heard, on_text)
                else:
                    heard.take(answer)
        except TimeoutError:
            return _Sent(ModelError(ModelFault.TIMEOUT), may_be_billed=True)
        except Exception as error:  # noqa: BLE001 - the SDK hands through what its transport and its parser raise
            parameter = refused_parameter(error, arguments)
            if parameter is not None:
                self._refused.add(parameter)
            return _Sent(fault_of(error), may_be_billed(error))
        return _Sent(None, may_be_billed=True)

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


def _spent(heard: Heard, fault: ModelError | None, held_tokens: int) -> Spent:
    """What a request has cost: what the server counted, else what it may have been."""
    reported = heard.prompt_tokens + heard.completion_tokens
    return Spent(
        answered=fault is None and heard.fault is None,
        prompt_tokens=heard.prompt_tokens,
        completion_tokens=heard.completion_tokens,
        held_tokens=0 if reported else held_tokens,
    )
