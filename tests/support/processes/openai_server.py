"""A loopback server that speaks the OpenAI chat protocol well and badly. The real SDK talks to it over a socket."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from aiohttp import web

PROMPT_TOKENS = 321
COMPLETION_TOKENS = 45

SLOW_DRIP_S = 0.02
"""Between the bytes of a dripping answer: shorter than any read timeout, so only a wall clock stops it."""

Turn: TypeAlias = "Callable[[web.Request, dict[str, Any]], Awaitable[web.StreamResponse]]"
"""How one request is answered."""


@dataclass
class Seen:
    """One request as it arrived."""

    body: dict[str, Any]
    authorization: str


@dataclass
class OpenAIServer:
    """Answers with the scripted turns in order; the last one repeats."""

    turns: list[Turn] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    base_url: str = ""

    def script(self, *turns: Turn) -> None:
        """What to answer from now on."""
        self.turns = list(turns)
        self.seen.clear()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.seen.append(Seen(body, request.headers.get("Authorization", "")))
        turn = self.turns[min(len(self.seen), len(self.turns)) - 1]
        return await turn(request, body)


@asynccontextmanager
async def openai_server() -> AsyncIterator[OpenAIServer]:
    """A server on a free loopback port."""
    server = OpenAIServer()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", server._handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    server.base_url = f"http://127.0.0.1:{port}/v1"
    try:
        yield server
    finally:
        await runner.cleanup()


def completion(content: str | None, *, finish_reason: str = "stop", refusal: str | None = None) -> dict[str, Any]:
    """The body of a completion."""
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_767_225_600,
        "model": "gpt-4o-mini",
        "choices": [
            {
                "index": 0,
                "finish_reason": finish_reason,
                "message": {"role": "assistant", "content": content, "refusal": refusal},
            }
        ],
        "usage": {
            "prompt_tokens": PROMPT_TOKENS,
            "completion_tokens": COMPLETION_TOKENS,
            "total_tokens": PROMPT_TOKENS + COMPLETION_TOKENS,
        },
    }


def says(content: str | Mapping[str, Any] | None, **options: Any) -> Turn:
    """A completion with this text, or with this object as JSON."""
    text = json.dumps(content) if isinstance(content, Mapping) else content
    return responds(200, completion(text, **options))


def responds(status: int, body: Any, headers: Mapping[str, str] | None = None) -> Turn:
    """Any status and JSON body."""

    async def turn(request: web.Request, body_seen: dict[str, Any]) -> web.StreamResponse:
        if body_seen.get("stream") and status == 200 and isinstance(body, dict) and body.get("choices"):
            return await _stream(request, events(body))
        return web.json_response(body, status=status, headers=headers)

    return turn


def events(body: dict[str, Any]) -> list[bytes]:
    """A completion as the server-sent events of a stream: a word each, then why it ended, then what it cost."""
    choice = body["choices"][0]
    message = choice.get("message") or {}
    deltas = [{"content": word} for word in re.findall(r"\S+\s*|\s+", message.get("content") or "")]
    if message.get("refusal"):
        deltas.append({"refusal": message["refusal"]})
    chunk = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_767_225_600, "model": "gpt-4o-mini"}
    parts: list[dict[str, Any]] = [{**chunk, "choices": [{"index": 0, "delta": delta}]} for delta in deltas]
    if message:
        end = {"index": 0, "delta": {}, "finish_reason": choice.get("finish_reason")}
        parts.append({**chunk, "choices": [end]})
    parts.append({**chunk, "choices": [], "usage": body.get("usage")})
    return [*(f"data: {json.dumps(part)}\n\n".encode() for part in parts), b"data: [DONE]\n\n"]


async def _stream(request: web.Request, parts: Sequence[bytes], pause_s: float = 0.0) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    for part in parts:
        await response.write(part)
        if pause_s:
            await asyncio.sleep(pause_s)
    return response


def tells(*paragraphs: str, gate: asyncio.Event | None = None, between: str = "\n\n") -> Turn:
    """Streams paragraphs with `between` between them; before the last one it waits until `gate` is set."""

    async def turn(request: web.Request, body_seen: dict[str, Any]) -> web.StreamResponse:
        whole = events(completion(between.join(paragraphs)))
        before_last = len(events(completion(between.join([*paragraphs[:-1], ""])))) - 3
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for number, part in enumerate(whole):
            if gate is not None and number == before_last:
                await gate.wait()
            await response.write(part)
        return response

    return turn


def plan(*says: str) -> str:
    """The plan of an answer with these paragraphs, as a model sends it."""
    return json.dumps({"paragraphs": [{"say": say, "idea": ""} for say in says]}, ensure_ascii=False)


def plans(*says: str, gate: asyncio.Event | None = None) -> Turn:
    """Streams the plan of an answer; before the end of its last paragraph it waits until `gate` is set."""
    whole, end = plan(*says), len('"}]}')
    return tells(whole[:-end], whole[-end:], gate=gate, between="")


def fails(
    status: int,
    message: str,
    *,
    code: str | None = None,
    param: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Turn:
    """An error in OpenAI's form."""
    error = {"message": message, "type": "invalid_request_error", "param": param, "code": code}
    return responds(status, {"error": error}, headers)


