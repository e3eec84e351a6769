"""The human side: members who use commands, press buttons, fill forms and write."""

import asyncio
import mimetypes
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tests.support.loopback import payloads
from tests.support.loopback.constants import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    FLAG_SNAPSHOT,
    FLAG_VOICE,
    FORUM,
    GROUP_DM,
    MODAL,
    PRIVATE_THREAD,
)
from tests.support.loopback.filled_forms import filled_form
from tests.support.loopback.message_payloads import snapshot
from tests.support.loopback.pings import mentioned_by_people
from tests.support.loopback.state import Attachment, Channel, Interaction, Message, User, snowflake

if TYPE_CHECKING:
    from tests.support.loopback.server import LoopbackDiscord

Upload = tuple[str, bytes] | tuple[str, bytes, str] | Attachment

ANSWER_TIMEOUT_S = 4.0
BUTTON = 2


class Member:
    """Somebody who uses Discord."""

    def __init__(self, discord: "LoopbackDiscord", user: User) -> None:
        self._discord = discord
        self.user = user
        self.installed_app = False
        """Uses the app as one that only they installed, also where the bot is in the guild's list of apps."""

    @property
    def accepts_dms(self) -> bool:
        """Whether the bot may write to them; False: 50007."""
        return self.user.accepts_dms

    @accepts_dms.setter
    def accepts_dms(self, value: bool) -> None:
        self.user.accepts_dms = value

    def dm(self) -> Channel:
        """The direct message channel with the bot."""
        return self._discord.state.dm_of(self.user)

    # -- interactions

    async def slash(
        self, channel: Channel, command: str, options: Mapping[str, object], files: Mapping[str, Upload] | None = None
    ) -> Interaction:
        """Use a slash command ("group sub" for a subcommand); returns once it was answered (or failed to be)."""
        top, _, sub = command.partition(" ")
        given = [_option(name, value) for name, value in options.items()]
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
        self, channel: Channel, command: str, option: str, typed: str, options: Mapping[str, object] | None = None
    ) -> list[dict[str, Any]]:
        """Type into an option; the choices that are shown."""
        top, _, sub = command.partition(" ")
        given = [_option(name, value) for name, value in (options or {}).items()]
        given.append({"name": option, "type": 3, "value": typed, "focused": True})
        nested = [{"name": sub, "type": 1, "options": given}] if sub else given
        data = {"id": self._command_id(top), "name": top, "type": 1, "options": nested}
        return (await self._interact(channel, AUTOCOMPLETE, data)).choices or []

    async def context_menu(self, channel: Channel, name: str, target: Message) -> Interaction:
        """Use a message command; what the target says is readable without the intent."""
        resolved = {"messages": {str(target.id): payloads.message(target)}}
        data = {"id": self._command_id(name), "name": name, "type": 3}
        data |= {"target_id": str(target.id), "resolved": resolved}
        return await self._interact(channel, COMMAND, data)

    async def click(self, message: Message, custom_id: str) -> Interaction:
        """Press the button whose custom id begins with `custom_id`."""
        button = self._component(message, custom_id, BUTTON)
        data = {"custom_id": button["custom_id"], "component_type": BUTTON, "id": button.get("id", 1)}
        return await self._interact(message.channel, COMPONENT, data, message)

    async def select(self, message: Message, custom_id: str, values: Sequence[str]) -> Interaction:
        """Choose from the select whose custom id begins with `custom_id`; `values` must be among its options."""
        select = self._component(message, custom_id, 3)
        offered = {option["value"] for option in select["options"]}
        least, most = select.get("min_values", 1), select.get("max_values", 1)
        if not set(values) <= offered or not least <= len(values) <= most:
            raise AssertionError(f"{values} cannot be chosen from {offered}, {least} to {most} of them")
        data = {"custom_id": select["custom_id"], "component_type": 3, "values": list(values), "id": 1}
        return await self._interact(message.channel, COMPONENT, data, message)

    async def submit_modal(self, shown: Interaction, values: Mapping[str, Any]) -> Interaction:
        """Fill in the form that was shown and send it; works after a restart of the bot as well."""
        if shown.modal is None:
            raise AssertionError("no form was shown")
        if shown.user is not self.user:
            raise AssertionError(f"the form was shown to {shown.user.name}, not to {self.user.name}")
        data = filled_form(shown.modal, values, self._store)
        return await self._interact(shown.channel, MODAL, data, shown.source)

    def _component(self, message: Message, custom_id: str, kind: int) -> dict[str, Any]:
        """What is to be used; it must be visible to this member."""
        if message.ephemeral and message.interaction is not None and message.interaction.user is not self.user:
            raise AssertionError(f"only {message.interaction.user.name} sees this message: {message.content!r}")
        if not message.ephemeral and message.id not in message.channel.by_id:
            raise AssertionError(f"the message is gone: {message.content!r}")
        items = [item for row in message.components for item in row.get("components", [])]
        fitting = (i for i in items if i["type"] == kind and i.get("custom_id", "").startswith(custom_id))
        found = next(fitting, None)
        if found is None or found.get("disabled"):
            raise AssertionError(f"nothing to use as {custom_id} under: {message.content!r}")
        return found

    # -- messages

    async def send(
        self,
        channel: Channel,
        text: str,
        *,
        files: Sequence[Upload] = (),
        reply_to: Message | None = None,
        ping_reply: bool = True,
        mention_bot: bool = False,
        mentions: Sequence["Member"] = (),
        sticker: str | None = None,
    ) -> Message:
        """Write a message, perhaps as a reply, with files, or as a sticker of this name."""
        state = self._discord.state
        mentioned = [member.user for member in mentions]
        if mention_bot:
            text = f"<@{state.bot.id}> {text}"
        mentioned += [user for user in mentioned_by_people(text, state) if user not in mentioned]
        if reply_to is not None and ping_reply and reply_to.author not in mentioned:
            mentioned.append(reply_to.author)
        message = Message(
            channel,
            self.user,
            text,
            attachments=[self._store(upload) for upload in files],
            reference_id=reply_to.id if reply_to else None,
            mentions=mentioned,
            pinged={user.id for user in mentioned},
        )
        if sticker is not None:
            message.stickers = [{"id": str(snowflake()), "name": sticker, "format_type": 1}]
        return await self._post(message)

    async def voice_message(self, channel: Channel, data: bytes, duration_s: float = 3.0) -> Message:
        """Speak a voice message: an Ogg file with its length, and the flag 1 << 13."""
        file = Attachment("voice-message.ogg", data, "audio/ogg", "", duration_s=duration_s)
        message = Message(channel, self.user, attachments=[self._store(file)], flags=FLAG_VOICE)
        return await self._post(message)

    async def forward(self, channel: Channel, source: Message, text: str = "") -> Message:
        """Forward a message; what it says is copied at this moment. Discord sends the text as a second message."""
        message = Message(channel, self.user, forwarded=source, snapshot=snapshot(source), flags=FLAG_SNAPSHOT)
        await self._post(message)
        if text:
            await self.send(channel, text)
        return message

    async def _post(self, message: Message) -> Message:
        channel = message.channel
        if channel.locked and not self.user.permissions:
            raise AssertionError("only moderators write in a locked thread")
        if channel.type == PRIVATE_THREAD and channel.guild is not None:
            await self._let_bot_in(message)
        await self._discord.rest.api.unarchive(channel)
        if channel.parent is not None and channel.parent.type == FORUM and channel.last_message_id is None:
            message.id = channel.id  # a post's first message has the post's id
        channel.add(message)
        await self._discord.gateway.dispatch_message("MESSAGE_CREATE", message)
        await self._discord.rest.api.add_mentioned(message)
        await self._discord.state.ring()
        return message

    async def _let_bot_in(self, message: Message) -> None:
        """The bot enters a private thread when it is mentioned; until then it hears nothing of it."""
        state, thread = self._discord.state, message.channel
        if state.bot in message.mentions and state.bot not in thread.members:
            await self._discord.gateway.dispatch("THREAD_CREATE", payloads.channel(thread))
            await self._discord.rest.api.add_to_thread(thread, state.bot)

    def _store(self, upload: Upload) -> Attachment:
        if isinstance(upload, Attachment):
            return self._discord.rest.api.keep(upload)
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
        in_guild = channel.type != GROUP_DM if channel.guild is None else channel.guild.bot_is_member
        interaction = Interaction(self.user, channel, kind, data, in_guild and not self.installed_app, source=message)
        interaction.payload = payloads.interaction(interaction, state)
        state.interactions[interaction.token] = interaction
        await self._discord.gateway.dispatch("INTERACTION_CREATE", interaction.payload)
        try:
            await asyncio.wait_for(interaction.settled.wait(), ANSWER_TIMEOUT_S)
        except TimeoutError:
            interaction.failed = True
        await asyncio.sleep(0)
        return interaction


def _option(name: str, value: object) -> dict[str, Any]:
    """An option as its type is sent: string 3, integer 4, boolean 5, number 10."""
    kind = {bool: 5, int: 4, float: 10}.get(type(value), 3)
    return {"name": name, "type": kind, "value": value}
