"""ChannelService: which conversations a channel holds, and up to which message everything there was dealt with."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from core.knowledge.genres import genre_table
from core.service.job_payloads import QuestionPayload, lane
from core.storage import BlobStore, ConversationRow, Database, StoredQuestion, Unit
from core.values.actor import Actor
from core.values.clock import Clock, utc_now
from core.values.job import JobKind
from core.values.serial import from_json

LIVE_FOR = timedelta(days=7)
"""How long after the last word in it a conversation is among those that are looked into first, and side by side."""

MEMBER_SETTING = "member"
"""Key in a guild's settings: true once the bot was a member. A review by a user install makes the row of a guild that
never had the bot, and such a guild cannot remove it."""

OWN_TRACKS_MAX = 24
"""Tracks to choose from: a select menu of Discord holds 25 options, one is left for "a new track"."""


@dataclass(frozen=True, slots=True)
class ChannelState:
    """A channel as it stands.

    Attributes:
        rows: its conversations, the most recently active first.
        seen_id: Discord's id of the newest message that was dealt with; None where no conversation ever began.
    """

    rows: tuple[ConversationRow, ...]
    seen_id: int | None

    def own(self, user_id: int, message_id: int) -> ConversationRow | None:
        """The member's conversation there, if it had begun when the message was written."""
        return next((row for row in self.rows if row.owner_id == user_id and row.floor_id < message_id), None)

    def any(self, message_id: int) -> ConversationRow | None:
        """The conversation of a thread, else the most recently active one, that had begun by this message."""
        begun = [row for row in self.rows if row.floor_id < message_id]
        return next((row for row in begun if row.follows_owner), next(iter(begun), None))

    def only(self, message_id: int) -> ConversationRow | None:
        """The conversation of a thread, else the only one there, that had begun by this message."""
        begun = [row for row in self.rows if row.floor_id < message_id]
        of_thread = next((row for row in begun if row.follows_owner), None)
        return begun[0] if of_thread is None and len(begun) == 1 else of_thread


@dataclass(frozen=True, slots=True)
class FollowedChannel:
    """A channel with a conversation: it is looked into after an absence.

    Attributes:
        is_own_place: a thread of its owner's or a direct message, not a channel that everybody talks in.
        is_live: somebody used the conversation lately: it is looked into at once, others one after the other.
    """

    channel_id: int
    guild_id: int | None
    is_own_place: bool
    is_live: bool = True


@dataclass(frozen=True, slots=True)
class OwnTrack:
    """A track of a member's that can be talked about.

    Attributes:
        label: in a guild everybody in the channel reads it, and need not have seen the review: it is the number of the
            track, its version and genre. In a direct or group message, where the review stands in the same channel, it
            also says what was asked for.
    """

    conversation_id: int
    label: str


