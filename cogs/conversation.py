"""Follow-ups: messages, the Ask form, summaries and the report of a conversation."""

import logging
from dataclasses import replace
from io import BytesIO

import discord
from discord import app_commands
from discord.ext import commands

from cogs.attachments import check_attachment, find_audio
from cogs.errors import sentence
from cogs.feedback import actor_of
from cogs.forms import QuestionForm
from cogs.places import origin_of
from core.actor import Actor
from core.errors import EarshotError
from core.request import FOCUS_MAX_CHARACTERS
from core.service.conversation import ConversationService
from core.service.feedback import FeedbackService
from core.service.payloads import FeedbackPayload, Origin, Place, QuestionPayload, message_key
from core.storage import ConversationRow

CONVERSATION_TYPES = (discord.MessageType.default, discord.MessageType.reply)

HINT = (
    "I can see that you wrote, but not what: this server has not given me the message-content intent. "
    "Mention me, reply to one of my messages, or use the Ask button."
)

NEW_VERSION = "📏 A new version: measuring it against the last one …"

CATCH_UP_LIMIT = 25
"""Messages of one conversation that are answered after an absence."""

log = logging.getLogger(__name__)


class Conversations(commands.Cog):
    """Answers questions about reviews; takes new versions of a track."""

    def __init__(self, bot: commands.Bot, service: ConversationService, feedback: FeedbackService) -> None:
        self._bot = bot
        self._service = service
        self._feedback = feedback

    @commands.Cog.listener("on_message")
    async def on_message(self, message: discord.Message) -> None:
        """Answer what was asked of Earshot; leave everything else alone."""
        if message.author.bot or message.type not in CONVERSATION_TYPES:
            return
        row = await self._asked(message)
        if row is None:
            return
        try:
            await self._answer(message, row)
        except EarshotError as error:
            await message.reply(sentence(error), allowed_mentions=discord.AllowedMentions.none())

    async def _answer(self, message: discord.Message, row: ConversationRow) -> None:
        track = find_audio(message)
        question = self._question(message)
        if track is not None and row.owner_id == message.author.id:
            await self._new_version(message, row, track, question)
        elif question:
            payload = QuestionPayload(row.conversation_id, question, self._origin(message), message_id=message.id)
            if await self._service.ask(_author(message), message_key(message.id), payload) is not None:
                await message.channel.typing()
        elif not message.attachments and not row.hinted:
            await self._service.note_hint(row.conversation_id)
            await message.channel.send(HINT, allowed_mentions=discord.AllowedMentions.none())

    async def _new_version(
        self, message: discord.Message, row: ConversationRow, track: discord.Attachment, focus: str
    ) -> None:
        """New audio from the owner is the next version, asked like the one before."""
        attachment = check_attachment(track, self._feedback.intake.limits.max_upload_bytes)
        actor = _author(message)
        request = await self._service.request_of(actor, row.conversation_id)
        payload = FeedbackPayload(
            request=replace(request, focus=focus[:FOCUS_MAX_CHARACTERS] or request.focus),
            origin=self._origin(message),
            track=attachment,
            conversation_id=row.conversation_id,
        )
        job = await self._feedback.accept(actor, message_key(message.id), payload)
        if job is not None:
            await message.channel.send(NEW_VERSION, allowed_mentions=discord.AllowedMentions.none())
            await self._feedback.intake.download(job.job_id)

    async def _asked(self, message: discord.Message) -> ConversationRow | None:
        """The conversation a message is addressed to, or None."""
        reference = message.reference.message_id if message.reference else None
        if reference is not None and (row := await self._service.of_message(reference)) is not None:
            return row
        me = self._me
        mentioned = me in message.mentions
        others = [user for user in message.mentions if user.id not in {me.id, message.author.id}]
        if not mentioned and (reference is not None or others):
            return None
        rows = await self._service.in_channel(message.channel.id)
        own = next((row for row in rows if row.owner_id == message.author.id), None)
        return (own or next(iter(rows), None)) if mentioned else own

    @property
    def _me(self) -> discord.ClientUser:
        if self._bot.user is None:
            raise RuntimeError("a message arrived before the client knew itself")
        return self._bot.user

    def _question(self, message: discord.Message) -> str:
        """The text without the mention that addressed it."""
        return message.content.replace(f"<@{self._me.id}>", "").replace(f"<@!{self._me.id}>", "").strip()

    def _origin(self, message: discord.Message) -> Origin:
        return Origin(
            application_id=self._bot.application_id or self._me.id,
            channel_id=message.channel.id,
            place=Place.DIRECT if message.guild is None else Place.IN_PLACE,
            message_id=message.id,
            is_message=True,
        )

    async def catch_up(self) -> None:
        """Answer what was asked while the bot was away (after a fresh session; RESUME replays by itself)."""
        for row in await self._service.active():
            if row.channel_id is None:
                continue
            channel = self._bot.get_partial_messageable(row.channel_id, guild_id=row.guild_id)
            after = discord.Object(row.last_seen_message_id or row.channel_id)
            try:
                async for message in channel.history(after=after, limit=CATCH_UP_LIMIT, oldest_first=True):
                    await self.on_message(message)
            except discord.HTTPException as error:
                log.info("conversation %s could not be caught up with: %s", row.conversation_id, error)

    @commands.Cog.listener("on_raw_message_edit")
    async def on_raw_message_edit(self, event: discord.RawMessageUpdateEvent) -> None:
        """A question that was edited is remembered as it stands now."""
        if event.message.content and not event.message.author.bot:
            await self._service.edit_message(event.message_id, self._question(event.message))

    @commands.Cog.listener("on_raw_message_delete")
    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        """A question that was deleted is forgotten, and nothing more is written to it."""
        await self._forget(event.channel_id, event.message_id)

    @commands.Cog.listener("on_raw_bulk_message_delete")
    async def on_raw_bulk_message_delete(self, event: discord.RawBulkMessageDeleteEvent) -> None:
        """So is each of many that a moderator removed at once."""
        for message_id in event.message_ids:
            await self._forget(event.channel_id, message_id)

    async def _forget(self, channel_id: int, message_id: int) -> None:
        preview_id = await self._service.forget_message(message_id)
        if preview_id is None:
            return
        try:
            await self._bot.get_partial_messageable(channel_id).get_partial_message(preview_id).delete()
        except discord.HTTPException as error:
            log.info("the beginning of an answer to a deleted question stays: %s", error)

    @commands.Cog.listener("on_raw_thread_delete")
    async def on_raw_thread_delete(self, event: discord.RawThreadDeleteEvent) -> None:
        """A deleted thread takes its conversation along."""
        await self._service.forget_channel(event.thread_id)

    async def ask(self, interaction: discord.Interaction, conversation_id: int) -> None:
        """Open the question form."""

        async def submit(submitted: discord.Interaction, question: str) -> None:
            payload = QuestionPayload(conversation_id, question, origin_of(submitted))
            await self._service.ask(actor_of(submitted), f"interaction:{submitted.id}", payload)
            await submitted.response.send_message("Asked. The answer comes here in a moment.", ephemeral=True)

        await interaction.response.send_modal(QuestionForm(submit))

    @app_commands.command(name="summarise", description="Sum up what was said in this thread, as a plan")
    async def summarise_here(self, interaction: discord.Interaction) -> None:
        """Queue a summary of the conversation in this channel."""
        conversation_id = await self._service.here(actor_of(interaction), interaction.channel_id or 0)
        await self.summarise(interaction, conversation_id)

    async def summarise(self, interaction: discord.Interaction, conversation_id: int) -> None:
        """Queue a summary."""
        await self._service.ask_for_summary(
            actor_of(interaction), f"interaction:{interaction.id}", conversation_id, origin_of(interaction)
        )
        await interaction.response.send_message("A summary comes here in a moment.", ephemeral=True)

    async def report(self, interaction: discord.Interaction, conversation_id: int) -> None:
        """The PDF with everything said so far, to the person who pressed."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        pdf = await self._service.report(actor_of(interaction), conversation_id)
        await interaction.followup.send(file=discord.File(BytesIO(pdf), filename="earshot-report.pdf"), ephemeral=True)


def _author(message: discord.Message) -> Actor:
    return Actor(message.guild.id if message.guild else None, message.author.id)
