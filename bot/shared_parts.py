"""Workers and writer: the part of the composition that bot and command line share. Loads neither Discord nor SQL."""

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
    """The language model; None without a key, or where the operator has switched it off."""
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
    """A pipeline whose workers may still be warming up: what it is asked for meanwhile waits for them.

    Attributes:
        warm: waits until they are warm; raises DependencyError if they cannot be had.
    """

    pipeline: Pipeline
    warm: Callable[[], Awaitable[None]]


@asynccontextmanager
async def launch_pipeline(settings: Settings, warm_up: Sequence[str] = (WARM_UP,)) -> AsyncIterator[WarmingPipeline]:
    """Workers, started and not waited for, and writer.

    The analysis runs once in the parent of all workers: a job itself may write no file, so kernels are compiled (and
    their cache is filled) there. With an empty cache that takes most of a minute.

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
        yield WarmingPipeline(Pipeline(workers, Writer(model), settings.limits), workers.warm)
    finally:
        await workers.close()
        if model is not None:
            await model.aclose()


@asynccontextmanager
async def open_pipeline(settings: Settings, warm_up: Sequence[str] = (WARM_UP,)) -> AsyncIterator[Pipeline]:
    """Workers that are warm, and writer.

    Raises:
        UsageError: the data folder cannot be written.
        DependencyError: the worker processes cannot be started.
    """
    async with launch_pipeline(settings, warm_up) as launched:
        await launched.warm()
        yield launched.pipeline
