"""/privacy: what is kept, a copy of it, and deletion. Guild joins and leaves."""

import json
from io import BytesIO

import discord
from discord import app_commands
from discord.ext import commands

from cogs.feedback import actor_of
from core.actor import Actor
from core.service.privacy import PrivacyService
from core.service.servers import ServerService

DISCLOSURE = """**What Earshot keeps about you**
• Your track's audio: deleted after {hours:g} hours. It is never posted, shared or used to train anything.
• What was measured, the feedback, and the questions asked in its thread: until you delete them, the thread is \
deleted, or the server removes me.
• Tracks given to `/target add`: deleted as soon as they are measured. Percentiles over all of them stay with \
the server.
• {model}
`/privacy export` gives you a copy of everything. `/privacy delete` deletes all of it, at once and in every server."""

MODEL_ON = """A language model ({model}) puts the feedback, answers and summaries into words. Each time it is sent: \
measured numbers and findings, how they differ from a reference or the server's target, type and genre, your focus \
text, and in a thread the review, the question and what was said since the last summary; for `/explain` your question \
and pages of my handbook. Never audio, file names, or who you are. Who manages this server can switch it off: \
`/server model`."""
MODEL_OFF_HERE = "This server has switched the language model off: nothing is sent to one."
MODEL_OFF = "No language model is used here: nothing leaves this bot."

DELETED = "Done: everything I had about you is deleted."


class DeleteConfirmation(discord.ui.View):
    """One button, so that nobody deletes by a slip."""

    def __init__(self, service: PrivacyService) -> None:
        super().__init__(timeout=120)
        self._service = service

    @discord.ui.button(label="Delete everything about me", style=discord.ButtonStyle.danger, custom_id="earshot:wipe")
    async def confirm(self, interaction: discord.Interaction, _button: discord.ui.Button["DeleteConfirmation"]) -> None:
        """Delete."""
        await interaction.response.defer(ephemeral=True)
        await self._service.delete(actor_of(interaction))
        await interaction.edit_original_response(content=DELETED, view=None)


class Privacy(commands.GroupCog, group_name="privacy", group_description="What I keep about you, and how to delete it"):
    """What members may demand."""

    def __init__(self, service: PrivacyService, servers: ServerService) -> None:
        self._service = service
        self._servers = servers

    @app_commands.command(name="show", description="What is kept, for how long, and who sees it")
    async def show(self, interaction: discord.Interaction) -> None:
        """The disclosure."""
        text = DISCLOSURE.format(
            hours=self._service.limits.audio_retention_h, model=await self._about_model(actor_of(interaction))
        )
        await interaction.response.send_message(text, ephemeral=True)

    async def _about_model(self, actor: Actor) -> str:
        if self._servers.model is None:
            return MODEL_OFF
        return MODEL_ON.format(model=self._servers.model) if await self._servers.uses_model(actor) else MODEL_OFF_HERE

    @app_commands.command(name="export", description="A copy of everything that is stored about you")
    async def export(self, interaction: discord.Interaction) -> None:
        """A JSON file, to the person only."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        exported = await self._service.export(actor_of(interaction))
        data = json.dumps(exported, indent=2, ensure_ascii=False, default=str).encode()
        await interaction.followup.send(file=discord.File(BytesIO(data), filename="earshot-data.json"), ephemeral=True)

    @app_commands.command(name="delete", description="Delete everything that is stored about you")
    async def delete(self, interaction: discord.Interaction) -> None:
        """Ask once."""
        await interaction.response.send_message(
            "This deletes your tracks, reviews and questions, in every server, for good. Targets you made for a server "
            "stay with it, without your name.",
            view=DeleteConfirmation(self._service),
            ephemeral=True,
        )

    @commands.Cog.listener("on_guild_join")
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """The guild has (again) a say over its data."""
        await self._service.guild_joined(guild.id)

    @commands.Cog.listener("on_guild_remove")
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """The grace period begins. discord.py sends this only for a removal, not for an outage."""
        await self._service.guild_left(guild.id)
