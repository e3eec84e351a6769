"""The present time, which tests replace."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the present time, timezone-aware."""


def utc_now() -> datetime:
    """The present time of the system, in UTC."""
    return datetime.now(UTC)
