"""Attachments: what is refused unread, and a download that cannot be led astray (a real server over a socket)."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator
from types import SimpleNamespace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

import cogs.attachments
from cogs.attachments import Downloader, check_attachment, check_files, files_shown
from core.text.error_sentences import say
from core.values.errors import InputCode, InputError

CAP = 1000
DRIP_S = 0.01
_IDS = itertools.count(1)


def attachment(name="mix.wav", size=100, content_type="audio/wav"):
    return SimpleNamespace(
        id=next(_IDS),
        filename=name,
        size=size,
        content_type=content_type,
        url="https://cdn.discordapp.com/x",
        is_voice_message=lambda: name == "voice-message.ogg",
    )


def message(*attachments, forwarded=()):
    snapshots = [SimpleNamespace(attachments=list(forwarded))]
    return SimpleNamespace(
        id=next(_IDS), author=SimpleNamespace(id=next(_IDS)), attachments=attachments, message_snapshots=snapshots
    )


@pytest.mark.parametrize("name", ["mix.wav", "MIX.WAV", "a.b.c.flac", "mix.m4a", "mix.opus", "mix.aiff"])
def test_a_track_is_let_through(name: str) -> None:
    assert check_attachment(attachment(name), CAP).size_bytes == 100


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (attachment("mix.exe"), InputCode.WRONG_EXTENSION),
        (attachment("mix"), InputCode.NO_EXTENSION),
        (attachment("mix.wav.zip"), InputCode.WRONG_EXTENSION),
        (attachment(size=0), InputCode.EMPTY),
        (attachment(size=CAP + 1), InputCode.TOO_LARGE),
        (attachment(content_type="image/png"), InputCode.NOT_AUDIO),
        (attachment(content_type="text/html; charset=utf-8"), InputCode.NOT_AUDIO),
        (attachment("voice-message.ogg"), InputCode.VOICE_MESSAGE),
    ],
)
@pytest.mark.parametrize("is_forwarded", [False, True])
def test_what_cannot_be_a_track_is_refused_unread(given, code: InputCode, *, is_forwarded: bool) -> None:
    with pytest.raises(InputError) as refused:
        check_attachment(given, CAP)
    with pytest.raises(InputError, check=lambda error: error.code is code):
        check_files(message(forwarded=[given]) if is_forwarded else message(given), CAP)
    assert refused.value.code is code


def test_every_file_of_a_message_is_seen_and_what_is_not_taken_has_its_reason() -> None:
    picture, track = attachment("cover.png", content_type="image/png"), attachment("mix.flac", content_type=None)
    other, project = attachment("mix 2.wav"), attachment("live set.als", content_type=None)
    voice = attachment("voice-message.ogg", content_type="audio/ogg")

    found = files_shown(message(picture, track, other, project, voice), CAP)

    assert [one.attachment_id for one in found.tracks] == [track.id, other.id]
    unread, voice_reason = found.problems
    assert ".png or .als" in unread
    assert "voice message" in voice_reason


def test_a_forwarded_track_is_seen() -> None:
    track = attachment()

    assert [one.attachment_id for one in files_shown(message(forwarded=[track]), CAP).tracks] == [track.id]


def test_the_same_reason_is_told_once() -> None:
    assert len(files_shown(message(attachment("a.zip"), attachment("b.zip")), CAP).problems) == 1


class Cdn:
    """A server that serves, lies, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.over = asyncio.Event()
        application = web.Application()
        application.router.add_get("/{what}", self._serve)
        self.server = TestServer(application)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        what = request.match_info["what"]
        self.asked.append(what)
        if what.isdigit() and len(what) == 3:
            return web.Response(status=int(what), headers={"Location": "/whole"})
        response = web.StreamResponse(headers={"Content-Length": "600"} if what == "short" else {})
        await response.prepare(request)
        if what == "stalled":
            await self.over.wait()
        with contextlib.suppress(ConnectionError):
            while what == "dripping" and not self.over.is_set():
                await response.write(b"x")
                await asyncio.sleep(DRIP_S)
        for _ in range(1 if what == "short" else 5 if what == "whole" else 50):
            await response.write(b"x" * 100)
        if what == "short":
            assert request.transport is not None
            request.transport.close()
        return response

    def url(self, what: str) -> str:
        return str(self.server.make_url(f"/{what}"))


