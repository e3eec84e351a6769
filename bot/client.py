"""The Discord client: intents, cogs, persistent buttons."""

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.command_sync import CommandSync
from bot.composition import Services
from bot.voice_warnings import silence_voice_warnings
from cogs.actions import Actions
from cogs.conversation import ConversationCommands
from cogs.explain import Explain
from cogs.feedback import Feedback
from cogs.interactions.buttons import BUTTONS
from cogs.interactions.error_replies import EarshotTree
from cogs.interactions.repeats import Repeats
from cogs.messages.addressing import Addressing
from cogs.messages.inbox import Inbox
from cogs.messages.proxies import Proxies
from cogs.messages.replying import Replies
from cogs.messages.responding import Responder
from cogs.privacy import PrivacyCommands
from cogs.server import Server
from cogs.targets import TargetCommands
from core.values.errors import EarshotError

log = logging.getLogger(__name__)


def intents(*, message_content: bool) -> discord.Intents:
    """Gateway intents: guilds and messages in guilds and direct messages; message content only where it is enabled."""
    return discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=message_content)


class EarshotBot(commands.Bot):
    """The client of one connection to Discord; useless after a failed first connect (discord.py issue 10520)."""

    def __init__(
        self,
        services: Services,
        *,
        command_sync: CommandSync,
        repeats: Repeats,
        message_content: bool,
        on_connected: Callable[["EarshotBot"], Awaitable[None]],
    ) -> None:
        silence_voice_warnings()
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=intents(message_content=message_content),
            allowed_mentions=discord.AllowedMentions.none(),
            tree_cls=lambda client: EarshotTree(client, repeats),  # type: ignore[arg-type]
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            max_messages=None,
        )
        self._services = services
        self._command_sync = command_sync
        self._syncing: asyncio.Task[None] | None = None
        self._on_connected = on_connected
        one = services
        addressing = Addressing(self, one.channels)
        replies = Replies(self, one.channels)
        responder = Responder(
            self, addressing, replies, one.channels, one.conversations, one.feedback, one.offers, one.servers
        )
        proxies = Proxies(one.conversations, one.feedback, one.offers)
        self.inbox = Inbox(
            self, one.channels, one.conversations, responder, replies, addressing, proxies, one.forgetting
        )
        self._feedback = Feedback(
            self.tree, one.feedback, one.targets, one.offers, one.channels, one.conversations, one.servers
        )
        self._conversations = ConversationCommands(
            self,
            one.conversations,
            one.channels,
            one.offers,
            responder,
            addressing,
            proxies,
            self.inbox,
            one.forgetting,
        )
        self._privacy = PrivacyCommands(self, one.privacy, one.servers, one.progress)
        self.actions = Actions(repeats, self._feedback, self._conversations, self._privacy)

    async def setup_hook(self) -> None:
        """Add cogs and buttons and start the command sync; discord.py calls this after login, before the gateway."""
        await self.add_cog(self._feedback)
        await self.add_cog(self._conversations)
        await self.add_cog(self._privacy)
        await self.add_cog(Server(self._services.servers))
        await self.add_cog(Explain(self._services.explain))
        await self.add_cog(TargetCommands(self._services.targets))
        await self.add_cog(self.inbox)
        self.add_dynamic_items(*BUTTONS)
        # as a separate task: Discord may delay a change of commands for hours, and the old ones work meanwhile
        self._syncing = asyncio.create_task(self._command_sync.run(self, self.tree), name="commands")

    async def close(self) -> None:
        """Cancel the command sync and close the connection."""
        if self._syncing is not None:
            self._syncing.cancel()
            await asyncio.wait({self._syncing})
        # discord.py leaves this task running: it would dispatch READY on a closed client and log a traceback
        ready_task: asyncio.Task[None] | None = getattr(self._connection, "_ready_task", None)
        if ready_task is not None:
            ready_task.cancel()
        await super().close()

    async def on_message(self, message: discord.Message, /) -> None:
        """Do nothing: there are no text commands, and the inbox has a listener of its own."""

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Handle submitted forms, and refuse buttons and menus that this version does not know."""
        await self.actions.on_interaction(interaction)

    async def on_error(self, event_method: str, /, *_args: Any, **_kwargs: Any) -> None:
        """Log the failure of an event handler: an EarshotError in one line, any other error with its traceback."""
        error = sys.exception()
        if isinstance(error, EarshotError):
            log.log(logging.INFO if self.is_closed() else logging.WARNING, "%s: %s", event_method, error)
        else:
            log.error("%s failed", event_method, exc_info=error)

    async def on_ready(self) -> None:
        """A new gateway session: catch up with missed messages, resume deliveries, note guilds joined and left."""
        log.info("ready as %s in %d guilds", self.user, len(self.guilds))
        await self.inbox.catch_up()
        await self._on_connected(self)
        await self._notice_guilds()

    async def on_resumed(self) -> None:
        """Resume deliveries in a resumed gateway session; Discord replays the missed events itself."""
        await self._on_connected(self)

    async def _notice_guilds(self) -> None:
        """Note guilds that removed the bot, or added it (again), while it was offline.

        The grace period of the former begins, that of the latter ends: discord.py reports a join only as it happens.
        Guilds in an outage count as members. A guild that never had the bot (a review by a user install) cannot have
        removed it.
        """
        member_of = [guild.id for guild in self.guilds]
        if joined := await self._services.channels.new_guilds(member_of):
            log.info("%d guilds were not yet recorded as having the bot", len(joined))
            await self._services.privacy.guild_joined(*joined)
        for guild_id in await self._services.channels.gone_guilds(member_of):
            log.info("guild %s removed the bot while it was away", guild_id)
            await self._services.privacy.guild_left(guild_id)
