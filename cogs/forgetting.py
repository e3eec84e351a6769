"""Deletion of messages, or of words or files in them: what was asked or offered there is dropped."""

import logging
from collections.abc import Awaitable, Callable, Collection, Iterable

import aiohttp
import discord

from cogs.content import TAKEN
from cogs.context import is_readable
from cogs.discord_errors import UNKNOWN_MESSAGE, is_final
from cogs.patience import patiently
from core.service.conversation import ConversationService
from core.service.feedback import FeedbackService
from core.service.job_payloads import FeedbackPayload, upload_payload
from core.service.shown.message_words import MessageWords
from core.service.shown.offers import OfferService
from core.values.errors import NotFoundError
from core.values.job import Job

TRACK_DELETED = "Stopped: the message with this track was deleted."
TRACK_TAKEN_OUT = "Stopped: this track was taken out of its message."
"""Last texts of the waiting message of a member who asked for feedback on the track."""

EndProgress = Callable[[Job, str], Awaitable[None]]
"""Stops the progress of a job and writes a last text into its waiting message, if it has one."""

log = logging.getLogger(__name__)


class Forgetting:
    """Carries out a deletion: drops offers, jobs under way, questions, and answers that are not posted yet."""

    def __init__(
        self,
        conversations: ConversationService,
        feedback: FeedbackService,
        offers: OfferService,
        words: MessageWords,
        end_progress: EndProgress,
    ) -> None:
        self._conversations = conversations
        self._feedback = feedback
        self._offers = offers
        self._words = words
        self._end_progress = end_progress

    async def forget(self, client: discord.Client, channel_id: int, message_id: int) -> None:
        """Forget a member's message that was deleted. Safe to repeat.

        Raises:
            DependencyError: the database was busy for more than a minute, or failed for good.
        """
        await patiently(lambda: self._offers.forget_message(message_id))
        withdrawn = await patiently(lambda: self._feedback.withdraw(message_id))
        await self._end(client, channel_id, withdrawn, TRACK_DELETED)
        await self._forget_question(client, channel_id, message_id)
        await self.reword(message_id, "")

    async def forget_words(self, client: discord.Client, channel_id: int, message_id: int) -> None:
        """Forget the text of a message that was edited to have none; the message stays. Safe to repeat.

        Raises:
            DependencyError: as `forget`.
        """
        await self._forget_question(client, channel_id, message_id)
        await self.reword(message_id, "")

    async def reword(self, message_id: int, text: str) -> None:
        """Replace the text of an edited message in what came of it: offers, and jobs even if they have ended.

        Raises:
            DependencyError: as `forget`.
        """
        await patiently(lambda: self._offers.edit_message(message_id, text))
        await patiently(lambda: self._words.replace(message_id, text))

    async def forget_files(
        self, client: discord.Client, channel_id: int, message_id: int, there: Collection[int]
    ) -> tuple[Job, ...]:
        """Forget the tracks of a message except those with the attachment ids `there`: the others were taken out of it.

        Returns:
            The jobs that were withdrawn.

        Raises:
            DependencyError: as `forget`.
        """
        await patiently(lambda: self._offers.keep_files(message_id, there))
        withdrawn = await patiently(lambda: self._feedback.withdraw(message_id, there))
        await self._end(client, channel_id, withdrawn, TRACK_TAKEN_OUT)
        if client.user is not None and any(upload_payload(job).origin.is_message for job in withdrawn):
            message = client.get_partial_messageable(channel_id).get_partial_message(message_id)
            try:
                await message.remove_reaction(TAKEN, client.user)
            except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
                log.info("message %s keeps its reaction: %s", message_id, error)
        return withdrawn

    async def _end(self, client: discord.Client, channel_id: int, withdrawn: Iterable[Job], text: str) -> None:
        for job in withdrawn:
            await self._end_progress(job, text)
            payload = upload_payload(job)
            if isinstance(payload, FeedbackPayload) and payload.notice_id is not None:
                await self._delete(client, channel_id, payload.notice_id)

    async def _forget_question(self, client: discord.Client, channel_id: int, message_id: int) -> None:
        preview_id = await patiently(lambda: self._conversations.forget_message(message_id))
        if preview_id is not None:
            await self._delete(client, channel_id, preview_id)

    @staticmethod
    async def _delete(client: discord.Client, channel_id: int, post_id: int) -> None:
        try:
            await client.get_partial_messageable(channel_id).get_partial_message(post_id).delete()
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            log.info("our message %s about a deleted message stays: %s", post_id, error)

    async def check(self, client: discord.Client, channel_id: int, message_id: int) -> None:
        """Fetch a member's message, and forget it, or tracks of it, if they are gone.

        Raises:
            NotFoundError: the message is gone, or a track of it with a job under way.
            discord.HTTPException: the request failed in another way.
        """
        try:
            message = await client.get_partial_messageable(channel_id).fetch_message(message_id)
        except discord.Forbidden as error:
            if not is_final(error):
                raise
            log.info("message %s cannot be looked for: %s", message_id, error)
        except discord.NotFound as error:
            if error.code != UNKNOWN_MESSAGE:
                raise
            await self.forget(client, channel_id, message_id)
            raise NotFoundError("message") from error
        else:
            there = attachment_ids_of(message, client)
            if there is not None and await self.forget_files(client, channel_id, message_id, there):
                raise NotFoundError("track")


def attachment_ids_of(message: discord.Message, client: discord.Client) -> frozenset[int] | None:
    """Ids of the attachments that a message has; None for a forward, and where Discord withholds them.

    A forward has no attachments of its own and cannot be edited.
    """
    if message.flags.forwarded or message.message_snapshots or not is_readable(message, client):
        return None
    return frozenset(file.id for file in message.attachments)
