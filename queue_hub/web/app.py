"""The two web applications of the hub: the console with its REST interface, and the public page.

They are served by two listeners: whoever can reach the public one can reach nothing of the console.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import APIRouter, FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from queue_hub.accounts import Accounts
from queue_hub.follow import Estimate, Follower
from queue_hub.portrait import UPLOAD_MAX_BYTES
from queue_hub.web import (
    dossier_page,
    my_ratings_page,
    pages,
    refusals,
    rest_accounts,
    rest_bookings,
    rest_counters,
    rest_devices,
    rest_dossiers,
    rest_office,
    rest_procedures,
    rest_ratings,
    rest_tickets,
    tablet_page,
)
from queue_hub.web.context import Web, WebSettings
from queue_hub.web.guard import Guard
from queue_hub.web.public import public_router
from queue_hub.web.rest import REFUSALS

if TYPE_CHECKING:
    from queue_hub.engine import Engine

_ABOUT = """Numbers, counters and bookings of one office.

Software sends `Authorization: Bearer mct_…` with a token that an administrator made; its scopes are `read`, `issue`,
`book`, `serve` and `dossiers`. A change may carry an `Idempotency-Key`. Every refusal is `{key, vi, en}`; nothing has
changed then.
Times are UTC milliseconds."""


class _Static(StaticFiles):
    """Files that a browser may keep: their address holds their version."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = "public, max-age=3600" if scope["query_string"] else "no-cache"
        return response


def make_app(engine: Engine, accounts: Accounts, settings: WebSettings) -> FastAPI:
    """The console, its pages and ``/api/v1``."""
    web = Web(engine=engine, accounts=accounts, settings=settings)

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        web.feed.start()
        await asyncio.to_thread(accounts.drain_notes)
        yield
        web.feed.stop()
        await asyncio.to_thread(web.slips.stop)

    app = FastAPI(
        title="Motcua", version=settings.version or "1", description=_ABOUT, lifespan=life,
        openapi_url="/api/v1/openapi.json", docs_url=None, redoc_url=None,
    )  # fmt: skip
    app.state.web = web
    app.state.end_streams = web.feed.stop
    api = APIRouter(prefix="/api/v1", responses=REFUSALS)
    for part in (
        rest_office, rest_counters, rest_tickets, rest_bookings, rest_accounts, rest_dossiers, rest_procedures,
        rest_ratings, rest_devices,
    ):  # fmt: skip
        api.include_router(part.router)
    app.include_router(api)
    app.include_router(pages.router)
    app.include_router(dossier_page.router)
    app.include_router(my_ratings_page.router)
    app.include_router(tablet_page.router)
    app.mount("/static", _Static(directory=pages.HERE / "static"))
    refusals.install(app)
    app.add_middleware(Guard, large={"/photo": UPLOAD_MAX_BYTES, "/api/v1/office": 2 * 1024 * 1024})
    return app


def make_public_app(engine: Engine, follower: Follower, estimate: Estimate | None = None) -> FastAPI:
    """The page to follow a ticket on a phone: read-only, no log-in, nothing of the console.

    ``estimate``: the wait from now on; without it the page repeats what was told at issue, with its time.
    """
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.include_router(public_router(engine, follower, estimate))
    app.mount("/static", _Static(directory=pages.HERE / "public"))
    refusals.install(app)
    app.add_middleware(Guard, limit_bytes=1024)
    return app
