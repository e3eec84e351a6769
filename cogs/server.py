"""/server: the settings of a server, for members who may manage it."""

import discord
from discord import app_commands
from discord.ext import commands

from cogs.context import actor_of
from cogs.interactions.acknowledging import acknowledge, in_time
from core.service.servers import ServerService, ServerState
from core.storage import Usage
from core.text.language import LANGUAGES

NANO_USD_PER_CENT = 10_000_000

ON = "on"
OFF = "off"
CHOICES = [
    app_commands.Choice(name="On: a language model may arrange the words", value=ON),
    app_commands.Choice(name="Off: measured wording only, nothing is sent to a model", value=OFF),
]

SWITCHED = {
    True: "The language model is on here. What it is sent stands in `/privacy show`.",
    False: "The language model is off here: from now on nothing is sent to one, and every word comes from the "
    "measurements.",
}
PING_CHOICES = [
    app_commands.Choice(name="On: a member is mentioned once, when their review is there", value=ON),
    app_commands.Choice(name="Off: nobody is mentioned", value=OFF),
]

PINGS = {
    True: "Members are mentioned once when their review is there. Each can switch it off: `/privacy notify`.",
    False: "Nobody is mentioned here any more. Members are still added to their threads.",
}

OTHERS_CHOICES = [
    app_commands.Choice(name="On: members may ask for feedback on tracks that others posted", value=ON),
    app_commands.Choice(name="Off: own tracks only", value=OFF),
]

OTHERS = {
    True: "Members may ask for feedback on tracks that others posted here.",
    False: "Members may ask for feedback on their own tracks only.",
}

IDEAS_CHOICES = [
    app_commands.Choice(name="On: a point or an answer may have an idea, marked as not measured", value=ON),
    app_commands.Choice(name="Off: no ideas of a language model", value=OFF),
]

IDEAS = {
    True: "Reviews and answers here may have ideas of the language model, each marked: *Idea, not measured*.",
    False: "No ideas of the language model are shown here from the next review or answer on.",
}

MEMBERS = "members"
"""Choice for the language of each member."""

LANGUAGE_CHOICES = [
    app_commands.Choice(name="Each member's own Discord language, where I speak it", value=MEMBERS),
    *(app_commands.Choice(name=name, value=code) for code, name in LANGUAGES.items()),
]

SPOKEN = "Reviews here, and the answers about them, are in {language} from the next one on."
SPOKEN_BY_MEMBERS = "Reviews here are in each member's own Discord language where I speak it, and in English elsewhere."

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
        """Switch the language model on or off for this server."""
        allowed = use == ON
        await in_time(self._service.allow_model(actor_of(interaction), allowed=allowed))
        await _answer(interaction, SWITCHED[allowed])

    @app_commands.command(name="ideas", description="Whether the language model may add ideas that nothing measured")
    @app_commands.describe(use="Off: reviews and answers have statements of Earshot's only")
    @app_commands.choices(use=IDEAS_CHOICES)
    @app_commands.guild_only()
    async def ideas(self, interaction: discord.Interaction, use: str) -> None:
        """Switch ideas of the language model on or off for this server."""
        allowed = use == ON
        await in_time(self._service.allow_ideas(actor_of(interaction), allowed=allowed))
        await _answer(interaction, IDEAS[allowed])

    @app_commands.command(name="notify", description="Whether members are mentioned when their review is there")
    @app_commands.describe(use="Off: nobody here is mentioned; members are still added to their threads")
    @app_commands.choices(use=PING_CHOICES)
    @app_commands.guild_only()
    async def notify(self, interaction: discord.Interaction, use: str) -> None:
        """Switch mentions of members on or off for this server."""
        allowed = use == ON
        await in_time(self._service.allow_pings(actor_of(interaction), allowed=allowed))
        await _answer(interaction, PINGS[allowed])

    @app_commands.command(name="others", description="Whether members may ask for feedback on tracks others posted")
    @app_commands.describe(use="Off: members get feedback on tracks they posted themselves only")
    @app_commands.choices(use=OTHERS_CHOICES)
    @app_commands.guild_only()
    async def others(self, interaction: discord.Interaction, use: str) -> None:
        """Allow or forbid feedback on tracks that others posted in this server."""
        allowed = use == ON
        await in_time(self._service.allow_others(actor_of(interaction), allowed=allowed))
        await _answer(interaction, OTHERS[allowed])

    @app_commands.command(name="language", description="In which language reviews and answers are written here")
    @app_commands.describe(use="For all reviews here, or for each member's own")
    @app_commands.choices(use=LANGUAGE_CHOICES)
    @app_commands.guild_only()
    async def language(self, interaction: discord.Interaction, use: str) -> None:
        """Set the language of reviews for this server."""
        chosen = use if use in LANGUAGES else None
        await in_time(self._service.speak(actor_of(interaction), chosen))
        told = SPOKEN_BY_MEMBERS if chosen is None else SPOKEN.format(language=LANGUAGES[chosen])
        await _answer(interaction, told)

    @app_commands.command(name="show", description="What is set here, and what the language model has cost")
    @app_commands.guild_only()
    async def show(self, interaction: discord.Interaction) -> None:
        """Show the settings, and the usage of the language model."""
        state = await in_time(self._service.state(actor_of(interaction)))
        await _answer(interaction, server_text(state))


async def _answer(interaction: discord.Interaction, text: str) -> None:
    await acknowledge(interaction, lambda: interaction.response.send_message(text, ephemeral=True))


def server_text(state: ServerState) -> str:
    """The settings and the usage of the language model as text."""
    return "\n".join(
        (
            *_model_lines(state),
            f"**Mention members when their review is there**: {_switch(state.pings, 'notify')}",
            f"**Feedback on tracks that others posted**: {_switch(state.allows_others, 'others')}",
            f"**Language of reviews**: {_language(state)}",
        )
    )


def _model_lines(state: ServerState) -> tuple[str, ...]:
    if not state.process_uses_model:
        return (NO_MODEL,)
    return (
        f"**Language model** ({state.model}): {_switch(state.allows_model, 'model')}",
        f"**Its ideas, which nothing measured backs**: {_ideas(state)}",
        f"• today: {usage_line(state.usage.today)}",
        f"• this month: {usage_line(state.usage.month)}",
    )


def _ideas(state: ServerState) -> str:
    return _switch(state.ideas, "ideas") if state.process_uses_ideas else "off (the operator has switched them off)"


def _language(state: ServerState) -> str:
    return LANGUAGES.get(state.language or "", "each member's own")


def _switch(on: bool, command: str) -> str:
    return "on" if on else f"off (`/server {command}` switches it on)"


def usage_line(usage: Usage) -> str:
    """Requests, tokens and, where the price is known, cost."""
    if not usage.attempts:
        return "not used"
    cost = "" if usage.cost_nano_usd is None else f", {usage.cost_nano_usd / NANO_USD_PER_CENT / 100:.4f} USD"
    requests = f"{usage.attempts} request{'' if usage.attempts == 1 else 's'}, {usage.answers} answered"
    return f"{requests}, {usage.prompt_tokens:,} tokens sent and {usage.completion_tokens:,} received{cost}"
