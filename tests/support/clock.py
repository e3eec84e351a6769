"""A clock that stands still until it is moved."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)


class FakeClock:
    """Called, it tells the time."""

    def __init__(self, start: datetime = START) -> None:
        self.now = start

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **delta: float) -> datetime:
        """Move it; returns the new time."""
        self.now += timedelta(**delta)
        return self.now
