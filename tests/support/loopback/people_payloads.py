"""Shapes of users and members (resources/user, resources/guild)."""

from datetime import UTC, datetime
from typing import Any

from tests.support.loopback.constants import DISCORD_EPOCH_MS
from tests.support.loopback.state import User


def timestamp(snowflake: int) -> str:
    """When an id was made."""
    return datetime.fromtimestamp(((snowflake >> 22) + DISCORD_EPOCH_MS) / 1000, UTC).isoformat()


def user(value: User) -> dict[str, Any]:
    return {
        "id": str(value.id),
        "username": value.name,
        "discriminator": "0",
        "global_name": value.display_name,
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
