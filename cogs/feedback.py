"""The /feedback command and its message context menu: parse → one service call → acknowledge."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from cogs.attachments import audio_attachment, check_attachment
from cogs.forms import FeedbackForm
from cogs.places import origin_of
from cogs.uploads import Uploads
from core.actor import Actor
from core.job import Job
from core.knowledge.genres import genre_table
from core.request import FOCUS_MAX_CHARACTERS, Detail, ReviewRequest, ReviewType
from core.service.feedback import FeedbackService
from core.service.payloads import Attachment, FeedbackPayload
from core.service.targets import TargetService

TYPED_TARGET_MAX = 100
"""Longer than any name: what does not fit is not there."""

TYPE_CHOICES = [app_commands.Choice(name=kind.label, value=kind.value) for kind in ReviewType]
DETAIL_CHOICES = [app_commands.Choice(name=detail.label, value=detail.value) for detail in Detail]


def actor_of(interaction: discord.Interaction) -> Actor:
    """Who is asking."""
    roles = frozenset(role.id for role in getattr(interaction.user, "roles", ()))
    return Actor(interaction.guild_id, interaction.user.id, roles, interaction.permissions.manage_guild)


class Feedback(commands.Cog):
    """Takes tracks in."""

    def __init__(self, tree: app_commands.CommandTree[Any], service: FeedbackService, targets: TargetService) -> None:
        self._tree = tree
        self._service = service
        self._targets = targets
        self._uploads = Uploads(service.intake)
        self._menu = app_commands.ContextMenu(name="Get mix feedback", callback=self.from_message)

    async def cog_load(self) -> None:
        """Add the context menu: a cog cannot declare one."""
        self._tree.add_command(self._menu)

    @app_commands.command(name="feedback", description="Measured feedback on your track: what to fix first, and how")
    @app_commands.describe(
        track="Your bounce: WAV, AIFF, FLAC, MP3, M4A, OGG or Opus. A 320 kbit/s MP3 fits 4:22 into 10 MiB",
        kind="An unfinished mix, a mix about to be mastered, or a finished master",
        genre="Start typing: house, drill, dnb …",
        reference="A track to be compared with",
        target="A target of this server: what is usual among tracks it likes",
        subgenre="Narrows the genre",
        detail="Plain words, some terms, or everything",
        focus="What you want ears on, or what must stay as it is",
    )
    @app_commands.choices(kind=TYPE_CHOICES, detail=DETAIL_CHOICES)
    @app_commands.rename(kind="type")
    async def feedback(
        self,
        interaction: discord.Interaction,
        track: discord.Attachment,
        kind: str,
        genre: app_commands.Range[str, 1, 60],
        reference: discord.Attachment | None = None,
        subgenre: app_commands.Range[str, 1, 60] | None = None,
        detail: str = Detail.DETAILED.value,
        focus: app_commands.Range[str, 1, FOCUS_MAX_CHARACTERS] | None = None,
        target: app_commands.Range[str, 1, TYPED_TARGET_MAX] | None = None,
    ) -> None:
        """Check what can be checked at once, commit the job, acknowledge, then download."""
        request = build_request(kind, genre, subgenre, detail, focus)
        limit = self._service.intake.limits.max_upload_bytes
        first = check_attachment(track, limit)
        second = check_attachment(reference, limit) if reference is not None else None
        await self.submit(interaction, request, first, second, target)

    @feedback.autocomplete("genre")
    async def _complete_genre(self, _interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=c.label, value=c.value) for c in genre_table().suggest(typed)]

    @feedback.autocomplete("subgenre")
    async def _complete_subgenre(self, interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        given = getattr(interaction.namespace, "genre", None) or ""
        choices = genre_table().suggest_subgenres(given, typed)
        return [app_commands.Choice(name=c.label, value=c.value) for c in choices]

    @feedback.autocomplete("target")
    async def _complete_target(self, interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        names = await self._targets.suggest(actor_of(interaction), typed)
        return [app_commands.Choice(name=name, value=name) for name in names]

    async def from_message(self, interaction: discord.Interaction, message: discord.Message) -> None:
        """Context menu: the message has the track, a form asks for the rest."""
        attachment = check_attachment(audio_attachment(message), self._service.intake.limits.max_upload_bytes)

        async def submit(submitted: discord.Interaction, form: FeedbackForm) -> None:
            request = build_request(form.chosen_type, form.typed_genre, None, form.chosen_detail, form.typed_focus)
            await self.submit(submitted, request, attachment, None)

        await interaction.response.send_modal(FeedbackForm(submit))

    async def submit(
        self,
        interaction: discord.Interaction,
        request: ReviewRequest,
        track: Attachment,
        reference: Attachment | None,
        target: str | None = None,
    ) -> None:
        """Take the job in."""
        accepting = self._accept(interaction, actor_of(interaction), request, track, reference, target)
        await self._uploads.begin(interaction, accepting)

    async def _accept(
        self,
        interaction: discord.Interaction,
        actor: Actor,
        request: ReviewRequest,
        track: Attachment,
        reference: Attachment | None,
        target: str | None,
    ) -> Job | None:
        chosen = await self._targets.get(actor, target) if target is not None else None
        earlier = await self._service.conversation_of(actor, interaction.channel_id or 0)
        payload = FeedbackPayload(
            request=request,
            origin=origin_of(interaction),
            track=track,
            reference=reference,
            conversation_id=earlier,
            target=chosen,
        )
        return await self._service.accept(actor, f"interaction:{interaction.id}", payload)

    async def cog_unload(self) -> None:
        """Leave downloads to the reconciler of the next process."""
        await self._uploads.close()


def build_request(kind: str, genre: str, subgenre: str | None, detail: str, focus: str | None) -> ReviewRequest:
    """A request from what was typed; the picker's values are checked again, for Discord does not enforce them.

    Raises:
        UsageError: unknown genre or subgenre.
    """
    found = genre_table().find(genre)
    chosen = genre_table().find_subgenre(found.genre, subgenre) if subgenre else found.subgenre
    return ReviewRequest(
        type=ReviewType(kind),
        genre_id=found.genre.id,
        subgenre_id=chosen.id if chosen else None,
        detail=Detail(detail),
        focus=focus,
    )
