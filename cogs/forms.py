"""Forms (Discord modals)."""

from collections.abc import Awaitable, Callable
from typing import Any

import discord

from cogs.errors import refuse
from core.request import FOCUS_MAX_CHARACTERS, QUESTION_MAX_CHARACTERS, Detail, ReviewType

GENRE_MAX_CHARACTERS = 60


def _select(custom_id: str, options: list[tuple[str, str]], chosen: str) -> discord.ui.Select[Any]:
    return discord.ui.Select(
        custom_id=custom_id,
        options=[discord.SelectOption(label=label, value=value, default=value == chosen) for value, label in options],
    )


class FeedbackForm(discord.ui.Modal, title="Get mix feedback"):
    """What the context menu cannot ask: type, genre, detail, focus."""

    def __init__(self, submit: Callable[[discord.Interaction, "FeedbackForm"], Awaitable[None]]) -> None:
        super().__init__(custom_id="earshot:feedback", timeout=900)
        self._submit = submit
        self._type = _select("type", [(kind.value, kind.label) for kind in ReviewType], ReviewType.MIXDOWN.value)
        self._detail = _select("detail", [(detail.value, detail.label) for detail in Detail], Detail.DETAILED.value)
        self._genre: discord.ui.TextInput[Any] = discord.ui.TextInput(
            custom_id="genre", placeholder="house, drill, dnb …", max_length=GENRE_MAX_CHARACTERS
        )
        self._focus: discord.ui.TextInput[Any] = discord.ui.TextInput(
            custom_id="focus", required=False, max_length=FOCUS_MAX_CHARACTERS, style=discord.TextStyle.paragraph
        )
        self.add_item(discord.ui.Label(text="What is it?", component=self._type))
        self.add_item(discord.ui.Label(text="Genre", component=self._genre))
        self.add_item(discord.ui.Label(text="How much detail?", component=self._detail))
        self.add_item(discord.ui.Label(text="What do you want ears on? (optional)", component=self._focus))

    @property
    def chosen_type(self) -> str:
        """Value of a `ReviewType`."""
        return self._type.values[0] if self._type.values else ReviewType.MIXDOWN.value

    @property
    def chosen_detail(self) -> str:
        """Value of a `Detail`."""
        return self._detail.values[0] if self._detail.values else Detail.DETAILED.value

    @property
    def typed_genre(self) -> str:
        """Untrusted text."""
        return self._genre.value

    @property
    def typed_focus(self) -> str | None:
        """Untrusted text, or None."""
        return self._focus.value.strip() or None

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Hand the form on."""
        await self._submit(interaction, self)

    async def on_error(self, interaction: discord.Interaction, error: Exception, /) -> None:  # type: ignore[override]  # Modal's own signature
        """Words for what went wrong, in the one place that has them."""
        await refuse(interaction, error)


class QuestionForm(discord.ui.Modal, title="Ask about this review"):
    """A question, for people who are not in a thread or whose messages the bot cannot read."""

    def __init__(self, submit: Callable[[discord.Interaction, str], Awaitable[None]]) -> None:
        super().__init__(custom_id="earshot:question", timeout=900)
        self._submit = submit
        self._question: discord.ui.TextInput[Any] = discord.ui.TextInput(
            custom_id="question", max_length=QUESTION_MAX_CHARACTERS, style=discord.TextStyle.paragraph
        )
        self.add_item(discord.ui.Label(text="Your question", component=self._question))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Hand the question on."""
        await self._submit(interaction, self._question.value)

    async def on_error(self, interaction: discord.Interaction, error: Exception, /) -> None:  # type: ignore[override]  # Modal's own signature
        """Words for what went wrong, in the one place that has them."""
        await refuse(interaction, error)
