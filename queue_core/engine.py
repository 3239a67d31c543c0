"""``decide(state, command) → events`` and ``fold(state, event) → state``: the queue's rules as two pure functions.

Whatever the command and the state, a decision gives events or raises a keyed error, and changes nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from queue_core import commands as c
from queue_core import events as e
from queue_core.decisions import arranging, days, issuing, rating, series, serving
from queue_core.decisions.context import Context, Forecast
from queue_core.decisions.days import first_day
from queue_core.fold import fold, fold_into
from queue_core.state import State

__all__ = ["Context", "Forecast", "decide", "first_day", "fold", "fold_into"]

_DECISIONS: Final[dict[type[c.Command], Callable[[State, Any, Context], list[e.AnyEvent]]]] = {
    c.Issue: issuing.issue,
    c.CheckIn: issuing.check_in,
    c.CancelRequest: issuing.cancel_request,
    c.CancelTicket: issuing.cancel_ticket,
    c.SlipDone: issuing.slip_done,
    c.RaiseSeries: series.raise_series,
    c.Testify: series.testify,
    c.MakeBooking: issuing.book,
    c.CancelBooking: issuing.cancel_booking,
    c.CallNext: serving.call_next,
    c.CallTicket: serving.call_ticket,
    c.Recall: serving.recall,
    c.Serve: serving.serve,
    c.Finish: serving.finish,
    c.NoShow: serving.no_show,
    c.Undo: serving.undo,
    c.OpenCounter: serving.open_counter_,
    c.PauseCounter: serving.pause_counter,
    c.CloseCounter: serving.close_counter,
    c.Transfer: arranging.transfer,
    c.Park: arranging.park,
    c.Unpark: arranging.unpark,
    c.Reopen: arranging.reopen,
    c.SetPriority: arranging.set_priority,
    c.SwitchService: arranging.switch_service,
    c.ChangeOffice: arranging.change_office,
    c.AskHelp: arranging.ask_help,
    c.AnswerHelp: arranging.answer_help,
    c.ReportAlert: arranging.report_alert,
    c.NoteAccount: arranging.note_account,
    c.NoteDossier: arranging.note_dossier,
    c.Rate: rating.rate,
    c.SetDate: days.set_date,
    c.ConfirmClock: days.confirm_clock,
    c.CloseDay: days.close_day,
    c.ReopenDay: days.reopen_day,
    c.Tick: days.tick,
}


def decide(state: State, command: c.AnyCommand, ctx: Context) -> list[e.AnyEvent]:
    """The events that answer a command, in order; those that the passing of time brings stand first.

    Raises :class:`queue_core.errors.MotcuaError` (a keyed refusal); then nothing happened. A refusal also drops the
    events of passing time: the next tick brings them again.
    """
    turned = days.turn(state, ctx)
    for event in turned:
        state = fold(state, event)
    return [*turned, *_DECISIONS[type(command)](state, command, ctx)]
