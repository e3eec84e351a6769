"""What the edge relies on: doubts about acknowledgements, downloads, references, channels, offers, switches."""

import asyncio
from dataclasses import replace

import pytest

from core.service.channels import ChannelService
from core.service.intake import STUCK_AFTER
from core.service.job_payloads import (
    AnswerStep,
    Attachment,
    FeedbackPayload,
    Origin,
    Place,
    QuestionPayload,
    message_key,
)
from core.service.outbox_steps import lost_steps
from core.service.servers import ServerService
from core.service.shown.offers import OFFER_LIFETIME, Offer, OfferedTrack, OfferService
from core.service.step_context import DeliveryService
from core.storage.uploads import fetching
from core.storage.uploads.fetching import FETCH_PAUSES_S
from core.values.actor import Actor
from core.values.errors import InputCode, InputError, NotFoundError, UsageCode, UsageError
from core.values.job import JobState, StepKind
from core.values.serial import from_json
from tests.integration.service.conftest import ANNA, BEN, Application

THREAD = 7_700
DIRECT = Actor(None, ANNA.user_id)


async def review_in(app: Application, actor: Actor, origin: Origin, *, reference: str | None = None, version_of=None):
    """A job done to its end, asked for from this place."""
    payload = FeedbackPayload(
        request=house_request(),
        origin=origin,
        track=Attachment(url="track", name="x.wav", size_bytes=10),
        reference=Attachment(url=reference, name="y.wav", size_bytes=10) if reference else None,
        conversation_id=version_of,
    )
    job = await app.feedback.accept(actor, app.key(), payload)
    assert job is not None
    await app.intake.download(job.job_id)
    await app.work()
    return job


def house_request():
    from core.values.request import Detail, ReviewRequest, ReviewType

    return ReviewRequest(ReviewType.MASTER, "house", None, Detail.DETAILED)


def origin(place: Place = Place.IN_PLACE, channel_id: int = THREAD, **changes) -> Origin:
    return Origin(application_id=1, channel_id=channel_id, place=place, **changes)


@pytest.mark.parametrize(
    ("known", "state"),
    [(True, JobState.QUEUED), (False, JobState.FAILED), (None, JobState.RECEIVED)],
)
async def test_a_job_left_behind_goes_on_only_if_its_command_was_acknowledged(app: Application, known, state) -> None:
    async def acknowledged(_origin: Origin) -> bool | None:
        return known

    app.intake._acknowledged = acknowledged
    job = await app.accept()
    app.clock.advance(seconds=STUCK_AFTER.total_seconds() + 1)
    await app.intake.resume_received()
    await asyncio.gather(*app.intake._tasks)

    found = await app.get(job)
    assert found is not None
    assert found.state is state
    assert await app.steps(job) == ()


def test_a_download_is_tried_for_a_minute() -> None:
    assert sum(FETCH_PAUSES_S) == 60.0


@pytest.mark.parametrize(
    ("error", "failures", "state"),
    [
        (InputError(InputCode.DOWNLOAD_FAILED, cause="status 503", transient=True), len(FETCH_PAUSES_S), "queued"),
        (InputError(InputCode.DOWNLOAD_FAILED, cause="status 503", transient=True), len(FETCH_PAUSES_S) + 1, "failed"),
        (InputError(InputCode.DOWNLOAD_FAILED, cause="not a Discord attachment"), 1, "failed"),
        (InputError(InputCode.EXPIRED), 1, "failed"),
    ],
    ids=["mended by the last try", "never mended", "for good", "gone"],
)
async def test_a_download_is_tried_again_where_that_may_mend_it(
    app: Application, monkeypatch, error: InputError, failures: int, state: str
) -> None:
    monkeypatch.setattr(fetching, "FETCH_PAUSES_S", (0.0,) * len(FETCH_PAUSES_S))
    tries = []

    async def fetch(url: str, max_bytes: int):
        tries.append(url)
        if len(tries) <= failures:
            raise error
        yield b"RIFF"

    app.intake._fetching._fetch = fetch
    job = await app.accept()
    await app.intake.download(job.job_id)

    assert len(tries) == failures + (state == "queued")
    found = await app.get(job)
    assert found is not None
    assert found.state == state


async def test_no_try_of_a_download_begins_too_late_to_tell_of_it(app: Application, monkeypatch) -> None:
    monkeypatch.setattr(fetching, "FETCH_WITHIN_S", -1.0)
    app.files.errors["track"] = InputError(InputCode.DOWNLOAD_FAILED, cause="TimeoutError", transient=True)
    job = await app.accept()
    await app.intake.download(job.job_id)

    found = await app.get(job)
    assert found is not None
    assert found.state is JobState.FAILED


async def test_a_reference_that_cannot_be_read_is_called_the_reference(app: Application) -> None:
    app.files.errors["hit"] = InputError(InputCode.EXPIRED)
    job = await review_in(app, ANNA, origin(), reference="hit")

    (told,) = await app.steps(job)
    assert told.kind is StepKind.REPORT_ERROR
    assert "reference" in told.payload


