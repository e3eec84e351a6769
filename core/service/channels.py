"""ChannelService: the conversations of a channel, and its newest message that was handled."""

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
"""Time after its last activity in which a conversation's channel is read first, and concurrently, after an absence."""

MEMBER_SETTING = "member"
"""Key in a guild's settings: true once the bot was a member. A review by a user install adds the row of a guild that
never had the bot, and such a guild cannot have removed it."""

OWN_TRACKS_MAX = 24
"""Tracks to choose from: a Discord select menu has at most 25 options, and one of them is "a new track"."""


@dataclass(frozen=True, slots=True)
class ChannelState:
    """The stored state of a channel.

    Attributes:
        rows: its conversations, the most recently active first.
        seen_id: Discord's id of the newest message that was handled; None if the channel has no conversation.
    """

    rows: tuple[ConversationRow, ...]
    seen_id: int | None

    def own(self, user_id: int, message_id: int) -> ConversationRow | None:
        """The member's conversation in the channel, if it began before this message."""
        return next((row for row in self.rows if row.owner_id == user_id and row.floor_id < message_id), None)

    def any(self, message_id: int) -> ConversationRow | None:
        """Of the conversations that began before this message, the thread's own, else the most recently active."""
        begun = [row for row in self.rows if row.floor_id < message_id]
        return next((row for row in begun if row.follows_owner), next(iter(begun), None))

    def only(self, message_id: int) -> ConversationRow | None:
        """Of the conversations that began before this message, the thread's own, else the only one; None if several."""
        begun = [row for row in self.rows if row.floor_id < message_id]
        of_thread = next((row for row in begun if row.follows_owner), None)
        return begun[0] if of_thread is None and len(begun) == 1 else of_thread


@dataclass(frozen=True, slots=True)
class FollowedChannel:
    """A channel with a conversation, whose messages are read after an absence of the bot.

    Attributes:
        channel_id: Discord's id of the channel.
        guild_id: its guild, or None.
        is_own_place: it is a thread of the conversation's owner or a direct message, not a channel for everybody.
        is_live: a conversation in it was active within `LIVE_FOR`: it is read at once, others one after the other.
    """

    channel_id: int
    guild_id: int | None
    is_own_place: bool
    is_live: bool = True


@dataclass(frozen=True, slots=True)
class OwnTrack:
    """A member's track that has a conversation.

    Attributes:
        conversation_id: id of the conversation.
        label: number, version and genre of the track; outside guilds also the type of review. In a guild everybody in
            the channel reads the label, also people who have not seen the review.
    """

    conversation_id: int
    label: str


class ChannelService:
    """Conversations of channels and guilds, the seen ledger, and deletions of channels."""

    def __init__(self, database: Database, blobs: BlobStore, clock: Clock = utc_now) -> None:
        self._database = database
        self._blobs = blobs
        self._clock = clock

    async def state(self, channel_id: int) -> ChannelState:
        """The conversations of a channel, and its newest handled message."""
        async with self._database.read() as unit:
            rows = tuple(await unit.conversations.by_channel(channel_id))
            return ChannelState(rows, await unit.seen.last(channel_id))

    async def advance(self, channel_id: int, message_id: int) -> None:
        """Note that a message was handled: answered, refused or ignored."""
        async with self._database.begin() as unit:
            await unit.seen.advance(channel_id, message_id)

    async def followed(self, guild_id: int | None = None, channel_id: int | None = None) -> tuple[FollowedChannel, ...]:
        """Channels with a conversation (all, those of one guild, or this one), the most recently active first."""
        since = self._clock() - LIVE_FOR
        async with self._database.read() as unit:
            live = await unit.conversations.active(since, channel_id)
            dormant = await unit.conversations.dormant(since, channel_id)
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
        """Ids of the channels of a guild that have a conversation."""
        async with self._database.read() as unit:
            return await unit.seen.channels_of(guild_id)

    async def questions(self, channel_id: int) -> Sequence[StoredQuestion]:
        """The stored questions of a channel, and those that wait for their answer."""
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
        """The conversation in which Earshot posted this message, or None."""
        async with self._database.read() as unit:
            return await unit.conversations.by_discord_message(discord_message_id)

    async def own_tracks(self, actor: Actor, shown_in: int | None = None) -> tuple[OwnTrack, ...]:
        """The actor's own tracks in this guild that have a conversation, the most recently active first.

        Without a guild, those of all direct and group messages. With `shown_in`, only tracks whose review is shown in
        that channel: for a channel where others may read the answer, or where a next version is to be posted.
        """
        async with self._database.read() as unit:
            rows = await unit.conversations.of_owner(actor, OWN_TRACKS_MAX, shown_in)
            return tuple([await _own_track(unit, actor, row) for row in rows])

    async def label(self, actor: Actor, conversation_id: int) -> str:
        """The label of a conversation's track (`OwnTrack.label`), which never has the file's name.

        Raises:
            NotFoundError: there is no such conversation for this actor.
        """
        async with self._database.read() as unit:
            row = await unit.conversations.get(actor, conversation_id)
            return (await _own_track(unit, actor, row)).label

    async def posted(self, conversation_id: int, discord_message_id: int, channel_id: int) -> None:
        """Store that Earshot posted a message about a conversation, so that its owner can have it deleted."""
        async with self._database.begin() as unit:
            await unit.conversations.note_post(conversation_id, discord_message_id, channel_id)

    async def forget_channel(self, channel_id: int) -> None:
        """Delete the conversations of a channel or thread deleted in Discord, and what was shown only there."""
        async with self._database.read() as unit:
            if not await unit.deleted_channels.is_known(channel_id):
                return  # most channels end here: deletions must not queue for the one writing connection
        async with self._database.begin() as unit:
            gone = await unit.deleted_channels.remove(channel_id)
            for conversation_id in gone.conversation_ids:
                await unit.jobs.forget_conversation(conversation_id, lane(conversation_id))
        for path in gone.paths:
            await self._blobs.delete(path)

    async def gone_guilds(self, member_of: Collection[int]) -> frozenset[int]:
        """Ids of guilds that are stored as having the bot but of which it is not a member any more."""
        return await self._noted_guilds() - frozenset(member_of)

    async def new_guilds(self, member_of: Collection[int]) -> frozenset[int]:
        """Ids of guilds of which the bot is a member but that are not stored as such: they invited it meanwhile."""
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
