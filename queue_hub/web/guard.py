"""The outermost layer of both applications: strict headers, and no request larger than it needs to be."""

from __future__ import annotations

import contextlib
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from queue_core.errors import MotcuaError
from queue_hub.web.refusals import refusal

#: no inline script or style, nothing from elsewhere, in no frame
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)
_HEADERS: Final = [
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
]


class Guard:
    """ASGI middleware. ``limit_bytes``: largest body; ``large``: path endings that may have a larger one.

    A refused body is not read: the connection is closed after the answer.
    """

    def __init__(self, app: ASGIApp, *, limit_bytes: int = 256 * 1024, large: dict[str, int] | None = None) -> None:
        self._app = app
        self._limit_bytes = limit_bytes
        self._large = large or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = next((n for end, n in self._large.items() if scope["path"].endswith(end)), self._limit_bytes)
        declared = next((v for k, v in scope["headers"] if k == b"content-length"), b"0")
        seen = 0
        started = False

        async def guarded_send(message: Message) -> None:
            nonlocal started
            if seen > limit and not started:
                return  # the application answered what it could not read whole
            if message["type"] == "http.response.start":
                started = True
                have = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(h for h in _HEADERS if h[0] not in have)]
                if b"cache-control" not in have:
                    message["headers"].append((b"cache-control", b"no-store"))
            await send(message)

        async def counted_receive() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise _TooLargeError
            return message

        if not (declared.isdigit() and int(declared) > limit):
            with contextlib.suppress(_TooLargeError):
                await self._app(scope, counted_receive, guarded_send)
            if seen <= limit or started:
                return
        seen = 0
        too_large = refusal(MotcuaError("web.too_large", limit=limit // 1024))
        too_large.headers["connection"] = "close"
        await too_large(scope, receive, guarded_send)


class _TooLargeError(Exception):
    """More came than is read."""
