"""What goes wrong: connections, outages, restarts, doubled events; what is taken away: threads, the bot itself."""

from tests.support.discord_machine import messages, presses
from tests.support.discord_machine.world import World

RESUMABLE = 4000


async def _meanwhile(world: World, a: int, b: int, c: int) -> None:
    """What people do while the bot hears nothing: the questions in their own places must not be lost."""
    before, world.firm = world.firm, False
    await messages.ask_in_own_place(world, a, b, c)
    await (messages.mention, messages.post_tracks, messages.talk, messages.edit, messages.delete)[c % 5](world, b, a, c)
    world.firm = before


async def restart(world: World, a: int, b: int, c: int) -> None:
    """The process ends and starts anew; interactions of that moment may stay without an answer."""
    _doubt(world)
    await world.bot.stop()
    await world.discord.wait_until(lambda: not world.discord.gateway.connected)
    await _meanwhile(world, a, b, c)
    await world.bot.start()
    await world.settle()


async def reconnect(world: World, a: int, b: int, c: int) -> None:
    """The client ends and another takes its place; the services go on."""
    _doubt(world)
    gateway, sessions = world.discord.gateway, world.discord.gateway.sessions_started
    await world.bot.reconnect()
    # the next client may have been connecting already
    await world.discord.wait_until(lambda: not gateway.connected or gateway.sessions_started > sessions)
    await _meanwhile(world, a, b, c)
    await world.settle()


async def outage(world: World, a: int, b: int, c: int) -> None:
    """The network is away for a while."""
    _doubt(world)
    with world.discord.faults.outage():
        await world.discord.wait_until(lambda: not world.discord.gateway.connected)
        await _meanwhile(world, a, b, c)
    if c % 2:
        world.discord.gateway.expire_session()
    await world.settle()


async def unavailable(world: World, a: int, b: int, c: int) -> None:
    """REST answers 503 while events go on."""
    _doubt(world)
    with world.discord.faults.unavailable():
        await _meanwhile(world, a, b, c)
        if c % 2:
            before, world.firm = world.firm, False
            await presses.feedback(world, a, b, c)
            world.firm = before
    await world.settle()


async def drop(world: World, a: int, b: int, c: int) -> None:
    """The gateway's connection breaks: the session goes on, or a fresh one begins."""
    await world.discord.gateway.close(RESUMABLE)
    if c % 2:
        world.discord.gateway.expire_session()
    _doubt(world)
    await _meanwhile(world, a, b, c)
    world.firm = False  # until everything has settled: the connection is on its way
    if c % 3 == 0:
        await world.settle()


async def double(world: World, a: int, b: int, c: int) -> None:
    """The next events come more than once."""
    world.discord.gateway.duplicate_next("MESSAGE_CREATE", 1 + a % 2)
    world.discord.gateway.duplicate_next("INTERACTION_CREATE", 1 + b % 2)
    await messages.ask_in_own_place(world, a, b, c)


async def delete_thread(world: World, a: int, b: int, c: int) -> None:
    """A thread or post goes, with everything in it."""
    place, _ = world.member(a, b)
    thread = world.pick([*place.text.threads, *place.forum.threads], c)
    if thread is None or c % 3 or not place.handle.guild.bot_is_member:
        return
    world.excuse()
    await world.discord.delete_thread(thread)


async def remove_bot(world: World, a: int, b: int, c: int) -> None:
    """The bot is removed from a server, and invited again."""
    place = world.places[a % len(world.places)]
    if c % 3:
        return
    world.excuse()
    await place.handle.remove_bot()
    before, world.firm = world.firm, False
    await messages.talk(world, a, b, c)
    world.firm = before
    await place.handle.readd_bot()
    await world.settle()


async def settle(world: World, _a: int, _b: int, _c: int) -> None:
    """Everything comes to rest, and is looked at."""
    await world.settle()


def _doubt(world: World) -> None:
    """Interactions under way may miss their three seconds; messages outside of own places may miss their reply."""
    world.doubt()
    for sent in world.sent:
        sent.is_firm = sent.is_firm and not hasattr(sent.by, "answered")
    for pressed in world.pressed:
        pressed.is_firm = False
    for asked in world.asked:
        if asked.expected == "one" and asked.what != "a question in an own place":
            asked.expected = "most one"
