"""The queue: idempotent keys, fair and exclusive claims, leases, fencing."""

import asyncio
import dataclasses
import random
from datetime import timedelta

import pytest

from core.storage import Database
from core.values.actor import Actor
from core.values.job import MAX_ATTEMPTS, Job, JobKind, JobState, NewStep, StepKind, StepState
from tests.integration.storage.samples import ANNA, ANNA_ELSEWHERE, BEN, CARA, START, job
from tests.support.clock import FakeClock

LEASE_S = 60.0
STEPS = (NewStep(StepKind.OPEN_THREAD, '{"n":1}'), NewStep(StepKind.POST_REVIEW, '{"n":2}'))


async def add(database: Database, *jobs: Job) -> None:
    async with database.begin() as unit:
        for each in jobs:
            assert await unit.jobs.add(each)


async def claim(database: Database, clock: FakeClock, user_active_max: int = 2) -> Job | None:
    async with database.begin() as unit:
        return await unit.jobs.claim(clock(), LEASE_S, user_active_max)


async def get(database: Database, job_id: str) -> Job:
    async with database.read() as unit:
        found = await unit.jobs.get(job_id)
    assert found is not None
    return found


async def test_a_job_comes_back_as_it_was(database: Database) -> None:
    put = job(ANNA, JobKind.QUESTION, state=JobState.RECEIVED, payload='{"question":"är det för högt?"}')
    direct = job(Actor(None, ANNA.user_id))
    await add(database, put, direct)
    async with database.read() as unit:
        assert await unit.jobs.get(put.job_id) == put
        assert await unit.jobs.by_key(put.key) == put
        assert await unit.jobs.get(direct.job_id) == direct
        assert await unit.jobs.get("no such job") is None


async def test_100_replays_make_one_job(database: Database) -> None:
    async def deliver(number: int) -> bool:
        async with database.begin() as unit:
            return await unit.jobs.add(job(key="interaction:1", payload=str(number)))

    added = await asyncio.gather(*(deliver(number) for number in range(100)))
    assert added.count(True) == 1
    async with database.read() as unit:
        found = await unit.jobs.by_key("interaction:1")
        assert await unit.jobs.queue_length() == 1
    assert found is not None
    assert found.payload == str(added.index(True))


async def test_concurrent_claimers_never_share_a_job(database: Database, clock: FakeClock) -> None:
    users = [Actor(guild, user) for guild in (1, 2) for user in range(10, 20)]
    await add(database, *(job(random.Random(number).choice(users)) for number in range(60)))
    claimed = await asyncio.gather(*(claim(database, clock, user_active_max=99) for _ in range(80)))
    got = [each.job_id for each in claimed if each is not None]
    assert len(got) == len(set(got)) == 60
    assert all(each.state is JobState.RUNNING and each.attempts == 1 for each in claimed if each is not None)


async def test_concurrent_claimers_keep_to_the_users_limit(database: Database, clock: FakeClock) -> None:
    await add(database, *(job(ANNA) for _ in range(10)), *(job(BEN) for _ in range(10)))
    claimed = await asyncio.gather(*(claim(database, clock, user_active_max=2) for _ in range(20)))
    owners = [each.user_id for each in claimed if each is not None]
    assert sorted(owners) == [ANNA.user_id] * 2 + [BEN.user_id] * 2


async def test_a_claim_is_leased_from_now(database: Database, clock: FakeClock) -> None:
    await add(database, job())
    claimed = await claim(database, clock)
    assert claimed is not None
    assert claimed.lease_until == START + timedelta(seconds=LEASE_S)
    assert await get(database, claimed.job_id) == claimed
    assert await claim(database, clock) is None


async def test_received_jobs_are_not_claimed_until_their_files_are_stored(database: Database, clock: FakeClock) -> None:
    waiting = job(state=JobState.RECEIVED)
    await add(database, waiting)
    assert await claim(database, clock) is None
    async with database.begin() as unit:
        assert await unit.jobs.mark_queued(waiting.job_id, '{"file":1}')
        assert not await unit.jobs.mark_queued(waiting.job_id, '{"file":2}')
    claimed = await claim(database, clock)
    assert claimed is not None
    assert claimed.payload == '{"file":1}'


