"""Looking up procedures: by typing, by field, by a matter of life; a procedure's page, its checklist, its number."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kiosk.session.effects import FetchProcedure, ListGroup, PrintPapers, Search
from kiosk.session.events import ChecklistEnded, Found, Listed, ProcedureCame
from kiosk.session.looking import Looking
from kiosk.session.moves import Context, Handlers, Result, forward, to, trouble
from kiosk.session.numbers import number_for
from kiosk.session.touches import (
    ClearKeys,
    EraseKey,
    Key,
    OpenFields,
    OpenFind,
    OpenGroup,
    OpenProcedure,
    OpenProcedures,
    PressKey,
    PrintChecklist,
    ReadSection,
    ShowFound,
    SwitchKeys,
    SwitchMethod,
    TakeForProcedure,
)
from kiosk.session.typing import Typed
from kiosk.session.visit import READABLE, Screen, Visit
from queue_core.procedures import service_for
from queue_core.wire.messages import ErrorBody

_LISTS: Final = frozenset({Screen.ENTRIES, Screen.FIND})


def _open(visit: Visit, event: OpenProcedures, context: Context) -> Result:
    del event
    if visit.screen is not Screen.HOME or context.seen.shelf is None:
        return visit, ()
    return forward(visit, Screen.PROCEDURES, context, looking=Looking(), typed=Typed()), ()


def _open_find(visit: Visit, event: OpenFind, context: Context) -> Result:
    del event
    if visit.screen is not Screen.PROCEDURES:
        return visit, ()
    return forward(visit, Screen.FIND, context, typed=replace(visit.typed, figures=False)), ()


def _open_fields(visit: Visit, event: OpenFields, context: Context) -> Result:
    del event
    return (forward(visit, Screen.FIELDS, context), ()) if visit.screen is Screen.PROCEDURES else (visit, ())


def _open_group(visit: Visit, event: OpenGroup, context: Context) -> Result:
    if visit.screen not in {Screen.PROCEDURES, Screen.FIELDS}:
        return visit, ()
    looking = replace(visit.looking, group=event.group, entries=None)
    return forward(visit, Screen.ENTRIES, context, looking=looking), (ListGroup(event.group),)


def _show_found(visit: Visit, event: ShowFound, context: Context) -> Result:
    del event
    if visit.screen is not Screen.FIND or not visit.looking.found:
        return visit, ()
    looking = replace(visit.looking, group=None, entries=visit.looking.found)
    return forward(visit, Screen.ENTRIES, context, looking=looking), ()


def _open_procedure(visit: Visit, event: OpenProcedure, context: Context) -> Result:
    if visit.screen not in _LISTS:
        return visit, ()
    looking = replace(visit.looking, code=event.code, procedure=None, section="", printing="")
    return forward(visit, Screen.PROCEDURE, context, looking=looking), (FetchProcedure(event.code),)


def _read(visit: Visit, event: ReadSection, context: Context) -> Result:
    if visit.screen not in READABLE or visit.looking.procedure is None:
        return visit, ()
    looking = replace(visit.looking, section=event.section)
    if visit.screen is Screen.READING:
        # Another part: back still leads to all of them.
        return to(visit, Screen.READING, context, looking=looking, page=0), ()
    return forward(visit, Screen.READING, context, looking=looking), ()


# ------------------------------------------------------------------ typing
def retyped(typed: Typed, event: Key) -> Typed:
    """The field after a key."""
    match event:
        case PressKey():
            return typed.press(event.key)
        case EraseKey():
            return typed.erase()
        case ClearKeys():
            return typed.put("")
        case SwitchKeys():
            return typed.switch_keys()
        case SwitchMethod():
            return typed.switch_method()


def find_key(visit: Visit, event: Key, context: Context) -> Result:
    """A key of the screen where procedures are typed."""
    del context
    typed = retyped(visit.typed, event)
    if typed.text == visit.typed.text:
        return replace(visit, typed=typed), ()
    if not typed.text.strip():
        return replace(visit, typed=typed, page=0, looking=replace(visit.looking, found=(), found_for="")), ()
    return replace(visit, typed=typed, page=0), (Search(typed.text),)


# ------------------------------------------------------------------ the catalogue's answers
def _found(visit: Visit, event: Found, context: Context) -> Result:
    del context
    if visit.screen is not Screen.FIND or event.text != visit.typed.text:
        return visit, ()
    return replace(visit, looking=replace(visit.looking, found=event.entries, found_for=event.text)), ()


def _listed(visit: Visit, event: Listed, context: Context) -> Result:
    del context
    if visit.screen is not Screen.ENTRIES or event.group != visit.looking.group:
        return visit, ()
    return replace(visit, looking=replace(visit.looking, entries=event.entries)), ()


def _procedure_came(visit: Visit, event: ProcedureCame, context: Context) -> Result:
    if visit.screen is not Screen.PROCEDURE or event.code != visit.looking.code:
        return visit, ()
    if event.procedure is None:
        gone = ErrorBody(key="procedure.gone", vi="", en="")
        return trouble(visit, context, gone, Screen.PROCEDURES), ()
    return replace(visit, looking=replace(visit.looking, procedure=event.procedure)), ()


# ------------------------------------------------------------------ what one may do with it
def _print(visit: Visit, event: PrintChecklist, context: Context) -> Result:
    del event, context
    procedure = visit.looking.procedure
    if visit.screen is not Screen.PROCEDURE or procedure is None or visit.looking.printing == "printing":
        return visit, ()
    return replace(visit, looking=replace(visit.looking, printing="printing")), (PrintPapers(procedure, visit.lang),)


def _printed(visit: Visit, event: ChecklistEnded, context: Context) -> Result:
    del context
    if visit.looking.printing != "printing":
        return visit, ()
    return replace(visit, looking=replace(visit.looking, printing="failed" if event.error else "printed")), ()


def _take(visit: Visit, event: TakeForProcedure, context: Context) -> Result:
    del event
    procedure, lobby = visit.looking.procedure, context.seen.lobby
    if visit.screen not in READABLE or procedure is None:
        return visit, ()
    service = service_for(lobby.services if lobby else (), procedure.field, procedure.code)
    if service is None:
        return visit, ()
    return number_for(visit, context, service, visit.screen)


HANDLERS: Final[Handlers] = {
    OpenProcedures: _open,
    OpenFind: _open_find,
    OpenFields: _open_fields,
    OpenGroup: _open_group,
    ShowFound: _show_found,
    OpenProcedure: _open_procedure,
    ReadSection: _read,
    Found: _found,
    Listed: _listed,
    ProcedureCame: _procedure_came,
    PrintChecklist: _print,
    ChecklistEnded: _printed,
    TakeForProcedure: _take,
}
