"""The words of `focus` as data: what they mean, and which findings belong to it."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Topic:
    """A part of the sound as producers name it.

    Attributes:
        name: stands in "You asked to leave … alone".
        words: words and phrases, lower case.
        about: codes of findings that speak of it.
        leave: codes of findings whose cure would change it.
    """

    id: str
    name: str
    words: tuple[str, ...]
    about: frozenset[str]
    leave: frozenset[str]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Topics, and the markers that say what is meant about them."""

    topics: tuple[Topic, ...]
    leave_before: tuple[str, ...]
    leave_after: tuple[str, ...]
    describing: frozenset[str]
    ends_leaving: tuple[str, ...]
    breaks: frozenset[str]
    ordinary: frozenset[str]

    def topic(self, topic_id: str) -> Topic:
        """The topic with this id.

        Raises:
            KeyError: there is none.
        """
        return {topic.id: topic for topic in self.topics}[topic_id]


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary, read once."""
    text = (resources.files("core.knowledge") / "data" / "intent.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    leave = data["leave"]
    return Vocabulary(
        topics=tuple(
            Topic(topic_id, value["name"], tuple(value["words"]), frozenset(value["about"]), frozenset(value["leave"]))
            for topic_id, value in data["topics"].items()
        ),
        leave_before=tuple(leave["before"]),
        leave_after=tuple(leave["after"]),
        describing=frozenset(leave["describing"]),
        ends_leaving=tuple(leave["ends"]),
        breaks=frozenset(leave["breaks"]),
        ordinary=frozenset(leave["ordinary"]),
    )
