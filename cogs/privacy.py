"""/privacy: what is stored about a member, a copy of it, and its deletion. Also guild joins and leaves."""

import logging
from io import BytesIO

import discord
from discord import app_commands
from discord.ext import commands

from cogs.context import actor_of, origin_of
from cogs.delivery.progress import Progress
from cogs.delivery.wiping import DELETED, POSTS_STAY
from cogs.interactions.acknowledging import acknowledge, in_time
from cogs.interactions.buttons import wipe_buttons
from cogs.patience import patiently
from cogs.server import OFF, ON
from core.service.deletion.privacy import PrivacyService
from core.service.servers import ServerService
from core.values.actor import Actor
from core.values.errors import DependencyError, LimitCode, LimitError

NOTIFY_CHOICES = [
    app_commands.Choice(name="On: mention me once, when the review is there", value=ON),
    app_commands.Choice(name="Off: never mention me", value=OFF),
]

NOTIFIED = {
    True: "I mention you once when a review of yours is there, where the server lets me.",
    False: "I will not mention you any more. You are still added to your threads.",
}

log = logging.getLogger(__name__)

DISCLOSURE = """**What Earshot keeps about you**
• Your track's audio: deleted after {hours:g} hours. It is never posted, shared or used to train anything.
• What was measured, the feedback, and the questions asked in its thread: until you delete them, the thread is \
deleted, or the server removes me.
• Tracks you showed without sending them in: the link to them, for a day. Your display name: in your thread's title. \
`/privacy notify off`: until you delete everything.
• Tracks given to `/target add`: deleted as soon as they are measured. Percentiles over all of them stay with \
the server.
• {model}
`/privacy export` gives you a copy of everything. `/privacy delete` deletes all of it, at once and in every server."""

MODEL_ON = """A language model ({model}) arranges the feedback, answers and summaries. Each time it is sent: \
measured numbers and findings, how they differ from a reference or the server's target, type and genre, your focus \
text, and in a thread the question and what was said there since the last summary; for `/explain` your \
question and pages of my handbook. Never audio, file names, or who you are. Whoever manages this server can switch it \
off: `/server model`."""
MODEL_OFF_HERE = "This server has switched the language model off: nothing is sent to one."
MODEL_OFF = "No language model is used here: nothing leaves this bot."

BUSY = "The database is busy: nothing was deleted. Please try again in a minute."
ASK_FIRST = (
    "This deletes your tracks, reviews and questions, in every server, for good. Targets you made for a server stay "
    "with it, without your name.\nMy posts about your tracks are messages in Discord: they stay unless you choose "
    "to remove them too."
)


class PrivacyCommands(
    commands.GroupCog, group_name="privacy", group_description="What I keep about you, and how to delete it"
):
    """Commands about a member's stored data, and the events of a guild that adds or removes the bot."""

    def __init__(self, bot: commands.Bot, service: PrivacyService, servers: ServerService, progress: Progress) -> None:
        self._bot = bot
        self._service = service
        self._servers = servers
        self._progress = progress

    @app_commands.command(name="show", description="What is kept, for how long, and who sees it")
    async def show(self, interaction: discord.Interaction) -> None:
        """Show what is stored, for how long, and what a language model is sent."""
        about_model = await in_time(self._about_model(actor_of(interaction)))
        text = DISCLOSURE.format(hours=self._service.limits.audio_retention_h, model=about_model)
        await acknowledge(interaction, lambda: interaction.response.send_message(text, ephemeral=True))

    async def _about_model(self, actor: Actor) -> str:
        if self._servers.model is None:
            return MODEL_OFF
        return MODEL_ON.format(model=self._servers.model) if await self._servers.uses_model(actor) else MODEL_OFF_HERE

    @app_commands.command(name="export", description="A copy of everything that is stored about you")
    async def export(self, interaction: discord.Interaction) -> None:
        """Send a member alone their data as JSON; zipped and in parts where the file is too large for Discord."""
        await acknowledge(interaction, lambda: interaction.response.defer(ephemeral=True, thinking=True))
        copy = await self._service.copy(actor_of(interaction), interaction.filesize_limit)
        for name, content in copy.files:
            await interaction.followup.send(file=discord.File(BytesIO(content), filename=name), ephemeral=True)
        if not copy.is_complete:
            raise LimitError(LimitCode.COPY_TOO_LARGE)

    @app_commands.command(name="delete", description="Delete everything that is stored about you")
    async def delete(self, interaction: discord.Interaction) -> None:
        """Ask for confirmation before anything is deleted."""
        view = wipe_buttons(interaction.user.id)
        await acknowledge(interaction, lambda: interaction.response.send_message(ASK_FIRST, view=view, ephemeral=True))

    async def wipe(self, interaction: discord.Interaction, *, posts_too: bool) -> None:
        """Delete everything about the member who pressed; with `posts_too`, the outbox removes posts about them too."""
        actor = actor_of(interaction)
        await acknowledge(interaction, lambda: interaction.response.defer(ephemeral=True))
        pressed = origin_of(interaction) if posts_too else None
        try:
            await in_time(self._service.ready())
            deleted = await patiently(lambda: self._service.delete(actor, pressed))
        except DependencyError as error:
            log.warning("nothing was deleted: %s", error)
            await interaction.followup.send(BUSY, ephemeral=True)
            return
        for job in deleted.stopped:
            await self._progress.silence(job.job_id)
        count = len(deleted.posts)
        if posts_too and count:
            return  # the outbox reports the removal and how it ended
        text = DELETED.format(posts=POSTS_STAY.format(count=count) if count else "")
        await interaction.edit_original_response(content=text, view=None)

    @app_commands.command(name="notify", description="Whether I mention you when a review of yours is there")
    @app_commands.describe(mention="On: I mention you once, when the review is there. Off: never")
    @app_commands.choices(mention=NOTIFY_CHOICES)
    async def notify(self, interaction: discord.Interaction, mention: str) -> None:
        """Switch mentions of this member on or off."""
        wanted = mention == ON
        await in_time(self._servers.ping_me(actor_of(interaction), wanted=wanted))
        await acknowledge(interaction, lambda: interaction.response.send_message(NOTIFIED[wanted], ephemeral=True))

    @commands.Cog.listener("on_guild_join")
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Note that a guild added the bot (again): a grace period for its data ends."""
        await self._service.guild_joined(guild.id)

    @commands.Cog.listener("on_guild_remove")
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Begin the grace period of a guild that removed the bot. discord.py does not send this for an outage."""
        await self._service.guild_left(guild.id)
