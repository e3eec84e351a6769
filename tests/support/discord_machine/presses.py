"""What people do with commands, menus, buttons and forms."""

from typing import Any

from tests.support.discord_machine.ledger import guild_of
from tests.support.discord_machine.messages import question
from tests.support.discord_machine.world import Certain, Place, Pressed, Sent, World
from tests.support.loopback import Channel, Interaction, Message
from tests.support.loopback.constants import COMPONENT, MODAL
from tests.support.loopback.people import Member

WIPE = "earshot:wipe"


async def send_in(world: World, member: Member, channel: Channel, c: int) -> None:
    """/feedback, waited for."""
    await _feedback(world, world.certainty(), member, channel, c)


async def _feedback(world: World, certain: Certain, member: Member, channel: Channel, c: int) -> None:
    number, reference = world.number(), world.number()
    world.requests[number] += 1
    files = {"track": world.file(number)}
    world.may_use(number, member, channel)
    if c % 3 == 0:
        files["reference"] = world.file(reference)
        world.may_use(reference, member, channel)
    options = {"type": ("master", "mixdown")[c % 2], "genre": "house", "focus": f"qfocus{number}q the bass"}
    interaction = await member.slash(channel, "feedback", options, files=files)
    world.offers[interaction.id] = [number]
    world.sent.append(Sent(number, member, interaction, is_firm=certain()))
    world.note(Pressed(interaction, "/feedback", is_firm=certain()))


async def feedback(world: World, a: int, b: int, c: int) -> None:
    """/feedback in a text channel, one without threads, an own forum post or thread, or a direct message."""
    place, member = world.member(a, b)
    if not place.handle.guild.bot_is_member:
        return
    own = [one for one in place.text.threads if world.is_bound(one, member, own_place=True)]
    where = (place.text, place.no_thread, _own_post(place, member), member.dm(), *own[:2])
    channel = where[c % len(where)]
    world.start(_feedback(world, world.certainty(), member, channel, c))


def _own_post(place: Place, member: Member) -> Channel:
    post = place.posts.get(member.user.id)
    if post is None or post not in place.forum.threads:
        post = place.handle.add_forum_post(place.forum, member, f"post of {member.user.name}")
        place.posts[member.user.id] = post
    return post


async def context_menu(world: World, a: int, b: int, c: int) -> None:
    """The menu on a message with a track, one's own or somebody else's: a form opens."""
    place, member = world.member(a, b)
    messages = [m for channel in place.channels for m in channel.messages if m.attachments and not m.author.bot]
    target = world.pick(messages[-8:], c)
    if target is None or not place.handle.guild.bot_is_member:
        return
    for file in target.attachments:
        world.may_use(_number(file.filename), member, target.channel, by_message=True)
    _secrets_in(world, target.content, member, target.channel)
    world.start(
        _open(
            world,
            world.certainty(),
            member.context_menu(target.channel, "Get mix feedback", target),
            "the message menu",
        )
    )


def _number(filename: str) -> int:
    return int(filename.removeprefix("qname").partition("q")[0])


def _secrets_in(world: World, text: str, member: Member, channel: Channel) -> None:
    """A question that stands beside a track comes into the form as its focus."""
    if text.startswith("qask") or " qask" in text:
        number = int(text.partition("qask")[2].partition("q")[0])
        world.ledger.questions[number].holders.add((guild_of(channel), member.user.id))


async def _open(world: World, certain: Certain, using: Any, what: str) -> None:
    interaction: Interaction = await using
    world.note(Pressed(interaction, what, is_firm=certain()))
    if interaction.modal is not None:
        world.forms.append(interaction)


