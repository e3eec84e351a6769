"""Songs and reviews: what goes in comes out, numbered, idempotent, and nobody else's."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from core.analysis.measurements import ANALYSER_VERSION
from core.storage import Database
from core.storage.database import Library
from core.values.actor import Actor
from core.values.errors import NotFoundError
from tests.integration.storage.samples import (
    ANNA,
    ANNA_DIRECT,
    ANNA_ELSEWHERE,
    BEN,
    BEN_DIRECT,
    CARA,
    FRAMES,
    HASH,
    START,
    add_review,
    analysis,
    diagnosis,
    request,
    review,
)

OTHERS = [BEN, ANNA_ELSEWHERE, CARA, ANNA_DIRECT]


async def test_a_review_comes_back_with_everything_it_was_written_from(database: Database) -> None:
    async with database.begin() as unit:
        own = await unit.library.save_analysis(ANNA, HASH, analysis(-9.25), FRAMES)
        reference = await unit.library.save_analysis(ANNA, "0f" * 32, analysis(-7.5), FRAMES)
        track = await unit.library.add_track(ANNA)
        version = await unit.library.add_version(ANNA, track.track_id, own, HASH)
        review_id = await unit.library.save_review(
            ANNA, version.version_id, request(), diagnosis(), review(), reference_analysis_id=reference
        )
    async with database.read() as unit:
        found = await unit.library.get_review(ANNA, review_id)
        assert await unit.library.latest_version(ANNA, track.track_id) == version
    assert (found.request, found.diagnosis, found.review) == (request(), diagnosis(), review())
    assert (found.analysis, found.reference) == (analysis(-9.25), analysis(-7.5))
    assert (found.review_id, found.owner_id, found.created_at) == (review_id, ANNA.user_id, START)
    assert (found.track_id, found.track_number) == (track.track_id, 1)
    assert (found.version_id, found.version_number) == (version.version_id, 1)


async def test_a_review_without_reference_has_none(database: Database) -> None:
    async with database.begin() as unit:
        assert (await unit.library.get_review(ANNA, await add_review(unit))).reference is None


async def test_an_analysis_is_found_by_owner_content_and_analyser(database: Database) -> None:
    async with database.begin() as unit:
        analysis_id = await unit.library.save_analysis(ANNA, HASH, analysis(), FRAMES)
        found = await unit.library.find_analysis(ANNA, HASH, ANALYSER_VERSION)
        assert found is not None
        assert (found.analysis_id, found.analysis, found.frames) == (analysis_id, analysis(), FRAMES)
        assert await unit.library.find_analysis(ANNA, "0f" * 32, ANALYSER_VERSION) is None
        assert await unit.library.find_analysis(ANNA, HASH, "another") is None
        for other in OTHERS:
            assert await unit.library.find_analysis(other, HASH, ANALYSER_VERSION) is None


async def test_the_same_analysis_is_kept_once_for_each_owner(database: Database) -> None:
    async def save(actor: Actor) -> int:
        async with database.begin() as unit:
            return await unit.library.save_analysis(actor, HASH, analysis(), FRAMES)

    assert len(set(await asyncio.gather(*(save(ANNA) for _ in range(10))))) == 1
    assert len({await save(actor) for actor in (ANNA, *OTHERS)}) == 5


async def test_tracks_and_versions_are_numbered_for_each_owner(database: Database) -> None:
    async def add(actor: Actor) -> int:
        async with database.begin() as unit:
            return (await unit.library.add_track(actor)).number

    assert sorted(await asyncio.gather(*(add(ANNA) for _ in range(12)))) == list(range(1, 13))
    assert [await add(actor) for actor in OTHERS] == [1, 1, 1, 1]
    async with database.begin() as unit:
        track = await unit.library.add_track(ANNA)
        assert (track.number, track.title) == (13, "Track 13")
        named = await unit.library.add_track(ANNA, "Night Bus")
        assert (named.number, named.title, named.project_id) == (14, "Night Bus", track.project_id)
        analysis_id = await unit.library.save_analysis(ANNA, HASH, analysis(), FRAMES)
        made = [await unit.library.add_version(ANNA, track.track_id, analysis_id, HASH) for _ in range(3)]
        assert [version.number for version in made] == [1, 2, 3]
        assert await unit.library.latest_version(ANNA, track.track_id) == made[-1]


async def test_reviews_are_listed_newest_first_and_paged(database: Database) -> None:
    async with database.begin() as unit:
        ids = [await add_review(unit, verdict=f"verdict {number}") for number in range(5)]
        for other in OTHERS:
            await add_review(unit, other)
        page = await unit.library.reviews_of(ANNA, limit=3)
        assert [entry.review_id for entry in page] == ids[:1:-1]
        rest = await unit.library.reviews_of(ANNA, before_id=page[-1].review_id)
        assert [entry.review_id for entry in rest] == ids[1::-1]
    newest = page[0]
    assert (newest.track_title, newest.track_number, newest.version_number) == ("Track 5", 5, 1)
    assert (newest.verdict, newest.request, newest.created_at) == ("verdict 4", request(), START)


async def test_members_may_read_a_review_where_the_owner_lets_them(database: Database) -> None:
    async with database.begin() as unit:
        review_id = await add_review(unit, ANNA)
        direct_id = await add_review(unit, ANNA_DIRECT)
    async with database.read() as unit:
        assert (await unit.library.get_review(BEN, review_id, any_member=True)).owner_id == ANNA.user_id
        for stranger in (ANNA_ELSEWHERE, CARA, ANNA_DIRECT, BEN_DIRECT):
            with pytest.raises(NotFoundError):
                await unit.library.get_review(stranger, review_id, any_member=True)
        # two people in direct messages with the bot are in no guild together
        own = await unit.library.get_review(ANNA_DIRECT, direct_id, any_member=True)
        assert own.review_id == direct_id
        with pytest.raises(NotFoundError):
            await unit.library.get_review(BEN_DIRECT, direct_id, any_member=True)


@pytest.mark.parametrize("actor", OTHERS)
async def test_what_is_another_persons_does_not_exist(database: Database, actor: Actor) -> None:
    async with database.begin() as unit:
        theirs = await unit.library.get_review(ANNA, await add_review(unit, ANNA))
        own = await unit.library.get_review(actor, await add_review(unit, actor))
        their_analysis = await unit.library.save_analysis(ANNA, HASH, analysis(), FRAMES)
        own_analysis = await unit.library.save_analysis(actor, HASH, analysis(), FRAMES)

    tries: list[Callable[[Library], Awaitable[object]]] = [
        lambda library: library.get_review(actor, theirs.review_id),
        lambda library: library.latest_version(actor, theirs.track_id),
        lambda library: library.add_version(actor, theirs.track_id, own_analysis, HASH),
        lambda library: library.add_version(actor, own.track_id, their_analysis, HASH),
        lambda library: library.save_review(actor, theirs.version_id, request(), diagnosis(), review()),
        lambda library: library.save_review(
            actor, own.version_id, request(), diagnosis(), review(), reference_analysis_id=their_analysis
        ),
    ]
    for attempt in tries:
        with pytest.raises(NotFoundError):
            async with database.begin() as unit:
                await attempt(unit.library)


async def test_a_version_is_of_the_content_that_was_analysed(database: Database) -> None:
    async with database.begin() as unit:
        analysis_id = await unit.library.save_analysis(ANNA, HASH, analysis(), FRAMES)
        track = await unit.library.add_track(ANNA)
        with pytest.raises(NotFoundError):
            await unit.library.add_version(ANNA, track.track_id, analysis_id, "0f" * 32)
        with pytest.raises(NotFoundError):
            await unit.library.latest_version(ANNA, track.track_id)  # it has none yet
