"""Forms (Discord modals). A form keeps no state: its custom id says what it is about, and is checked at submission.

discord.py finds an open modal by its custom id alone, so two members with the same form would share one, and it forgets
all modals when the process ends. Forms are therefore never stored: the values are read from the event.
"""

import re
from collections.abc import Mapping
from typing import Any

import discord

from core.service.shown.offers import Offer
from core.values.request import FOCUS_MAX_CHARACTERS, QUESTION_MAX_CHARACTERS, Detail, ReviewType

GENRE_MAX_CHARACTERS = 60

FEEDBACK_FORM = re.compile(r"earshot:feedback:(?P<source>\d{1,20})")
"""Custom id of the form for tracks; `source` is the id of the message or interaction that showed them."""

QUESTION_FORM = re.compile(r"earshot:question:(?P<conversation>\d{1,19})")
"""Custom id of the form for a question; `conversation` is the id of the conversation."""


def _select(custom_id: str, options: list[tuple[str, str]], chosen: str) -> discord.ui.Select[Any]:
    return discord.ui.Select(
        custom_id=custom_id,
        options=[discord.SelectOption(label=label, value=value, default=value == chosen) for value, label in options],
    )


class FeedbackForm(discord.ui.Modal, title="Get mix feedback"):
    """Asks for type, genre, detail, focus, and which of several tracks."""

    def __init__(self, source_id: int, offer: Offer) -> None:
        super().__init__(custom_id=f"earshot:feedback:{source_id}", timeout=None)
        if len(offer.tracks) > 1:
            tracks = [(str(one.attachment_id), track_label(n, one.file.name)) for n, one in enumerate(offer.tracks, 1)]
            self._add("Which track?", _select("track", tracks[:25], tracks[0][0]))
        kinds = [(kind.value, kind.label) for kind in ReviewType]
        self._add("What is it?", _select("type", kinds, ReviewType.MIXDOWN.value))
        self._add(
            "Genre",
            discord.ui.TextInput(custom_id="genre", placeholder="house, drill, dnb …", max_length=GENRE_MAX_CHARACTERS),
        )
        details = [(detail.value, detail.label) for detail in Detail]
        self._add("How much detail?", _select("detail", details, Detail.DETAILED.value))
        self._add(
            "What do you want ears on? (optional)",
            discord.ui.TextInput(
                custom_id="focus",
                required=False,
                default=(offer.focus or "")[:FOCUS_MAX_CHARACTERS] or None,
                max_length=FOCUS_MAX_CHARACTERS,
                style=discord.TextStyle.paragraph,
            ),
        )
        self.stop()

    def _add(self, text: str, component: "discord.ui.Select[Any] | discord.ui.TextInput[Any]") -> None:
        self.add_item(discord.ui.Label(text=text, component=component))


class QuestionForm(discord.ui.Modal, title="Ask about this review"):
    """Asks for a question, from members who are not in a thread or whose messages the bot cannot read."""

    def __init__(self, conversation_id: int) -> None:
        super().__init__(custom_id=f"earshot:question:{conversation_id}", timeout=None)
        question: discord.ui.TextInput[Any] = discord.ui.TextInput(
            custom_id="question", max_length=QUESTION_MAX_CHARACTERS, style=discord.TextStyle.paragraph
        )
        self.add_item(discord.ui.Label(text="Your question", component=question))
        self.stop()


def track_label(number: int, name: str) -> str:
    """The label of one of several tracks, for the member who posted them. Discord allows 100 characters."""
    return f"{number}. {name}"[:100]


def entered(data: Mapping[str, Any]) -> dict[str, str]:
    """The values of a form by custom id: typed text, or the first chosen option (Discord: Modal Submit Data)."""
    found: dict[str, str] = {}
    for row in data.get("components", ()):
        for component in (row.get("component"), *row.get("components", ())):
            if component is None or "custom_id" not in component:
                continue
            values = component.get("values")
            found[component["custom_id"]] = component.get("value", "") if values is None else next(iter(values), "")
    return found
