"""What must hold when everything has come to rest: one reply, one review, one ping, and nobody left waiting."""

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from tests.support.loopback import Interaction, Message

if TYPE_CHECKING:
    from tests.support.discord_machine.world import Pressed, Sent, World


GREETING = "Hi! Use `/feedback`"


def wrong(world: "World") -> Iterable[str]:
    """Everything that is wrong, in words."""
    yield from _wrong_replies(world)
    yield from _wrong_reviews(world)
    yield from _left_thinking(world)
    for pressed in world.pressed:
        if pressed.is_firm and not pressed.interaction.answered:
            yield f"{pressed.what} of {pressed.interaction.user.name} was never answered"
        yield from _wrong_form(world, pressed)


def _wrong_replies(world: "World") -> Iterable[str]:
    for asked in world.asked:
        # one that was taken back, with what it was about, is none
        given = len(_counted(world, asked.message))
        least = 1 if asked.expected == "one" else 0
        # a menu that asks which track is meant is a reply, and so is the answer when a member has chosen
        most = 0 if asked.expected == "none" else 1 + (asked.message.id in world.taken)
        if not least <= given <= most:
            text = asked.message.content
            yield f"{given} replies to {asked.what} ({asked.expected}): {text!r} {_replies(asked.message)}"


def _counted(world: "World", asked: Message) -> list[Message]:
    here = asked.channel.by_id
    replies = [here[reply_id] for reply_id in world.ledger.replies[asked.id] if reply_id in here]
    # a question that met no track, and was edited when there was one, is answered beside the first words
    is_answered = asked.id in world.edited and len(replies) > 1
    return [reply for reply in replies if not (is_answered and reply.content.startswith(GREETING))]


def _wrong_reviews(world: "World") -> Iterable[str]:
    ledger = world.ledger
    for what, shown in (("reviews", ledger.reviews), ("embeds", ledger.numbers), ("reports", ledger.reports)):
        for number, messages in shown.items():
            if len(messages) > world.requests[number]:
                yield f"{len(messages)} {what} of track {number}, asked for {world.requests[number]} times"
    for number, messages in ledger.pings.items():
        if len(messages) > world.requests[number]:
            yield f"{len(messages)} pings about track {number}"
    for sent in world.sent:
        counted = Counter(len(shown[sent.number]) for shown in (ledger.reviews, ledger.numbers, ledger.reports))
        expected = _expected_reviews(world, sent)
        is_once = world.requests[sent.number] == 1
        if sent.is_firm and is_once and expected is not None and counted != Counter({expected: 3}):
            who = sent.member.user.name
            yield f"track {sent.number} of {who}: {counted}, not {expected} of each: {_told(sent.by)}"


def _expected_reviews(world: "World", sent: "Sent") -> int | None:
    """Exactly one review where it was taken, none where that was refused; None where nobody can say."""
    if isinstance(sent.by, Message):
        replies = [m for m in sent.by.channel.messages if m.reference_id == sent.by.id and m.author.bot]
        return int(any(reply.content.startswith("📏") for reply in replies)) if replies else None
    if not sent.by.answered:
        return None
    refused = [m for m in sent.by.responses if m.ephemeral]
    asks = any(message.components for message in sent.by.responses if not message.ephemeral and message.components)
    return 0 if refused or asks else 1


def _wrong_form(world: "World", pressed: "Pressed") -> Iterable[str]:
    if pressed.question is None:
        return
    quoted = len(world.ledger.quoted[pressed.question])
    taken = any(m.content.startswith("Asked.") for m in pressed.interaction.responses)
    if quoted > 1 or (pressed.is_firm and quoted != int(taken)):
        yield f"{quoted} answers to the form's question {pressed.question} (taken: {taken})"


def _left_thinking(world: "World") -> Iterable[str]:
    for interaction in world.discord.state.interactions.values():
        for message in filter(None, {interaction.original, *interaction.responses}):
            text = message.content
            if message.ephemeral and interaction.id in world.in_doubt:
                continue  # what a member asked for themselves and lost with the process, they ask for again
            if message.thinking or text.startswith(("⏳", "🔎", "✍️", "📏 Measuring")) or text == "…":
                who, where = interaction.user.name, interaction.channel.name
                yield f"left for {who} in {where}: {text!r} {_what(interaction)}"


def _what(interaction: Interaction) -> str:
    return str(interaction.data.get("name") or interaction.data.get("custom_id"))


def _told(by: Interaction | Message) -> str:
    """What came of a request, for a report."""
    if isinstance(by, Message):
        return f"message {by.id} in {by.channel.name}"
    return f"in {by.channel.name}: {[(m.content, m.ephemeral, m.thinking) for m in by.responses]}"


def _replies(message: Message) -> list[str]:
    where = f"{message.channel.name} {message.id}"
    return [where, *(m.content[:200] for m in message.channel.messages if m.reference_id == message.id)]