@pytest.fixture
async def cdn(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Cdn]:
    cdn = Cdn()
    await cdn.server.start_server()
    monkeypatch.setattr(cogs.attachments, "ATTACHMENT_HOSTS", frozenset({f"{cdn.server.host}:{cdn.server.port}"}))
    monkeypatch.setattr(cogs.attachments, "ATTACHMENT_SCHEMES", frozenset({"http"}))
    yield cdn
    cdn.over.set()
    await cdn.server.close()


@pytest.fixture
async def downloader() -> AsyncIterator[Downloader]:
    downloader = Downloader()
    yield downloader
    await downloader.close()


async def _received(downloader: Downloader, url: str) -> int:
    return sum([len(chunk) async for chunk in downloader.fetch(url, CAP)])


async def test_a_file_comes_whole(cdn: Cdn, downloader: Downloader) -> None:
    assert await _received(downloader, cdn.url("whole")) == 500


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("endless", InputCode.TOO_LARGE),
        ("short", InputCode.DOWNLOAD_FAILED),
        ("404", InputCode.EXPIRED),
        ("403", InputCode.EXPIRED),
        ("500", InputCode.DOWNLOAD_FAILED),
        ("302", InputCode.DOWNLOAD_FAILED),
    ],
)
async def test_a_download_that_goes_wrong_says_how(
    cdn: Cdn, downloader: Downloader, what: str, code: InputCode
) -> None:
    with pytest.raises(InputError) as refused:
        await _received(downloader, cdn.url(what))
    assert refused.value.code is code
    assert cdn.asked == [what]  # a redirect is not followed


@pytest.mark.parametrize(("what", "limit"), [("stalled", "READ_TIMEOUT_S"), ("dripping", "TOTAL_TIMEOUT_S")])
async def test_a_download_that_takes_too_long_ends(
    cdn: Cdn, downloader: Downloader, monkeypatch: pytest.MonkeyPatch, what: str, limit: str
) -> None:
    monkeypatch.setattr(cogs.attachments, limit, 0.2)
    with pytest.raises(InputError) as refused:
        await _received(downloader, cdn.url(what))
    assert refused.value.code is InputCode.DOWNLOAD_FAILED


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/x",
        "https://cdn.discordapp.com@127.0.0.1/x",
        "https://cdn.discordapp.com.evil.example/x",
        "https://cdn.discordapp.com:8443/x",
        "file:///etc/hostname",
        "http://[::1]/x",
    ],
)
async def test_no_other_host_is_ever_asked(downloader: Downloader, url: str) -> None:
    with pytest.raises(InputError) as refused:
        await _received(downloader, url)
    assert refused.value.facts["cause"] == "not a Discord attachment"


@pytest.mark.parametrize(
    ("what", "transient"), [("500", True), ("429", True), ("short", True), ("302", False), ("400", False)]
)
async def test_what_another_try_may_mend_is_told_from_what_is_for_good(
    cdn: Cdn, downloader: Downloader, what: str, transient: bool
) -> None:
    with pytest.raises(InputError) as refused:
        await _received(downloader, cdn.url(what))
    assert refused.value.code is InputCode.DOWNLOAD_FAILED
    assert bool(refused.value.facts["transient"]) is transient


def test_tracks_of_a_forward_are_not_known_to_be_ones_own() -> None:
    assert files_shown(message(forwarded=[attachment()]), CAP).offer().by_others
    assert not files_shown(message(attachment(), forwarded=[attachment("cover.png")]), CAP).offer().by_others


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a.zip", "ending in .zip."),
        ("a.<@&123>", "ending in .<\u200b@&123>."),
        ("a.**x**", "ending in .\\*\\*x\\*\\*."),
        ("a.\u202egpj", "ending in .gpj."),
        ("a.x\ny", "ending in .x y."),
        ("a." + "x" * 240, f"ending in .{'x' * 15}."),
    ],
)
def test_an_ending_is_shown_as_it_is_written(name: str, said: str) -> None:
    """It is read by everybody in the channel, and whoever sends the file chooses it."""
    with pytest.raises(InputError) as refused:
        check_attachment(attachment(name, content_type="application/zip"), CAP)

    assert said in say(refused.value)
