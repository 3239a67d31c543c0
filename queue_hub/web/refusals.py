"""Every refusal as one JSON shape, ``{key, vi, en}``, with a status that fits its key."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from queue_core.errors import ConfigError, JournalError, MotcuaError
from queue_core.problem_words import problem_words

_STATUS: Final = {
    "auth.needed": 401,
    "auth.wrong": 401,
    "auth.token": 401,
    "auth.slow": 429,
    "auth.csrf": 403,
    "auth.scope": 403,
    "command.not_allowed": 403,
    "command.invalid": 422,
    "web.not_found": 404,
    "web.method": 405,
    "web.too_large": 413,
    "web.too_many": 429,
    "request.busy": 503,
    "series.asking": 503,
    "dossier.slow_down": 429,
    "dossier.day_limit": 429,
    "dossier.secret_wait": 429,
    "dossier.registry_away": 503,
    "dossier.registry_wrong": 503,
    "dossier.not_offered": 404,
    "dossier.code_invalid": 422,
    "dossier.no_card_here": 422,
    "catalogue.missing": 404,
    "catalogue.unknown_code": 404,
    "catalogue.not_one": 503,
    "tablet.unpaired": 401,
    "tablet.code": 403,
    "rating.not_offered": 404,
    "internal": 500,
}


class Refusal(BaseModel):
    """Why not, and what to do: a stable key with Vietnamese and English words."""

    key: str
    vi: str
    en: str


def status_of(error: MotcuaError) -> int:
    """The HTTP status of a keyed error."""
    if error.key in _STATUS:
        return _STATUS[error.key]
    if error.key.endswith(".unknown"):
        return 404
    if isinstance(error, ConfigError):
        return 422
    return 503 if isinstance(error, JournalError) else 409


def refusal(error: MotcuaError) -> Response:
    """A keyed error as a response; details that are plain values come along (a configuration's path and line)."""
    body: dict[str, Any] = {"key": error.key, "vi": error.vi, "en": error.en}
    if isinstance(error, ConfigError):
        body["details"] = {k: v for k, v in error.details.items() if isinstance(v, (str, int))}
    headers = {"cache-control": "no-store"}
    if error.key == "auth.slow":
        headers["retry-after"] = str(error.details.get("seconds", 5))
    if error.key in {"auth.needed", "auth.token"}:
        headers["www-authenticate"] = "Bearer"
    # ASCII JSON: a lone surrogate that came in must not fail on its way out
    return Response(json.dumps(body), status_of(error), headers, "application/json")


def invalid(errors: Sequence[Any]) -> MotcuaError:
    """The first problem of a request that does not fit its model. What was sent is not repeated."""
    first = errors[0] if errors else {"loc": (), "msg": "?", "type": ""}
    path = ".".join(str(part)[:40] for part in first["loc"] if part != "body")[:120]
    safe = path.encode("ascii", "replace").decode()
    return MotcuaError("command.invalid", path=safe or "/", **problem_words(first))


def install(app: FastAPI) -> None:
    """Answer all errors of an application so. Pages of people who are not logged in lead to the log-in."""

    @app.exception_handler(MotcuaError)
    async def keyed(request: Request, error: MotcuaError) -> Response:
        if error.key == "auth.needed" and wants_page(request):
            return RedirectResponse("/login", 303)
        return refusal(error)

    @app.exception_handler(RequestValidationError)
    async def unfit(_request: Request, error: RequestValidationError) -> Response:
        return refusal(invalid(error.errors()))

    @app.exception_handler(ValidationError)
    async def unfit_command(_request: Request, error: ValidationError) -> Response:
        return refusal(invalid(error.errors(include_url=False, include_input=False)))

    @app.exception_handler(HTTPException)
    async def plain(_request: Request, error: HTTPException) -> Response:
        if error.status_code == 404:
            return refusal(MotcuaError("web.not_found"))
        if error.status_code == 405:
            return refusal(MotcuaError("web.method"))
        return refusal(MotcuaError("command.invalid", path="/", problem="không đọc được", problem_en="unreadable"))

    @app.exception_handler(Exception)
    async def unexpected(_request: Request, _error: Exception) -> Response:
        return refusal(MotcuaError("internal"))


def wants_page(request: Request) -> bool:
    """Whether a browser's address bar asks, and not a script."""
    return not request.url.path.startswith("/api/") and "text/html" in request.headers.get("accept", "")
