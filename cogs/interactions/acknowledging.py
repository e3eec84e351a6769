"""Acknowledging: interactions are answered within Discord's three seconds, and an answer in doubt is followed up."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import aiohttp
import discord

from cogs.discord_errors import ACKNOWLEDGED, TOKEN_DEAD, is_final
from core.values.errors import DependencyCode, DependencyError

ANSWER_WITHIN_S = 1.5
"""Discord waits 3 s for an acknowledgement; a database that needs longer than this is said to be busy."""

ACKNOWLEDGE_PAUSES_S = (0.2, 0.5)
"""Before the second and third try of an acknowledgement whose fate is not known."""

ORIGINAL: Any = "@original"
"""The word that Discord's routes take in place of the response's message id."""

T = TypeVar("T")

log = logging.getLogger(__name__)


class InDoubtError(Exception):
    """Nobody can say (yet) whether an acknowledgement arrived."""


class AnsweredBeforeError(Exception):
    """An interaction was answered earlier, and its answer was deleted: its event has come once more."""


_ending: set[asyncio.Future[Any]] = set()
"""Work that came too late and is being cancelled: SQLite waits for a lock to the end of its busy timeout."""


async def in_time(work: Awaitable[T]) -> T:
    """What must be known before an interaction is answered. Work that comes too late is cancelled, not waited for.

    Raises:
        DependencyError: DATABASE, it took too long.
    """
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task}, timeout=ANSWER_WITHIN_S)
    finally:
        if not task.done():
            task.cancel()
            _ending.add(task)
            task.add_done_callback(_ended)
    if not task.done():
        raise DependencyError(DependencyCode.DATABASE, cause="busy")
    return task.result()


def _ended(task: "asyncio.Future[Any]") -> None:
    _ending.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None:
        log.info("what came too late ended with %s", type(error).__name__)


async def acknowledge(
    interaction: discord.Interaction,
    respond: Callable[[], Awaitable["discord.InteractionCallbackResponse[discord.Client] | None"]],
) -> int | None:
    """Answer an interaction; where a try ends in doubt (reset, server error), ask again what became of it.

    Returns:
        The id of the message that the answer made, where it is known.

    Raises:
        InDoubtError: it may or may not have arrived.
        AnsweredBeforeError: another copy of this event was dealt with, and what came of it was deleted.
        discord.HTTPException: it did not.
    """
    for pause_s in (*ACKNOWLEDGE_PAUSES_S, None):
        try:
            response = await respond()
        except discord.InteractionResponded:
            return await _original(interaction)
        except discord.DiscordServerError as error:
            doubt: Exception = error
        except discord.HTTPException as error:
            if error.code != ACKNOWLEDGED:
                raise
            return await _original(interaction)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            doubt = error
        else:
            return response.message_id if response is not None else None
        if pause_s is None:
            raise InDoubtError from doubt
        log.info("interaction %s: its acknowledgement is in doubt (%s)", interaction.id, type(doubt).__name__)
        await asyncio.sleep(pause_s)
    raise AssertionError("the last try returns or raises")


async def _original(interaction: discord.Interaction) -> int | None:
    try:
        return (await interaction.original_response()).id
    except discord.NotFound as error:
        raise AnsweredBeforeError from error
    except (discord.HTTPException, discord.ClientException, aiohttp.ClientError, OSError) as error:
        log.info("interaction %s: its response is not known: %s", interaction.id, error)
        return None


async def is_acknowledged(client: discord.Client, application_id: int, token: str) -> bool | None:
    """Whether Discord knows of an answer to this interaction; None while that cannot be told."""
    webhook = discord.Webhook.partial(application_id, token, client=client)
    try:
        await webhook.fetch_message(ORIGINAL)
    except (discord.NotFound, discord.Forbidden) as error:
        if not is_final(error):
            return None
        log.info("an interaction was never acknowledged: %s", error)
        return False
    except discord.HTTPException as error:
        return False if error.code in TOKEN_DEAD else None
    except (aiohttp.ClientError, OSError):
        return None
    return True
