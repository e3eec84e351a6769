"""A message that its author deleted: nothing more comes of it, and what showed that something was coming goes."""

import logging
from collections.abc import Awaitable, Callable

import aiohttp
import discord

from cogs.discord_errors import UNKNOWN_MESSAGE, is_final
from cogs.patience import patiently
from core.service.conversation import ConversationService
from core.service.feedback import FeedbackService
from core.service.job_payloads import FeedbackPayload, upload_payload
from core.service.offers import OfferService
from core.values.errors import NotFoundError
from core.values.job import Job

TRACK_DELETED = "Stopped: the message with this track was deleted."
"""In place of the waiting message of whoever asked for feedback on it."""

EndProgress = Callable[[Job, str], Awaitable[None]]
"""Lets the waiting message of a job, if it has one, say this in the end."""

log = logging.getLogger(__name__)


class Forgetting:
    """Carries a deletion out: offers, jobs under way, questions and answers that are not posted yet."""

    def __init__(
        self,
        conversations: ConversationService,
        feedback: FeedbackService,
        offers: OfferService,
        end_progress: EndProgress,
    ) -> None:
        self._conversations = conversations
        self._feedback = feedback
        self._offers = offers
        self._end_progress = end_progress

    async def forget(self, client: discord.Client, channel_id: int, message_id: int) -> None:
        """Forget a message of somebody's that is gone. Safe to repeat.

        Raises:
            DependencyError: the database was busy for more than a minute, or failed for good.
        """
        await patiently(lambda: self._offers.forget_message(message_id))
        withdrawn = await patiently(lambda: self._feedback.withdraw(message_id))
        preview_id = await patiently(lambda: self._conversations.forget_message(message_id))
        stale = [] if preview_id is None else [preview_id]
        for job in withdrawn:
            await self._end_progress(job, TRACK_DELETED)
            payload = upload_payload(job)
            if isinstance(payload, FeedbackPayload) and payload.notice_id is not None:
                stale.append(payload.notice_id)
        for post_id in stale:
            try:
                await client.get_partial_messageable(channel_id).get_partial_message(post_id).delete()
            except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
                log.info("our message %s about a deleted one stays: %s", post_id, error)

    async def check(self, client: discord.Client, channel_id: int, message_id: int) -> None:
        """Look whether a message of somebody's is still there; forget it where it is gone.

        Raises:
            NotFoundError: it is gone.
            discord.HTTPException: Discord does not say.
        """
        try:
            await client.get_partial_messageable(channel_id).fetch_message(message_id)
        except discord.Forbidden as error:
            if not is_final(error):
                raise
            log.info("message %s cannot be looked for: %s", message_id, error)
        except discord.NotFound as error:
            if error.code != UNKNOWN_MESSAGE:
                raise
            await self.forget(client, channel_id, message_id)
            raise NotFoundError("message") from error