def later(actor: Actor, kind: JobKind, minutes: int) -> Job:
    return job(actor, kind, created_at=START + timedelta(minutes=minutes))


async def claims_in_order(database: Database, clock: FakeClock) -> list[str]:
    order = []
    while (claimed := await claim(database, clock, user_active_max=99)) is not None:
        order.append(claimed.job_id)
    return order


async def test_the_fair_order(database: Database, clock: FakeClock) -> None:
    flood = [later(ANNA, JobKind.FEEDBACK, minute) for minute in range(3)]
    neighbour = later(BEN, JobKind.FEEDBACK, 10)
    other_guild = [later(CARA, JobKind.FEEDBACK, minute) for minute in (20, 21)]
    question, summary = later(ANNA, JobKind.QUESTION, 31), later(CARA, JobKind.SUMMARY, 30)
    await add(database, *flood, neighbour, *other_guild, question, summary)
    # running, guild 1 : guild 2 and Anna, Ben, Cara, before each claim:
    expected = [
        summary,  # 0:0 conversation before feedback, the older first
        question,  # 0:1
        neighbour,  # 1:1 and 1, 0, 1: guilds are even, Ben runs least
        other_guild[0],  # 2:1
        flood[0],  # 2:2 and 1, 1, 2: guilds are even, of Anna (1) and Cara (2) Anna runs less
        other_guild[1],  # 3:2
        flood[1],  # only Anna is left
        flood[2],
    ]
    assert await claims_in_order(database, clock) == [each.job_id for each in expected]


async def test_a_target_waits_like_feedback_behind_conversations(database: Database, clock: FakeClock) -> None:
    target, question = later(ANNA, JobKind.TARGET, 0), later(ANNA, JobKind.QUESTION, 9)
    feedback = later(ANNA, JobKind.FEEDBACK, 1)
    await add(database, target, feedback, question)

    assert await claims_in_order(database, clock) == [each.job_id for each in (question, target, feedback)]


@pytest.mark.parametrize("seed", range(8))
async def test_positions_are_the_order_of_claims(database: Database, clock: FakeClock, seed: int) -> None:
    chance = random.Random(seed)
    actors = [ANNA, BEN, CARA, ANNA_ELSEWHERE, Actor(None, 5), Actor(None, 6)]
    jobs = [later(chance.choice(actors), chance.choice(list(JobKind)), chance.randrange(5)) for _ in range(25)]
    await add(database, *jobs)
    for _ in range(chance.randrange(5)):
        await claim(database, clock)
    async with database.read() as unit:
        places = {each.job_id: await unit.jobs.position(each.job_id) for each in jobs}
    order = await claims_in_order(database, clock)
    assert [places.pop(job_id) for job_id in order] == list(range(1, len(order) + 1))
    assert set(places.values()) <= {0}  # those that ran already


async def test_a_flood_delays_others_by_one_turn(database: Database, clock: FakeClock) -> None:
    flood = [later(ANNA, JobKind.FEEDBACK, 0) for _ in range(200)]
    others = [later(Actor(ANNA.guild_id, 1000 + number), JobKind.FEEDBACK, 1 + number) for number in range(20)]
    await add(database, *flood, *others)
    async with database.read() as unit:
        places = [await unit.jobs.position(each.job_id) for each in others]
    assert places == list(range(2, 22))  # one job of the flood, then everybody else


