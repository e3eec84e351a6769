"""What a stranger found: places that come back, webhooks that only look like proxies, guests in somebody's thread."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.wire.process.lives import own_stage
from tests.wire.stage import MASTER, Stage

pytestmark = pytest.mark.wire


async def _server_outage(guild: Any, _channel: Any) -> Callable[[], Awaitable[None]]:
    await guild.go_out()
    return guild.come_back  # type: ignore[no-any-return]


async def _removal(guild: Any, _channel: Any) -> Callable[[], Awaitable[None]]:
    await guild.remove_bot()
    return guild.readd_bot  # type: ignore[no-any-return]


async def _hidden_channel(guild: Any, channel: Any) -> Callable[[], Awaitable[None]]:
    await guild.set_permissions(channel, deny=["VIEW_CHANNEL"])

    async def show() -> None:
        await guild.set_permissions(channel)

    return show


async def _closed_to_everyone(guild: Any, _channel: Any) -> Callable[[], Awaitable[None]]:
    await guild.let_everyone_see(see=False)
    return lambda: guild.let_everyone_see(see=True)  # type: ignore[no-any-return]


async def _without_a_role(guild: Any, _channel: Any) -> Callable[[], Awaitable[None]]:
    await guild.let_everyone_see(see=False)
    return guild.make_bot_listener  # type: ignore[no-any-return]


async def _threads_named_anew(guild: Any, channel: Any) -> Callable[[], Awaitable[None]]:
    """The threads of a channel are told by an event of their own."""
    channel.denied = frozenset({"view_channel"})
    await guild.sync_threads()

    async def show() -> None:
        channel.denied = frozenset()
        await guild.sync_threads()

    return show


@pytest.mark.parametrize(
    "away",
    [_server_outage, _removal, _hidden_channel, _closed_to_everyone, _without_a_role, _threads_named_anew],
)
async def test_what_is_asked_while_a_place_is_away_is_answered_before_what_is_new(
    stage: Stage, away: Callable[[Any, Any], Awaitable[Callable[[], Awaitable[None]]]]
) -> None:
    guild = stage.discord.add_guild("Comes and goes")
    mia, channel = guild.add_member("mia"), guild.add_text_channel("mixes")
    thread = await stage.reviewed(mia, channel)

    back = await away(guild, channel)
    missed = await mia.send(thread, "how loud is it?")
    await back()
    new = await mia.send(thread, "and what key is it in?")

    await stage.answer_to(thread, new)
    order = [m.reference_id for m in thread.messages if m.author.bot and m.reference_id in {missed.id, new.id}]
    assert order == [missed.id, new.id]


async def test_what_is_asked_in_a_private_thread_without_the_bot_is_answered_once_it_is_back(stage: Stage) -> None:
    mia, channel = stage.member("mia"), stage.channel()
    thread = stage.guild.add_thread(channel, mia, "private", private=True)
    await mia.send(thread, "come in", mention_bot=True)
    await mia.slash(thread, "feedback", MASTER, files={"track": stage.track()})
    await stage.report_in(thread)

    await stage.discord.remove_from_thread(thread, stage.discord.state.bot)
    missed = await mia.send(thread, "how loud is it?")
    new = await mia.send(thread, "and what key is it in?", mention_bot=True)

    await stage.answer_to(thread, new)
    order = [m.reference_id for m in thread.messages if m.author.bot and m.reference_id in {missed.id, new.id}]
    assert order == [missed.id, new.id]


async def test_a_webhook_that_says_a_word_of_a_question_takes_nothing(stage: Stage) -> None:
    mia = stage.member("mia")
    thread = await stage.reviewed(mia)

    asked = await mia.send(thread, "how loud is the bass at the drop, and is it ok?")
    other = await stage.discord.post_as_webhook(thread, "GitHub", "ok")
    repeated = await stage.discord.post_as_webhook(thread, "Mirror", asked.content)

    await stage.answer_to(thread, asked)
    assert not [m for m in thread.messages if m.author.bot and m.reference_id in {other.id, repeated.id}]


async def test_with_others_off_a_proxied_or_forwarded_track_is_refused_as_well(stage: Stage) -> None:
    guild = stage.discord.add_guild("Own tracks only")
    kai, mia = guild.add_member("kai"), guild.add_member("mia")
    boss, channel = guild.add_member("boss", manages=True), guild.add_text_channel("mixes")
    await boss.slash(channel, "server others", {"use": "off"})
    posted = await kai.send(channel, "my track", files=[stage.track()])
    forwarded = await mia.forward(channel, posted)
    proxied = await stage.discord.proxy(posted)

    for message in (forwarded, proxied):
        shown = await mia.context_menu(channel, "Get mix feedback", message)
        assert shown.modal is None
        assert "somebody else's track" in (await stage.refusal(shown)).content


async def test_with_others_off_a_mention_under_ones_own_forward_is_refused_as_well(stage: Stage) -> None:
    guild = stage.discord.add_guild("Own tracks by mention")
    kai, mia = guild.add_member("kai"), guild.add_member("mia")
    boss, channel = guild.add_member("boss", manages=True), guild.add_text_channel("mixes")
    theirs = await kai.send(channel, "my track", files=[stage.track()])
    own = await mia.send(channel, "my track", files=[stage.track()])
    forwarded = await mia.forward(channel, theirs)
    allowed = await mia.send(channel, "this one", reply_to=forwarded, mention_bot=True)
    offered = await stage.answer_to(channel, allowed)
    assert offered.components

    await boss.slash(channel, "server others", {"use": "off"})
    refused = await mia.send(channel, "this one", reply_to=forwarded, mention_bot=True)
    said = await stage.answer_to(channel, refused)
    assert "somebody else's track" in said.content
    assert not said.components
    assert (await stage.answer_to(channel, await mia.send(channel, "", reply_to=own, mention_bot=True))).components
    # what was offered before the switch
    pressed = await mia.click(offered, "earshot:start:")
    assert pressed.modal is None
    assert "somebody else's track" in (await stage.refusal(pressed)).content


async def test_a_form_for_somebody_elses_track_is_refused_once_others_are_off(stage: Stage) -> None:
    guild = stage.discord.add_guild("Own tracks by form")
    kai, mia = guild.add_member("kai"), guild.add_member("mia")
    boss, channel = guild.add_member("boss", manages=True), guild.add_text_channel("mixes")
    posted = await mia.send(channel, "my track", files=[stage.track("mias.mp3")])
    theirs = await kai.context_menu(channel, "Get mix feedback", posted)
    own = await mia.context_menu(channel, "Get mix feedback", posted)

    await boss.slash(channel, "server others", {"use": "off"})
    entered = {"type": "master", "genre": "house", "detail": "simple", "focus": ""}
    refused = await stage.refusal(await kai.submit_modal(theirs, entered))
    assert "somebody else's track" in refused.content
    await mia.submit_modal(own, entered)
    await stage.pdfs(await stage.discord.wait_for_thread(channel), 1)


async def test_a_forward_into_ones_own_thread_is_a_version_only_where_others_are_on(stage: Stage) -> None:
    guild = stage.discord.add_guild("Own tracks in threads")
    kai, mia = guild.add_member("kai"), guild.add_member("mia")
    boss, channel = guild.add_member("boss", manages=True), guild.add_text_channel("mixes")
    thread = await stage.reviewed(mia, channel)
    theirs = await kai.send(channel, "my track", files=[stage.clean_track()])
    await boss.slash(channel, "server others", {"use": "off"})

    said = await stage.answer_to(thread, await mia.forward(thread, theirs))
    assert "somebody else's track" in said.content
    await boss.slash(channel, "server others", {"use": "on"})
    await mia.forward(thread, theirs)
    assert await stage.pdfs(thread, 2) == ["earshot-track-1-v1.pdf", "earshot-track-1-v2.pdf"]


async def test_a_guests_own_review_in_a_thread_does_not_make_it_theirs(stage: Stage) -> None:
    kai, mia, lea = stage.member("kai"), stage.member("mia"), stage.member("lea")
    thread = await stage.reviewed(kai)
    await mia.slash(thread, "feedback", {**MASTER, "genre": "techno"}, files={"track": stage.clean_track()})
    await stage.discord.wait_until(lambda: sum(bool(m.attachments) for m in thread.messages) == 2)

    asked = await lea.send(thread, "how loud is it?", mention_bot=True)

    assert "LUFS" in (await stage.answer_to(thread, asked)).content


async def test_who_names_earshot_and_others_besides_is_answered(stage: Stage) -> None:
    kai, mia = stage.member("kai"), stage.member("mia")
    thread = await stage.reviewed(kai)

    asked = await kai.send(thread, f"how loud is it? <@{mia.user.id}>", mention_bot=True, mentions=[mia])

    assert "LUFS" in (await stage.answer_to(thread, asked)).content


async def test_a_target_in_a_direct_message_is_refused_also_with_a_known_track(stage: Stage) -> None:
    mia = stage.member("mia")
    dm = mia.dm()
    for _ in range(2):
        refused = await stage.refusal(
            await mia.slash(dm, "feedback", {**MASTER, "target": "ours"}, files={"track": stage.track()})
        )
        assert "per server" in refused.content
        if not any(message.attachments for message in dm.messages):
            await mia.slash(dm, "feedback", MASTER, files={"track": stage.track()})
            await stage.report_in(dm)


async def test_a_user_installs_review_in_a_server_without_the_bot_stays_after_a_restart(tmp_path) -> None:
    async with own_stage(tmp_path) as stage:
        foreign = stage.discord.add_guild("Without the bot")
        mia, channel = foreign.add_member("mia"), foreign.add_text_channel("mixes")
        await foreign.remove_bot()
        mia.installed_app = True
        asked = await mia.slash(channel, "feedback", MASTER, files={"track": stage.track()})
        await stage.discord.wait_until(lambda: any(m.attachments for m in asked.responses))
        await stage.settled()

        await stage.stop()
        await stage.guild.remove_bot()
        await stage.start()

        left = "SELECT count(*) FROM guilds WHERE id = ? AND left_at IS NOT NULL"
        await stage.wait_for_count(1, left, stage.guild.guild.id)
        assert not stage.count(left, foreign.guild.id)
