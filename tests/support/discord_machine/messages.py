"""What people write: questions, talk, mentions, replies, tracks; edits and deletions."""

from tests.support.discord_machine.ledger import guild_of
from tests.support.discord_machine.world import Asked, Place, Sent, World
from tests.support.loopback import Channel, Message
from tests.support.loopback.people import Member

QUESTIONS = (
    "how loud is it?",
    "what should I do about the bass?",
    "is the stereo image too wide?",
    "what happens at 0:30?",
    "what key is it in?",
)
TALK = ("thanks!", "lol", "👍", "ok cool, will try that tonight")


def question(world: World, member: Member, channel: Channel, which: int) -> str:
    """A question with a word of its own."""
    number = world.number()
    secret = world.ledger.questions[number]
    secret.holders.add((guild_of(channel), member.user.id))
    secret.channels.add(channel.id)
    return f"qask{number}q {QUESTIONS[which % len(QUESTIONS)]}"


def own_places(world: World, place: Place, member: Member) -> list[Channel]:
    """A member's threads, posts and direct messages that Earshot follows."""
    return [c for c in [*place.channels, member.dm()] if world.is_bound(c, member, own_place=True)]


async def ask_in_own_place(world: World, a: int, b: int, c: int) -> None:
    """A question of an owner's in their thread: exactly one answer, whatever happens meanwhile."""
    place, member = world.member(a, b)
    channel = world.pick(own_places(world, place, member), c)
    if channel is None:
        return
    message = await member.send(channel, question(world, member, channel, c))
    world.asked.append(Asked(message, "one", "a question in an own place"))


async def talk(world: World, a: int, b: int, c: int) -> None:
    """Chat: no reply, wherever it is."""
    place, member = world.member(a, b)
    channel = world.pick(place.channels, c)
    if channel is not None:
        message = await member.send(channel, TALK[c % len(TALK)])
        world.asked.append(Asked(message, "none", "talk"))


async def ask_nobody(world: World, a: int, b: int, c: int) -> None:
    """A guest's question that is addressed to nobody."""
    place, member = world.member(a, b)
    channel = world.pick([c for c in place.channels if not world.is_bound(c, member, own_place=True)], c)
    if channel is not None and (not channel.is_thread or channel.owner is not member.user):
        message = await member.send(channel, question(world, member, channel, c))
        world.asked.append(Asked(message, "none", "a question to nobody"))


async def mention(world: World, a: int, b: int, c: int) -> None:
    """A mention with a question, anywhere."""
    place, member = world.member(a, b)
    channel = world.pick(place.channels, c)
    if channel is None:
        return
    world.speaks_of_own(member, channel)
    message = await member.send(channel, question(world, member, channel, c), mention_bot=True)
    firm = world.firm or world.is_bound(channel, member)
    world.asked.append(Asked(message, "one" if firm and place.handle.guild.bot_is_member else "most one", "a mention"))


async def write_directly(world: World, a: int, b: int, c: int) -> None:
    """A question or nothing in particular in a direct message."""
    _, member = world.member(a, b)
    channel = member.dm()
    if c % 4 == 0:
        message = await member.send(channel, TALK[c % len(TALK)])
        world.asked.append(Asked(message, "most one", "talk in a direct message"))
        return
    message = await member.send(channel, question(world, member, channel, c))
    firm = world.firm or world.is_bound(channel, member)
    world.asked.append(Asked(message, "one" if firm else "most one", "a direct message"))


async def reply(world: World, a: int, b: int, c: int) -> None:
    """A question as a reply to something Earshot wrote."""
    place, member = world.member(a, b)
    written = world.pick([m for m in world.bot_messages(member, place) if not m.ephemeral], c)
    if written is None or written.channel.id not in world.discord.state.channels:
        return
    world.speaks_of_own(member, written.channel)
    message = await member.send(written.channel, question(world, member, written.channel, c), reply_to=written)
    # people also talk to each other by replying to what a bot said to one of them
    firm = world.firm and not world.is_elsewhere(written, member)
    world.asked.append(Asked(message, "one" if firm else "most one", "a reply"))


async def post_tracks(world: World, a: int, b: int, c: int) -> None:
    """One to three tracks, in the own thread (a version, or a choice), in a channel, or in a direct message."""
    place, member = world.member(a, b)
    channel = world.pick([*own_places(world, place, member), *place.channels, member.dm()], c)
    if channel is None:
        return
    numbers = [world.number() for _ in range(1 + (c % 7 == 0) + (c % 14 == 0))]
    for number in numbers:
        world.may_use(number, member, channel, by_message=True)
    is_own = world.is_bound(channel, member, own_place=True)
    is_mention = c % 3 == 0
    text = "" if c % 2 else question(world, member, channel, c)
    message = await member.send(channel, text, files=[world.file(n) for n in numbers], mention_bot=is_mention)
    world.offers[message.id] = numbers
    if len(numbers) == 1 and channel.guild is not None:
        world.requests[numbers[0]] += 1
    certain = world.firm and (is_own or is_mention or channel.guild is None)
    world.asked.append(Asked(message, "one" if certain else "most one", f"{len(numbers)} tracks"))
    if is_own and channel.guild is not None and len(numbers) == 1:
        world.sent.append(Sent(numbers[0], member, message))


async def edit(world: World, a: int, _b: int, c: int) -> None:
    """A question becomes another question."""
    asked = world.pick(_still_there(world)[-12:], a)
    if asked is not None and asked.content.startswith("qask") and not asked.attachments:
        word = asked.content.split(maxsplit=1)[0]
        # it is answered anew, about what is the newest version by now
        world.speaks_of_own(next(m for p in world.places for m in p.members if m.user is asked.author), asked.channel)
        world.edited.add(asked.id)
        await world.discord.edit_message(asked, f"{word} {QUESTIONS[c % len(QUESTIONS)]} {c}")


async def delete(world: World, a: int, _b: int, _c: int) -> None:
    """A message is deleted by who wrote it."""
    message = world.pick(_still_there(world)[-12:], a)
    if message is None:
        return
    for asked in world.asked:
        if asked.message is message and asked.expected == "one":
            asked.expected = "most one"
    for sent in world.sent:
        sent.is_firm = sent.is_firm and sent.by is not message
    await world.discord.delete_message(message)


def _still_there(world: World) -> list[Message]:
    return [asked.message for asked in world.asked if asked.message.id in asked.message.channel.by_id]
