"""A server's targets: made of uploads that are gone at once, used in reviews, and nobody else's business."""

import json
from dataclasses import replace
from typing import Any

import pytest

from core.service.job_payloads import Attachment, FeedbackPayload, Origin, Place, TargetPayload
from core.service.targets import TARGETS_MAX
from core.targets.files import FILE_MAX_BYTES, target_document
from core.targets.named import NamedTarget
from core.text.error_sentences import say
from core.values.actor import Actor
from core.values.errors import EarshotError, InputCode, InputError, LimitCode, UsageCode
from core.values.job import JobKind, JobState, StepKind
from core.values.request import Detail, ReviewRequest, ReviewType
from core.values.serial import from_json
from tests.integration.service.conftest import ANNA, Application
from tests.unit.targets.samples import target

BOSS = replace(ANNA, manages_guild=True)
ELSEWHERE = replace(BOSS, guild_id=2_200)
ORIGIN = Origin(application_id=1, channel_id=55, place=Place.THREADABLE)


def payload(name: str = "Our DnB", tracks: int = 5, same: int = 0) -> TargetPayload:
    """So many tracks, `same` of which have the content of the first."""
    urls = [f"track {0 if 0 < number <= same else number}" for number in range(tracks)]
    return TargetPayload(name, ORIGIN, tuple(Attachment(url, "secret name.wav", 10) for url in urls))


async def make(app: Application, given: TargetPayload, actor: Actor = BOSS) -> Any:
    """A TARGET job, done to its end."""
    job = await app.targets.accept(actor, app.key(), given)
    assert job is not None
    await app.intake.download(job.job_id)
    await app.work()
    return job


async def add(app: Application, name: str = "Our DnB", actor: Actor = BOSS) -> NamedTarget:
    """A target without the work."""
    named = replace(target(), name=name)
    async with app.database.begin() as unit:
        assert await unit.targets.add(actor, named)
    return named


async def refusal(work: Any) -> EarshotError:
    with pytest.raises(EarshotError) as caught:
        await work
    return caught.value


async def test_uploads_become_percentiles_and_are_gone(app: Application) -> None:
    job = await make(app, payload(tracks=6))

    made = await app.targets.get(ANNA, "our dnb")
    loudness = made.target.measures["integrated_lufs"]
    assert (made.target.tracks, loudness.tracks) == (6, 6)
    assert loudness.p10 == loudness.p50 == loudness.p90 == -9.25
    assert app.stored() == []
    async with app.database.read() as unit:
        exported = await unit.privacy.export(BOSS)
    assert exported["blobs"] == exported["analyses"] == exported["tracks"] == []
    assert "secret" not in json.dumps(exported)
    assert [step.kind for step in await app.steps(job)] == [StepKind.POST_TARGET]


async def test_a_crash_after_measuring_needs_the_files_no_more(app: Application) -> None:
    job = await app.targets.accept(BOSS, app.key(), payload())
    assert job is not None
    await app.intake.download(job.job_id)
    queued = await app.get(job)
    assert queued is not None
    await app.targets.handle(queued)  # dies before its result is written
    assert app.stored() == []
    measured = len(app.pipeline.measured)

    await app.work()

    assert len(app.pipeline.measured) == measured == 5
    assert (await app.targets.get(ANNA, "Our DnB")).target.tracks == 5


async def test_one_track_given_several_times_counts_once(app: Application) -> None:
    job = await make(app, payload(tracks=6, same=2))

    (step,) = await app.steps(job)
    assert step.kind is StepKind.REPORT_ERROR
    assert "only 4 could be measured (Track 2 is the same file as one before it). Send others" in step.payload
    assert app.stored() == []
    assert await app.targets.listed(ANNA) == ()


async def test_tracks_that_cannot_be_measured_are_refused_and_deleted(app: Application) -> None:
    app.pipeline.refuses = InputError(InputCode.SILENT)
    job = await make(app, payload())

    (step,) = await app.steps(job)
    assert "Track 1: That file is silent." in step.payload
    assert app.stored() == []
    done = await app.get(job)
    assert done is not None
    assert done.state is JobState.FAILED


async def test_a_name_taken_meanwhile_is_said(app: Application) -> None:
    job = await app.targets.accept(BOSS, app.key(), payload())
    assert job is not None
    await app.intake.download(job.job_id)
    await add(app, "OUR dnb")
    await app.work()

    (step,) = await app.steps(job)
    assert "There is a target" in step.payload


@pytest.mark.parametrize(
    ("actor", "given", "code"),
    [
        (ANNA, payload(), UsageCode.NOT_A_MANAGER),
        (Actor(None, ANNA.user_id, manages_guild=True), payload(), UsageCode.NOT_IN_A_SERVER),
        (BOSS, payload(tracks=4), UsageCode.TOO_FEW_TRACKS),
        (BOSS, payload(name="\u200b"), UsageCode.TARGET_NAME),
        (BOSS, payload(name="there"), UsageCode.TARGET_EXISTS),
    ],
)
async def test_what_can_be_known_before_is_refused_before(
    app: Application, actor: Actor, given: TargetPayload, code: UsageCode
) -> None:
    await add(app, "There")

    assert (await refusal(app.targets.accept(actor, app.key(), given))).code is code
    async with app.database.read() as unit:
        assert (await unit.jobs.counts(actor))[JobKind.TARGET] == 0


