"""Taking a procedure along on a phone: its page at the hub's public listener, as a code to scan."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from kiosk import session as s
from queue_kit.catalogue.parts import Paragraph, Section
from queue_kit.languages import nearest, tr

#: the languages of the public pages, each with the end of its address
_ENDS: Final = {"vi": "", "en": "/en"}


def procedure_address(seen: s.Seen, code: str, lang: str) -> str | None:
    """Where a phone reads this procedure; None where the office has no public address, or its hub is away now."""
    base = seen.lobby.public_url if seen.lobby else None
    if not base or seen.hub_away:
        return None
    known = nearest({key: key for key in _ENDS}, lang)
    return f"{base.rstrip('/')}/p/{quote(code, safe='')}{_ENDS[known]}"


def phone_part(visit: s.Visit, seen: s.Seen) -> Section | None:
    """The part that holds the code."""
    procedure = visit.looking.procedure
    address = procedure_address(seen, procedure.code, visit.lang) if procedure else None
    if address is None:
        return None
    said = (Paragraph(tr(visit.lang, "procedures.phone.how")), Paragraph(address, "qr"))
    title, brief = tr(visit.lang, "procedures.phone.title"), tr(visit.lang, "procedures.phone.brief")
    return Section(s.PHONE, "device-mobile", title, brief, said)
