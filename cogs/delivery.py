"""Delivery: carries outbox steps out in Discord, with the bot token, each at most once as far as people can see."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from io import BytesIO

import aiohttp
import discord

from cogs import rendering
from cogs.buttons import review_buttons
from cogs.posting import Poster
from cogs.progress import Progress
from cogs.writing import Writing
from core.job import UPLOADING, Step, StepKind
from core.jobs.ports import RetryLaterError, UndeliverableError
from core.service.conversation import ConversationService
from core.service.delivery import Delivery, DeliveryService, ReviewDelivery
from core.service.payloads import AnswerStep, Place

THREAD_ARCHIVE_MINUTES = 1440
"""Discord offers 60, 1440, 4320 and 10080."""

THREAD_NAME_MAX_CHARACTERS = 100

NOT_CONNECTED_RETRY_S = 2.0

THREAD_EXISTS = 160004
"""Discord error: a thread was already made from this message; it has the message's id."""

CANNOT_THREAD = {50001, 50013, 50024, 160006}
"""Discord errors after which the answer goes into the channel instead."""

log = logging.getLogger(__name__)


class DiscordDelivery:
    """The `Deliverer` of the bot process."""

    def __init__(
        self, service: DeliveryService, conversations: ConversationService, progress: Progress, writing: Writing
    ) -> None:
        self._service = service
        self._conversations = conversations
        self._progress = progress
        self._writing = writing
        self._client: discord.Client | None = None
        self._carry_out: dict[StepKind, Callable[[Delivery, Poster], Awaitable[int | None]]] = {
            StepKind.OPEN_THREAD: self._open_thread,
            StepKind.POST_REVIEW: self._post_review,
            StepKind.ATTACH_REPORT: self._attach_report,
            StepKind.CLOSE_PROGRESS: self._close_progress,
            StepKind.POST_ANSWER: self._post_answer,
            StepKind.POST_SUMMARY: self._post_summary,
            StepKind.POST_TARGET: self._post_target,
            StepKind.REPORT_ERROR: self._report_error,
        }

    def attach(self, client: discord.Client | None) -> None:
        """Deliver through this client from now on; None while there is none."""
        self._client = client

    async def deliver(self, step: Step) -> int | None:
        """Carry a step out; the id of the thread or message it made."""
        if self._client is None:
            raise RetryLaterError("not connected to Discord", NOT_CONNECTED_RETRY_S)
        delivery = await self._service.open(step)
        poster = Poster(self._client, delivery)
        try:
            return await self._carry_out[step.kind](delivery, poster)
        except (discord.DiscordServerError, discord.RateLimited, aiohttp.ClientError, OSError) as error:
            raise RetryLaterError(f"{type(error).__name__}: {error}") from error
        except discord.HTTPException as error:
            if error.status == 429:
                raise RetryLaterError(f"rate limited: {error}") from error
            raise UndeliverableError(f"{error.status}/{error.code}: {error.text}") from error

    async def _open_thread(self, delivery: Delivery, poster: Poster) -> int | None:
        review = await self._service.review(delivery)
        stored = review.stored
        name = f"#{stored.track_number} · {review.genre.name} · {stored.request.type.label}"
        try:
            thread_id = await poster.open_thread(name[:THREAD_NAME_MAX_CHARACTERS], THREAD_ARCHIVE_MINUTES)
        except discord.HTTPException as error:
            if error.code not in CANNOT_THREAD:
                raise
            log.info("job %s: no thread (%s), the review goes into the channel", delivery.job.job_id, error.code)
            return None
        await self._service.bind(review.conversation.conversation_id, thread_id)
        return thread_id

    async def _post_review(self, delivery: Delivery, poster: Poster) -> int | None:
        review = await self._service.review(delivery)
        conversation_id = review.conversation.conversation_id
        channel_id = _channel(delivery, review)
        stored = review.stored
        key = delivery.step.key
        diagnosis = stored.diagnosis
        made: int | None = None
        texts = rendering.review_messages(
            stored.request, review.genre, stored.review, diagnosis.versions, key, target=stored.target
        )
        for text in texts:
            made = await poster.post(channel_id, content=text)
            await self._service.posted(conversation_id, made)
        embed = rendering.numbers_embed(stored.analysis, stored.review.dial_card, diagnosis.platforms, key)
        view = review_buttons(conversation_id)
        made = await poster.post(channel_id, embed=embed, view=view)
        await self._service.posted(conversation_id, made)
        return made

    async def _attach_report(self, delivery: Delivery, poster: Poster) -> int | None:
        review = await self._service.review(delivery)
        conversation_id = review.conversation.conversation_id
        pdf = await self._conversations.report(delivery.actor, conversation_id)
        stored = review.stored
        name = f"earshot-track-{stored.track_number}-v{stored.version_number}.pdf"
        made = await poster.post(
            _channel(delivery, review),
            content=f"📄 The whole report as a PDF.\n-# {delivery.step.key}",
            file=lambda: discord.File(BytesIO(pdf), filename=name, description="Earshot report"),
        )
        await self._service.posted(conversation_id, made)
        return made

    async def _close_progress(self, delivery: Delivery, poster: Poster) -> int | None:
        await self._progress.stop(delivery.job.job_id)
        review = await self._service.review(delivery)
        bound = review.conversation.channel_id
        where = f"The feedback is in <#{bound}>." if bound else "The feedback is below."
        missing = delivery.origin.missing_permission
        lacks_thread = delivery.origin.place is Place.THREADABLE and not bound
        hint = ""
        if missing or lacks_thread:
            hint = f"\n-# I could not open a thread here{f' (missing: {missing})' if missing else ''}."
        return await poster.edit_origin(f"✅ {rendering.plain(review.stored.review.verdict)}\n{where}{hint}")

    async def _post_answer(self, delivery: Delivery, poster: Poster) -> int | None:
        answer = self._service.answer(delivery)
        texts = rendering.answer_message(
            answer.text, note=answer.note, quote=answer.quote, asker_id=answer.asker_id, key=delivery.step.key
        )
        return await self._post_all(delivery, poster, texts, answer)

    async def _post_summary(self, delivery: Delivery, poster: Poster) -> int | None:
        answer = self._service.answer(delivery)
        texts = rendering.summary_message(
            answer.text, number=answer.number or 1, note=answer.note, key=delivery.step.key
        )
        return await self._post_all(delivery, poster, texts, answer)

    async def _post_all(
        self, delivery: Delivery, poster: Poster, texts: Sequence[str], answer: AnswerStep
    ) -> int | None:
        """An answer or summary as one or more messages; one that shows its beginning already becomes the first."""
        await self._writing.stop(delivery.job.job_id)
        channel_id = delivery.origin.channel_id
        made: int | None = None
        for number, text in enumerate(texts):
            is_first = number == 0
            made = await poster.edit(channel_id, answer.preview_id, text) if is_first and answer.preview_id else None
            if made is None:
                made = await poster.post(channel_id, content=text, reply_to=answer.reply_to if is_first else None)
            await self._service.posted(answer.conversation_id, made, answer.message_row_id if is_first else None)
        return made

    async def _post_target(self, delivery: Delivery, poster: Poster) -> int | None:
        """The waiting message becomes the result; where it is gone, the result stands by itself."""
        await self._progress.stop(delivery.job.job_id)
        text = rendering.target_made(self._service.target(delivery), delivery.step.key)
        edited = await poster.edit_origin(text)
        return edited if edited is not None else await poster.post(delivery.origin.channel_id, content=text)

    async def _report_error(self, delivery: Delivery, poster: Poster) -> int | None:
        await self._progress.stop(delivery.job.job_id)
        await self._writing.stop(delivery.job.job_id)
        error = self._service.error(delivery)
        text = f"{error.sentence}\n-# {error.reference}"
        if delivery.job.kind in UPLOADING:
            return await poster.refuse(text)
        return await poster.post(delivery.origin.channel_id, content=text, reply_to=delivery.origin.message_id)


def _channel(delivery: Delivery, review: ReviewDelivery) -> int:
    return review.conversation.channel_id or delivery.origin.channel_id
