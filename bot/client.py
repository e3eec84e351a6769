"""The Discord client: intents, cogs, persistent buttons."""

import asyncio
import logging
from collections.abc import Callable

import discord
from discord import app_commands
from discord.ext import commands

from bot.command_sync import CommandSync
from cogs.buttons import BUTTONS
from cogs.conversation import Conversations
from cogs.errors import EarshotTree
from cogs.explain import Explain
from cogs.feedback import Feedback
from cogs.privacy import Privacy
from cogs.server import Server
from cogs.targets import Targets
from core.service.conversation import ConversationService
from core.service.explain import ExplainService
from core.service.feedback import FeedbackService
from core.service.privacy import PrivacyService
from core.service.servers import ServerService
from core.service.targets import TargetService

log = logging.getLogger(__name__)


def intents(*, message_content: bool) -> discord.Intents:
    """What the bot listens to: guilds, and messages in guilds and direct messages."""
    return discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=message_content)


class EarshotBot(commands.Bot):
    """One connection to Discord. A failed first connect needs a new one (discord.py issue 10520)."""

    def __init__(
        self,
        feedback: FeedbackService,
        targets: TargetService,
        conversations: ConversationService,
        privacy: PrivacyService,
        servers: ServerService,
        explain: ExplainService,
        *,
        command_sync: CommandSync,
        message_content: bool,
        on_connected: Callable[["EarshotBot"], None],
    ) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=intents(message_content=message_content),
            allowed_mentions=discord.AllowedMentions.none(),
            tree_cls=EarshotTree,
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            max_messages=None,
        )
        self._feedback = feedback
        self._targets = targets
        self._conversations = conversations
        self._privacy = privacy
        self._command_sync = command_sync
        self._syncing: asyncio.Task[None] | None = None
        self._servers = servers
        self._explain = explain
        self._on_connected = on_connected

    async def setup_hook(self) -> None:
        """Runs after login, before the gateway."""
        await self.add_cog(Feedback(self.tree, self._feedback, self._targets))
        await self.add_cog(Conversations(self, self._conversations, self._feedback))
        await self.add_cog(Privacy(self._privacy, self._servers))
        await self.add_cog(Server(self._servers))
        await self.add_cog(Explain(self._explain))
        await self.add_cog(Targets(self._targets))
        self.add_dynamic_items(*BUTTONS)
        # beside the connection: Discord may let a change of commands wait for hours, and the old ones work meanwhile
        self._syncing = asyncio.create_task(self._command_sync.run(self, self.tree), name="commands")
        self._on_connected(self)

    async def close(self) -> None:
        """End the connection and what goes on beside it."""
        if self._syncing is not None:
            self._syncing.cancel()
            await asyncio.wait({self._syncing})
        await super().close()

    async def on_message(self, message: discord.Message, /) -> None:
        """No text commands; the conversation cog listens for itself."""

    async def on_ready(self) -> None:
        """After every fresh session: what was asked in the meantime."""
        log.info("ready as %s in %d guilds", self.user, len(self.guilds))
        cog = self.get_cog("Conversations")
        if isinstance(cog, Conversations):
            await cog.catch_up()
