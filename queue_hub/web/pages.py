"""The pages for people: first run, log-in, console, room, set-up, officers. All else is scripts and ``/api/v1``."""

from __future__ import annotations

import asyncio
import json
import re
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from queue_core.errors import MotcuaError
from queue_core.office import say
from queue_hub.account_errors import AccountError
from queue_hub.accounts import Role
from queue_hub.web.auth import AuthError, address_of, check_csrf, session_of, set_session_cookie
from queue_hub.web.console_view import counter_values
from queue_hub.web.context import Web, web_of
from queue_hub.web.login import check_form_token, check_password, form_of, form_token, keep_form_token
from queue_hub.web.rest_accounts import account_values
from queue_hub.web.sessions import Session
from queue_hub.web.words import all_words, lang_of, word

router = APIRouter(include_in_schema=False)
HERE: Final = Path(__file__).parent
LANG_COOKIE: Final = "motcua_lang"
_FONT: Final = re.compile(r"^BeVietnamPro-(Regular|Medium|SemiBold|Bold)\.ttf$")


@lru_cache(maxsize=1)
def templates() -> Environment:
    """The pages' templates; everything put into them is escaped."""
    env = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip
    env.globals["icon"] = _icon
    return env


def _icon(name: str) -> Markup:
    return Markup('<svg class="icon" aria-hidden="true"><use href="/static/icons.svg#{}"/></svg>').format(name)


@lru_cache(maxsize=1)
def static_version() -> str:
    """Changes whenever a script or style does, so that no browser keeps an old one."""
    import hashlib

    content = b"".join(p.read_bytes() for p in sorted((HERE / "static").iterdir()) if p.is_file())
    return hashlib.sha256(content).hexdigest()[:10]


def page_lang(request: Request) -> str:
    """The page's language: the cookie's, else Vietnamese."""
    return lang_of(request.cookies.get(LANG_COOKIE))


def render(
    request: Request, name: str, *, status: int = 200, session: Session | None = None, **values: Any
) -> Response:
    """A page. Scripts find words and facts as JSON data in it (no script stands in a page)."""
    web, lang = web_of(request), page_lang(request)
    office = web.state.setup
    facts = {
        "lang": lang,
        "csrf": session.csrf if session else "",
        "me": account_values(session.account) if session else None,
        "undo_s": office.policy.undo_s,
        "printer": web.slips.there,
        "dossiers": web.settings.dossiers is not None,
        **values.pop("facts", {}),
    }
    html = templates().get_template(name).render(
        lang=lang, t=lambda key, **places: word(key, lang, **places), v=static_version(),
        office_name=say(office.name, lang), me=facts["me"], csrf=facts["csrf"], page=name.removesuffix(".html"),
        has_dossiers=web.settings.dossiers is not None,
        has_ratings=web.settings.ratings is not None and office.rating.offered, words_json=_json(all_words(lang)),
        facts_json=_json(facts), **values,
    )  # fmt: skip
    return HTMLResponse(html, status, {"cache-control": "no-store"})


