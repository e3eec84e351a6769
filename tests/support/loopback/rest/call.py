"""A request on its way to a handler, and what all handlers share."""

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.support.loopback import payloads
from tests.support.loopback.gateway import Gateway
from tests.support.loopback.message_checks import REQUEST_MAX_BYTES
from tests.support.loopback.state import Attachment, Channel, DiscordError, Message, State, User


@dataclass(repr=False)
class Call:
    """One request."""

    request: web.Request
    args: tuple[str, ...]
    body: Any
    files: list[Attachment]


Handler = Callable[[Call], Awaitable[object]]
Route = tuple[str, str, Handler]


class Api:
    """What the handlers work with."""

    def __init__(self, state: State, gateway: Gateway) -> None:
        self.state = state
        self.gateway = gateway
        self.cdn_url = ""

    def seen(self, message: Message) -> dict[str, Any]:
        """A message as REST shows it: withheld as far as the application lacks the message-content intent."""
        enabled = self.state.message_content_enabled
        return payloads.message(message, reader=lambda item: self.state.readable(item, with_intent=enabled))

    def store(self, name: str, data: bytes, content_type: str | None, description: str | None = None) -> Attachment:
        """Keep a file on the CDN."""
        return self.keep(Attachment(name, data, content_type, "", description))

    def keep(self, file: Attachment) -> Attachment:
        """Give a file its address."""
        if len(file.data) > self.state.upload_limit_bytes:
            raise DiscordError(413, 40005, "Request entity too large")
        file.url = f"{self.cdn_url}/ephemeral-attachments/{file.id}/{file.id}?ex=1&is=1&hm=abc"
        self.state.files[str(file.id)] = file
        return file

    async def read(self, request: web.Request) -> tuple[Any, list[Attachment]]:
        """Body and files of a request; a request above 25 MiB is refused."""
        if not request.content_type.startswith("multipart/"):
            raw = await request.read()
            return (json.loads(raw) if raw else {}), []
        body: dict[str, Any] = {}
        parts: dict[int, tuple[str, bytes, str | None]] = {}
        async for part in await request.multipart():
            if part.name == "payload_json":
                body = json.loads(await part.text())
            else:
                number = int(re.sub(r"\D", "", part.name or "0"))
                parts[number] = (part.filename or "file", bytes(await part.read()), part.headers.get("Content-Type"))
        if sum(len(data) for _, data, _ in parts.values()) > max(REQUEST_MAX_BYTES, self.state.upload_limit_bytes):
            raise DiscordError(413, 40005, "Request entity too large")
        listed = (body.get("data") or body).get("attachments") or []
        described = {str(item["id"]): item.get("description") for item in listed}
        files = [
            self.store(name, data, kind, described.get(str(number))) for number, (name, data, kind) in parts.items()
        ]
        return body, files

    async def post(self, message: Message) -> None:
        """A message of the bot appears: for people, for the gateway, and for who it mentions in a thread."""
        message.channel.add(message)
        await self.gateway.dispatch_message("MESSAGE_CREATE", message)
        await self.add_mentioned(message)

    async def add_mentioned(self, message: Message) -> None:
        """Who writes or is mentioned in a thread becomes its member."""
        if message.channel.is_thread:
            for who in [message.author, *message.mentions]:
                await self.add_to_thread(message.channel, who)

    async def add_to_thread(self, thread: Channel, who: User) -> bool:
        """Make somebody a member of a thread; the bot hears of itself only (it lacks the members intent)."""
        if who in thread.members or (thread.guild and who is not self.state.bot and who not in thread.guild.members):
            return False
        thread.members.append(who)
        if who is self.state.bot:
            added = payloads.thread_member(thread, who) | {"member": payloads.member(who), "presence": None}
            await self.members_update(thread, added_members=[added])
        return True

    async def members_update(self, thread: Channel, **change: object) -> None:
        """THREAD_MEMBERS_UPDATE."""
        assert thread.guild is not None
        count = min(len(thread.members), payloads.MEMBERS_COUNTED_MAX)
        data = {"id": str(thread.id), "guild_id": str(thread.guild.id), "member_count": count, **change}
        await self.gateway.dispatch("THREAD_MEMBERS_UPDATE", data)

    async def unarchive(self, thread: Channel) -> None:
        """A message in an archived thread wakes it (topics/threads: Unarchiving a Thread)."""
        if not thread.archived:
            return
        thread.archived = False
        await self.gateway.dispatch("THREAD_UPDATE", payloads.channel(thread))
        if self.state.bot in thread.members and thread.guild is not None:
            own = payloads.thread_member(thread, self.state.bot) | {"guild_id": str(thread.guild.id)}
            await self.gateway.dispatch("THREAD_MEMBER_UPDATE", own)
