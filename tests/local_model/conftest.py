"""A small real model on loopback, and the bot's client pointed at it. Run by `make test-local-model` alone."""

from collections.abc import AsyncIterator

import pytest

from core.advice import ChatModel, ModelSettings
from tests.support.processes.local_model import LocalModel, local_model, missing

OUTPUT_TOKENS = 600
"""Longest answer, in tokens. A plan of three points has 300; the model often repeats itself until it is cut off."""

DEADLINE_S = 60.0
"""Of all requests for one text: shorter than the bot's own, because most of what this model writes is not usable."""


@pytest.fixture
async def server() -> AsyncIterator[LocalModel]:
    reason = missing()
    if reason is not None:
        pytest.skip(reason)
    async with local_model() as running:
        yield running


@pytest.fixture
def settings(server: LocalModel) -> ModelSettings:
    return ModelSettings(
        api_key=server.api_key,
        base_url=server.base_url,
        model=server.model,
        max_output_tokens=OUTPUT_TOKENS,
        timeout_s=DEADLINE_S,
        deadline_s=DEADLINE_S,
    )


@pytest.fixture
async def model(settings: ModelSettings) -> AsyncIterator[ChatModel]:
    opened = ChatModel(settings)
    yield opened
    await opened.aclose()
