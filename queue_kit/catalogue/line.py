"""Asking a web server for a file: one deadline over everything, a limit on what it sends, nothing followed blindly."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, Final
from urllib.parse import urlsplit

from queue_kit.catalogue.errors import CatalogueError

_CHUNK_BYTES: Final = 64 * 1024
#: what goes wrong between two computers; everything else is a fault of this one
TROUBLES: Final = (http.client.HTTPException, ssl.SSLError, TimeoutError, ConnectionError, socket.gaierror)


@contextlib.contextmanager
def asked(
    address: str, *, headers: Mapping[str, str], ca: Path | None, deadline_s: float
) -> Iterator[http.client.HTTPResponse]:
    """The answer to a GET; a redirection is an answer like any other.

    ``ca``: the authority (PEM) that alone is trusted; None: the system's. Raises CatalogueError catalogue.away for what
    is no web address, one of :data:`TROUBLES`, OSError.
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context(cafile=str(ca) if ca else None)
        connection = http.client.HTTPSConnection(host, parts.port, timeout=deadline_s, context=context)
    elif parts.scheme == "http":
        connection = http.client.HTTPConnection(host, parts.port, timeout=deadline_s)
    else:
        raise CatalogueError("catalogue.away", problem=f"not a web address: {address}")
    # Each read has its own time-out; only cutting the line holds one deadline over all of them, the headers' too.
    guard = threading.Timer(deadline_s, _cut, (connection,))
    guard.daemon = True
    guard.start()
    try:
        wanted = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        connection.request(
            "GET", wanted, headers={"accept-encoding": "identity", "connection": "close", **headers}
        )  # fmt: skip
        with connection.getresponse() as answer:
            yield answer
    finally:
        guard.cancel()
        connection.close()


def _cut(connection: http.client.HTTPConnection) -> None:
    line = connection.sock
    if line is not None:
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)


def receive(answer: http.client.HTTPResponse, file: BinaryIO, limit_bytes: int, ends: float) -> None:
    """Write an answer's body into a file. ``ends``: the deadline, by :func:`time.monotonic`.

    Raises CatalogueError catalogue.too_large, catalogue.away (too slow, cut off).
    """
    announced = answer.length
    too_large = CatalogueError("catalogue.too_large", limit_mb=limit_bytes // 1024 // 1024)
    if announced is not None and announced > limit_bytes:
        raise too_large
    received = 0
    while chunk := answer.read1(_CHUNK_BYTES):
        received += len(chunk)
        if received > limit_bytes:
            raise too_large
        if time.monotonic() > ends:
            raise CatalogueError("catalogue.away", problem="too slow")
        file.write(chunk)
    if announced is not None and received < announced:
        late = time.monotonic() >= ends
        problem = "too slow" if late else f"cut off after {received} of {announced} bytes"
        raise CatalogueError("catalogue.away", problem=problem)
