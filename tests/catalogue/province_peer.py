"""The province's web server: HTTPS by an authority of its own, a list under changing editions, and bad days."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from provisioning.authority import Authority

#: what a server could say of a file, and nobody may believe
LIES = 'attachment; filename="../../etc/motcua/office.yaml"'


class Province(ThreadingHTTPServer):
    """``body`` at ``/list``; ``trouble``: "", to_http, to_itself, moved, error, huge, cut."""

    daemon_threads = True

    def __init__(self, certificate: Path, key: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.body, self.etag, self.modified_s, self.trouble = b"", "", 0.0, ""
        self.asked: list[dict[str, str]] = []
        self.answered: list[int] = []

    @property
    def url(self) -> str:
        return f"https://localhost:{self.server_address[1]}/list"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that does not trust it hangs up; that is what it should do."""


class _Answers(BaseHTTPRequestHandler):
    server: Province

    def log_message(self, *_args: object) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        peer = self.server
        peer.asked.append({name.lower(): value for name, value in self.headers.items()} | {"path": self.path})
        said: dict[str, Any] = {"content-disposition": LIES, "content-type": "image/png"}
        if peer.etag:
            said["etag"] = peer.etag
        if peer.modified_s:
            said["last-modified"] = formatdate(peer.modified_s, usegmt=True)
        here = f"https://localhost:{peer.server_address[1]}"
        match peer.trouble:
            case "to_http":
                self._say(302, {"location": f"http://localhost:{peer.server_address[1]}/list"})
            case "to_itself":
                self._say(302, {"location": self.path})
            case "moved" if self.path == "/list":
                self._say(301, {"location": f"{here}/elsewhere/list?year=2026"})
            case "error":
                self._say(503, {})
            case "huge":
                self._say(200, said, body=b"[" * (2 * 1024 * 1024))
            case "cut":
                self._say(200, said, body=peer.body[: len(peer.body) // 2], length=len(peer.body))
            case _ if peer.etag and self.headers.get("if-none-match") == peer.etag:
                self._say(304, said)
            case _ if peer.modified_s and self.headers.get("if-modified-since") == said["last-modified"]:
                self._say(304, said)
            case _:
                self._say(200, said, body=peer.body)

    def _say(self, status: int, headers: dict[str, str], *, body: bytes = b"", length: int | None = None) -> None:
        self.server.answered.append(status)
        self.send_response(status)
        for name, value in {**headers, "content-length": str(len(body) if length is None else length)}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def province(folder: Path) -> Iterator[tuple[Province, Path]]:
    """The server, and the authority (PEM) by which it is trusted."""
    authority = Authority.make(folder, "tinh-mau")
    peer = Province(*authority.serve_files(["localhost"]))
    thread = threading.Thread(target=peer.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield peer, folder / "root.pem"
    finally:
        peer.shutdown()
        peer.server_close()
        thread.join(5)
