"""``/api/v1``: the office as a whole: state, configuration and its history, services, devices, the day, live events."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field, ValidationError
from starlette.responses import Response, StreamingResponse

from queue_core import commands as c
from queue_core.decisions.arranging import config_error
from queue_core.errors import RuleError
from queue_core.office import Office, dump_office
from queue_hub.web.auth import Officer, Reader, Server, Supervisor, session_of
from queue_hub.web.console_view import console_view
from queue_hub.web.context import web_of
from queue_hub.web.history import office_history
from queue_hub.web.rest import Done, Key, PathId, act, plain
from queue_hub.web.room_view import room_view
from queue_hub.web.words import lang_of

router = APIRouter(tags=["office"])
CounterQuery = Annotated[str | None, Query(max_length=64)]


class OfficeBody(BaseModel):
    """A whole configuration; ``revision`` is the one the editor started from."""

    office: dict[str, Any]
    revision: Annotated[int, Field(ge=0, lt=2**53)] | None = None


class SwitchBody(BaseModel):
    """``open``: true, false, or null for its hours."""

    open: bool | None


class DateBody(BaseModel):
    """ISO date."""

    date: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class AlertBody(BaseModel):
    """Trouble of a device, there or gone."""

    kind: Annotated[str, Field(pattern=r"^[a-z0-9_.-]{1,40}$")]
    on: bool


@router.get("/state", response_model=dict[str, Any])
async def state(request: Request, who: Reader, lang: str = "vi") -> Response:  # noqa: ARG001
    """The room: counters, lines, long waits, devices, figures."""
    web = web_of(request)
    return plain(room_view(web.state, web.engine.now(), lang_of(lang), web.engine.trouble))


@router.get("/live", response_class=StreamingResponse)
async def live(request: Request, who: Reader, counter: CounterQuery = None, lang: str = "vi") -> Response:
    """Server-Sent Events: ``view`` with the console of ``counter`` (or the room), ``beat`` every 5 s, ``over``."""
    web, said = web_of(request), lang_of(lang)
    if counter is not None and web.state.setup.counter(counter) is None:
        raise RuleError("counter.unknown", counter=counter)

    def view() -> dict[str, Any]:
        if counter is None:
            return room_view(web.state, web.engine.now(), said, web.engine.trouble)
        view = console_view(web.state, web.engine.now(), counter, said, web.engine.trouble)
        return {**view, "dossier": web.dossier_at(counter)}

    def alive() -> bool:
        return session_of(request) is not None if who.session else True

    stream = web.feed.stream((counter, said), view, alive)
    return StreamingResponse(stream, media_type="text/event-stream", headers={"x-accel-buffering": "no"})


@router.get("/office", response_model=OfficeBody)
async def office(request: Request, who: Reader) -> Response:  # noqa: ARG001
    """The configuration and its revision."""
    current = web_of(request).state
    return plain({"office": dump_office(current.setup), "revision": current.revision})


@router.put("/office", response_model=Done)
async def change_office(request: Request, body: OfficeBody, who: Supervisor, key: Key = None) -> Response:
    """Replace the configuration. A mistake is refused with its path (config.invalid), an old revision too."""
    return await act(web_of(request), who, c.ChangeOffice(office=body.office, revision=body.revision), key)


@router.post("/office/check", response_model=Done)
async def check_office(body: OfficeBody, who: Supervisor) -> Response:  # noqa: ARG001
    """Say whether a configuration could be used, without using it."""
    try:
        Office.model_validate(body.office)
    except ValidationError as error:
        raise config_error(error) from error
    return plain({"ok": True, "ticket": None, "seq": None})


@router.get("/office/history", response_model=list[dict[str, Any]])
async def history(request: Request, who: Supervisor) -> Response:  # noqa: ARG001
    """Who changed the configuration and the accounts, when, and what; the newest first."""
    return plain(await office_history(web_of(request).engine))


@router.post("/services/{service_id}/switch", response_model=Done)
async def switch_service(
    request: Request, service_id: PathId, body: SwitchBody, who: Supervisor, key: Key = None
) -> Response:
    """Open or close a service for today, or leave it to its hours."""
    return await act(web_of(request), who, c.SwitchService(service=service_id, open=body.open), key)


@router.post("/devices/{device_id}/help", response_model=Done, tags=["devices"])
async def ask_help(request: Request, device_id: PathId, who: Server, key: Key = None) -> Response:
    """Somebody needs a hand there."""
    return await act(web_of(request), who, c.AskHelp(device=device_id), key)


@router.post("/devices/{device_id}/help/answer", response_model=Done, tags=["devices"])
async def answer_help(request: Request, device_id: PathId, who: Server, key: Key = None) -> Response:
    """An officer goes there."""
    return await act(web_of(request), who, c.AnswerHelp(device=device_id), key)


@router.post("/devices/{device_id}/alerts", response_model=Done, tags=["devices"])
async def report_alert(request: Request, device_id: PathId, body: AlertBody, who: Server, key: Key = None) -> Response:
    """Trouble of a device, there or gone."""
    return await act(web_of(request), who, c.ReportAlert(device=device_id, kind=body.kind, on=body.on), key)


@router.post("/day/date", response_model=Done, tags=["day"])
async def set_date(request: Request, body: DateBody, who: Officer, key: Key = None) -> Response:
    """Say which day it is, when the machine does not know."""
    return await act(web_of(request), who, c.SetDate(date=body.date), key)


@router.post("/day/clock", response_model=Done, tags=["day"])
async def confirm_clock(request: Request, who: Supervisor, key: Key = None) -> Response:
    """The machine's clock jumped and is right: believe it. The day goes on, its times and its date are corrected."""
    return await act(web_of(request), who, c.ConfirmClock(), key)


@router.post("/day/close", response_model=Done, tags=["day"])
async def close_day(request: Request, who: Supervisor, key: Key = None) -> Response:
    """Close the day: whoever still waits, expires."""
    return await act(web_of(request), who, c.CloseDay(), key)
