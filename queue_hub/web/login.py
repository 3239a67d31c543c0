"""Logging in: the password behind brakes, and the form's own token before there is a session."""

from __future__ import annotations

import asyncio
import math
import secrets
from typing import Final
from urllib.parse import parse_qs

from fastapi import Request
from starlette.responses import Response

from queue_hub.accounts import Account
from queue_hub.web.auth import AuthError
from queue_hub.web.context import Web

#: the cookie that a form before log-in must repeat (double submit)
FORM_COOKIE: Final = "motcua_form"


async def check_password(web: Web, username: str, password: str, address: str) -> Account:
    """The account of a right password. Raises auth.wrong, or auth.slow after many failures, without looking."""
    name = username.strip().lower()[:64]
    wait_s = max(web.by_address.wait_s(address), web.by_account.wait_s(name))
    if wait_s > 0:
        raise AuthError("auth.slow", seconds=math.ceil(wait_s))
    account = await asyncio.to_thread(web.accounts.verify, name, password)
    if account is None:
        web.by_address.failed(address)
        web.by_account.failed(name)
        raise AuthError("auth.wrong")
    web.by_address.passed(address)
    web.by_account.passed(name)
    return account


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a urlencoded form; the last of each name. What cannot be read is empty."""
    body = (await request.body()).decode("utf-8", "replace")
    try:
        fields = parse_qs(body, keep_blank_values=True, max_num_fields=20)
    except ValueError:
        return {}
    return {name: values[-1][:400] for name, values in fields.items()}


def form_token(request: Request) -> str:
    """The token for a form before log-in: the cookie's, or a new one."""
    given = request.cookies.get(FORM_COOKIE, "")
    return given if len(given) == 32 else secrets.token_urlsafe(24)


def keep_form_token(web: Web, response: Response, token: str) -> None:
    """Let the browser bring the form's token back."""
    response.set_cookie(
        FORM_COOKIE, token, max_age=3600, path="/", secure=web.settings.tls, httponly=True, samesite="strict"
    )


def check_form_token(request: Request, form: dict[str, str]) -> None:
    """Raise auth.csrf unless the form is ours."""
    cookie = request.cookies.get(FORM_COOKIE, "")
    if not cookie or not secrets.compare_digest(cookie.encode(), form.get("form_token", "").encode()):
        raise AuthError("auth.csrf")
