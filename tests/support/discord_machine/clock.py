"""An event loop whose timers can be let run out: what waits for a pause does not make the run wait."""

import asyncio


class PassingLoop(asyncio.SelectorEventLoop):
    """A loop whose clock can be put forward; sockets stay in real time."""

    def __init__(self) -> None:
        super().__init__()
        self._passed_s = 0.0

    def time(self) -> float:
        """Monotonic seconds, those that were passed over included."""
        return super().time() + self._passed_s

    def pass_time(self, seconds: float) -> None:
        """Timers that would have run out within these seconds run out now."""
        self._passed_s += seconds
