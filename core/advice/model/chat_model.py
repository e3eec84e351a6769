"""The language model: sends messages, returns text. Besides `sdk_errors` the only importer of the OpenAI SDK.

The SDK's own retries are off: requests are counted here, in total, within one deadline. The server's words in an error
are never passed on, because some servers repeat the key there.
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
"""Longest pause in seconds that a server may ask for; with a longer one it counts as unavailable."""

JITTER = 0.25
"""Largest share by which a pause is lengthened at random, so that waiting calls do not all return at once."""

_WORTH_RETRYING = frozenset(
    {ModelFault.RATE_LIMITED, ModelFault.UNAVAILABLE, ModelFault.TIMEOUT, ModelFault.EMPTY, ModelFault.MALFORMED}
)

_NOT_SENT = frozenset({ModelFault.BUDGET, ModelFault.SWITCHED_OFF})


class _Sent(NamedTuple):
    """How a request ended: its fault, if it failed, and whether it may have cost tokens."""

    fault: ModelError | None
    may_be_billed: bool


class ChatModel:
    """One OpenAI-compatible server and model.

    The SDK is imported on the first call and in a thread, because importing it takes half a second.
    """

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self._sdk: AsyncOpenAI | None = None
        self._opening = asyncio.Lock()
        self._turns = asyncio.Semaphore(settings.parallel)
        self._refused: set[str] = set()

    def allow(self, meter: Meter | None = None) -> Allowance:
        """The requests, time and budget of one text, beginning now.

        Args:
            meter: the budget that its requests count against; None for no budget.
        """
        return Allowance(self._settings.max_tries, self._settings.deadline_s, meter)

    async def complete(
        self,
        messages: list[ChatMessage],
        schema: dict[str, Any] | None = None,
        *,
        allowance: Allowance | None = None,
        on_text: ShowText | None = None,
    ) -> Reply:
        """Ask the model.

        Args:
            messages: the prompt.
            schema: JSON schema that the answer is asked to have; None for prose. A server may ignore it.
            allowance: what is left of requests, time and budget; None for a new allowance without a budget.
            on_text: called with the text so far while it arrives.

        Returns:
            The answer.

        Raises:
            ModelError: there is no usable answer; `fault` says why.
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
        """One request; what it costs is recorded, whether it succeeds or fails."""
        async with self._turns:
            arguments = arguments_of(self._settings, self._refused, messages, schema, stream=on_text is not None)
            ticket = await allowance.begin(self._settings.model, tokens_max(arguments))
            # assumed until more is known (after a crash, at the deadline): the cost of a request with a full answer
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
            # a server without streaming answers in one piece, which a stream does not contain
            self._refused.add("stream")
        return reply_of(heard, number)

    async def _send(self, arguments: dict[str, Any], heard: Heard, on_text: ShowText | None) -> _Sent:
        """Send a request and read the answer into `heard`.

        The error is made here without context, so that the server's words, which may hold the key, are not passed on.
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
        """Make a small request, to find out whether the model can be used.

        Raises:
            ModelError: it cannot; `fault` says why.
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
    """The cost of a request: the tokens that the server counted, otherwise `held_tokens`."""
    reported = heard.prompt_tokens + heard.completion_tokens
    return Spent(
        answered=fault is None and heard.fault is None,
        prompt_tokens=heard.prompt_tokens,
        completion_tokens=heard.completion_tokens,
        held_tokens=0 if reported else held_tokens,
    )
