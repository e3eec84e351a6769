"""Follow-ups: the Ask form, summaries and reports; edits and deletions of messages, threads and channels."""

import asyncio
import logging
from collections.abc import Mapping
from functools import partial

import discord
from discord import app_commands
from discord.ext import commands

from cogs.context import actor_of, origin_of
from cogs.delivery.texts import latest_review
from cogs.forgetting import Forgetting, attachment_ids_of
from cogs.interactions.acknowledging import acknowledge, in_time
from cogs.interactions.buttons import chosen_value
from cogs.interactions.forms import QuestionForm
from cogs.interactions.handing_over import hand_over
from cogs.interactions.source_messages import look_again
from cogs.messages.addressing import Addressing
from cogs.messages.inbox import Inbox
from cogs.messages.proxies import Proxies
from cogs.messages.responding import Responder
from cogs.patience import patiently
from core.service.channels import ChannelService
from core.service.conversation import ConversationService
from core.service.job_payloads import QuestionPayload, interaction_key
from core.service.shown.offers import OfferService
from core.text.error_sentences import say
from core.values.errors import LimitError, NotFoundError, UsageCode, UsageError

ASKED = "Asked. The answer comes here in a moment."
ABOUT = "👀 You mean {track}."
PDF_NAME = "earshot-report.pdf"
SUMMARY_COMES = "A summary comes here in a moment."

log = logging.getLogger(__name__)


