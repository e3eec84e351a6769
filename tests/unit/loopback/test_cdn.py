"""Downloads that fail, drip, lie and break."""

import time
from typing import Any

import aiohttp
import pytest

from tests.unit.loopback.raw_bot import RawBot

DATA = bytes(range(100))


@pytest.fixture
async def files(bot: RawBot, guild) -> list[Any]:
    """Two attachments."""
    channel, mia = guild.add_text_channel("a"), guild.add_member("mia")
    uploads = [("a.mp3", DATA, "audio/mpeg"), ("b.mp3", DATA, "audio/mpeg")]
    return (await mia.send(channel, "", files=uploads)).attachments


async def get(bot: RawBot, file) -> tuple[int, bytes]:
    async with bot.http.get(file.url, allow_redirects=False) as answer:
        return answer.status, await answer.read()


async def test_statuses_hold_for_so_many_downloads_of_one_file(bot: RawBot, files) -> None:
    bot.discord.cdn.fail(503, file=files[0], times=2)

    statuses = [(await get(bot, files[0]))[0] for _ in range(3)]

    assert statuses == [503, 503, 200]
    assert (await get(bot, files[1])) == (200, DATA)
    assert bot.discord.cdn.downloads[0] == ("a.mp3", 503)


async def test_links_expire_and_redirect(bot: RawBot, files) -> None:
    bot.discord.cdn.expire(files[0])
    bot.discord.cdn.redirect("http://127.0.0.1:1/", file="b.mp3")

    assert [(await get(bot, file))[0] for file in files] == [403, 302]
    bot.discord.cdn_status = 404
    assert (await get(bot, files[1]))[0] == 404
    bot.discord.cdn_status = None
    assert (await get(bot, files[1]))[0] == 200


async def test_a_slow_drip_takes_its_time(bot: RawBot, files) -> None:
    bot.discord.cdn.drip(25, 0.05)
    began = time.monotonic()

    assert await get(bot, files[0]) == (200, DATA)
    assert time.monotonic() - began >= 0.15


async def test_lengths_lie(bot: RawBot, files) -> None:
    """A length too long breaks the download; one too short cuts it; a body may be longer than the message said."""
    bot.discord.cdn.claim(10)
    with pytest.raises(aiohttp.ClientPayloadError):
        await get(bot, files[0])
    bot.discord.cdn.claim(-10)
    assert (await get(bot, files[0]))[1] == DATA[:90]
    bot.discord.cdn.grow(50)
    assert len((await get(bot, files[0]))[1]) == 150


async def test_a_download_breaks_in_the_middle_or_at_once(bot: RawBot, files) -> None:
    bot.discord.cdn.cut(40)
    with pytest.raises(aiohttp.ClientError):
        await get(bot, files[0])
    at_once = bot.discord.cdn.fail(0, times=None)  # aiohttp asks again by itself where it used an open connection
    with pytest.raises(aiohttp.ClientError):
        await get(bot, files[0])
    at_once.lift()
    assert await get(bot, files[0]) == (200, DATA)
