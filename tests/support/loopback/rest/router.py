"""The router: authorization, ordered faults, hooks, rate limits, and the log of all requests."""

import json
import re
import time
import traceback
from typing import Any

from aiohttp import web

from tests.support.loopback.faults import DROP, Fault, Faults, Limit, Logged
from tests.support.loopback.gateway import Gateway
from tests.support.loopback.rest.application import Application
from tests.support.loopback.rest.call import Api, Call, Handler
from tests.support.loopback.rest.interactions import Interactions
from tests.support.loopback.rest.messages import Messages
from tests.support.loopback.rest.threads import Threads
from tests.support.loopback.state import Attachment, DiscordError, State

BODY_SHOWN = 200
"""Characters of a body that the log keeps."""

MAX_BODY_SUMMARISED = 1 << 20


class Rest:
    """Answers requests."""

    def __init__(self, state: State, gateway: Gateway, token: str, faults: Faults) -> None:
        self._state = state
        self._token = token
        self.faults = faults
        self.api = Api(state, gateway)
        self.requests: list[tuple[float, str, str]] = []
        self.log: list[Logged] = []
        parts = (Application(self.api), Interactions(self.api), Messages(self.api), Threads(self.api))
        self._routes: list[tuple[str, re.Pattern[str], Handler]] = [
            (method, re.compile(f"/api/v10{path}"), handler)
            for part in parts
            for method, path, handler in part.routes()
        ]

    def store(self, name: str, data: bytes, content_type: str | None) -> Attachment:
        """Keep a file on the CDN."""
        return self.api.store(name, data, content_type)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        logged = Logged(len(self.log), time.monotonic(), request.method, request.path, await _summary(request))
        self.log.append(logged)
        self.requests.append((logged.at_s, request.method, request.path))
        response = await self._answer(request, logged)
        logged.status = DROP if isinstance(response, Dropped) else response.status
        await self._state.ring()
        return response

    async def _answer(self, request: web.Request, logged: Logged) -> web.Response:
        if self.faults.network_away:
            return dropped(request)
        if not await self.faults.call_hooks(logged, after_effect=False):
            return dropped(request)
        fault = self.faults.strike(request.method, request.path)
        if fault is not None and not fault.after_effect:
            await self.faults.delay(fault)
            if fault.status != 200:
                return struck(request, fault)
        limit, refusal = self._limited(request)
        if refusal is not None:
            return refusal
        response = await self._result(request)
        if limit is not None:
            response.headers.update(limit.headers(_major(request.path), time.monotonic()))
        await self.faults.call_hooks(logged, after_effect=True)
        if fault is not None and fault.after_effect:
            await self._state.ring()
            await self.faults.delay(fault)
            return response if fault.status == 200 else struck(request, fault)
        return dropped(request) if self.faults.network_away else response

    def _limited(self, request: web.Request) -> tuple[Limit | None, web.Response | None]:
        """The bucket of a request, and the refusal where it is empty."""
        now, path = time.monotonic(), request.path
        is_interaction = "/webhooks/" in path or "/interactions/" in path
        if self.faults.global_limit is not None and not is_interaction:
            wait_s = self.faults.global_limit.take("", now)
            if wait_s is not None:
                return None, too_many(wait_s, "global")
        bucket = self.faults.bucket(request.method, path)
        if bucket is None:
            return None, None
        wait_s = bucket.take(_major(path), now)
        if wait_s is None:
            return bucket, None
        return bucket, too_many(wait_s, bucket.scope, bucket.headers(_major(path), now))

    async def _result(self, request: web.Request) -> web.Response:
        try:
            result = await self._dispatch(request, request.path)
        except DiscordError as error:
            return json_response({"code": error.code, "message": error.message}, error.status, error.headers)
        except Exception:  # whatever breaks here is the harness' fault and must fail the test
            self._state.problems.append(f"{request.method} {request.path}: {traceback.format_exc()}")
            return json_response({"code": 0, "message": "harness error"}, 500)
        return web.Response(status=204) if result is None else json_response(result)

    async def _dispatch(self, request: web.Request, path: str) -> object:
        for method, pattern, handler in self._routes:
            if method != request.method:
                continue
            match = pattern.fullmatch(path)
            if match:
                is_webhook = "/webhooks/" in path or "/interactions/" in path
                if not is_webhook and request.headers.get("Authorization") != f"Bot {self._token}":
                    raise DiscordError(401, 0, "401: Unauthorized")
                body, files = await self.api.read(request)
                return await handler(Call(request, match.groups(), body, files))
        self._state.problems.append(f"unexpected route: {request.method} {path}")
        raise DiscordError(404, 0, "404: Not Found")


def _major(path: str) -> str:
    """The resource that has a limit of its own: a channel, a guild, a token."""
    match = re.search(r"/(?:channels|guilds)/(\d+)|/webhooks/\d+/([^/]+)", path)
    return (match[1] or match[2]) if match else ""


async def _summary(request: web.Request) -> str:
    """The beginning of a body, for people who read the log; uploads are named only."""
    if request.content_type.startswith("multipart/"):
        return f"multipart, {request.content_length or 0} bytes"
    raw = await request.read() if (request.content_length or 0) < MAX_BODY_SUMMARISED else b""
    return raw.decode(errors="replace")[:BODY_SHOWN]


class Dropped(web.Response):
    """No answer: the connection is closed."""


def dropped(request: web.Request) -> web.Response:
    """Close the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return Dropped(status=500)


def struck(request: web.Request, fault: Fault) -> web.Response:
    """What an ordered fault answers."""
    if fault.status == DROP:
        return dropped(request)
    if fault.status == 429:
        return too_many(fault.retry_after_s, fault.scope)
    return json_response(fault.body or {"code": fault.json_code, "message": "ordered failure"}, fault.status)


def too_many(retry_after_s: float, scope: str, headers: dict[str, str] | None = None) -> web.Response:
    """429 with the header (Via) by which discord.py tells Discord from a Cloudflare ban."""
    is_global = scope == "global"
    body: dict[str, Any] = {"message": "You are being rate limited.", "retry_after": retry_after_s, "global": is_global}
    sent = {"Via": "1.1 loopback", "Retry-After": f"{retry_after_s:.3f}", "X-RateLimit-Scope": scope}
    if is_global:
        sent["X-RateLimit-Global"] = "true"
    return json_response(body, 429, {**sent, **(headers or {})})


def json_response(value: object, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """discord.py parses JSON only when the content type is exactly this."""
    response = web.Response(body=json.dumps(value).encode(), status=status, headers=headers)
    response.headers["Content-Type"] = "application/json"
    return response
