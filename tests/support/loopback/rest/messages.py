"""Messages, history, reactions, typing (resources/message)."""

import time
from typing import Any
from urllib.parse import unquote

from tests.support.loopback.constants import DM, FLAG_SILENT, FLAG_SUPPRESS_EMBEDS, NEWS, STAGE, TEXT, THREADS, VOICE
from tests.support.loopback.message_checks import check_message, refuse
from tests.support.loopback.pings import check_allowed_mentions, resolve
from tests.support.loopback.rest.call import Api, Call, Route
from tests.support.loopback.state import Attachment, Channel, DiscordError, Message

PAGE_MAX, PAGE_DEFAULT = 100, 50
FLAGS_OF_A_REQUEST = FLAG_SUPPRESS_EMBEDS | FLAG_SILENT
"""Flags that a request may set, of those that are modelled."""


class Messages:
    """Routes about messages."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._state = api.state

    def routes(self) -> list[Route]:
        """Method, path, handler."""
        one = r"/channels/(\d+)/messages/(\d+)"
        return [
            ("GET", r"/channels/(\d+)/messages", self._history),
            ("POST", r"/channels/(\d+)/messages", self._post),
            ("GET", one, self._get),
            ("PATCH", one, self._edit),
            ("DELETE", one, self._delete),
            ("PUT", one + r"/reactions/([^/]+)/@me", self._react),
            ("DELETE", one + r"/reactions/([^/]+)/@me", self._unreact),
            ("POST", r"/channels/(\d+)/typing", self._typing),
        ]

    # -- reading

    async def _history(self, call: Call) -> object:
        """Newest first; nothing without Read Message History; `after` gives the oldest ones after an id."""
        channel = self._state.channel(int(call.args[0]))
        _check_voice(channel)
        query = call.request.query
        limit = int(query.get("limit", PAGE_DEFAULT))
        refuse(not 1 <= limit <= PAGE_MAX, f"limit: 1 to 100, not {limit}")
        refuse(len({"after", "before", "around"} & set(query)) > 1, "after, before, around: one of them")
        if not channel.may("read_message_history"):
            return []
        found = channel.history
        if "after" in query:
            chosen = [message for message in found if message.id > int(query["after"])][:limit]
        elif "around" in query:
            middle = int(query["around"])
            older = [message for message in found if message.id < middle]
            chosen = older[max(0, len(older) - limit // 2) :]
            chosen += [message for message in found if message.id >= middle][: limit - len(chosen)]
        else:
            before = int(query.get("before", 1 << 63))
            chosen = [message for message in found if message.id < before][-limit:]
        return [self._api.seen(message) for message in reversed(chosen)]

    async def _get(self, call: Call) -> object:
        channel = self._state.channel(int(call.args[0]))
        _check_voice(channel)
        channel.check("read_message_history")
        return self._api.seen(channel.message(int(call.args[1])))

    # -- writing

    async def _post(self, call: Call) -> object:
        channel, body = self._state.channel(int(call.args[0])), call.body
        check_may_write(channel)
        nonce = body.get("nonce")
        if body.get("enforce_nonce") and nonce is not None:
            earlier = channel.by_nonce.get(f"{self._state.bot.id}:{nonce}")
            if earlier is not None and earlier.id in channel.by_id:
                return self._api.seen(earlier)
        message = Message(channel, self._state.bot, nonce=nonce, flags=body.get("flags", 0) & FLAGS_OF_A_REQUEST)
        _refer(message, body.get("message_reference"))
        fill(message, body, call.files)
        resolve(message, self._state, pings=True)
        await self._api.unarchive(channel)
        await self._api.post(message)
        return self._api.seen(message)

    async def _edit(self, call: Call) -> object:
        channel = self._state.channel(int(call.args[0]))
        message = channel.message(int(call.args[1]))
        if message.author is not self._state.bot:
            raise DiscordError(403, 50005, "Cannot edit a message authored by another user")
        if message.type not in {0, 19}:
            raise DiscordError(403, 50021, "Cannot execute action on a system message")
        check_open(channel)
        fill(message, call.body, call.files, edit=True)
        resolve(message, self._state, pings=False)
        await self._api.gateway.dispatch_message("MESSAGE_UPDATE", message)
        await self._api.add_mentioned(message)
        return self._api.seen(message)

    async def _delete(self, call: Call) -> object:
        channel = self._state.channel(int(call.args[0]))
        message = channel.message(int(call.args[1]))
        if message.author is not self._state.bot:
            channel.check("manage_messages")
        if channel.archived:
            if channel.locked and not channel.may("manage_threads"):
                raise DiscordError(403, 160005, "Thread is locked")
            raise DiscordError(400, 50083, "Thread is archived")
        channel.remove(message)
        data = {"id": str(message.id), "channel_id": str(channel.id)}
        guild = {"guild_id": str(channel.guild.id)} if channel.guild else {}
        await self._api.gateway.dispatch("MESSAGE_DELETE", data | guild)
        return None

    # -- reactions and typing

    async def _react(self, call: Call) -> object:
        channel = self._state.channel(int(call.args[0]))
        channel.check("read_message_history")
        message, emoji = channel.message(int(call.args[1])), unquote(call.args[2])
        if emoji not in message.reactions:
            channel.check("add_reactions")
        if emoji.isascii():
            raise DiscordError(400, 10014, "Unknown Emoji")
        check_open(channel)
        if emoji not in message.reactions:
            message.reactions.append(emoji)
            await self._reaction("MESSAGE_REACTION_ADD", message, emoji)
        return None

    async def _unreact(self, call: Call) -> object:
        channel = self._state.channel(int(call.args[0]))
        message, emoji = channel.message(int(call.args[1])), unquote(call.args[2])
        check_open(channel)
        if emoji in message.reactions:
            message.reactions.remove(emoji)
            await self._reaction("MESSAGE_REACTION_REMOVE", message, emoji)
        return None

    async def _reaction(self, event: str, message: Message, emoji: str) -> None:
        """Only for a bot that asked for reactions (intent 1 << 10, or 1 << 13 in direct messages)."""
        session = self._api.gateway.session
        wanted = 1 << 13 if message.channel.type == DM else 1 << 10
        if session is None or not session.intents & wanted:
            return
        data: dict[str, Any] = {
            "user_id": str(self._state.bot.id),
            "channel_id": str(message.channel.id),
            "message_id": str(message.id),
            "emoji": {"id": None, "name": emoji},
            "burst": False,
            "type": 0,
        }
        guild = {"guild_id": str(message.channel.guild.id)} if message.channel.guild else {}
        await self._api.gateway.dispatch(event, data | guild)

    async def _typing(self, call: Call) -> object:
        channel = self._state.channel(int(call.args[0]))
        channel.check("send_messages_in_threads" if channel.is_thread else "send_messages")
        channel.typing += 1
        return None


def _check_voice(channel: Channel) -> None:
    if channel.type in {VOICE, STAGE}:
        channel.check("connect")


def check_open(channel: Channel) -> None:
    """What is refused in a locked or archived thread (topics/threads)."""
    if channel.locked and not channel.may("manage_threads"):
        raise DiscordError(403, 160005, "Thread is locked")
    if channel.archived:
        raise DiscordError(400, 50083, "Thread is archived")


def check_may_write(channel: Channel) -> None:
    """Whether the bot may post here."""
    if channel.locked and not channel.may("manage_threads"):
        raise DiscordError(403, 160005, "Thread is locked")
    channel.check("send_messages_in_threads" if channel.type in THREADS else "send_messages")
    if channel.type not in {TEXT, DM, NEWS, VOICE, STAGE, *THREADS}:
        raise DiscordError(400, 50008, "Cannot send messages in a non-text channel")
    if channel.type == DM and not channel.recipients[0].accepts_dms:
        raise DiscordError(403, 50007, "Cannot send messages to this user")


def _refer(message: Message, reference: dict[str, Any] | None) -> None:
    """A reply: needs Read Message History, and a message that exists and is no system message."""
    if not reference:
        return
    refuse(reference.get("type", 0) != 0, "message_reference: the bot forwards nothing")
    if not message.channel.may("read_message_history"):
        raise DiscordError(400, 160002, "Cannot reply without permission to read message history")
    replied = message.channel.by_id.get(int(reference["message_id"]))
    if replied is not None and replied.type in {0, 19}:
        message.reference_id = replied.id
    else:
        refuse(reference.get("fail_if_not_exists", True), "message_reference: Unknown message")


def fill(message: Message, body: dict[str, Any], files: list[Attachment], *, edit: bool = False) -> None:
    """Put a body into a message, within Discord's limits; a refused one leaves the message as it was."""
    channel = message.channel
    by_token = message.interaction is not None
    if files and not by_token:
        channel.check("attach_files")
    allowed = body.get("allowed_mentions")
    check_allowed_mentions(allowed or {})
    draft = Message(channel, message.author, message.content, message.embeds, message.attachments, message.components)
    if "content" in body:
        draft.content = body["content"] or ""
    if "embeds" in body:
        draft.embeds = (body["embeds"] or []) if by_token or channel.may("embed_links") else []
    if "components" in body:
        draft.components = body["components"] or []
    if edit and body.get("attachments") is not None:
        kept = {str(item["id"]) for item in body["attachments"]}
        draft.attachments = [file for file in draft.attachments if str(file.id) in kept]
    draft.attachments = [*draft.attachments, *files]
    check_message(draft, body)
    message.content, message.embeds = draft.content, draft.embeds
    message.components, message.attachments = draft.components, draft.attachments
    message.allowed_mentions = allowed if "allowed_mentions" in body else message.allowed_mentions
    message.thinking = False
    if edit:
        message.edited = True
        message.edits.append((time.monotonic(), message.content))
