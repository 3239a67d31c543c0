"""A hard key at a counter: whose command it is, and whether somebody is there to have meant it.

A keypad has no log-in. It stands on the officer's desk, so it acts for whoever has the counter now; with nobody on duty
it is refused, and so is every client that is no counter sign of this office.
"""

from __future__ import annotations

from queue_core import commands as c
from queue_core.decisions.context import counter_of
from queue_core.errors import MotcuaError, RuleError, register
from queue_core.state import State
from queue_core.tickets import CounterState, CounterStatus
from queue_core.wire.messages import KeypadRequest
from queue_hub.device_names import kind_of

register(
    {
        "keypad.nobody_on_duty": (
            "Quầy {counter} chưa có cán bộ. Hãy mở quầy trên máy tính rồi bấm lại.",
            "Nobody is on duty at counter {counter}. Open it on the computer, then press again.",
        ),
        "keypad.nowhere_to_send": (
            "Phím chuyển của quầy {counter} chưa được gán dịch vụ. Hãy chuyển trên máy tính.",
            "The transfer key of counter {counter} names no service. Transfer on the computer.",
        ),
    }
)


def keypad_command(state: State, client: str, request: KeypadRequest) -> tuple[c.AnyCommand, str]:
    """The command of a key, and who asks: ``keypad:signs-1:lan``.

    Raises :class:`MotcuaError`: ``command.not_allowed``, ``counter.unknown``, ``keypad.nobody_on_duty``,
    ``counter.nobody_here`` or ``keypad.nowhere_to_send``; the rules refuse the rest.
    """
    if kind_of(state, client) != "signs":
        raise MotcuaError("command.not_allowed")
    counter, runtime = counter_of(state, request.counter)
    if runtime.officer is None or runtime.status is CounterStatus.CLOSED:
        raise RuleError("keypad.nobody_on_duty", counter=counter.number)
    return _command(counter.number, runtime, request), f"keypad:{client}:{runtime.officer}"


def _command(number: int, runtime: CounterState, request: KeypadRequest) -> c.AnyCommand:
    at = runtime.id
    match request.key:
        case "next":
            return c.CallNext(counter=at, finish=True)
        case "recall":
            return c.Recall(counter=at)
        case "serve":
            return c.Serve(counter=at)
        case "finish":
            return c.Finish(counter=at)
        case "no_show":
            return c.NoShow(counter=at)
        case "undo":
            return c.Undo(counter=at)
        case "pause":
            if runtime.status is CounterStatus.PAUSED:
                return c.OpenCounter(counter=at, officer=runtime.officer or "", officer_name=runtime.officer_name)
            return c.PauseCounter(counter=at)
        case "transfer":
            if runtime.ticket is None:
                raise RuleError("counter.nobody_here", counter=number)
            if not request.service:
                raise RuleError("keypad.nowhere_to_send", counter=number)
            return c.Transfer(ticket=runtime.ticket, service=request.service)
