"""`earshot explain`: a topic from Earshot's own pages, on the terminal."""

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from bot.settings import Settings
from bot.shared_parts import chat_model
from core.advice import Writer
from core.service.explain import EXPLAINED_BY_MODEL, ExplainService

WIDTH_MAX = 100
"""Characters of a line: longer lines are tiring to read."""


async def print_explanation(settings: Settings, topic: str) -> None:
    """Look a topic up and print it.

    Raises:
        UsageError: UNKNOWN_TOPIC.
    """
    model = chat_model(settings)
    try:
        found = await ExplainService(Writer(model)).explain(None, topic)
    finally:
        if model is not None:
            await model.aclose()
    console = Console(highlight=False)
    width = min(WIDTH_MAX, console.width)
    console.print(Text(found.title, style="bold"))
    for part in found.parts:
        if part.title:
            console.print(Text(f"\n{part.title}", style="bold dim"))
        console.print(Padding(Text(part.text), (0, 0, 0, 2)), width=width)
        console.print(Padding(Text(part.source, style="dim italic"), (0, 0, 0, 2)), width=width, soft_wrap=True)
    if found.by_model:
        console.print(Text(f"\n{EXPLAINED_BY_MODEL}", style="dim"))