class ChannelService:
    """The seen ledger, and what is known of places when something happened in them."""

    def __init__(self, database: Database, blobs: BlobStore, clock: Clock = utc_now) -> None:
        self._database = database
        self._blobs = blobs
        self._clock = clock

    async def state(self, channel_id: int) -> ChannelState:
        """The conversations of a channel, and what was seen there."""
        async with self._database.read() as unit:
            rows = tuple(await unit.conversations.by_channel(channel_id))
            return ChannelState(rows, await unit.seen.last(channel_id))

    async def advance(self, channel_id: int, message_id: int) -> None:
        """A message was answered, refused or passed over."""
        async with self._database.begin() as unit:
            await unit.seen.advance(channel_id, message_id)

    async def followed(self, guild_id: int | None = None) -> tuple[FollowedChannel, ...]:
        """Channels with a conversation, of one guild or of all places; the most recently used first."""
        async with self._database.read() as unit:
            live = await unit.conversations.active(self._clock() - LIVE_FOR)
            dormant = await unit.conversations.dormant(self._clock() - LIVE_FOR)
        found: dict[int, FollowedChannel] = {}
        for is_live, rows in ((True, live), (False, dormant)):
            for row in rows:
                if row.channel_id is None or guild_id not in {None, row.guild_id}:
                    continue
                known = found.get(row.channel_id)
                is_own = row.follows_owner or (known is not None and known.is_own_place)
                is_live_there = is_live or (known is not None and known.is_live)
                found[row.channel_id] = FollowedChannel(row.channel_id, row.guild_id, is_own, is_live_there)
        return tuple(found.values())

    async def of_guild(self, guild_id: int) -> tuple[int, ...]:
        """Every channel of a guild in which there is a conversation."""
        async with self._database.read() as unit:
            return await unit.seen.channels_of(guild_id)

    async def questions(self, channel_id: int) -> Sequence[StoredQuestion]:
        """The questions that are stored of a channel or wait for their answer."""
        async with self._database.read() as unit:
            stored = list(await unit.seen.questions(channel_id))
            waiting = [
                from_json(QuestionPayload, job.payload) for job in await unit.jobs.open_of_kind(JobKind.QUESTION)
            ]
        return stored + [
            StoredQuestion(asked.message_id, asked.question)
            for asked in waiting
            if asked.message_id is not None and asked.origin.channel_id == channel_id and not asked.withdrawn
        ]

    async def of_message(self, discord_message_id: int) -> ConversationRow | None:
        """The conversation that a message of Earshot belongs to."""
        async with self._database.read() as unit:
            return await unit.conversations.by_discord_message(discord_message_id)

    async def own_tracks(self, actor: Actor, shown_in: int | None = None) -> tuple[OwnTrack, ...]:
        """The actor's own tracks in this guild, however old; the one that was talked about last comes first.

        Outside of guilds they are those of every direct and group message: where others may read the answer, and
        where a next version is to stand, `shown_in` leaves only the tracks whose review stands in that channel.
        """
        async with self._database.read() as unit:
            rows = await unit.conversations.of_owner(actor, OWN_TRACKS_MAX, shown_in)
            return tuple([await _own_track(unit, actor, row) for row in rows])

    async def label(self, actor: Actor, conversation_id: int) -> str:
        """How a conversation's track is called among its owner's: by number and genre, never by its file.

        Raises:
            NotFoundError: there is no such conversation for this actor.
        """
        async with self._database.read() as unit:
            row = await unit.conversations.get(actor, conversation_id)
            return (await _own_track(unit, actor, row)).label

    async def posted(self, conversation_id: int, discord_message_id: int, channel_id: int) -> None:
        """A message of Earshot's about a conversation is visible; it goes where its owner wants such posts deleted."""
        async with self._database.begin() as unit:
            await unit.conversations.note_post(conversation_id, discord_message_id, channel_id)

    async def forget_channel(self, channel_id: int) -> None:
        """A thread or channel was deleted in Discord: so are the conversations in it, and what stood only there."""
        async with self._database.read() as unit:
            if not await unit.deleted_channels.is_known(channel_id):
                return  # most channels: deletions must not queue up for the one connection that writes
        async with self._database.begin() as unit:
            gone = await unit.deleted_channels.remove(channel_id)
            for conversation_id in gone.conversation_ids:
                await unit.jobs.forget_conversation(conversation_id, lane(conversation_id))
        for path in gone.paths:
            await self._blobs.delete(path)

    async def gone_guilds(self, member_of: Collection[int]) -> frozenset[int]:
        """Guilds that had the bot, as far as was noted, and of which it is no member any more."""
        return await self._noted_guilds() - frozenset(member_of)

    async def new_guilds(self, member_of: Collection[int]) -> frozenset[int]:
        """Guilds that the bot is a member of and that are not noted as such: invited it (again), or never noted."""
        return frozenset(member_of) - await self._noted_guilds()

    async def _noted_guilds(self) -> frozenset[int]:
        async with self._database.read() as unit:
            present = await unit.guilds.present()
        return frozenset(guild_id for guild_id, settings in present.items() if settings.get(MEMBER_SETTING, False))


async def _own_track(unit: Unit, actor: Actor, row: ConversationRow) -> OwnTrack:
    stored = await unit.library.get_review(actor, row.review_id, any_member=True)
    genre = genre_table().get(stored.request.genre_id).name
    label = f"#{stored.track_number} v{stored.version_number} · {genre}"
    return OwnTrack(row.conversation_id, f"{label} · {stored.request.type.label}" if actor.guild_id is None else label)
