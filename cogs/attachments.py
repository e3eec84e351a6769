"""Attachments: what is refused before a download, and the guarded download itself."""

from collections.abc import AsyncIterator
from pathlib import PurePath

import aiohttp
import discord
from yarl import URL

from core.errors import InputCode, InputError, UsageCode, UsageError
from core.service.payloads import Attachment

ATTACHMENT_HOSTS: frozenset[str] = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
"""Where Discord serves attachments from. Nothing else is ever fetched."""

ATTACHMENT_SCHEMES: frozenset[str] = frozenset({"https"})

EXTENSIONS: frozenset[str] = frozenset(
    {".wav", ".wave", ".aif", ".aiff", ".aifc", ".flac", ".mp3", ".m4a", ".mp4", ".aac", ".ogg", ".oga", ".opus"}
)
"""File names that may hold audio we read; the content decides, this only refuses the obvious before a download."""

EXTENSIONS_FOR_PEOPLE = "WAV, AIFF, FLAC, MP3, M4A, OGG or Opus"

CHUNK_BYTES = 256 * 1024
CONNECT_TIMEOUT_S = 10.0
READ_TIMEOUT_S = 20.0
TOTAL_TIMEOUT_S = 120.0


def check_attachment(attachment: discord.Attachment, max_bytes: int) -> Attachment:
    """What can be said of an attachment without reading it.

    Raises:
        InputError: its name, type or size rule it out.
    """
    suffix = PurePath(attachment.filename).suffix.lower()
    if suffix not in EXTENSIONS:
        raise InputError(InputCode.WRONG_EXTENSION, extension=suffix or "no ending", wanted=EXTENSIONS_FOR_PEOPLE)
    if (attachment.content_type or "").startswith(("image/", "text/", "application/pdf")):
        raise InputError(InputCode.NOT_AUDIO)
    if attachment.size == 0:
        raise InputError(InputCode.EMPTY)
    if attachment.size > max_bytes:
        raise InputError(InputCode.TOO_LARGE, size_bytes=attachment.size, max_bytes=max_bytes)
    return Attachment(url=attachment.url, name=attachment.filename, size_bytes=attachment.size)


def find_audio(message: discord.Message) -> discord.Attachment | None:
    """The first attachment of a message that may be a track."""
    for attachment in message.attachments:
        is_audio = (attachment.content_type or "").startswith("audio/")
        if is_audio or PurePath(attachment.filename).suffix.lower() in EXTENSIONS:
            return attachment
    return None


def audio_attachment(message: discord.Message) -> discord.Attachment:
    """The track in a message.

    Raises:
        UsageError: there is none.
    """
    found = find_audio(message)
    if found is None:
        raise UsageError(UsageCode.NO_AUDIO_ATTACHED)
    return found


class Downloader:
    """Streams attachments: Discord's hosts only, no redirects, a byte cap that counts, time limits."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def fetch(self, url: str, max_bytes: int) -> AsyncIterator[bytes]:
        """The bytes behind an attachment's URL.

        Raises:
            InputError: EXPIRED (the link is dead), TOO_LARGE, or DOWNLOAD_FAILED.
        """
        target = URL(url)
        host = target.host if target.is_default_port() else f"{target.host}:{target.port}"
        if target.scheme not in ATTACHMENT_SCHEMES or host not in ATTACHMENT_HOSTS:
            raise InputError(InputCode.DOWNLOAD_FAILED, cause="not a Discord attachment")
        received = 0
        try:
            async with self._open().get(target, allow_redirects=False) as response:
                _check_response(response, max_bytes)
                async for chunk in response.content.iter_chunked(CHUNK_BYTES):
                    received += len(chunk)
                    if received > max_bytes:
                        raise InputError(InputCode.TOO_LARGE, size_bytes=received, max_bytes=max_bytes)
                    yield chunk
        except (aiohttp.ClientError, TimeoutError) as error:
            raise InputError(InputCode.DOWNLOAD_FAILED, cause=type(error).__name__) from error

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            timeout = aiohttp.ClientTimeout(
                total=TOTAL_TIMEOUT_S, sock_connect=CONNECT_TIMEOUT_S, sock_read=READ_TIMEOUT_S
            )
            self._session = aiohttp.ClientSession(timeout=timeout, auto_decompress=False)
        return self._session

    async def close(self) -> None:
        """Close the connection pool."""
        if self._session is not None:
            await self._session.close()


def _check_response(response: aiohttp.ClientResponse, max_bytes: int) -> None:
    if response.status in {403, 404, 410}:
        raise InputError(InputCode.EXPIRED)
    if response.status != 200:
        raise InputError(InputCode.DOWNLOAD_FAILED, cause=f"status {response.status}")
    if response.content_length is not None and response.content_length > max_bytes:
        raise InputError(InputCode.TOO_LARGE, size_bytes=response.content_length, max_bytes=max_bytes)