async def test_the_next_version_keeps_the_reference(app: Application) -> None:
    await review_in(app, ANNA, origin(follows_owner=True), reference="hit")
    conversation_id = await app.conversation_of()
    await review_in(app, ANNA, origin(follows_owner=True), version_of=conversation_id)

    latest = await app.conversations.latest(ANNA)
    assert latest.stored.version_number == 2
    assert latest.stored.reference is not None
    assert latest.stored.diagnosis.reference is not None


async def test_a_new_upload_is_a_version_only_in_the_owners_own_thread(app: Application) -> None:
    shared, own = THREAD + 1, THREAD + 2
    await review_in(app, ANNA, origin(channel_id=shared))
    await review_in(app, ANNA, origin(channel_id=own, follows_owner=True))
    await review_in(app, DIRECT, origin(Place.DIRECT, THREAD + 3, follows_owner=True))

    assert await app.feedback.conversation_of(ANNA, shared) is None
    assert await app.feedback.conversation_of(ANNA, own) is not None
    assert await app.feedback.conversation_of(BEN, own) is None
    assert await app.feedback.conversation_of(DIRECT, THREAD + 3) is None


async def test_a_channel_knows_its_conversations_and_what_is_older_than_they_are(app: Application) -> None:
    channels = ChannelService(app.database, app.blobs, app.clock)
    await review_in(app, ANNA, origin(follows_owner=True, source_id=500))
    state = await channels.state(THREAD)

    assert state.seen_id == 500
    assert state.own(ANNA.user_id, 500) is None
    assert state.own(ANNA.user_id, 501) is not None
    assert state.own(BEN.user_id, 501) is None
    await channels.advance(THREAD, 600)
    assert (await channels.state(THREAD)).seen_id == 600
    assert [(one.channel_id, one.is_live) for one in await channels.followed()] == [(THREAD, True)]
    app.clock.advance(days=8)
    assert [(one.channel_id, one.is_live) for one in await channels.followed()] == [(THREAD, False)]
    assert [one.channel_id for one in await channels.followed(ANNA.guild_id)] == [THREAD]
    assert await channels.followed(12) == ()
    assert len(await channels.followed(None, THREAD)) == 1
    assert await channels.followed(None, THREAD + 1) == ()


async def test_ones_own_tracks_are_those_of_this_place(app: Application) -> None:
    channels = ChannelService(app.database, app.blobs, app.clock)
    await review_in(app, ANNA, origin(channel_id=1))
    await review_in(app, ANNA, origin(channel_id=2))

    labels = [track.label for track in await channels.own_tracks(ANNA)]
    # everybody in the channel reads them
    assert labels == ["#2 v1 · House / tech house", "#1 v1 · House / tech house"]
    assert [track.label[:5] for track in await channels.own_tracks(ANNA, 1)] == ["#1 v1"]
    assert await channels.own_tracks(ANNA, 3) == ()
    app.clock.advance(days=400)
    assert len(await channels.own_tracks(ANNA)) == 2
    for other in (BEN, DIRECT, Actor(ANNA.guild_id or 0 + 1, BEN.user_id)):
        assert await channels.own_tracks(other) == ()


async def test_an_offer_is_found_by_its_owner_in_its_place_for_a_day(app: Application) -> None:
    offers = OfferService(app.database, app.clock)
    tracks = tuple(OfferedTrack(n, Attachment(f"url {n}", f"{n}.wav", n)) for n in (1, 2))
    await offers.keep(ANNA, 9, Offer(tracks, focus="the bass"))

    offer = await offers.get(ANNA, 9)
    assert [offer.track(chosen).file.url for chosen in (2, 7, None)] == ["url 2", "url 1", "url 1"]
    for other in (BEN, DIRECT):
        with pytest.raises(NotFoundError):
            await offers.get(other, 9)
    app.clock.advance(seconds=OFFER_LIFETIME.total_seconds() + 1)
    await app.privacy.sweep()
    with pytest.raises(NotFoundError):
        await offers.get(ANNA, 9)


async def test_a_summary_of_nothing_is_refused_at_the_press(app: Application) -> None:
    await app.review()
    conversation_id = await app.conversation_of()

    with pytest.raises(UsageError) as refused:
        await app.conversations.ask_for_summary(ANNA, "interaction:9", conversation_id, origin())
    assert refused.value.code is UsageCode.NOTHING_TO_SUMMARISE

    payload = QuestionPayload(conversation_id, "how loud is it?", origin(), message_id=5)
    await app.conversations.ask(ANNA, message_key(5), payload)
    assert await app.conversations.ask_for_summary(ANNA, "interaction:10", conversation_id, origin()) is not None


