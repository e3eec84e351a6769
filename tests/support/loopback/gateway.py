"""The gateway: sessions, heartbeats, zlib-stream compression, RESUME with replay, close codes."""

import asyncio
import json
import zlib
from typing import Any

from aiohttp import WSMsgType, web

from tests.support.loopback import payloads
from tests.support.loopback.state import DM, Message, State

MESSAGE_CONTENT = 1 << 15
HEARTBEAT_MS = 41_250


class Session:
    """One session of the bot: what was sent, and the socket it is on."""

    def __init__(self, session_id: str, intents: int) -> None:
        self.id = session_id
        self.intents = intents
        self.sent: list[dict[str, Any]] = []
        self.socket: _Socket | None = None


class _Socket:
    def __init__(self, response: web.WebSocketResponse, *, compressed: bool) -> None:
        self.response = response
        self._zlib = zlib.compressobj() if compressed else None

    async def send(self, payload: dict[str, Any]) -> None:
        data = json.dumps(payload).encode()
        if self._zlib is None:
            await self.response.send_str(data.decode())
        else:
            await self.response.send_bytes(self._zlib.compress(data) + self._zlib.flush(zlib.Z_SYNC_FLUSH))


class Gateway:
    """Serves one bot."""

    def __init__(self, state: State, token: str, *, message_content_enabled: bool) -> None:
        self._state = state
        self._token = token
        self._message_content_enabled = message_content_enabled
        self.session: Session | None = None
        self.sessions_started = 0
        self.resumes = 0
        self.refuse_connections = 0
        self.url = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One connection."""
        if self.refuse_connections > 0:
            self.refuse_connections -= 1
            return web.Response(status=503)
        response = web.WebSocketResponse(max_msg_size=4096)
        await response.prepare(request)
        socket = _Socket(response, compressed=request.query.get("compress") == "zlib-stream")
        await socket.send({"op": 10, "d": {"heartbeat_interval": HEARTBEAT_MS}, "s": None, "t": None})
        async for frame in response:
            if frame.type is WSMsgType.TEXT:
                await self._receive(socket, json.loads(frame.data))
        if self.session is not None and self.session.socket is socket:
            self.session.socket = None
        return response

    async def _receive(self, socket: _Socket, payload: dict[str, Any]) -> None:
        match payload["op"]:
            case 1:
                await socket.send({"op": 11, "d": None, "s": None, "t": None})
            case 2:
                await self._identify(socket, payload["d"])
            case 6:
                await self._resume(socket, payload["d"])
            case 3 | 4 | 8:
                pass
            case other:
                self._state.problems.append(f"gateway op {other} is not known")

    async def _identify(self, socket: _Socket, data: dict[str, Any]) -> None:
        if data["token"] != self._token:
            await socket.response.close(code=4004)
            return
        if data["intents"] & MESSAGE_CONTENT and not self._message_content_enabled:
            await socket.response.close(code=4014)
            return
        self.sessions_started += 1
        self.session = Session(f"session-{self.sessions_started}", data["intents"])
        self.session.socket = socket
        member_of = [guild for guild in self._state.guilds if guild.bot_is_member]
        await self.dispatch(
            "READY",
            {
                "v": 10,
                "user": payloads.user(self._state.bot),
                "guilds": [{"id": str(guild.id), "unavailable": True} for guild in member_of],
                "session_id": self.session.id,
                "resume_gateway_url": self.url,
                "application": {"id": str(self._state.bot.id), "flags": 0},
            },
        )
        for guild in member_of:
            await self.dispatch("GUILD_CREATE", payloads.guild(guild, self._state))
        await self._state.ring()

    async def _resume(self, socket: _Socket, data: dict[str, Any]) -> None:
        if self.session is None or data["session_id"] != self.session.id:
            await socket.send({"op": 9, "d": False, "s": None, "t": None})
            return
        self.resumes += 1
        self.session.socket = socket
        for payload in self.session.sent[int(data["seq"] or 0) :]:
            await socket.send(payload)
        await self.dispatch("RESUMED", {})
        await self._state.ring()

    async def dispatch(self, event: str, data: dict[str, Any]) -> None:
        """Send an event to the bot, now or when it resumes."""
        session = self.session
        if session is None:
            return
        payload = {"op": 0, "t": event, "s": len(session.sent) + 1, "d": data}
        session.sent.append(payload)
        if session.socket is not None:
            try:
                await session.socket.send(payload)
            except (ConnectionError, RuntimeError):
                session.socket = None

    async def dispatch_message(self, event: str, message: Message) -> None:
        """MESSAGE_CREATE or MESSAGE_UPDATE, without what the bot may not read."""
        payload = payloads.message(message, readable=self._readable(message))
        if message.channel.guild is not None and not message.author.bot:
            payload["member"] = {key: v for key, v in payloads.member(message.author).items() if key != "user"}
        await self.dispatch(event, payload)

    def _readable(self, message: Message) -> bool:
        """Discord: "You might not need a privileged intent"."""
        if self.session is None or self.session.intents & MESSAGE_CONTENT:
            return True
        bot = self._state.bot
        replied = next((m for m in message.channel.messages if m.id == message.reference_id), None)
        to_ordinary_message = replied is not None and replied.author is bot and replied.interaction is None
        return message.author is bot or message.channel.type == DM or bot in message.mentions or to_ordinary_message

    async def close(self, code: int = 1000) -> None:
        """Drop the connection; the session stays resumable."""
        if self.session is not None and self.session.socket is not None:
            socket, self.session.socket = self.session.socket, None
            await asyncio.shield(socket.response.close(code=code))

    async def send_op(self, op: int, data: object = None) -> None:
        """Send a bare op (7 reconnect, 9 invalid session)."""
        if self.session is not None and self.session.socket is not None:
            await self.session.socket.send({"op": op, "d": data, "s": None, "t": None})

    @property
    def connected(self) -> bool:
        """Whether the bot is there."""
        return self.session is not None and self.session.socket is not None
