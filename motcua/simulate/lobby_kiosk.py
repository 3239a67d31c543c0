"""A kiosk of the simulated lobby: the shipped desk, print record and printer's thread, without a screen before them.

What a citizen would see arrives here as the session's events; what they would touch is done as its effects.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self, TypeVar

from kiosk import session as s
from kiosk.asker import new_id
from kiosk.desk import Desk
from motcua.office_run import OfficeRun
from queue_core.errors import MotcuaError, register
from queue_core.wire.bus import Bus
from queue_core.wire.messages import TicketBody

E = TypeVar("E", bound=s.Event)
register({"simulate.unseen": ("{who} không thấy {what}.", "{who} did not see {what}.")})


class LobbyKiosk:
    """One kiosk; used by one citizen at a time, as in life. A context manager."""

    def __init__(self, office: OfficeRun, client: str, folder: Path, *, printer: str, second: str = "none:") -> None:
        self.client = client
        #: every number that the screen showed, by request
        self.shown: dict[str, list[TicketBody]] = {}
        self._seen: list[s.Event] = []
        self._changed = threading.Condition()
        self._bus = Bus(
            host=office.broker.host, port=office.broker.port, topics=office.topics, client=client, kind="kiosk",
            password=office.broker.password(client), on_connection=self._connection,
        )  # fmt: skip
        self._desk = Desk(
            bus=self._bus, data=folder, printer=printer, second_printer=second, width_dots=576, post=self._post,
            status_every_s=1.0,
        )  # fmt: skip

    def __enter__(self) -> Self:
        self._desk.start()
        self._desk.warm()
        return self

    def __exit__(self, *_: object) -> None:
        self._desk.stop()

    def wait_ready(self, timeout_s: float) -> None:
        """Until the lobby is known and the hub is heard."""
        until_s = time.monotonic() + timeout_s
        with self._changed:
            while (seen := self._desk.seen()).hub_away or seen.lobby is None:
                if not self._changed.wait(max(0.01, min(0.2, until_s - time.monotonic()))) and (
                    time.monotonic() > until_s
                ):
                    raise MotcuaError("simulate.unseen", who=self.client, what="the lobby")

    def ask(self, service: str) -> str:
        """Touch a service; gives the request's identity."""
        request_id = new_id()
        self._desk.do(s.Ask(s.Asked(request_id=request_id, service=service)))
        return request_id

    def number(self, request_id: str, timeout_s: float) -> TicketBody:
        """The number as the screen shows it. Raises ``simulate.unseen``."""
        return self._wait(s.TicketCame, lambda event: event.request_id == request_id, timeout_s).ticket

    def slip_end(self, request_id: str, count: int, timeout_s: float) -> str:
        """How the ``count``-th try of a slip ended: an error key, "" when it is out. Raises ``simulate.unseen``."""

        def ends() -> list[str]:
            return [x.error for x in self._seen if isinstance(x, s.SlipEnded) and x.request_id == request_id]

        with self._changed:
            if not self._changed.wait_for(lambda: len(ends()) >= count, timeout_s):
                raise MotcuaError("simulate.unseen", who=self.client, what=f"end {count} of its slip")
            return ends()[count - 1]

    def reprint(self, request_id: str) -> None:
        """Touch "print again"."""
        self._desk.do(s.PrintAgain(request_id))

    def _wait(self, kind: type[E], where: Callable[[E], bool], timeout_s: float) -> E:
        def found() -> E | None:
            return next((event for event in self._seen if isinstance(event, kind) and where(event)), None)

        with self._changed:
            if not self._changed.wait_for(lambda: found() is not None, timeout_s):
                raise MotcuaError("simulate.unseen", who=self.client, what=kind.__name__)
            event = found()
        if event is None:
            raise MotcuaError("internal")
        return event

    def _post(self, event: s.Event) -> None:
        with self._changed:
            if isinstance(event, s.TicketCame):
                self.shown.setdefault(event.request_id, []).append(event.ticket)
            self._seen.append(event)
            self._changed.notify_all()

    def _connection(self, connected: bool) -> None:
        self._desk.connection_changed(connected)
