"""Login, the application, its guilds and its commands (resources/application, interactions/application-commands)."""

from typing import Any

from tests.support.loopback import payloads
from tests.support.loopback.command_checks import check_commands
from tests.support.loopback.rest.call import Api, Call, Route
from tests.support.loopback.state import DiscordError, Guild

GUILDS_PAGE = 200

GATEWAY_MESSAGE_CONTENT_LIMITED = 1 << 19
"""Application flag: the intent is switched on (below the size that needs a review)."""


class Application:
    """Routes about the bot itself."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._state = api.state
        self._versions = 0
        self._ids = 0

    def routes(self) -> list[Route]:
        """Method, path, handler."""
        return [
            ("GET", r"/users/@me", self._me),
            ("GET", r"/users/(\d+)", self._user),
            ("GET", r"/users/@me/guilds", self._guilds),
            ("POST", r"/users/@me/channels", self._open_dm),
            ("GET", r"/oauth2/applications/@me", self._application),
            ("GET", r"/applications/@me", self._application),
            ("GET", r"/gateway/bot", self._gateway_bot),
            ("GET", r"/applications/\d+/commands", self._commands),
            ("PUT", r"/applications/\d+/commands", self._sync),
            ("GET", r"/guilds/(\d+)", self._guild),
            ("GET", r"/guilds/(\d+)/members/(\d+)", self._member),
            ("GET", r"/guilds/(\d+)/threads/active", self._active_threads),
        ]

    async def _me(self, call: Call) -> object:
        return payloads.user(self._state.bot)

    async def _user(self, call: Call) -> object:
        found = self._state.users.get(int(call.args[0]))
        if found is None:
            raise DiscordError(404, 10013, "Unknown User")
        return payloads.user(found)

    async def _application(self, call: Call) -> object:
        bot = payloads.user(self._state.bot)
        return {
            "id": bot["id"],
            "name": "Earshot",
            "description": "",
            "icon": None,
            "bot_public": True,
            "bot_require_code_grant": False,
            "verify_key": "00",
            "owner": bot,
            "team": None,
            "flags": GATEWAY_MESSAGE_CONTENT_LIMITED if self._state.message_content_enabled else 0,
        }

    async def _gateway_bot(self, call: Call) -> object:
        limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
        gateway = self._api.gateway
        return {"url": gateway.url, "shards": gateway.shard_count, "session_start_limit": limit}

    async def _open_dm(self, call: Call) -> object:
        user = self._state.users.get(int(call.body["recipient_id"]))
        if user is None or user.bot:
            raise DiscordError(400, 50033, "Invalid Recipient(s)")
        return payloads.channel(self._state.dm_of(user))

    # -- guilds

    def _own_guild(self, guild_id: str) -> Guild:
        found = next((guild for guild in self._state.guilds if str(guild.id) == guild_id), None)
        if found is None or not found.bot_is_member:
            raise DiscordError(404, 10004, "Unknown Guild")
        return found

    async def _guilds(self, call: Call) -> object:
        query = call.request.query
        limit = min(int(query.get("limit", GUILDS_PAGE)), GUILDS_PAGE)
        own = sorted((guild for guild in self._state.guilds if guild.bot_is_member), key=lambda guild: guild.id)
        after, before = int(query.get("after", 0)), int(query.get("before", 1 << 63))
        page = [guild for guild in own if after < guild.id < before][:limit]
        return [{"id": str(guild.id), "name": guild.name, "icon": None, "permissions": "0"} for guild in page]

    async def _guild(self, call: Call) -> object:
        return payloads.guild(self._own_guild(call.args[0]), self._state)

    async def _member(self, call: Call) -> object:
        guild = self._own_guild(call.args[0])
        everybody = [*guild.members, self._state.bot]
        found = next((user for user in everybody if str(user.id) == call.args[1]), None)
        if found is None:
            raise DiscordError(404, 10007, "Unknown Member")
        return payloads.member(found)

    async def _active_threads(self, call: Call) -> object:
        threads = payloads.visible_threads(self._own_guild(call.args[0]), self._state.bot)
        own = [payloads.thread_member(t, self._state.bot) for t in threads if self._state.bot in t.members]
        return {"threads": [payloads.channel(thread) for thread in threads], "members": own}

    # -- commands

    async def _commands(self, call: Call) -> object:
        return self._state.commands

    async def _sync(self, call: Call) -> object:
        """Bulk overwrite: a command that stays keeps its id, one that changes gets a new version."""
        commands: list[dict[str, Any]] = call.body
        check_commands(commands)
        known = {(item["type"], item["name"]): item for item in self._state.commands}
        self._state.commands = [self._stored(command, known) for command in commands]
        return self._state.commands

    def _stored(self, command: dict[str, Any], known: dict[Any, dict[str, Any]]) -> dict[str, Any]:
        stored = {
            "description": "",
            "type": 1,
            "options": [],
            "contexts": None,
            "integration_types": [0],
            "default_member_permissions": None,
            "nsfw": False,
            **command,
            "application_id": str(self._state.bot.id),
        }
        before = known.get((stored["type"], stored["name"]))
        if before is None:
            self._ids += 1
        stored["id"] = before["id"] if before else str(self._state.bot.id + self._ids)
        if before is not None and before == {**stored, "version": before["version"]}:
            return before
        self._versions += 1
        return {**stored, "version": str(self._versions)}
