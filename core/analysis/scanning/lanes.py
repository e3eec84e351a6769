"""Threads that work on the same items side by side; compiled kernels and transforms let other threads run."""

import queue
import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Generic, Self, TypeVar

T = TypeVar("T")

AHEAD = 2
"""Items that may wait in a lane: decoding goes on meanwhile, and memory stays small."""


class Lanes(AbstractContextManager["Lanes[T]"], Generic[T]):
    """One thread per worker; every worker gets every item, in order.

    An error in a worker is raised by `put` or at the end of the ``with`` block.
    """

    def __init__(self, workers: Iterable[Callable[[T], None]]) -> None:
        self._lanes = [_Lane(work) for work in workers]

    def put(self, item: T) -> None:
        """Hand an item to all workers; waits for workers with `AHEAD` items in their lane."""
        for lane in self._lanes:
            lane.put(item)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait until everything is done."""
        for lane in self._lanes:
            lane.close()
        if error is None:
            for lane in self._lanes:
                lane.check()


class _Lane(Generic[T]):
    def __init__(self, work: Callable[[T], None]) -> None:
        self._work = work
        self._items: queue.Queue[tuple[T] | None] = queue.Queue(AHEAD)
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def put(self, item: T) -> None:
        self.check()
        self._items.put((item,))

    def close(self) -> None:
        self._items.put(None)
        self._thread.join()

    def check(self) -> None:
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        while (item := self._items.get()) is not None:
            if self._error is None:
                try:
                    self._work(item[0])
                except BaseException as error:  # noqa: BLE001 - it is raised where the items come from
                    self._error = error
