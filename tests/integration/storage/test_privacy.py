"""Showing and deleting what is stored about one person: complete, on disk too, and nobody else's."""

import json
import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from core.storage import Database, Unit
from core.storage.schema.tables import metadata
from core.values.actor import Actor
from core.values.conversation import Role
from core.values.job import JobKind, NewStep, StepKind
from tests.integration.storage.samples import (
    ANNA,
    ANNA_DIRECT,
    ANNA_ELSEWHERE,
    BEN,
    CARA,
    FRAMES,
    START,
    add_conversation,
    analysis,
    calls,
    diagnosis,
    job,
    request,
    review,
)
from tests.support.clock import FakeClock

DIGITS = str(ANNA.user_id)
ANNAS_HASH = "a7" * 32
ANNAS_WORDS = tuple(
    f"quokka-{what}" for what in ("focus", "question", "answer", "summary", "verdict", "payload", "offer", "setting")
)

ANNAS_BLOB = "quokka0123456789"
TRACES = [
    DIGITS.encode(),
    struct.pack(">q", ANNA.user_id),  # how SQLite stores an integer of this size (sqlite.org/fileformat2.html, 2.1)
    ANNAS_HASH.encode(),
    ANNAS_BLOB.encode(),
    *(words.encode() for words in ANNAS_WORDS),
]


async def fill(unit: Unit, actor: Actor, content_hash: str, words: str, blob: str) -> int:
    """One of everything; the id of the conversation."""
    analysis_id = await unit.library.save_analysis(actor, content_hash, analysis(), FRAMES)
    track = await unit.library.add_track(actor)
    version = await unit.library.add_version(actor, track.track_id, analysis_id, content_hash)
    review_id = await unit.library.save_review(
        actor, version.version_id, request(f"{words}-focus"), diagnosis(), review(f"{words}-verdict")
    )
    path = f"{blob}{actor.tenant_id}"
    await unit.library.add_blob(actor, content_hash=content_hash, path=path, size=10, expires_at=START)
    conversation_id = await unit.conversations.open(actor, review_id, channel_id=actor.user_id % 1000)
    await unit.offers.put(actor, actor.user_id, json.dumps({"focus": f"{words}-offer"}))
    await unit.privacy.put_settings(actor, {"note": f"{words}-setting"})
    await say(unit, conversation_id, actor, words)
    payload = {"focus": f"{words}-payload", "origin": {"token": "a-webhook-token", "channel_id": 5}}
    made = job(actor, payload=json.dumps(payload))
    await unit.jobs.add(made)
    await unit.outbox.add(made.job_id, [NewStep(StepKind.POST_ANSWER, json.dumps({"text": f"{words}-answer"}))])
    await unit.usage.reserve_model_call(actor, START.date(), calls(1000))
    return conversation_id


async def say(unit: Unit, conversation_id: int, actor: Actor, words: str) -> None:
    """A question, its answer and a summary of both."""
    await unit.conversations.add_message(conversation_id, Role.USER, f"{words}-question", actor.user_id)
    covers = await unit.conversations.add_message(
        conversation_id, Role.ASSISTANT, f"{words}-answer", None, asker_id=actor.user_id
    )
    assert covers is not None
    await unit.conversations.add_summary(conversation_id, f"{words}-summary", covers)


async def fill_anna(unit: Unit, blob: str = ANNAS_BLOB) -> None:
    for actor in (ANNA, ANNA_ELSEWHERE, ANNA_DIRECT):
        await fill(unit, actor, ANNAS_HASH, "quokka", blob)


async def fill_others(unit: Unit) -> int:
    """Ben and Cara; the id of Ben's conversation."""
    await fill(unit, CARA, "ca" * 32, "wombat", "cara")
    return await fill(unit, BEN, "be" * 32, "dingo", "ben")


async def join(unit: Unit, conversation_id: int) -> None:
    """Anna speaks in Ben's conversation, and Ben about Anna."""
    await say(unit, conversation_id, ANNA, "quokka")
    mention = f"<@{DIGITS}> and <@!{DIGITS}> agree"
    await unit.conversations.add_message(conversation_id, Role.USER, mention, BEN.user_id)
    await unit.jobs.add(job(BEN, JobKind.QUESTION, payload=json.dumps({"question": mention})))


def without_time(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "exported_at"}


def traces(folder: Path, wanted: Iterable[bytes]) -> dict[bytes, int]:
    files = b"".join(path.read_bytes() for path in sorted(folder.glob("earshot.sqlite3*")))
    return {trace: files.count(trace) for trace in wanted}


