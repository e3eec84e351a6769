"""Foreign text that is kept or handed on: without what hides or reorders it, and never longer than it may be."""

import re

UNTRUSTED_MAX_CHARACTERS = 1000

_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e01ef\ud800-\udfff]"
)
"""Control, format, bidirectional and invisible characters, lone surrogates: they hide or reorder what is read."""


def clean_untrusted(text: str, limit: int = UNTRUSTED_MAX_CHARACTERS) -> str:
    """Foreign text for a data block: no control, bidirectional or invisible characters, capped."""
    return _HIDDEN.sub("", text).strip()[:limit].strip()
