"""A loopback model server, and the real SDK pointed at it."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from core.advice import ChatModel, ModelSettings
from core.values.errors import ModelFault
from tests.support.processes.openai_server import OpenAIServer, openai_server

KEY = "sk-canary-6f1d0c2b9a"
"""Must never be seen outside the Authorization header."""

TIMEOUT_S = 8.0
"""Of one request: what a busy machine needs for an answer that comes at once."""

SOON_S = 0.25
"""Of one request that is never answered."""

DEADLINE_S = 9.0
"""Of all requests together."""

RETRY_FIRST_S = 0.01


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with openai_server() as running:
        yield running


@pytest.fixture
def settings(server: OpenAIServer, request: pytest.FixtureRequest) -> ModelSettings:
    """Patient, but with a case that runs into its timeout."""
    case = request.node.callspec.params.get("case") if hasattr(request.node, "callspec") else None
    times_out = getattr(case, "fault", None) is ModelFault.TIMEOUT
    return ModelSettings(
        api_key=KEY,
        base_url=server.base_url,
        timeout_s=SOON_S if times_out else TIMEOUT_S,
        deadline_s=DEADLINE_S,
        retry_first_s=RETRY_FIRST_S,
    )


@pytest.fixture
async def model(settings: ModelSettings) -> AsyncIterator[ChatModel]:
    # the first call opens the SDK: half a second that no timeout of a test should be spent on
    opened = ChatModel(settings)
    await opened._client()
    yield opened
    await opened.aclose()


@pytest.fixture
async def one_try_model(settings: ModelSettings) -> AsyncIterator[ChatModel]:
    opened = ChatModel(replace(settings, max_tries=1))
    await opened._client()
    yield opened
    await opened.aclose()
