"""Slips that officers have printed at a kiosk: sent to a kiosk that is there, and followed until it says how it went.

Nothing is kept for a kiosk that is away: the citizen stands at the counter now, and the officer is told at once. What
was sent is remembered for a while, so that the same wish twice is one slip, and the console can say what became of it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from queue_core import events as e
from queue_core.errors import MotcuaError, RuleError, register
from queue_core.state import State
from queue_core.tickets import Ticket
from queue_core.wire.messages import PrintJob
from queue_hub.device_names import device_name
from queue_hub.replies import ticket_body

if TYPE_CHECKING:
    from queue_core.wire.bus import Bus
    from queue_core.wire.presence import Presence
    from queue_hub.engine import Commit, Engine

#: a slip that has not begun to come out by then is not printed any more
WITHIN_S: Final = 30
#: the printing itself, and the way of the answer
ANSWER_S: Final = 15
_KEPT: Final = 200
_SHOWN_MS: Final = 120_000

register(
    {
        "printer.kiosk_away": (
            "{name} đang mất kết nối nên chưa in được. Hãy in ở máy khác.",
            "{name_en} is not connected, nothing was printed. Print it elsewhere.",
        ),
    }
)

How = Literal["sent", "printed", "failed", "silent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentSlip:
    """A slip sent to a kiosk. ``why``: the error's key of a failed one. Times: the hub's clock, UTC ms."""

    id: str
    ticket: str
    number: str
    kiosk: str
    sent_ms: int
    how: How = "sent"
    why: str = ""


class KioskPrinters:
    """The printers of the kiosks that are there. Any thread."""

    def __init__(
        self,
        engine: Engine,
        bus: Bus,
        presence: Presence,
        follow: Callable[[Ticket, State], str | None] | None = None,
    ) -> None:
        self._engine, self._bus, self._presence, self._follow = engine, bus, presence, follow
        self._lock = threading.Lock()
        self._sent: dict[str, SentSlip] = {}
        engine.on_commit(self._on_commit)

    def kiosks(self) -> dict[str, bool]:
        """Each kiosk that was ever heard: whether it is there now."""
        states = self._presence.all()
        connected = self._bus.connected
        return {i: connected and s.state == "ready" for i, s in sorted(states.items()) if s.kind == "kiosk"}

    def send(self, ticket_id: str, kiosk: str, job_id: str) -> SentSlip:
        """Have a kiosk print a ticket's slip; the same ``job_id`` again is the same slip.

        Raises ticket.unknown, or printer.kiosk_away (nothing was sent).
        """
        with self._lock:
            if (before := self._sent.get(job_id)) is not None:
                return before
        state, now_ms = self._engine.state, self._engine.now().utc_ms
        ticket = state.tickets.get(ticket_id)
        if ticket is None:
            raise RuleError("ticket.unknown", ticket=ticket_id)
        slip = SentSlip(id=job_id, ticket=ticket.id, number=ticket.number, kiosk=kiosk, sent_ms=now_ms)
        with self._lock:  # before the wire: the answer may be faster than we are
            self._sent[job_id] = slip
            for old in list(self._sent)[:-_KEPT]:
                del self._sent[old]
        if not self.kiosks().get(kiosk) or not self._publish(state, ticket, kiosk, job_id, now_ms):
            with self._lock:
                self._sent.pop(job_id, None)
            raise MotcuaError(
                "printer.kiosk_away", name=device_name(state, kiosk, "vi"), name_en=device_name(state, kiosk, "en")
            )
        return slip

    def recent(self) -> list[SentSlip]:
        """What was sent in the last two minutes; one that a kiosk should have answered by now is ``silent``."""
        now_ms = self._engine.now().utc_ms
        with self._lock:
            sent = [s for s in self._sent.values() if 0 <= now_ms - s.sent_ms < _SHOWN_MS]
        late_ms = (WITHIN_S + ANSWER_S) * 1000
        return [replace(s, how="silent") if s.how == "sent" and now_ms - s.sent_ms > late_ms else s for s in sent]

    def _publish(self, state: State, ticket: Ticket, kiosk: str, job_id: str, now_ms: int) -> bool:
        policy = state.setup.policy
        job = PrintJob(
            request_id=job_id,
            asof_ms=now_ms,
            deadline_ms=now_ms + WITHIN_S * 1000,
            ticket=ticket_body(state, ticket, self._follow),
            office=state.setup.name,
            no_show_after=policy.no_show_back_after,
            no_show_limit=policy.no_show_limit,
            reprint=ticket.printed > 0,
        )
        return self._bus.publish(self._bus.topics.print_job(kiosk), job, expiry_s=WITHIN_S)

    def _on_commit(self, commit: Commit) -> None:
        for event in commit.events:
            if isinstance(event, (e.SlipPrinted, e.SlipFailed)):
                self._answered(event)

    def _answered(self, event: e.SlipPrinted | e.SlipFailed) -> None:
        with self._lock:
            slip = next(
                (s for s in self._sent.values() if (s.how, s.ticket, s.kiosk) == ("sent", event.ticket, event.device)),
                None,
            )
            if slip is not None:
                failed = isinstance(event, e.SlipFailed)
                why = event.why if isinstance(event, e.SlipFailed) else ""
                self._sent[slip.id] = replace(slip, how="failed" if failed else "printed", why=why)
