"""Discord's checks of command definitions (interactions/application-commands)."""

import re
from typing import Any

from tests.support.loopback.message_checks import refuse

CHAT_INPUT, USER_MENU, MESSAGE_MENU = 1, 2, 3
COMMANDS_MAX = {CHAT_INPUT: 100, USER_MENU: 15, MESSAGE_MENU: 15}
TEXT_MAX = 8000
"""Names, descriptions and values of one chat input command together."""

SUB_COMMAND, SUB_COMMAND_GROUP, STRING = 1, 2, 3
OPTIONS_MAX = CHOICES_MAX = 25

_NAME = re.compile(r"[-_'\w]{1,32}")


def check_commands(commands: list[dict[str, Any]]) -> None:
    """All global commands of a bulk overwrite."""
    names = [(command.get("type", CHAT_INPUT), command["name"]) for command in commands]
    refuse(len(set(names)) != len(names), "Application command names must be unique")
    for kind, most in COMMANDS_MAX.items():
        refuse(sum(item[0] == kind for item in names) > most, f"more than {most} commands of type {kind}")
    for command in commands:
        check_command(command)


def check_command(command: dict[str, Any]) -> None:
    """One command."""
    name, kind = command["name"], command.get("type", CHAT_INPUT)
    refuse(not set(command.get("contexts") or [0]) <= {0, 1, 2}, f"contexts of {name}")
    refuse(not set(command.get("integration_types") or [0]) <= {0, 1}, f"integration_types of {name}")
    if kind != CHAT_INPUT:
        refuse(not 1 <= len(name) <= 32, f"name of {name}: 1 to 32 characters")
        refuse(command.get("description"), f"{name}: a context menu command has no description")
        refuse(command.get("options"), f"{name}: a context menu command has no options")
        return
    _check_named(command)
    _check_options(command.get("options") or [], depth=0)
    refuse(_length(command) > TEXT_MAX, f"{name}: more than 8000 characters")


def _check_named(item: dict[str, Any]) -> None:
    name = item["name"]
    refuse(not _NAME.fullmatch(name) or name != name.lower(), f"name {name!r}")
    refuse(not 1 <= len(item.get("description") or "") <= 100, f"description of {name}: 1 to 100 characters")


def _check_options(options: list[dict[str, Any]], depth: int) -> None:
    refuse(len(options) > OPTIONS_MAX, "25 options at most")
    names = [option["name"] for option in options]
    refuse(len(set(names)) != len(names), "option names stand once")
    kinds = {option["type"] in {SUB_COMMAND, SUB_COMMAND_GROUP} for option in options}
    refuse(len(kinds) > 1, "subcommands and options do not stand together")
    seen_optional = False
    for option in options:
        _check_named(option)
        refuse(option["type"] == SUB_COMMAND_GROUP and depth > 0, "a group stands at the top")
        refuse(option["type"] == SUB_COMMAND and depth > 1, "a subcommand has no subcommands")
        if option["type"] in {SUB_COMMAND, SUB_COMMAND_GROUP}:
            _check_options(option.get("options") or [], depth + (1 if option["type"] == SUB_COMMAND_GROUP else 2))
            continue
        refuse(option.get("required") and seen_optional, "Required options must be placed before non-required options")
        seen_optional = seen_optional or not option.get("required", False)
        _check_choices(option)


def _check_choices(option: dict[str, Any]) -> None:
    choices = option.get("choices") or []
    refuse(choices and option.get("autocomplete"), f"option {option['name']}: choices and autocomplete")
    check_choices(choices)
    refuse(not 0 <= (option.get("min_length") or 0) <= 6000, f"option {option['name']}: min_length")
    refuse(not 1 <= (option.get("max_length") or 1) <= 6000, f"option {option['name']}: max_length")


def check_choices(choices: list[dict[str, Any]]) -> None:
    """Choices of an option or of an autocomplete: 25, names of 1 to 100 characters."""
    refuse(len(choices) > CHOICES_MAX, "choices: 25 at most")
    for choice in choices:
        refuse(not 1 <= len(choice["name"]) <= 100, f"choice name {choice['name']!r}: 1 to 100 characters")
        value = choice["value"]
        refuse(isinstance(value, str) and not 1 <= len(value) <= 100, f"choice value {value!r}: 1 to 100 characters")


def _length(item: dict[str, Any]) -> int:
    own = len(item["name"]) + len(item.get("description") or "")
    choices = sum(len(choice["name"]) + len(str(choice["value"])) for choice in item.get("choices") or [])
    return own + choices + sum(_length(option) for option in item.get("options") or [])
