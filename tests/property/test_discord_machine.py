"""Whatever twelve people in three servers do, and whatever breaks: nothing leaks, nothing doubles, nothing is lost.

`python -m tests.support.discord_machine` does the same for hours.
"""

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from tests.support.discord_machine.actions import ACTIONS, act, furnish
from tests.support.discord_machine.clock import PassingLoop
from tests.support.discord_machine.world import World
from tests.support.properties import examples

EXAMPLES, STEPS = 2, 40
"""In `make test`; a search tries twenty times as many examples."""

numbers = st.integers(0, (1 << 16) - 1)


class DiscordMachine(RuleBasedStateMachine):
    """Each rule lets one thing happen; what it happens to is chosen among what is there."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.runner = asyncio.Runner(loop_factory=PassingLoop)
        self.world = World(Path(self.folder.name))
        self.runner.run(self.world.__aenter__())
        self.runner.run(furnish(self.world))

    def teardown(self) -> None:
        try:
            self.runner.run(self.world.settle())
        finally:
            self.runner.run(self.world.__aexit__())
            self.runner.close()
            self.folder.cleanup()


def _rule(name: str) -> Callable[..., Any]:
    def happen(self: DiscordMachine, a: int, b: int, c: int) -> None:
        self.runner.run(act(self.world, name, a, b, c))

    happen.__name__ = name
    return rule(a=numbers, b=numbers, c=numbers)(happen)


for _name in ACTIONS:
    setattr(DiscordMachine, _name, _rule(_name))

TestDiscordMachine = DiscordMachine.TestCase
TestDiscordMachine.settings = settings(examples(EXAMPLES), stateful_step_count=STEPS)
