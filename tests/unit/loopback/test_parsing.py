"""discord.py reads what the loopback sends: replies, forwards, stickers, voice messages, threads, interactions."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import discord
import pytest_asyncio
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from tests.support.loopback import LoopbackDiscord

WAIT_S = 10.0


class Client(discord.Client):
    """Keeps what arrives."""

    def __init__(self) -> None:
        intents = discord.Intents(guilds=True, messages=True, message_content=True)
        super().__init__(intents=intents, guild_ready_timeout=0.1)
        self.messages: asyncio.Queue[discord.Message] = asyncio.Queue()
        self.used: asyncio.Queue[discord.Interaction] = asyncio.Queue()
        self.tree = app_commands.CommandTree(self)

    async def on_message(self, message: discord.Message) -> None:
        self.messages.put_nowait(message)

    async def next_message(self) -> discord.Message:
        """The next message."""
        return await asyncio.wait_for(self.messages.get(), WAIT_S)


@asynccontextmanager
async def connected(loopback: LoopbackDiscord) -> AsyncIterator[Client]:
    client = Client()

    @client.tree.context_menu(name="Look")
    async def look(interaction: discord.Interaction, message: discord.Message) -> None:
        client.used.put_nowait(interaction)
        client.messages.put_nowait(message)
        await interaction.response.send_message("seen", ephemeral=True)

    async with client:
        await client.login("loopback-token")
        await client.tree.sync()
        task = asyncio.create_task(client.connect())
        await asyncio.wait_for(client.wait_until_ready(), WAIT_S)
        yield client
    await asyncio.wait([task])


@pytest_asyncio.fixture
async def stage(monkeypatch) -> AsyncIterator[Any]:
    """The unmodified client, connected, with a channel and a member."""
    async with LoopbackDiscord() as loopback:
        monkeypatch.setattr(Route, "BASE", f"http://{loopback.host}/api/v10")
        monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(loopback.gateway.url))
        guild = loopback.add_guild("Producers")
        channel, mia = guild.add_text_channel("a", deny=["SEND_MESSAGES"]), guild.add_member("mia")
        async with connected(loopback) as client:
            yield loopback, client, channel, mia
        loopback.assert_clean()


async def test_messages_of_every_kind(stage) -> None:
    """resources/message: replies, forwards (message_snapshots), sticker_items, voice messages (1 << 13)."""
    _, client, channel, mia = stage
    track = ("track.mp3", b"123", "audio/mpeg")
    first = await mia.send(channel, "hello", files=[track, ("b.wav", b"4", "audio/wav")])
    await mia.send(channel, "a reply", reply_to=first)
    await mia.forward(channel, first)
    await mia.send(channel, "", sticker="wave")
    await mia.voice_message(channel, b"OggS", 2.5)

    plain, reply, forward, sticker, voice = [await client.next_message() for _ in range(5)]

    assert [file.filename for file in plain.attachments] == ["track.mp3", "b.wav"]
    assert (reply.type, reply.reference.message_id) == (discord.MessageType.reply, first.id)
    assert reply.reference.resolved.content == "hello"
    assert forward.flags.forwarded
    assert forward.reference.type is discord.MessageReferenceType.forward
    assert (forward.content, forward.message_snapshots[0].content) == ("", "hello")
    assert forward.message_snapshots[0].attachments[0].filename == "track.mp3"
    assert sticker.stickers[0].name == "wave"
    assert voice.flags.voice
    assert voice.attachments[0].is_voice_message()
    assert (voice.attachments[0].duration, voice.attachments[0].content_type) == (2.5, "audio/ogg")
    assert [message.id async for message in client.get_channel(channel.id).history(limit=10)][-1] == first.id


async def test_permissions_reach_the_cache(stage) -> None:
    """Overwrites of a channel deny what the harness says."""
    _, client, channel, _ = stage
    seen = client.get_channel(channel.id)
    allowed = seen.permissions_for(seen.guild.me)

    assert not allowed.send_messages
    assert allowed.create_public_threads
    assert not allowed.manage_threads


async def test_a_context_menu_reads_a_forward(stage) -> None:
    """The target of a message command is whole, with its snapshots."""
    _, client, channel, mia = stage
    forward = await mia.forward(channel, await mia.send(channel, "", files=[("t.mp3", b"1", "audio/mpeg")]))
    for _ in range(2):
        await client.next_message()

    interaction = await mia.context_menu(channel, "Look", forward)
    target, used = await client.next_message(), await client.used.get()

    assert target.message_snapshots[0].attachments[0].filename == "t.mp3"
    assert used.is_guild_integration()
    assert not used.app_permissions.send_messages
    assert interaction.original.ephemeral


async def test_threads_and_rate_limits(stage) -> None:
    """A thread from a message, its members, its name; the library waits for its bucket."""
    loopback, client, channel, mia = stage
    message = await mia.send(channel, "x")
    seen = await client.next_message()
    thread = await seen.create_thread(name="t")
    await thread.add_user(discord.Object(mia.user.id))
    await thread.edit(name="u")
    bucket = loopback.faults.limit("POST", r"/channels/\d+/messages$", 2, 0.2)

    for number in range(5):
        await thread.send(str(number))

    posted = channel.threads[0]
    assert (posted.id, posted.name, mia.user in posted.members) == (message.id, "u", True)
    assert [item.content for item in posted.messages] == ["0", "1", "2", "3", "4"]
    assert bucket.refused == 0
    history = [item async for item in thread.history(limit=10, oldest_first=True)]
    kinds = [item.type for item in history[:3]]
    assert kinds == [
        discord.MessageType.thread_starter_message,
        discord.MessageType.recipient_add,
        discord.MessageType.channel_name_change,
    ]
    assert history[0].reference.message_id == message.id
    await history[-1].add_reaction("👀")
    assert posted.messages[-1].reactions == ["👀"]
