"""The listeners: uvicorn on one event loop in one thread of the hub's process.

The sockets are bound before the thread begins, so a port that is taken is an error of :meth:`WebThread.start`'s
caller. Plain HTTP is bound to this machine only.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import uvicorn
from fastapi import FastAPI

from queue_core.errors import ConfigError, MotcuaError, register
from queue_hub.tls import TlsFiles, is_loopback

log = logging.getLogger(__name__)
READY_S: Final = 20.0
BACKLOG: Final = 128
#: open streams are told to end; whoever does not read is cut off after this
GRACE_S: Final = 2

register(
    {
        "web.port_taken": (
            "Không mở được cổng {port} tại {host}: {problem}.",
            "Port {port} at {host} cannot be opened: {problem}.",
        ),
        "web.not_started": ("Trang của cán bộ không khởi động được.", "The console's pages did not start."),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """An application at an address. ``port`` 0: any free one. ``tls`` may be None on this machine's own only."""

    app: FastAPI
    host: str = "127.0.0.1"
    port: int = 0
    tls: TlsFiles | None = None


class WebThread:
    """Serves listeners until :meth:`stop`.

    ``fatal`` takes the error when serving ends by itself: a hub without its console shall be started again.
    """

    def __init__(self, listeners: Sequence[Listener], *, fatal: Callable[[BaseException], None] | None = None) -> None:
        """Bind the sockets. Raises ConfigError: tls.needed, web.port_taken."""
        self._fatal = fatal
        self._stopping = False
        self._servers: list[_Server] = []
        self._sockets: list[socket.socket] = []
        self._thread = threading.Thread(target=self._run, name="web", daemon=True)
        try:
            for listener in listeners:
                self._sockets.append(_bind(listener))
        except BaseException:
            for bound in self._sockets:
                bound.close()
            raise
        self._listeners = list(listeners)

    @property
    def ports(self) -> list[int]:
        """The ports really bound, in the listeners' order."""
        return [int(s.getsockname()[1]) for s in self._sockets]

    @property
    def alive(self) -> bool:
        """Whether the thread serves."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Serve; returns when requests are answered. Raises web.not_started."""
        for listener in self._listeners:
            tls = listener.tls
            config = uvicorn.Config(
                listener.app, http="h11", loop="asyncio", ws="none", log_level="warning", access_log=False,
                server_header=False, date_header=False, proxy_headers=False, timeout_keep_alive=30,
                timeout_graceful_shutdown=GRACE_S, limit_concurrency=400, backlog=BACKLOG,
                ssl_certfile=str(tls.cert) if tls else None, ssl_keyfile=str(tls.key) if tls else None,
            )  # fmt: skip
            self._servers.append(_Server(config, getattr(listener.app.state, "end_streams", _nothing)))
        self._thread.start()
        for server in self._servers:
            if not server.ready.wait(READY_S):
                self.stop()
                raise MotcuaError("web.not_started")

    def stop(self) -> None:
        """End all streams and listeners."""
        self._stopping = True
        for server in self._servers:
            server.end()
        if self._thread.ident is not None:
            self._thread.join(GRACE_S + 5)
        for bound in self._sockets:
            bound.close()

    def _run(self) -> None:
        async def serve() -> None:
            await asyncio.gather(*(s.serve(sockets=[b]) for s, b in zip(self._servers, self._sockets, strict=True)))

        ended: BaseException = RuntimeError("serving ended by itself")
        try:
            asyncio.run(serve())
        except BaseException as error:
            log.critical("the web thread failed", exc_info=True)
            ended = error
        if not self._stopping and self._fatal is not None:
            self._fatal(ended)


class _Server(uvicorn.Server):
    """A uvicorn server that says when it serves, and ends live streams before it waits for them."""

    def __init__(self, config: uvicorn.Config, end_streams: Callable[[], None]) -> None:
        super().__init__(config)
        self._end_streams = end_streams
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    def end(self) -> None:
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._end_streams()
        await super().shutdown(sockets)


def _nothing() -> None:
    """An application without streams."""


def _bind(listener: Listener) -> socket.socket:
    if listener.tls is None and not is_loopback(listener.host):
        raise ConfigError("tls.needed", host=listener.host, path="http-host")
    family = socket.AF_INET6 if ":" in listener.host else socket.AF_INET
    # The protocol is named because asyncio sets TCP_NODELAY only where it sees it: without, each answer takes 40 ms.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((listener.host, listener.port))
        bound.listen(BACKLOG)  # at once: a second hub on this port is refused here
    except OSError as error:
        bound.close()
        raise ConfigError(
            "web.port_taken", host=listener.host, port=listener.port, problem=error.strerror, path="http-port"
        ) from error
    return bound
