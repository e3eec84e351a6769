"""Workers and writer, shared by bot and command line. This module imports neither discord.py nor SQLAlchemy."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.folder_lock import make_folder
from bot.settings import Settings
from core.advice import ChatModel, ModelSettings, Writer
from core.service.file_to_review import Pipeline
from core.workers import Workers

CACHE_FOLDER = "cache"
BLOB_FOLDER = "blobs"
WARM_UP = "core.service.worker_tasks.measuring:warm_up"
WARM_UP_REPORTS = "core.service.worker_tasks.drawing:warm_up_reports"


def chat_model(settings: Settings) -> ChatModel | None:
    """The language model; None without a key, or where the settings switch it off."""
    if settings.openai_api_key is None or not settings.uses_model:
        return None
    return ChatModel(
        ModelSettings(
            api_key=settings.openai_api_key,
            base_url=settings.openai_base_url,
            model=settings.openai_model,
            parallel=settings.model_parallel,
        )
    )


@dataclass(frozen=True, slots=True)
class WarmingPipeline:
    """A pipeline whose workers may still be warming up: requests made meanwhile wait for them.

    Attributes:
        warm: waits until the workers are warm; raises DependencyError if they cannot be started.
    """

    pipeline: Pipeline
    warm: Callable[[], Awaitable[None]]


@asynccontextmanager
async def launch_pipeline(settings: Settings, warm_up: Sequence[str] = (WARM_UP,)) -> AsyncIterator[WarmingPipeline]:
    """Start the workers without waiting for them, and yield them with the writer.

    The warm-up runs the analysis once in the parent process of all workers: a job may write no file, so the kernels are
    compiled and cached there. With an empty cache that takes 20 to 60 s, unless they were compiled at the installation.

    Raises:
        UsageError: the data folder cannot be written.
        DependencyError: the worker processes cannot be started.
    """
    cache = settings.data_dir / CACHE_FOLDER
    make_folder(cache)
    model = chat_model(settings)
    workers = Workers(concurrency=settings.limits.concurrency, warm_up=warm_up, cache_dir=cache)
    try:
        await workers.launch()
        yield WarmingPipeline(Pipeline(workers, Writer(model, ideas=settings.ideas_on), settings.limits), workers.warm)
    finally:
        await workers.close()
        if model is not None:
            await model.aclose()


@asynccontextmanager
async def open_pipeline(settings: Settings, warm_up: Sequence[str] = (WARM_UP,)) -> AsyncIterator[Pipeline]:
    """Start the workers, wait until they are warm, and yield them with the writer.

    Raises:
        UsageError: the data folder cannot be written.
        DependencyError: the worker processes cannot be started.
    """
    async with launch_pipeline(settings, warm_up) as launched:
        await launched.warm()
        yield launched.pipeline
