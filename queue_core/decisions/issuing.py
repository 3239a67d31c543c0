"""Giving numbers: walk-in, booked, to collect a result; and taking them back."""

from __future__ import annotations

from datetime import datetime, timedelta

from queue_core import events as e
from queue_core.calendar import in_hours, opening, when
from queue_core.clock import local
from queue_core.commands import (
    CancelBooking,
    CancelRequest,
    CancelTicket,
    CheckIn,
    Issue,
    MakeBooking,
    SlipDone,
)
from queue_core.decisions.context import Context, any_ticket, leaf, live_ticket
from queue_core.errors import RuleError, register
from queue_core.office import Service, format_number
from queue_core.slots import MAX_BOOKING_DAYS, slot_of, takes_bookings
from queue_core.state import State
from queue_core.tickets import Booking, Status, Ticket

register(
    {
        "booking.code_taken": (
            "Mã hẹn đã có người dùng; hãy tạo mã khác.",
            "This booking code is taken; draw another.",
        ),
        "booking.not_offered": (
            "{service} không nhận đặt lịch hẹn. Mời đến lấy số trực tiếp.",
            "{service} takes no bookings. Please come and take a number.",
        ),
    }
)


def issue(state: State, command: Issue, ctx: Context) -> list[e.AnyEvent]:
    """Give a number, or say why not and when to come. The same request gives nothing new."""
    if _answered(state, ctx):
        return []
    service = leaf(state, command.service)
    entry = "collect" if command.entry == "collect" or service.kind == "collect" else command.entry
    if not _may_enter(service, command.entry):
        raise RuleError("service.entry_not_allowed", service=service.id)
    if command.priority is not None and command.priority not in {c.id for c in state.setup.priority.classes}:
        raise RuleError("priority.unknown", priority=command.priority)
    refuse_closed(state, service, ctx)
    ticket = _new_ticket(state, service, ctx, entry=entry, priority=command.priority, lang=command.lang)
    if command.dossier_hash:
        ticket = _with(ticket, dossier_hash=command.dossier_hash)
    return [_issued(state, ticket, ctx)]


def _may_enter(service: Service, entry: str) -> bool:
    """A booked visit comes by its booking; guidance, results and missing papers are open to whoever walks in."""
    if entry == "walk_in":
        return service.kind != "service" or "walk_in" in service.entries
    return entry == "collect" and (service.kind == "collect" or "collect" in service.entries)


def check_in(state: State, command: CheckIn, ctx: Context) -> list[e.AnyEvent]:
    """Give the number of a booked visit. Later than the grace it is an ordinary place from now."""
    if _answered(state, ctx):
        return []
    booking = state.bookings.get(command.booking)
    if booking is None:
        raise RuleError("booking.unknown")
    if booking.ticket is not None:
        given = state.tickets.get(booking.ticket)
        raise RuleError("booking.used", number=given.number if given else "")
    service = leaf(state, booking.service)
    if not state.day_open:
        raise RuleError("office.day_closed", **_come_back(state, None, ctx, tomorrow=True))
    policy = state.setup.policy
    booked_ms: int | None = None
    if ctx.now.known:
        at = local(booking.at_ms)
        if at.date() != ctx.now.local.date():
            raise RuleError("booking.other_day", when=f"{at:%H:%M %d/%m/%Y}")
        early_ms = booking.at_ms - policy.booking_early_min * 60_000
        if ctx.at_ms < early_ms:
            raise RuleError("booking.too_early", when=f"{at:%H:%M}", from_time=f"{local(early_ms):%H:%M}")
        if ctx.at_ms <= booking.at_ms + policy.booking_grace_min * 60_000:
            booked_ms = booking.at_ms
    ticket = _new_ticket(state, service, ctx, entry="booked", priority=None, lang=command.lang)
    return [_issued(state, _with(ticket, booked_ms=booked_ms, booking=booking.code), ctx)]


