"""Counts as people say them."""


def counted(count: int, noun: str) -> str:
    """A number with its noun: "no runs", "1 run", "12 runs"."""
    return f"{count or 'no'} {noun}" if count == 1 else f"{count or 'no'} {noun}s"


def times(count: int) -> str:
    """How often: "once", "twice", "12 times"."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")
