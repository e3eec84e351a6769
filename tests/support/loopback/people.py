"""The human side: members who use commands, press buttons, fill forms and write."""

import asyncio
import mimetypes
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tests.support.loopback import payloads
from tests.support.loopback.state import (
    DM,
    FORUM,
    PUBLIC_THREAD,
    TEXT,
    VOICE,
    Channel,
    Guild,
    Interaction,
    Message,
    User,
)

if TYPE_CHECKING:
    from tests.support.loopback.server import LoopbackDiscord

Upload = tuple[str, bytes] | tuple[str, bytes, str]

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5
ANSWER_TIMEOUT_S = 4.0

MANAGE_GUILD = 1 << 5
"""Discord's permission bit."""


class GuildHandle:
    """A guild as its owner sets it up."""

    def __init__(self, discord: "LoopbackDiscord", guild: Guild) -> None:
        self._discord = discord
        self.guild = guild

    def _add(self, channel: Channel) -> Channel:
        self._discord.state.channels[channel.id] = channel
        if channel.parent is None:
            self.guild.channels.append(channel)
            if self.guild.bot_is_member:
                self._discord.announce("CHANNEL_CREATE", payloads.channel(channel))
        return channel

    def add_text_channel(self, name: str, deny: Sequence[str] = ()) -> Channel:
        """A text channel in which the bot lacks the permissions `deny` names."""
        denied = frozenset(permission.lower() for permission in deny)
        return self._add(Channel(name, TEXT, self.guild, denied=denied))

    def add_voice_channel(self, name: str) -> Channel:
        """A voice channel (with its text chat)."""
        return self._add(Channel(name, VOICE, self.guild))

    def add_forum(self, name: str) -> Channel:
        """A forum."""
        return self._add(Channel(name, FORUM, self.guild))

    def add_forum_post(self, forum: Channel, author: "Member", title: str) -> Channel:
        """A post in a forum: a thread that its author owns."""
        post = Channel(title, PUBLIC_THREAD, self.guild, forum, author.user)
        forum.threads.append(post)
        self._discord.announce("THREAD_CREATE", {**payloads.channel(post), "newly_created": True})
        return self._add(post)

    def add_member(self, name: str, *, manages: bool = False) -> "Member":
        """Somebody joins; `manages`: may manage the server."""
        user = User(name, permissions=MANAGE_GUILD if manages else 0)
        self.guild.members.append(user)
        return Member(self._discord, user)


