"""A procedure to take along on a phone: ``/p/{code}`` (Vietnamese) and ``/p/{code}/en``, behind the kiosk's QR code.

What the law has published: read-only, without a log-in, without scripts; told in the same parts as at the kiosk. It
stands on the public listener, which has nothing of the console. The catalogue is opened for each answer and closed
again: a page that is asked for now and then shall cost the hub no memory.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from queue_core.errors import MotcuaError
from queue_core.office import say
from queue_hub.catalogue_shelf import Shelf
from queue_hub.web.auth import address_of
from queue_hub.web.pages import templates
from queue_hub.web.throttle import Bucket
from queue_hub.web.words import word
from queue_kit.catalogue.parts import Section, sections
from queue_kit.catalogue.procedure import Procedure
from queue_kit.catalogue.reader import read_one

if TYPE_CHECKING:
    from queue_hub.engine import Engine

#: the parts that stand open: what most people came for
_OPEN: Final = frozenset({"papers", "channels"})
_LONGEST_CODE: Final = 60
#: an address of a record is a link only where it leads to a web page
_WEB: Final = re.compile(r"^https?://[^\s\"'<>\\]+\Z")
_HEADERS: Final = {"cache-control": "public, max-age=300", "x-robots-tag": "noindex, nofollow"}


def procedure_router(engine: Engine, shelf: Shelf) -> APIRouter:
    """The page in both languages; whatever else is asked for under ``/p/`` is not there."""
    router = APIRouter(include_in_schema=False)
    #: phones in the hall share one address
    asked = Bucket(per_s=4, burst=60)
    missed = Bucket(per_s=0.2, burst=20)

    def page(request: Request, code: str, lang: str) -> Response:
        address = address_of(request)
        if not asked.take(address):
            raise MotcuaError("web.too_many")
        today = engine.now()
        day = today.local.date() if today.known else None
        offer = shelf.offer
        procedure = read_one(offer.file, code, day=day) if offer and len(code) <= _LONGEST_CODE else None
        if procedure is None and not missed.take(address):
            raise MotcuaError("web.too_many")
        office = engine.state.setup
        html = templates().get_template("procedure.html").render(
            lang=lang, t=lambda key, **places: word(key, lang, **places), office_name=say(office.name, lang),
            hotline=office.hotline, **_values(procedure, lang, day),
        )  # fmt: skip
        return HTMLResponse(html, 200 if procedure else 404, _HEADERS if procedure else {"cache-control": "no-store"})

    @router.get("/p/{code}")
    def vietnamese(request: Request, code: str) -> Response:
        """The page of a procedure; a kind one for a code that is not in the office's list (any more)."""
        return page(request, code, "vi")

    @router.get("/p/{code}/en")
    def english(request: Request, code: str) -> Response:
        """The same with English words around the record."""
        return page(request, code, "en")

    return router


def _values(procedure: Procedure | None, lang: str, day: date | None) -> dict[str, Any]:
    if procedure is None:
        return {"procedure": None, "parts": [], "portal": "", "day": ""}
    return {
        "procedure": procedure,
        "title": procedure.short_name or procedure.name,
        "parts": [_part(part) for part in sections(procedure, lang, day) if part.key != "online"],
        "portal": procedure.url if _WEB.match(procedure.url) else "",
        "day": f"{day:%d/%m/%Y}" if day else "",
    }


def _part(part: Section) -> dict[str, Any]:
    return {"key": part.key, "title": part.title, "open": part.key in _OPEN, "said": part.paragraphs}
