"""Buttons under a review. Their state is in their custom ids, so they live through restarts."""

import re
from typing import Any, Protocol, Self

import discord

CONVERSATION = r"(?P<conversation>\d{1,19})"


class ButtonActions(Protocol):
    """What the buttons call."""

    async def ask(self, interaction: discord.Interaction, conversation_id: int) -> None:
        """Open the question form."""

    async def summarise(self, interaction: discord.Interaction, conversation_id: int) -> None:
        """Write a summary."""

    async def report(self, interaction: discord.Interaction, conversation_id: int) -> None:
        """Hand over the PDF with the conversation so far."""


class _ConversationButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"earshot:unused"):
    """Base of buttons that belong to a conversation."""

    label: str
    emoji: str
    name: str
    style = discord.ButtonStyle.secondary

    def __init__(self, conversation_id: int) -> None:
        self.conversation_id = conversation_id
        super().__init__(
            discord.ui.Button(
                label=self.label,
                emoji=self.emoji,
                style=self.style,
                custom_id=f"earshot:{self.name}:{conversation_id}",
            )
        )

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction, _item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(int(match["conversation"]))


class AskButton(_ConversationButton, template=rf"earshot:ask:{CONVERSATION}"):
    """Opens a form for a question: works without the message-content intent."""

    label, emoji, name = "Ask a question", "💬", "ask"
    style = discord.ButtonStyle.primary

    async def callback(self, interaction: discord.Interaction) -> None:
        """Open the form."""
        await _actions(interaction).ask(interaction, self.conversation_id)


class SummaryButton(_ConversationButton, template=rf"earshot:summary:{CONVERSATION}"):
    """Asks for a summary now."""

    label, emoji, name = "Summarise", "📝", "summary"

    async def callback(self, interaction: discord.Interaction) -> None:
        """Queue a summary."""
        await _actions(interaction).summarise(interaction, self.conversation_id)


class ReportButton(_ConversationButton, template=rf"earshot:report:{CONVERSATION}"):
    """Hands over the PDF, with everything said since."""

    label, emoji, name = "PDF", "📄", "report"

    async def callback(self, interaction: discord.Interaction) -> None:
        """Render and send."""
        await _actions(interaction).report(interaction, self.conversation_id)


BUTTONS = (AskButton, SummaryButton, ReportButton)
"""Registered by the client at start."""


def review_buttons(conversation_id: int) -> discord.ui.View:
    """The row under a review."""
    view = discord.ui.View(timeout=None)
    for button in BUTTONS:
        view.add_item(button(conversation_id))
    return view


def _actions(interaction: discord.Interaction) -> ButtonActions:
    actions: ButtonActions = interaction.client.get_cog("Conversations")  # type: ignore[attr-defined]
    return actions
