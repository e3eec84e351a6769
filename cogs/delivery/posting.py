"""Posting of messages by bot token, interaction token or edit, and the search before a try is repeated."""

import logging
from datetime import timedelta
from typing import Any, NamedTuple

import aiohttp
import discord
from discord.utils import MISSING

from cogs.content import SILENT, Content
from cogs.delivery.removal import remove_posts
from cogs.delivery.threads import Threads
from cogs.discord_errors import CANNOT_REPLY, TOKEN_DEAD, TOO_MANY_FOLLOW_UPS, UNKNOWN_MESSAGE, is_final
from cogs.interactions.acknowledging import ORIGINAL
from core.jobs.ports import UndeliverableError
from core.service.job_payloads import Place
from core.service.step_context import Delivery
from core.storage import Post
from core.values.job import UPLOADING

LOOK_BACK = timedelta(seconds=30)
"""Time before the first try of a step from which its own post is searched for."""

HISTORY_LIMIT = 1000
"""Number of a channel's messages that are searched for the post of an earlier try."""

log = logging.getLogger(__name__)


class _Made(NamedTuple):
    """A message that a step has posted; without a channel id, one that only the interaction token reaches."""

    channel_id: int | None
    message_id: int


class Poster:
    """Posts the messages of one step.

    `waiting_line` is the text of an upload's waiting message until it is closed; `threads` makes and names threads in
    the same channel.
    """

    def __init__(self, client: discord.Client, delivery: Delivery, waiting_line: str) -> None:
        self._client = client
        self._origin = delivery.origin
        self._guild_id = delivery.job.guild_id
        self._key = delivery.step.key
        self._is_repeat = delivery.is_repeat
        tried_at = delivery.step.first_tried_at or delivery.job.created_at
        asked_at = discord.utils.snowflake_time(delivery.origin.source_id)
        # in Discord's time: from the clock of this machine only a difference is used
        self._since = asked_at + (tried_at - delivery.job.created_at) - LOOK_BACK
        self._part = 0
        self._made: list[_Made] = []
        self._edited_origin = False
        has_waiting = delivery.job.kind in UPLOADING and not delivery.origin.is_message
        self._waiting_line = waiting_line if has_waiting else None
        self.threads = Threads(client, self._origin.channel_id, self._response_id)

    async def post(self, channel_id: int, content: Content, *, reply_to: int | None = None) -> int:
        """Post a message unless an earlier try did, and return its id.

        Raises:
            UndeliverableError: the bot may not post there, and nothing else reaches the same people.
        """
        self._part += 1
        if self._origin.place is Place.TOKEN_ONLY:
            return await self._follow_up(content)
        channel = self._channel(channel_id)
        if self._is_repeat and (found := await self._find(channel, content)) is not None:
            self._made.append(_Made(channel_id, found))
            return found
        arguments: dict[str, Any] = {
            "content": content.text,
            "nonce": f"{self._key}.{self._part}",
            "allowed_mentions": content.allowed,
        }
        if content.embed is not None:
            arguments["embed"] = content.embed
        if content.view is not None:
            arguments["view"] = content.view
        try:
            made = await self._send(channel, arguments, content, reply_to)
        except discord.Forbidden as error:
            if not is_final(error):
                raise
            # the token posts into the command's channel, which may have more readers than the channel that was meant
            if channel_id != self._origin.channel_id or self._origin.token is None:
                raise UndeliverableError(f"{error.status}/{error.code}: {error.text}") from error
            return await self._follow_up(content)
        self._made.append(_Made(channel_id, made))
        return made

    async def _send(
        self,
        channel: discord.PartialMessageable,
        arguments: dict[str, Any],
        content: Content,
        reply_to: int | None,
    ) -> int:
        """Send, as a reply where that is possible."""
        if content.file is not None:
            arguments["file"] = content.file()
        if reply_to is None:
            return (await channel.send(**arguments)).id
        reference = discord.MessageReference(
            message_id=reply_to, channel_id=channel.id, guild_id=self._guild_id, fail_if_not_exists=False
        )
        try:
            return (await channel.send(**arguments, reference=reference)).id
        except discord.HTTPException as error:
            if error.code not in CANNOT_REPLY:
                raise
        return await self._send(channel, arguments, content, None)

    async def edit(self, channel_id: int, message_id: int, text: str) -> int | None:
        """Edit a message of ours, and return its id; None when it is gone."""
        message = self._channel(channel_id).get_partial_message(message_id)
        try:
            await message.edit(content=text, allowed_mentions=SILENT)
        except discord.NotFound as error:
            if not is_final(error):
                raise
            return None
        self._made.append(_Made(channel_id, message_id))
        return message_id

    async def take_back(self, text: str, thread_name: str) -> None:
        """Delete what this step has posted: its conversation or source message is gone. Best effort.

        The waiting message gets `text`; a thread, which only a moderator can delete, gets the name `thread_name`.
        """
        posts = [Post(made.channel_id, made.message_id) for made in self._made if made.channel_id is not None]
        thread_id = self.threads.made_id
        await remove_posts(self._client, posts, () if thread_id is None else (thread_id,), thread_name)
        try:
            for made in self._made:
                if made.channel_id is None:
                    await self._webhook().delete_message(made.message_id)
            if self._edited_origin:
                await self.edit_origin(text)
        except (discord.HTTPException, aiohttp.ClientError, OSError, UndeliverableError) as error:
            log.warning("step %s could not be taken back: %s", self._key, error)

    async def _find(self, channel: discord.PartialMessageable, content: Content) -> int | None:
        """The id of a message of ours with the same content (which has the step's key), or None."""
        wanted_file = content.file().filename if content.file else None
        wanted_footer = content.embed.footer.text if content.embed else None
        async for message in channel.history(limit=HISTORY_LIMIT, after=self._since):
            if self._client.user is None or message.author.id != self._client.user.id:
                continue
            footer = message.embeds[0].footer.text if message.embeds else None
            file = message.attachments[0].filename if message.attachments else None
            if message.content == (content.text or "") and footer == wanted_footer and file == wanted_file:
                return message.id
        return None

    async def mark(self, channel_id: int, message_id: int, taken: str, done: str | None) -> None:
        """Replace the reaction `taken` by `done`; with None, only remove it. Best effort."""
        me = self._client.user
        message = self._channel(channel_id).get_partial_message(message_id)
        try:
            if done is not None:
                await message.add_reaction(done)
            if me is not None:
                await message.remove_reaction(taken, me)
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            log.info("message %s keeps its reaction: %s", message_id, error)

    async def edit_origin(self, text: str) -> int | None:
        """Edit the waiting message, by the bot token if the interaction token is dead; None where there is none."""
        if self._origin.is_message:
            return None
        self._edited_origin = True
        if self._origin.token is not None:
            try:
                edited = await self._webhook().edit_message(ORIGINAL, content=text, allowed_mentions=SILENT, view=None)
            except discord.HTTPException as error:
                if error.code == UNKNOWN_MESSAGE:
                    return None
                if error.code not in TOKEN_DEAD:
                    raise
            else:
                return edited.id
        if self._origin.message_id is None or self._origin.place is Place.TOKEN_ONLY:
            return None
        message = self._channel(self._origin.channel_id).get_partial_message(self._origin.message_id)
        try:
            return (await message.edit(content=text, allowed_mentions=SILENT)).id
        except (discord.NotFound, discord.Forbidden) as error:
            if not is_final(error):
                raise
            log.info("the waiting message of step %s cannot be changed: %s", self._key, error)
            return None

    async def refuse(self, text: str) -> int | None:
        """Refuse a request: ephemerally, or in the waiting message if the token is dead; a message gets a reply."""
        if self._origin.is_message:
            return await self.post(self._origin.channel_id, Content(text), reply_to=self._origin.message_id)
        try:
            return await self._refuse_alone(text)
        except discord.HTTPException as error:
            if error.code not in TOKEN_DEAD:
                raise
            return await self.edit_origin(text)

    async def _refuse_alone(self, text: str) -> int:
        webhook = self._webhook()
        waiting = True
        try:
            # The waiting message must have a text before a follow-up can be ephemeral: otherwise that replaces it.
            await webhook.edit_message(ORIGINAL, content="…", allowed_mentions=SILENT)
        except discord.NotFound as error:
            if error.code != UNKNOWN_MESSAGE:
                raise
            waiting = False
        message = await webhook.send(text, ephemeral=True, wait=True, allowed_mentions=SILENT)
        if waiting:
            await webhook.delete_message(ORIGINAL)
        return message.id

    async def whisper(self, text: str) -> int | None:
        """Tell the member in an ephemeral follow-up; None where the interaction token does not allow that."""
        if self._origin.token is not None:
            try:
                await self._fill_waiting()
                message = await self._webhook().send(text, ephemeral=True, wait=True, allowed_mentions=SILENT)
            except discord.HTTPException as error:
                log.info("step %s: no ephemeral follow-up: %s", self._key, error)
            else:
                return message.id
        return None

    async def direct(self, user_id: int, text: str) -> int | None:
        """Send a direct message, and return its id; None where the member accepts none."""
        try:
            opened = await self._client.http.start_private_message(user_id)
            channel = self._client.get_partial_messageable(int(opened["id"]))
            return (await channel.send(text, allowed_mentions=SILENT)).id
        except (discord.Forbidden, discord.NotFound) as error:
            if not is_final(error):
                raise
            log.info("step %s: its member accepts no direct messages: %s", self._key, error)
            return None

    async def _fill_waiting(self) -> None:
        """Give the waiting message a text: the first follow-up would replace it, and be lost when it is closed."""
        if self._waiting_line is None:
            return
        try:
            await self._webhook().edit_message(ORIGINAL, content=self._waiting_line, allowed_mentions=SILENT)
        except discord.HTTPException as error:
            if error.code not in {*TOKEN_DEAD, UNKNOWN_MESSAGE}:
                raise
        self._waiting_line = None

    @property
    def client(self) -> discord.Client:
        """The client that posts."""
        return self._client

    @property
    def by_token(self) -> bool:
        """Whether only the interaction token can post in this channel."""
        return self._origin.place is Place.TOKEN_ONLY

    async def _follow_up(self, content: Content) -> int:
        await self._fill_waiting()
        try:
            message = await self._webhook().send(
                content.text or MISSING,
                embed=content.embed or MISSING,
                view=content.view or MISSING,
                file=content.file() if content.file else MISSING,
                wait=True,
                allowed_mentions=content.allowed,
            )
        except discord.HTTPException as error:
            if error.code in TOKEN_DEAD or error.code == TOO_MANY_FOLLOW_UPS:
                raise UndeliverableError(f"{error.status}/{error.code}: {error.text}") from error
            raise
        self._made.append(_Made(None, message.id))
        return message.id

    async def _response_id(self) -> int:
        return self._origin.message_id or (await self._webhook().fetch_message(ORIGINAL)).id

    def _channel(self, channel_id: int) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(channel_id, guild_id=self._guild_id)

    def _webhook(self) -> discord.Webhook:
        if self._origin.token is None:
            raise UndeliverableError("there is no interaction to answer")
        webhook = discord.Webhook.partial(self._origin.application_id, self._origin.token, client=self._client)
        webhook.type = discord.WebhookType.application  # only this type may send ephemeral messages
        return webhook
