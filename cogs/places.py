"""Places: what Discord allows where a command was used (facts: Discord's threads and permissions documentation)."""

from datetime import timedelta

import discord

from core.service.payloads import Origin, Place

TOKEN_LIFETIME = timedelta(minutes=14, seconds=30)
"""Interaction tokens die after 15 minutes; the margin covers a request under way."""

THREAD_CHANNELS = (discord.ChannelType.text, discord.ChannelType.news)
"""Only here can a thread be made from a message."""


def origin_of(interaction: discord.Interaction) -> Origin:
    """Where an interaction came from and how it can be answered."""
    place, follows_owner, missing = _place(interaction)
    return Origin(
        application_id=interaction.application_id,
        channel_id=interaction.channel_id or 0,
        place=place,
        token=interaction.token,
        token_expires_at=interaction.created_at + TOKEN_LIFETIME,
        follows_owner=follows_owner,
        missing_permission=missing,
    )


def _place(interaction: discord.Interaction) -> tuple[Place, bool, str | None]:
    channel = interaction.channel
    if interaction.guild_id is None:
        is_ours = interaction.context.dm_channel
        return (Place.DIRECT, True, None) if is_ours else (Place.TOKEN_ONLY, False, None)
    if not interaction.is_guild_integration():
        return Place.TOKEN_ONLY, False, None
    if isinstance(channel, discord.Thread):
        return Place.IN_PLACE, channel.owner_id == interaction.user.id, None
    if channel is None or channel.type not in THREAD_CHANNELS:
        return Place.IN_PLACE, False, None
    missing = _missing(interaction.app_permissions)
    return (Place.IN_PLACE if missing else Place.THREADABLE), False, missing


def _missing(permissions: discord.Permissions) -> str | None:
    wanted = {
        "Create Public Threads": permissions.create_public_threads,
        "Send Messages in Threads": permissions.send_messages_in_threads,
    }
    return " and ".join(name for name, held in wanted.items() if not held) or None
