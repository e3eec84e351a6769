"""The Discord client: intents, cogs, persistent buttons, command sync."""

import hashlib
import json
import logging
from collections.abc import Callable
from pathlib import Path

import discord
from discord import app_commands
from discord.ext import commands

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

SYNC_FILE = "commands.json"

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
        data_dir: Path,
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
        self._data_dir = data_dir
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
        await self._sync_if_changed()
        self._on_connected(self)

    async def on_message(self, message: discord.Message, /) -> None:
        """No text commands; the conversation cog listens for itself."""

    async def on_ready(self) -> None:
        """After every fresh session: what was asked in the meantime."""
        log.info("ready as %s in %d guilds", self.user, len(self.guilds))
        cog = self.get_cog("Conversations")
        if isinstance(cog, Conversations):
            await cog.catch_up()

    async def _sync_if_changed(self) -> None:
        """Sync commands only when they changed: Discord allows 200 creations a day, and a restart is not a change."""
        payload = [command.to_dict(self.tree) for command in self.tree.get_commands()]
        digest = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
        path = self._data_dir / SYNC_FILE
        stamp = {"application": self.application_id, "commands": digest}
        if path.is_file() and path.read_text() == json.dumps(stamp):
            return
        await self.tree.sync()
        path.write_text(json.dumps(stamp))
        log.info("commands synced")
