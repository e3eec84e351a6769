"""Shapes of channels, guilds and interactions (Discord developer documentation, resources and gateway events)."""

from typing import Any

import discord

from tests.support.loopback.constants import (
    DEFAULT_PERMISSIONS,
    DM,
    FORUM,
    GROUP_DM,
    PRIVATE_THREAD,
    STAGE,
    THREADS,
    VOICE,
)
from tests.support.loopback.message_payloads import attachment, message
from tests.support.loopback.people_payloads import member, timestamp, user
from tests.support.loopback.state import Channel, Guild, Interaction, State, User

__all__ = ["attachment", "channel", "guild", "interaction", "member", "message", "thread_member", "timestamp", "user"]

MEMBERS_COUNTED_MAX = 50
"""`member_count` of a thread stops here (topics/threads)."""


def _optional_id(value: int | None) -> str | None:
    return None if value is None else str(value)


def channel(value: Channel) -> dict[str, Any]:
    if value.type in {DM, GROUP_DM}:
        recipients = [user(other) for other in value.recipients]
        group = {"name": value.name, "icon": None, "owner_id": recipients[0]["id"]} if value.type == GROUP_DM else {}
        return {
            "id": str(value.id),
            "type": value.type,
            "recipients": recipients,
            "last_message_id": _optional_id(value.last_message_id),
            **group,
        }
    payload: dict[str, Any] = {
        "id": str(value.id),
        "type": value.type,
        "name": value.name,
        "last_message_id": _optional_id(value.last_message_id),
        "flags": 0,
    }
    if value.guild is not None:
        payload["guild_id"] = str(value.guild.id)
    if value.type in THREADS:
        return payload | _thread(value)
    payload |= {
        "position": 0,
        "permission_overwrites": _overwrites(value),
        "nsfw": False,
        "parent_id": None,
        "topic": None,
        "rate_limit_per_user": 0,
    }
    if value.type in {VOICE, STAGE}:
        payload |= {"bitrate": 64000, "user_limit": 0, "rtc_region": None}
    if value.type == FORUM:
        payload |= {
            "available_tags": [],
            "default_reaction_emoji": None,
            "default_sort_order": None,
            "default_forum_layout": 0,
        }
    return payload


def _overwrites(value: Channel) -> list[dict[str, Any]]:
    """What is denied or granted here, as an overwrite of @everyone."""
    if value.guild is None or not (value.denied or value.granted):
        return []
    deny = discord.Permissions(**dict.fromkeys(value.denied, True)).value
    allow = discord.Permissions(**dict.fromkeys(value.granted, True)).value
    return [{"id": str(value.guild.id), "type": 0, "allow": str(allow), "deny": str(deny)}]


def _thread(value: Channel) -> dict[str, Any]:
    return {
        "parent_id": str(value.parent.id) if value.parent else None,
        "owner_id": str(value.owner.id) if value.owner else None,
        "message_count": len(value.messages),
        "total_message_sent": len(value.messages),
        "member_count": min(len(value.members), MEMBERS_COUNTED_MAX),
        "rate_limit_per_user": 0,
        "thread_metadata": {
            "archived": value.archived,
            "locked": value.locked,
            "auto_archive_duration": value.auto_archive_minutes,
            "archive_timestamp": timestamp(value.id),
            "create_timestamp": timestamp(value.id),
            **({"invitable": True} if value.type == PRIVATE_THREAD else {}),
        },
    }


def thread_member(thread: Channel, who: User) -> dict[str, Any]:
    """A member of a thread."""
    return {"id": str(thread.id), "user_id": str(who.id), "join_timestamp": timestamp(thread.id), "flags": 0}


def visible_threads(value: Guild, bot: User) -> list[Channel]:
    """Active threads the bot may see: archived ones are not synchronised (topics/threads)."""
    threads = [thread for item in value.channels if item.may("view_channel") for thread in item.threads]
    return [t for t in threads if not t.archived and (t.type != PRIVATE_THREAD or bot in t.members)]


def roles(value: Guild, bot: User) -> list[dict[str, Any]]:
    """@everyone first, then the bot's own and that of listeners."""
    everyone = DEFAULT_PERMISSIONS if value.everyone_sees else DEFAULT_PERMISSIONS - {"view_channel"}
    own = {"managed": True, "tags": {"bot_id": str(bot.id)}}
    return [
        _role(value.id, "@everyone", everyone),
        _role(value.bot_role_id, bot.name, frozenset(), position=1) | own,
        _role(value.listeners_id, "Listeners", frozenset({"view_channel"}), position=2),
    ]


def _role(role_id: int, name: str, permissions: frozenset[str], position: int = 0) -> dict[str, Any]:
    return {
        "id": str(role_id),
        "name": name,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "position": position,
        "permissions": str(discord.Permissions(**dict.fromkeys(permissions, True)).value),
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }


def bot_member(value: Guild, bot: User) -> dict[str, Any]:
    """The bot as a member, with its roles."""
    listens = [str(value.listeners_id)] if value.bot_is_listener else []
    return member(bot) | {"roles": [str(value.bot_role_id), *listens]}


def guild(value: Guild, state: State) -> dict[str, Any]:
    threads = []
    for thread in visible_threads(value, state.bot):
        own = {"member": thread_member(thread, state.bot)} if state.bot in thread.members else {}
        threads.append(channel(thread) | own)
    return {
        "id": str(value.id),
        "name": value.name,
        "icon": None,
        "splash": None,
        "owner_id": str(value.owner_id),
        "afk_timeout": 60,
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "roles": roles(value, state.bot),
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
        "members": [bot_member(value, state.bot)],
        "channels": [channel(item) for item in value.channels],
        "threads": threads,
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def interaction(value: Interaction, state: State) -> dict[str, Any]:
    where = value.channel
    by_guild = {"0": str(where.guild.id) if where.guild else "0"} if value.installed_in_guild else {}
    by_user = {} if value.installed_in_guild else {"1": str(value.user.id)}
    payload: dict[str, Any] = {
        "id": str(value.id),
        "application_id": str(state.bot.id),
        "type": value.kind,
        "token": value.token,
        "version": 1,
        "data": value.data,
        "channel_id": str(where.id),
        "channel": {**channel(where), "permissions": str(value.user.permissions)},
        "app_permissions": str(where.permissions()),
        "locale": value.user.locale,
        "entitlements": [],
        "attachment_size_limit": state.upload_limit_bytes,
        "authorizing_integration_owners": {**by_guild, **by_user},
        "context": 2 if where.type == GROUP_DM else 1,
    }
    if value.source is not None:
        payload["message"] = message(value.source)
    if where.guild is None:
        payload["user"] = user(value.user)
        return payload
    return payload | {
        "guild_id": str(where.guild.id),
        "guild": {"id": str(where.guild.id), "locale": "en-US", "features": []},
        "member": member(value.user),
        "guild_locale": "en-US",
        "context": 0,
    }
