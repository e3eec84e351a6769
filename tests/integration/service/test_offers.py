"""Offers and the messages that they came from: deleted, edited, or of a person who has everything deleted."""

import pytest

from core.service.job_payloads import Attachment
from core.service.shown.offers import Offer, OfferedTrack, OfferService
from core.values.errors import NotFoundError
from tests.integration.service.conftest import ANNA, BEN, Application

TRACKS = (OfferedTrack(1, Attachment("url", "name.wav", 1)),)
MESSAGE, OTHER_MESSAGE = 900, 9001


def _of(message_id: int, author_id: int, focus: str | None = None, tracks=TRACKS) -> Offer:
    return Offer(tracks, focus=focus, shown_in=message_id, author_id=author_id)


async def test_a_deleted_message_takes_everybodys_offers_of_it_along(app: Application) -> None:
    offers = OfferService(app.database, app.clock)
    await offers.keep(ANNA, MESSAGE, _of(MESSAGE, ANNA.user_id))
    await offers.keep(BEN, MESSAGE, _of(MESSAGE, ANNA.user_id))
    await offers.keep(BEN, 5, _of(MESSAGE, BEN.user_id, f'"shown_in":{OTHER_MESSAGE},'))
    await offers.keep(ANNA, OTHER_MESSAGE, _of(OTHER_MESSAGE, ANNA.user_id))

    await offers.forget_message(OTHER_MESSAGE * 10)
    await offers.forget_message(MESSAGE)

    for actor, source_id in ((ANNA, MESSAGE), (BEN, MESSAGE), (BEN, 5)):
        with pytest.raises(NotFoundError):
            await offers.get(actor, source_id)
    assert (await offers.get(ANNA, OTHER_MESSAGE)).shown_in == OTHER_MESSAGE


async def test_an_offer_loses_the_tracks_that_were_taken_out_of_their_message(app: Application) -> None:
    offers = OfferService(app.database, app.clock)
    two = (*TRACKS, OfferedTrack(2, Attachment("url 2", "2.wav", 1)))
    await offers.keep(ANNA, MESSAGE, _of(MESSAGE, ANNA.user_id, tracks=two))
    await offers.keep(BEN, MESSAGE, _of(MESSAGE, ANNA.user_id, tracks=TRACKS))
    await offers.keep(ANNA, 5, _of(MESSAGE, ANNA.user_id, "how loud is it?", tracks=()))

    await offers.keep_files(MESSAGE, {2, 3})

    assert [track.attachment_id for track in (await offers.get(ANNA, MESSAGE)).tracks] == [2]
    assert (await offers.get(ANNA, 5)).focus == "how loud is it?"
    with pytest.raises(NotFoundError):
        await offers.get(BEN, MESSAGE)


async def test_what_an_offer_remembers_of_a_message_follows_its_edits(app: Application) -> None:
    offers = OfferService(app.database, app.clock)
    await offers.keep(ANNA, MESSAGE, _of(MESSAGE, ANNA.user_id, "how loud is it?", ()))
    await offers.keep(BEN, MESSAGE, _of(MESSAGE, ANNA.user_id))

    await offers.edit_message(MESSAGE, "what key is it in?")

    assert (await offers.get(ANNA, MESSAGE)).focus == "what key is it in?"
    assert (await offers.get(BEN, MESSAGE)).focus is None


async def test_what_a_person_posted_is_not_offered_by_others_after_they_had_everything_deleted(
    app: Application,
) -> None:
    offers = OfferService(app.database, app.clock)
    await offers.keep(BEN, MESSAGE, _of(MESSAGE, ANNA.user_id))
    await offers.keep(BEN, OTHER_MESSAGE, _of(OTHER_MESSAGE, BEN.user_id))

    await app.privacy.delete(ANNA)

    with pytest.raises(NotFoundError):
        await offers.get(BEN, MESSAGE)
    assert (await offers.get(BEN, OTHER_MESSAGE)).author_id == BEN.user_id


async def test_an_offer_follows_to_the_message_of_a_proxy(app: Application) -> None:
    offers = OfferService(app.database, app.clock)
    await offers.keep(ANNA, MESSAGE, _of(MESSAGE, ANNA.user_id))

    assert await offers.move(MESSAGE, OTHER_MESSAGE, [Attachment("again", "name.wav", 1)])
    assert await offers.move(MESSAGE, OTHER_MESSAGE, [])  # a deletion that is carried out twice
    assert not await offers.move(MESSAGE + 1, OTHER_MESSAGE, [])

    offer = await offers.get(ANNA, MESSAGE)
    assert (offer.shown_in, offer.tracks[0].attachment_id, offer.tracks[0].file.url) == (OTHER_MESSAGE, 1, "again")
    await offers.forget_message(OTHER_MESSAGE)
    with pytest.raises(NotFoundError):
        await offers.get(ANNA, MESSAGE)
