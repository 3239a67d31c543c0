"""The page of a counter's tablet: asleep until the officer has finished, then the question, then asleep again."""

from __future__ import annotations

import asyncio
import io
import math
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response, StreamingResponse

from queue_core import rating as rules
from queue_core.errors import MotcuaError
from queue_core.office import say
from queue_hub.account_errors import AccountError
from queue_hub.ratings import RatingDesk, Visit, command_of
from queue_hub.web.auth import AuthError, address_of
from queue_hub.web.context import Web, web_of
from queue_hub.web.login import check_form_token, form_of, form_token, keep_form_token
from queue_hub.web.pages import page_lang, static_version, templates
from queue_hub.web.rest import plain
from queue_hub.web.tablet_words import faces_css, letters, names, tablet_words
from queue_hub.web.tablets import Tablet

if TYPE_CHECKING:
    from queue_core.tickets import Ticket

router = APIRouter(prefix="/tablet", include_in_schema=False)
#: whoever was just served is asked so long; then they have gone
WAKE_MS: Final = 60_000
#: a tablet on a wall is not paired anew each year
_COOKIE_S: Final = 10 * 365 * 86_400


class Said(BaseModel):
    """What was touched. ``wake``: which visit, as the page was told; of a dossier with its ``grant`` and time."""

    request_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{8,64}$")]
    wake: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    value: Annotated[int, Field(ge=1, le=5)]
    scale: Literal[3, 4, 5]
    reasons: Annotated[list[Annotated[str, Field(max_length=20)]], Field(max_length=9)] = []
    given_ms: int | None = None
    grant: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")] | None = None
    time_index: Annotated[int, Field(ge=0, le=2)] | None = None


class Receipt(BaseModel):
    """What was typed: a dossier's code, or by mistake anything else."""

    code: Annotated[str, Field(min_length=1, max_length=4096)]


def _cookie(web: Web) -> str:
    return "__Host-motcua-tablet" if web.settings.tls else "motcua-tablet"


def _desk(web: Web) -> RatingDesk:
    if web.settings.ratings is None:
        raise MotcuaError("web.not_found")
    return web.settings.ratings


def _tablet(request: Request) -> Tablet | None:
    web = web_of(request)
    secret = request.cookies.get(_cookie(web))
    found = web.tablets.find(secret) if secret else None
    return found if found is not None and web.state.setup.counter(found.counter) is not None else None


def _sure(request: Request) -> Tablet:
    """The tablet that asks. Raises tablet.unpaired."""
    found = _tablet(request)
    if found is None:
        raise AuthError("tablet.unpaired")
    return found


def _page(request: Request, name: str, *, status: int = 200, lang: str, **values: Any) -> HTMLResponse:
    import json

    web = web_of(request)
    langs = web.state.setup.languages
    words = tablet_words(langs)
    lang = lang if lang in words else next(iter(words))
    facts = json.dumps(
        {"lang": lang, "words": words, "names": names(langs), **values.pop("facts", {})}, ensure_ascii=False
    )
    html = templates().get_template(name).render(
        lang=lang, v=static_version(), office_name=say(web.state.setup.name, lang), w=words[lang],
        facts_json=facts.replace("<", "\\u003c").replace("&", "\\u0026"), **values,
    )  # fmt: skip
    return HTMLResponse(html, status, {"cache-control": "no-store"})


@router.get("")
async def page(request: Request) -> Response:
    """The counter's page, or the form for a code."""
    web, lang = web_of(request), page_lang(request)
    _desk(web)
    tablet = _tablet(request)
    if tablet is None:
        return _pairing(request, lang)
    counter = web.state.setup.counter(tablet.counter)
    return _page(request, "tablet.html", lang=lang, number=counter.number if counter else "?")


def _pairing(request: Request, lang: str, error: MotcuaError | None = None) -> Response:
    token = form_token(request)
    said = (error.en if lang == "en" else error.vi) if error else None
    response = _page(
        request, "tablet_pair.html", lang=lang, status=409 if error else 200, form_token=token, error=said
    )  # fmt: skip
    keep_form_token(web_of(request), response, token)
    return response


@router.get("/letters.css")
async def letter_faces(request: Request) -> Response:
    """The letters of the office's further languages; no secret, the page needs them before it is paired."""
    css = faces_css(web_of(request).state.setup.languages)
    return Response(css, media_type="text/css", headers={"cache-control": "no-cache"})


@router.get("/letters/{lang}/{style}")
async def letter_file(request: Request, lang: str, style: str) -> Response:
    """One file of them."""
    file = letters(web_of(request).state.setup.languages, lang, style)
    return FileResponse(file, media_type="font/ttf", headers={"cache-control": "public, max-age=604800"})


@router.post("/pair")
async def pair(request: Request) -> Response:
    """Take the code; the tablet is this counter's from now on. Wrong codes slow their address down."""
    web, form, address = web_of(request), await form_of(request), address_of(request)
    _desk(web)
    try:
        check_form_token(request, form)
        if wait_s := web.by_address.wait_s(address):
            raise AuthError("auth.slow", seconds=math.ceil(wait_s))
        secret, _ = await asyncio.to_thread(web.tablets.pair, form.get("code", ""))
    except MotcuaError as error:
        if error.key == "tablet.code":
            web.by_address.failed(address)
        return _pairing(request, page_lang(request), error)
    response = RedirectResponse("/tablet", 303)
    response.set_cookie(
        _cookie(web), secret, max_age=_COOKIE_S, path="/", secure=web.settings.tls, httponly=True, samesite="strict"
    )
    return response


