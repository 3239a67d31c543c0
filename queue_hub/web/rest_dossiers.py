"""``/api/v1/dossiers``: the dossier book for officers and for other software (scope ``dossiers``).

A code holds dots and dashes and, of other systems, slashes: it travels in the query or the body, never in the path.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from queue_core.dossier_code import DossierCode, ForeignCode, read_code, refusal_words
from queue_core.dossiers import STATE_WORDS, DossierState
from queue_core.errors import MotcuaError, RuleError
from queue_core.wire.messages import DossierBody
from queue_hub.accounts import Role
from queue_hub.dossiers.backends.drop_report import FileReport
from queue_hub.dossiers.desk import DossierDesk
from queue_hub.dossiers.errors import DossierError
from queue_hub.dossiers.record import NewDossier, Record
from queue_hub.receipts.words import Form, form
from queue_hub.web.auth import Caller, Dossiers, Reader, caller
from queue_hub.web.context import Web, request_id_of, web_of
from queue_hub.web.rest import Key, PathId, plain

router = APIRouter(tags=["dossiers"])
Code = Query(min_length=1, max_length=64, description="the dossier's code")
FormName = Literal["01", "02", "03", "04"]
Words = Annotated[str, Field(max_length=1000)]
#: a supervisor, or software that keeps dossiers
FileReader = Annotated[Caller, Depends(caller("dossiers", role=Role.SUPERVISOR))]
CodeText = Annotated[str, Field(min_length=1, max_length=64)]


class Change(BaseModel):
    """A new state: 4, 6, 7, 8 or 9. ``note``: for 6 what is to be paid, else a remark."""

    code: CodeText
    state: Annotated[int, Field(ge=1, le=10)]
    note: Words = ""


class About(BaseModel):
    """Which dossier."""

    code: CodeText


class Scanned(BaseModel):
    """Whatever the scanner said."""

    code: Annotated[str, Field(min_length=1, max_length=4096)]


class SupplementBody(BaseModel):
    """Missing papers, separated by ";"."""

    code: CodeText
    what: Annotated[str, Field(min_length=1, max_length=1000)]


class ExtensionBody(BaseModel):
    """``until``: ISO 8601; without an offset it is Vietnam's time."""

    code: CodeText
    until: datetime
    why: Annotated[str, Field(min_length=1, max_length=1000)]


class LookUpBody(BaseModel):
    """What a citizen would scan or type. ``secret``: the receipt's 4 characters."""

    code: Annotated[str, Field(min_length=1, max_length=4096)]
    secret: Annotated[str, Field(max_length=16)] | None = None


class DossierView(BaseModel):
    """A dossier as officers see it: no name, no address. Times are local, ISO 8601 without an offset."""

    code: str
    number: int
    state: int
    state_name: str
    procedure: str
    matter: str
    service: str | None
    received: str
    due: str
    estimated: bool
    late: bool
    told_in_time: bool
    supplement_asked: str | None
    supplement_what: str
    extended_from: str | None
    ready: str | None
    returned: str | None
    todo: str
    secret: str = Field(description="the receipt's 4 characters (Mã tra cứu)")
    forms: list[FormName]


class Listed(BaseModel):
    """The newest dossiers, at most 200, and this month's figures."""

    dossiers: list[DossierView]
    month: dict[str, Any]


class Files(BaseModel):
    """``there``: whether the drop folder can be read now."""

    there: bool
    files: list[FileReport]


class Opened(BaseModel):
    """Whose it is, for the officer at the counter."""

    name: str
    address: str
    phone: str


def desk_of(web: Web) -> DossierDesk:
    """The desk. Raises MotcuaError web.not_found where this hub has none."""
    if web.settings.dossiers is None:
        raise MotcuaError("web.not_found")
    return web.settings.dossiers