async def test_a_lane_is_worked_off_one_by_one_oldest_first(database: Database, clock: FakeClock) -> None:
    def in_lane(kind: JobKind, minute: int, state: JobState = JobState.QUEUED) -> Job:
        return dataclasses.replace(later(ANNA, kind, minute), lane="conversation:1", state=state)

    version = in_lane(JobKind.FEEDBACK, 0, JobState.RECEIVED)  # "here is v2", still being downloaded
    question = in_lane(JobKind.QUESTION, 1)  # "is it better?"
    summary = in_lane(JobKind.SUMMARY, 2)
    elsewhere = dataclasses.replace(later(ANNA, JobKind.QUESTION, 3), lane="conversation:2")
    await add(database, summary, question, version, elsewhere)
    first = await claim(database, clock, user_active_max=99)
    assert first is not None
    assert first == dataclasses.replace(elsewhere, state=first.state, attempts=1, lease_until=first.lease_until)
    assert await claim(database, clock, user_active_max=99) is None
    async with database.begin() as unit:
        await unit.jobs.mark_queued(version.job_id, "{}")
        assert [await unit.jobs.position(job.job_id) for job in (version, question, summary)] == [1, 2, 3]
    for expected in (version, question, summary):
        claimed = await claim(database, clock, user_active_max=99)
        assert claimed is not None
        assert claimed.job_id == expected.job_id
        assert await claim(database, clock, user_active_max=99) is None
        async with database.begin() as unit:
            await unit.jobs.finish(claimed.job_id, 1, JobState.DONE)


async def test_finishing_writes_result_and_steps_together(database: Database, clock: FakeClock) -> None:
    await add(database, job())
    claimed = await claim(database, clock)
    assert claimed is not None
    async with database.begin() as unit:
        assert await unit.jobs.finish(claimed.job_id, 1, JobState.DONE, None, STEPS)
        assert not await unit.jobs.finish(claimed.job_id, 1, JobState.DONE, None, STEPS)  # once is enough
        steps = await unit.outbox.steps_of(claimed.job_id)
    done = await get(database, claimed.job_id)
    assert (done.state, done.lease_until, done.error) == (JobState.DONE, None, None)
    assert [(step.position, step.kind, step.payload, step.state) for step in steps] == [
        (0, StepKind.OPEN_THREAD, '{"n":1}', StepState.PENDING),
        (1, StepKind.POST_REVIEW, '{"n":2}', StepState.PENDING),
    ]


async def test_a_stale_attempt_changes_nothing(database: Database, clock: FakeClock) -> None:
    await add(database, job())
    first = await claim(database, clock)
    assert first is not None
    async with database.begin() as unit:
        await unit.jobs.reap(clock.advance(seconds=LEASE_S + 1))
        # requeued and not yet claimed again: nobody holds it
        assert not await unit.jobs.finish(first.job_id, 1, JobState.DONE, None, STEPS)
        assert not await unit.jobs.extend_lease(first.job_id, 1, clock())
    second = await claim(database, clock)
    assert second is not None
    assert second.attempts == 2
    async with database.begin() as unit:
        assert not await unit.jobs.finish(first.job_id, 1, JobState.FAILED, "late", STEPS)
        assert not await unit.jobs.extend_lease(first.job_id, 1, clock())
        assert await unit.outbox.steps_of(first.job_id) == ()
    assert await get(database, first.job_id) == second
    async with database.begin() as unit:
        assert await unit.jobs.finish(first.job_id, 2, JobState.DONE, None, STEPS)


async def test_a_received_job_can_fail_without_having_run(database: Database) -> None:
    waiting, queued = job(state=JobState.RECEIVED), job()
    await add(database, waiting, queued)
    async with database.begin() as unit:
        assert await unit.jobs.finish(waiting.job_id, 0, JobState.FAILED, "expired", STEPS[:1])
        assert not await unit.jobs.finish(queued.job_id, 0, JobState.FAILED, "expired", STEPS[:1])
    failed = await get(database, waiting.job_id)
    assert (failed.state, failed.error) == (JobState.FAILED, "expired")


async def test_a_lease_can_be_extended(database: Database, clock: FakeClock) -> None:
    await add(database, job())
    claimed = await claim(database, clock)
    assert claimed is not None
    until = START + timedelta(seconds=2 * LEASE_S)
    async with database.begin() as unit:
        assert await unit.jobs.extend_lease(claimed.job_id, 1, until)
        reaped = await unit.jobs.reap(clock.advance(seconds=LEASE_S + 1))
    assert (reaped.requeued, reaped.failed) == ((), ())
    assert (await get(database, claimed.job_id)).lease_until == until


