"""An explanation by a model has sentences of the handbook and no other words."""

import json

import pytest

from core.advice import ChatModel, Writer
from core.service.explain import ExplainService
from tests.support.processes import openai_server as server_says
from tests.support.processes.openai_server import OpenAIServer


def chooses(*says: str) -> server_says.Turn:
    return server_says.says(json.dumps({"paragraphs": [{"say": say, "idea": ""} for say in says]}))


@pytest.mark.parametrize("topic", ["true peak", "mud"])
async def test_its_sentences_stand_on_the_pages(server: OpenAIServer, model: ChatModel, topic: str) -> None:
    server.script(chooses("{s1} {s2} {s3}"))
    service = ExplainService(Writer(model))

    found = await service.explain(None, topic)

    assert found.by_model
    pages = " ".join(part.text for part in service.look_up(topic).parts)
    assert found.parts[0].text in pages
    assert found.parts[0].text.count(". ") >= 1
    assert found.sources == ("; ".join(service.look_up(topic).sources),)


async def test_words_of_its_own_are_not_shown(server: OpenAIServer, model: ChatModel) -> None:
    server.script(chooses("True peak is a sort of cheese."))
    service = ExplainService(Writer(model))

    found = await service.explain(None, "true peak")

    assert found == service.look_up("true peak")
    assert not found.by_model
