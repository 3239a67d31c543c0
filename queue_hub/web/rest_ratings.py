"""``/api/v1/ratings``: what citizens said, in sums only; and the tablets that ask them."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from queue_core import rating as rules
from queue_core.errors import RuleError
from queue_hub.accounts import Role
from queue_hub.rating_sums import summed, to_csv, values_of
from queue_hub.ratings import RatingDesk
from queue_hub.web.auth import Caller, Officer, Supervisor, caller
from queue_hub.web.context import Web, web_of
from queue_hub.web.rest import plain
from queue_hub.web.tablets import CODE_S, Tablet

router = APIRouter(prefix="/ratings", tags=["ratings"])
#: a supervisor, or software that may read
Summer = Annotated[Caller, Depends(caller("read", role=Role.SUPERVISOR))]
Month = Annotated[str, Path(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")]


class NewTablet(BaseModel):
    """For which counter a tablet shall ask."""

    counter: Annotated[str, Field(max_length=32)]


def desk_of(web: Web) -> RatingDesk:
    """Who takes ratings. Raises rating.not_offered where nobody does."""
    if web.settings.ratings is None:
        raise RuleError("rating.not_offered")
    return web.settings.ratings


@router.get("/today", response_model=dict[str, Any])
async def today(request: Request, who: Summer) -> Response:  # noqa: ARG001
    """Today's sums: office, counters, officers, services; groups of fewer than ``least`` are left out."""
    return plain(summed(desk_of(web_of(request)).today(), growing=True))


@router.get("/mine", response_model=dict[str, Any])
async def mine(request: Request, who: Officer) -> Response:
    """An officer's own sum of today; null while there are too few to be confidential."""
    own = [one for one in desk_of(web_of(request)).today() if one.officer == who.username]
    found = rules.sums(own, growing=True)
    return plain({"least": rules.LEAST_SHOWN, "mine": None if found is None else values_of(found)})


@router.get("/mine/months/{month}", response_model=dict[str, Any])
async def mine_of_month(request: Request, month: Month, who: Officer) -> Response:
    """An officer's own sum of a month; null while there are too few to be confidential."""
    said, growing = await _said_in(web_of(request), month)
    found = rules.sums([one for one in said if one.officer == who.username], growing=growing)
    return plain({"least": rules.LEAST_SHOWN, "mine": None if found is None else values_of(found)})


async def _said_in(web: Web, month: str) -> tuple[list[rules.Rating], bool]:
    """The ratings of a month, and whether more may come."""
    said = await asyncio.to_thread(desk_of(web).month, month)
    moment = web.engine.now()
    return [one.rating for one in said], not moment.known or month >= f"{moment.local:%Y-%m}"


async def _month(web: Web, month: str) -> dict[str, Any]:
    said, growing = await _said_in(web, month)
    return summed(said, growing=growing)


@router.get("/months/{month}", response_model=dict[str, Any])
async def month(request: Request, month: Month, who: Summer) -> Response:  # noqa: ARG001
    """The sums of a month (``2026-11``)."""
    return plain(await _month(web_of(request), month))


@router.get("/months/{month}/sums.csv", response_class=Response)
async def month_csv(request: Request, month: Month, who: Summer) -> Response:  # noqa: ARG001
    """The same as CSV for a spreadsheet."""
    web = web_of(request)
    names = {account.username: account.name for account in web.accounts.all()}
    made = to_csv(await _month(web, month), web.state.setup, names)
    headers = {"content-disposition": f'attachment; filename="danh-gia-{month}.csv"', "cache-control": "no-store"}
    return Response(made, media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/tablets", response_model=list[dict[str, Any]])
async def tablets(request: Request, who: Supervisor) -> Response:  # noqa: ARG001
    """The paired tablets."""
    web = web_of(request)
    return plain([_values(web, one) for one in web.tablets.all()])


@router.post("/tablets/code", response_model=dict[str, Any], status_code=201)
async def tablet_code(request: Request, body: NewTablet, who: Supervisor) -> Response:
    """A code for one tablet, shown this once; to be typed there on the page ``/tablet`` within ten minutes."""
    web = web_of(request)
    if web.state.setup.counter(body.counter) is None:
        raise RuleError("counter.unknown", counter=body.counter)
    code = web.tablets.new_code(body.counter, by=who.by)
    return plain({"code": code, "minutes": int(CODE_S // 60)}, 201)


@router.delete("/tablets/{tablet_id}", response_model=dict[str, Any])
async def remove_tablet(
    request: Request, tablet_id: Annotated[str, Path(pattern=r"^[0-9a-f]{1,16}$")], who: Supervisor
) -> Response:
    """Take a tablet away; its page says so at once."""
    web = web_of(request)
    await asyncio.to_thread(web.tablets.remove, tablet_id, by=who.by)
    web.feed.ring()
    return plain({"ok": True})


def _values(web: Web, tablet: Tablet) -> dict[str, Any]:
    counter = web.state.setup.counter(tablet.counter)
    return {
        "id": tablet.id,
        "counter": tablet.counter,
        "number": counter.number if counter else None,
        "made_ms": tablet.made_ms,
        "made_by": tablet.made_by,
    }


def room_values(web: Web) -> dict[str, Any] | None:
    """Today's sum for the room; None where nobody asks. ``count`` 0: too few to be shown."""
    desk = web.settings.ratings
    if desk is None or not web.state.setup.rating.offered:
        return None
    found = rules.sums(desk.today(), growing=True)
    return {"count": found.count if found else 0, "happy_percent": found.happy_percent if found else None,
            "least": rules.LEAST_SHOWN}  # fmt: skip
