"""A channel that is deleted in Discord takes along whatever stood only there, and nothing of what stands elsewhere."""

from typing import Any

import pytest

from core.storage import Database, Unit
from core.values.actor import Actor
from core.values.conversation import Role
from core.values.errors import NotFoundError
from core.values.job import JobState, NewStep, StepKind
from tests.integration.storage.samples import (
    ANNA,
    ANNA_ELSEWHERE,
    BEN,
    FRAMES,
    HASH,
    START,
    add_conversation,
    add_review,
    analysis,
    diagnosis,
    job,
    request,
    review,
)

THREAD = 1_200_000_000_000_000_001
OTHER = THREAD + 1
NEXT_HASH, REFERENCE_HASH = "6f" * 32, "7a" * 32
MEASURED = ("tracks", "versions", "reviews", "analyses", "conversations", "blobs")


async def add_version_review(
    unit: Unit, earlier_id: int, content_hash: str = NEXT_HASH, reference_hash: str | None = None
) -> int:
    """A review of the next version of a reviewed track of Anna's."""
    track_id = (await unit.library.get_review(ANNA, earlier_id)).track_id
    analysis_id = await unit.library.save_analysis(ANNA, content_hash, analysis(), FRAMES)
    version = await unit.library.add_version(ANNA, track_id, analysis_id, content_hash)
    reference_id = None
    if reference_hash is not None:
        reference_id = await unit.library.save_analysis(ANNA, reference_hash, analysis(), FRAMES)
    return await unit.library.save_review(
        ANNA, version.version_id, request(), diagnosis(), review(), reference_analysis_id=reference_id
    )


async def add_blob(unit: Unit, content_hash: str, actor: Actor = ANNA) -> str:
    path = f"{actor.user_id}-{content_hash}"
    await unit.library.add_blob(actor, content_hash=content_hash, path=path, size=10, expires_at=START)
    return path


async def stored(unit: Unit, actor: Actor = ANNA) -> dict[str, Any]:
    exported = await unit.privacy.export(actor)
    return {name: len(exported[name]) for name in MEASURED}


NOTHING = dict.fromkeys(MEASURED, 0)


async def test_every_version_of_a_track_goes_with_the_only_place_where_it_stood(database: Database) -> None:
    async with database.begin() as unit:
        first = await add_review(unit, ANNA)
        conversation_id = await unit.conversations.open(ANNA, first, THREAD, follows_owner=True)
        second = await add_version_review(unit, first, reference_hash=REFERENCE_HASH)
        await unit.conversations.set_review(conversation_id, second)
        paths = [await add_blob(unit, each) for each in (HASH, NEXT_HASH, REFERENCE_HASH)]

        gone = await unit.deleted_channels.remove(THREAD)

        assert gone.conversation_ids == (conversation_id,)
        assert sorted(gone.paths) == sorted(paths)
        assert await stored(unit) == NOTHING
        with pytest.raises(NotFoundError):
            await unit.library.latest(ANNA)


async def test_a_review_that_has_given_up_its_channel_to_a_newer_one_goes_with_that_channel(
    database: Database,
) -> None:
    async with database.begin() as unit:
        await add_conversation(unit, ANNA, THREAD)
        await add_conversation(unit, ANNA, THREAD)
        gone = await unit.deleted_channels.remove(THREAD)
        assert len(gone.conversation_ids) == 2
        assert await stored(unit) == NOTHING


async def test_a_review_that_was_answered_by_token_goes_with_its_channel(database: Database) -> None:
    async with database.begin() as unit:
        await unit.conversations.open(ANNA, await add_review(unit), review_channel_id=THREAD)
        await unit.deleted_channels.remove(THREAD)
        assert await stored(unit) == NOTHING


