"""Cleans untrusted text that is stored or passed on: no hidden or reordering characters, limited length."""

import re

UNTRUSTED_MAX_CHARACTERS = 1000
"""Longest untrusted text where nothing else is given, in characters."""

_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e01ef\ud800-\udfff]"
)
"""Control, format, bidirectional and invisible characters and lone surrogates, which hide or reorder text."""


MENTION = re.compile(r"<@[!&]?\d+>")
"""A mention of a user or a role (Discord: Message Formatting)."""


def clean_untrusted(text: str, limit: int = UNTRUSTED_MAX_CHARACTERS) -> str:
    """Untrusted text for a data block: without control, bidirectional or invisible characters.

    Args:
        text: the text.
        limit: longest result in characters; the rest is cut.
    """
    return _HIDDEN.sub("", text).strip()[:limit].strip()