class Member:
    """Somebody who uses Discord."""

    def __init__(self, discord: "LoopbackDiscord", user: User) -> None:
        self._discord = discord
        self.user = user
        self._dm: Channel | None = None

    def dm(self) -> Channel:
        """The direct message channel with the bot."""
        if self._dm is None:
            self._dm = Channel("dm", DM, recipients=[self.user])
            self._discord.state.channels[self._dm.id] = self._dm
        return self._dm

    async def slash(
        self, channel: Channel, command: str, options: Mapping[str, str], files: Mapping[str, Upload] | None = None
    ) -> Interaction:
        """Use a slash command ("group sub" for a subcommand); returns once it was answered (or failed to be)."""
        top, _, sub = command.partition(" ")
        given = [{"name": name, "type": 3, "value": value} for name, value in options.items()]
        resolved: dict[str, Any] = {}
        for name, upload in (files or {}).items():
            file = self._store(upload)
            given.append({"name": name, "type": 11, "value": str(file.id)})
            resolved[str(file.id)] = payloads.attachment(file)
        nested = [{"name": sub, "type": 1, "options": given}] if sub else given
        data = {"id": self._command_id(top), "name": top, "type": 1, "options": nested}
        if resolved:
            data["resolved"] = {"attachments": resolved}
        return await self._interact(channel, COMMAND, data)

    async def autocomplete(
        self, channel: Channel, command: str, option: str, typed: str, options: Mapping[str, str] | None = None
    ) -> list[dict[str, Any]]:
        """Type into an option; the choices that are shown."""
        given = [{"name": name, "type": 3, "value": value} for name, value in (options or {}).items()]
        given.append({"name": option, "type": 3, "value": typed, "focused": True})  # type: ignore[dict-item]
        data = {"id": self._command_id(command), "name": command, "type": 1, "options": given}
        return (await self._interact(channel, AUTOCOMPLETE, data)).choices or []

    async def context_menu(self, channel: Channel, name: str, target: Message) -> Interaction:
        """Use a message command."""
        resolved = {"messages": {str(target.id): payloads.message(target)}}
        data = {"id": self._command_id(name), "name": name, "type": 3}
        data |= {"target_id": str(target.id), "resolved": resolved}
        return await self._interact(channel, COMMAND, data)

    async def click(self, message: Message, custom_id: str) -> Interaction:
        """Press the button whose custom id begins with `custom_id`."""
        buttons = [button for row in message.components for button in row.get("components", [])]
        button = next((b for b in buttons if b.get("custom_id", "").startswith(custom_id)), None)
        if button is None:
            raise AssertionError(f"there is no button {custom_id} under: {message.content!r}")
        data = {"custom_id": button["custom_id"], "component_type": 2}
        return await self._interact(message.channel, COMPONENT, data, message)

    async def submit_modal(self, shown: Interaction, values: Mapping[str, str]) -> Interaction:
        """Fill in a form and send it."""
        if shown.modal is None:
            raise AssertionError("no form was shown")
        rows = [_filled(row, values) for row in shown.modal["components"]]
        data = {"custom_id": shown.modal["custom_id"], "components": rows}
        return await self._interact(shown.channel, MODAL, data)

    async def send(
        self,
        channel: Channel,
        text: str,
        *,
        files: Sequence[Upload] = (),
        reply_to: Message | None = None,
        mention_bot: bool = False,
        mentions: Sequence["Member"] = (),
    ) -> Message:
        """Write a message."""
        state = self._discord.state
        mentioned = [member.user for member in mentions]
        if mention_bot:
            mentioned.append(state.bot)
            text = f"<@{state.bot.id}> {text}"
        if reply_to is not None:
            mentioned.append(reply_to.author)
        message = Message(
            channel,
            self.user,
            text,
            attachments=[self._store(upload) for upload in files],
            reference_id=reply_to.id if reply_to else None,
            mentions=mentioned,
        )
        channel.messages.append(message)
        await self._discord.gateway.dispatch_message("MESSAGE_CREATE", message)
        return message

    def _store(self, upload: Upload) -> Any:
        name, data = upload[0], upload[1]
        kind = upload[2] if len(upload) > 2 else mimetypes.guess_type(name)[0]
        return self._discord.rest.store(name, data, kind)

    def _command_id(self, name: str) -> str:
        for command in self._discord.state.commands:
            if command["name"] == name:
                return str(command["id"])
        raise AssertionError(f"there is no command {name}; synced: {self._discord.state.commands}")

    async def _interact(
        self, channel: Channel, kind: int, data: dict[str, Any], message: Message | None = None
    ) -> Interaction:
        state = self._discord.state
        interaction = Interaction(self.user, channel, kind, data)
        interaction.payload = payloads.interaction(interaction, state)
        if message is not None:
            interaction.source = message
            interaction.payload["message"] = payloads.message(message)
        state.interactions[interaction.token] = interaction
        await self._discord.gateway.dispatch("INTERACTION_CREATE", interaction.payload)
        try:
            await self._discord.wait_until(lambda: interaction.answered or interaction.failed, timeout=ANSWER_TIMEOUT_S)
        except AssertionError:
            interaction.failed = True
        await asyncio.sleep(0)
        return interaction


def _filled(row: dict[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    """A form's component with what was entered: labels hold one component, action rows a list."""
    if row["type"] == 18:
        return {"type": 18, "id": row.get("id", 1), "component": _entered(row["component"], values)}
    return {"type": 1, "components": [_entered(item, values) for item in row["components"]]}


def _entered(component: dict[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    custom_id, value = component["custom_id"], values.get(component["custom_id"], "")
    base = {"type": component["type"], "custom_id": custom_id, "id": component.get("id", 1)}
    return {**base, "values": [value] if value else []} if component["type"] == 3 else {**base, "value": value}
