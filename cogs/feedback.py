"""The /feedback command and its message context menu: parse → one service call → acknowledge."""

import logging
from dataclasses import replace
from typing import Any

import aiohttp
import discord
from discord import app_commands
from discord.ext import commands

from cogs.attachments import check_attachment, check_files, check_reference, files_shown
from cogs.context import TYPED_TARGET_MAX, actor_of, origin_of
from cogs.interactions.acknowledging import acknowledge, in_time
from cogs.interactions.buttons import NEW_OR_VERSION, WHICH_FILE, PickMenu, chosen_value, new_or_version, row
from cogs.interactions.forms import FeedbackForm
from cogs.interactions.source_messages import check_shown, look_again
from cogs.uploads import Uploads
from core.knowledge.genres import genre_table
from core.service.channels import ChannelService
from core.service.conversation import ConversationService
from core.service.feedback import FeedbackService
from core.service.job_payloads import Attachment, FeedbackPayload, interaction_key
from core.service.servers import ServerService
from core.service.shown.offers import Offer, OfferedTrack, OfferService
from core.service.targets import TargetService
from core.targets.named import NamedTarget
from core.text.language import language_of
from core.values.actor import Actor
from core.values.errors import NotFoundError, UsageCode, UsageError
from core.values.job import Job
from core.values.request import FOCUS_MAX_CHARACTERS, Detail, ReviewRequest, ReviewType

TYPE_CHOICES = [app_commands.Choice(name=kind.label, value=kind.value) for kind in ReviewType]
DETAIL_CHOICES = [app_commands.Choice(name=detail.label, value=detail.value) for detail in Detail]

TAKEN_AS_NEW = "🆕 A new track."
TAKEN_AS_VERSION = "📏 The next version."

log = logging.getLogger(__name__)


