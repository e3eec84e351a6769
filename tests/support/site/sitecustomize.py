"""Points a bot process at the loopback Discord. Python imports this by itself when the folder is on its path.

Nothing in the bot knows of it: what is changed is where discord.py looks for Discord, which host serves files, and how
long the pauses between tries are.
"""

import os


def _redirect() -> None:
    import discord
    import yarl
    from discord.gateway import DiscordWebSocket
    from discord.http import Route

    import cogs.attachments

    Route.BASE = os.environ["EARSHOT_LOOPBACK_REST"]
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["EARSHOT_LOOPBACK_GATEWAY"])
    cogs.attachments.ATTACHMENT_HOSTS = frozenset({os.environ["EARSHOT_LOOPBACK_CDN_HOST"]})
    cogs.attachments.ATTACHMENT_SCHEMES = frozenset({"http"})
    start = discord.state.ConnectionState.__init__

    def quick_start(self, *args, **kwargs):  # type: ignore[no-untyped-def]
        kwargs["guild_ready_timeout"] = 0.2
        start(self, *args, **kwargs)

    discord.state.ConnectionState.__init__ = quick_start  # type: ignore[method-assign]

    from tests.support.processes.quick_pauses import shorten_pauses

    shorten_pauses()


if "EARSHOT_LOOPBACK_REST" in os.environ:
    _redirect()
