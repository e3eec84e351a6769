"""Buttons and menus. Their state is in their custom ids, so they work for every member and after a restart.

An id in them is looked up on behalf of the member who pressed: for anybody but its owner it does not exist.
"""

import re
from collections.abc import Mapping
from typing import Any, ClassVar, Protocol, Self

import discord

from cogs.interactions.error_replies import refuse
from cogs.interactions.forms import track_label
from core.service.channels import OwnTrack
from core.service.shown.offers import Offer
from core.values.errors import UsageCode, UsageError

CONVERSATION = r"(?P<conversation>\d{1,19})"
SOURCE = r"(?P<source>\d{1,20})"
USER = r"(?P<user>\d{1,20})"


class ButtonActions(Protocol):
    """What buttons and menus call. Each method answers the interaction; the member is told of an error it raises."""

    def is_repeat(self, interaction: discord.Interaction) -> bool:
        """Whether an event of this interaction came before."""

    async def ask(self, interaction: discord.Interaction, conversation_id: int) -> None:
        """Open the question form."""

    async def summarise(self, interaction: discord.Interaction, conversation_id: int) -> None:
        """Queue a summary of the conversation."""

    async def report(self, interaction: discord.Interaction, conversation_id: int) -> None:
        """Send the PDF with the conversation so far."""

    async def open_form(self, interaction: discord.Interaction, source_id: int) -> None:
        """Open the form for tracks that were shown."""

    async def take_new(self, interaction: discord.Interaction, source_id: int) -> None:
        """Take the shown track as a new one."""

    async def take_version(self, interaction: discord.Interaction, conversation_id: int, source_id: int) -> None:
        """Take the shown track as the next version of a known one; a menu asks which of several it is."""

    async def ask_about(self, interaction: discord.Interaction, source_id: int) -> None:
        """Ask the question in this message about the chosen track."""

    async def wipe(self, interaction: discord.Interaction, *, posts_too: bool) -> None:
        """Delete everything about the member who pressed."""


class _Stateless(discord.ui.DynamicItem[discord.ui.Item[Any]], template=r"earshot:unused"):
    """Base of all buttons and menus: ignores repeated events and answers errors."""

    def __init__(self, item: "discord.ui.Item[Any]", ids: dict[str, int]) -> None:
        super().__init__(item)
        self.ids = ids

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        made = cls.__new__(cls)
        _Stateless.__init__(made, item, {name: int(value) for name, value in match.groupdict().items()})
        return made

    async def callback(self, interaction: discord.Interaction) -> None:
        """Carry out a press once; an error is answered with a sentence."""
        actions = actions_of(interaction)
        if actions.is_repeat(interaction):
            return
        try:
            await self.pressed(interaction, actions)
        except Exception as error:  # noqa: BLE001 - discord.py would only log it, and the member would see nothing
            await refuse(interaction, error)

    async def pressed(self, interaction: discord.Interaction, actions: ButtonActions) -> None:
        """Call the action of this button or menu; subclasses override this."""
        raise NotImplementedError


class _Button(_Stateless, template=r"earshot:unused"):
    """A button whose custom id is a fixed name and the ids that it is about."""

    label: ClassVar[str]
    emoji: ClassVar[str | None] = None
    name: ClassVar[str]
    style: ClassVar[discord.ButtonStyle] = discord.ButtonStyle.secondary

    def __init__(self, *ids: int, label: str | None = None) -> None:
        custom_id = ":".join(["earshot", self.name, *map(str, ids)])
        button: discord.ui.Button[Any] = discord.ui.Button(
            label=(label or self.label)[:80], emoji=self.emoji, style=self.style, custom_id=custom_id
        )
        super().__init__(button, {})


class AskButton(_Button, template=rf"earshot:ask:{CONVERSATION}"):
    """Opens the form for a question, which works without the message-content intent."""

    label, emoji, name = "Ask a question", "💬", "ask"
    style = discord.ButtonStyle.primary

    async def pressed(self, interaction: discord.Interaction, actions: ButtonActions) -> None:
        """Open the form."""
        await actions.ask(interaction, self.ids["conversation"])


class SummaryButton(_Button, template=rf"earshot:summary:{CONVERSATION}"):
    """Asks for a summary of the conversation."""

    label, emoji, name = "Summarise", "📝", "summary"

    async def pressed(self, interaction: discord.Interaction, actions: ButtonActions) -> None:
        """Queue a summary."""
        await actions.summarise(interaction, self.ids["conversation"])


class ReportButton(_Button, template=rf"earshot:report:{CONVERSATION}"):
    """Sends the PDF, with everything said since the review."""

    label, emoji, name = "PDF", "📄", "report"

    async def pressed(self, interaction: discord.Interaction, actions: ButtonActions) -> None:
        """Render and send the PDF."""
        await actions.report(interaction, self.ids["conversation"])


class StartButton(_Button, template=rf"earshot:start:{SOURCE}"):
    """Opens the form for a track that was posted without a command."""

    label, emoji, name = "Get feedback", "🎧", "start"
    style = discord.ButtonStyle.primary

    async def pressed(self, interaction: discord.Interaction, actions: ButtonActions) -> None:
        """Open the form."""
        await actions.open_form(interaction, self.ids["source"])


class NewTrackButton(_Button, template=rf"earshot:new:{SOURCE}"):
    """In a direct message: takes the upload as a new track."""

    label, emoji, name = "A new track", "🆕", "new"
    style = discord.ButtonStyle.primary

    async def pressed(self, interaction: discord.Interaction, actions: ButtonActions) -> None:
        """Take the upload as a new track."""
        await actions.take_new(interaction, self.ids["source"])


