"""Nobody ever gets at a row of somebody else, whatever six people in two guilds (and in direct messages) do.

A model in plain dictionaries says who owns what. After every step the storage has to agree: what an actor may see is
there and theirs, everything else is not found.
"""

import asyncio
import dataclasses
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, multiple, rule

from core.analysis.measurements import ANALYSER_VERSION
from core.storage import Database, Unit
from core.values.actor import Actor
from core.values.conversation import Role
from core.values.errors import NotFoundError
from tests.integration.storage.samples import FRAMES, analysis, diagnosis, request, review
from tests.support.processes.migrated import put_database
from tests.support.properties import examples

T = TypeVar("T")

USERS = (900_000_000_000_000_001, 900_000_000_000_000_002, 900_000_000_000_000_003)
GUILDS = (1_100_000_000_000_000_001, 1_100_000_000_000_000_002, None)
HASHES = ("aa" * 32, "bb" * 32)

actors = st.builds(Actor, st.sampled_from(GUILDS), st.sampled_from(USERS))
hashes = st.sampled_from(HASHES)


def loudness_of(actor: Actor, content_hash: str) -> float:
    """A loudness that only this owner's analysis of this file has."""
    return -1.0 - GUILDS.index(actor.guild_id) - 3 * USERS.index(actor.user_id) - 9 * HASHES.index(content_hash)


@dataclass
class ModelReview:
    owner: Actor
    review_id: int
    track_id: int
    version_id: int
    content_hash: str


@dataclass
class ModelConversation:
    owner: Actor
    conversation_id: int
    said: list[tuple[int, str]] = field(default_factory=list)

    def readable_by(self, actor: Actor) -> bool:
        return self.owner == actor if actor.guild_id is None else self.owner.guild_id == actor.guild_id


