"""Interactions: callbacks, responses and follow-ups by token (interactions/receiving-and-responding)."""

import time
from typing import Any

from tests.support.loopback import payloads
from tests.support.loopback.command_checks import check_choices
from tests.support.loopback.constants import (
    ACKNOWLEDGE_S,
    AUTOCOMPLETE,
    COMPONENT,
    FLAG_EPHEMERAL,
    FLAG_SILENT,
    FLAG_SUPPRESS_EMBEDS,
    MODAL,
    TOKEN_LIFETIME_S,
    USER_INSTALL_FOLLOW_UPS_MAX,
)
from tests.support.loopback.message_checks import check_form, refuse
from tests.support.loopback.pings import resolve
from tests.support.loopback.rest.call import Api, Call, Route
from tests.support.loopback.rest.messages import fill
from tests.support.loopback.state import Attachment, DiscordError, Interaction, Message

MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE, CHOICES, FORM = 4, 5, 6, 7, 8, 9
"""Callback types."""


class Interactions:
    """Routes about interactions."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._state = api.state

    def routes(self) -> list[Route]:
        """Method, path, handler."""
        one = r"/webhooks/\d+/([^/]+)/messages/(@original|\d+)"
        return [
            ("POST", r"/interactions/(\d+)/([^/]+)/callback", self._callback),
            ("GET", one, self._get),
            ("PATCH", one, self._edit),
            ("DELETE", one, self._delete),
            ("POST", r"/webhooks/\d+/([^/]+)", self._follow_up),
        ]

    # -- the first answer

    async def _callback(self, call: Call) -> object:
        interaction = self._state.interactions.get(call.args[1])
        if interaction is None or str(interaction.id) != call.args[0]:
            raise DiscordError(404, 10062, "Unknown interaction")
        if interaction.answered:
            raise DiscordError(400, 40060, "Interaction has already been acknowledged.")
        if interaction.expired_code is not None or time.monotonic() - interaction.created_at > ACKNOWLEDGE_S:
            interaction.failed = True
            interaction.settled.set()
            raise DiscordError(404, 10062, "Unknown interaction")
        kind = call.body["type"]
        _check_kind(interaction, kind)
        interaction.answered = True
        try:
            message = await self._answer(interaction, kind, call.body.get("data") or {}, call.files)
        except DiscordError:
            interaction.answered = False
            raise
        interaction.acknowledged_at = time.monotonic()
        interaction.settled.set()
        if call.request.query.get("with_response") not in {"1", "true", "True"}:
            return None
        response: dict[str, Any] = {"interaction": {"id": str(interaction.id), "type": interaction.kind}}
        if message is not None:
            response["interaction"] |= {
                "response_message_id": str(message.id),
                "response_message_loading": message.thinking,
                "response_message_ephemeral": message.ephemeral,
            }
            response["resource"] = {"type": kind, "message": payloads.message(message)}
        return response

    async def _answer(
        self, interaction: Interaction, kind: int, data: dict[str, Any], files: list[Attachment]
    ) -> Message | None:
        """What each callback type does."""
        if kind in {MESSAGE, DEFERRED_MESSAGE}:
            interaction.original = await self._respond(interaction, data, files, thinking=kind == DEFERRED_MESSAGE)
            return interaction.original
        if kind in {DEFERRED_UPDATE, UPDATE}:
            assert interaction.source is not None
            if kind == UPDATE:
                await self._changed(interaction.source, data, files)
            interaction.original = interaction.source
            return interaction.source
        if kind == CHOICES:
            check_choices(data["choices"])
            interaction.choices = data["choices"]
        else:
            check_form(data)
            interaction.modal = data
        return None

    async def _respond(
        self, interaction: Interaction, data: dict[str, Any], files: list[Attachment], *, thinking: bool = False
    ) -> Message:
        flags = data.get("flags", 0)
        message = Message(
            interaction.channel,
            self._state.bot,
            ephemeral=bool(flags & FLAG_EPHEMERAL) or interaction.forces_ephemeral,
            thinking=thinking,
            interaction=interaction,
            flags=flags & (FLAG_SUPPRESS_EMBEDS | FLAG_SILENT),
        )
        if not thinking:
            fill(message, data, files)
            resolve(message, self._state, pings=True)
        interaction.responses.append(message)
        if not message.ephemeral:
            await self._api.post(message)
        return message

    # -- by token

    def _interaction(self, token: str) -> Interaction:
        interaction = self._state.interactions.get(token)
        if interaction is None or not interaction.answered:
            raise DiscordError(404, 10015, "Unknown Webhook")
        code = interaction.expired_code
        if code is None and time.monotonic() - interaction.created_at > TOKEN_LIFETIME_S:
            code = 50027
        if code is not None:
            raise DiscordError(401 if code == 50027 else 404, code, "Invalid Webhook Token")
        return interaction

    def _response(self, call: Call) -> tuple[Interaction, Message]:
        interaction, wanted = self._interaction(call.args[0]), call.args[1]
        known = [*interaction.responses, *([interaction.original] if interaction.original else [])]
        for message in known:
            is_it = message is interaction.original if wanted == "@original" else str(message.id) == wanted
            if is_it and (message.ephemeral or message.id in message.channel.by_id):
                return interaction, message
        raise DiscordError(404, 10008, "Unknown Message")

    async def _get(self, call: Call) -> object:
        return payloads.message(self._response(call)[1])

    async def _edit(self, call: Call) -> object:
        _, message = self._response(call)
        await self._changed(message, call.body, call.files)
        return payloads.message(message)

    async def _changed(self, message: Message, body: dict[str, Any], files: list[Attachment]) -> None:
        """An edit: it never pings, but who it mentions in a thread joins it."""
        fill(message, body, files, edit=True)
        resolve(message, self._state, pings=False)
        if not message.ephemeral:
            await self._api.gateway.dispatch_message("MESSAGE_UPDATE", message)
            await self._api.add_mentioned(message)

    async def _delete(self, call: Call) -> object:
        interaction, message = self._response(call)
        if message.id in message.channel.by_id:
            message.channel.remove(message)
            data = {"id": str(message.id), "channel_id": str(message.channel.id)}
            guild = {"guild_id": str(message.channel.guild.id)} if message.channel.guild else {}
            await self._api.gateway.dispatch("MESSAGE_DELETE", data | guild)
        if message in interaction.responses:
            interaction.responses.remove(message)
        if interaction.original is message:
            interaction.original = None
        return None

    async def _follow_up(self, call: Call) -> object:
        """Directly after a deferred response it edits that one, which stays public or ephemeral as it was."""
        interaction = self._interaction(call.args[0])
        original = interaction.original
        if original is not None and original.thinking:
            await self._changed(original, call.body, call.files)
            return payloads.message(original)
        if not interaction.installed_in_guild and interaction.follow_ups >= USER_INSTALL_FOLLOW_UPS_MAX:
            raise DiscordError(400, 40094, "This interaction has hit the maximum number of follow up messages")
        message = await self._respond(interaction, call.body, call.files)
        interaction.follow_ups += 1
        return payloads.message(message)


def _check_kind(interaction: Interaction, kind: int) -> None:
    """Which answers an interaction takes."""
    refuse(kind not in {MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE, CHOICES, FORM}, f"callback type {kind}")
    refuse((kind == CHOICES) != (interaction.kind == AUTOCOMPLETE), "choices answer an autocomplete, and only it")
    refuse(kind == FORM and interaction.kind == MODAL, "a form cannot be answered with a form")
    from_component = interaction.kind == COMPONENT or (interaction.kind == MODAL and interaction.source is not None)
    refuse(kind in {DEFERRED_UPDATE, UPDATE} and not from_component, "there is no message to update")
