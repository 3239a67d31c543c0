"""Citizens at a kiosk outside of the virtual machine: they ask over mutual TLS, and remember what they were told."""

from __future__ import annotations

import contextlib
import threading
import uuid
from collections.abc import Iterator

from queue_core.errors import MotcuaError
from queue_core.wire.bus import Bus, TlsFiles
from queue_core.wire.messages import IssueRequest
from queue_core.wire.topics import Topics
from tests.rig.machine import MachineError, wait_until

#: so many ask at once: a batch is always being committed
AT_ONCE = 16


class Citizens:
    """``announced``: every number that anybody was told, in that order."""

    def __init__(self, port: int, topics: Topics, client: str, tls: TlsFiles, service: str) -> None:
        self.announced: list[str] = []
        self._service = service
        self._lock = threading.Lock()
        self._waiting = 0
        self._gone = threading.Event()
        self._bus = Bus(
            host="127.0.0.1", port=port, topics=topics, client=client, kind="kiosk", tls=tls, fatal=lambda _error: None
        )

    @contextlib.contextmanager
    def there(self, timeout_s: float) -> Iterator[Citizens]:
        """They have come, and the hub answers them."""
        self._bus.start()
        try:
            if not self._bus.wait_connected(timeout_s):
                raise MachineError(f"no broker within {timeout_s} s: {self._bus.trouble}")
            yield self
        finally:
            self._gone.set()
            self._bus.stop()

    @property
    def waiting(self) -> int:
        """How many have asked and were told nothing yet."""
        return self._waiting

    def ask(self, timeout_s: float = 30, request_id: str = "") -> str:
        """One more number; the same one for the same request. Raises WireError; :class:`MachineError`: refused."""
        request = IssueRequest(request_id=request_id or uuid.uuid4().hex, service=self._service)
        with self._lock:
            self._waiting += 1
        try:
            reply = self._bus.request("issue", request, timeout_s=timeout_s)
        finally:
            with self._lock:
                self._waiting -= 1
        if reply.ticket is None:
            raise MachineError(f"refused: {reply.error}")
        with self._lock:
            self.announced.append(reply.ticket.number)
        return reply.ticket.number

    def first(self, timeout_s: float) -> str:
        """The first number after a start, asked for until it comes. Raises :class:`MachineError`."""
        request_id = uuid.uuid4().hex

        def asked() -> str | None:
            with contextlib.suppress(MotcuaError):
                return self.ask(10, request_id)
            return None

        found: str = wait_until(asked, "number from the hub", timeout_s)
        return found

    def rush(self) -> None:
        """All ask, and ask again, until they have gone or the machine has."""

        def goes_on() -> None:
            with contextlib.suppress(MotcuaError, MachineError):
                while not self._gone.is_set():
                    self.ask(10)

        for _ in range(AT_ONCE):
            threading.Thread(target=goes_on, daemon=True).start()
