"""Who a message mentions and pings (resources/message: Allowed Mentions Object)."""

import re
from typing import Any

from tests.support.loopback.constants import FLAG_SILENT
from tests.support.loopback.state import DiscordError, Message, State, User

REGULAR_DEFAULT = ("users", "roles", "everyone")
INTERACTION_DEFAULT = ("users",)
"""What is parsed without allowed_mentions: in interactions and webhooks users only."""

_USER, _ROLE, _EVERYONE = re.compile(r"<@!?(\d+)>"), re.compile(r"<@&(\d+)>"), re.compile(r"@(?:everyone|here)\b")


def check_allowed_mentions(allowed: dict[str, Any]) -> None:
    """`parse` and a list of ids of the same kind exclude each other; 100 ids at most."""
    for kind in ("users", "roles"):
        ids = allowed.get(kind) or []
        if ids and kind in allowed.get("parse", []):
            raise DiscordError(400, 50035, f"allowed_mentions: parse:[{kind}] and {kind}: [ids] are mutually exclusive")
        if len(ids) > 100:
            raise DiscordError(400, 50035, f"allowed_mentions: more than 100 {kind}")


def resolve(message: Message, state: State, *, pings: bool) -> None:
    """Set whom a message of the bot mentions, and with `pings` whom it pings (edits never do)."""
    allowed = message.allowed_mentions
    if allowed is None:
        default = INTERACTION_DEFAULT if message.interaction is not None else REGULAR_DEFAULT
        allowed = {"parse": default, "replied_user": True}
    parse = allowed.get("parse", ())
    users = _allowed_ids(_USER, message.content, "users" in parse, allowed.get("users"))
    roles = _allowed_ids(_ROLE, message.content, "roles" in parse, allowed.get("roles"))
    everyone = "everyone" in parse and bool(_EVERYONE.search(message.content))
    message.mentions_everyone = everyone and message.channel.may("mention_everyone")
    message.mentions = [state.users[number] for number in users if number in state.users]
    replied = message.channel.by_id.get(message.reference_id or 0)
    if replied is not None and allowed.get("replied_user", False) and replied.author not in message.mentions:
        message.mentions.append(replied.author)
    if pings and not message.flags & FLAG_SILENT and not message.ephemeral:
        message.pinged = {user.id for user in message.mentions} | set(roles)
        message.pinged |= {"everyone"} if message.mentions_everyone else set()


def mentioned_by_people(text: str, state: State) -> list[User]:
    """Whom a person's message mentions."""
    ids = dict.fromkeys(int(number) for number in _USER.findall(text))
    return [state.users[number] for number in ids if number in state.users]


def _allowed_ids(pattern: re.Pattern[str], text: str, parsed: bool, named: list[str] | None) -> list[int]:
    """Ids that stand in the text and may be mentioned."""
    found = dict.fromkeys(int(number) for number in pattern.findall(text))
    return list(found) if parsed else [number for number in found if number in {int(item) for item in named or []}]
