"""Acknowledgement of interactions within Discord's 3 s, repeated where it may not have arrived."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import aiohttp
import discord

from cogs.discord_errors import ACKNOWLEDGED, TOKEN_DEAD, is_final
from core.values.errors import DependencyCode, DependencyError

ANSWER_WITHIN_S = 1.5
"""Seconds an answer waits for the database; Discord gives up after 3 s (Interactions: Receiving and Responding)."""

ACKNOWLEDGE_PAUSES_S = (0.2, 0.5)
"""Seconds before the second and third try of an acknowledgement that may not have arrived."""

ORIGINAL: Any = "@original"
"""Stands for the message id of the original response in Discord's webhook routes."""

T = TypeVar("T")

log = logging.getLogger(__name__)


class InDoubtError(Exception):
    """It is not known (yet) whether an acknowledgement arrived."""


class AnsweredBeforeError(Exception):
    """An interaction was answered before and the answer was deleted: its event came a second time."""


_ending: set[asyncio.Future[Any]] = set()
"""Cancelled work that has not ended yet: SQLite waits for a lock until its busy timeout is over."""


async def in_time(work: Awaitable[T]) -> T:
    """Wait up to `ANSWER_WITHIN_S` for work that an answer depends on; later it is cancelled and not waited for.

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
        log.info("work that was cancelled as too late ended with %s", type(error).__name__)


async def acknowledge(
    interaction: discord.Interaction,
    respond: Callable[[], Awaitable["discord.InteractionCallbackResponse[discord.Client] | None"]],
) -> int | None:
    """Answer an interaction; a try that may have arrived (connection reset, server error) is repeated.

    Returns:
        The id of the response message, where it is known.

    Raises:
        InDoubtError: the answer may or may not have arrived.
        AnsweredBeforeError: another copy of this event was answered, and that answer was deleted.
        discord.HTTPException: Discord refused the answer.
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
    """Whether Discord has an answer to this interaction; None while that cannot be found out."""
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
