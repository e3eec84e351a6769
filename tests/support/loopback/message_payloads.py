"""Shapes of messages (resources/message), with what the bot may not read left out."""

import re
from collections.abc import Callable
from typing import Any

from tests.support.loopback.constants import (
    CHAT_INPUT_COMMAND,
    COMMAND,
    CONTEXT_MENU_COMMAND,
    FLAG_EPHEMERAL,
    FLAG_HAS_THREAD,
    FLAG_LOADING,
    FORWARD,
    REPLY,
    THREAD_STARTER,
)
from tests.support.loopback.people_payloads import timestamp, user
from tests.support.loopback.state import Attachment, Message

Reader = Callable[[Message], bool]


def everything(_: Message) -> bool:
    """The reader of interactions, and of people: nothing is withheld."""
    return True


def attachment(value: Attachment) -> dict[str, Any]:
    payload: dict[str, Any] = {
        "id": str(value.id),
        "filename": value.filename,
        "size": value.size,
        "url": value.url,
        "proxy_url": value.url,
    }
    if value.content_type:
        payload["content_type"] = value.content_type
    if value.description:
        payload["description"] = value.description
    if value.duration_s is not None:
        payload |= {"duration_secs": value.duration_s, "waveform": "AAAA", "flags": 0}
    return payload


def message_type(value: Message) -> int:
    """Replies and responses to commands have types of their own."""
    if value.reference_id:
        return REPLY
    if value.interaction is not None and value.interaction.kind == COMMAND:
        return CHAT_INPUT_COMMAND if value.interaction.data.get("type", 1) == 1 else CONTEXT_MENU_COMMAND
    return value.type


def message_flags(value: Message) -> int:
    flags = value.flags | (FLAG_EPHEMERAL if value.ephemeral else 0) | (FLAG_LOADING if value.thinking else 0)
    return flags | (FLAG_HAS_THREAD if value.thread is not None else 0)


def snapshot(value: Message) -> dict[str, Any]:
    """What a forward keeps of a message: no author, no id."""
    return {
        "type": message_type(value),
        "content": value.content,
        "embeds": value.embeds,
        "attachments": [attachment(file) for file in value.attachments],
        "timestamp": timestamp(value.id),
        "edited_timestamp": timestamp(value.id) if value.edited else None,
        "flags": message_flags(value),
        "mentions": [user(other) for other in value.mentions],
        "mention_roles": [],
        "sticker_items": value.stickers,
        "components": value.components,
    }


def _withheld(value: dict[str, Any]) -> dict[str, Any]:
    return {**value, "content": "", "embeds": [], "attachments": [], "components": []}


def message(value: Message, *, reader: Reader = everything, nested: bool = False) -> dict[str, Any]:
    """A message as the API or the gateway gives it."""
    readable = reader(value)
    payload: dict[str, Any] = {
        "id": str(value.id),
        "channel_id": str(value.channel.id),
        "author": user(value.author),
        "content": value.content,
        "timestamp": timestamp(value.id),
        "edited_timestamp": timestamp(value.id) if value.edited else None,
        "tts": False,
        "mention_everyone": value.mentions_everyone,
        "mentions": [user(other) for other in value.mentions],
        "mention_roles": re.findall(r"<@&(\d+)>", value.content),
        "attachments": [attachment(file) for file in value.attachments],
        "embeds": value.embeds,
        "components": value.components,
        "pinned": False,
        "type": message_type(value),
        "flags": message_flags(value),
    }
    if not readable:
        payload = _withheld(payload)
    if value.stickers:
        payload["sticker_items"] = value.stickers
    if value.nonce is not None:
        payload["nonce"] = value.nonce
    if value.reactions:
        payload["reactions"] = [_reaction(emoji) for emoji in value.reactions]
    payload |= _references(value, reader, readable=readable, nested=nested) | _origin(value)
    return payload


def _reaction(emoji: str) -> dict[str, Any]:
    return {
        "emoji": {"id": None, "name": emoji},
        "count": 1,
        "count_details": {"burst": 0, "normal": 1},
        "me": True,
        "me_burst": False,
        "burst_colors": [],
    }


def _references(value: Message, reader: Reader, *, readable: bool, nested: bool) -> dict[str, Any]:
    """What a reply, a forward or a system message points at."""
    payload: dict[str, Any] = {}
    guild_id = {"guild_id": str(value.channel.guild.id)} if value.channel.guild else {}
    if value.reference_id:
        reference = {"type": 0, "message_id": str(value.reference_id), "channel_id": str(value.channel.id)}
        payload["message_reference"] = reference | guild_id
        if not nested:
            replied = value.channel.by_id.get(value.reference_id)
            payload["referenced_message"] = message(replied, reader=reader, nested=True) if replied else None
    parent = value.channel.parent
    if value.type == THREAD_STARTER and parent is not None:
        reference = {"type": 0, "message_id": str(value.channel.id), "channel_id": str(parent.id)}
        payload["message_reference"] = reference | guild_id
    if value.forwarded is not None and value.snapshot is not None:
        source = value.forwarded
        reference = {"type": FORWARD, "message_id": str(source.id), "channel_id": str(source.channel.id)}
        payload["message_reference"] = reference
        payload["message_snapshots"] = [{"message": value.snapshot if readable else _withheld(value.snapshot)}]
    return payload


def _origin(value: Message) -> dict[str, Any]:
    """The guild, the interaction or webhook it came by, and the thread that hangs on it."""
    payload: dict[str, Any] = {}
    interaction = value.interaction
    if interaction is not None:
        payload["webhook_id"] = str(value.author.id)
        payload["application_id"] = str(value.author.id)
        owners = interaction.payload.get("authorizing_integration_owners", {})
        payload["interaction_metadata"] = {
            "id": str(interaction.id),
            "type": interaction.kind,
            "user": user(interaction.user),
            "authorizing_integration_owners": owners,
        }
    if value.webhook_id is not None:
        payload["webhook_id"] = str(value.webhook_id)
    if value.channel.guild is not None:
        payload["guild_id"] = str(value.channel.guild.id)
    if value.thread is not None:
        from tests.support.loopback.payloads import channel

        payload["thread"] = channel(value.thread)
    return payload
