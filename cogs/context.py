"""Who asks, where, and how Discord lets the bot answer there (Discord: Threads; Permissions)."""

from typing import NamedTuple

import discord

from core.service.job_payloads import Origin, Place
from core.values.actor import Actor

THREAD_CHANNELS = (discord.ChannelType.text, discord.ChannelType.news)
"""Types of channels in which a thread can be made from a message (Discord: Threads)."""


def origin_of(interaction: discord.Interaction) -> Origin:
    """Where an interaction came from and how it can be answered."""
    where = _surroundings(interaction)
    return Origin(
        application_id=interaction.application_id,
        channel_id=interaction.channel_id or 0,
        place=where.place,
        token=interaction.token,
        follows_owner=where.follows_owner,
        missing_permission=where.missing_permission,
        source_id=interaction.id,
        asker_name=interaction.user.display_name,
    )


def origin_of_message(message: discord.Message, application_id: int) -> Origin:
    """Where a message came from; it is answered in the same channel, with the bot token."""
    return Origin(
        application_id=application_id,
        channel_id=message.channel.id,
        place=Place.DIRECT if guild_id_of_message(message) is None else Place.IN_PLACE,
        message_id=message.id,
        is_message=True,
        follows_owner=guild_id_of_message(message) is None,
        source_id=message.id,
        asker_name=message.author.display_name,
    )


def actor_of(interaction: discord.Interaction) -> Actor:
    """The member who used an interaction, with their roles and whether they may manage the guild."""
    roles = frozenset(role.id for role in getattr(interaction.user, "roles", ()))
    return Actor(interaction.guild_id, interaction.user.id, roles, interaction.permissions.manage_guild)


def guild_id_of_message(message: discord.Message) -> int | None:
    """The id of a message's guild, even if the client does not know the guild (yet); None for a direct message."""
    if message.guild is not None:
        return message.guild.id
    return getattr(message.channel, "guild_id", None)


def author_of(message: discord.Message) -> Actor:
    """The author of a message, without roles."""
    return Actor(guild_id_of_message(message), message.author.id)


def is_readable(message: discord.Message, client: discord.Client) -> bool:
    """Whether Discord sends us a message's content: without the intent only in a DM or with a mention of the bot."""
    if client.intents.message_content or guild_id_of_message(message) is None:
        return True
    return client.user is not None and client.user.id in {user.id for user in message.mentions}


def may_react(message: discord.Message) -> bool:
    """Whether the bot may add reactions, as far as the client knows."""
    channel, guild = message.channel, message.guild
    if guild is None or not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        return True
    if isinstance(channel, discord.Thread) and channel.parent is None:
        return True
    return bool(channel.permissions_for(guild.me).add_reactions)


class _Surroundings(NamedTuple):
    """Where an answer can go, whether the asker owns that thread or DM, and the permission that a thread would need."""

    place: Place
    follows_owner: bool = False
    missing_permission: str | None = None


def _surroundings(interaction: discord.Interaction) -> _Surroundings:
    channel = interaction.channel
    if interaction.guild_id is None:
        is_ours = interaction.context.dm_channel
        return _Surroundings(Place.DIRECT, follows_owner=True) if is_ours else _Surroundings(Place.TOKEN_ONLY)
    if not interaction.is_guild_integration():
        return _Surroundings(Place.TOKEN_ONLY)
    if isinstance(channel, discord.Thread):
        return _Surroundings(Place.IN_PLACE, follows_owner=channel.owner_id == interaction.user.id)
    if channel is None or channel.type not in THREAD_CHANNELS:
        return _Surroundings(Place.IN_PLACE)
    missing = _missing(interaction.app_permissions)
    return _Surroundings(Place.IN_PLACE if missing else Place.THREADABLE, missing_permission=missing)


def _missing(permissions: discord.Permissions) -> str | None:
    wanted = {
        "Create Public Threads": permissions.create_public_threads,
        "Send Messages in Threads": permissions.send_messages_in_threads,
    }
    return " and ".join(name for name, held in wanted.items() if not held) or None


TYPED_TARGET_MAX = 100
"""Characters of a target's name that may be typed: no name has more."""