def _answered(state: State, ctx: Context) -> bool:
    if ctx.request_id is None:
        return False
    if ctx.request_id in state.cancelled_requests:
        raise RuleError("request.cancelled")
    ticket = state.tickets.get(state.requests.get(ctx.request_id, ""))
    if ticket is not None and ticket.status is Status.CANCELLED and ticket.reason == "request":
        raise RuleError("request.cancelled")  # a slip that is printed now would call nobody
    return ctx.request_id in state.requests


def refuse_closed(state: State, service: Service, ctx: Context) -> None:
    """Raise the keyed error that says when to come, if this service gives no number now."""
    if not state.day_open:
        raise RuleError("office.day_closed", **_come_back(state, None, ctx, tomorrow=True))
    names = {"name": service.label("vi"), "name_en": service.label("en")}
    forced = _switched(state, service)
    if forced is False:
        raise RuleError("service.closed", **names, **_come_back(state, service, ctx, tomorrow=True))
    if ctx.now.known and forced is None and not opening(state.setup, service, ctx.now.local).open:
        office_open = opening(state.setup, None, ctx.now.local).open
        key = "service.closed" if office_open else "office.closed"
        raise RuleError(key, **names, **_come_back(state, service, ctx))
    if service.daily_limit is not None and state.given.get(service.id, 0) >= service.daily_limit:
        raise RuleError(
            "service.limit_reached",
            limit=service.daily_limit,
            **names,
            **_come_back(state, service, ctx, tomorrow=True),
        )


def _switched(state: State, service: Service) -> bool | None:
    if service.id in state.switched:
        return state.switched[service.id]
    parent = next((s.id for s in state.setup.services if service in s.services), "")
    return state.switched.get(parent)


def _come_back(state: State, service: Service | None, ctx: Context, *, tomorrow: bool = False) -> dict[str, str]:
    """The words that say when to come; empty while no clock is trusted."""
    if not ctx.now.known:
        return {
            "come_back": "Mời hỏi quầy hướng dẫn.",
            "come_back_en": "Please ask at the guidance counter.",
        }
    now = ctx.now.local
    if not tomorrow:
        found = opening(state.setup, service, now)
        return {"come_back": found.words("vi", now), "come_back_en": found.words("en", now)}
    midnight = datetime(now.year, now.month, now.day, tzinfo=now.tzinfo) + timedelta(days=1)
    found = opening(state.setup, service, midnight)
    again = midnight if found.open else found.again
    if again is None:
        return {"come_back": found.words("vi", now), "come_back_en": found.words("en", now)}
    return {
        "come_back": f"Mời quay lại {when(again, 'vi', now)}.",
        "come_back_en": f"Please come {when(again, 'en', now)}.",
    }


def _new_ticket(state: State, service: Service, ctx: Context, *, entry: str, priority: str | None, lang: str) -> Ticket:
    prefix = state.letters.get(service.prefix, service.prefix)
    ordinal = state.series.get(prefix, 0) + 1
    while format_number(prefix, ordinal, service.digits) in state.numbers:
        ordinal += 1  # a prefix changed within the day: a number is never given twice
    return Ticket(
        id=f"{state.day}-{len(state.tickets) + 1}",
        number=format_number(prefix, ordinal, service.digits),
        prefix=prefix,
        ordinal=ordinal,
        service=service.id,
        entry=entry,
        place=state.next_place,
        issued_ms=ctx.at_ms,
        waiting_since_ms=ctx.at_ms,
        priority=priority,
        lang=lang,
        clockless=not ctx.now.known,
        undated=not ctx.now.known and state.boot_id != ctx.now.boot_id,
        request_id=ctx.request_id or "",
        device=ctx.by,
    )


def _issued(state: State, ticket: Ticket, ctx: Context) -> e.TicketIssued:
    if ctx.forecast is not None:
        said = ctx.forecast(state, ticket)
        ticket = _with(
            ticket,
            told_ahead=said[0],
            told_low_min=said[1],
            told_high_min=said[2],
            told_passes_closing=getattr(said, "passes_closing", False),
            replayed_min=getattr(said, "replayed_min", None),
        )
    return e.TicketIssued(at_ms=ctx.at_ms, by=ctx.by, ticket=ticket.dump())


