"""What the form to accept a dossier takes from a published procedure: its name, papers, time and fee, as a proposal.

The portal's texts are kept where they can be taken as they are. A time that names no unit, or calendar days, is told
and not turned into a term: a wrong date on a receipt is worse than one an officer types.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import date
from typing import Final, Literal

from pydantic import BaseModel

from queue_core.deadlines import MAX_TERM_DAYS
from queue_core.office import Office
from queue_core.procedures import service_for
from queue_core.vietnamese import fold, nfc
from queue_hub.dossiers.errors import DossierError
from queue_hub.dossiers.record import no_card
from queue_kit.catalogue.procedure import Case, Channel, Procedure

#: a receipt names a paper; what the portal explains of it stands on the kiosk's page
_PAPER_MOST: Final = 300
_FEE_MOST: Final = 300
_MATTER_MOST: Final = 1000
_TIME: Final = re.compile(r"0*(\d+)(?:[.,](\d+))?\s*(ngày làm việc|giờ làm việc|giờ)(?!\w)")
_THOUSANDS: Final = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_DONG: Final = re.compile(r"(?:Việt Nam Đồng|VNĐ|VND)", re.IGNORECASE)
#: a folded part of the portal's words → the channel's national number
_CHANNELS: Final[dict[str, Literal[1, 2, 3]]] = {"truc tuyen": 2, "buu": 3, "truc tiep": 1}
_NO_FEE: Final = re.compile(r"(?:(?:phí|lệ phí)\s*:\s*)?(?:0|không)\s*đồng", re.IGNORECASE)


class PaperFilling(BaseModel):
    """A paper to hand in."""

    name: str
    originals: int
    copies: int


class CaseFilling(BaseModel):
    """The papers of one case; the name is empty where there is only one."""

    name: str
    papers: list[PaperFilling]


class WayFilling(BaseModel):
    """One way to submit. ``time`` as published; ``term_kind`` None: it cannot be taken as a term of the book."""

    channel: Literal[1, 2, 3]
    time: str
    term_kind: Literal["days", "hours", "same_day"] | None
    term_count: int
    fee: str


class Filling(BaseModel):
    """A proposal for the form. ``service``: the office's one for it, None where there is none but guidance."""

    code: str
    matter: str
    service: str | None
    cases: list[CaseFilling]
    ways: list[WayFilling]


def filling_of(procedure: Procedure, office: Office, day: date | None) -> Filling:
    """The proposal, with the times and fees of ``day`` (None while nobody knows it: all that are published)."""
    service = service_for(office.services, procedure.field, procedure.code)
    channels = procedure.channels if day is None else procedure.channels_on(day)
    ways = [way for way in map(_way, channels) if way is not None]
    return Filling(
        code=procedure.code,
        matter=_short(procedure.name, _MATTER_MOST),
        service=service.id if service is not None and service.kind == "service" else None,
        cases=[found for case in procedure.cases if (found := _case(case)).papers],
        ways=sorted(ways, key=lambda way: way.channel),
    )


def term_of(time: str) -> tuple[Literal["days", "hours", "same_day"], int] | None:
    """A published time as a term of the book: «7 Ngày làm việc» → days, 7; None for «15 Ngày», «1»."""
    text = nfc(time).casefold()
    if found := _TIME.search(text):
        count = math.ceil(float(f"{found[1]}.{found[2] or 0}"))
        kind: Literal["days", "hours"] = "days" if found[3].startswith("ngày") else "hours"
        return (kind, count) if 0 < count <= MAX_TERM_DAYS else None
    return ("same_day", 0) if "trong ngày" in text else None


def fee_words(fee: str) -> str:
    """A published fee as a receipt writes it: «20,000 VNĐ» → «20.000 đồng»; «Phí : 0 Đồng» → «Miễn phí»."""
    if _NO_FEE.fullmatch(fee.strip()):
        return "Miễn phí"
    written = _DONG.sub("đồng", _THOUSANDS.sub(".", fee))
    return _short(" ".join(written.replace("đồng(", "đồng (").split()), _FEE_MOST)


def _way(channel: Channel) -> WayFilling | None:
    said = fold(channel.method)
    number = next((number for word, number in _CHANNELS.items() if word in said), None)
    if number is None:
        return None
    term = None if channel.time_unclear else term_of(channel.time)
    return WayFilling(
        channel=number, time=channel.time, term_kind=term[0] if term else None, term_count=term[1] if term else 0,
        fee=fee_words(channel.fee),
    )  # fmt: skip


def _case(case: Case) -> CaseFilling:
    return CaseFilling(name=_short(" ".join(case.name.split()), 200), papers=list(_papers(case)))


def _papers(case: Case) -> Iterator[PaperFilling]:
    for paper in case.papers:
        # the bar and long numbers stand for an identity card in the book's fields
        name = _short(" ".join(paper.name.replace("|", "/").split()), _PAPER_MOST)
        try:
            no_card(name)
        except DossierError:
            continue
        yield PaperFilling(name=name, originals=min(paper.originals, 99), copies=min(paper.copies, 99))


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + "…"