def _json(value: object) -> str:
    """JSON that may stand in a data block of a page: it can end no element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _home(session: Session) -> str:
    return "/room" if session.account.role.covers(Role.SUPERVISOR) else "/console"


def sure_session(request: Request, role: Role = Role.OFFICER) -> Session:
    """The officer who looks. Raises auth.needed, command.not_allowed."""
    session = session_of(request)
    if session is None:
        raise AuthError("auth.needed")
    if not session.account.role.covers(role):
        raise AuthError("command.not_allowed")
    return session


def _in(web: Web, session_secret: str, to: str) -> Response:
    response = RedirectResponse(to, 303)
    set_session_cookie(web, response, session_secret)
    return response


@router.get("/")
async def root(request: Request) -> Response:
    """Wherever the visitor belongs."""
    session = session_of(request)
    return RedirectResponse(_home(session) if session else "/login", 303)


@router.get("/first-run")
async def first_run_page(request: Request) -> Response:
    """The form for the one-time code and the first administrator."""
    if not web_of(request).accounts.empty:
        return RedirectResponse("/login", 303)
    return _form(request, "first_run.html")


@router.post("/first-run")
async def first_run(request: Request) -> Response:
    """Take the code, make the administrator, log in."""
    web, form, address = web_of(request), await form_of(request), address_of(request)
    try:
        check_form_token(request, form)
        if wait_s := web.by_address.wait_s(address):
            raise AuthError("auth.slow", seconds=int(wait_s) + 1)
        if form.get("password") != form.get("again"):
            raise AccountError("account.passwords_differ")
        account = await asyncio.to_thread(
            web.accounts.first_run, form.get("code", ""), form.get("username", ""), form.get("password", ""),
            form.get("name", ""),
        )  # fmt: skip
    except MotcuaError as error:
        if error.key == "account.first_run_code":
            web.by_address.failed(address)
        return _form(request, "first_run.html", error=error, given=form)
    secret, session = web.sessions.begin(account)
    return _in(web, secret, _home(session))


@router.get("/login")
async def login_page(request: Request) -> Response:
    """The log-in form; an office without an administrator begins with the first run."""
    if web_of(request).accounts.empty:
        return RedirectResponse("/first-run", 303)
    if session := session_of(request):
        return RedirectResponse(_home(session), 303)
    return _form(request, "login.html")


@router.post("/login")
async def login(request: Request) -> Response:
    """Check the password and begin a session."""
    web, form = web_of(request), await form_of(request)
    try:
        check_form_token(request, form)
        account = await check_password(web, form.get("username", ""), form.get("password", ""), address_of(request))
    except MotcuaError as error:
        return _form(request, "login.html", error=error, given=form)
    secret, session = web.sessions.begin(account)
    return _in(web, secret, _home(session))


@router.post("/logout")
async def logout(request: Request) -> Response:
    """End the session."""
    web, session, form = web_of(request), session_of(request), await form_of(request)
    response = RedirectResponse("/login", 303)
    if session is not None:
        check_csrf(request, session, form.get("csrf"))
        web.sessions.end(session)
        set_session_cookie(web, response, None)
    return response


def _form(
    request: Request, name: str, *, error: MotcuaError | None = None, given: dict[str, str] | None = None
) -> Response:
    from queue_hub.web.refusals import status_of

    token = form_token(request)
    lang = page_lang(request)
    response = render(
        request, name, status=status_of(error) if error else 200, form_token=token,
        error=(error.en if lang == "en" else error.vi) if error else None, given=given or {},
    )  # fmt: skip
    keep_form_token(web_of(request), response, token)
    return response


@router.get("/console")
async def console(request: Request, counter: str | None = None) -> Response:
    """An officer's counter; without one, the choice of it."""
    session, web = sure_session(request), web_of(request)
    state = web.state
    mine = next((c.id for c in state.counters.values() if c.officer == session.account.username), None)
    chosen = counter if counter and state.setup.counter(counter) else mine
    if chosen is None:
        return RedirectResponse("/choose", 303)
    lang = page_lang(request)
    return render(
        request, "console.html", session=session, at=counter_values(state, chosen, lang),
        facts={"counter": chosen, **_lists(web, lang)},
    )  # fmt: skip


@router.get("/choose")
async def choose(request: Request) -> Response:
    """The choice of a counter."""
    return render(request, "choose.html", session=sure_session(request))


@router.get("/room")
async def room(request: Request) -> Response:
    """The supervisor's view."""
    session = sure_session(request, Role.SUPERVISOR)
    web = web_of(request)
    people = {a.username: account_values(a) for a in web.accounts.all()}
    return render(request, "room.html", session=session, facts={"people": people, **_lists(web, page_lang(request))})


@router.get("/office")
async def office(request: Request) -> Response:
    """The set-up."""
    return render(request, "office.html", session=sure_session(request, Role.SUPERVISOR))


@router.get("/officers")
async def officers(request: Request) -> Response:
    """Officers and tokens."""
    return render(request, "officers.html", session=sure_session(request, Role.SUPERVISOR))


@router.get("/account")
async def account(request: Request) -> Response:
    """One's own password."""
    return render(request, "account.html", session=sure_session(request))


def _lists(web: Web, lang: str) -> dict[str, Any]:
    """What changes only with the set-up: a page reloads when the revision does."""
    office = web.state.setup
    return {
        "revision": web.state.revision,
        "counters": [
            {"id": c.id, "number": c.number, "services": list(c.tiers)}
            for c in sorted(office.counters, key=lambda c: c.number)
        ],
        "priorities": [{"id": p.id, "name": say(p.name, lang)} for p in office.priority.classes],
    }


@router.get("/officers/{username}/photo")
async def photo(request: Request, username: str) -> Response:
    """An officer's photo, for officers."""
    sure_session(request)
    picture = web_of(request).accounts.photo(username)
    if picture is None:
        raise MotcuaError("web.not_found")
    return Response(picture, media_type="image/jpeg", headers={"cache-control": "private, max-age=86400"})


@router.get("/fonts/{name}")
async def font(name: str) -> Response:
    """The office's typeface, from the font package."""
    return font_response(name)


def font_response(name: str) -> Response:
    """One of the four weights the pages use."""
    if not _FONT.match(name):
        raise MotcuaError("web.not_found")
    path = Path(str(files("fontpkg_be_vietnam_pro") / "files" / name))
    if not path.is_file():
        raise MotcuaError("web.not_found")
    return FileResponse(path, media_type="font/ttf", headers={"cache-control": "public, max-age=604800"})
