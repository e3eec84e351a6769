"""Export and deletion of what is stored about one person, in all guilds."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Table, and_, delete, exists, func, or_, select, update

from core.storage.access import Repository, guild_id_of_tenant, stored
from core.storage.conversations.offers import Offers
from core.storage.conversations.seen import Seen
from core.storage.queue.jobs import Jobs
from core.storage.schema import tables
from core.storage.schema.tables import (
    analyses,
    blobs,
    conversations,
    jobs,
    messages,
    outbox_steps,
    summaries,
    tracks,
    users,
    versions,
)
from core.storage.targets import Targets
from core.storage.usage import Ledger
from core.values.actor import Actor
from core.values.job import Job
from core.values.serial import from_json, to_builtins, to_json

_JSON_COLUMNS = frozenset({"analysis", "request", "diagnosis", "review", "payload", "target", "offer", "settings"})

_TEXTS = (
    (messages, "text"),
    (summaries, "text"),
    (jobs, "payload"),
    (outbox_steps, "payload"),
    (tables.reviews, "request"),
    (tables.reviews, "review"),
)
"""Columns that may contain text of people: searched for mentions of the person."""

_MENTIONS = ("<@{}>", "<@!{}>")
"""Discord's two forms of a user mention (discord.com/developers/docs/reference#message-formatting)."""

DELETED_MENTION = "@deleted"


class SummaryKey(NamedTuple):
    """Key of a summary: its conversation, and its number there (from 1)."""

    conversation_id: int
    number: int


class Privacy(Repository):
    """The rows of one person in every guild: only the user id of an actor counts."""

    async def export(self, actor: Actor) -> dict[str, Any]:
        """Everything stored about this person, by table, as values that JSON can hold.

        Of frames (an analysis' time tables) only the size is exported, and of stored files only hash and size.
        Interaction tokens are left out, because who has one can post as the bot.
        """
        document: dict[str, Any] = {"user_id": actor.user_id, "exported_at": self._clock().isoformat()}
        for name, statement in _belongings(actor.user_id).items():
            rows = (await self._connection.execute(statement)).mappings()
            document[name] = [_plain(dict(row)) for row in rows]
        return document

    async def delete(self, actor: Actor) -> tuple[str, ...]:
        """Delete everything about this person: their rows, what they said to others, mentions of them in other texts.

        Also deleted are offers by others of tracks that this person posted (they contain links to the files), and
        summaries of other people's conversations that cover what they said (the next one is made without it). Their
        model calls stay in their guilds' budgets, and the targets that they made stay with the guilds, both without
        their id: a target has percentiles of several tracks, and no value of a single one.

        Returns:
            The paths of blobs that must be deleted from disk after the commit; then `Database.compact`.
        """
        user_id = actor.user_id
        covered = await self.summaries_with(actor)
        paths = tuple((await self._connection.execute(select(blobs.c.path).filter_by(owner_id=user_id))).scalars())
        await self._connection.execute(delete(users).where(users.c.id == user_id))
        for key in covered:
            covers_theirs = and_(summaries.c.conversation_id == key.conversation_id, summaries.c.number == key.number)
            await self._connection.execute(delete(summaries).where(covers_theirs))
        await self._connection.execute(delete(messages).where(_spoken_by(user_id)))
        await self._remove_mentions(user_id)
        await Offers(self._connection, self._clock).remove_shown_by(user_id)
        await Ledger(self._connection, self._clock).anonymise(user_id)
        await Targets(self._connection, self._clock).forget_maker(user_id)
        await Seen(self._connection, self._clock).forget_unused()
        return paths

    async def conversation_ids(self, actor: Actor) -> tuple[int, ...]:
        """Ids of the conversations that a person owns, in every guild."""
        theirs = select(conversations.c.id).where(conversations.c.owner_id == actor.user_id)
        return tuple((await self._connection.execute(theirs)).scalars())

    async def summaries_with(self, actor: Actor) -> frozenset[SummaryKey]:
        """Summaries that cover a message by this person or an answer to them."""
        covers_theirs = exists().where(
            messages.c.conversation_id == summaries.c.conversation_id,
            messages.c.id <= summaries.c.covers_message_id,
            _spoken_by(actor.user_id),
        )
        found = select(summaries.c.conversation_id, summaries.c.number).where(covers_theirs)
        return frozenset(SummaryKey(*row) for row in await self._connection.execute(found))

    async def open_jobs(self, actor: Actor) -> tuple[Job, ...]:
        """Jobs of this person, in every guild, that are not over or whose result is not delivered yet; oldest first."""
        return await Jobs(self._connection, self._clock).open_of(actor.user_id)

    async def settings(self, actor: Actor) -> dict[str, Any]:
        """The person's settings; empty if none was changed."""
        text = (await self._connection.execute(select(users.c.settings).filter_by(id=actor.user_id))).scalar()
        return stored(dict[str, Any], text or "{}")

    async def put_settings(self, actor: Actor, settings: Mapping[str, Any]) -> None:
        """Replace the person's settings."""
        await self._ensure_owner(actor)
        values = {"settings": to_json(settings).decode()}
        await self._connection.execute(update(users).where(users.c.id == actor.user_id).values(**values))

    async def _remove_mentions(self, user_id: int) -> None:
        for table, name in _TEXTS:
            column = table.c[name]
            for form in _MENTIONS:
                mention = form.format(user_id)
                statement = update(table).where(column.contains(mention, autoescape=True))
                await self._connection.execute(statement.values({name: func.replace(column, mention, DELETED_MENTION)}))