async def press(world: World, a: int, b: int, c: int) -> None:
    """Any button or menu that somebody sees, of those the bot wrote."""
    place, member = world.member(a, b)
    if not place.handle.guild.bot_is_member:
        return
    message = world.pick(world.bot_messages(member, place)[-24:], c)
    if message is not None:
        _use(world, member, message, c // 24)


async def press_alone(world: World, _a: int, _b: int, c: int) -> None:
    """A button under a message that only one member sees."""
    shown = [
        (i, message)
        for i in list(world.discord.state.interactions.values())[-20:]
        for message in i.responses
        if message.ephemeral and message.components and not _is_wipe(message)
    ]
    found = world.pick(shown, c)
    if found is not None and (found[0].channel.guild is None or found[0].channel.guild.bot_is_member):
        _use(world, _member_of(world, found[0]), found[1], c // 20)


def _use(world: World, member: Member, message: Message, which: int) -> None:
    if message.ephemeral:
        # what somebody asks by the buttons of their own /report is answered in the channel where they are
        world.speaks_of_own(member, message.channel)
    items = [item for row in message.components for item in row.get("components", [])]
    item = items[which % len(items)]
    if item["custom_id"].startswith(("earshot:new", "earshot:version", "earshot:pick", "earshot:which")):
        world.speaks_of_own(member, message.channel)
    if item["custom_id"].startswith(("earshot:new", "earshot:version", "earshot:pick", "earshot:which")):
        world.takes_offer(_source(item["custom_id"]))
    if item["type"] == 3:
        value = item["options"][which % len(item["options"])]["value"]
        using = member.select(message, item["custom_id"], [value])
    else:
        using = member.click(message, item["custom_id"])
    world.start(_open(world, world.certainty(), using, item["custom_id"]))


def _is_wipe(message: Message) -> bool:
    return any(i.get("custom_id", "").startswith(WIPE) for row in message.components for i in row["components"])


def _member_of(world: World, interaction: Interaction) -> Member:
    return next(m for place in world.places for m in place.members if m.user is interaction.user)


async def submit(world: World, a: int, _b: int, c: int) -> None:
    """A form is sent by whoever opened it, however long ago."""
    form = world.pick(world.forms[-8:], a)
    if form is None or (form.channel.guild is not None and not form.channel.guild.bot_is_member):
        return
    if form.channel.id not in world.discord.state.channels:
        return
    world.forms.remove(form)
    member = _member_of(world, form)
    assert form.modal is not None
    if form.modal["custom_id"].startswith("earshot:question"):
        text = question(world, member, form.channel, c)
        number = int(text[len("qask") :].partition("q")[0])
        world.start(_submit(world, world.certainty(), member, form, {"question": text}, number))
    else:
        world.takes_offer(_source(form.modal["custom_id"]), again=True)
        world.start(
            _submit(world, world.certainty(), member, form, {"genre": "house" if c % 5 else "noise of no name"}, None)
        )


def _source(custom_id: str) -> int:
    """The message or interaction that showed the tracks: the last part of the id."""
    return int(custom_id.rpartition(":")[2])


async def _submit(
    world: World, certain: Certain, member: Member, form: Interaction, values: dict[str, str], number: int | None
) -> None:
    interaction = await member.submit_modal(form, values)
    world.note(Pressed(interaction, "a form", is_firm=certain(), question=number))


async def command(world: World, a: int, b: int, c: int) -> None:
    """/summarise, /report, /privacy show and export."""
    place, member = world.member(a, b)
    if not place.handle.guild.bot_is_member:
        return
    channel = world.pick([*place.channels, member.dm()], c)
    name = ("summarise", "report", "report", "privacy show", "privacy export")[c % 5]
    if channel is not None:
        world.start(_open(world, world.certainty(), member.slash(channel, name, {}), f"/{name}"))


async def wipe(world: World, a: int, b: int, c: int) -> None:
    """/privacy delete, confirmed: with or without the posts."""
    place, member = world.member(a, b)
    if c % 4 or not place.handle.guild.bot_is_member:
        return
    world.excuse()
    asked = await member.slash(place.text, "privacy delete", {})
    if asked.original is not None and asked.original.components:
        world.excuse()
        world.wiping = True
        world.start(
            _open(
                world, world.certainty(), member.click(asked.original, f"{WIPE}posts" if c % 8 else f"{WIPE}:"), "wipe"
            )
        )


async def forge(world: World, a: int, b: int, c: int) -> None:
    """Somebody of another server sends a custom id that stands under a message (or form) of this one."""
    place, member = world.member(a, b)
    elsewhere = world.places[(a + 1) % len(world.places)]
    if not place.handle.guild.bot_is_member or member in elsewhere.members:
        return
    foreign = [m for channel in elsewhere.channels for m in channel.messages if m.author.bot and m.components]
    message = world.pick(foreign[-12:], c)
    if message is None:
        return
    items = [item for row in message.components for item in row.get("components", []) if item["type"] == 2]
    if not items:
        return
    custom_id = items[c // 12 % len(items)]["custom_id"]
    if c % 3 == 0 and ":ask:" in custom_id:
        text = question(world, member, place.text, c)
        fields = [{"type": 18, "id": 1, "component": {"type": 4, "id": 2, "custom_id": "question", "value": text}}]
        data: dict[str, Any] = {"custom_id": custom_id.replace(":ask:", ":question:"), "components": fields}
        world.start(_refused(world, world.certainty(), member._interact(place.text, MODAL, data, message)))
        return
    data = {"custom_id": custom_id, "component_type": 2, "id": 1}
    world.start(_refused(world, world.certainty(), member._interact(place.text, COMPONENT, data, message)))


async def _refused(world: World, certain: Certain, sending: Any) -> None:
    interaction: Interaction = await sending
    world.note(Pressed(interaction, f"forged {interaction.data['custom_id']}", is_firm=certain()))
    if interaction.modal is not None and not interaction.modal["custom_id"].startswith("earshot:question"):
        world.ledger.violations.append(f"a forged id opened {interaction.modal['custom_id']}")


async def replay(world: World, a: int, _b: int, _c: int) -> None:
    """An interaction's event comes once more."""
    interaction = world.pick(list(world.discord.state.interactions.values())[-12:], a)
    if interaction is not None:
        await world.discord.replay(interaction)
