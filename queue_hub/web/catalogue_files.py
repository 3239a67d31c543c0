"""``GET /catalogue/{hash}.db`` and ``/catalogue/current.db``: the office's procedures for its kiosks.

On both listeners and without a log-in: it is what the law tells the office to publish. A kiosk reaches the console's
listener, whose certificate it knows, in every office; the public one is there only where an office opened it.
"""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, Response

from queue_core.errors import MotcuaError
from queue_hub.catalogue_shelf import Shelf
from queue_hub.web.auth import address_of
from queue_hub.web.throttle import Bucket

MEDIA_TYPE: Final = "application/vnd.sqlite3"


def catalogue_router(shelf: Shelf) -> APIRouter:
    """The route. The ETag is the content hash (RFC 9110, 8.8.3): who has that content is answered 304."""
    router = APIRouter()
    #: a file is some megabytes: a kiosk asks once a change, a phone in the hall never needs to
    asked = Bucket(per_s=0.5, burst=30)

    @router.api_route("/catalogue/{name}.db", methods=["GET", "HEAD"], include_in_schema=False)
    def catalogue(request: Request, name: str) -> Response:
        """The file, or 304 when the asker has it. Raises web.not_found, web.too_many."""
        offer = shelf.offer if name == "current" else shelf.named(name)
        if offer is None:
            raise MotcuaError("web.not_found")
        tag = f'"{offer.hash}"'
        lasting = "no-cache" if name == "current" else "public, max-age=31536000, immutable"
        headers = {"etag": tag, "cache-control": lasting}
        if _has(request.headers.get("if-none-match", ""), tag):
            return Response(status_code=304, headers=headers)
        if not asked.take(address_of(request)):
            raise MotcuaError("web.too_many")
        return FileResponse(offer.file, media_type=MEDIA_TYPE, headers=headers)

    return router


def _has(condition: str, tag: str) -> bool:
    return condition.strip() == "*" or tag in {one.strip().removeprefix("W/") for one in condition.split(",")}
