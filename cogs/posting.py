"""Posting: how a message reaches people (bot token, interaction token, edit), and the look before a repeat."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import discord
from discord.utils import MISSING

from core.jobs.ports import UndeliverableError
from core.service.delivery import Delivery
from core.service.payloads import Place

SILENT = discord.AllowedMentions.none()

HISTORY_LIMIT = 100
"""How many messages of a channel are searched for one that an earlier try may have left."""

TOKEN_DEAD = {50027, 10015}
"""Discord errors for an interaction token that is past its 15 minutes."""

ORIGINAL: Any = "@original"
"""The word that Discord's routes take in place of the response's message id."""


class Poster:
    """Posts on behalf of one step."""

    def __init__(self, client: discord.Client, delivery: Delivery) -> None:
        self._client = client
        self._origin = delivery.origin
        self._guild_id = delivery.job.guild_id
        self._key = delivery.step.key
        self._is_repeat = delivery.is_repeat
        self._since = delivery.job.created_at
        self._part = 0

    async def post(
        self,
        channel_id: int,
        *,
        content: str | None = None,
        embed: discord.Embed | None = None,
        view: discord.ui.View | None = None,
        file: Callable[[], discord.File] | None = None,
        reply_to: int | None = None,
    ) -> int:
        """Post a message unless an earlier try did, and return its id."""
        self._part += 1
        nonce = f"{self._key}.{self._part}"
        if self._origin.place is Place.TOKEN_ONLY:
            return await self._follow_up(content=content, embed=embed, view=view, file=file)
        channel = self._client.get_partial_messageable(channel_id, guild_id=self._guild_id)
        if self._is_repeat and (found := await self._find(channel, content, embed, file)) is not None:
            return found
        arguments: dict[str, Any] = {"content": content, "nonce": nonce, "allowed_mentions": SILENT}
        if embed is not None:
            arguments["embed"] = embed
        if view is not None:
            arguments["view"] = view
        if file is not None:
            arguments["file"] = file()
        if reply_to is not None:
            arguments["reference"] = discord.MessageReference(
                message_id=reply_to, channel_id=channel_id, fail_if_not_exists=False
            )
        try:
            message = await channel.send(**arguments)
        except discord.Forbidden:
            if not self._token_alive():
                raise
            return await self._follow_up(content=content, embed=embed, view=view, file=file)
        return message.id

    async def edit(self, channel_id: int, message_id: int, content: str) -> int | None:
        """Let a message of ours say this; None when it is gone."""
        channel = self._client.get_partial_messageable(channel_id, guild_id=self._guild_id)
        try:
            await channel.get_partial_message(message_id).edit(content=content, allowed_mentions=SILENT)
        except discord.NotFound:
            return None
        return message_id

    async def _find(
        self,
        channel: discord.PartialMessageable,
        content: str | None,
        embed: discord.Embed | None,
        file: Callable[[], discord.File] | None,
    ) -> int | None:
        """A message of ours in the channel that says the same (each carries its step's key), or None."""
        wanted_file = file().filename if file else None
        async for message in channel.history(limit=HISTORY_LIMIT, after=self._since):
            if self._client.user is None or message.author.id != self._client.user.id:
                continue
            same_embed = (message.embeds[0].footer.text if message.embeds else None) == (
                embed.footer.text if embed else None
            )
            same_file = (message.attachments[0].filename if message.attachments else None) == wanted_file
            if message.content == (content or "") and same_embed and same_file:
                return message.id
        return None

    async def open_thread(self, name: str, archive_minutes: int) -> int:
        """Make a thread from the response; the one that is there already counts as made."""
        message_id = self._origin.message_id or (await self._webhook().fetch_message(ORIGINAL)).id
        channel = self._client.get_partial_messageable(
            self._origin.channel_id, guild_id=self._guild_id, type=discord.ChannelType.text
        )
        try:
            thread = await channel.get_partial_message(message_id).create_thread(
                name=name,
                auto_archive_duration=archive_minutes,  # type: ignore[arg-type]  # one of Discord's four
            )
        except discord.HTTPException as error:
            if error.code != 160004:
                raise
            return message_id
        return thread.id

    async def edit_origin(self, content: str) -> int | None:
        """Replace the waiting message, if there is one; with the bot token when the interaction's is dead."""
        if self._origin.is_message:
            return None
        if self._token_alive():
            try:
                message = await self._webhook().edit_message(
                    ORIGINAL, content=content, allowed_mentions=SILENT, view=None
                )
            except discord.HTTPException as error:
                if error.code not in TOKEN_DEAD:
                    raise
            else:
                return message.id
        if self._origin.message_id is None or self._origin.place is Place.TOKEN_ONLY:
            return None
        channel = self._client.get_partial_messageable(self._origin.channel_id, guild_id=self._guild_id)
        edited = await channel.get_partial_message(self._origin.message_id).edit(
            content=content, allowed_mentions=SILENT
        )
        return edited.id

    async def refuse(self, content: str) -> int | None:
        """Tell only the person who asked, and take the waiting message away; publicly when the token is dead."""
        if self._origin.is_message:
            return await self.post(self._origin.channel_id, content=content, reply_to=self._origin.message_id)
        if not self._token_alive():
            return await self.edit_origin(content)
        webhook = self._webhook()
        try:
            # The waiting message must be filled before a follow-up can be ephemeral: the first one takes its place.
            await webhook.edit_message(ORIGINAL, content="…", allowed_mentions=SILENT)
            message = await webhook.send(content, ephemeral=True, wait=True, allowed_mentions=SILENT)
            await webhook.delete_message(ORIGINAL)
        except discord.HTTPException as error:
            if error.code not in TOKEN_DEAD:
                raise
            return await self.edit_origin(content)
        return message.id

    async def _follow_up(
        self,
        *,
        content: str | None,
        embed: discord.Embed | None,
        view: discord.ui.View | None,
        file: Callable[[], discord.File] | None,
    ) -> int:
        if not self._token_alive():
            raise UndeliverableError("the interaction token is dead and the bot may not post there")
        message = await self._webhook().send(
            content or MISSING,
            embed=embed or MISSING,
            view=view or MISSING,
            file=file() if file else MISSING,
            wait=True,
            allowed_mentions=SILENT,
        )
        return message.id

    def _token_alive(self) -> bool:
        expires_at = self._origin.token_expires_at
        return self._origin.token is not None and (expires_at is None or datetime.now(UTC) < expires_at)

    def _webhook(self) -> discord.Webhook:
        if self._origin.token is None:
            raise UndeliverableError("there is no interaction to answer")
        webhook = discord.Webhook.partial(self._origin.application_id, self._origin.token, client=self._client)
        webhook.type = discord.WebhookType.application  # an interaction's, which alone may send ephemeral messages
        return webhook
