"""Where a slip may be printed: at the hub's own printer or at a kiosk's; and what became of those sent to kiosks."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any, Final

from queue_core.errors import MotcuaError
from queue_core.state import State
from queue_hub.device_names import device_name
from queue_hub.print_jobs import SentSlip
from queue_hub.web.console_view import alert_words
from queue_hub.web.context import Web
from queue_hub.web.printing import DEVICE
from queue_hub.web.words import word

#: kinds of trouble with which a slip comes out all the same
_HARMLESS: Final = frozenset({"paper_near_end", "paper_busy", "paper_slow", "paper_second"})


def printing_values(web: Web, lang: str) -> dict[str, Any]:
    """``printers``: places to print at, the hub's first; ``prints``: what was lately sent to kiosks."""
    state = web.state
    places = [_place(state, DEVICE, lang, there=True)] if web.slips.there else []
    kiosks = web.settings.kiosks
    if kiosks is None:
        return {"printers": places, "prints": []}
    known = {d.id: False for d in state.setup.devices if d.kind == "kiosk"} | kiosks.kiosks()
    places += [_place(state, i, lang, there=there) for i, there in sorted(known.items())]
    return {"printers": places, "prints": [_sent(state, slip, lang) for slip in kiosks.recent()]}


async def print_at(web: Web, ticket_id: str, place: str, key: str | None) -> None:
    """Have a ticket's slip printed at a place (``hub`` or a kiosk's id).

    ``key``: the same again is the same slip. Raises printer.none, printer.kiosk_away, ticket.unknown, request.busy.
    """
    if place == DEVICE:
        web.slips.put(ticket_id)
        return
    kiosks = web.settings.kiosks
    if kiosks is None:
        raise MotcuaError(
            "printer.kiosk_away", name=device_name(web.state, place, "vi"), name_en=device_name(web.state, place, "en")
        )
    await asyncio.to_thread(kiosks.send, ticket_id, place, f"p:{(key or secrets.token_hex(20))[-60:]}")


def _place(state: State, device: str, lang: str, *, there: bool) -> dict[str, Any]:
    troubles = [k for d, k in state.alerts if d == device and k.startswith("paper_") and k not in _HARMLESS]
    words = word("alert.lost", lang) if not there else "; ".join(alert_words(k, lang) for k in sorted(troubles))
    name = word("printer.hub", lang) if device == DEVICE else device_name(state, device, lang)
    return {"id": device, "name": name, "there": there, "trouble": words}


def _sent(state: State, slip: SentSlip, lang: str) -> dict[str, Any]:
    places = {"number": slip.number, "name": device_name(state, slip.kiosk, lang)}
    why = alert_words(slip.why.replace(".", "_"), lang)
    return {
        "id": slip.id,
        "ticket": slip.ticket,
        "number": slip.number,
        "printer": slip.kiosk,
        "how": slip.how,
        "words": word(f"print.{slip.how}", lang, **places, why=why),
    }