class VersionButton(_Button, template=rf"earshot:version:{CONVERSATION}:{SOURCE}"):
    """In a direct message: takes the upload as the next version of a known track."""

    label, name = "The next version", "version"

    async def pressed(self, interaction: discord.Interaction, actions: ButtonActions) -> None:
        """Take the upload as the next version."""
        await actions.take_version(interaction, self.ids["conversation"], self.ids["source"])


class WipeButton(_Button, template=rf"earshot:wipe:{USER}"):
    """Deletes what is stored about the member who pressed."""

    label, name = "Delete everything about me", "wipe"
    style = discord.ButtonStyle.danger

    async def pressed(self, interaction: discord.Interaction, actions: ButtonActions) -> None:
        """Delete the stored data."""
        _check_presser(interaction, self.ids["user"])
        await actions.wipe(interaction, posts_too=False)


class WipePostsButton(_Button, template=rf"earshot:wipeposts:{USER}"):
    """Deletes what is stored about the member who pressed, and what Earshot posted about their tracks."""

    label, name = "… and your posts about my tracks", "wipeposts"
    style = discord.ButtonStyle.danger

    async def pressed(self, interaction: discord.Interaction, actions: ButtonActions) -> None:
        """Delete the stored data and the posts."""
        _check_presser(interaction, self.ids["user"])
        await actions.wipe(interaction, posts_too=True)


class PickMenu(_Stateless, template=rf"earshot:pick:{CONVERSATION}:{SOURCE}"):
    """Asks which of several tracks is the next version."""

    def __init__(self, conversation_id: int, source_id: int, offer: Offer) -> None:
        options = [
            discord.SelectOption(label=track_label(number, one.file.name), value=str(one.attachment_id))
            for number, one in enumerate(offer.tracks[:25], start=1)
        ]
        super().__init__(_menu(f"earshot:pick:{conversation_id}:{source_id}", "The next version is …", options), {})

    async def pressed(self, interaction: discord.Interaction, actions: ButtonActions) -> None:
        """Take the chosen track as the next version."""
        await actions.take_version(interaction, self.ids["conversation"], self.ids["source"])


class WhichMenu(_Stateless, template=rf"earshot:which:{SOURCE}"):
    """Asks a member which of their tracks a question is about."""

    def __init__(self, source_id: int, tracks: tuple[OwnTrack, ...]) -> None:
        options = [discord.SelectOption(label=one.label[:100], value=str(one.conversation_id)) for one in tracks[:25]]
        super().__init__(_menu(f"earshot:which:{source_id}", "I mean …", options), {})

    async def pressed(self, interaction: discord.Interaction, actions: ButtonActions) -> None:
        """Ask the question about the chosen track."""
        await actions.ask_about(interaction, self.ids["source"])


def _check_presser(interaction: discord.Interaction, user_id: int) -> None:
    if interaction.user.id != user_id:
        raise UsageError(UsageCode.FORM_IS_GONE)


def _menu(custom_id: str, placeholder: str, options: list[discord.SelectOption]) -> discord.ui.Select[Any]:
    return discord.ui.Select(custom_id=custom_id, placeholder=placeholder, options=options)


BUTTONS: tuple[type[_Stateless], ...] = (
    AskButton,
    SummaryButton,
    ReportButton,
    StartButton,
    NewTrackButton,
    VersionButton,
    WipeButton,
    WipePostsButton,
    PickMenu,
    WhichMenu,
)
"""Classes that the client registers at its start."""

NEW_OR_VERSION = "Is this a new track, or the next version of one I know?"
"""Text of the message with `new_or_version`."""

WHICH_FILE = "Which of these is the next version?"
"""Text of the message with a `PickMenu`."""

VERSIONS_OFFERED = 4
"""Number of buttons for known tracks besides "A new track": Discord shows five in a row."""


def chosen_value(interaction: discord.Interaction) -> int | None:
    """The value chosen in a menu; None for a button."""
    data: Mapping[str, Any] = interaction.data or {}
    return next((int(value) for value in data.get("values", ()) if str(value).isdigit()), None)


def row(*items: _Stateless) -> discord.ui.View:
    """A row of buttons, or a menu."""
    view = discord.ui.View(timeout=None)
    for item in items:
        view.add_item(item)
    return view


def review_buttons(conversation_id: int) -> discord.ui.View:
    """The buttons under a review."""
    return row(AskButton(conversation_id), SummaryButton(conversation_id), ReportButton(conversation_id))


def new_or_version(source_id: int, tracks: tuple[OwnTrack, ...]) -> discord.ui.View:
    """Buttons that ask whether an upload is a new track or the next version of a known one."""
    known = [
        VersionButton(one.conversation_id, source_id, label=f"Next version of {one.label}")
        for one in tracks[:VERSIONS_OFFERED]
    ]
    return row(NewTrackButton(source_id), *known)


def wipe_buttons(user_id: int) -> discord.ui.View:
    """The buttons that delete a member's data, without or with the posts."""
    return row(WipeButton(user_id), WipePostsButton(user_id))


def is_known(custom_id: str) -> bool:
    """Whether a button or menu has this custom id."""
    return any(button.__discord_ui_compiled_template__.fullmatch(custom_id) for button in BUTTONS)


def actions_of(interaction: discord.Interaction) -> ButtonActions:
    """The `ButtonActions` of the client that received an interaction."""
    actions: ButtonActions = interaction.client.actions  # type: ignore[attr-defined]
    return actions
