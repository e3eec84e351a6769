"""The CDN: attachments by URL, and its faults: statuses, slow drips, lying lengths, cuts, redirects, dead links."""

import asyncio
import contextlib
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.support.loopback.faults import Faults
from tests.support.loopback.state import Attachment, State


@dataclass
class CdnFault:
    """What the next downloads of a file (or of any) meet."""

    kind: str
    value: Any
    file: Attachment | str | None = None
    times: int | None = 1

    def fits(self, file: Attachment) -> bool:
        """Whether it is about this file, and not used up."""
        return self.times != 0 and self.file in (None, file, file.filename)

    def lift(self) -> None:
        """No more of it."""
        self.times = 0


class Cdn:
    """Serves files. Each order holds for `times` downloads (None: until lifted) of one file, or of all."""

    def __init__(self, state: State, faults: Faults) -> None:
        self._state = state
        self._faults = faults
        self.orders: list[CdnFault] = []
        self.downloads: list[tuple[str, int]] = []
        """File name and status of each download."""

    def _order(self, kind: str, value: object, file: Attachment | str | None, times: int | None) -> CdnFault:
        order = CdnFault(kind, value, file, times)
        self.orders.append(order)
        return order

    def fail(self, status: int, *, file: Attachment | str | None = None, times: int | None = 1) -> CdnFault:
        """Answer with a status; 0 drops the connection."""
        return self._order("status", status, file, times)

    def expire(self, file: Attachment | str | None = None) -> CdnFault:
        """The link is dead for good: 403, as for a signature that has run out."""
        return self._order("status", 403, file, None)

    def drip(
        self, chunk_bytes: int, pause_s: float, *, file: Attachment | str | None = None, times: int | None = 1
    ) -> CdnFault:
        """Send so many bytes, wait, and so on."""
        return self._order("drip", (chunk_bytes, pause_s), file, times)

    def claim(self, extra_bytes: int, *, file: Attachment | str | None = None, times: int | None = 1) -> CdnFault:
        """Content-Length says so many bytes more (or, negative, fewer) than there are."""
        return self._order("claim", extra_bytes, file, times)

    def grow(self, extra_bytes: int, *, file: Attachment | str | None = None, times: int | None = 1) -> CdnFault:
        """The body is longer than the message said, without a Content-Length."""
        return self._order("grow", extra_bytes, file, times)

    def cut(self, after_bytes: int, *, file: Attachment | str | None = None, times: int | None = 1) -> CdnFault:
        """The connection breaks after so many bytes."""
        return self._order("cut", after_bytes, file, times)

    def redirect(self, url: str, *, file: Attachment | str | None = None, times: int | None = 1) -> CdnFault:
        """Answer 302 to somewhere else."""
        return self._order("redirect", url, file, times)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One download."""
        file = self._state.files.get(request.match_info["file"])
        if self._faults.network_away:
            return _dropped(request)
        if file is None or "hm" not in request.query:
            return web.Response(status=404)
        order = next((order for order in self.orders if order.fits(file)), None)
        if order is not None and order.times is not None:
            order.times -= 1
        kind, value = (order.kind, order.value) if order else ("", None)
        status = {"status": value, "redirect": 302}.get(kind, 200)
        self.downloads.append((file.filename, status))
        if kind == "status":
            return _dropped(request) if value == 0 else web.Response(status=value)
        if kind == "redirect":
            return web.Response(status=302, headers={"Location": value})
        if kind:
            return await self._odd(request, file, kind, value)
        return web.Response(body=file.data, content_type=file.content_type or "application/octet-stream")

    async def _odd(self, request: web.Request, file: Attachment, kind: str, value: Any) -> web.StreamResponse:
        """A download that does not go as its header says."""
        response = web.StreamResponse()
        response.content_type = file.content_type or "application/octet-stream"
        data = file.data
        if kind == "grow":
            data += bytes(value)
            response.enable_chunked_encoding()
        else:
            response.content_length = len(data) + (value if kind == "claim" else 0)
        await response.prepare(request)
        with contextlib.suppress(ConnectionError):
            if kind == "drip":
                chunk, pause_s = value
                for start in range(0, len(data), chunk):
                    await response.write(data[start : start + chunk])
                    await asyncio.sleep(pause_s)
            else:
                await response.write(data[:value] if kind == "cut" else data)
            if kind == "cut" or (kind == "claim" and value > 0):
                _dropped(request, flush=True)
        return response


def _dropped(request: web.Request, *, flush: bool = False) -> web.Response:
    """Close the connection without an answer."""
    if request.transport is not None:
        if flush:
            request.transport.close()
        else:
            request.transport.abort()
    return web.Response(status=500)
