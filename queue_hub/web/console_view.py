"""What the console shows, as plain values: the ticket at the counter, who is next and why, and the day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from queue_core import routing
from queue_core.office import Office, Service, say
from queue_core.slots import takes_bookings
from queue_core.state import State
from queue_core.tickets import CounterState, CounterStatus, Status, Ticket
from queue_hub.device_names import device_name
from queue_hub.web import figures
from queue_hub.web.words import WORDS, word

if TYPE_CHECKING:
    from queue_core.clock import Moment
    from queue_core.errors import MotcuaError

#: so many of the line are listed with their reasons
LISTED: Final = 30
_RECENT: Final = 6
#: begins the kinds of trouble of the printer that stands in for another
_SECOND: Final = "second_"
#: a date said by hand is asked for again after so long, where no clock tells when the next day begins
DATE_HOLDS_MS: Final = 14 * 3_600_000
_DONE: Final = frozenset({Status.FINISHED, Status.CANCELLED})


def console_view(
    state: State, now: Moment, counter_id: str, lang: str, trouble: MotcuaError | None = None
) -> dict[str, Any]:
    """The console of one counter in one language. ``trouble``: why the journal takes nothing now."""
    office, now_ms = state.setup, now.utc_ms
    runtime = state.counters.get(counter_id) or CounterState(id=counter_id)
    here = state.tickets.get(runtime.ticket or "")
    places = routing.line(state, counter_id, now_ms, limit=LISTED)
    tiers = c.tiers if (c := office.counter(counter_id)) else {}
    mine = sum(1 for t in state.waiting_tickets() if routing.tier_of(t, tiers, counter_id) < routing.NOT_TAKEN)
    tickets = sorted(state.tickets.values(), key=lambda t: t.ended_ms or 0, reverse=True)
    return {
        **common(state, now, lang, trouble),
        "counter": counter_values(state, counter_id, lang),
        "ticket": ticket_values(office, here, lang) if here else None,
        "undo": undo_values(state, counter_id),
        "line": [
            {
                **ticket_values(office, place.ticket, lang),
                "why": routing.words(place.reason, place.details, office, lang),
                "reason": place.reason,
            }
            for place in places
        ],
        "line_total": mine,
        "parked": [ticket_values(office, t, lang) for t in tickets if t.status is Status.PARKED],
        "recent": [ticket_values(office, t, lang) for t in tickets if t.status in _DONE and t.counter == counter_id][
            :_RECENT
        ],
        "services": services_values(state, lang),
        "figures": figures.today(state, counter_id),
    }


def common(state: State, now: Moment, lang: str, trouble: MotcuaError | None) -> dict[str, Any]:
    """What console and room both show."""
    return {
        "now_ms": now.utc_ms,
        "trouble": (trouble.en if lang == "en" else trouble.vi) if trouble else None,
        "clock_known": now.known,
        "date_needed": date_needed(state, now),
        "clock_says_ms": now.utc_ms + now.jump_ms if state.clock_doubted_ms is not None else None,
        "date": state.date,
        "day_open": state.day_open,
        "revision": state.revision,
        "help": [
            {"device": d, "name": device_name(state, d, lang), "since_ms": ms} for d, ms in sorted(state.help.items())
        ],
        "alerts": [
            {
                "device": d,
                "name": device_name(state, d, lang),
                "kind": k,
                "words": alert_words(k, lang),
                "since_ms": ms,
            }
            for (d, k), ms in sorted(state.alerts.items())
        ],
    }


def date_needed(state: State, now: Moment) -> bool:
    """Whether an officer should say the date: no clock tells it, nobody has said it in this boot and working day."""
    return not now.known and (state.boot_id != now.boot_id or now.utc_ms - state.dated_ms > DATE_HOLDS_MS)


def alert_words(kind: str, lang: str) -> str:
    """A device's trouble in words; a kind without words shows itself. ``sign_away.quay-3``: of what stands where."""
    if kind.startswith(_SECOND):
        return word("alert.second", lang, trouble=alert_words(kind.removeprefix(_SECOND), lang))
    key = f"alert.{kind}"
    if key in WORDS:
        return word(key, lang)
    general, _, place = kind.partition(".")
    key = f"alert.{general}.at"
    return word(key, lang, place=place) if place and key in WORDS else kind