def raw(status: int, text: str, content_type: str = "application/json") -> Turn:
    """A body that need not be JSON."""

    async def turn(request: web.Request, body_seen: dict[str, Any]) -> web.StreamResponse:
        return web.Response(status=status, text=text, content_type=content_type)

    return turn


def hangs() -> Turn:
    """Never answers."""

    async def turn(request: web.Request, body_seen: dict[str, Any]) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    return turn


@dataclass
class Counter:
    """How many requests were under way at the same time."""

    now: int = 0
    most: int = 0


COUNTED_S = 0.03
"""How long a counted request takes: long enough for others to arrive meanwhile."""


def counted(counter: Counter, then: Turn) -> Turn:
    """Answers after a moment, and counts who else waits."""

    async def turn(request: web.Request, body_seen: dict[str, Any]) -> web.StreamResponse:
        counter.now += 1
        counter.most = max(counter.most, counter.now)
        await asyncio.sleep(COUNTED_S)
        counter.now -= 1
        return await then(request, body_seen)

    return turn


def drips(content: str) -> Turn:
    """Sends its answer byte by byte, for ever within every read timeout."""

    async def turn(request: web.Request, body_seen: dict[str, Any]) -> web.StreamResponse:
        if body_seen.get("stream"):
            return await _stream(
                request, [bytes([byte]) for byte in b"".join(events(completion(content)))], SLOW_DRIP_S
            )
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        for byte in json.dumps(completion(content)).encode():
            await response.write(bytes([byte]))
            await asyncio.sleep(SLOW_DRIP_S)
        return response

    return turn


def disconnects(after_bytes: int = 40) -> Turn:
    """Announces a whole answer and hangs up in the middle of it."""

    async def turn(request: web.Request, body_seen: dict[str, Any]) -> web.StreamResponse:
        if body_seen.get("stream"):
            started = await _stream(request, events(completion("It measures −8.1 LUFS, which"))[:4])
            assert request.transport is not None
            request.transport.close()
            return started
        payload = json.dumps(completion("cut")).encode()
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        response.content_length = len(payload)
        await response.prepare(request)
        await response.write(payload[:after_bytes])
        transport = request.transport
        assert transport is not None
        transport.close()
        return response

    return turn


def breaks_off(content: str, kept_share: float = 0.7) -> Turn:
    """Streams this share of an answer slowly and hangs up."""

    async def turn(request: web.Request, body_seen: dict[str, Any]) -> web.StreamResponse:
        parts = events(completion(content))
        started = await _stream(request, parts[: int(kept_share * len(parts))], SLOW_DRIP_S)
        assert request.transport is not None
        request.transport.close()
        return started

    return turn


def rejects_response_format(
    then: Turn, message: str = "Unknown parameter: 'response_format'.", status: int = 400
) -> Turn:
    """A server that knows no schemas: it refuses the parameter and answers without it."""

    async def turn(request: web.Request, body_seen: dict[str, Any]) -> web.StreamResponse:
        if "response_format" in body_seen:
            return await fails(status, message, param="response_format")(request, body_seen)
        return await then(request, body_seen)

    return turn


def rejects_parameter(name: str, message: str, then: Turn) -> Turn:
    """A model that does not know a parameter (reasoning models refuse `max_tokens` and `temperature`)."""

    async def turn(request: web.Request, body_seen: dict[str, Any]) -> web.StreamResponse:
        if name in body_seen:
            return await fails(400, message, code="unsupported_parameter", param=name)(request, body_seen)
        return await then(request, body_seen)

    return turn