class Feedback(commands.Cog):
    """Accepts tracks for feedback: from the command, the context menu, buttons and forms."""

    def __init__(
        self,
        tree: app_commands.CommandTree[Any],
        service: FeedbackService,
        targets: TargetService,
        offers: OfferService,
        channels: ChannelService,
        conversations: ConversationService,
        servers: ServerService,
    ) -> None:
        self._tree = tree
        self._service = service
        self._targets = targets
        self._offers = offers
        self._channels = channels
        self._conversations = conversations
        self._servers = servers
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
        request = build_request(kind, genre, subgenre, detail, focus, language_of(interaction.locale.value))
        limit = self._service.intake.limits.max_upload_bytes
        first = check_attachment(track, limit)
        second = check_reference(reference, limit)
        actor = actor_of(interaction)
        if actor.guild_id is None and target is not None:
            raise UsageError(UsageCode.NOT_IN_A_SERVER)
        # everybody in a group DM can read the list, so it has no tracks of other channels
        here = interaction.channel_id or 0
        if actor.guild_id is None and (known := await in_time(self._channels.own_tracks(actor, here))):
            offer = Offer((OfferedTrack(track.id, first),), request, second)
            await in_time(self._offers.keep(actor, interaction.id, offer))
            view = new_or_version(interaction.id, known)
            await acknowledge(interaction, lambda: interaction.response.send_message(NEW_OR_VERSION, view=view))
            return
        await self._uploads.begin(interaction, self._accept(interaction, request, first, second, target))

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
        names = await in_time(self._targets.suggest(actor_of(interaction), typed))
        return [app_commands.Choice(name=name, value=name) for name in names]

    async def from_message(self, interaction: discord.Interaction, message: discord.Message) -> None:
        """Open the form for the tracks of a message (context menu)."""
        actor = actor_of(interaction)
        # the owner of a track in a webhook's message or a forward is unknown
        is_known = message.webhook_id is None and not message.message_snapshots
        author_id = message.author.id if is_known else None
        await in_time(self._servers.check_owner(actor, author_id))
        found = files_shown(message, self._service.intake.limits.max_upload_bytes)
        if not found.tracks:
            check_files(message, self._service.intake.limits.max_upload_bytes)
        offer = replace(found.offer(), by_others=author_id != actor.user_id)
        await self._show_form(interaction, actor, message.id, offer)

    async def open_form(self, interaction: discord.Interaction, source_id: int) -> None:
        """Open the form for tracks that were posted without a command (button)."""
        actor = actor_of(interaction)
        await self._show_form(interaction, actor, source_id, await self._offer_of_message(interaction, source_id))

    async def _show_form(self, interaction: discord.Interaction, actor: Actor, source_id: int, offer: Offer) -> None:
        await in_time(self._offers.keep(actor, source_id, offer))
        await acknowledge(interaction, lambda: interaction.response.send_modal(FeedbackForm(source_id, offer)))

    async def submit_form(self, interaction: discord.Interaction, source_id: int, entered: dict[str, str]) -> None:
        """Make a job of a submitted form and the offer that it was opened for, if the offer is the submitter's."""
        which = int(entered["track"]) if entered.get("track", "").isdigit() else None
        offer = await self._offer_of_message(interaction, source_id, which)
        request = build_request(
            entered.get("type") or ReviewType.MIXDOWN.value,
            entered.get("genre", ""),
            None,
            entered.get("detail") or Detail.DETAILED.value,
            entered.get("focus", "").strip() or None,
            language_of(interaction.locale.value),
        )
        key = _offer_key(interaction, source_id, which if len(offer.tracks) > 1 else None)
        if not await self._uploads.begin(interaction, self._accept_offer(interaction, request, offer, which, key)):
            raise UsageError(UsageCode.TAKEN_ALREADY)

    async def take_new(self, interaction: discord.Interaction, source_id: int) -> None:
        """Take the upload as a new track; if it was not sent with a command, a form asks for type and genre first."""
        actor = actor_of(interaction)
        offer = await self._offer(actor, source_id)
        await check_shown(interaction, offer, chosen_value(interaction), self._service.intake.limits.max_upload_bytes)
        if offer.request is None:
            await self._show_form(interaction, actor, source_id, offer)
            return
        await self._take(interaction, offer, offer.request, source_id, None)

    async def take_version(self, interaction: discord.Interaction, conversation_id: int, source_id: int) -> None:
        """Take the upload as the next version of a conversation's track; a menu asks which of several files it is."""
        actor = actor_of(interaction)
        offer = await self._offer(actor, source_id)
        if len(offer.tracks) > 1 and chosen_value(interaction) is None:
            menu = row(PickMenu(conversation_id, source_id, offer))
            await acknowledge(interaction, lambda: interaction.response.send_message(WHICH_FILE, view=menu))
            return
        await check_shown(interaction, offer, chosen_value(interaction), self._service.intake.limits.max_upload_bytes)
        earlier = await in_time(self._conversations.request_of(actor, conversation_id))
        request = offer.request or replace(earlier, focus=offer.focus or earlier.focus)
        await self._take(interaction, offer, request, source_id, conversation_id)

    async def _take(
        self,
        interaction: discord.Interaction,
        offer: Offer,
        request: ReviewRequest,
        source_id: int,
        conversation_id: int | None,
    ) -> None:
        which = chosen_value(interaction)
        payload = offer.payload(request, origin_of(interaction), which, conversation_id)
        key = _offer_key(interaction, source_id, which)
        accepting = self._service.accept(actor_of(interaction), key, payload)
        if not await self._uploads.begin(interaction, accepting):
            raise UsageError(UsageCode.TAKEN_ALREADY)
        await _say_what_was_chosen(interaction, TAKEN_AS_NEW if conversation_id is None else TAKEN_AS_VERSION)

    async def _offer_of_message(
        self, interaction: discord.Interaction, source_id: int, which: int | None = None
    ) -> Offer:
        """The member's offer from a message, if the message still exists with the chosen track.

        Raises:
            UsageError: MESSAGE_DELETED; FILE_REMOVED; as `_offer`.
        """
        try:
            offer = await self._offer(actor_of(interaction), source_id)
        except UsageError:
            await look_again(interaction, source_id)
            raise
        await check_shown(interaction, offer, which, self._service.intake.limits.max_upload_bytes)
        return offer

    async def _offer(self, actor: Actor, source_id: int) -> Offer:
        """The member's offer that a button or form is about.

        Raises:
            UsageError: FORM_IS_GONE; SOMEBODY_ELSES; NOT_YOURS, the server allows own tracks only by now.
        """
        try:
            offer = await in_time(self._offers.get(actor, source_id))
        except NotFoundError as error:
            is_others = await in_time(self._offers.is_somebodys(source_id))
            raise UsageError(UsageCode.SOMEBODY_ELSES if is_others else UsageCode.FORM_IS_GONE) from error
        if offer.by_others:
            await in_time(self._servers.check_owner(actor, None))
        return offer

    async def _accept(
        self,
        interaction: discord.Interaction,
        request: ReviewRequest,
        track: Attachment,
        reference: Attachment | None,
        target: str | None = None,
    ) -> Job | None:
        actor = actor_of(interaction)
        chosen_target: NamedTarget | None = await self._targets.get(actor, target) if target is not None else None
        earlier = await self._service.conversation_of(actor, interaction.channel_id or 0)
        payload = FeedbackPayload(
            request=request,
            origin=origin_of(interaction),
            track=track,
            reference=reference,
            conversation_id=earlier,
            target=chosen_target,
        )
        return await self._service.accept(actor, interaction_key(interaction.id), payload)

    async def _accept_offer(
        self, interaction: discord.Interaction, request: ReviewRequest, offer: Offer, which: int | None, key: str
    ) -> Job | None:
        actor = actor_of(interaction)
        earlier = await self._service.conversation_of(actor, interaction.channel_id or 0)
        payload = offer.payload(request, origin_of(interaction), which, earlier)
        # after a review, a member may ask for another review of the same message
        return await self._service.accept(actor, key, payload, again=True)

    async def cog_unload(self) -> None:
        """Leave downloads to the reconciler of the next process."""
        await self._uploads.close()


async def _say_what_was_chosen(interaction: discord.Interaction, text: str) -> None:
    """Replace the question and its buttons with what was chosen. Best effort."""
    if interaction.message is None:
        return
    try:
        await interaction.message.edit(content=text, view=None, allowed_mentions=discord.AllowedMentions.none())
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        log.info("message %s keeps its buttons: %s", interaction.message.id, error)


def _offer_key(interaction: discord.Interaction, source_id: int, which: int | None) -> str:
    """The job key of one track that a member showed: a button that is pressed twice makes one job."""
    return ":".join(map(str, filter(None, ("offer", source_id, interaction.user.id, which))))


def build_request(
    kind: str, genre: str, subgenre: str | None, detail: str, focus: str | None, language: str
) -> ReviewRequest:
    """A request from typed or chosen values; Discord does not enforce the choices, so they are checked again.

    Raises:
        UsageError: unknown genre or subgenre.
        ValueError: unknown type or detail.
    """
    found = genre_table().find(genre)
    chosen_subgenre = genre_table().find_subgenre(found.genre, subgenre) if subgenre else found.subgenre
    subgenre_id = chosen_subgenre.id if chosen_subgenre else None
    return ReviewRequest(ReviewType(kind), found.genre.id, subgenre_id, Detail(detail), focus, language)