def ticket_values(office: Office, ticket: Ticket, lang: str) -> dict[str, Any]:
    """A ticket as an officer sees it."""
    service = office.service(ticket.service)
    priority = next((c for c in office.priority.classes if c.id == ticket.priority), None)
    counter = office.counter(ticket.counter or "")
    return {
        "id": ticket.id,
        "number": ticket.number,
        "service": ticket.service,
        "service_name": service.label(lang) if service else ticket.service,
        "status": ticket.status.value,
        "entry": ticket.entry,
        "lang": ticket.lang,
        "priority": ticket.priority,
        "priority_name": say(priority.name, lang) if priority else (ticket.priority or ""),
        "confirmed": ticket.priority_confirmed,
        "issued_ms": ticket.issued_ms,
        "since_ms": ticket.waiting_since_ms,
        "called_ms": ticket.called_ms,
        "served_ms": ticket.served_ms,
        "ended_ms": ticket.ended_ms,
        "calls": ticket.calls,
        "misses": ticket.misses,
        "printed": ticket.printed,
        "no_slip": ticket.no_slip,
        "counter": counter.number if counter else None,
        "only_counter": ticket.only_counter,
    }


def undo_values(state: State, counter_id: str) -> dict[str, Any] | None:
    """What the counter may still take back, and until when."""
    kept = state.undo.get(counter_id)
    if kept is None:
        return None
    return {"what": kept.what, "number": kept.before.number, "until_ms": kept.at_ms + state.setup.policy.undo_s * 1000}


def counter_values(state: State, counter_id: str, lang: str) -> dict[str, Any]:
    """A counter as officers see it."""
    counter = state.setup.counter(counter_id)
    runtime = state.counters.get(counter_id) or CounterState(id=counter_id)
    ticket = state.tickets.get(runtime.ticket or "")
    names = [s.label(lang) for i in (counter.tiers if counter else ()) if (s := state.setup.service(i))]
    return {
        "id": counter_id,
        "number": counter.number if counter else None,
        "name": say(counter.name, lang) if counter and counter.name else ", ".join(names),
        "services": names,
        "status": runtime.status.value,
        "officer": runtime.officer,
        "officer_name": runtime.officer_name or runtime.officer or "",
        "since_ms": runtime.since_ms,
        "ticket": ticket_values(state.setup, ticket, lang) if ticket else None,
    }


def services_values(state: State, lang: str) -> list[dict[str, Any]]:
    """Each service that gives numbers: who waits, the longest, whether somebody serves it."""
    waiting: dict[str, list[Ticket]] = {}
    for ticket in state.waiting_tickets():
        waiting.setdefault(ticket.service, []).append(ticket)
    result = []
    for service in state.setup.leaves():
        there = waiting.get(service.id, [])
        result.append(
            {
                "id": service.id,
                "name": service.label(lang),
                "full_name": say(service.name, lang),
                "group": _group_name(state.setup, service, lang),
                "prefix": service.prefix,
                "kind": service.kind,
                "bookable": takes_bookings(service),
                "waiting": len(there),
                "longest_ms": min((t.waiting_since_ms for t in there), default=None),
                "switched": state.switched.get(service.id),
                "given": state.given.get(service.id, 0),
                "limit": service.daily_limit,
                "counters": [c.number for c in state.setup.counters_for(service.id)],
                "open_counters": sum(
                    1
                    for c in state.setup.counters_for(service.id)
                    if (r := state.counters.get(c.id)) and r.status is CounterStatus.OPEN
                ),
            }
        )
    return result


def _group_name(office: Office, service: Service, lang: str) -> str:
    parent = next((s for s in office.services if service in s.services), None)
    return parent.label(lang) if parent else ""
