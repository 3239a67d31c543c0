"""``/api/v1/accounts`` and ``/api/v1/tokens``: officers and other software. For people with a session only."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from queue_core.errors import MotcuaError
from queue_hub.accounts import Account, Role
from queue_hub.web.auth import Administrator, Officer, Supervisor, address_of
from queue_hub.web.context import web_of
from queue_hub.web.login import check_password
from queue_hub.web.rest import plain
from queue_hub.web.tokens import Token

router = APIRouter(tags=["accounts"])
Words = Annotated[str, Field(max_length=100)]
Secret = Annotated[str, Field(max_length=400)]
Username = Annotated[str, Field(max_length=64)]


class NewAccount(BaseModel):
    """An account to be made."""

    username: Username
    name: Words
    password: Secret
    role: Role = Role.OFFICER
    title: Words = ""


class AccountChange(BaseModel):
    """What shall change; the role is an administrator's matter. ``version``: the one the editor saw."""

    name: Words | None = None
    title: Words | None = None
    role: Role | None = None
    version: Annotated[int, Field(ge=0, lt=2**53)] | None = None


class NewPassword(BaseModel):
    """``old`` is needed for one's own."""

    password: Secret
    old: Secret | None = None


class NewToken(BaseModel):
    """A token to be made."""

    name: Words
    scopes: list[Annotated[str, Field(max_length=16)]]


def account_values(account: Account) -> dict[str, Any]:
    """An account as pages show it."""
    return {
        "username": account.username,
        "name": account.name,
        "title": account.title,
        "role": account.role.value,
        "version": account.version,
        "photo": f"/officers/{account.username}/photo?v={account.version}" if account.has_photo else None,
    }


def _token_values(token: Token) -> dict[str, Any]:
    return {
        "id": token.id, "name": token.name, "scopes": sorted(token.scopes), "made_by": token.made_by,
        "made_ms": token.made_ms, "used_ms": token.used_ms,
    }  # fmt: skip


@router.get("/accounts", response_model=list[dict[str, Any]])
async def accounts(request: Request, who: Supervisor) -> Response:  # noqa: ARG001
    """All accounts."""
    return plain([account_values(a) for a in web_of(request).accounts.all()])


@router.post("/accounts", response_model=dict[str, Any], status_code=201)
async def create(request: Request, body: NewAccount, who: Administrator) -> Response:
    """Make an account."""
    book = web_of(request).accounts
    made = await asyncio.to_thread(
        book.create, body.username, body.password, body.role, body.name, title=body.title, by=who.by
    )
    return plain(account_values(made), 201)


@router.patch("/accounts/{username}", response_model=dict[str, Any])
async def change(request: Request, username: Username, body: AccountChange, who: Supervisor) -> Response:
    """Change a name, a title or (an administrator) a role."""
    if body.role is not None and not who.is_at_least(Role.ADMINISTRATOR):
        raise MotcuaError("command.not_allowed")
    book = web_of(request).accounts
    changed = await asyncio.to_thread(
        book.change, username, name=body.name, title=body.title, role=body.role, version=body.version, by=who.by
    )
    return plain(account_values(changed))


@router.put("/accounts/{username}/password", response_model=dict[str, Any])
async def password(request: Request, username: Username, body: NewPassword, who: Officer) -> Response:
    """One's own (with the old one), or an administrator anybody's. All sessions of the account end."""
    web = web_of(request)
    if username == who.username:
        await check_password(web, username, body.old or "", address_of(request))
    elif not who.is_at_least(Role.ADMINISTRATOR):
        raise MotcuaError("command.not_allowed")
    await asyncio.to_thread(web.accounts.set_password, username, body.password, by=who.by)
    return plain({"ok": True})


@router.put("/accounts/{username}/photo", response_model=dict[str, Any])
async def photo(request: Request, username: Username, who: Supervisor) -> Response:
    """A JPEG or PNG as the body, at most 5 MB; an empty body removes the photo."""
    picture = await request.body()
    book = web_of(request).accounts
    await asyncio.to_thread(book.set_photo, username, picture or None, by=who.by)
    account = book.get(username)
    return plain(account_values(account) if account else {})


@router.delete("/accounts/{username}", response_model=dict[str, Any])
async def remove(request: Request, username: Username, who: Administrator) -> Response:
    """Remove an account."""
    await asyncio.to_thread(web_of(request).accounts.remove, username, by=who.by)
    return plain({"ok": True})


@router.get("/tokens", response_model=list[dict[str, Any]])
async def tokens(request: Request, who: Administrator) -> Response:  # noqa: ARG001
    """All tokens, without their secrets."""
    return plain([_token_values(t) for t in web_of(request).tokens.all()])


@router.post("/tokens", response_model=dict[str, Any], status_code=201)
async def create_token(request: Request, body: NewToken, who: Administrator) -> Response:
    """Make a token; ``secret`` is shown this once."""
    secret, token = await asyncio.to_thread(web_of(request).tokens.create, body.name, body.scopes, by=who.by)
    return plain({**_token_values(token), "secret": secret}, 201)


@router.delete("/tokens/{token_id}", response_model=dict[str, Any])
async def remove_token(
    request: Request, token_id: Annotated[str, Field(max_length=64)], who: Administrator
) -> Response:
    """Withdraw a token."""
    await asyncio.to_thread(web_of(request).tokens.remove, token_id, by=who.by)
    return plain({"ok": True})
