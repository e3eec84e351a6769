"""Who asks, and what Discord allows there (facts: Discord's threads and permissions documentation)."""

from datetime import timedelta

import discord

from core.service.job_payloads import Origin, Place
from core.values.actor import Actor

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
        source_id=interaction.id,
        asker_name=interaction.user.display_name,
    )


def origin_of_message(message: discord.Message, application_id: int) -> Origin:
    """Where a message came from: it is answered in the same channel, by the bot token."""
    return Origin(
        application_id=application_id,
        channel_id=message.channel.id,
        place=Place.DIRECT if guild_id_of(message) is None else Place.IN_PLACE,
        message_id=message.id,
        is_message=True,
        follows_owner=guild_id_of(message) is None,
        source_id=message.id,
        asker_name=message.author.display_name,
    )


def actor_of(interaction: discord.Interaction) -> Actor:
    """Who is asking."""
    roles = frozenset(role.id for role in getattr(interaction.user, "roles", ()))
    return Actor(interaction.guild_id, interaction.user.id, roles, interaction.permissions.manage_guild)


def guild_id_of(message: discord.Message) -> int | None:
    """The guild of a message, also where the client does not know the guild (yet); None for a direct message."""
    if message.guild is not None:
        return message.guild.id
    return getattr(message.channel, "guild_id", None)


def author_of(message: discord.Message) -> Actor:
    """Who wrote a message."""
    return Actor(guild_id_of(message), message.author.id)


def may_react(message: discord.Message) -> bool:
    """Whether the bot may add reactions, as far as the client knows."""
    channel, guild = message.channel, message.guild
    if guild is None or not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        return True
    if isinstance(channel, discord.Thread) and channel.parent is None:
        return True
    return bool(channel.permissions_for(guild.me).add_reactions)


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


TYPED_TARGET_MAX = 100
"""Longer than any name: what does not fit is not there."""
