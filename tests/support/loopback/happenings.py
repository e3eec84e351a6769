"""What people do to messages and threads: edits, deletes, archives, locks, proxies. Works while the bot is away too."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.support.loopback import payloads
from tests.support.loopback.state import Channel, Interaction, Message, User, snowflake

if TYPE_CHECKING:
    from tests.support.loopback.gateway import Gateway
    from tests.support.loopback.rest import Rest
    from tests.support.loopback.state import State


class Happenings:
    """The part of LoopbackDiscord that changes what exists."""

    state: "State"
    gateway: "Gateway"
    rest: "Rest"

    # -- interactions and commands

    def expire_token(self, interaction: Interaction, json_code: int = 50027) -> None:
        """Fifteen minutes have passed."""
        interaction.expired_code = json_code

    async def replay(self, interaction: Interaction) -> None:
        """The same event arrives once more."""
        await self.gateway.dispatch("INTERACTION_CREATE", interaction.payload)

    def wipe_commands(self) -> None:
        """Somebody deletes all commands at Discord's side."""
        self.state.commands = []

    def forget_nonces(self) -> None:
        """A few minutes have passed: Discord no longer knows a repeated nonce."""
        for channel in self.state.channels.values():
            channel.by_nonce.clear()

    # -- messages

    async def edit_message(self, message: Message, text: str) -> None:
        """Its author edits a message."""
        message.content = text
        message.edited = True
        message.edits.append((time.monotonic(), text))
        await self.gateway.dispatch_message("MESSAGE_UPDATE", message)

    async def add_preview(self, message: Message, url: str = "https://example.com") -> None:
        """Discord adds a link's preview: MESSAGE_UPDATE with the same content and no edit."""
        message.embeds = [*message.embeds, {"type": "link", "url": url, "title": url}]
        await self.gateway.dispatch_message("MESSAGE_UPDATE", message)

    async def delete_message(self, message: Message) -> None:
        """Its author (or a moderator) deletes a message; the links of its files end."""
        message.channel.remove(message)
        for file in message.attachments:
            self.state.files.pop(str(file.id), None)
        await self._tell("MESSAGE_DELETE", message.channel, {"id": str(message.id)})
        await self.state.ring()

    async def delete_messages(self, messages: Iterable[Message]) -> None:
        """A moderator deletes several of one channel (MESSAGE_DELETE_BULK)."""
        gone = list(messages)
        for message in gone:
            message.channel.remove(message)
        await self._tell("MESSAGE_DELETE_BULK", gone[0].channel, {"ids": [str(message.id) for message in gone]})
        await self.state.ring()

    async def proxy(self, message: Message, name: str = "Proxy", *, text: str | None = None) -> Message:
        """PluralKit: the message goes, the same comes from a webhook (`webhook_id`, a bot as its author)."""
        await self.delete_message(message)
        return await self.post_as_webhook(
            message.channel,
            name,
            message.content if text is None else text,
            files=message.attachments,
            mentions=message.mentions,
        )

    async def post_as_webhook(
        self, channel: Channel, name: str, text: str, *, files: Sequence[Any] = (), mentions: Sequence[User] = ()
    ) -> Message:
        """A webhook of somebody else posts a message; files of another message are uploaded anew."""
        author = User(name, bot=True)
        copies = [self.rest.api.keep(replace(file, id=snowflake())) for file in files]
        message = Message(channel, author, text, attachments=copies, mentions=list(mentions))
        message.webhook_id = author.id
        channel.add(message)
        await self.gateway.dispatch_message("MESSAGE_CREATE", message)
        return message

    # -- threads

    async def archive(self, thread: Channel, *, lock: bool = False) -> None:
        """A thread is archived (by time or by somebody), and with `lock` locked."""
        thread.archived, thread.locked = True, thread.locked or lock
        await self._tell("THREAD_UPDATE", thread, payloads.channel(thread))

    async def unarchive(self, thread: Channel) -> None:
        """Somebody opens a thread again; it is no longer locked either."""
        thread.locked = False
        await self.rest.api.unarchive(thread)

    async def lock(self, thread: Channel, *, locked: bool = True) -> None:
        """A moderator locks (or unlocks) a thread."""
        thread.locked = locked
        await self._tell("THREAD_UPDATE", thread, payloads.channel(thread))

    async def rename(self, thread: Channel, name: str) -> None:
        """Somebody renames a thread."""
        thread.name = name
        await self._tell("THREAD_UPDATE", thread, payloads.channel(thread))

    async def delete_thread(self, thread: Channel) -> None:
        """Somebody deletes a thread."""
        del self.state.channels[thread.id]
        if thread.parent is not None and thread.guild is not None:
            thread.parent.threads.remove(thread)
            ids = {"id": thread.id, "guild_id": thread.guild.id, "parent_id": thread.parent.id}
            data = {**{name: str(value) for name, value in ids.items()}, "type": thread.type}
            await self._tell("THREAD_DELETE", thread, data)

    async def remove_from_thread(self, thread: Channel, user: User) -> None:
        """Somebody is taken out of a thread (the bot hears of it only when it is itself)."""
        thread.members.remove(user)
        if user is self.state.bot:
            await self.rest.api.members_update(thread, removed_member_ids=[str(user.id)])

    async def _tell(self, event: str, channel: Channel, data: dict[str, Any]) -> None:
        """An event of a channel, where the bot may see it."""
        if not self.state.sees(channel):
            return
        if channel.guild is not None:
            data = {**data, "guild_id": str(channel.guild.id)}
        if event.startswith("MESSAGE"):
            data = {**data, "channel_id": str(channel.id)}
        await self.gateway.dispatch(event, data)
