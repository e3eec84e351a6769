"""The REST API: routes, checks and error codes."""

import json
import re
import time
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.support.loopback import payloads
from tests.support.loopback.gateway import Gateway
from tests.support.loopback.state import (
    DM,
    NEWS,
    PUBLIC_THREAD,
    TEXT,
    THREADS,
    Attachment,
    Channel,
    DiscordError,
    Interaction,
    Message,
    State,
)

CONTENT_MAX = 2000
EMBEDS_MAX = 10
FILES_MAX = 10
EMBED_SUM_MAX = 6000
ACKNOWLEDGE_S = 3.0

_COMMAND_NAME = re.compile(r"[-_\w\s]{1,32}")


@dataclass
class Fault:
    """A failure that somebody ordered."""

    method: str
    pattern: re.Pattern[str]
    status: int
    json_code: int = 0
    times: int = 1


@dataclass
class Faults:
    """Failures to come."""

    orders: list[Fault] = field(default_factory=list)

    def fail(self, method: str, path: str, status: int, *, json_code: int = 0, times: int = 1) -> None:
        """Let the next `times` matching requests fail. Status 0 drops the connection."""
        self.orders.append(Fault(method, re.compile(path), status, json_code, times))

    def strike(self, method: str, path: str) -> Fault | None:
        """The fault that hits a request."""
        for order in self.orders:
            if order.times > 0 and order.method == method and order.pattern.search(path):
                order.times -= 1
                return order
        return None


Handler = Callable[["Call"], Awaitable[object]]


@dataclass
class Call:
    """A request on its way to a handler."""

    request: web.Request
    args: tuple[str, ...]
    body: dict[str, Any]
    files: list[Attachment]


