"""Dispatch of buttons, menus and forms, the interactions that are not commands, to the cogs."""

import logging

import discord

from cogs.conversation import ConversationCommands
from cogs.feedback import Feedback
from cogs.interactions.buttons import is_known
from cogs.interactions.error_replies import refuse
from cogs.interactions.forms import FEEDBACK_FORM, QUESTION_FORM, entered
from cogs.interactions.repeats import Repeats
from cogs.privacy import PrivacyCommands
from core.values.errors import UsageCode, UsageError

PREFIX = "earshot:"
"""The beginning of every custom id of this bot."""

log = logging.getLogger(__name__)


class Actions:
    """The `ButtonActions` of the client: calls the responsible cog for each button, menu and form."""

    def __init__(
        self, repeats: Repeats, feedback: Feedback, conversations: ConversationCommands, privacy: PrivacyCommands
    ) -> None:
        self.is_repeat = repeats.is_repeat
        self.ask = conversations.ask
        self.summarise = conversations.summarise
        self.report = conversations.report
        self.ask_about = conversations.ask_about
        self.open_form = feedback.open_form
        self.take_new = feedback.take_new
        self.take_version = feedback.take_version
        self.wipe = privacy.wipe
        self._submit_form = feedback.submit_form
        self._submit_question = conversations.submit_question

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Handle submitted forms, which discord.py does not know after a restart, and refuse unknown components."""
        data = dict(interaction.data or {})
        custom_id = str(data.get("custom_id", ""))
        if not custom_id.startswith(PREFIX):
            return
        try:
            if interaction.type is discord.InteractionType.modal_submit and not self.is_repeat(interaction):
                await self._submitted(interaction, custom_id, entered(data))
            elif interaction.type is discord.InteractionType.component:
                _check_known(custom_id)
        except Exception as error:  # noqa: BLE001 - the member gets a reply whatever failed
            await refuse(interaction, error)

    async def _submitted(self, interaction: discord.Interaction, custom_id: str, values: dict[str, str]) -> None:
        if match := FEEDBACK_FORM.fullmatch(custom_id):
            await self._submit_form(interaction, int(match["source"]), values)
        elif match := QUESTION_FORM.fullmatch(custom_id):
            await self._submit_question(interaction, int(match["conversation"]), values)
        else:
            raise UsageError(UsageCode.FORM_IS_GONE)


def _check_known(custom_id: str) -> None:
    """Check that this version has a button or menu with this custom id.

    Raises:
        UsageError: FORM_IS_GONE, it is one of an older version.
    """
    if not is_known(custom_id):
        raise UsageError(UsageCode.FORM_IS_GONE)
