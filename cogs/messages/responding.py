"""Responses to messages: each that is for Earshot gets one reply or service call, other chat is ignored."""

import logging
from dataclasses import replace

import aiohttp
import discord
from discord.ext import commands

from cogs.attachments import Shown, files_shown
from cogs.content import TAKEN
from cogs.context import actor_of, author_of, guild_id_of_message, origin_of_message
from cogs.interactions.buttons import (
    NEW_OR_VERSION,
    WHICH_FILE,
    PickMenu,
    StartButton,
    WhichMenu,
    new_or_version,
    row,
)
from cogs.interactions.error_replies import sentence
from cogs.messages.addressing import Address, Addressing
from cogs.messages.replying import NotNowError, Replies
from core.service.channels import ChannelService, ChannelState
from core.service.conversation import ConversationService
from core.service.feedback import FeedbackService
from core.service.job_payloads import Origin, Place, QuestionPayload, message_key
from core.service.servers import ServerService
from core.service.shown.offers import Offer, OfferService
from core.storage import ConversationRow
from core.values.errors import DependencyError, EarshotError

NOT_A_QUESTION = "👍"
"""Reaction to a message that is addressed to Earshot and asks nothing."""

UNREADABLE = "❔"
"""Reaction to a message that Discord withholds, if the conversation has had the explanation (`HINT`)."""

HINT = (
    "I can see that you wrote or sent something, but not what: Discord withholds it from me (this bot has no "
    "message-content intent). Mention me with your question or your next version, reply to one of my messages with the "
    "mention on, or use the Ask button."
)

WHAT_NEXT = (
    "Hi! Use `/feedback` with your track and I measure it and tell you what to fix first. Then ask me anything about "
    "it in its thread: what happens at 1:10, how loud it is, what to do about the bass."
)

WHAT_NEXT_HERE = (
    "Ask me anything about this track: what happens at 1:10, how loud it is, what to do about the bass. Whoever it "
    "belongs to can post the next version here."
)

NOT_THEIRS = (
    "That is somebody else's track. Press and hold their message → Apps → **Get mix feedback**, if this server lets "
    "members ask for each other's tracks."
)

START = "Shall I listen to it? I need to know what it is and its genre."
WHICH_TRACK = "Which of your tracks do you mean?"
NEW_VERSION = "📏 A new version: measuring it against the last one …"

log = logging.getLogger(__name__)