class ConversationCommands(commands.Cog):
    """Takes questions about reviews and requests for summaries and reports, and follows edits and deletions."""

    def __init__(
        self,
        bot: commands.Bot,
        service: ConversationService,
        channels: ChannelService,
        offers: OfferService,
        responder: Responder,
        addressing: Addressing,
        proxies: Proxies,
        inbox: Inbox,
        forgetting: Forgetting,
    ) -> None:
        self._bot = bot
        self._service = service
        self._channels = channels
        self._responder = responder
        self._addressing = addressing
        self._offers = offers
        self._proxies = proxies
        self._inbox = inbox
        self._forgetting = forgetting
        self._editing = asyncio.Lock()

    # -- edits and deletions

    @commands.Cog.listener("on_raw_message_edit")
    async def on_raw_message_edit(self, event: discord.RawMessageUpdateEvent) -> None:
        """Answer an edited question in its new wording, and forget text and files that were taken out of a message.

        A message that the edit makes a question is answered as well.
        """
        author = event.message.author
        if author == self._bot.user or (author.bot and event.message.webhook_id is None):
            return
        is_behind = self._inbox.is_behind(event.channel_id)
        await self._edited(event)
        if is_behind:
            # the message in its old wording may be about to become a job or an offer
            await self._inbox.up_to_date(event.channel_id)
            await self._edited(event)

    async def _edited(self, event: discord.RawMessageUpdateEvent) -> None:
        given: Mapping[str, object] = event.data
        is_known = True
        if "content" in given:
            async with self._editing:  # of several edits the last must be written last
                is_known = await self._reword(event.message)
        there = attachment_ids_of(event.message, self._bot) if "attachments" in given else None
        if there is not None:
            await self._forgetting.forget_files(self._bot, event.channel_id, event.message_id, there)
        if not is_known and not event.message.author.bot:
            await self._inbox.take_edited(event.message)

    async def _reword(self, message: discord.Message) -> bool:
        """Apply the new text of a message; True where a question in it is known, or the text is empty now."""
        text = self._addressing.text_of(message)
        if not text:
            await self._forgetting.forget_words(self._bot, message.channel.id, message.id)
            return True
        is_known = await patiently(lambda: self._inbox.change(message))
        await self._forgetting.reword(message.id, text)
        return is_known

    @commands.Cog.listener("on_raw_message_delete")
    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        """Forget a deleted message: a question in it is not answered, a track in it is not reviewed."""
        await self._forget(event.channel_id, event.message_id)

    @commands.Cog.listener("on_raw_bulk_message_delete")
    async def on_raw_bulk_message_delete(self, event: discord.RawBulkMessageDeleteEvent) -> None:
        """Forget each message of a bulk delete."""
        for message_id in event.message_ids:
            await self._forget(event.channel_id, message_id)

    async def _forget(self, channel_id: int, message_id: int) -> None:
        is_behind = self._inbox.is_behind(channel_id)
        await self._forget_now(channel_id, message_id)
        if is_behind:
            # the message may be about to become a job or an offer, which must not stay either
            await self._inbox.up_to_date(channel_id)
            await self._forget_now(channel_id, message_id)

    async def _forget_now(self, channel_id: int, message_id: int) -> None:
        if not await patiently(lambda: self._proxies.deleted(message_id)):
            await self._forgetting.forget(self._bot, channel_id, message_id)

    @commands.Cog.listener("on_raw_thread_delete")
    async def on_raw_thread_delete(self, event: discord.RawThreadDeleteEvent) -> None:
        """Delete the conversation of a deleted thread."""
        await patiently(lambda: self._channels.forget_channel(event.thread_id))

    @commands.Cog.listener("on_guild_channel_delete")
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Delete the conversations of a deleted channel and its threads; Discord is asked about archived threads."""
        threads = [thread.id for thread in channel.guild.threads if thread.parent_id == channel.id]
        for gone_id in (channel.id, *threads):
            await patiently(partial(self._channels.forget_channel, gone_id))
        for channel_id in await patiently(partial(self._channels.of_guild, channel.guild.id)):
            if channel.guild.get_channel_or_thread(channel_id) is None:
                await self._inbox.forget_if_gone(channel_id)

    # -- what members ask for

    async def ask(self, interaction: discord.Interaction, conversation_id: int) -> None:
        """Open the question form, if the conversation still exists."""
        try:
            await in_time(self._service.check(actor_of(interaction), conversation_id))
        except NotFoundError as error:
            raise UsageError(UsageCode.REVIEW_GONE) from error
        await acknowledge(interaction, lambda: interaction.response.send_modal(QuestionForm(conversation_id)))

    async def submit_question(
        self, interaction: discord.Interaction, conversation_id: int, entered: dict[str, str]
    ) -> None:
        """Commit the question of a submitted form, about the conversation that the form was opened for."""
        payload = QuestionPayload(conversation_id, entered.get("question", ""), origin_of(interaction))
        await in_time(self._service.ask(actor_of(interaction), interaction_key(interaction.id), payload))
        await acknowledge(interaction, lambda: interaction.response.send_message(ASKED, ephemeral=True))

    async def ask_about(self, interaction: discord.Interaction, source_id: int) -> None:
        """Commit the question of an earlier message about the track that its author has chosen in a menu."""
        conversation_id, actor = chosen_value(interaction), actor_of(interaction)
        try:
            asked = await in_time(self._offers.get(actor, source_id))
        except NotFoundError as error:
            await look_again(interaction, source_id)
            is_others = await in_time(self._offers.is_somebodys(source_id))
            raise UsageError(UsageCode.SOMEBODY_ELSES if is_others else UsageCode.FORM_IS_GONE) from error
        if conversation_id is None or asked.focus is None:
            raise UsageError(UsageCode.FORM_IS_GONE)
        asked_in = asked.shown_in or source_id  # a proxy's message, if one repeated it
        message = await look_again(interaction, asked_in)
        now = self._addressing.text_of(message) if message is not None else ""
        question = now or asked.focus  # content that Discord withholds is empty
        await acknowledge(interaction, interaction.response.defer)
        await self._responder.ask_later(interaction, asked_in, conversation_id, question)
        label = await self._channels.label(actor, conversation_id)
        await interaction.edit_original_response(content=ABOUT.format(track=label), view=None)

    @app_commands.command(name="summarise", description="Sum up what was said in this thread, as a plan")
    async def summarise_here(self, interaction: discord.Interaction) -> None:
        """Queue a summary of the conversation in this channel."""
        conversation_id = await in_time(self._service.here(actor_of(interaction), interaction.channel_id or 0))
        await self.summarise(interaction, conversation_id)

    async def summarise(self, interaction: discord.Interaction, conversation_id: int) -> None:
        """Queue a summary of a conversation."""
        asking = self._service.ask_for_summary(
            actor_of(interaction), interaction_key(interaction.id), conversation_id, origin_of(interaction)
        )
        await in_time(asking)
        await acknowledge(interaction, lambda: interaction.response.send_message(SUMMARY_COMES, ephemeral=True))

    async def report(self, interaction: discord.Interaction, conversation_id: int) -> None:
        """Send the PDF, with the conversation so far, to the member who pressed the button."""
        await acknowledge(interaction, lambda: interaction.response.defer(ephemeral=True, thinking=True))
        pdf = await self._service.report(actor_of(interaction), conversation_id, interaction.channel_id or 0)
        await hand_over(interaction, PDF_NAME, pdf)

    @app_commands.command(name="report", description="Your latest review once more, for you alone: text, numbers, PDF")
    async def latest(self, interaction: discord.Interaction) -> None:
        """Send a member, and nobody else, their newest review in this server or direct message."""
        await acknowledge(interaction, lambda: interaction.response.defer(ephemeral=True, thinking=True))
        try:
            found = await self._service.latest(actor_of(interaction))
        except NotFoundError as error:
            raise UsageError(UsageCode.NO_REVIEW_YET) from error
        texts, embed = latest_review(found.stored)
        silent = discord.AllowedMentions.none()
        for text in texts:
            await interaction.followup.send(text, ephemeral=True, allowed_mentions=silent)
        # without buttons: their results are posted in the channel, and this reply is for one member only
        try:
            await hand_over(interaction, PDF_NAME, found.pdf, embed=embed)
        except LimitError as error:
            await interaction.followup.send(say(error), embed=embed, ephemeral=True, allowed_mentions=silent)