def view_of(web: Web, record: Record) -> dict[str, Any]:
    """A record as :class:`DossierView`."""
    now = web.engine.moment.local.replace(tzinfo=None)
    done = record.ended or record.ready
    forms = [
        name
        for name, there in (
            ("01", not record.refused_why), ("02", record.supplement_what), ("03", record.refused_why),
            ("04", record.extended_from),
        )
        if there
    ]  # fmt: skip
    return {
        "code": record.code,
        "number": record.number,
        "state": int(record.state),
        "state_name": STATE_WORDS[record.state][0],
        "procedure": record.procedure,
        "matter": record.matter,
        "service": record.service,
        "received": record.received.isoformat(),
        "due": record.due.isoformat(),
        "estimated": not record.given_due,
        "late": (done or now) > record.due,
        "told_in_time": record.told_in_time,
        "supplement_asked": _iso(record.supplement_asked),
        "supplement_what": record.supplement_what,
        "extended_from": _iso(record.extended_from),
        "ready": _iso(record.ready),
        "returned": _iso(record.returned),
        "todo": record.todo,
        "secret": desk_of(web).book.key.characters(record.code),
        "forms": forms,
    }


def form_of_record(web: Web, number: FormName, code: str) -> Form:
    """A form with its person on it. Raises dossier.unknown, receipt.not_yet."""
    book = desk_of(web).book
    record = book.get(code)
    now = web.engine.moment.local.replace(tzinfo=None)
    return form(
        number, record, book.person(code), web.state.setup, secret=book.key.characters(record.code), now=now
    )  # fmt: skip


