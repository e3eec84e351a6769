"""/server: what those who manage a server decide for it."""

import discord
from discord import app_commands
from discord.ext import commands

from cogs.feedback import actor_of
from core.service.servers import ServerService, ServerState
from core.storage import Usage

NANO_USD_PER_CENT = 10_000_000

ON = "on"
OFF = "off"
CHOICES = [
    app_commands.Choice(name="On: a language model may write the words", value=ON),
    app_commands.Choice(name="Off: measured wording only, nothing is sent to a model", value=OFF),
]

SWITCHED = {
    True: "The language model is on here. What it is sent stands in `/privacy show`.",
    False: "The language model is off here: from now on nothing is sent to one, and every word comes from the "
    "measurements.",
}
NO_MODEL = "This bot runs without a language model: every word comes from the measurements."


class Server(
    commands.GroupCog,
    group_name="server",
    group_description="What holds for this server",
):
    """Settings of a server. Everybody may look; the service checks who may change them."""

    def __init__(self, service: ServerService) -> None:
        self._service = service

    @app_commands.command(name="model", description="Switch the language model on or off for this server")
    @app_commands.describe(use="Off: reviews and answers are written from the measurements alone")
    @app_commands.choices(use=CHOICES)
    @app_commands.guild_only()
    async def model(self, interaction: discord.Interaction, use: str) -> None:
        """Switch."""
        allowed = use == ON
        await self._service.allow_model(actor_of(interaction), allowed=allowed)
        await interaction.response.send_message(SWITCHED[allowed], ephemeral=True)

    @app_commands.command(name="show", description="What is set here, and what the language model has cost")
    @app_commands.guild_only()
    async def show(self, interaction: discord.Interaction) -> None:
        """Settings and usage."""
        state = await self._service.state(actor_of(interaction))
        await interaction.response.send_message(server_text(state), ephemeral=True)


def server_text(state: ServerState) -> str:
    """Settings and usage in words."""
    if not state.process_uses_model:
        return NO_MODEL
    switch = "on" if state.allows_model else "off (`/server model` switches it on)"
    return "\n".join(
        (
            f"**Language model** ({state.model}): {switch}",
            f"• today: {usage_line(state.usage.today)}",
            f"• this month: {usage_line(state.usage.month)}",
        )
    )


def usage_line(usage: Usage) -> str:
    """Requests, tokens and, where the price is known, cost."""
    if not usage.attempts:
        return "not used"
    cost = "" if usage.cost_nano_usd is None else f", {usage.cost_nano_usd / NANO_USD_PER_CENT / 100:.4f} USD"
    requests = f"{usage.attempts} request{'' if usage.attempts == 1 else 's'}, {usage.answers} answered"
    return f"{requests}, {usage.prompt_tokens:,} tokens sent and {usage.completion_tokens:,} received{cost}"
