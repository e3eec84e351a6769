"""Delivery: carries out outbox steps in Discord; a repeated step posts nothing twice where the bot can search."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from io import BytesIO

import aiohttp
import discord

from cogs import rendering
from cogs.content import DONE, TAKEN, Content
from cogs.delivery import texts as words
from cogs.delivery.bad_news import BadNews
from cogs.delivery.live_answer import Writing
from cogs.delivery.posting import Poster
from cogs.delivery.progress import STAGE_LINES, Progress
from cogs.delivery.threads import THREAD_ARCHIVE_MINUTES
from cogs.delivery.wiping import Wiping
from cogs.discord_errors import FILE_TOO_LARGE, is_final
from cogs.forgetting import Forgetting
from cogs.interactions.acknowledging import is_acknowledged
from cogs.interactions.buttons import review_buttons
from core.jobs.ports import RetryLaterError, UndeliverableError
from core.rules.genre_tempo import in_genre
from core.service.conversation import ConversationService
from core.service.job_payloads import AnswerStep, Origin, Place
from core.service.step_context import Delivery, DeliveryService, ReviewDelivery
from core.text.error_sentences import say
from core.text.language import in_language, worded
from core.values.errors import LimitCode, LimitError, NotFoundError
from core.values.job import Stage, Step, StepKind

NOT_CONNECTED_RETRY_S = 2.0
"""Seconds before a step is tried again while there is no connection."""

log = logging.getLogger(__name__)

Opened = Callable[[int, int | None], Awaitable[None]]
"""Called when a review was posted in a channel that its owner may be writing in (channel id, guild id)."""


class DiscordDelivery:
    """The `Deliverer` of the bot process."""

    def __init__(
        self,
        service: DeliveryService,
        conversations: ConversationService,
        progress: Progress,
        writing: Writing,
        forgetting: Forgetting,
    ) -> None:
        self._service = service
        self._forgetting = forgetting
        self._attached_at = datetime.min.replace(tzinfo=UTC)
        self._conversations = conversations
        self._progress = progress
        self._writing = writing
        self._client: discord.Client | None = None
        self._opened: Opened | None = None
        self._carry_out: dict[StepKind, Callable[[Delivery, Poster], Awaitable[int | None]]] = {
            StepKind.OPEN_THREAD: self._open_thread,
            StepKind.POST_REVIEW: self._post_review,
            StepKind.ATTACH_REPORT: self._attach_report,
            StepKind.CLOSE_PROGRESS: self._close_progress,
            StepKind.POST_ANSWER: self._post_answer,
            StepKind.POST_SUMMARY: self._post_summary,
            StepKind.POST_TARGET: self._post_target,
            **BadNews(service, progress, writing).kinds,
            **Wiping(service, progress).kinds,
        }

    def attach(self, client: discord.Client | None, opened: Opened | None = None) -> None:
        """Deliver through this client, which is ready, from now on; None while there is none."""
        self._client = client
        self._opened = opened
        self._attached_at = datetime.now(UTC)

    @property
    def connected(self) -> bool:
        """Whether a ready client is attached."""
        return self._client is not None

    async def acknowledged(self, origin: Origin) -> bool | None:
        """Whether the command of a job was acknowledged; None while that cannot be found out."""
        if self._client is None or origin.token is None:
            return None if origin.token is not None else True
        return await is_acknowledged(self._client, origin.application_id, origin.token)

    async def deliver(self, step: Step) -> int | None:
        """Carry out a step, and return the id of the thread or message that it made, if any.

        Raises:
            RetryLaterError: the step cannot be delivered now.
            UndeliverableError: the step can never be delivered, or its conversation was deleted.
        """
        client = self._client
        if client is None:
            raise RetryLaterError("not connected to Discord", NOT_CONNECTED_RETRY_S)
        poster: Poster | None = None
        try:
            delivery = await self._service.open(step)
            await self._check_source(client, delivery)
            poster = Poster(client, delivery, STAGE_LINES[Stage.WRITING])
            made = await self._carry_out[step.kind](delivery, poster)
            await self._service.open(step)  # raises if it was deleted meanwhile: the post must not stay either
        except NotFoundError as error:
            # deleted meanwhile: by its owner, or with its thread
            if poster is not None:
                await poster.take_back(words.DELETED_MEANWHILE, words.UNNAMED)
            raise UndeliverableError(f"gone: {error}") from error
        except (discord.RateLimited, aiohttp.ClientError, OSError) as error:
            raise RetryLaterError(f"{type(error).__name__}: {error}") from error
        except discord.HTTPException as error:
            if not is_final(error):
                raise RetryLaterError(f"{error.status}: {error}") from error
            raise UndeliverableError(f"{error.status}/{error.code}: {error.text}") from error
        except RuntimeError as error:
            # aiohttp raises this from a session that was closed meanwhile; otherwise it is a bug
            if not client.is_closed():
                raise
            raise RetryLaterError("the connection was closed meanwhile", NOT_CONNECTED_RETRY_S) from error
        return made

    async def _check_source(self, client: discord.Client, delivery: Delivery) -> None:
        """Look for the source message if its deletion may have been missed: after an absence or a failed first try.

        Raises:
            NotFoundError: the message or its track is gone, and what was asked in it is withdrawn.
        """
        if not delivery.is_repeat and delivery.job.created_at >= self._attached_at:
            return
        message_id = await self._service.source_message(delivery)
        if message_id is not None and delivery.origin.place is not Place.TOKEN_ONLY:
            await self._forgetting.check(client, delivery.origin.channel_id, message_id)

    async def _open_thread(self, delivery: Delivery, poster: Poster) -> int | None:
        review = await self._service.review(delivery)
        conversation_id = review.conversation.conversation_id
        name = words.thread_name(delivery.origin.asker_name, review.stored, review.genre)
        try:
            thread_id = await poster.threads.open(name, THREAD_ARCHIVE_MINUTES)
        except discord.HTTPException as error:
            if not is_final(error):
                raise
            log.info("job %s: no thread (%s), the review goes into the channel", delivery.job.job_id, error.code)
            return None
        await self._service.bind(conversation_id, thread_id, follows_owner=True)
        await poster.threads.add(thread_id, delivery.job.user_id)
        return thread_id

    async def _post_review(self, delivery: Delivery, poster: Poster) -> int | None:
        review = await self._service.review(delivery)
        row = review.conversation
        conversation_id, channel_id = row.conversation_id, row.channel_id or delivery.origin.channel_id
        stored, key = review.stored, delivery.step.key
        if row.review_channel_id is None:
            # no thread was made, for whatever reason
            await self._service.bind(conversation_id, channel_id, follows_owner=False)
        ping = await self._ping(delivery)
        texts = rendering.review_texts(
            stored.request,
            review.genre,
            stored.review,
            stored.diagnosis,
            key,
            target=stored.target,
            mention=ping,
        )
        analysis = in_genre(stored.analysis, review.genre)
        platforms = stored.diagnosis.platforms_shown(stored.request.type)
        embed = rendering.numbers_embed(analysis, stored.review.dial_card, platforms, key, stored.request.language)
        contents = [Content(text, ping=ping if number == 0 else None) for number, text in enumerate(texts)]
        numbers = Content(embed=embed, view=review_buttons(conversation_id))
        if poster.by_token:
            contents = words.within_follow_ups(contents)
        made: int | None = None
        for content in (*contents, numbers):
            made = await poster.post(channel_id, content)
            await self._service.posted(conversation_id, made, channel_id=channel_id)
        if delivery.origin.is_message and delivery.origin.message_id is not None:
            await poster.mark(delivery.origin.channel_id, delivery.origin.message_id, TAKEN, DONE)
        await self._after_review(delivery, poster, review)
        return made

    async def _ping(self, delivery: Delivery) -> int | None:
        """The id of the member to mention; None where they or the server switched that off, and in a DM."""
        if delivery.origin.place is Place.DIRECT or not await self._service.pings(delivery.actor):
            return None
        return delivery.job.user_id

    async def _after_review(self, delivery: Delivery, poster: Poster, review: ReviewDelivery) -> None:
        """Name our thread after the newest version, and have answered what its owner wrote there while waiting."""
        row = review.conversation
        if row.channel_id is None:
            return
        if row.follows_owner and review.stored.version_number > 1 and row.guild_id is not None:
            name = words.thread_name(delivery.origin.asker_name, review.stored, review.genre)
            await poster.threads.rename_own(row.channel_id, name, lambda now: words.is_given_name(now, review.stored))
        if delivery.origin.place is not Place.THREADABLE and self._opened is not None:
            await self._opened(row.channel_id, row.guild_id)

    async def _attach_report(self, delivery: Delivery, poster: Poster) -> int | None:
        review = await self._service.review(delivery)
        row = review.conversation
        conversation_id, channel_id = row.conversation_id, row.channel_id or delivery.origin.channel_id
        stored = review.stored
        # the next version may be reviewed by now: this PDF is of the one that was posted
        pdf = await self._conversations.report(delivery.actor, conversation_id, channel_id, stored.review_id)
        name = f"earshot-track-{stored.track_number}-v{stored.version_number}.pdf"
        with in_language(stored.request.language):
            told, about = worded("thread.report"), worded("report.file")
        content = Content(
            f"{told}\n-# {delivery.step.key}",
            file=lambda: discord.File(BytesIO(pdf), filename=name, description=about),
        )
        try:
            made = await poster.post(channel_id, content)
        except discord.HTTPException as error:
            if error.code != FILE_TOO_LARGE:
                raise
            text = f"📄 {say(LimitError(LimitCode.PDF_TOO_LARGE))}\n-# {delivery.step.key}"
            made = await poster.post(channel_id, Content(text))
        await self._service.posted(conversation_id, made, channel_id=channel_id)
        return made

    async def _close_progress(self, delivery: Delivery, poster: Poster) -> int | None:
        await self._progress.stop(delivery.job.job_id)
        review = await self._service.review(delivery)
        row, origin = review.conversation, delivery.origin
        lost = await self._service.lost(delivery)
        where = words.where_it_is(lost.kinds, row.channel_id if row.channel_id != origin.channel_id else None)
        missing = origin.missing_permission
        lacks_thread = origin.place is Place.THREADABLE and row.channel_id in {None, origin.channel_id}
        hint = ""
        if missing or lacks_thread:
            hint = f"\n-# I could not open a thread here{f' (missing: {missing})' if missing else ''}."
        made = await poster.edit_origin(f"✅ {rendering.escaped(review.stored.review.verdict)}\n{where}{hint}")
        if made is not None:
            await self._service.posted(row.conversation_id, made, channel_id=origin.channel_id)
        return made

    async def _post_answer(self, delivery: Delivery, poster: Poster) -> int | None:
        answer = self._service.answer(delivery)
        texts = rendering.answer_message(
            answer.text,
            note=answer.note,
            quote=answer.quote,
            asker_id=answer.asker_id,
            key=delivery.step.key,
            idea=answer.idea,
            language=answer.language,
        )
        made = await self._post_all(delivery, poster, texts, answer)
        if answer.reply_to is not None:
            await poster.mark(delivery.origin.channel_id, answer.reply_to, TAKEN, DONE)
        return made

    async def _post_summary(self, delivery: Delivery, poster: Poster) -> int | None:
        answer = self._service.answer(delivery)
        texts = rendering.summary_message(
            answer.text,
            number=answer.number or 1,
            note=answer.note,
            key=delivery.step.key,
            language=answer.language,
        )
        return await self._post_all(delivery, poster, texts, answer)

    async def _post_all(
        self, delivery: Delivery, poster: Poster, texts: Sequence[str], answer: AnswerStep
    ) -> int | None:
        """Post an answer or summary as one or more messages; a message that shows its beginning becomes the first."""
        shown_id = await self._service.shown_in(delivery, answer)
        await self._writing.stop(delivery.job.job_id)
        channel_id = delivery.origin.channel_id
        first: int | None = None
        for number, text in enumerate(texts):
            is_first = number == 0
            made = await poster.edit(channel_id, shown_id, text) if is_first and shown_id else None
            if made is None:
                made = await poster.post(channel_id, Content(text), reply_to=answer.reply_to if is_first else None)
            row_id = answer.message_row_id if is_first else None
            await self._service.posted(answer.conversation_id, made, row_id, channel_id=channel_id)
            first = first or made
        return first

    async def _post_target(self, delivery: Delivery, poster: Poster) -> int | None:
        """Put the result into the waiting message; where that is gone, post it."""
        await self._progress.stop(delivery.job.job_id)
        text = rendering.target_made(self._service.target(delivery), delivery.step.key)
        edited = await poster.edit_origin(text)
        return edited if edited is not None else await poster.post(delivery.origin.channel_id, Content(text))
