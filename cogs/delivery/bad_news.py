"""Steps that tell a member that a request failed, or that its result could not be posted."""

from collections.abc import Awaitable, Callable, Mapping

from cogs.content import TAKEN, Content
from cogs.delivery import texts as words
from cogs.delivery.live_answer import Writing
from cogs.delivery.posting import Poster
from cogs.delivery.progress import Progress
from cogs.delivery.removal import remove_posts
from core.service.step_context import Delivery, DeliveryService
from core.storage import Post
from core.values.job import UPLOADING, StepKind


class BadNews:
    """Carries out steps that tell a member that they do not get what they asked for."""

    def __init__(self, service: DeliveryService, progress: Progress, writing: Writing) -> None:
        self._service = service
        self._progress = progress
        self._writing = writing

    @property
    def kinds(self) -> Mapping[StepKind, Callable[[Delivery, Poster], Awaitable[int | None]]]:
        """The method that carries out each kind of step."""
        return {StepKind.REPORT_ERROR: self.report_error, StepKind.TELL_LOST: self.tell_lost}

    async def report_error(self, delivery: Delivery, poster: Poster) -> int | None:
        """Tell a member why their request failed."""
        await self._progress.stop(delivery.job.job_id)
        await self._writing.stop(delivery.job.job_id)
        error = self._service.error(delivery)
        text = words.why_nothing(error)
        await self._unmark(delivery, poster)
        if delivery.job.kind in UPLOADING or not delivery.origin.is_message:
            is_upload = delivery.job.kind in UPLOADING
            made = await (poster.refuse(text) if is_upload else poster.whisper(text))
            return made if made is not None else await poster.direct(delivery.job.user_id, words.unsaid(error))
        return await poster.post(delivery.origin.channel_id, Content(text), reply_to=delivery.origin.message_id)

    async def tell_lost(self, delivery: Delivery, poster: Poster) -> int | None:
        """Tell a member, once and privately, what could not be delivered and how to get it."""
        await self._progress.stop(delivery.job.job_id)
        await self._writing.stop(delivery.job.job_id)
        lost = await self._service.lost(delivery)
        error = self._service.what_was_lost(delivery).error
        await self._unmark(delivery, poster, is_posted=bool(lost.kinds) and StepKind.POST_REVIEW not in lost.kinds)
        if lost.told or not (lost.kinds or error):
            return None
        text = words.GONE if lost.is_gone else words.lost_line(lost.kinds) if error is None else words.unsaid(error)
        whispered = await poster.whisper(text)
        return whispered if whispered is not None else await poster.direct(delivery.job.user_id, text)

    async def _unmark(self, delivery: Delivery, poster: Poster, *, is_posted: bool = False) -> None:
        """Remove the "taken" reaction from the message that asked. Best effort.

        The notice that a version is being measured is removed too, unless its review `is_posted`.
        """
        origin = delivery.origin
        if not origin.is_message or origin.message_id is None:
            return
        await poster.mark(origin.channel_id, origin.message_id, TAKEN, None)
        notice_id = None if is_posted else self._service.notice_id(delivery)
        if notice_id is not None:
            await remove_posts(poster.client, [Post(origin.channel_id, notice_id)], (), words.UNNAMED)
