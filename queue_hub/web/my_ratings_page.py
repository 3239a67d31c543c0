"""The officer's own page of ratings: the sums of today and of months, never one opinion by itself (docs/ratings.md)."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Request
from starlette.responses import Response

from queue_core import rating as rules
from queue_hub.web.context import web_of
from queue_hub.web.pages import page_lang, render, sure_session
from queue_hub.web.rest_ratings import desk_of
from queue_kit.languages import tr

router = APIRouter(include_in_schema=False)


@router.get("/ratings/mine")
async def my_ratings(request: Request) -> Response:
    """What citizens said of the officer who looks. Raises rating.not_offered where nobody asks."""
    session, web, lang = sure_session(request), web_of(request), page_lang(request)
    desk_of(web)
    moment = web.engine.now()
    today = moment.local.date() if moment.known else None
    return render(
        request, "my_ratings.html", session=session,
        facts={
            "months": [] if today is None else [_month(today, back) for back in range(12)],
            "least": rules.LEAST_SHOWN,
            "faces": {
                str(scale): [
                    {"face": face, "words": tr(lang, f"rating.face.{face}"), "unhappy": rules.is_unhappy(value, scale)}
                    for value, face in enumerate(faces, 1)
                ]
                for scale, faces in rules.FACES.items()
            },
            "reasons": {reason: tr(lang, f"rating.reason.{reason}") for reason in rules.REASONS},
        },
    )  # fmt: skip


def _month(day: date, back: int) -> str:
    """The month so many months before a date: 2026-11."""
    count = day.year * 12 + day.month - 1 - back
    return f"{count // 12}-{count % 12 + 1:02d}"
