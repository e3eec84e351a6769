"""LoopbackDiscord: the server, its CDN, and the waits that tests use."""

import asyncio
import contextlib
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import web

from tests.support.loopback import payloads
from tests.support.loopback.cdn import Cdn, CdnFault
from tests.support.loopback.constants import GROUP_DM
from tests.support.loopback.faults import Faults
from tests.support.loopback.gateway import Gateway
from tests.support.loopback.guilds import GuildHandle
from tests.support.loopback.happenings import Happenings
from tests.support.loopback.people import Member
from tests.support.loopback.rest import Rest
from tests.support.loopback.state import Channel, Guild, Message, State, Wait

TOKEN = "loopback-token"
UPLOAD_LIMIT_BYTES = 10 * 1024 * 1024
WAIT_S = 180.0

LOOK_S = 0.1
"""Seconds between two looks at a condition while nothing changes here: it may be about something else."""

ALIVE_TRIES, ALIVE_TRY_S = 12, 10.0
"""discord.py gives a connection up after 60 s without an answer, and makes it anew after a pause of seconds."""

UNREAD_HEARTBEATS = 2
"""Sent before the bot gave a connection up: one every 41 s for at most 60 s."""

T = TypeVar("T")


class LoopbackDiscord(Happenings):
    """Discord on an ephemeral port of 127.0.0.1."""

    def __init__(
        self,
        *,
        message_content_enabled: bool = True,
        token: str = TOKEN,
        upload_limit_bytes: int = UPLOAD_LIMIT_BYTES,
        shard_count: int = 1,
    ) -> None:
        self.state = State(upload_limit_bytes, message_content_enabled=message_content_enabled)
        self.faults = Faults()
        self.gateway = Gateway(self.state, token, self.faults)
        self.gateway.shard_count = shard_count
        self.rest = Rest(self.state, self.gateway, token, self.faults)
        self.cdn = Cdn(self.state, self.faults)
        self._cdn_fault: CdnFault | None = None
        self._runner: web.AppRunner | None = None
        self.host = ""

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=512 * 1024 * 1024)
        app.router.add_get("/gateway/", self.gateway.handle)
        app.router.add_get("/ephemeral-attachments/{channel}/{file}", self.cdn.handle)
        app.router.add_route("*", "/{path:.*}", self.rest.handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.host = f"127.0.0.1:{port}"
        self.gateway.url = f"ws://{self.host}/gateway/"
        self.rest.api.cdn_url = f"http://{self.host}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.faults.clear()
        await self.gateway.close()
        if self._runner is not None:
            await self._runner.cleanup()

    def environment(self) -> dict[str, str]:
        """What points a bot process at this server (read by the harness' sitecustomize)."""
        return {
            "EARSHOT_LOOPBACK_REST": f"http://{self.host}/api/v10",
            "EARSHOT_LOOPBACK_GATEWAY": self.gateway.url,
            "EARSHOT_LOOPBACK_CDN_HOST": self.host,
        }

    # -- setting up

    @property
    def cdn_status(self) -> int | None:
        """A status that every download is answered with."""
        return self._cdn_fault.value if self._cdn_fault else None

    @cdn_status.setter
    def cdn_status(self, status: int | None) -> None:
        if self._cdn_fault is not None:
            self._cdn_fault.lift()
        self._cdn_fault = self.cdn.fail(status, times=None) if status is not None else None

    @property
    def commands(self) -> list[dict[str, Any]]:
        """What was synced."""
        return self.state.commands

    def add_guild(self, name: str, *, bot_is_member: bool = True) -> GuildHandle:
        """A guild; with `bot_is_member` False only its members have the app installed."""
        guild = Guild(name, bot_is_member)
        self.state.guilds.append(guild)
        if bot_is_member:
            self.gateway.announce("GUILD_CREATE", payloads.guild(guild, self.state))
        return GuildHandle(self, guild)

    # -- waiting

    def add_group_dm(self, *members: Member) -> Channel:
        """A group of people who write each other; the bot is never in it, and hears only of its commands there."""
        group = Channel("group", GROUP_DM, recipients=[member.user for member in members])
        self.state.channels[group.id] = group
        return group

    async def wait_until(self, condition: Callable[[], T], timeout: float = WAIT_S) -> T:
        """The first truthy value of `condition`; looked at after every change, and now and then without one."""
        value = condition()
        if value:
            return value
        wait = Wait(condition, asyncio.get_running_loop().create_future())
        self.state.waits.append(wait)
        try:
            async with asyncio.timeout(timeout):
                while not value and not wait.future.done():
                    await asyncio.wait({wait.future}, timeout=LOOK_S)
                    value = condition()
            return wait.future.result() if wait.future.done() else value
        except TimeoutError:
            raise AssertionError(f"nothing happened within {timeout:g} s\n{self._everything()}") from None
        finally:
            self.state.waits.remove(wait)

    async def wait_ready(self, timeout: float = WAIT_S) -> None:
        """The bot is connected and its commands are synced."""
        await self.wait_until(lambda: self.gateway.connected and self.state.commands, timeout)

    async def wait_alive(self) -> None:
        """The bot answers on the connection there is; one that it has given up counts as none."""
        for _ in range(ALIVE_TRIES):
            await self.wait_ready()
            with contextlib.suppress(AssertionError):
                for _ in range(UNREAD_HEARTBEATS + 1):
                    known = self.gateway.heartbeats
                    await self.gateway.send_op(1)
                    await self.wait_until(lambda known=known: self.gateway.heartbeats > known, ALIVE_TRY_S)
                return
        raise AssertionError("the bot does not answer heartbeats")

    async def wait_for_thread(self, channel: Channel, timeout: float = WAIT_S) -> Channel:
        """The newest thread of a channel."""
        return (await self.wait_until(lambda: channel.threads, timeout))[-1]

    async def wait_for_message(
        self, where: Channel, predicate: Callable[[Message], object], timeout: float = WAIT_S
    ) -> Message:
        """The first message that fits; older ones count."""
        return await self.wait_until(lambda: next(filter(predicate, where.messages), None), timeout)  # type: ignore[arg-type,return-value]

    # -- looking

    def transcript(self, where: Channel) -> str:
        """What a person sees."""
        return "\n\n".join(_shown(message) for message in where.messages)

    def _everything(self) -> str:
        busy = [channel for channel in self.state.channels.values() if channel.messages]
        texts = [f"# {channel.name}\n{self.transcript(channel)}" for channel in busy]
        hidden = [
            f"(to {interaction.user.name} only) {message.content}"
            for interaction in self.state.interactions.values()
            for message in interaction.responses
            if message.ephemeral
        ]
        return "\n".join([*texts, *hidden, *self.state.problems])

    def assert_clean(self) -> None:
        """Nothing unexpected was asked of the server."""
        if self.state.problems:
            raise AssertionError("\n".join(self.state.problems))


def _shown(message: Message) -> str:
    lines = [f"{message.author.name}{' (bot)' if message.author.bot else ''}:"]
    if message.content:
        lines.append(message.content)
    for embed in message.embeds:
        lines.append(f"┌ {embed.get('title', '')}")
        for field in embed.get("fields", []):
            lines.append(f"│ {field['name']}")
            lines += [f"│   {line}" for line in field["value"].splitlines()]
        lines.append(f"└ {embed.get('footer', {}).get('text', '')}")
    lines += [f"[{file.filename}, {file.size:,} bytes]" for file in message.attachments]
    buttons = [button.get("label", "") for row in message.components for button in row.get("components", [])]
    if buttons:
        lines.append(" ".join(f"({label})" for label in buttons))
    return "\n".join(lines)
