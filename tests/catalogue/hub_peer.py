"""A web server on a free port that serves a catalogue as the hub does, or misbehaves in one named way."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Peer(ThreadingHTTPServer):
    """``file`` under ``tag``; ``trouble``: "", huge, endless, cut, slow, slow_headers, redirect, error."""

    daemon_threads = True

    def __init__(self, file: Path, tag: str, trouble: str = "") -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.file, self.tag, self.trouble = file, tag, trouble
        self.asked: list[tuple[str, str]] = []
        self.answered: list[int] = []
        self.ended = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """The client hangs up on a peer that misbehaves; that is what it should do."""


class _Answers(BaseHTTPRequestHandler):
    server: Peer

    def log_message(self, *_args: object) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        peer, have = self.server, self.headers.get("if-none-match", "")
        peer.asked.append((self.path, have))
        tag, body = f'"{peer.tag}"', peer.file.read_bytes()
        if have == tag:
            self._say(304, {"etag": tag})
            return
        match peer.trouble:
            case "error":
                self._say(503, {"content-length": "0"})
            case "redirect":
                self._say(302, {"location": "http://127.0.0.1:1/other.db", "content-length": "0"})
            case "huge":
                self._say(200, {"content-length": str(50 * 1024 * 1024), "etag": tag})
                self._pour(50 * 1024 * 1024)
            case "endless":
                self._say(200, {"etag": tag})
                self._pour(50 * 1024 * 1024)
            case "cut":
                self._say(200, {"content-length": str(len(body)), "etag": tag})
                self.wfile.write(body[: len(body) // 2])
            case "slow":
                self._say(200, {"content-length": str(len(body)), "etag": tag})
                while not peer.ended.wait(0.05):
                    self.wfile.write(b"x")
            case "slow_headers":
                while not peer.ended.wait(0.05):
                    self.wfile.write(b"x")
            case _:
                self._say(200, {"content-length": str(len(body)), "etag": tag})
                self.wfile.write(body)

    def _say(self, status: int, headers: dict[str, str]) -> None:
        self.server.answered.append(status)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _pour(self, size_bytes: int) -> None:
        chunk = b"\0" * 65536
        for _ in range(size_bytes // len(chunk)):
            self.wfile.write(chunk)


@contextmanager
def serving(file: Path, tag: str, trouble: str = "") -> Iterator[Peer]:
    peer = Peer(file, tag, trouble)
    thread = threading.Thread(target=peer.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield peer
    finally:
        peer.ended.set()
        peer.shutdown()
        peer.server_close()
        thread.join(5)