@router.get("/dossiers", response_model=Listed)
async def latest(
    request: Request,
    who: Dossiers,  # noqa: ARG001
    state: Annotated[int | None, Query(ge=1, le=10)] = None,
    like: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """The newest dossiers of the book."""
    web = web_of(request)
    book = desk_of(web).book
    wanted = DossierState(state) if state else None
    records = await asyncio.to_thread(book.latest, state=wanted, like=like)
    month = await asyncio.to_thread(book.results)
    figures = {"month": month.month, "received": month.received, "ready": month.ready, "on_time": month.on_time}
    figures["returned"] = month.returned
    return plain({"dossiers": [view_of(web, record) for record in records], "month": figures})


@router.post("/dossiers", response_model=DossierView, status_code=201)
async def accept(request: Request, body: NewDossier, who: Dossiers, key: Key = None) -> Response:
    """Accept a dossier, or refuse it with a reason: the code, the due date and the 4 characters come back.

    The same ``Idempotency-Key`` gives the same dossier.
    """
    web = web_of(request)
    officer = who.session.account.name if who.session else ""
    request_id = request_id_of(who.by, key)
    record = await asyncio.to_thread(desk_of(web).book.accept, body, by=who.by, officer=officer, request_id=request_id)
    return plain(view_of(web, record), 201)


@router.post("/dossiers/find", response_model=DossierView)
async def find(request: Request, body: Scanned, who: Dossiers) -> Response:
    """A dossier of the book by its code, as scanned: in the body, since a scanner may hold an identity card."""
    web = web_of(request)
    desk = desk_of(web)
    desk.limits.take(who.by, web.state.setup.dossiers, officer=who.session is not None)
    return plain(view_of(web, await asyncio.to_thread(desk.book.get, _read(web, body.code))))


@router.get("/dossiers/person", response_model=Opened)
async def person(request: Request, code: Annotated[str, Code], who: Dossiers) -> Response:
    """Whose dossier it is, while that is kept."""
    web = web_of(request)
    desk = desk_of(web)
    desk.limits.take(who.by, web.state.setup.dossiers, officer=who.session is not None)
    found = await asyncio.to_thread(desk.book.person, code)
    return plain({"name": found.name, "address": found.address, "phone": found.phone})


@router.get("/dossiers/files", response_model=Files)
async def files(request: Request, who: FileReader) -> Response:  # noqa: ARG001
    """What became of each file in the drop folder, the newest first: numbers of lines, nothing of their content."""
    drop = desk_of(web_of(request)).drop
    reports = sorted(drop.reports.values(), key=lambda one: -one.file_ms)
    return plain({"there": drop.there, "files": [one.model_dump(mode="json") for one in reports]})


@router.get("/tickets/{ticket_id}/dossier", response_model=DossierView)
async def of_ticket(request: Request, ticket_id: PathId, who: Dossiers) -> Response:  # noqa: ARG001
    """The dossier a number was taken for, if the book has it."""
    web = web_of(request)
    book = desk_of(web).book
    ticket = web.state.tickets.get(ticket_id)
    if ticket is None:
        raise RuleError("ticket.unknown", ticket=ticket_id)
    code = await asyncio.to_thread(book.code_of_ticket, ticket.dossier_hash)
    if code is None:
        raise DossierError("dossier.unknown")
    return plain(view_of(web, await asyncio.to_thread(book.get, code)))


@router.post("/dossiers/state", response_model=DossierView)
async def change(request: Request, body: Change, who: Dossiers) -> Response:
    """Processing, a fee, withdrawn, stopped, ready."""
    return await _do(request, who, "move", body.code, DossierState(body.state), note=body.note)


@router.post("/dossiers/supplement", response_model=DossierView)
async def supplement(request: Request, body: SupplementBody, who: Dossiers) -> Response:
    """Ask for missing papers: once, within 3 working days."""
    return await _do(request, who, "ask_supplement", body.code, body.what)


@router.post("/dossiers/papers", response_model=DossierView)
async def papers(request: Request, body: About, who: Dossiers) -> Response:
    """The missing papers are there: the clock starts again."""
    return await _do(request, who, "papers_brought", body.code)


@router.post("/dossiers/extension", response_model=DossierView)
async def extension(request: Request, body: ExtensionBody, who: Dossiers) -> Response:
    """Apologise and give a new date, once."""
    return await _do(request, who, "extend", body.code, body.until, body.why)


@router.post("/dossiers/returned", response_model=DossierView)
async def returned(request: Request, body: About, who: Dossiers) -> Response:
    """The result is in its citizen's hands."""
    return await _do(request, who, "give_back", body.code)


@router.post("/dossiers/look-up", response_model=DossierBody)
async def look_up(request: Request, body: LookUpBody, who: Reader) -> Response:
    """What a citizen sees at the kiosk, under the same limits; the registry's answer where the book has none."""
    web = web_of(request)
    desk = desk_of(web)
    officer = who.session is not None
    found = await asyncio.to_thread(desk.look_up, body.code, body.secret, device=who.by, officer=officer)
    return plain(found.model_dump(mode="json"))


@router.post("/dossiers/print/{number}", status_code=202)
async def print_receipt(request: Request, number: FormName, body: About, who: Dossiers) -> Response:  # noqa: ARG001
    """Print a form as a slip on the hub's printer; answered when the paper is out. Raises printer.none, paper.*."""
    from queue_hub.receipts.slip import receipt_slip
    from queue_kit.paper.slip import WIDTH_DOTS

    web = web_of(request)
    printer = web.settings.print_picture
    if printer is None:
        raise MotcuaError("printer.none")

    def work() -> None:
        width_dots = WIDTH_DOTS.get(web.settings.paper_mm, WIDTH_DOTS[80])
        printer(receipt_slip(form_of_record(web, number, body.code), width_dots))

    await asyncio.to_thread(work)
    return plain({"ok": True}, 202)


async def _do(request: Request, who: Caller, method: str, code: str, *rest: object, **named: object) -> Response:
    web = web_of(request)
    act = getattr(desk_of(web).book, method)
    record = await asyncio.to_thread(lambda: act(_read(web, code), *rest, by=who.by, **named))
    return plain(view_of(web, record))


def _read(web: Web, code: str) -> str:
    """A scanned text as a code. Raises DossierError dossier.code_invalid (an identity card: kept and told nowhere)."""
    moment = web.engine.moment
    reading = read_code(code, moment.local.date() if moment.known else None)
    if isinstance(reading, (DossierCode, ForeignCode)):
        return reading.text
    vi, en = refusal_words(reading)
    raise DossierError("dossier.code_invalid", said=vi, said_en=en)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