def _spoken_by(user_id: int) -> ColumnElement[bool]:
    """Messages by this person, and answers to them."""
    return or_(messages.c.author_id == user_id, messages.c.asker_id == user_id)


def _belongings(user_id: int) -> dict[str, Select[Any]]:
    """For each table, the rows about this person."""
    owned = {
        name: _columns(tables.metadata.tables[name], "frames").filter_by(owner_id=user_id)
        for name in ("projects", "tracks", "blobs", "reviews", "conversations", "jobs", "offers")
    }
    sized = func.length(analyses.c.frames).label("frames_bytes")
    mine = select(conversations.c.id).where(conversations.c.owner_id == user_id)
    said = or_(messages.c.conversation_id.in_(mine), messages.c.author_id == user_id, messages.c.asker_id == user_id)
    return owned | {
        "analyses": _columns(analyses, "frames").add_columns(sized).where(analyses.c.owner_id == user_id),
        "versions": select(versions)
        .join(tracks, tracks.c.id == versions.c.track_id)
        .where(tracks.c.owner_id == user_id),
        "messages": select(messages).where(said),
        "summaries": select(summaries).where(summaries.c.conversation_id.in_(mine)),
        "outbox_steps": select(outbox_steps)
        .join(jobs, jobs.c.id == outbox_steps.c.job_id)
        .where(jobs.c.owner_id == user_id),
        "model_calls": select(tables.model_calls).where(tables.model_calls.c.user_id == user_id),
        "targets": _columns(tables.targets, "name_key").where(tables.targets.c.created_by == user_id),
        "users": select(users).where(users.c.id == user_id),
    }


def _columns(table: Table, *without: str) -> Select[Any]:
    return select(*(column for column in table.c if column.name not in without))


def _plain(row: dict[str, Any]) -> Any:
    if "tenant_id" in row:
        row = {"guild_id": guild_id_of_tenant(row.pop("tenant_id")), **row}
    for name in _JSON_COLUMNS & {name for name, value in row.items() if value is not None}:
        row[name] = _without_tokens(from_json(dict[str, Any], row[name]))
    return to_builtins(row)


def _without_tokens(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_tokens(inner) for name, inner in value.items() if name != "token"}
    if isinstance(value, list):
        return [_without_tokens(inner) for inner in value]
    return value
