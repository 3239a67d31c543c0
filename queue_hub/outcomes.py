"""What comes of a command: events on disk and the reply, or a keyed error and no change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from queue_core import commands as c
from queue_core import events as e
from queue_core.errors import MotcuaError
from queue_core.state import State
from queue_core.tickets import Ticket
from queue_core.wire.messages import ErrorBody, Reply


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a command: events on disk and the reply, or a keyed error and no change.

    ``on_disk``: the reply had been saved by an earlier commit; a failing one does not touch it.
    """

    ok: bool
    reply: Reply
    error: MotcuaError | None = None
    events: tuple[e.AnyEvent, ...] = ()
    ticket: Ticket | None = None
    on_disk: bool = False


@dataclass(frozen=True, slots=True)
class Commit:
    """One transaction: the state after it, its events and the position of the first."""

    state: State
    events: tuple[e.AnyEvent, ...]
    first_seq: int
    epoch: str

    @property
    def seq(self) -> int:
        """Position of the last event."""
        return self.first_seq + len(self.events) - 1


#: takes what came of a command, on the engine's thread
AnswerTo = Callable[[Outcome], None]


def ticket_of(
    state: State, events: Sequence[e.AnyEvent], command: c.AnyCommand, request_id: str | None
) -> Ticket | None:
    """The ticket a reply is about: the one just given, called or changed; or the one this request had before."""
    for event in reversed(events):
        value = getattr(event, "ticket", None)
        ticket_id = value.get("id") if isinstance(value, dict) else value
        if isinstance(ticket_id, str) and ticket_id in state.tickets and not isinstance(event, e.TicketExpired):
            return state.tickets[ticket_id]
    if isinstance(command, (c.Issue, c.CheckIn)) and request_id:
        return state.tickets.get(state.requests.get(request_id, ""))
    return None


def bare(request_id: str | None) -> str:
    """A request id as its sender wrote it: the front put the sender's name before it."""
    return (request_id or "").rpartition("/")[2]


def refused(error: MotcuaError, request_id: str | None) -> Outcome:
    """Nothing changed, and why."""
    body = ErrorBody(key=error.key, vi=error.vi, en=error.en)
    return Outcome(ok=False, reply=Reply(ok=False, request_id=bare(request_id), error=body), error=error)
