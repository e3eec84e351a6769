"""A bot without a library: aiohttp to the REST API, a plain websocket to the gateway."""

import asyncio
import contextlib
import json
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import aiohttp

from tests.support.loopback import LoopbackDiscord

WAIT_S = 10.0
INTENTS = 1 | 1 << 9 | 1 << 12 | 1 << 15
"""Guilds, guild messages, direct messages, message content."""


@dataclass
class Answer:
    """Status, JSON and headers of an answer."""

    status: int
    body: Any
    headers: Any

    @property
    def code(self) -> int:
        """Discord's error code."""
        return int(self.body["code"])


@dataclass
class RawBot:
    """What a test drives."""

    discord: LoopbackDiscord
    token: str = "loopback-token"
    events: list[dict[str, Any]] = field(default_factory=list)
    close_code: int | None = None
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        self.http = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.disconnect()
        await self.http.close()

    async def request(
        self, method: str, path: str, body: object = None, files: dict[str, bytes] | None = None
    ) -> Answer:
        """One request."""
        kwargs: dict[str, Any] = {"json": body} if body is not None else {}
        if files is not None:
            form = aiohttp.FormData()
            form.add_field("payload_json", json.dumps(body or {}))
            for number, (name, data) in enumerate(files.items()):
                form.add_field(f"files[{number}]", data, filename=name, content_type="audio/mpeg")
            kwargs = {"data": form}
        url = f"http://{self.discord.host}/api/v10{path}"
        async with self.http.request(method, url, headers={"Authorization": f"Bot {self.token}"}, **kwargs) as answer:
            content = await answer.read()
            return Answer(answer.status, json.loads(content) if content else None, answer.headers)

    async def post(self, channel: Any, body: dict[str, Any] | None = None, **kwargs: Any) -> Answer:
        """A message of the bot."""
        return await self.request("POST", f"/channels/{channel.id}/messages", body or {"content": "hello"}, **kwargs)

    async def connect(self, *, intents: int = INTENTS, **identify: object) -> None:
        """IDENTIFY; returns at READY, or when the gateway closes."""
        await self._open({"op": 2, "d": {"token": self.token, "intents": intents, "properties": {}, **identify}})
        await self._until(lambda: self.close_code is not None or self.named("READY"))

    async def resume(self, session_id: str, seq: int) -> None:
        """RESUME; returns at RESUMED, at op 9, or when the gateway closes."""
        await self._open({"op": 6, "d": {"token": self.token, "session_id": session_id, "seq": seq}})
        await self._until(
            lambda: (
                self.close_code is not None or self.named("RESUMED") or any(event["op"] == 9 for event in self.events)
            )
        )

    async def _open(self, first: dict[str, Any]) -> None:
        self.close_code = None
        self.socket = await self.http.ws_connect(self.discord.gateway.url)
        await self.socket.receive_json()
        await self.socket.send_json(first)
        self._tasks.append(asyncio.create_task(self._listen(self.socket)))

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for frame in socket:
            self.events.append(json.loads(frame.data))
            self._arrived.set()
        self.close_code = socket.close_code or 1006
        self._arrived.set()

    async def disconnect(self) -> None:
        """Leave; the server sees it."""
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        if self._tasks:
            await self.socket.close()
        self._tasks.clear()

    def named(self, name: str) -> list[dict[str, Any]]:
        """Data of the events of this name."""
        return [event["d"] for event in self.events if event["t"] == name]

    async def event(self, name: str, count: int = 1) -> dict[str, Any]:
        """The event of this name, once so many have come."""
        await self._until(lambda: len(self.named(name)) >= count)
        return self.named(name)[count - 1]

    async def _until(self, condition: Any) -> None:
        async with asyncio.timeout(WAIT_S):
            while not condition():
                self._arrived.clear()
                await self._arrived.wait()

    async def answer(self, using: Any, body: dict[str, Any]) -> tuple[Any, Answer]:
        """Let a member use something, answer the interaction, and hand over both."""
        before = len(self.named("INTERACTION_CREATE"))
        task = asyncio.ensure_future(using)
        event = await self.event("INTERACTION_CREATE", before + 1)
        answer = await self.request("POST", f"/interactions/{event['id']}/{event['token']}/callback", body)
        return await task, answer

    async def sync(self, *names: str) -> None:
        """Chat input commands of these names."""
        commands = [{"name": name, "description": "what it does", "options": []} for name in names]
        assert (await self.request("PUT", "/applications/1/commands", commands)).status == 200
