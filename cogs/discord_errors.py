"""Discord's error codes that the bot handles (Discord: Opcodes and Status Codes, JSON error codes)."""

import aiohttp
import discord

REQUEST_FAILURES = (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError)
"""What a request to Discord may raise: an answer with an error, no connection, no answer in time."""

TOKEN_DEAD = frozenset({50027, 10015})
"""The interaction token has expired: it is valid for 15 minutes."""

TOO_MANY_FOLLOW_UPS = 40094
"""An app that only its user has installed may send five follow-ups to one interaction."""

ACKNOWLEDGED = 40060
"""The interaction has been acknowledged already: an earlier try of ours arrived."""

UNKNOWN_CHANNEL = 10003
"""The channel was deleted."""

UNKNOWN_MESSAGE = 10008
"""The message was deleted."""

CANNOT_REPLY = frozenset({160002, 50035})
"""A reply needs Read Message History; the message is unknown."""

THREAD_ARCHIVED = 50083
"""Nothing can be changed or deleted in an archived thread."""

THREAD_LOCKED = 160005
"""Only members who may manage threads can unarchive a locked one, or write in it."""

THREAD_EXISTS = 160004
"""A thread was already made from this message; it has the message's id."""

FILE_TOO_LARGE = 40005
"""The file is larger than Discord accepts here."""

REFUSING = frozenset({401, 403, 404})
"""Statuses that are final only together with one of Discord's error codes."""


def is_final(error: discord.HTTPException) -> bool:
    """Whether every repeated request would get the same error.

    A 401 (the bot's token is being renewed), 403 or 404 (a proxy in front of Discord) without a code of Discord's is
    temporary, like a server error.
    """
    if error.status == 429 or error.status >= 500:
        return False
    return error.code != 0 or error.status not in REFUSING
