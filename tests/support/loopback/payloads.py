"""Shapes of what is sent (Discord developer documentation, resources and gateway events)."""

from datetime import UTC, datetime
from typing import Any

from tests.support.loopback.state import (
    DISCORD_EPOCH_MS,
    DM,
    FORUM,
    THREADS,
    Attachment,
    Channel,
    Guild,
    Interaction,
    Message,
    State,
    User,
)


def timestamp(snowflake: int) -> str:
    """When an id was made."""
    return datetime.fromtimestamp(((snowflake >> 22) + DISCORD_EPOCH_MS) / 1000, UTC).isoformat()


def user(value: User) -> dict[str, Any]:
    return {
        "id": str(value.id),
        "username": value.name,
        "discriminator": "0",
        "global_name": None,
        "avatar": None,
        "bot": value.bot,
    }


def member(value: User) -> dict[str, Any]:
    return {
        "user": user(value),
        "roles": [],
        "joined_at": timestamp(value.id),
        "deaf": False,
        "mute": False,
        "flags": 0,
        "nick": None,
        "permissions": str(value.permissions),
    }


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
    return payload


def message(value: Message, *, readable: bool = True) -> dict[str, Any]:
    """A message; what the bot may not read is empty."""
    payload: dict[str, Any] = {
        "id": str(value.id),
        "channel_id": str(value.channel.id),
        "author": user(value.author),
        "content": value.content if readable else "",
        "timestamp": timestamp(value.id),
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [user(other) for other in value.mentions],
        "mention_roles": [],
        "attachments": [attachment(file) for file in value.attachments] if readable else [],
        "embeds": value.embeds if readable else [],
        "components": value.components if readable else [],
        "pinned": False,
        "type": 19 if value.reference_id else value.type,
        "flags": (64 if value.ephemeral else 0) | (128 if value.thinking else 0),
    }
    if value.nonce is not None:
        payload["nonce"] = value.nonce
    if value.reference_id:
        payload["message_reference"] = {"message_id": str(value.reference_id), "channel_id": str(value.channel.id)}
        replied = next((m for m in value.channel.messages if m.id == value.reference_id), None)
        payload["referenced_message"] = message(replied) if replied else None
    if value.interaction is not None:
        payload["webhook_id"] = str(value.author.id)
        payload["application_id"] = str(value.author.id)
    if value.channel.guild is not None:
        payload["guild_id"] = str(value.channel.guild.id)
    return payload


def channel(value: Channel) -> dict[str, Any]:
    payload: dict[str, Any] = {"id": str(value.id), "type": value.type, "name": value.name}
    if value.type == DM:
        return {"id": str(value.id), "type": DM, "recipients": [user(other) for other in value.recipients]}
    if value.guild is not None:
        payload["guild_id"] = str(value.guild.id)
    if value.type in THREADS:
        owner = value.owner
        payload |= {
            "parent_id": str(value.parent.id) if value.parent else None,
            "owner_id": str(owner.id) if owner else None,
            "message_count": len(value.messages),
            "member_count": 1,
            "rate_limit_per_user": 0,
            "thread_metadata": {
                "archived": value.archived,
                "locked": value.locked,
                "auto_archive_duration": 1440,
                "archive_timestamp": timestamp(value.id),
                "create_timestamp": timestamp(value.id),
            },
            "flags": 0,
        }
        return payload
    payload |= {"position": 0, "permission_overwrites": [], "nsfw": False, "parent_id": None, "topic": None, "flags": 0}
    if value.type == FORUM:
        payload |= {
            "available_tags": [],
            "default_reaction_emoji": None,
            "default_sort_order": None,
            "default_forum_layout": 0,
        }
    return payload


def guild(value: Guild, state: State) -> dict[str, Any]:
    threads = [thread for item in value.channels for thread in item.threads if not thread.archived]
    role = {
        "id": str(value.id),
        "name": "@everyone",
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "position": 0,
        "permissions": "309237763072",
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }
    return {
        "id": str(value.id),
        "name": value.name,
        "icon": None,
        "splash": None,
        "owner_id": str(state.bot.id),
        "afk_timeout": 60,
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "roles": [role],
        "emojis": [],
        "stickers": [],
        "features": [],
        "mfa_level": 0,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "premium_tier": 0,
        "preferred_locale": "en-US",
        "nsfw_level": 0,
        "premium_progress_bar_enabled": False,
        "joined_at": timestamp(value.id),
        "large": False,
        "unavailable": False,
        "member_count": len(value.members) + 1,
        "voice_states": [],
        "members": [member(state.bot)],
        "channels": [channel(item) for item in value.channels],
        "threads": [channel(thread) for thread in threads],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def interaction(value: Interaction, state: State) -> dict[str, Any]:
    where = value.channel
    payload: dict[str, Any] = {
        "id": str(value.id),
        "application_id": str(state.bot.id),
        "type": value.kind,
        "token": value.token,
        "version": 1,
        "data": value.data,
        "channel_id": str(where.id),
        "channel": {**channel(where), "permissions": "0"},
        "app_permissions": str(where.permissions()),
        "locale": "en-US",
        "entitlements": [],
        "attachment_size_limit": state.upload_limit_bytes,
        "authorizing_integration_owners": {"1": str(value.user.id)},
        "context": 1,
    }
    if where.guild is None:
        payload["user"] = user(value.user)
        return payload
    payload |= {
        "guild_id": str(where.guild.id),
        "guild": {"id": str(where.guild.id), "locale": "en-US", "features": []},
        "member": member(value.user),
        "guild_locale": "en-US",
        "context": 0,
    }
    if where.guild.bot_is_member:
        payload["authorizing_integration_owners"] = {"0": str(where.guild.id)}
    return payload
