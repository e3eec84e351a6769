"""Commands as we send them against the same commands as Discord has them."""

import copy
from types import SimpleNamespace
from typing import Any

import discord
import pytest
from discord import app_commands

from bot.command_sync import comparable, own_commands, refusal


class _Commands(app_commands.Group):
    """Some of everything that can be declared."""

    def __init__(self) -> None:
        super().__init__(
            name="server", description="Settings.", default_permissions=discord.Permissions(manage_guild=True)
        )

    @app_commands.command(description="A track.")
    @app_commands.choices(kind=[app_commands.Choice(name="None", value=0), app_commands.Choice(name="All", value=1)])
    async def track(
        self,
        interaction: discord.Interaction,
        file: discord.Attachment,
        count: app_commands.Range[int, 0, 5],
        kind: int = 0,
        focus: app_commands.Range[str, 1, 300] | None = None,
        where: discord.TextChannel | None = None,
    ) -> None: ...


@pytest.fixture
async def sent() -> list[dict[str, Any]]:
    """What discord.py sends: a group, and a command of the context menu."""
    client = discord.Client(intents=discord.Intents.none())
    tree = app_commands.CommandTree(
        client,
        allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
    )

    async def menu(interaction: discord.Interaction, message: discord.Message) -> None: ...

    tree.add_command(_Commands())
    tree.add_command(app_commands.ContextMenu(name="Get mix feedback", callback=menu))
    return await own_commands(tree)


def stored(sent: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What Discord answers (Application Command Object): its own fields, permissions as text, no false and no empty."""
    commands = copy.deepcopy(sent)
    for number, command in enumerate(commands):
        for option in command.get("options", []):
            _drop_defaults(option)
        permissions = command["default_member_permissions"]
        command |= {
            "id": str(1300000000000000000 + number),
            "application_id": "1200000000000000000",
            "version": str(1300000000000000100 + number),
            "default_permission": True,
            "default_member_permissions": None if permissions is None else str(permissions),
            "description": command.get("description", ""),
            "name_localizations": None,
            "description_localizations": None,
            "contexts": sorted(command["contexts"], reverse=True),
        }
        del command["dm_permission"]
    return commands[::-1]


def _drop_defaults(option: dict[str, Any]) -> None:
    for name in [name for name, value in option.items() if value is False or value == []]:
        del option[name]
    for nested in option.get("options", []):
        _drop_defaults(nested)


def test_what_discord_made_of_our_commands_is_the_same(sent: list[dict[str, Any]]) -> None:
    assert comparable(stored(sent)) == comparable(sent)


def _command(commands: list[dict[str, Any]]) -> dict[str, Any]:
    return next(command for command in commands if command["name"] == "server")


def _option(commands: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(option for option in _command(commands)["options"][0]["options"] if option["name"] == name)


CHANGES = {
    "wiped": lambda commands: commands.clear(),
    "one is missing": lambda commands: commands.pop(),
    "one too many": lambda commands: commands.append({**_command(commands), "name": "old"}),
    "description": lambda commands: _command(commands).update(description="Other settings."),
    "permissions": lambda commands: _command(commands).update(default_member_permissions=None),
    "nobody may": lambda commands: _command(commands).update(default_member_permissions="0"),
    "contexts": lambda commands: _command(commands).update(contexts=[0]),
    "installs": lambda commands: _command(commands).update(integration_types=[0]),
    "adults only": lambda commands: _command(commands).update(nsfw=True),
    "translated": lambda commands: _command(commands).update(name_localizations={"de": "server"}),
    "an option is optional": lambda commands: _option(commands, "file").pop("required"),
    "least number": lambda commands: _option(commands, "count").pop("min_value"),
    "length": lambda commands: _option(commands, "focus").update(max_length=200),
    "channels": lambda commands: _option(commands, "where").update(channel_types=[0]),
    "a choice's value": lambda commands: _option(commands, "kind")["choices"][0].update(value=2),
    "a choice's name": lambda commands: _option(commands, "kind")["choices"][0].update(name="Nothing"),
    "order of options": lambda commands: _command(commands)["options"][0]["options"].reverse(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_every_change_is_seen(sent: list[dict[str, Any]], change) -> None:
    theirs = stored(sent)
    change(theirs)

    assert comparable(theirs) != comparable(sent)


@pytest.mark.parametrize(
    ("message", "wanted"),
    [
        (
            {"code": 50035, "message": "Invalid Form Body", "errors": {"1": {"options": {"0": {"description": {
                "_errors": [{"code": "BASE_TYPE_BAD_LENGTH", "message": "Must be between 1 and 100 in length."}]}}}}}},
            "“ask”, options.0.description: Must be between 1 and 100 in length (400, 50035)",
        ),
        ({"code": 30032, "message": "Maximum number of application commands reached (100)."},
         "Maximum number of application commands reached (100) (400, 30032)"),
        ("", "no reason given (400, 0)"),
    ],
    ids=["a field", "all of them", "nothing"],
)  # fmt: skip
def test_a_refusal_names_the_command_and_the_reason(message: Any, wanted: str) -> None:
    response: Any = SimpleNamespace(status=400, reason="Bad Request")

    assert refusal(discord.HTTPException(response, message), ["feedback", "ask"]) == wanted