class Rest:
    """Routes and their handlers."""

    def __init__(self, state: State, gateway: Gateway, token: str) -> None:
        self._state = state
        self._gateway = gateway
        self._token = token
        self.faults = Faults()
        self.cdn_url = ""
        self.requests: list[tuple[float, str, str]] = []
        routes: list[tuple[str, str, Handler]] = [
            ("GET", r"/users/@me", self._me),
            ("GET", r"/oauth2/applications/@me", self._application),
            ("GET", r"/gateway/bot", self._gateway_bot),
            ("GET", r"/applications/\d+/commands", self._commands),
            ("PUT", r"/applications/\d+/commands", self._sync),
            ("POST", r"/interactions/(\d+)/([^/]+)/callback", self._callback),
            ("GET", r"/webhooks/\d+/([^/]+)/messages/(@original|\d+)", self._get_response),
            ("PATCH", r"/webhooks/\d+/([^/]+)/messages/(@original|\d+)", self._edit_response),
            ("DELETE", r"/webhooks/\d+/([^/]+)/messages/(@original|\d+)", self._delete_response),
            ("POST", r"/webhooks/\d+/([^/]+)", self._follow_up),
            ("GET", r"/channels/(\d+)", self._get_channel),
            ("GET", r"/channels/(\d+)/messages", self._history),
            ("POST", r"/channels/(\d+)/messages", self._post),
            ("GET", r"/channels/(\d+)/messages/(\d+)", self._get_message),
            ("PATCH", r"/channels/(\d+)/messages/(\d+)", self._edit),
            ("DELETE", r"/channels/(\d+)/messages/(\d+)", self._delete),
            ("POST", r"/channels/(\d+)/messages/(\d+)/threads", self._thread),
            ("POST", r"/channels/(\d+)/typing", self._typing),
            ("PUT", r"/channels/(\d+)/thread-members/@me", self._join),
        ]
        self._routes = [(method, re.compile(f"/api/v10{path}"), handler) for method, path, handler in routes]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        path = request.path
        self.requests.append((time.monotonic(), request.method, path))
        try:
            fault = self.faults.strike(request.method, path)
            if fault is not None:
                return self._struck(request, fault)
            result = await self._dispatch(request, path)
        except DiscordError as error:
            return _json({"code": error.code, "message": error.message}, error.status, error.headers)
        except Exception:  # whatever breaks here is the harness' fault and must fail the test
            self._state.problems.append(f"{request.method} {path}: {traceback.format_exc()}")
            return _json({"code": 0, "message": "harness error"}, 500)
        await self._state.ring()
        return web.Response(status=204) if result is None else _json(result)

    def _struck(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.status == 0:
            if request.transport is not None:
                request.transport.close()
            return web.Response(status=500)
        if fault.status == 429:
            body = {"message": "You are being rate limited.", "retry_after": 0.05, "global": False}
            return _json(body, 429, {"Via": "1.1 loopback", "Retry-After": "0.05", "X-RateLimit-Scope": "user"})
        return _json({"code": fault.json_code, "message": "ordered failure"}, fault.status)

    async def _dispatch(self, request: web.Request, path: str) -> object:
        for method, pattern, handler in self._routes:
            match = pattern.fullmatch(path)
            if match and method == request.method:
                is_webhook = "/webhooks/" in path or "/interactions/" in path
                if not is_webhook and request.headers.get("Authorization") != f"Bot {self._token}":
                    raise DiscordError(401, 0, "401: Unauthorized")
                body, files = await self._read(request)
                return await handler(Call(request, match.groups(), body, files))
        self._state.problems.append(f"unexpected route: {request.method} {path}")
        raise DiscordError(404, 0, "404: Not Found")

    async def _read(self, request: web.Request) -> tuple[dict[str, Any] | Any, list[Attachment]]:
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
        described = {str(item["id"]): item.get("description") for item in body.get("attachments", [])}
        files = [
            self.store(name, data, kind, described.get(str(number))) for number, (name, data, kind) in parts.items()
        ]
        return body, files

    def store(self, name: str, data: bytes, content_type: str | None, description: str | None = None) -> Attachment:
        """Keep a file on the CDN."""
        if len(data) > self._state.upload_limit_bytes:
            raise DiscordError(413, 40005, "Request entity too large")
        file = Attachment(name, data, content_type, "", description)
        file.url = f"{self.cdn_url}/ephemeral-attachments/{file.id}/{file.id}?ex=1&is=1&hm=abc"
        self._state.files[str(file.id)] = file
        return file

    # -- login and commands

    async def _me(self, call: Call) -> object:
        return payloads.user(self._state.bot)

    async def _application(self, call: Call) -> object:
        bot = payloads.user(self._state.bot)
        flags = 1 << 19 if self._gateway._message_content_enabled else 0
        return {
            "id": bot["id"],
            "name": "Earshot",
            "description": "",
            "icon": None,
            "bot_public": True,
            "bot_require_code_grant": False,
            "verify_key": "00",
            "owner": bot,
            "team": None,
            "flags": flags,
        }

    async def _gateway_bot(self, call: Call) -> object:
        limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
        return {"url": self._gateway.url, "shards": 1, "session_start_limit": limit}

    async def _commands(self, call: Call) -> object:
        return self._state.commands

    async def _sync(self, call: Call) -> object:
        commands: list[dict[str, Any]] = call.body  # type: ignore[assignment]
        for command in commands:
            _check_command(command)
        bot_id = str(self._state.bot.id)
        self._state.commands = [
            {"description": "", "type": 1, **command, "id": str(index + 1), "application_id": bot_id, "version": "1"}
            for index, command in enumerate(commands)
        ]
        return self._state.commands

    # -- interactions

    def _interaction(self, token: str) -> Interaction:
        interaction = self._state.interactions.get(token)
        if interaction is None:
            raise DiscordError(404, 10015, "Unknown Webhook")
        if interaction.expired_code is not None:
            status = 401 if interaction.expired_code == 50027 else 404
            raise DiscordError(status, interaction.expired_code, "Invalid Webhook Token")
        return interaction

    async def _callback(self, call: Call) -> object:
        interaction = self._interaction(call.args[1])
        if interaction.answered:
            raise DiscordError(400, 40060, "Interaction has already been acknowledged.")
        if time.monotonic() - interaction.created_at > ACKNOWLEDGE_S:
            interaction.failed = True
            raise DiscordError(404, 10062, "Unknown interaction")
        interaction.answered = True
        interaction.acknowledged_at = time.monotonic()
        kind = call.body["type"]
        message = self._answer(interaction, kind, call.body.get("data") or {}, call.files)
        if call.request.query.get("with_response") not in {"1", "true", "True"}:
            return None
        response: dict[str, Any] = {"interaction": {"id": str(interaction.id), "type": interaction.kind}}
        if message is not None:
            response["interaction"] |= {
                "response_message_id": str(message.id),
                "response_message_loading": kind == 5,
                "response_message_ephemeral": message.ephemeral,
            }
            response["resource"] = {"type": kind, "message": payloads.message(message)}
        return response

    def _answer(
        self, interaction: Interaction, kind: int, data: dict[str, Any], files: list[Attachment]
    ) -> Message | None:
        """What each callback type does: 4/5 a message, 6/7 the clicked one, 8 choices, 9 a modal."""
        if kind in {4, 5}:
            interaction.original = self._respond(interaction, data, files, thinking=kind == 5)
            return interaction.original
        if kind in {6, 7}:
            if interaction.source is None:
                raise DiscordError(400, 50035, "there is no message to update")
            interaction.original = interaction.source
            if kind == 7:
                _fill(interaction.source, data, files, edit=True)
        elif kind == 8:
            interaction.choices = data["choices"]
            if len(interaction.choices) > 25:
                raise DiscordError(400, 50035, "too many choices")
        elif kind == 9:
            interaction.modal = data
        return None

    def _respond(
        self, interaction: Interaction, data: dict[str, Any], files: list[Attachment], *, thinking: bool = False
    ) -> Message:
        message = Message(
            interaction.channel,
            self._state.bot,
            ephemeral=bool(data.get("flags", 0) & 64),
            thinking=thinking,
            interaction=interaction,
        )
        if not thinking:
            _fill(message, data, files)
        interaction.responses.append(message)
        if not message.ephemeral:
            interaction.channel.messages.append(message)
        return message

    def _response(self, call: Call) -> tuple[Interaction, Message]:
        interaction = self._interaction(call.args[0])
        wanted = call.args[1]
        if interaction.original is not None and wanted == "@original":
            return interaction, interaction.original
        for message in interaction.responses:
            if str(message.id) == wanted:
                return interaction, message
        raise DiscordError(404, 10008, "Unknown Message")

    async def _get_response(self, call: Call) -> object:
        return payloads.message(self._response(call)[1])

    async def _edit_response(self, call: Call) -> object:
        _, message = self._response(call)
        _fill(message, call.body, call.files, edit=True)
        return payloads.message(message)

    async def _delete_response(self, call: Call) -> object:
        interaction, message = self._response(call)
        _remove(message)
        if message in interaction.responses:
            interaction.responses.remove(message)
        if interaction.original is message:
            interaction.original = None
        return None

    async def _follow_up(self, call: Call) -> object:
        interaction = self._interaction(call.args[0])
        original = interaction.original
        if original is not None and original.thinking:
            _fill(original, call.body, call.files)  # the first follow-up takes the place of "thinking …"
            return payloads.message(original)
        message = self._respond(interaction, call.body, call.files)
        return payloads.message(message)

    # -- channels

    async def _get_channel(self, call: Call) -> object:
        return payloads.channel(self._state.channel(int(call.args[0])))

    async def _history(self, call: Call) -> object:
        channel = self._state.channel(int(call.args[0]))
        channel.check("read_message_history")
        query = call.request.query
        after, before = int(query.get("after", 0)), int(query.get("before", 1 << 63))
        limit = int(query.get("limit", 50))
        found = [message for message in channel.messages if after < message.id < before and not message.ephemeral]
        chosen = found[:limit] if "after" in query else found[-limit:]
        return [payloads.message(message, readable=self._gateway._readable(message)) for message in reversed(chosen)]

    async def _post(self, call: Call) -> object:
        channel = self._state.channel(int(call.args[0]))
        if channel.locked:
            raise DiscordError(403, 160005, "Thread is locked")
        channel.check("send_messages_in_threads" if channel.type in THREADS else "send_messages")
        if channel.type not in {TEXT, DM, NEWS, 2, *THREADS}:
            raise DiscordError(400, 50008, "Cannot send messages in a non-text channel")
        body = call.body
        nonce = body.get("nonce")
        if body.get("enforce_nonce"):
            for message in channel.messages:
                if message.nonce == nonce and message.author is self._state.bot:
                    return payloads.message(message)
        message = Message(channel, self._state.bot, nonce=nonce)
        reference = body.get("message_reference")
        if reference:
            known = {existing.id for existing in channel.messages}
            message.reference_id = int(reference["message_id"]) if int(reference["message_id"]) in known else None
            if message.reference_id is None and reference.get("fail_if_not_exists", True):
                raise DiscordError(400, 50035, "Unknown message")
        _fill(message, body, call.files)
        channel.archived = False
        channel.messages.append(message)
        await self._gateway.dispatch_message("MESSAGE_CREATE", message)
        return payloads.message(message)

    async def _get_message(self, call: Call) -> object:
        return payloads.message(self._state.channel(int(call.args[0])).message(int(call.args[1])))

    async def _edit(self, call: Call) -> object:
        message = self._state.channel(int(call.args[0])).message(int(call.args[1]))
        if message.author is not self._state.bot:
            raise DiscordError(403, 50005, "Cannot edit a message authored by another user")
        _fill(message, call.body, call.files, edit=True)
        return payloads.message(message)

    async def _delete(self, call: Call) -> object:
        _remove(self._state.channel(int(call.args[0])).message(int(call.args[1])))
        return None

    async def _thread(self, call: Call) -> object:
        channel = self._state.channel(int(call.args[0]))
        message = channel.message(int(call.args[1]))
        if channel.type not in {TEXT, NEWS}:
            raise DiscordError(400, 50024, "Cannot execute action on this channel type")
        channel.check("create_public_threads")
        if any(thread.id == message.id for thread in channel.threads):
            raise DiscordError(400, 160004, "A thread has already been created for this message")
        name = call.body["name"]
        if not 1 <= len(name) <= 100:
            raise DiscordError(400, 50035, "name: 1 to 100 characters")
        thread = Channel(name, PUBLIC_THREAD, channel.guild, channel, self._state.bot, id=message.id)
        channel.threads.append(thread)
        self._state.channels[thread.id] = thread
        await self._gateway.dispatch("THREAD_CREATE", {**payloads.channel(thread), "newly_created": True})
        return payloads.channel(thread)

    async def _typing(self, call: Call) -> object:
        self._state.channel(int(call.args[0])).typing += 1
        return None

    async def _join(self, call: Call) -> object:
        self._state.channel(int(call.args[0]))
        return None


def _fill(message: Message, body: dict[str, Any], files: list[Attachment], *, edit: bool = False) -> None:
    """Put a body into a message, within Discord's limits."""
    if "content" in body:
        message.content = body["content"] or ""
    if "embeds" in body:
        message.embeds = body["embeds"] or []
    if "components" in body:
        message.components = body["components"] or []
    if "allowed_mentions" in body:
        message.allowed_mentions = body["allowed_mentions"]
    message.attachments += files
    message.thinking = False
    if len(message.content) > CONTENT_MAX:
        raise DiscordError(400, 50035, "content: must be 2000 or fewer in length")
    if len(message.embeds) > EMBEDS_MAX or len(message.attachments) > FILES_MAX:
        raise DiscordError(400, 50035, "too many embeds or files")
    for embed in message.embeds:
        _check_embed(embed)
    if not (message.content or message.embeds or message.attachments or message.components):
        raise DiscordError(400, 50006, "Cannot send an empty message")
    if edit:
        message.edits.append((time.monotonic(), message.content))


def _check_embed(embed: dict[str, Any]) -> None:
    fields = embed.get("fields", [])
    texts = [embed.get("title", ""), embed.get("description", ""), embed.get("footer", {}).get("text", "")]
    texts += [text for item in fields for text in (item["name"], item["value"])]
    if len(fields) > 25 or any(not item["value"] or len(item["value"]) > 1024 for item in fields):
        raise DiscordError(400, 50035, "embed fields")
    if sum(map(len, texts)) > EMBED_SUM_MAX:
        raise DiscordError(400, 50035, "embed: must be 6000 or fewer in length")


def _remove(message: Message) -> None:
    if message in message.channel.messages:
        message.channel.messages.remove(message)


def _check_command(command: dict[str, Any]) -> None:
    """Discord's checks of a command definition."""
    is_chat_input = command.get("type", 1) == 1
    if not _COMMAND_NAME.fullmatch(command["name"]) or (is_chat_input and command["name"] != command["name"].lower()):
        raise DiscordError(400, 50035, f"name of {command['name']}")
    if is_chat_input and not 1 <= len(command.get("description", "")) <= 100:
        raise DiscordError(400, 50035, f"description of {command['name']}")
    _check_options(command.get("options", []))


def _check_options(options: list[dict[str, Any]]) -> None:
    seen_optional = False
    if len(options) > 25:
        raise DiscordError(400, 50035, "too many options")
    for option in options:
        if not 1 <= len(option.get("description", "")) <= 100 or len(option.get("choices", [])) > 25:
            raise DiscordError(400, 50035, f"option {option['name']}")
        if option.get("required") and seen_optional:
            raise DiscordError(400, 50035, "Required options must be placed before non-required options")
        seen_optional = seen_optional or not option.get("required", False)
        _check_options(option.get("options", []))


def _json(value: object, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """discord.py parses JSON only when the content type is exactly this."""
    response = web.Response(body=json.dumps(value).encode(), status=status, headers=headers)
    response.headers["Content-Type"] = "application/json"
    return response
