"""Channels and threads (resources/channel, topics/threads)."""

from typing import Any

from tests.support.loopback import payloads
from tests.support.loopback.constants import (
    CHANNEL_NAME_CHANGE,
    FORUM,
    NEWS,
    NEWS_THREAD,
    PRIVATE_THREAD,
    PUBLIC_THREAD,
    RECIPIENT_ADD,
    TEXT,
    THREAD_STARTER,
)
from tests.support.loopback.message_checks import refuse
from tests.support.loopback.pings import resolve
from tests.support.loopback.rest.call import Api, Call, Route
from tests.support.loopback.rest.messages import check_open, fill
from tests.support.loopback.state import Channel, DiscordError, Message, User

AUTO_ARCHIVE_MINUTES = (60, 1440, 4320, 10080)


class Threads:
    """Routes about channels and threads."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._state = api.state

    def routes(self) -> list[Route]:
        """Method, path, handler."""
        return [
            ("GET", r"/channels/(\d+)", self._get),
            ("PATCH", r"/channels/(\d+)", self._change),
            ("DELETE", r"/channels/(\d+)", self._delete),
            ("POST", r"/channels/(\d+)/messages/(\d+)/threads", self._from_message),
            ("POST", r"/channels/(\d+)/threads", self._without_message),
            ("GET", r"/channels/(\d+)/thread-members", self._members),
            ("PUT", r"/channels/(\d+)/thread-members/(@me|\d+)", self._add_member),
            ("DELETE", r"/channels/(\d+)/thread-members/(@me|\d+)", self._remove_member),
        ]

    def _payload(self, channel: Channel) -> dict[str, Any]:
        payload = payloads.channel(channel)
        if channel.is_thread and self._state.bot in channel.members:
            payload["member"] = payloads.thread_member(channel, self._state.bot)
        return payload

    async def _get(self, call: Call) -> object:
        return self._payload(self._state.channel(int(call.args[0])))

    # -- beginning

    async def _from_message(self, call: Call) -> object:
        channel = self._state.channel(int(call.args[0]))
        if channel.type not in {TEXT, NEWS}:
            raise DiscordError(400, 50024, "Cannot execute action on this channel type")
        message = channel.message(int(call.args[1]))
        channel.check("create_public_threads")
        if message.id in self._state.channels:
            raise DiscordError(400, 160004, "A thread has already been created for this message")
        kind = NEWS_THREAD if channel.type == NEWS else PUBLIC_THREAD
        thread = self._begin(channel, kind, call.body, message.id)
        message.thread = thread
        starter = Message(thread, message.author, type=THREAD_STARTER)
        thread.add(starter, system=True)
        await self._announce(thread)
        await self._api.gateway.dispatch_message("MESSAGE_UPDATE", message)
        return self._payload(thread)

    async def _without_message(self, call: Call) -> object:
        channel, body = self._state.channel(int(call.args[0])), call.body
        if channel.type == FORUM:
            channel.check("send_messages")
            refuse("message" not in body, "message: a forum post needs one")
            post = self._begin(channel, PUBLIC_THREAD, body)
            message = Message(post, self._state.bot, id=post.id)
            fill(message, body["message"], call.files)
            resolve(message, self._state, pings=True)
            await self._announce(post)
            await self._api.post(message)
            return self._payload(post) | {"message": self._api.seen(message)}
        kind = int(body.get("type", PRIVATE_THREAD))
        if channel.type not in {TEXT, NEWS} or (channel.type == NEWS and kind == PRIVATE_THREAD):
            raise DiscordError(400, 50024, "Cannot execute action on this channel type")
        channel.check("create_private_threads" if kind == PRIVATE_THREAD else "create_public_threads")
        thread = self._begin(channel, kind, body)
        await self._announce(thread)
        return self._payload(thread)

    def _begin(self, channel: Channel, kind: int, body: dict[str, Any], thread_id: int | None = None) -> Channel:
        """A thread of the bot; names have 1 to 100 characters, guilds a limit of active threads."""
        _check_name(body.get("name"))
        minutes = body.get("auto_archive_duration") or 1440
        refuse(minutes not in AUTO_ARCHIVE_MINUTES, f"auto_archive_duration: {minutes}")
        if channel.guild is not None and channel.guild.threads_are_full:
            raise DiscordError(400, 160006, "Maximum number of active threads reached")
        thread = Channel(body["name"], kind, channel.guild, channel, self._state.bot, auto_archive_minutes=minutes)
        thread.id = thread.id if thread_id is None else thread_id
        thread.members.append(self._state.bot)
        channel.threads.append(thread)
        self._state.channels[thread.id] = thread
        return thread

    async def _announce(self, thread: Channel) -> None:
        await self._api.gateway.dispatch("THREAD_CREATE", {**self._payload(thread), "newly_created": True})

    # -- changing

    async def _change(self, call: Call) -> object:
        channel, body = self._state.channel(int(call.args[0])), call.body
        if not channel.is_thread:
            channel.check("manage_channels")
        moderates, own = channel.may("manage_threads"), channel.owner is self._state.bot
        if body.get("locked", channel.locked) != channel.locked or "rate_limit_per_user" in body:
            channel.check("manage_threads")
        if channel.locked and not moderates:
            raise DiscordError(403, 160005, "Thread is locked")
        wakes_only = body.get("archived") is False and set(body) == {"archived"}
        if not (moderates or own or wakes_only):
            channel.check("manage_threads")
        if "name" in body:
            _check_name(body["name"])
        if channel.archived and body.get("archived") is not False:
            raise DiscordError(400, 50083, "Thread is archived")
        self._apply(channel, body)
        await self._api.gateway.dispatch("THREAD_UPDATE", payloads.channel(channel))
        return self._payload(channel)

    def _apply(self, channel: Channel, body: dict[str, Any]) -> None:
        if body.get("name", channel.name) != channel.name:
            channel.name = body["name"]
            renamed = Message(channel, self._state.bot, channel.name, type=CHANNEL_NAME_CHANGE)
            channel.add(renamed, system=True)
        channel.archived = body.get("archived", channel.archived)
        channel.locked = body.get("locked", channel.locked)
        channel.auto_archive_minutes = body.get("auto_archive_duration", channel.auto_archive_minutes)

    async def _delete(self, call: Call) -> object:
        channel = self._state.channel(int(call.args[0]))
        if channel.guild is None:
            return payloads.channel(channel)
        channel.check("manage_threads" if channel.is_thread else "manage_channels")
        del self._state.channels[channel.id]
        if channel.is_thread and channel.parent is not None:
            channel.parent.threads.remove(channel)
            await self._api.gateway.dispatch("THREAD_DELETE", payloads.channel(channel))
        return payloads.channel(channel)

    # -- members

    def _thread(self, call: Call) -> Channel:
        channel = self._state.channel(int(call.args[0]))
        if not channel.is_thread:
            raise DiscordError(400, 50024, "Cannot execute action on this channel type")
        return channel

    def _who(self, call: Call, thread: Channel) -> User:
        if call.args[1] == "@me":
            return self._state.bot
        user = self._state.users.get(int(call.args[1]))
        if user is None or thread.guild is None or user not in [*thread.guild.members, self._state.bot]:
            raise DiscordError(404, 10007, "Unknown Member")
        return user

    async def _members(self, call: Call) -> object:
        thread = self._thread(call)
        return [payloads.thread_member(thread, user) for user in thread.members]

    async def _add_member(self, call: Call) -> object:
        """Needs the right to write in the thread, and an active thread; who is in it already changes nothing."""
        thread = self._thread(call)
        check_open(thread)
        who = self._who(call, thread)
        if who is not self._state.bot:
            thread.check("send_messages_in_threads")
        if await self._api.add_to_thread(thread, who) and who is not self._state.bot:
            thread.add(Message(thread, self._state.bot, type=RECIPIENT_ADD, mentions=[who]), system=True)
        return None

    async def _remove_member(self, call: Call) -> object:
        thread = self._thread(call)
        check_open(thread)
        who = self._who(call, thread)
        if who is not self._state.bot and not (thread.type == PRIVATE_THREAD and thread.owner is self._state.bot):
            thread.check("manage_threads")
        if who in thread.members:
            thread.members.remove(who)
            if who is self._state.bot:
                await self._api.members_update(thread, removed_member_ids=[str(who.id)])
        return None


def _check_name(name: object) -> None:
    refuse(not isinstance(name, str) or not name.strip() or len(name) > 100, "name: 1 to 100 characters")
