"""The gateway: sessions, heartbeats, zlib-stream compression, RESUME with replay, close codes, shards."""

import asyncio
import json
import zlib
from collections import deque
from collections.abc import Coroutine
from typing import Any

from aiohttp import WSMsgType, web

from tests.support.loopback import payloads
from tests.support.loopback.constants import MESSAGE_CONTENT
from tests.support.loopback.faults import Faults
from tests.support.loopback.state import Message, State

HEARTBEAT_MS = 41_250


class Session:
    """One session of the bot: what was sent, and the socket it is on."""

    def __init__(self, session_id: str, intents: int, shard: tuple[int, int]) -> None:
        self.id = session_id
        self.intents = intents
        self.shard = shard
        self.sent: list[dict[str, Any]] = []
        self.socket: _Socket | None = None

    def serves(self, guild_id: int | None) -> bool:
        """Whether events of a guild (None: direct messages, shard 0) come here (events/gateway: sharding)."""
        number, count = self.shard
        return (0 if guild_id is None else (guild_id >> 22) % count) == number


class _Socket:
    def __init__(self, request: web.Request, response: web.WebSocketResponse) -> None:
        self.request = request
        self.response = response
        self._zlib = zlib.compressobj() if request.query.get("compress") == "zlib-stream" else None

    async def send(self, payload: dict[str, Any]) -> None:
        data = json.dumps(payload).encode()
        if self._zlib is None:
            await self.response.send_str(data.decode())
        else:
            await self.response.send_bytes(self._zlib.compress(data) + self._zlib.flush(zlib.Z_SYNC_FLUSH))


