"""What a live page shows: the state as console or room see it, with the day's bookings and the printers."""

from __future__ import annotations

from typing import Any

from queue_hub.web.booking_view import bookings_on
from queue_hub.web.console_view import console_view
from queue_hub.web.context import Web
from queue_hub.web.print_places import printing_values
from queue_hub.web.rest_ratings import room_values
from queue_hub.web.room_view import room_view


def counter_page(web: Web, counter_id: str, lang: str) -> dict[str, Any]:
    """The console of one counter."""
    view = console_view(web.state, web.engine.now(), counter_id, lang, web.engine.trouble)
    return {**view, **_both(web, lang), "dossier": web.dossier_at(counter_id)}


def room_page(web: Web, lang: str) -> dict[str, Any]:
    """The room."""
    return {
        **room_view(web.state, web.engine.now(), lang, web.engine.trouble),
        **_both(web, lang),
        "ratings": room_values(web),
    }


def _both(web: Web, lang: str) -> dict[str, Any]:
    now = web.engine.now()
    return {"bookings": bookings_on(web.state, None, now, lang), **printing_values(web, lang)}