class Responder:
    """Responds to the messages that are addressed to Earshot."""

    def __init__(
        self,
        bot: commands.Bot,
        addressing: Addressing,
        replies: Replies,
        channels: ChannelService,
        conversations: ConversationService,
        feedback: FeedbackService,
        offers: OfferService,
        servers: ServerService,
    ) -> None:
        self._bot = bot
        self._replies = replies
        self._addressing = addressing
        self._channels = channels
        self._conversations = conversations
        self._feedback = feedback
        self._offers = offers
        self._servers = servers

    async def respond(self, message: discord.Message, state: ChannelState) -> int | None:
        """Respond to a message; returns the id of the conversation in which it is a question, or None.

        Raises:
            DependencyError: the database cannot be used now; nothing was done.
            NotNowError: Discord cannot be reached now; a repeated call does nothing twice.
        """
        try:
            address = await self._addressing.of(message, state)
            return None if address is None else await self._answer(message, address)
        except DependencyError as error:
            if error.facts.get("transient"):
                raise
            await self._replies.say(message, sentence(error))
        except EarshotError as error:
            await self._replies.say(message, sentence(error))
        except NotNowError:
            raise
        except Exception as error:
            if self._bot.is_closed():
                raise NotNowError("the connection was closed meanwhile") from error
            await self._replies.say(message, sentence(error))
        return None

    # -- responses

    async def _answer(self, message: discord.Message, address: Address) -> int | None:
        files = self._files(message, address)
        text = self._addressing.text_of(message)
        about = address.row
        if files.tracks:
            await self._take_tracks(message, address, files, text)
            await self._tell_problems(message, files)
            return None
        asks = self._addressing.asks(message)
        if address.is_mention and self._points_to_other(message):
            await self._replies.say(message, NOT_THEIRS)
            return None
        if text and (address.is_mention or asks):
            conversation_id = await self._ask(message, about, text, gate=not asks)
            await self._tell_problems(message, files)
            return conversation_id
        if files.problems:
            await self._tell_problems(message, files)
        elif text and address.is_named and (about is not None or guild_id_of_message(message) is not None):
            await self._replies.react(message, NOT_A_QUESTION)
        elif about is not None and self._is_withheld(message):
            await self._hint(message, about)
        elif address.is_named and not (message.stickers and about is not None):
            await self._replies.say(message, WHAT_NEXT if about is None else WHAT_NEXT_HERE)
        return None

    def _files(self, message: discord.Message, address: Address) -> Shown:
        """The files of a message; for a mention without tracks, those of its author's message that it replies to."""
        limit = self._feedback.intake.limits.max_upload_bytes
        files = files_shown(message, limit)
        before = message.reference.resolved if message.reference is not None else None
        is_pointer = address.is_mention and not files.tracks and isinstance(before, discord.Message)
        if is_pointer and isinstance(before, discord.Message) and before.author.id == message.author.id:
            return files_shown(before, limit)
        return files

    def _points_to_other(self, message: discord.Message) -> bool:
        """Whether the message is a reply to somebody else's track."""
        before = message.reference.resolved if message.reference is not None else None
        if not isinstance(before, discord.Message) or before.author.id in {message.author.id, self._application_id}:
            return False
        return bool(files_shown(before, self._feedback.intake.limits.max_upload_bytes).tracks) and not before.author.bot

    async def _take_tracks(self, message: discord.Message, address: Address, files: Shown, text: str) -> None:
        """Take tracks as the next version in the owner's thread; elsewhere, offer a button or a menu for them.

        Raises:
            UsageError: NOT_YOURS, they were forwarded and the server allows own tracks only.
        """
        actor, about = author_of(message), address.row
        offer = files.offer(text)
        if offer.by_others:
            await self._servers.check_owner(actor, None)
        if about is not None and address.is_own_thread(message):
            if len(offer.tracks) == 1:
                await self._next_version(message, about, offer)
                return
            await self._offers.keep(actor, message.id, offer)
            menu = row(PickMenu(about.conversation_id, message.id, offer))
            await self._replies.say(message, WHICH_FILE, menu, conversation_id=about.conversation_id)
            return
        await self._offers.keep(actor, message.id, offer)
        is_direct = guild_id_of_message(message) is None
        known = await self._channels.own_tracks(actor, message.channel.id) if is_direct else ()
        if known:
            await self._replies.say(message, NEW_OR_VERSION, new_or_version(message.id, known))
        else:
            await self._replies.say(message, START, row(StartButton(message.id)))

    async def _next_version(self, message: discord.Message, about: ConversationRow, offer: Offer) -> None:
        """Take new audio from the owner as the next version, with the request of the one before."""
        actor = author_of(message)
        request = await self._conversations.request_of(actor, about.conversation_id)
        request = replace(request, focus=offer.focus or request.focus)
        origin = origin_of_message(message, self._application_id)
        payload = offer.payload(request, origin, conversation_id=about.conversation_id)
        job = await self._feedback.accept(actor, message_key(message.id), payload)
        if job is None:
            return
        try:
            await self._replies.react(message, TAKEN)
            notice_id = await self._replies.say(message, NEW_VERSION, conversation_id=about.conversation_id)
            if notice_id is not None and not await self._feedback.note_notice(job.job_id, notice_id):
                await self._replies.take_back(message.channel.id, notice_id)
        finally:
            # the job is committed, even if the reply could not be posted
            self._feedback.intake.download_behind(job.job_id)

    async def _ask(
        self, message: discord.Message, about: ConversationRow | None, text: str, *, gate: bool
    ) -> int | None:
        """Ask about `about`, or else about the member's own track; with `gate`, the text gets a reaction only."""
        actor = author_of(message)
        if about is None:
            own = await self._channels.own_tracks(actor)
            if not own:
                await self._replies.say(message, WHAT_NEXT)
                return None
            if len(own) > 1:
                # the words are kept with the menu: without Read Message History they could not be read again
                await self._offers.keep(
                    actor, message.id, Offer((), focus=text, shown_in=message.id, author_id=actor.user_id)
                )
                menu = row(WhichMenu(message.id, own))
                await self._replies.say(message, WHICH_TRACK, menu, conversation_id=own[0].conversation_id)
                return None
            conversation_id = own[0].conversation_id
        else:
            conversation_id = about.conversation_id
        if gate:
            await self._replies.react(message, NOT_A_QUESTION)
            return None
        await self.ask(message, conversation_id, text)
        return conversation_id

    async def ask(self, message: discord.Message, conversation_id: int, text: str) -> None:
        """Commit a message as a question, and mark it as taken."""
        origin = origin_of_message(message, self._application_id)
        payload = QuestionPayload(conversation_id, text, origin, message_id=message.id)
        if await self._conversations.ask(author_of(message), message_key(message.id), payload) is not None:
            await self._replies.react(message, TAKEN)

    async def ask_later(
        self, interaction: discord.Interaction, source_id: int, conversation_id: int, text: str
    ) -> None:
        """Commit the question of an earlier message, once its author has said which track it is about."""
        channel_id, guild_id = interaction.channel_id or 0, interaction.guild_id
        origin = Origin(
            application_id=self._application_id,
            channel_id=channel_id,
            place=Place.DIRECT if guild_id is None else Place.IN_PLACE,
            message_id=source_id,
            is_message=True,
            follows_owner=guild_id is None,
            source_id=source_id,
        )
        payload = QuestionPayload(conversation_id, text, origin, message_id=source_id)
        if await self._conversations.ask(actor_of(interaction), message_key(source_id), payload) is not None:
            channel = self._bot.get_partial_messageable(channel_id, guild_id=guild_id)
            try:
                await channel.get_partial_message(source_id).add_reaction(TAKEN)
            except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
                log.info("message %s: no reaction: %s", source_id, error)

    async def _tell_problems(self, message: discord.Message, files: Shown) -> None:
        if files.problems:
            await self._replies.say(message, "\n".join(files.problems))

    # -- what Discord withholds

    def _is_withheld(self, message: discord.Message) -> bool:
        """Whether Discord withheld the content of a message, as it does without the message-content intent."""
        is_empty = not (message.content or message.attachments or message.stickers or message.message_snapshots)
        return is_empty and not self._bot.intents.message_content and guild_id_of_message(message) is not None

    async def _hint(self, message: discord.Message, about: ConversationRow) -> None:
        if about.hinted:
            await self._replies.react(message, UNREADABLE)
            return
        await self._conversations.note_hint(about.conversation_id)
        await self._replies.say(message, HINT)

    @property
    def _application_id(self) -> int:
        return self._bot.application_id or 0