class Gateway:
    """Serves one bot, on one connection or several shards."""

    def __init__(self, state: State, token: str, faults: Faults) -> None:
        self._state = state
        self._token = token
        self._faults = faults
        self.sessions: dict[int, Session] = {}
        self.sessions_started = 0
        self.resumes = 0
        self.heartbeats = 0
        """How many arrived, asked for (op 1) or not."""
        self.refuse_connections = 0
        """So many connections are answered 503."""
        self.away = False
        """While set, every connection is answered 503."""
        self.refuse_resumes = 0
        """So many RESUMEs are answered with op 9 (false): a new session."""
        self.delay_ready_s = 0.0
        """READY comes so long after IDENTIFY."""
        self.shard_count = 1
        """What GET /gateway/bot recommends."""
        self.require_sharding = False
        """IDENTIFY with fewer shards than `shard_count` is closed with 4011."""
        self.url = ""
        self._refusals: list[tuple[str, int]] = []
        self._repeats: dict[str, int] = {}
        self._sockets: set[_Socket] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._announced: deque[tuple[str, dict[str, Any]]] = deque()
        faults.on_network_away = self.cut

    @property
    def session(self) -> Session | None:
        """The session of the bot, or of its first shard."""
        return self.sessions.get(0)

    @property
    def connected(self) -> bool:
        """Whether the bot is there."""
        return bool(self.sessions) and all(session.socket is not None for session in self.sessions.values())

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One connection."""
        if self._faults.network_away:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        if self.refuse_connections > 0 or self.away:
            self.refuse_connections = max(0, self.refuse_connections - 1)
            return web.Response(status=503)
        response = web.WebSocketResponse(max_msg_size=4096)
        await response.prepare(request)
        socket = _Socket(request, response)
        self._sockets.add(socket)
        try:
            await socket.send({"op": 10, "d": {"heartbeat_interval": HEARTBEAT_MS}, "s": None, "t": None})
            async for frame in response:
                if frame.type is WSMsgType.TEXT:
                    await self._receive(socket, json.loads(frame.data))
        except ConnectionError:
            pass
        finally:
            self._sockets.discard(socket)
            for session in self.sessions.values():
                if session.socket is socket:
                    session.socket = None
            await self._state.ring()
        return response

    async def _receive(self, socket: _Socket, payload: dict[str, Any]) -> None:
        match payload["op"]:
            case 1:
                self.heartbeats += 1
                await self._state.ring()
                await socket.send({"op": 11, "d": None, "s": None, "t": None})
            case 2:
                await self._identify(socket, payload["d"])
            case 6:
                await self._resume(socket, payload["d"])
            case 3 | 4 | 8:
                pass
            case other:
                self._state.problems.append(f"gateway op {other} is not known")

    # -- IDENTIFY and RESUME

    async def _identify(self, socket: _Socket, data: dict[str, Any]) -> None:
        shard = tuple(data.get("shard") or (0, 1))
        code = self._refusal("identify")
        if data["token"] != self._token:
            code = 4004
        elif self.require_sharding and shard[1] < max(2, self.shard_count):
            code = 4011
        elif data["intents"] & MESSAGE_CONTENT and not self._state.message_content_enabled:
            code = 4014
        if code is not None:
            await socket.response.close(code=code)
            return
        self._start(self._make_ready(socket, data["intents"], shard))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _make_ready(self, socket: _Socket, intents: int, shard: tuple[int, int]) -> None:
        """READY, then the guilds."""
        if self.delay_ready_s:
            await asyncio.sleep(self.delay_ready_s)
        if socket not in self._sockets:
            return
        self.sessions_started += 1
        if any(session.shard[1] != shard[1] for session in self.sessions.values()):
            self.sessions.clear()
        session = self.sessions[shard[0]] = Session(f"session-{self.sessions_started}", intents, shard)
        session.socket = socket
        member_of = [guild for guild in self._state.guilds if guild.bot_is_member and session.serves(guild.id)]
        ready = {
            "v": 10,
            "user": payloads.user(self._state.bot),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in member_of],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "application": {"id": str(self._state.bot.id), "flags": 0},
            "shard": list(shard),
        }
        await self._send(session, "READY", ready)
        for guild in member_of:
            if not guild.unavailable:
                await self._send(session, "GUILD_CREATE", payloads.guild(guild, self._state))
        await self._state.ring()

    async def _resume(self, socket: _Socket, data: dict[str, Any]) -> None:
        code = self._refusal("resume")
        if code is not None:
            await socket.response.close(code=code)
            return
        session = next((item for item in self.sessions.values() if item.id == data["session_id"]), None)
        if session is None or self.refuse_resumes > 0:
            self.refuse_resumes = max(0, self.refuse_resumes - 1)
            await socket.send({"op": 9, "d": False, "s": None, "t": None})
            return
        self.resumes += 1
        replayed = int(data["seq"] or 0)
        while replayed < len(session.sent):
            await socket.send(session.sent[replayed])
            replayed += 1
        session.socket = socket
        await self._send(session, "RESUMED", {})
        await self._state.ring()

    def refuse(self, code: int, on: str = "identify", times: int = 1) -> None:
        """Close the next IDENTIFYs or RESUMEs ("identify", "resume") with a code (4014, 4011, 4004)."""
        self._refusals += [(on, code)] * times

    def _refusal(self, on: str) -> int | None:
        for item in self._refusals:
            if item[0] == on:
                self._refusals.remove(item)
                return item[1]
        return None

    # -- events

    async def dispatch(self, event: str, data: dict[str, Any], *, guild_id: int | None = None) -> None:
        """Send an event to the bot, now or when it resumes; what was announced before goes first."""
        await self._dispatch_announced()
        await self._dispatch(event, data, guild_id)

    def announce(self, event: str, data: dict[str, Any]) -> None:
        """Send an event from where nothing can be awaited: soon, and before all later ones."""
        if self.sessions:
            self._announced.append((event, data))
            self._start(self._dispatch_announced())

    async def _dispatch_announced(self) -> None:
        while self._announced:
            await self._dispatch(*self._announced.popleft())

    async def _dispatch(self, event: str, data: dict[str, Any], guild_id: int | None = None) -> None:
        if guild_id is None and "guild_id" in data:
            guild_id = int(data["guild_id"])
        if guild_id is None and event in {"GUILD_CREATE", "GUILD_DELETE"}:
            guild_id = int(data["id"])
        for session in list(self.sessions.values()):
            if session.serves(guild_id):
                for _ in range(1 + self._repeats.pop(event, 0)):
                    await self._send(session, event, data)

    async def _send(self, session: Session, event: str, data: dict[str, Any]) -> None:
        payload = {"op": 0, "t": event, "s": len(session.sent) + 1, "d": data}
        session.sent.append(payload)
        if session.socket is not None:
            try:
                await session.socket.send(payload)
            except (ConnectionError, RuntimeError):
                session.socket = None

    async def dispatch_message(self, event: str, message: Message) -> None:
        """MESSAGE_CREATE or MESSAGE_UPDATE, without what the bot may not read, where it may see the channel."""
        channel = message.channel
        if not self._state.sees(channel):
            return
        payload = payloads.message(message, reader=self.reads)
        if channel.guild is not None and not message.author.bot:
            payload["member"] = {key: v for key, v in payloads.member(message.author).items() if key != "user"}
        await self.dispatch(event, payload)

    def reads(self, message: Message) -> bool:
        """Whether the session's intents let the bot read a message."""
        intents = self.session.intents if self.session is not None else MESSAGE_CONTENT
        return self._state.readable(message, with_intent=bool(intents & MESSAGE_CONTENT))

    def duplicate_next(self, event: str, times: int = 1) -> None:
        """The next event of this name arrives so many times more."""
        self._repeats[event] = times

    def sent(self, event: str) -> list[dict[str, Any]]:
        """What was sent under this name in the sessions there are."""
        return [p["d"] for session in self.sessions.values() for p in session.sent if p["t"] == event]

    async def replay(self, event: str, index: int = -1) -> None:
        """An event that was sent arrives once more."""
        await self.dispatch(event, self.sent(event)[index])

    # -- connections

    async def close(self, code: int = 1000) -> None:
        """Drop the connection; the session stays resumable."""
        for session in self.sessions.values():
            if session.socket is not None:
                socket, session.socket = session.socket, None
                await asyncio.shield(socket.response.close(code=code))

    def cut(self) -> None:
        """Every connection breaks without a word."""
        for socket in self._sockets:
            if socket.request.transport is not None:
                socket.request.transport.abort()

    def expire_session(self) -> None:
        """The session is forgotten: a RESUME gets op 9 (false)."""
        for session in self.sessions.values():
            session.id += "-expired"

    async def send_op(self, op: int, data: object = None) -> None:
        """Send a bare op (7 reconnect, 9 invalid session)."""
        for session in self.sessions.values():
            if session.socket is not None:
                await session.socket.send({"op": op, "d": data, "s": None, "t": None})
