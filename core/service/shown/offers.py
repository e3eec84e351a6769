"""OfferService: tracks that a member showed, stored until a form or a button says what to do with them."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from core.service.job_payloads import Attachment, FeedbackPayload, Origin
from core.storage import Database
from core.values.actor import Actor
from core.values.clock import Clock, utc_now
from core.values.request import FOCUS_MAX_CHARACTERS, ReviewRequest
from core.values.serial import from_json, to_json

OFFER_LIFETIME = timedelta(hours=24)
"""Time that an offer is stored: links to Discord's attachments are valid for about as long."""


@dataclass(frozen=True, slots=True)
class OfferedTrack:
    """A track that a message shows. `attachment_id` is Discord's id, by which a member chooses one of several."""

    attachment_id: int
    file: Attachment


@dataclass(frozen=True, slots=True)
class Offer:
    """Tracks that a member showed and may send in.

    Attributes:
        tracks: the tracks to choose from; empty if the offer is a question about a track to be chosen.
        request: what was asked for, if it is known (a command); None if a form must ask for it (a message).
        reference: the file that the track is to be compared with.
        focus: the text that came with the tracks. Untrusted.
        shown_in: Discord's id of the message that shows the tracks; None if they came with a command.
        author_id: Discord's id of that message's author, who need not be the member with the offer.
        by_others: somebody else posted the tracks, or it is unknown who did (a forward, a webhook).
        is_moved: a proxy bot has repeated the message, so the attachment ids are those of the first message.
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
        """The track with this attachment id; the first track if none has it."""
        return next((track for track in self.tracks if track.attachment_id == attachment_id), self.tracks[0])

    def payload(
        self, request: ReviewRequest, origin: Origin, which: int | None = None, conversation_id: int | None = None
    ) -> FeedbackPayload:
        """The payload of a job for the chosen track; with `conversation_id` it is the next version of a known track."""
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
    """Offers. Each belongs to one member in one guild: another member who presses its button gets a `NotFoundError`."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self._database = database
        self._clock = clock

    async def keep(self, actor: Actor, source_id: int, offer: Offer) -> None:
        """Store an offer under Discord's id of the message or interaction that showed the tracks."""
        async with self._database.begin() as unit:
            await unit.offers.put(actor, source_id, to_json(offer).decode())

    async def get(self, actor: Actor, source_id: int) -> Offer:
        """The actor's offer.

        Raises:
            NotFoundError: the actor has no such offer in this guild.
        """
        async with self._database.read() as unit:
            return from_json(Offer, await unit.offers.get(actor, source_id))

    async def is_somebodys(self, source_id: int) -> bool:
        """Whether anybody has an offer that came from this message (or interaction) or shows its tracks."""
        async with self._database.read() as unit:
            return bool(await unit.offers.of_message(source_id))

    async def forget_message(self, message_id: int) -> None:
        """Delete everybody's offers of a message that was deleted in Discord."""
        await self._change(message_id, lambda _: None)

    async def move(self, old_message_id: int, new_message_id: int, files: Sequence[Attachment]) -> bool:
        """Change the message of offers to one that repeats it with these files. Safe to repeat.

        The attachment ids stay the same, so that forms and buttons that choose one of the tracks still work.

        Returns:
            False when nobody has an offer of either message.
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
        """Replace the text of a message in offers after it was edited in Discord."""

        def with_text(offer: Offer) -> Offer:
            limit = FOCUS_MAX_CHARACTERS if offer.tracks else None  # without tracks the text is a question
            return offer if offer.focus is None else replace(offer, focus=text[:limit] or None)

        await self._change(message_id, with_text)

    async def keep_files(self, message_id: int, there: Collection[int]) -> None:
        """Remove tracks from offers of a message that has lost files; those with these attachment ids are kept."""

        def with_files(offer: Offer) -> Offer | None:
            left = tuple(track for track in offer.tracks if track.attachment_id in there)
            if offer.shown_in != message_id or offer.is_moved or left == offer.tracks:
                return offer
            return replace(offer, tracks=left) if left else None

        await self._change(message_id, with_files)

    async def _change(self, message_id: int, change: Callable[[Offer], Offer | None]) -> None:
        """Replace everybody's offers of a message by what `change` returns; None deletes an offer."""
        async with self._database.read() as unit:
            if not await unit.offers.of_message(message_id):
                return  # most messages end here: deletions must not queue for the one writing connection
        async with self._database.begin() as unit:
            for row_id, stored in (await unit.offers.of_message(message_id)).items():
                offer = from_json(Offer, stored)
                changed = change(offer)
                if changed is None:
                    await unit.offers.remove((row_id,))
                elif changed != offer:
                    await unit.offers.replace(row_id, to_json(changed).decode())


def same_file(file: Attachment, files: Sequence[Attachment]) -> Attachment:
    """The file with this name and size among `files`, whose link is valid; `file` itself if there is none."""
    return next((one for one in files if (one.name, one.size_bytes) == (file.name, file.size_bytes)), file)
