"""Events of one kind, such as clicks, in words: how many, when, and whether they lie on the beat."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.text.language import worded
from core.text.numbers import clock, listed

MOST_TIMES = 5
"""Most events of a kind whose times are all told; of more the first four are."""


@dataclass(frozen=True, slots=True)
class Events:
    """Events of one kind: the times in seconds of those beside the beat and of those on it, and how many are unlisted.

    `kind`: key of its name in `[sentences.events]`. `more`: events beyond the list; they are counted with those beside
    the beat, if there are any.
    """

    kind: str
    free_s: tuple[float, ...]
    beat_s: tuple[float, ...]
    more: int

    @classmethod
    def of(cls, kind: str, events: Sequence[tuple[float, bool]], count: int | None) -> "Events":
        """Events by time and whether they are on the beat; `count`: of all."""
        free = tuple(time for time, on_beat in events if not on_beat)
        beat = tuple(time for time, on_beat in events if on_beat)
        return cls(kind, free, beat, max(0, (count or 0) - len(events)))

    def counts(self) -> list[str]:
        """How many there are, beside the beat and on it."""
        free, beat = len(self.free_s), len(self.beat_s)
        more = (self.more, 0) if free else (0, self.more)
        found = [worded(f"events.{self.kind}", count=free + more[0])] if free else []
        on_beat = worded(f"events.{self.kind}", count=beat + more[1])
        return [*found, worded("events.on_the_beat", events=on_beat)] if beat else found

    def texts(self) -> list[str]:
        """The same with their times."""
        groups = [(times, self.more if times is self.free_s or not self.free_s else 0) for times in self._groups()]
        told = zip(self.counts(), groups, strict=True)
        return [worded("events.at", events=count, times=_times(times, more)) for count, (times, more) in told]

    def _groups(self) -> list[tuple[float, ...]]:
        return [times for times in (self.free_s, self.beat_s) if times]


def _times(times_s: Sequence[float], more: int) -> str:
    """Times as "0:12, 0:31 and 0:50"; of many the first ones, and how often they come."""
    if len(times_s) + more <= MOST_TIMES:
        return listed(list(dict.fromkeys(map(clock, times_s))))
    told = list(dict.fromkeys(map(clock, times_s[: MOST_TIMES - 1])))
    left = len(times_s) + more - min(len(times_s), MOST_TIMES - 1)
    if len(times_s) < 2:  # the others are not listed, so nothing is known of how often they come
        return worded("events.more", times=", ".join(told), left=left)
    every_s = (times_s[-1] - times_s[0]) / (len(times_s) - 1)
    key = "events.more_every" if every_s >= 1.0 else "events.more_at_once"
    return worded(key, times=", ".join(told), left=left, every=f"{every_s:.0f}")
