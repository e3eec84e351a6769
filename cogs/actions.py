"""What buttons, menus and forms ask for, and who does it. One door for every interaction that is not a command."""

import logging

import discord

from cogs.conversation import Conversations
from cogs.feedback import Feedback
from cogs.interactions.buttons import is_known
from cogs.interactions.error_replies import refuse
from cogs.interactions.forms import FEEDBACK_FORM, QUESTION_FORM, entered
from cogs.interactions.repeats import Repeats
from cogs.privacy import Privacy
from core.values.errors import UsageCode, UsageError

PREFIX = "earshot:"
"""How every custom id of ours begins."""

log = logging.getLogger(__name__)


class Actions:
    """The `ButtonActions` of the client: each press goes to the cog whose matter it is."""

    def __init__(self, repeats: Repeats, feedback: Feedback, conversations: Conversations, privacy: Privacy) -> None:
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
        """Forms, which discord.py forgets when the process ends; and whatever nothing answers to any more."""
        data = dict(interaction.data or {})
        custom_id = str(data.get("custom_id", ""))
        if not custom_id.startswith(PREFIX):
            return
        try:
            if interaction.type is discord.InteractionType.modal_submit and not self.is_repeat(interaction):
                await self._submitted(interaction, custom_id, entered(data))
            elif interaction.type is discord.InteractionType.component:
                _check_known(custom_id)
        except Exception as error:  # noqa: BLE001 - whoever sent it hears something, whatever broke
            await refuse(interaction, error)

    async def _submitted(self, interaction: discord.Interaction, custom_id: str, values: dict[str, str]) -> None:
        if match := FEEDBACK_FORM.fullmatch(custom_id):
            await self._submit_form(interaction, int(match["source"]), values)
        elif match := QUESTION_FORM.fullmatch(custom_id):
            await self._submit_question(interaction, int(match["conversation"]), values)
        else:
            raise UsageError(UsageCode.FORM_IS_GONE)


def _check_known(custom_id: str) -> None:
    """A button or menu of an older version has nobody who answers it."""
    if not is_known(custom_id):
        raise UsageError(UsageCode.FORM_IS_GONE)
