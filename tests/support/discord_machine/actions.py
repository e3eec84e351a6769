"""Everything that can happen, and how often it does in a long run."""

from collections.abc import Awaitable, Callable

from tests.support.discord_machine import disturbances, messages, presses
from tests.support.discord_machine.world import World

Action = Callable[[World, int, int, int], Awaitable[None]]

WEIGHTS: dict[Action, int] = {
    presses.feedback: 14,
    messages.ask_in_own_place: 16,
    messages.talk: 4,
    messages.ask_nobody: 4,
    messages.mention: 7,
    messages.write_directly: 5,
    messages.reply: 5,
    messages.post_tracks: 9,
    messages.edit: 5,
    messages.delete: 3,
    presses.context_menu: 7,
    presses.press: 14,
    presses.press_alone: 2,
    presses.submit: 14,
    presses.command: 5,
    presses.wipe: 2,
    presses.forge: 5,
    presses.replay: 4,
    disturbances.double: 4,
    disturbances.drop: 3,
    disturbances.outage: 2,
    disturbances.unavailable: 2,
    disturbances.restart: 2,
    disturbances.reconnect: 2,
    disturbances.delete_thread: 2,
    disturbances.remove_bot: 2,
    disturbances.settle: 14,
}

ACTIONS = {action.__name__: action for action in WEIGHTS}


async def furnish(world: World) -> None:
    """A track of somebody's in every server, and one in direct messages: there is something to talk about."""
    for place in world.places:
        await presses.send_in(world, place.members[1], place.text, 0)
    await presses.send_in(world, world.places[0].members[1], world.places[0].members[1].dm(), 1)
    await world.settle()


async def act(world: World, name: str, a: int, b: int, c: int) -> None:
    """Let something happen; what did is kept."""
    world.history.append(f"{name} {a} {b} {c}")
    await ACTIONS[name](world, a, b, c)
