"""The composition root: builds all services of the bot process from their parts."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.settings import Settings
from bot.shared_parts import BLOB_FOLDER, WARM_UP, WARM_UP_REPORTS, WarmingPipeline, launch_pipeline
from cogs.attachments import Downloader
from cogs.delivery.live_answer import Writing
from cogs.delivery.progress import Progress
from cogs.delivery.steps import DiscordDelivery
from cogs.forgetting import Forgetting
from core.jobs.backend import EmbeddedBackend
from core.jobs.outbox import OutboxRunner
from core.jobs.ports import Handler
from core.jobs.runner import JobRunner
from core.service.budget import Budget
from core.service.channels import ChannelService
from core.service.conversation import ConversationService
from core.service.deletion.privacy import PrivacyService
from core.service.explain import ExplainService
from core.service.feedback import FeedbackService
from core.service.intake import Intake
from core.service.job_payloads import Origin
from core.service.outbox_steps import error_steps, lost_steps
from core.service.reconciler import Reconciler
from core.service.servers import ServerService
from core.service.shown.message_words import MessageWords
from core.service.shown.offers import OfferService
from core.service.step_context import DeliveryService
from core.service.targets import TargetService
from core.storage import BlobStore, Database
from core.storage.uploads.fetching import Fetching
from core.values.job import JobKind


@dataclass(frozen=True, slots=True)
class Services:
    """The services of the bot process.

    Attributes:
        warm: waits until the workers are warm; raises DependencyError if they cannot be started.
    """

    feedback: FeedbackService
    targets: TargetService
    conversations: ConversationService
    privacy: PrivacyService
    delivery: DiscordDelivery
    progress: Progress
    writing: Writing
    backend: EmbeddedBackend
    outbox: OutboxRunner
    reconciler: Reconciler
    servers: ServerService
    explain: ExplainService
    channels: ChannelService
    offers: OfferService
    forgetting: Forgetting
    warm: Callable[[], Awaitable[None]]


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[Services]:
    """Open the services of the bot process and close them after the block; the workers may still be warming up.

    Raises:
        UsageError: a setting cannot be used.
        DependencyError: the database cannot be opened, or the worker processes cannot be started.
    """
    database = await Database.open(settings.database_url, settings.data_dir)
    downloader = Downloader()
    deliveries = DeliveryService(database)
    progress = Progress(deliveries.position)
    try:
        async with launch_pipeline(settings, (WARM_UP, WARM_UP_REPORTS)) as launched:
            services = _wire(settings, database, launched, downloader, deliveries, progress)
            try:
                yield services
            finally:
                await services.backend.close()
                await services.outbox.close()
                await services.feedback.intake.close()
                await services.writing.close()
                await progress.close()
    finally:
        await downloader.close()
        await database.close()


def _wire(
    settings: Settings,
    database: Database,
    launched: WarmingPipeline,
    downloader: Downloader,
    deliveries: DeliveryService,
    progress: Progress,
) -> Services:
    limits, pipeline = settings.limits, launched.pipeline
    blobs = BlobStore(settings.data_dir / BLOB_FOLDER)
    budget = Budget(database, limits, server=settings.openai_base_url)
    handlers: dict[JobKind, Handler] = {}

    def ring() -> None:
        outbox.wake()

    async def acknowledged(origin: Origin) -> bool | None:
        return await delivery.acknowledged(origin)

    runner = JobRunner(database, handlers, error_steps, ring)
    backend = EmbeddedBackend(database, runner, error_steps)
    intake = Intake(
        database,
        limits,
        fetching=Fetching(blobs, downloader.fetch),
        backend=backend,
        on_stage=progress.report,
        on_written=ring,
        acknowledged=acknowledged,
    )
    feedback = FeedbackService(database, blobs, pipeline, budget, intake, on_stage=progress.report)
    targets = TargetService(database, blobs, pipeline, intake, fetch=downloader.fetch, on_stage=progress.report)
    explain = ExplainService(pipeline.writer, budget)
    writing = Writing()
    conversations = ConversationService(
        database,
        pipeline,
        budget,
        limits,
        explain,
        backend=backend,
        on_stage=writing.report,
        on_text=writing.show,
    )
    handlers[JobKind.FEEDBACK] = feedback.handle
    handlers[JobKind.QUESTION] = conversations.handle_question
    handlers[JobKind.SUMMARY] = conversations.handle_summary
    handlers[JobKind.TARGET] = targets.handle
    privacy = PrivacyService(database, blobs, limits, on_written=ring)
    offers = OfferService(database)
    forgetting = Forgetting(conversations, feedback, offers, MessageWords(database), progress.end)
    delivery = DiscordDelivery(deliveries, conversations, progress, writing, forgetting)
    outbox = OutboxRunner(database, delivery, lost_steps)
    return Services(
        feedback=feedback,
        targets=targets,
        conversations=conversations,
        privacy=privacy,
        delivery=delivery,
        progress=progress,
        writing=writing,
        backend=backend,
        outbox=outbox,
        reconciler=Reconciler(backend, intake, privacy),
        servers=ServerService(
            database,
            budget,
            uses_model=settings.uses_model,
            model=settings.openai_model,
            uses_ideas=settings.ideas_on,
        ),
        explain=explain,
        channels=ChannelService(database, blobs),
        offers=offers,
        forgetting=forgetting,
        warm=launched.warm,
    )