class Tenants(RuleBasedStateMachine):
    reviews: Bundle[ModelReview] = Bundle("reviews")
    conversations: Bundle[ModelConversation] = Bundle("conversations")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.runner = asyncio.Runner()
        put_database(Path(self.folder.name))
        self.database = self.runner.run(Database.open(None, Path(self.folder.name)))
        self.live_reviews: dict[int, ModelReview] = {}
        self.live_conversations: dict[int, ModelConversation] = {}

    def teardown(self) -> None:
        self.runner.run(self.database.close())
        self.runner.close()
        self.folder.cleanup()

    def do(self, work: Callable[[Unit], Awaitable[T]]) -> T:
        async def transaction() -> T:
            async with self.database.begin() as unit:
                return await work(unit)

        return self.runner.run(transaction())

    def expect(self, allowed: bool, work: Callable[[Unit], Awaitable[T]]) -> T | None:
        """Run `work`, which must be a success where it is allowed and a NotFoundError where it is not."""
        if allowed:
            return self.do(work)
        with pytest.raises(NotFoundError):
            self.do(work)
        return None

    def uploads(self) -> set[tuple[Actor, str]]:
        return {(made.owner, made.content_hash) for made in self.live_reviews.values()}

    def is_live(self, made: ModelReview | ModelConversation) -> bool:
        if isinstance(made, ModelReview):
            return made.review_id in self.live_reviews
        return made.conversation_id in self.live_conversations

    @rule(target=reviews, actor=actors, content_hash=hashes)
    def upload(self, actor: Actor, content_hash: str) -> ModelReview:
        async def work(unit: Unit) -> ModelReview:
            measured = analysis(loudness_of(actor, content_hash))
            analysis_id = await unit.library.save_analysis(actor, content_hash, measured, FRAMES)
            track = await unit.library.add_track(actor)
            version = await unit.library.add_version(actor, track.track_id, analysis_id, content_hash)
            review_id = await unit.library.save_review(actor, version.version_id, request(), diagnosis(), review())
            return ModelReview(actor, review_id, track.track_id, version.version_id, content_hash)

        made = self.do(work)
        self.live_reviews[made.review_id] = made
        return made

    @rule(target=reviews, actor=actors, earlier=reviews)
    def upload_next_version(self, actor: Actor, earlier: ModelReview) -> Any:
        async def work(unit: Unit) -> ModelReview:
            measured = analysis(loudness_of(actor, earlier.content_hash))
            analysis_id = await unit.library.save_analysis(actor, earlier.content_hash, measured, FRAMES)
            version = await unit.library.add_version(actor, earlier.track_id, analysis_id, earlier.content_hash)
            review_id = await unit.library.save_review(actor, version.version_id, request(), diagnosis(), review())
            return dataclasses.replace(earlier, review_id=review_id, version_id=version.version_id)

        made = self.expect(self.is_live(earlier) and earlier.owner == actor, work)
        if made is None:
            return multiple()
        self.live_reviews[made.review_id] = made
        return made

    @rule(actor=actors, version=reviews, reference=reviews)
    def review_against(self, actor: Actor, version: ModelReview, reference: ModelReview) -> None:
        """A reference is somebody's upload, too."""

        async def work(unit: Unit) -> int:
            known = await unit.library.find_analysis(reference.owner, reference.content_hash, ANALYSER_VERSION)
            reference_id = known.analysis_id if known else -1
            return await unit.library.save_review(
                actor, version.version_id, request(), diagnosis(), review(), reference_analysis_id=reference_id
            )

        # the reference is found by its content: a file that was deleted and sent again will do
        analysed = reference.owner == actor and (actor, reference.content_hash) in self.uploads()
        review_id = self.expect(analysed and self.is_live(version) and version.owner == actor, work)
        if review_id is not None:
            self.live_reviews[review_id] = dataclasses.replace(version, review_id=review_id)

    @rule(actor=actors, made=reviews, any_member=st.booleans())
    def read_review(self, actor: Actor, made: ModelReview, any_member: bool) -> None:
        same_guild = actor.guild_id is not None and actor.guild_id == made.owner.guild_id
        allowed = self.is_live(made) and (made.owner == actor or (any_member and same_guild))
        found = self.expect(allowed, lambda unit: unit.library.get_review(actor, made.review_id, any_member=any_member))
        if found is not None:
            assert (found.owner_id, found.track_id) == (made.owner.user_id, made.track_id)
            assert found.analysis.loudness.integrated_lufs == loudness_of(made.owner, made.content_hash)

    @rule(actor=actors, content_hash=hashes)
    def look_up_analysis(self, actor: Actor, content_hash: str) -> None:
        found = self.do(lambda unit: unit.library.find_analysis(actor, content_hash, ANALYSER_VERSION))
        if (actor, content_hash) in self.uploads():
            assert found is not None
            assert found.analysis.loudness.integrated_lufs == loudness_of(actor, content_hash)
        else:
            assert found is None

    @rule(actor=actors)
    def list_reviews(self, actor: Actor) -> None:
        listed = self.do(lambda unit: unit.library.reviews_of(actor, limit=1000))
        mine = [made.review_id for made in self.live_reviews.values() if made.owner == actor]
        assert [entry.review_id for entry in listed] == sorted(mine, reverse=True)

    @rule(target=conversations, actor=actors, about=reviews)
    def open_conversation(self, actor: Actor, about: ModelReview) -> Any:
        allowed = self.is_live(about) and about.owner == actor
        conversation_id = self.expect(allowed, lambda unit: unit.conversations.open(actor, about.review_id))
        if conversation_id is None:
            return multiple()
        made = ModelConversation(actor, conversation_id)
        self.live_conversations[conversation_id] = made
        return made

    @rule(conversation=conversations, about=reviews)
    def move_to_review(self, conversation: ModelConversation, about: ModelReview) -> None:
        allowed = self.is_live(conversation) and self.is_live(about) and conversation.owner == about.owner
        self.expect(allowed, lambda unit: unit.conversations.set_review(conversation.conversation_id, about.review_id))

    @rule(conversation=conversations, author=st.sampled_from(USERS), words=st.text(max_size=5))
    def ask(self, conversation: ModelConversation, author: int, words: str) -> None:
        async def work(unit: Unit) -> None:
            for role, author_id, asker_id in ((Role.USER, author, None), (Role.ASSISTANT, None, author)):
                await unit.conversations.add_message(
                    conversation.conversation_id, role, words, author_id, asker_id=asker_id
                )

        self.expect(self.is_live(conversation), work)
        if self.is_live(conversation):
            conversation.said += [(author, words)] * 2

    @rule(actor=actors, conversation=conversations)
    def read_conversation(self, actor: Actor, conversation: ModelConversation) -> None:
        allowed = self.is_live(conversation) and conversation.readable_by(actor)
        self.expect(allowed, lambda unit: unit.conversations.get(actor, conversation.conversation_id))
        self.expect(allowed, lambda unit: unit.conversations.said_in(actor, conversation.conversation_id, 1))
        allowed = self.is_live(conversation) and conversation.owner == actor
        found = self.expect(allowed, lambda unit: unit.conversations.transcript(actor, conversation.conversation_id))
        if found is not None:
            assert [turn.text for turn in found[0]] == [words for _, words in conversation.said]

    @rule(actor=actors, conversation=conversations)
    def delete_conversation(self, actor: Actor, conversation: ModelConversation) -> None:
        allowed = self.is_live(conversation) and conversation.owner == actor
        self.expect(allowed, lambda unit: unit.conversations.delete(actor, conversation.conversation_id))
        if allowed:
            del self.live_conversations[conversation.conversation_id]

    @rule(actor=actors)
    def export(self, actor: Actor) -> None:
        document = self.do(lambda unit: unit.privacy.export(actor))
        of_user = {made.review_id for made in self.live_reviews.values() if made.owner.user_id == actor.user_id}
        assert {row["id"] for row in document["reviews"]} == of_user
        owned = ("projects", "tracks", "analyses", "blobs", "reviews", "conversations", "jobs")
        assert {row["owner_id"] for name in owned for row in document[name]} <= {actor.user_id}
        spoken = [
            words
            for conversation in self.live_conversations.values()
            for author, words in conversation.said
            if actor.user_id in {author, conversation.owner.user_id}
        ]
        assert sorted(row["text"] for row in document["messages"]) == sorted(spoken)

    @rule(actor=actors, chance=st.integers(0, 4))
    def delete_everything_of(self, actor: Actor, chance: int) -> None:
        if chance:  # rarely, so that there is something to delete
            return
        self.do(lambda unit: unit.privacy.delete(actor))
        self.forget(lambda owner: owner.user_id == actor.user_id)
        for conversation in self.live_conversations.values():
            conversation.said = [turn for turn in conversation.said if turn[0] != actor.user_id]

    @rule(guild_id=st.sampled_from(GUILDS[:2]), chance=st.integers(0, 4))
    def purge(self, guild_id: int, chance: int) -> None:
        if chance:
            return
        self.do(lambda unit: unit.guilds.purge(guild_id))
        self.forget(lambda owner: owner.guild_id == guild_id)

    def forget(self, gone: Callable[[Actor], bool]) -> None:
        self.live_reviews = {key: made for key, made in self.live_reviews.items() if not gone(made.owner)}
        self.live_conversations = {key: made for key, made in self.live_conversations.items() if not gone(made.owner)}


Tenants.TestCase.settings = examples(15)
TestTenants = Tenants.TestCase
