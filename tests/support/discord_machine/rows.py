"""The database as it stands: no row mixes two tenants or two owners, and no text stands where it does not belong."""

import contextlib
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from tests.support.discord_machine.ledger import WORDS, Ledger, guild_of
from tests.support.loopback import LoopbackDiscord

MIXED = {
    "a conversation about somebody else's review": """
        SELECT c.id FROM conversations c JOIN reviews r ON r.id = c.review_id
        WHERE c.tenant_id <> r.tenant_id OR c.owner_id <> r.owner_id""",
    "a review of somebody else's track": """
        SELECT r.id FROM reviews r JOIN versions v ON v.id = r.version_id JOIN tracks t ON t.id = v.track_id
        WHERE r.tenant_id <> t.tenant_id OR r.owner_id <> t.owner_id""",
    "a version measured for somebody else": """
        SELECT v.id FROM versions v JOIN tracks t ON t.id = v.track_id JOIN analyses a ON a.id = v.analysis_id
        WHERE a.tenant_id <> t.tenant_id OR a.owner_id <> t.owner_id""",
    "somebody else's reference": """
        SELECT r.id FROM reviews r JOIN analyses a ON a.id = r.reference_analysis_id
        WHERE a.tenant_id <> r.tenant_id OR a.owner_id <> r.owner_id""",
    "a track in somebody else's project": """
        SELECT t.id FROM tracks t JOIN projects p ON p.id = t.project_id
        WHERE t.tenant_id <> p.tenant_id OR t.owner_id <> p.owner_id""",
    "a ledger of another server's channel": """
        SELECT s.channel_id FROM seen_channels s JOIN conversations c ON c.channel_id = s.channel_id
        WHERE c.tenant_id <> s.tenant_id""",
    "a question job in another server's conversation": """
        SELECT j.id FROM jobs j JOIN conversations c ON c.id = json_extract(j.payload, '$.conversation_id')
        WHERE j.tenant_id <> c.tenant_id""",
    "a version job in somebody else's conversation": """
        SELECT j.id FROM jobs j JOIN conversations c ON c.id = json_extract(j.payload, '$.conversation_id')
        WHERE j.kind = 'feedback' AND j.owner_id <> c.owner_id""",
    "a job that is neither open nor over": """
        SELECT id FROM jobs WHERE state NOT IN ('done', 'failed')""",
}

OWNED_TEXTS = {
    "jobs": ("id", "payload"),
    "offers": ("id", "offer"),
    "reviews": ("id", "request || review || diagnosis"),
}
"""Tables with tenant and owner, the column that names a row, and its text."""

SAID = """
    SELECT m.id, c.tenant_id, m.text FROM messages m JOIN conversations c ON c.id = m.conversation_id
    UNION ALL
    SELECT s.id, c.tenant_id, s.text FROM summaries s JOIN conversations c ON c.id = s.conversation_id
    UNION ALL
    SELECT o.id, j.tenant_id, o.payload FROM outbox_steps o JOIN jobs j ON j.id = o.job_id"""

PLACES = """
    SELECT 'conversation', tenant_id, channel_id FROM conversations WHERE channel_id IS NOT NULL
    UNION ALL
    SELECT 'post', c.tenant_id, p.channel_id FROM posts p JOIN conversations c ON c.id = p.conversation_id
    WHERE p.channel_id IS NOT NULL
    UNION ALL
    SELECT 'seen', tenant_id, channel_id FROM seen_channels
    UNION ALL
    SELECT 'job', tenant_id, json_extract(payload, '$.origin.channel_id') FROM jobs WHERE kind <> 'removal'"""
"""Removals belong to nobody and to no server."""


def wrong(file: Path, discord: LoopbackDiscord, ledger: Ledger) -> Iterable[str]:
    """Everything that is wrong, in words."""
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        for what, query in MIXED.items():
            found = database.execute(query).fetchall()
            if found:
                yield f"{what}: {found[:3]}"
        yield from _wrong_texts(database, ledger)
        yield from _wrong_places(database, discord)
        yield from _wrong_files(database, file.parent)


def _wrong_texts(database: sqlite3.Connection, ledger: Ledger) -> Iterable[str]:
    for table, (key, text) in OWNED_TEXTS.items():
        for row, tenant, owner, words in database.execute(f"SELECT {key}, tenant_id, owner_id, {text} FROM {table}"):  # noqa: S608
            for kind, number in set(WORDS.findall(words)):
                source = ledger.questions if kind == "ask" else ledger.tracks
                if (tenant, owner) not in source[int(number)].holders:
                    yield f"{table} {row} of {tenant}/{owner} holds {kind} {number} of {source[int(number)].holders}"
    for row, tenant, words in database.execute(SAID):
        for kind, number in set(WORDS.findall(words)):
            source = ledger.questions if kind == "ask" else ledger.tracks
            if tenant not in {guild for guild, _ in source[int(number)].holders}:
                yield f"words {row} of server {tenant} hold {kind} {number} of {source[int(number)].holders}"


def _wrong_places(database: sqlite3.Connection, discord: LoopbackDiscord) -> Iterable[str]:
    for what, tenant, channel_id in database.execute(PLACES):
        channel = discord.state.channels.get(int(channel_id))
        if channel is not None and guild_of(channel) != tenant:
            yield f"a {what} of server {tenant} in a channel of {guild_of(channel)}"


def _wrong_files(database: sqlite3.Connection, folder: Path) -> Iterable[str]:
    """Every upload that is noted is there, and nothing else."""
    noted = {path for (path,) in database.execute("SELECT path FROM blobs")}
    there = {path.name for path in (folder / "blobs").iterdir()} if (folder / "blobs").is_dir() else set()
    missing = {path for path in noted if Path(path).name not in there}
    if missing:
        yield f"uploads that are gone: {sorted(missing)[:3]}"


def summary(file: Path) -> dict[str, int]:
    """How much there is, for a report."""
    tables = ("jobs", "reviews", "conversations", "messages", "posts", "offers", "summaries", "blobs")
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        return {table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}  # noqa: S608


def kinds(file: Path) -> dict[str, int]:
    """Jobs by kind, state and error."""
    query = "SELECT kind || ' ' || state || coalesce(' ' || error, ''), count(*) FROM jobs GROUP BY 1"
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        return dict(database.execute(query).fetchall())


__all__ = ["kinds", "summary", "wrong"]