async def test_what_stands_elsewhere_stays(database: Database) -> None:
    async with database.begin() as unit:
        await add_conversation(unit, ANNA, THREAD)  # the same file, measured once, in another track of hers
        elsewhere = await add_conversation(unit, ANNA, OTHER)
        path = await add_blob(unit, HASH)
        await add_conversation(unit, BEN, OTHER)
        await add_conversation(unit, ANNA_ELSEWHERE, OTHER)
        waiting = await unit.conversations.open(ANNA, await add_review(unit))  # its thread is not made yet

        gone = await unit.deleted_channels.remove(THREAD)

        assert gone.paths == ()
        rows = (await unit.privacy.export(ANNA))["conversations"]
        here = {row["id"] for row in rows if row["guild_id"] == ANNA.guild_id}
        assert here == {elsewhere, waiting}
        assert path in await unit.library.blob_paths()
        assert await unit.library.find_analysis(ANNA, HASH, analysis().analyser_version) is not None
        assert (await stored(unit, BEN))["reviews"] == 1


async def test_a_review_with_another_conversation_stays(database: Database) -> None:
    async with database.begin() as unit:
        review_id = await add_review(unit)
        await unit.conversations.open(ANNA, review_id, THREAD)
        other = await unit.conversations.open(ANNA, review_id, OTHER)
        await unit.deleted_channels.remove(THREAD)
        assert (await unit.library.get_review(ANNA, review_id)).version_number == 1
        assert await unit.conversations.about(review_id) == other


async def test_a_later_version_in_another_place_stays_without_the_one_before(database: Database) -> None:
    async with database.begin() as unit:
        first = await add_review(unit)
        await unit.conversations.open(ANNA, first, THREAD)
        second = await add_version_review(unit, first)
        await unit.conversations.open(ANNA, second, OTHER)
        await unit.deleted_channels.remove(THREAD)
        assert (await unit.library.get_review(ANNA, second)).version_number == 2
        with pytest.raises(NotFoundError):
            await unit.library.get_review(ANNA, first)
        assert await stored(unit) == {**dict.fromkeys(MEASURED, 1), "blobs": 0}


async def test_a_file_that_a_waiting_job_needs_stays(database: Database) -> None:
    async with database.begin() as unit:
        await add_conversation(unit, ANNA, THREAD)
        path = await add_blob(unit, HASH)
        await unit.jobs.add(job(ANNA, payload=f'{{"track_file":{{"path":"{path}"}}}}'))
        assert (await unit.deleted_channels.remove(THREAD)).paths == ()
        assert path in await unit.library.blob_paths()


async def test_a_channel_of_which_nothing_is_known_is_not_written_about(database: Database) -> None:
    async with database.begin() as unit:
        conversation_id = await add_conversation(unit, ANNA, THREAD)
        await unit.conversations.add_message(conversation_id, Role.USER, "why?", ANNA.user_id, channel_id=OTHER)
    async with database.read() as unit:
        assert not await unit.deleted_channels.is_known(OTHER + 1)
        assert await unit.deleted_channels.is_known(OTHER)
        assert await unit.deleted_channels.is_known(THREAD)


@pytest.mark.parametrize("delivered", [True, False])
async def test_jobs_that_are_over_go_with_their_conversation_and_others_stay(
    database: Database, delivered: bool
) -> None:
    about = '{"conversation_id":7,"review_id":1}'
    async with database.begin() as unit:
        first = job(ANNA)
        question, other = (job(ANNA, lane=f"lane of {number}") for number in (7, 70))
        for each in (first, question, other):
            await unit.jobs.add(each)
            claimed = await unit.jobs.claim(START, 60.0, 9)
            assert claimed is not None
            await unit.jobs.finish(claimed.job_id, 1, JobState.DONE)
        (step,) = await unit.outbox.add(first.job_id, [NewStep(StepKind.POST_REVIEW, about)])
        if delivered:
            await unit.outbox.done(step.step_id, None)
        waiting = job(ANNA, lane=question.lane)
        await unit.jobs.add(waiting)

        await unit.jobs.forget_conversation(7, question.lane or "")

        there = {
            each.job_id: await unit.jobs.get(each.job_id) is not None for each in (first, question, other, waiting)
        }
    assert there == {first.job_id: not delivered, question.job_id: False, other.job_id: True, waiting.job_id: True}