async def test_a_poison_job_is_failed_after_the_last_attempt(database: Database, clock: FakeClock) -> None:
    poison = job()
    await add(database, poison)
    for attempt in range(1, MAX_ATTEMPTS + 1):
        claimed = await claim(database, clock)
        assert claimed is not None
        assert claimed.attempts == attempt
        async with database.begin() as unit:
            reaped = await unit.jobs.reap(clock.advance(seconds=LEASE_S + 1))
        last = attempt == MAX_ATTEMPTS
        assert [each.job_id for each in reaped.requeued] == ([] if last else [poison.job_id])
        assert [(each.job_id, each.state, each.error) for each in reaped.failed] == (
            [(poison.job_id, JobState.FAILED, "worker_lost")] if last else []
        )
    assert await claim(database, clock) is None
    async with database.begin() as unit:
        assert (await unit.jobs.reap(clock())).failed == ()


async def test_limits_count_a_user_in_all_guilds(database: Database, clock: FakeClock) -> None:
    await add(
        database,
        job(ANNA, state=JobState.RECEIVED),
        job(ANNA_ELSEWHERE),
        job(ANNA, JobKind.QUESTION),
        job(ANNA, state=JobState.DONE),
        job(BEN),
    )
    assert (await claim(database, clock)) is not None
    async with database.read() as unit:
        counts = dict(await unit.jobs.counts(ANNA))
        assert counts == {**dict.fromkeys(JobKind, 0), JobKind.FEEDBACK: 2, JobKind.QUESTION: 1}
        assert await unit.jobs.counts(CARA) == dict.fromkeys(JobKind, 0)
        assert await unit.jobs.queue_length() == 3


async def test_stuck_jobs_are_those_received_long_ago(database: Database) -> None:
    old, new = job(state=JobState.RECEIVED), later(BEN, JobKind.FEEDBACK, 5)
    await add(database, old, dataclasses.replace(new, state=JobState.RECEIVED), job(CARA))
    async with database.read() as unit:
        assert await unit.jobs.stuck_received(START + timedelta(minutes=5)) == (old,)


async def test_payloads_change_until_a_job_is_over(database: Database) -> None:
    open_job, over = job(), job(BEN, state=JobState.DONE)
    await add(database, open_job, over)
    async with database.begin() as unit:
        assert await unit.jobs.update_payload(open_job.job_id, '{"new":1}')
        assert not await unit.jobs.update_payload(over.job_id, '{"new":1}')
        assert not await unit.jobs.update_payload("no such job", "{}")
    assert (await get(database, open_job.job_id)).payload == '{"new":1}'


async def test_finished_jobs_are_forgotten_once_their_steps_are_settled(database: Database, clock: FakeClock) -> None:
    await add(database, job(ANNA), job(BEN), job(CARA))
    for steps in (STEPS[:1], ()):
        claimed = await claim(database, clock)
        assert claimed is not None
        async with database.begin() as unit:
            await unit.jobs.finish(claimed.job_id, 1, JobState.DONE, None, steps)
    async with database.begin() as unit:
        assert await unit.jobs.forget(clock()) == 0
        clock.advance(hours=1)
        assert await unit.jobs.forget(clock()) == 1
        (step,) = await unit.outbox.due(clock(), 10)
        await unit.outbox.fail(step.step_id, "channel gone")
        assert await unit.jobs.forget(clock()) == 1
        assert await unit.outbox.steps_of(step.job_id) == ()
        assert await unit.jobs.queue_length() == 1


async def test_a_process_alone_may_end_all_leases(database: Database, clock: FakeClock) -> None:
    async with database.begin() as unit:
        await unit.jobs.add(job())
        claimed = await unit.jobs.claim(clock(), 60.0, 2)
        assert claimed is not None
        await unit.jobs.end_leases(clock())
        reaped = await unit.jobs.reap(clock())

    assert [requeued.job_id for requeued in reaped.requeued] == [claimed.job_id]
