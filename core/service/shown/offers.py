"""OfferService: tracks that were shown but not yet sent in; a form or a button decides what becomes of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from core.service.job_payloads import Attachment, FeedbackPayload, Origin
from core.storage import Database
from core.values.actor import Actor
from core.values.clock import Clock, utc_now
from core.values.request import FOCUS_MAX_CHARACTERS, ReviewRequest
from core.values.serial import from_json, to_json

OFFER_LIFETIME = timedelta(hours=24)
"""How long an offer is kept: Discord's links to attachments live about as long."""


@dataclass(frozen=True, slots=True)
class OfferedTrack:
    """A track that a message shows. `attachment_id` is Discord's, by which a member chooses among several."""

    attachment_id: int
    file: Attachment


@dataclass(frozen=True, slots=True)
class Offer:
    """Tracks that a member showed, until they say what is to be done with them.

    Attributes:
        tracks: what can be chosen from, at least one.
        request: what was asked for, if that is known already (a command); None where a form must ask (a message).
        reference: what the track is to be compared with.
        focus: the words that came with the tracks. Untrusted.
        shown_in: Discord's id of the message that shows the tracks; None for those of a command.
        author_id: who wrote that message: another member may have made the offer.
        by_others: somebody else posted the tracks, or nobody knows who did (a forward, a webhook).
        is_moved: they stand in another message than the one by whose ids they are chosen: a proxy has repeated it.
    """

    tracks: tuple[OfferedTrack, ...]
    request: ReviewRequest | None = None
    reference: Attachment | None = None
    focus: str | None = None
    shown_in: int | None = None
    author_id: int | None = None
    by_others: bool = False
    is_moved: bool = False

    def track(self, attachment_id: int | None = None) -> OfferedTrack:
        """The chosen track; the first where nothing (or nothing that is there) was chosen."""
        return next((track for track in self.tracks if track.attachment_id == attachment_id), self.tracks[0])

    def payload(
        self, request: ReviewRequest, origin: Origin, which: int | None = None, conversation_id: int | None = None
    ) -> FeedbackPayload:
        """What is to be done with the chosen track: for a known one (`conversation_id`) it is the next version."""
        track = self.track(which)
        return FeedbackPayload(
            request=request,
            origin=origin,
            track=track.file,
            reference=self.reference,
            conversation_id=conversation_id,
            shown_in=self.shown_in,
            attachment_id=track.attachment_id,
            author_id=self.author_id,
            focus_said=self.focus is not None and request.focus == self.focus,
        )


class OfferService:
    """An offer belongs to one member in one place: whoever else presses its button finds nothing."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self._database = database
        self._clock = clock

    async def keep(self, actor: Actor, source_id: int, offer: Offer) -> None:
        """Keep an offer under Discord's id of the message or interaction that showed the tracks."""
        async with self._database.begin() as unit:
            await unit.offers.put(actor, source_id, to_json(offer).decode())

    async def get(self, actor: Actor, source_id: int) -> Offer:
        """The actor's offer.

        Raises:
            NotFoundError: there is none of this actor's, here.
        """
        async with self._database.read() as unit:
            return from_json(Offer, await unit.offers.get(actor, source_id))

    async def is_somebodys(self, source_id: int) -> bool:
        """Whether anybody has an offer that came from this message (or interaction) or shows its tracks."""
        async with self._database.read() as unit:
            return bool(await unit.offers.of_message(source_id))

    async def forget_message(self, message_id: int) -> None:
        """A message was deleted in Discord: nobody's offer of its tracks or words stays."""
        async with self._database.read() as unit:
            if not await unit.offers.of_message(message_id):
                return  # most messages: deletions must not queue up for the one connection that writes
        async with self._database.begin() as unit:
            await unit.offers.remove(tuple(await unit.offers.of_message(message_id)))

    async def move(self, old_message_id: int, new_message_id: int, files: Sequence[Attachment]) -> bool:
        """Tracks and words stand in another message now, which shows these files. Safe to repeat.

        What chooses among the tracks goes on to do so: their ids stay.

        Returns:
            False when nobody's offer is of it.
        """
        async with self._database.begin() as unit:
            found = {
                row_id: from_json(Offer, row) for row_id, row in (await unit.offers.of_message(old_message_id)).items()
            }
            moved = {row_id: offer for row_id, offer in found.items() if offer.shown_in == old_message_id}
            for row_id, offer in moved.items():
                tracks = tuple(replace(track, file=same_file(track.file, files)) for track in offer.tracks)
                now = replace(offer, shown_in=new_message_id, tracks=tracks, is_moved=True)
                await unit.offers.replace(row_id, to_json(now).decode())
        return any(offer.shown_in in {old_message_id, new_message_id} for offer in found.values())

    async def edit_message(self, message_id: int, text: str) -> None:
        """A message was edited in Discord: offers that hold its words hold the new ones."""
        async with self._database.read() as unit:
            if not await unit.offers.of_message(message_id):
                return
        async with self._database.begin() as unit:
            for row_id, stored in (await unit.offers.of_message(message_id)).items():
                offer = from_json(Offer, stored)
                if offer.focus is None:
                    continue
                limit = FOCUS_MAX_CHARACTERS if offer.tracks else None  # without tracks the words are a question
                await unit.offers.replace(row_id, to_json(replace(offer, focus=text[:limit] or None)).decode())

    async def keep_files(self, message_id: int, there: Collection[int]) -> None:
        """Files were taken out of a message: of its tracks only those with these attachment ids can be chosen."""
        async with self._database.read() as unit:
            if not await unit.offers.of_message(message_id):
                return
        async with self._database.begin() as unit:
            for row_id, stored in (await unit.offers.of_message(message_id)).items():
                offer = from_json(Offer, stored)
                left = tuple(track for track in offer.tracks if track.attachment_id in there)
                if offer.shown_in != message_id or offer.is_moved or left == offer.tracks:
                    continue
                if left:
                    await unit.offers.replace(row_id, to_json(replace(offer, tracks=left)).decode())
                else:
                    await unit.offers.remove((row_id,))


def same_file(file: Attachment, files: Sequence[Attachment]) -> Attachment:
    """A file where another message shows it: the link of the first ends with its message."""
    return next((one for one in files if (one.name, one.size_bytes) == (file.name, file.size_bytes)), file)