async def test_an_answered_question_that_is_edited_is_answered_anew_in_its_place(app: Application) -> None:
    await app.review()
    conversation_id = await app.conversation_of()
    asked = await app.ask(conversation_id, "how loud is it?")
    message_id = from_json(QuestionPayload, asked.payload).message_id
    assert message_id is not None
    (step,) = await app.steps(asked)
    row_id = from_json(AnswerStep, step.payload).message_row_id
    async with app.database.begin() as unit:
        await unit.conversations.attach_discord_id(row_id, 4_711)

    await app.conversations.edit_message(message_id, "how loud is it?", origin())  # a link preview changes nothing
    await app.work()
    await app.conversations.edit_message(message_id, "what key is it in?", origin())
    await app.work()

    async with app.database.read() as unit:
        turns, _ = await unit.conversations.transcript(ANNA, conversation_id)
        exported = await unit.privacy.export(ANNA)
    assert [turn.text for turn in turns if turn.author_id is not None] == ["what key is it in?"]
    assert len(turns) == 2
    answers = [from_json(AnswerStep, _json(row)) for row in exported["outbox_steps"] if row["kind"] == "post_answer"]
    assert [answer.preview_id for answer in answers] == [None, 4_711]


def _json(row) -> bytes:
    from core.values.serial import to_json

    return to_json(row["payload"])


async def test_a_question_follows_its_proxy_before_and_after_it_was_answered(app: Application) -> None:
    await app.review()
    conversation_id = await app.conversation_of()
    waiting = QuestionPayload(conversation_id, "how loud is it?", origin(), message_id=50)
    await app.conversations.ask(ANNA, message_key(50), waiting)

    assert await app.conversations.move_question(50, 51)
    assert await app.conversations.forget_message(50) is None  # the proxy deletes the original
    await app.work()
    assert await app.conversations.move_question(51, 52)
    assert not await app.conversations.move_question(77, 78)

    async with app.database.read() as unit:
        turns, _ = await unit.conversations.transcript(ANNA, conversation_id)
        assert await unit.conversations.answered(52) is not None
    assert len(turns) == 2


async def test_what_is_lost_is_told_with_its_conversation(app: Application) -> None:
    job = await app.review()
    by_kind = {step.kind: step for step in await app.steps(job)}

    for kind in (StepKind.POST_REVIEW, StepKind.ATTACH_REPORT):
        (told,) = lost_steps(by_kind[kind])
        assert told.kind is StepKind.TELL_LOST
    for kind in (StepKind.OPEN_THREAD, StepKind.CLOSE_PROGRESS):
        assert lost_steps(by_kind[kind]) == ()


async def test_a_lost_step_is_known_to_what_closes_the_job(app: Application) -> None:
    job = await app.review()
    deliveries = DeliveryService(app.database)
    steps = {step.kind: step for step in await app.steps(job)}
    async with app.database.begin() as unit:
        await unit.outbox.fail(steps[StepKind.ATTACH_REPORT].step_id, "413")
    lost = await deliveries.lost(await deliveries.open(steps[StepKind.CLOSE_PROGRESS]))
    assert (lost.kinds, lost.told) == ({StepKind.ATTACH_REPORT}, False)

    async with app.database.begin() as unit:
        await unit.outbox.done(steps[StepKind.CLOSE_PROGRESS].step_id, 4_711)
    assert (await deliveries.lost(await deliveries.open(steps[StepKind.CLOSE_PROGRESS]))).told


async def test_mentions_are_switched_off_by_the_server_or_by_the_member(app: Application) -> None:
    deliveries = DeliveryService(app.database)
    servers = ServerService(app.database, app.budget, uses_model=False, model="m")
    manager = replace(BEN, manages_guild=True)
    assert await deliveries.pings(ANNA)

    await servers.ping_me(ANNA, wanted=False)
    assert [await deliveries.pings(who) for who in (ANNA, BEN)] == [False, True]
    await servers.ping_me(ANNA, wanted=True)
    await servers.allow_pings(manager, allowed=False)
    assert not await deliveries.pings(ANNA)
    assert not (await servers.state(ANNA)).pings
    with pytest.raises(UsageError):
        await servers.allow_pings(ANNA, allowed=True)


async def test_a_server_may_want_own_tracks_only(app: Application) -> None:
    servers = ServerService(app.database, app.budget, uses_model=False, model="m")
    await servers.check_owner(ANNA, BEN.user_id)
    await servers.allow_others(replace(BEN, manages_guild=True), allowed=False)

    await servers.check_owner(ANNA, ANNA.user_id)
    with pytest.raises(UsageError) as refused:
        await servers.check_owner(ANNA, BEN.user_id)
    assert refused.value.code is UsageCode.NOT_YOURS


async def test_deleting_everything_names_the_jobs_that_nobody_must_wait_for(app: Application) -> None:
    undelivered = await app.review()
    waiting = await app.accept()
    async with app.database.begin() as unit:
        await unit.conversations.note_post(await app.conversation_of(), 4_711, 55)

    deleted = await app.privacy.delete(ANNA)

    assert [job.job_id for job in deleted.stopped] == [undelivered.job_id, waiting.job_id]
    assert [(post.channel_id, post.message_id) for post in deleted.posts] == [(55, 4_711)]
    assert (await app.privacy.delete(ANNA)).posts == ()
