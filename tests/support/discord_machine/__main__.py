"""The machine for long: `python -m tests.support.discord_machine --steps 2000 --seeds 20`."""

import argparse
import asyncio
import logging
import random
import sys
import tempfile
import time
import traceback
from pathlib import Path

from tests.support.discord_machine import rows
from tests.support.discord_machine.actions import ACTIONS, WEIGHTS, act, furnish
from tests.support.discord_machine.clock import PassingLoop
from tests.support.discord_machine.world import World

LARGEST = 1 << 16


def drawn(seed: int, steps: int) -> list[tuple[str, int, int, int]]:
    """What happens under a seed."""
    draw = random.Random(seed)
    names = draw.choices(list(ACTIONS), weights=list(WEIGHTS.values()), k=steps)
    return [(name, draw.randrange(LARGEST), draw.randrange(LARGEST), draw.randrange(LARGEST)) for name in names]


async def run(happenings: list[tuple[str, int, int, int]]) -> str:
    """Let it all happen; what there is at the end."""
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        try:
            async with world:
                await furnish(world)
                for happening in happenings:
                    await act(world, *happening)
                await world.settle()
                file = world.bot.database_file
                return f"{world.settlings} settlings, {rows.summary(file)}, {rows.kinds(file)}"
        except BaseException:
            if world.discord.rest.log:
                print(
                    "\n".join(
                        f"{r.number} {r.method} {r.path} {r.status} {r.body[:160]}"
                        for r in world.discord.rest.log[-60:]
                    )
                )
            print(f"after {len(world.history)} steps, the last of them:")
            print("\n".join(world.history[-40:]))
            raise


def main() -> int:
    """Run seeds until one fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--log", help="a file for the bot's log")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    given = parser.parse_args()
    logging.basicConfig(filename=given.log, filemode="w", level=logging.INFO if given.log else logging.CRITICAL)
    failed = 0
    for seed in range(given.first, given.first + given.seeds):
        since_s = time.monotonic()
        try:
            with asyncio.Runner(loop_factory=PassingLoop) as runner:
                found = runner.run(run(drawn(seed, given.steps)))
        except Exception:
            failed += 1
            found = traceback.format_exc()
        print(f"seed {seed}, {given.steps} steps, {time.monotonic() - since_s:.0f} s: {found}", flush=True)
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