@router.get("/live", response_class=StreamingResponse)
async def live(request: Request) -> Response:
    """Server-Sent Events: asleep, or whom to ask about what; ``over`` when the tablet was taken away."""
    web, tablet = web_of(request), _sure(request)
    desk = _desk(web)

    def view() -> dict[str, Any]:
        return view_of(web, desk, tablet.counter)

    stream = web.feed.stream(("tablet", tablet.counter), view, lambda: _tablet(request) is not None)
    return StreamingResponse(stream, media_type="text/event-stream", headers={"x-accel-buffering": "no"})


def view_of(web: Web, desk: RatingDesk, counter_id: str) -> dict[str, Any]:
    """What the tablet of a counter shows now. ``wake`` None: asleep."""
    moment, policy = web.engine.now(), web.state.setup.rating
    view: dict[str, Any] = {"now_ms": moment.utc_ms, "wake": None, "receipt": policy.offered and desk.by_receipt}
    ticket = _waited_for(web, desk, counter_id) if policy.offered else None
    if ticket is None:
        return view
    account = web.accounts.get(ticket.served_by or "")
    return {
        **view,
        **_question(web),
        "wake": desk.subject_of(ticket.id),
        "lang": ticket.lang,
        "officer": {"name": account.name, "title": account.title, "photo": f"/tablet/photo/{account.username}"
                    if web.accounts.photo(account.username) else None} if account else None,
    }  # fmt: skip


def _question(web: Web) -> dict[str, Any]:
    """Faces, reasons, and where complaints go."""
    office = web.state.setup
    policy, faces = office.rating, rules.FACES[office.rating.scale]
    return {
        "scale": policy.scale,
        "faces": [
            {"value": value, "face": faces[value - 1], "unhappy": rules.is_unhappy(value, policy.scale)}
            for value in range(policy.scale, 0, -1)
        ],
        "reasons": list(policy.reasons),
        "change_s": policy.change_s,
        "hotline": office.hotline,
        "complaint": policy.complaint_url is not None,
        "officer": None,
    }


def _waited_for(web: Web, desk: RatingDesk, counter_id: str) -> Ticket | None:
    """Whoever was just finished here, has not said anything yet, and still stands there."""
    ticket = desk.last_finished(counter_id)
    if ticket is None or ticket.ended_ms is None or desk.subject_of(ticket.id) in web.state.rated:
        return None
    return ticket if web.engine.now().utc_ms - ticket.ended_ms <= WAKE_MS else None


@router.post("/rate")
async def rate(request: Request, body: Said) -> Response:
    """Take what was said; the same ``request_id`` again gets the same answer."""
    web, tablet = web_of(request), _sure(request)
    _sent_by_the_page(request)
    desk = _desk(web)
    visit = await asyncio.to_thread(_visit, web, desk, tablet, body)
    command = command_of(visit, body.value, body.scale, body.reasons, body.given_ms)
    await web.submit(command, by=tablet.by, request_id=f"{tablet.by}/{body.request_id}")
    return plain({"ok": True})


def _visit(web: Web, desk: RatingDesk, tablet: Tablet, body: Said) -> Visit:
    """What is rated: a visit at this counter, or a dossier whose code was typed here. Raises tablet.gone_by."""
    if body.grant is not None:
        granted = desk.granted(body.wake, body.time_index, body.grant, tablet.by)
        if granted is None:
            raise AccountError("tablet.gone_by")
        return granted
    ticket = next(
        (t for t in web.state.tickets.values() if t.counter == tablet.counter and desk.subject_of(t.id) == body.wake),
        None,
    )
    if ticket is None:
        raise AccountError("tablet.gone_by")
    return Visit(body.wake, ticket.id)


@router.post("/receipt")
async def receipt(request: Request, body: Receipt) -> Response:
    """The question about a dossier, by the code on its receipt; counted as a look-up of this tablet.

    What comes back holds a hash and a grant: the code itself is kept neither here nor in the tablet.
    """
    web, tablet = web_of(request), _sure(request)
    _sent_by_the_page(request)
    desk = _desk(web)
    visit = await asyncio.to_thread(desk.dossier_visit, body.code, tablet.by)
    desk.may(visit, tablet.by)
    grant = desk.grant(visit, tablet.by)
    return plain({**_question(web), "wake": visit.subject, "grant": grant, "time_index": visit.time_index})


def _sent_by_the_page(request: Request) -> None:
    if request.headers.get("x-tablet") != "1":  # no form of another page can send it
        raise AuthError("auth.csrf")


@router.get("/photo/{username}")
async def photo(request: Request, username: Annotated[str, Path(max_length=64)]) -> Response:
    """The photo of the officer who has just served here, and of nobody else."""
    web, tablet = web_of(request), _sure(request)
    ticket = _desk(web).last_finished(tablet.counter)
    picture = web.accounts.photo(username) if ticket is not None and ticket.served_by == username else None
    if picture is None:
        raise MotcuaError("web.not_found")
    return Response(picture, media_type="image/jpeg", headers={"cache-control": "private, max-age=3600"})


@router.get("/complaint.svg")
async def complaint(request: Request) -> Response:
    """The code of the address where phản ánh, kiến nghị are taken."""
    _sure(request)
    url = web_of(request).state.setup.rating.complaint_url
    if url is None:
        raise MotcuaError("web.not_found")
    import segno

    out = io.BytesIO()
    segno.make(url, error="m", micro=False).save(out, kind="svg", border=4, scale=8, light="#fff", xmldecl=False)
    return Response(out.getvalue(), media_type="image/svg+xml")
