"""Failures to order: error answers before or after the effect, outages, rate limits, hooks at any request."""

import asyncio
import contextlib
import re
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

DROP = 0
"""Status of a fault that closes the connection instead of answering."""

FOREVER = None


@dataclass
class Logged:
    """A request as the log keeps it; status 0: dropped, None: not answered yet."""

    number: int
    at_s: float
    method: str
    path: str
    body: str
    status: int | None = None


@dataclass
class Fault:
    """A failure that somebody ordered."""

    method: str
    pattern: re.Pattern[str]
    status: int
    json_code: int = 0
    times: int | None = 1
    skip: int = 0
    after_effect: bool = False
    delay_s: float = 0.0
    retry_after_s: float = 0.05
    scope: str = "user"
    body: dict[str, Any] | None = None
    struck: int = 0

    def fits(self, method: str, path: str) -> bool:
        """Whether it is about this request, and not used up."""
        alive = self.times is FOREVER or self.times > 0
        return alive and self.method in {method, "*"} and bool(self.pattern.search(path))

    def lift(self) -> None:
        """No more of it."""
        self.times = 0


@dataclass
class Hook:
    """A callback at a request; with `drop` the request counts as lost on the way: it has no effect."""

    method: str
    pattern: re.Pattern[str]
    callback: Callable[[Logged], Awaitable[object]]
    after_effect: bool = False
    skip: int = 0
    times: int | None = 1
    drop: bool = False


@dataclass
class Limit:
    """A bucket that answers 429 when it is empty (topics/rate-limits)."""

    method: str
    pattern: re.Pattern[str]
    limit: int
    per_s: float
    scope: str = "user"
    taken: dict[str, deque[float]] = field(default_factory=dict)
    refused: int = 0

    def take(self, major: str, now: float) -> float | None:
        """Take one; how long to wait where none is left, else None."""
        window = self.taken.setdefault(major, deque())
        while window and now - window[0] >= self.per_s:
            window.popleft()
        if len(window) >= self.limit:
            self.refused += 1
            return self.per_s - (now - window[0])
        window.append(now)
        return None

    def headers(self, major: str, now: float) -> dict[str, str]:
        """What each answer of the bucket says."""
        window = self.taken.get(major) or deque()
        left_s = max(0.0, self.per_s - (now - window[0])) if window else self.per_s
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(max(0, self.limit - len(window))),
            "X-RateLimit-Reset": f"{time.time() + left_s:.3f}",
            "X-RateLimit-Reset-After": f"{left_s:.3f}",
            "X-RateLimit-Bucket": f"bucket{abs(hash((self.method, self.pattern.pattern))):x}"[:16],
        }


class Faults:
    """Failures to come. Patterns are searched in the path ("/api/v10/channels/…"); method "*" is any."""

    def __init__(self) -> None:
        self.orders: list[Fault] = []
        self.hooks: list[Hook] = []
        self.limits: list[Limit] = []
        self.global_limit: Limit | None = None
        self.network_away = False
        self.on_network_away: Callable[[], None] = lambda: None

    def fail(
        self,
        method: str,
        path: str,
        status: int,
        *,
        json_code: int = 0,
        times: int | None = 1,
        skip: int = 0,
        after_effect: bool = False,
        delay_s: float = 0.0,
        retry_after_s: float = 0.05,
        scope: str = "user",
        body: dict[str, Any] | None = None,
    ) -> Fault:
        """Let the next `times` matching requests fail (None: until lifted). Status 0 drops the connection.

        `after_effect`: the request does its work first. `skip`: so many matching ones pass before. For 429 `scope` is
        user, shared or global. `body`: what is answered instead of the plain error.
        """
        pattern = re.compile(path)
        order = Fault(
            method, pattern, status, json_code, times, skip, after_effect, delay_s, retry_after_s, scope, body
        )
        self.orders.append(order)
        return order

    def slow(
        self, method: str, path: str, delay_s: float, *, times: int | None = 1, after_effect: bool = True
    ) -> Fault:
        """Answer late, but well: the delay stands after the effect (or before it)."""
        return self.fail(method, path, 200, times=times, after_effect=after_effect, delay_s=delay_s)

    @contextlib.contextmanager
    def outage(self) -> Iterator[None]:
        """The network is away: every connection of REST, gateway and CDN is dropped and refused."""
        self.network_away = True
        self.on_network_away()
        try:
            yield
        finally:
            self.network_away = False

    @contextlib.contextmanager
    def unavailable(self, status: int = 503, method: str = "*", path: str = "/api/") -> Iterator[Fault]:
        """Every REST request (or those that fit) fails with a status, while the gateway stays."""
        order = self.fail(method, path, status, times=FOREVER)
        try:
            yield order
        finally:
            order.lift()

    def on_request(
        self,
        method: str,
        path: str,
        callback: Callable[[Logged], Awaitable[object]],
        *,
        after_effect: bool = False,
        skip: int = 0,
        times: int | None = 1,
        drop: bool = False,
    ) -> Hook:
        """Call back when a matching request has arrived, or after its effect and before its answer.

        `drop` (before the effect only): the request is then lost, as when the sender dies while sending it.
        """
        hook = Hook(method, re.compile(path), callback, after_effect, skip, times, drop)
        self.hooks.append(hook)
        return hook

    def limit(self, method: str, path: str, limit: int, per_s: float, *, scope: str = "user") -> Limit:
        """A rate limit per channel (or token) with real X-RateLimit headers."""
        bucket = Limit(method, re.compile(path), limit, per_s, scope)
        self.limits.append(bucket)
        return bucket

    def limit_globally(self, limit: int = 50, per_s: float = 1.0) -> Limit:
        """The global limit; interaction endpoints are not bound to it."""
        self.global_limit = Limit("*", re.compile(""), limit, per_s, "global")
        return self.global_limit

    def clear(self) -> None:
        """Lift everything."""
        self.orders.clear()
        self.hooks.clear()
        self.limits.clear()
        self.global_limit = None
        self.network_away = False

    # -- asked by the server

    def strike(self, method: str, path: str) -> Fault | None:
        """The fault that hits a request."""
        for order in self.orders:
            if not order.fits(method, path):
                continue
            if order.skip > 0:
                order.skip -= 1
                continue
            if order.times is not FOREVER:
                order.times -= 1
            order.struck += 1
            return order
        return None

    async def call_hooks(self, logged: Logged, *, after_effect: bool) -> bool:
        """Run the callbacks of this moment; whether the request goes on."""
        goes_on = True
        for hook in [hook for hook in self.hooks if hook.after_effect is after_effect]:
            if hook.times == 0 or hook.method not in {logged.method, "*"} or not hook.pattern.search(logged.path):
                continue
            if hook.skip > 0:
                hook.skip -= 1
                continue
            hook.times = hook.times if hook.times is FOREVER else hook.times - 1
            await hook.callback(logged)
            goes_on = goes_on and not hook.drop
        return goes_on

    def bucket(self, method: str, path: str) -> Limit | None:
        """The bucket a request belongs to."""
        fitting = (item for item in self.limits if item.method in {method, "*"} and item.pattern.search(path))
        return next(fitting, None)

    async def delay(self, fault: Fault) -> None:
        """Wait as ordered."""
        if fault.delay_s:
            await asyncio.sleep(fault.delay_s)