async def test_an_export_has_everything_of_a_person_and_nothing_of_others(database: Database) -> None:
    async with database.begin() as unit:
        await fill_anna(unit)
        await join(unit, await fill_others(unit))
    async with database.read() as unit:
        document = await unit.privacy.export(ANNA)
        assert without_time(document) == without_time(await unit.privacy.export(ANNA_ELSEWHERE))
    text = json.dumps(document)
    assert all(words in text for words in ANNAS_WORDS)
    assert not any(animal in text for animal in ("wombat", "dingo", "agree", str(BEN.user_id), str(CARA.user_id)))
    assert "a-webhook-token" not in text
    tables = set(metadata.tables) - {"guilds", "posts", "seen_channels"}  # not about a person
    assert set(document) == tables | {"user_id", "exported_at"}
    owned = ("projects", "tracks", "analyses", "blobs", "reviews", "conversations", "jobs", "offers")
    for name in owned:
        assert {row["guild_id"] for row in document[name]} == {ANNA.guild_id, ANNA_ELSEWHERE.guild_id, None}
    assert len(document["messages"]) == 2 * 3 + 2  # in three conversations of her own and in Ben's
    assert document["analyses"][0]["analysis"]["loudness"]["integrated_lufs"] == -9.25
    assert document["analyses"][0]["frames_bytes"] == len(FRAMES)


async def test_a_stranger_has_nothing(database: Database) -> None:
    async with database.begin() as unit:
        await fill_anna(unit)
        document = await unit.privacy.export(Actor(ANNA.guild_id, 42))
        assert not any(value for name, value in document.items() if name not in {"user_id", "exported_at"})
        assert await unit.privacy.delete(Actor(ANNA.guild_id, 42)) == ()


async def test_a_deletion_leaves_no_trace_on_disk(sqlite_database: Database, tmp_path: Path) -> None:
    async with sqlite_database.begin() as unit:
        conversation_id = await fill_others(unit)
    for number in range(30):  # between the rows of many others that come and go, so that pages split and merge
        neighbour = Actor(ANNA.guild_id, 700_000_000_000_000_000 + number)
        async with sqlite_database.begin() as unit:
            await fill_anna(unit, blob=f"{ANNAS_BLOB}-{number}-")
            await join(unit, conversation_id)
            await fill(unit, neighbour, f"{number:064}", "koala", f"neighbour{number}")
        if number % 3 == 2:
            async with sqlite_database.begin() as unit:
                await unit.privacy.delete(Actor(ANNA.guild_id, neighbour.user_id - 1))
    folder = tmp_path / "data"
    assert all(traces(folder, TRACES).values())  # they can be found at all
    async with sqlite_database.begin() as unit:
        paths = await unit.privacy.delete(ANNA)
    assert len(set(paths)) == 3 * 30
    assert all(path.startswith(ANNAS_BLOB) for path in paths)
    assert await sqlite_database.compact()
    assert traces(folder, TRACES) == dict.fromkeys(TRACES, 0)


async def test_a_deletion_leaves_other_people_alone(database: Database, clock: FakeClock) -> None:
    async with database.begin() as unit:
        conversation_id = await fill_others(unit)
        before = {actor: await unit.privacy.export(actor) for actor in (BEN, CARA)}
        turns, summaries = await unit.conversations.transcript(BEN, conversation_id)
        await fill_anna(unit)
        await join(unit, conversation_id)
        clock.advance(minutes=1)
        await unit.conversations.add_summary(conversation_id, "about Anna, too", 10_000)
        await unit.privacy.delete(ANNA)
        after = {actor: await unit.privacy.export(actor) for actor in (BEN, CARA)}
        left, summaries_left = await unit.conversations.transcript(BEN, conversation_id)
    assert without_time(after[CARA]) == without_time(before[CARA])
    # of the conversation that Anna had joined, Ben keeps his words, her name blotted out, and the summary from before
    assert left[: len(turns)] == turns
    assert [turn.text for turn in left[len(turns) :]] == ["@deleted and @deleted agree"]
    assert summaries_left == summaries
    for name in ("projects", "tracks", "analyses", "blobs", "reviews", "model_calls"):
        assert after[BEN][name] == before[BEN][name]
    assert after[BEN]["jobs"][-1]["payload"] == {"question": "@deleted and @deleted agree"}


async def test_a_number_inside_a_longer_one_is_not_a_mention(database: Database) -> None:
    async with database.begin() as unit:
        conversation_id = await add_conversation(unit, BEN)
        text = f"<@{DIGITS}0>, {DIGITS}0 Hz, <#{DIGITS}>"
        await unit.conversations.add_message(conversation_id, Role.USER, text, BEN.user_id)
        await unit.privacy.delete(ANNA)
        assert (await unit.conversations.load(conversation_id)).turns[0].text == text


async def test_a_reader_in_the_way_puts_compaction_off(sqlite_database: Database, tmp_path: Path) -> None:
    async with sqlite_database._writer.connect() as connection:  # not five seconds of waiting in a test
        await connection.exec_driver_sql("PRAGMA busy_timeout = 1")
    async with sqlite_database.begin() as unit:
        await fill_anna(unit)
    async with sqlite_database.read() as reader:
        await reader.privacy.export(ANNA)
        async with sqlite_database.begin() as unit:
            await unit.privacy.delete(ANNA)
        assert not await sqlite_database.compact()
    assert await sqlite_database.compact()
    assert (tmp_path / "data" / "earshot.sqlite3-wal").stat().st_size == 0
