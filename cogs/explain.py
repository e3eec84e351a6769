"""/explain: what a metric, a rule or a setting means, with its source."""

import discord
from discord import app_commands
from discord.ext import commands

from cogs.context import actor_of
from cogs.interactions.acknowledging import acknowledge
from cogs.rendering import chunks, escaped
from core.service.explain import EXPLAINED_BY_MODEL, TOPIC_MAX_CHARACTERS, ExplainService, Explanation


class Explain(commands.Cog):
    """Answers from Earshot's handbook."""

    def __init__(self, service: ExplainService) -> None:
        self._service = service

    @app_commands.command(name="explain", description="What a metric, rule or setting means, and how it is measured")
    @app_commands.describe(topic="Start typing: PSR, true peak, mud … or ask in a sentence")
    async def explain(
        self, interaction: discord.Interaction, topic: app_commands.Range[str, 1, TOPIC_MAX_CHARACTERS]
    ) -> None:
        """Answer with what the handbook says about a topic."""
        self._service.look_up(topic)  # an unknown topic is refused at once, and only the asker sees that
        await acknowledge(interaction, lambda: interaction.response.defer(thinking=True))
        found = await self._service.explain(actor_of(interaction), topic)
        first, *rest = chunks(explanation_text(found))
        silent = discord.AllowedMentions.none()
        await interaction.edit_original_response(content=first, allowed_mentions=silent)
        for part in rest:
            await interaction.followup.send(part, allowed_mentions=silent)

    @explain.autocomplete("topic")
    async def topics(self, _interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Suggest topics by name, other name or beginning."""
        return [app_commands.Choice(name=name, value=name) for name in self._service.choices(typed)]


def explanation_text(found: Explanation) -> str:
    """An explanation as Discord shows it: each part with its source page."""
    blocks = [f"**{escaped(found.title)}**"]
    for part in found.parts:
        title = f"**{escaped(part.title)}**\n" if part.title else ""
        blocks.append(f"{title}{escaped(part.text)}\n-# {escaped(part.source)}")
    if found.by_model:
        blocks.append(f"-# {EXPLAINED_BY_MODEL}")
    return "\n\n".join(blocks)
