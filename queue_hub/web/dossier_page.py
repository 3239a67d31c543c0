"""The page "Hồ sơ" and what it prints: forms as PDF, labels, the register as XLSX."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from queue_hub.accounts import Role
from queue_hub.web.auth import Dossiers
from queue_hub.web.context import web_of
from queue_hub.web.pages import page_lang, render, sure_session
from queue_hub.web.rest_dossiers import Code, FormName, desk_of, form_of_record

router = APIRouter(include_in_schema=False)
_NO_STORE: Final = {"cache-control": "no-store"}


@router.get("/dossiers")
async def dossiers(request: Request) -> Response:
    """The officers' page of the dossier book."""
    session, web, lang = sure_session(request), web_of(request), page_lang(request)
    desk_of(web)
    drops = web.state.setup.dossiers.registry == "drop_folder"
    services = [{"id": s.id, "name": s.label(lang)} for s in web.state.setup.leaves() if s.kind == "service"]
    return render(
        request, "dossiers.html", session=session,
        facts={
            "services": services, "unit": web.state.setup.dossiers.unit_code,
            "procedures": web.settings.procedures is not None,
            "files": drops and session.account.role.covers(Role.SUPERVISOR),
        },
    )  # fmt: skip


@router.get("/dossiers/register.xlsx")
async def register(request: Request, who: Dossiers, first: date, last: date) -> Response:  # noqa: ARG001
    """Form 06 of the days from ``first`` to ``last``."""
    from queue_hub.receipts.register import register_xlsx

    web = web_of(request)
    book = desk_of(web).book

    def make() -> bytes:
        return register_xlsx(book.between(first, last), book.person, web.state.setup, first, last)

    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    name = f"so-theo-doi-{first:%Y%m%d}-{last:%Y%m%d}.xlsx"
    headers = {**_NO_STORE, "content-disposition": f'attachment; filename="{name}"'}
    return Response(await asyncio.to_thread(make), media_type=kind, headers=headers)


@router.get("/dossiers/form/{number}")
async def form_sheet(request: Request, number: FormName, code: Annotated[str, Code], who: Dossiers) -> Response:  # noqa: ARG001
    """A form as PDF, A5."""
    from queue_hub.receipts.sheet import form_pdf

    web = web_of(request)
    made = await asyncio.to_thread(lambda: form_pdf(form_of_record(web, number, code)))
    return Response(made, media_type="application/pdf", headers=_NO_STORE)


@router.get("/dossiers/label")
async def label(request: Request, code: Annotated[str, Query(max_length=64)], who: Dossiers) -> Response:  # noqa: ARG001
    """The label for the folder as PDF, 100 by 50 mm."""
    from queue_hub.receipts.sheet import label_pdf

    book = desk_of(web_of(request)).book
    made = await asyncio.to_thread(lambda: label_pdf(book.get(code)))
    return Response(made, media_type="application/pdf", headers=_NO_STORE)
