"""Attachments: what is refused before a download, and the guarded download itself."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

import aiohttp
import discord
from yarl import URL

from cogs.rendering import escaped
from core.service.job_payloads import Attachment
from core.service.shown.offers import Offer, OfferedTrack
from core.text.error_sentences import say
from core.text.untrusted import clean_untrusted
from core.values.errors import InputCode, InputError, UsageCode, UsageError
from core.values.request import FOCUS_MAX_CHARACTERS

ATTACHMENT_HOSTS: frozenset[str] = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
"""Hosts that serve Discord's attachments; no other host is ever asked for a file."""

ATTACHMENT_SCHEMES: frozenset[str] = frozenset({"https"})

EXTENSIONS: frozenset[str] = frozenset(
    {".wav", ".wave", ".aif", ".aiff", ".aifc", ".flac", ".mp3", ".m4a", ".mp4", ".aac", ".ogg", ".oga", ".opus"}
)
"""Extensions of audio files that we read. Other files are refused before a download; the content decides later."""

SHOWN_ENDING_MAX = 16
"""Characters of an unknown extension that are shown: real ones are short, and everybody can read the message."""

EXTENSIONS_FOR_PEOPLE = "WAV, AIFF, FLAC, MP3, M4A, OGG or Opus"

CHUNK_BYTES = 256 * 1024
CONNECT_TIMEOUT_S = 10.0
READ_TIMEOUT_S = 20.0
TOTAL_TIMEOUT_S = 120.0


def check_attachment(attachment: discord.Attachment, max_bytes: int) -> Attachment:
    """Check name, type and size of an attachment, before its content is downloaded.

    Raises:
        InputError: its name, type or size rule it out, or it is a voice message.
    """
    if attachment.is_voice_message():
        raise InputError(InputCode.VOICE_MESSAGE)
    suffix = PurePath(attachment.filename).suffix.lower()
    if not suffix:
        raise InputError(InputCode.NO_EXTENSION, wanted=EXTENSIONS_FOR_PEOPLE)
    if suffix not in EXTENSIONS:
        shown_as = escaped(" ".join(clean_untrusted(suffix, SHOWN_ENDING_MAX).split()))
        raise InputError(InputCode.WRONG_EXTENSION, extension=shown_as, wanted=EXTENSIONS_FOR_PEOPLE)
    if (attachment.content_type or "").startswith(("image/", "text/", "application/pdf")):
        raise InputError(InputCode.NOT_AUDIO)
    if attachment.size == 0:
        raise InputError(InputCode.EMPTY)
    if attachment.size > max_bytes:
        raise InputError(InputCode.TOO_LARGE, size_bytes=attachment.size, max_bytes=max_bytes)
    return Attachment(url=attachment.url, name=attachment.filename, size_bytes=attachment.size)


@dataclass(frozen=True, slots=True)
class Shown:
    """The files of a message, divided into tracks and problems.

    Attributes:
        tracks: files that may be tracks and are within the limits.
        problems: sentences about why the other files are not taken, none twice.
        message_id: id of the message.
        author_id: id of its author.
        forwarded: tracks of a forwarded message are among them; their owner is unknown.
    """

    tracks: tuple[OfferedTrack, ...]
    problems: tuple[str, ...]
    message_id: int
    author_id: int
    forwarded: bool = False

    def offer(self, focus: str | None = None) -> Offer:
        """The tracks as an offer, for which the member decides later what to do.

        Raises:
            UsageError: NO_AUDIO_ATTACHED, there are no tracks.
        """
        if not self.tracks:
            raise UsageError(UsageCode.NO_AUDIO_ATTACHED)
        words = focus[:FOCUS_MAX_CHARACTERS] if focus else None
        return Offer(
            self.tracks,
            focus=words,
            by_others=self.forwarded,
            shown_in=self.message_id,
            author_id=self.author_id,
        )


def files_shown(message: discord.Message, max_bytes: int) -> Shown:
    """The files of a message, including those of a message that was forwarded in it."""
    forwarded = _forwarded(message)
    tracks: list[OfferedTrack] = []
    problems: list[InputError] = []
    for file in [*message.attachments, *forwarded]:
        try:
            tracks.append(OfferedTrack(file.id, check_attachment(file, max_bytes)))
        except InputError as error:
            problems.append(error)
    from_elsewhere = {track.attachment_id for track in tracks} & {file.id for file in forwarded}
    return Shown(tuple(tracks), _sentences(problems), message.id, message.author.id, forwarded=bool(from_elsewhere))


def _forwarded(message: discord.Message) -> list[discord.Attachment]:
    """The files of a message that was forwarded in this one."""
    return [file for part in message.message_snapshots for file in part.attachments]


def _sentences(problems: Sequence[InputError]) -> tuple[str, ...]:
    """Sentences about why files are not taken, none twice; all unknown extensions share one sentence."""
    endings = [str(error.facts["extension"]) for error in problems if error.code is InputCode.WRONG_EXTENSION]
    unread = " or ".join(dict.fromkeys(endings))
    others = [say(error) for error in problems if error.code is not InputCode.WRONG_EXTENSION]
    wrong = InputError(InputCode.WRONG_EXTENSION, extension=unread, wanted=EXTENSIONS_FOR_PEOPLE)
    return tuple(dict.fromkeys([*([say(wrong)] if endings else []), *others]))


class Downloader:
    """Streams attachments from Discord's hosts only, without redirects, within limits on bytes and time."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def fetch(self, url: str, max_bytes: int) -> AsyncIterator[bytes]:
        """Yield the bytes of an attachment in chunks.

        Raises:
            InputError: EXPIRED (the link is dead), TOO_LARGE, or DOWNLOAD_FAILED; its fact `transient` is true where a
                later try may succeed.
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
            raise InputError(InputCode.DOWNLOAD_FAILED, cause=type(error).__name__, transient=True) from error

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
        transient = response.status >= 500 or response.status in {408, 429}
        raise InputError(InputCode.DOWNLOAD_FAILED, cause=f"status {response.status}", transient=transient)
    if response.content_length is not None and response.content_length > max_bytes:
        raise InputError(InputCode.TOO_LARGE, size_bytes=response.content_length, max_bytes=max_bytes)


def check_reference(reference: discord.Attachment | None, max_bytes: int) -> Attachment | None:
    """Check the reference track, if there is one.

    Raises:
        InputError: its name, type or size rule it out; the error says which file it is about.
    """
    if reference is None:
        return None
    try:
        return check_attachment(reference, max_bytes)
    except InputError as error:
        raise error.about_reference() from error


def check_files(message: discord.Message, max_bytes: int) -> None:
    """Raise the reason why no file of a message can be taken.

    Raises:
        InputError: the reason for the first file that is refused.
    """
    for attachment in [*message.attachments, *_forwarded(message)]:
        check_attachment(attachment, max_bytes)
