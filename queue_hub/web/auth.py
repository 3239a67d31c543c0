"""Who asks: a logged-in officer (cookie and CSRF token) or other software (bearer token with scopes)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Request
from starlette.responses import Response

from queue_core.errors import MotcuaError
from queue_core.state import State
from queue_core.tickets import AT_COUNTER, Ticket
from queue_hub.accounts import Role
from queue_hub.web.context import Web, web_of
from queue_hub.web.sessions import LIFE_S, Session
from queue_hub.web.tokens import Token

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class AuthError(MotcuaError):
    """Not logged in, not allowed, or not from our own page."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever sent a request; exactly one of ``session`` and ``token`` is there."""

    session: Session | None
    token: Token | None

    @property
    def by(self) -> str:
        """Who asks, as the journal writes it."""
        return self.session.by if self.session else self.token.by if self.token else "nobody"

    @property
    def username(self) -> str | None:
        """The officer's user name, if an officer asks."""
        return self.session.account.username if self.session else None

    def is_at_least(self, role: Role) -> bool:
        """Whether an officer of this role (or above) asks."""
        return self.session is not None and self.session.account.role.covers(role)

    def may_work_at(self, state: State, counter_id: str) -> None:
        """Raise counter.taken when another officer is at the counter; supervisors and software may."""
        runtime = state.counters.get(counter_id)
        if self.token or self.is_at_least(Role.SUPERVISOR) or runtime is None or runtime.officer is None:
            return
        if runtime.officer != self.username:
            counter = state.setup.counter(counter_id)
            number = counter.number if counter else counter_id
            raise AuthError("counter.taken", counter=number, officer=runtime.officer_name or runtime.officer)

    def may_touch(self, state: State, ticket: Ticket | None) -> None:
        """Raise ticket.at_other_counter when another officer has the ticket at the counter."""
        if ticket is None or ticket.status not in AT_COUNTER or ticket.counter is None:
            return
        try:
            self.may_work_at(state, ticket.counter)
        except AuthError as error:
            counter = state.setup.counter(ticket.counter)
            number = counter.number if counter else ticket.counter
            raise AuthError("ticket.at_other_counter", number=ticket.number, counter=number) from error


def cookie_name(web: Web) -> str:
    """``__Host-`` binds the cookie to this very host; browsers take that prefix over HTTPS only."""
    return "__Host-motcua" if web.settings.tls else "motcua"


def set_session_cookie(web: Web, response: Response, secret: str | None) -> None:
    """Give (or take away) the session's cookie."""
    if secret is None:
        response.delete_cookie(cookie_name(web), path="/", secure=web.settings.tls, httponly=True, samesite="strict")
        return
    response.set_cookie(
        cookie_name(web), secret, max_age=LIFE_S, path="/", secure=web.settings.tls, httponly=True, samesite="strict"
    )


def session_of(request: Request) -> Session | None:
    """The session of the request's cookie, if it lives."""
    web = web_of(request)
    secret = request.cookies.get(cookie_name(web))
    return web.sessions.find(secret) if secret else None


def address_of(request: Request) -> str:
    """The peer's address, as brakes count it."""
    return request.client.host if request.client else "?"


def _token_of(request: Request) -> Token | None:
    header = request.headers.get("authorization")
    if header is None:
        return None
    web, address = web_of(request), address_of(request)
    kind, _, secret = header.partition(" ")
    found = web.tokens.find(secret.strip()) if kind.lower() == "bearer" else None
    if found is None:
        if not web.bad_tokens.take(address):
            raise AuthError("auth.slow", seconds=5)
        raise AuthError("auth.token")
    return found


def check_csrf(request: Request, session: Session, given: str | None) -> None:
    """Raise auth.csrf unless a change comes from a page of this session."""
    if request.method not in _SAFE and not secrets.compare_digest((given or "").encode(), session.csrf.encode()):
        raise AuthError("auth.csrf")


def caller(scope: str | None = None, role: Role = Role.OFFICER) -> Callable[[Request], Caller]:
    """A dependency: tokens need ``scope`` (None: no token may), officers at least ``role``."""

    def find(request: Request) -> Caller:
        if token := _token_of(request):
            if scope is None:
                raise AuthError("command.not_allowed")
            if scope not in token.scopes:
                raise AuthError("auth.scope", scope=scope)
            return Caller(None, token)
        session = session_of(request)
        if session is None:
            raise AuthError("auth.needed")
        if not session.account.role.covers(role):
            raise AuthError("command.not_allowed")
        check_csrf(request, session, request.headers.get("x-csrf-token"))
        return Caller(session, None)

    async def dependency(request: Request) -> Caller:
        return find(request)

    return dependency  # type: ignore[return-value]


Reader = Annotated[Caller, Depends(caller("read"))]
Issuer = Annotated[Caller, Depends(caller("issue"))]
Booker = Annotated[Caller, Depends(caller("book"))]
Server = Annotated[Caller, Depends(caller("serve"))]
Dossiers = Annotated[Caller, Depends(caller("dossiers"))]
Officer = Annotated[Caller, Depends(caller())]
Supervisor = Annotated[Caller, Depends(caller(role=Role.SUPERVISOR))]
Administrator = Annotated[Caller, Depends(caller(role=Role.ADMINISTRATOR))]