async def test_there_are_as_many_as_the_picker_shows_and_no_more(app: Application) -> None:
    for number in range(TARGETS_MAX):
        await add(app, f"target {number}")

    error = await refusal(app.targets.accept(BOSS, app.key(), payload()))
    assert error.code is UsageCode.TOO_MANY_TARGETS
    assert len(await app.targets.suggest(ANNA, "TARGET")) == TARGETS_MAX


async def test_targets_and_tracks_share_a_members_places_in_the_queue(app: Application) -> None:
    for number in range(app.limits.user_queued_max):
        await app.targets.accept(BOSS, app.key(), payload(f"target {number}"))

    assert (await refusal(app.accept(BOSS))).code is LimitCode.USER_QUEUE_FULL


async def test_another_server_has_none_of_it(app: Application) -> None:
    await add(app)

    assert await app.targets.listed(ELSEWHERE) == ()
    assert await app.targets.suggest(ELSEWHERE, "") == []
    assert (await refusal(app.targets.get(ELSEWHERE, "Our DnB"))).code is UsageCode.NO_TARGETS
    assert (await refusal(app.targets.remove(ELSEWHERE, "Our DnB"))).code is UsageCode.NO_TARGETS
    assert await app.targets.suggest(Actor(None, 1), "") == []


async def test_an_unknown_one_is_answered_with_those_there_are(app: Application) -> None:
    for number in range(7):
        await add(app, f"target {number}")

    error = await refusal(app.targets.get(ANNA, "dnb"))
    assert say(error) == (
        "There is no target “dnb” here. There is: target 0, target 1, target 2, target 3, target 4 and 2 more."
    )


async def test_who_manages_the_server_removes_one(app: Application) -> None:
    await add(app)

    assert (await refusal(app.targets.remove(ANNA, "Our DnB"))).code is UsageCode.NOT_A_MANAGER
    await app.targets.remove(BOSS, " our dnb ")
    assert await app.targets.listed(ANNA) == ()


async def test_a_file_of_the_command_line_is_kept_under_the_name_it_is_given(app: Application) -> None:
    app.files.contents["file"] = json.dumps(target_document(target())).encode()
    named = await app.targets.import_file(BOSS, "Ours", Attachment("file", "target.json", 900))

    assert named == await app.targets.get(ANNA, "ours")
    assert named.target == target().target


@pytest.mark.parametrize(
    ("content", "size", "code"),
    [
        (b"{}", 2, InputCode.NOT_A_TARGET),
        (b"x" * 100, FILE_MAX_BYTES + 1, InputCode.NOT_A_TARGET),
        (json.dumps({**target_document(target()), "schema_version": 9}).encode(), 900, InputCode.NEWER_TARGET),
    ],
)
async def test_any_other_file_is_refused(app: Application, content: bytes, size: int, code: InputCode) -> None:
    app.files.contents["file"] = content

    error = await refusal(app.targets.import_file(BOSS, "Ours", Attachment("file", "target.json", size)))
    assert error.code is code
    assert await app.targets.listed(ANNA) == ()


async def test_only_who_manages_may_bring_a_file(app: Application) -> None:
    error = await refusal(app.targets.import_file(ANNA, "Ours", Attachment("file", "target.json", 900)))

    assert error.code is UsageCode.NOT_A_MANAGER


async def review_with(app: Application, chosen: NamedTarget | None, conversation_id: int | None = None) -> Any:
    """What the newest review found against its target."""
    given = FeedbackPayload(
        request=ReviewRequest(ReviewType.MASTER, "house", None, Detail.DETAILED),
        origin=ORIGIN,
        track=Attachment("track", "x.wav", 10),
        conversation_id=conversation_id,
        target=chosen,
    )
    job = await app.feedback.accept(ANNA, app.key(), given)
    assert job is not None
    await app.intake.download(job.job_id)
    await app.work()
    async with app.database.read() as unit:
        newest = (await unit.library.reviews_of(ANNA))[0]
        return (await unit.library.get_review(ANNA, newest.review_id)).target


async def test_a_review_is_held_against_it_and_so_is_the_next_version(app: Application) -> None:
    named = await add(app)

    found = await review_with(app, named)
    assert (found.name, found.tracks) == ("Our DnB", 9)
    assert {"integrated_lufs", "bass_60_200"} <= {delta.measure for delta in found.deltas}

    conversation_id = await app.conversation_of(ANNA)
    assert await review_with(app, None, conversation_id) == found


async def test_a_next_version_is_held_against_nothing_that_was_removed(app: Application) -> None:
    named = await add(app)
    await review_with(app, named)
    await app.targets.remove(BOSS, named.name)

    assert await review_with(app, None, await app.conversation_of(ANNA)) is None


async def test_one_removed_while_the_job_waits_is_still_compared(app: Application) -> None:
    named = await add(app)
    await app.targets.remove(BOSS, named.name)

    assert (await review_with(app, named)).name == named.name


async def test_a_question_about_it_is_answered(app: Application) -> None:
    await review_with(app, await add(app))
    job = await app.ask(await app.conversation_of(ANNA), "how far am I from the server's target?")

    (step,) = [step for step in await app.steps(job) if step.kind is StepKind.POST_ANSWER]
    assert "Against Our DnB (9 tracks), at equal loudness" in from_json(dict[str, Any], step.payload)["text"]