def _with(ticket: Ticket, **changes: object) -> Ticket:
    from dataclasses import replace

    return replace(ticket, **changes)  # type: ignore[arg-type]


def cancel_request(state: State, command: CancelRequest, ctx: Context) -> list[e.AnyEvent]:
    """The citizen left before the answer: no ticket for this request, now or later."""
    ticket = state.tickets.get(state.requests.get(command.of, ""))
    if ticket is None:
        if command.of in state.cancelled_requests:
            return []
        return [e.RequestCancelled(at_ms=ctx.at_ms, by=ctx.by, request_id=command.of)]
    if ticket.status is not Status.WAITING:
        return []
    return [e.TicketCancelled(at_ms=ctx.at_ms, by=ctx.by, ticket=ticket.id, why="request")]


def cancel_ticket(state: State, command: CancelTicket, ctx: Context) -> list[e.AnyEvent]:
    """Cancel a live ticket; the counter that had it is free."""
    ticket = live_ticket(state, command.ticket)
    return [e.TicketCancelled(at_ms=ctx.at_ms, by=ctx.by, ticket=ticket.id, why=command.why)]


def slip_done(state: State, command: SlipDone, ctx: Context) -> list[e.AnyEvent]:
    """Note that a slip came out, or why not."""
    ticket = any_ticket(state, command.ticket)
    if command.ok:
        return [e.SlipPrinted(at_ms=ctx.at_ms, by=ctx.by, ticket=ticket.id, device=ctx.by, copies=ticket.printed + 1)]
    return [e.SlipFailed(at_ms=ctx.at_ms, by=ctx.by, ticket=ticket.id, device=ctx.by, why=command.why or "unknown")]


def book(state: State, command: MakeBooking, ctx: Context) -> list[e.AnyEvent]:
    """Book a visit in a slot that has places, within opening hours, at most 90 days ahead."""
    service = leaf(state, command.service)
    if not takes_bookings(service):
        raise RuleError("booking.not_offered", service=service.label())
    if command.code in state.bookings:
        raise RuleError("booking.code_taken")
    day_ms = 86_400_000
    if not -62_000_000_000_000 < command.at_ms < 4_000_000_000_000:
        raise RuleError("booking.past", when="?")
    at = local(command.at_ms)
    shown = f"{at:%H:%M %d/%m/%Y}"
    future = ctx.at_ms < command.at_ms < ctx.at_ms + MAX_BOOKING_DAYS * day_ms
    if not future or not in_hours(state.setup, service, at):
        raise RuleError("booking.past", when=shown)
    slot = slot_of(at, service)
    taken = sum(
        1 for b in state.bookings.values() if b.service == service.id and slot_of(local(b.at_ms), service) == slot
    )
    if taken >= service.slot_places:
        raise RuleError("booking.full", when=shown)
    booking = Booking(code=command.code, service=service.id, at_ms=command.at_ms, made_ms=ctx.at_ms, lang=command.lang)
    return [
        e.BookingMade(
            at_ms=ctx.at_ms,
            by=ctx.by,
            booking={
                "code": booking.code,
                "service": booking.service,
                "at_ms": booking.at_ms,
                "made_ms": booking.made_ms,
                "lang": booking.lang,
            },
        )
    ]


def cancel_booking(state: State, command: CancelBooking, ctx: Context) -> list[e.AnyEvent]:
    """Give the slot back, unless the number was already given."""
    booking = state.bookings.get(command.code)
    if booking is None:
        raise RuleError("booking.unknown")
    if booking.ticket is not None:
        given = state.tickets.get(booking.ticket)
        raise RuleError("booking.used", number=given.number if given else "")
    return [e.BookingCancelled(at_ms=ctx.at_ms, by=ctx.by, code=command.code)]
