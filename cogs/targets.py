"""/target: what is usual among tracks that a server likes. Members who may manage it make and remove targets."""

from pathlib import PurePath

import discord
from discord import app_commands
from discord.ext import commands

from cogs.attachments import check_attachment
from cogs.context import TYPED_TARGET_MAX, actor_of, origin_of
from cogs.interactions.acknowledging import acknowledge, in_time
from cogs.rendering import MESSAGE_MAX_CHARACTERS, chunks, escaped
from cogs.uploads import Uploads
from core.knowledge.genres import genre_table
from core.service.job_payloads import Attachment, TargetPayload
from core.service.targets import TargetService
from core.storage import TargetEntry
from core.targets.named import NAME_MAX_CHARACTERS, NamedTarget
from core.targets.words import usual_rows
from core.text.language import worded

TARGET_FILE = ".json"
"""Extension of a target file from the command line; every other file is taken for a track."""

NONE_YET = "There is no target here yet. Whoever manages this server makes one with `/target add`."
REMOVED = "The target **{name}** is removed. Reviews that were held against it keep what they found."
IMPORTED = "🎯 The target **{name}** is ready, made of {tracks} tracks."

Name = app_commands.Range[str, 1, NAME_MAX_CHARACTERS]
Typed = app_commands.Range[str, 1, TYPED_TARGET_MAX]


@app_commands.guild_only()
@app_commands.allowed_installs(guilds=True, users=False)
class TargetCommands(
    commands.GroupCog, group_name="target", group_description="What is usual among tracks this server likes"
):
    """Targets of a server. Everybody may look; the service checks who may change them."""

    def __init__(self, service: TargetService) -> None:
        self._service = service
        self._uploads = Uploads(service.intake)

    @app_commands.command(name="add", description="Make a target of 5 to 10 finished tracks, or of one target.json")
    @app_commands.describe(
        name="What it is called here",
        file1="A finished track, or a target.json made by the command line",
        genre="The genre it is for",
        **{f"file{number}": "A finished track" for number in range(2, 11)},
    )
    async def add(
        self,
        interaction: discord.Interaction,
        name: Name,
        file1: discord.Attachment,
        file2: discord.Attachment | None = None,
        file3: discord.Attachment | None = None,
        file4: discord.Attachment | None = None,
        file5: discord.Attachment | None = None,
        file6: discord.Attachment | None = None,
        file7: discord.Attachment | None = None,
        file8: discord.Attachment | None = None,
        file9: discord.Attachment | None = None,
        file10: discord.Attachment | None = None,
        genre: app_commands.Range[str, 1, 60] | None = None,
    ) -> None:
        """Accept tracks, which are measured after the acknowledgement, or import a target file at once."""
        files = [file for file in (file1, file2, file3, file4, file5, file6, file7, file8, file9, file10) if file]
        if len(files) == 1 and PurePath(file1.filename).suffix.lower() == TARGET_FILE:
            await self._import(interaction, name, Attachment(file1.url, file1.filename, file1.size))
            return
        limit = self._service.intake.limits.max_upload_bytes
        payload = TargetPayload(
            name=name,
            origin=origin_of(interaction),
            tracks=tuple(check_attachment(file, limit) for file in files),
            genre_id=genre_table().find(genre).genre.id if genre else None,
        )
        accepting = self._service.accept(actor_of(interaction), f"interaction:{interaction.id}", payload)
        await self._uploads.begin(interaction, accepting)

    async def _import(self, interaction: discord.Interaction, name: str, file: Attachment) -> None:
        await acknowledge(interaction, lambda: interaction.response.defer(ephemeral=True, thinking=True))
        named = await self._service.import_file(actor_of(interaction), name, file)
        text = IMPORTED.format(name=escaped(named.name), tracks=named.target.tracks)
        await interaction.edit_original_response(content=text, allowed_mentions=discord.AllowedMentions.none())

    @app_commands.command(name="list", description="The targets of this server")
    async def list_all(self, interaction: discord.Interaction) -> None:
        """List the targets of this server."""
        entries = await in_time(self._service.listed(actor_of(interaction)))
        await _answer(interaction, list_text(entries))

    @app_commands.command(name="show", description="What is usual among the tracks of a target")
    @app_commands.describe(name="Start typing its name")
    async def show(self, interaction: discord.Interaction, name: Typed) -> None:
        """Show the usual ranges of a target."""
        await _answer(interaction, target_text(await in_time(self._service.get(actor_of(interaction), name))))

    @app_commands.command(name="remove", description="Remove a target from this server")
    @app_commands.describe(name="Start typing its name")
    async def remove(self, interaction: discord.Interaction, name: Typed) -> None:
        """Remove a target for good."""
        await in_time(self._service.remove(actor_of(interaction), name))
        await _answer(interaction, REMOVED.format(name=escaped(name)))

    @add.autocomplete("genre")
    async def _complete_genre(self, _interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=c.label, value=c.value) for c in genre_table().suggest(typed)]

    @show.autocomplete("name")
    @remove.autocomplete("name")
    async def _complete_name(self, interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        names = await in_time(self._service.suggest(actor_of(interaction), typed))
        return [app_commands.Choice(name=name, value=name) for name in names]

    async def cog_unload(self) -> None:
        """Leave downloads to the reconciler of the next process."""
        await self._uploads.close()


async def _answer(interaction: discord.Interaction, text: str) -> None:
    """Answer with one ephemeral message; the rest of a longer text is dropped."""
    first, silent = chunks(text)[0], discord.AllowedMentions.none()
    await acknowledge(
        interaction, lambda: interaction.response.send_message(first, ephemeral=True, allowed_mentions=silent)
    )


def list_text(entries: tuple[TargetEntry, ...]) -> str:
    """The names of targets with number of tracks and genre, cut to the length of a message."""
    if not entries:
        return NONE_YET
    lines = [f"• **{escaped(entry.name)}**: {entry.tracks} tracks{_genre(entry.genre_id)}" for entry in entries]
    text = "\n".join(("Hold a track against one with `target:` in `/feedback`:", *lines))
    # names made of markdown characters grow when they are escaped
    return text if len(text) <= MESSAGE_MAX_CHARACTERS else f"{text[: MESSAGE_MAX_CHARACTERS - 2]}\n…"


def target_text(named: NamedTarget) -> str:
    """The usual range of a target and its middle, measure by measure."""
    head = f"**{escaped(named.name)}**: what is usual among {named.target.tracks} tracks{_genre(named.genre_id)}"
    rows = [
        f"{measure}: **{middle}** {unit} ({low} to {high})"
        for measure, unit, low, middle, high in usual_rows(named.target.measures)
    ]
    return "\n".join((head, *rows, f"-# The middle in bold, the usual range behind it. {worded('target.usual')}"))


def _genre(genre_id: str | None) -> str:
    return f", for {genre_table().get(genre_id).name}" if genre_id else ""
