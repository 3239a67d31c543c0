"""Moving tickets about and looking after the office: transfer, park, priority, services, help, alerts, set-up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from queue_core import events as e
from queue_core.commands import (
    AnswerHelp,
    AskHelp,
    ChangeOffice,
    NoteAccount,
    NoteDossier,
    Park,
    Reopen,
    ReportAlert,
    SetPriority,
    SwitchService,
    Transfer,
    Unpark,
)
from queue_core.decisions.config_words import config_words
from queue_core.decisions.context import Context, any_ticket, counter_of, leaf, live_ticket, wrong_state
from queue_core.errors import ConfigError, RuleError, register
from queue_core.office import Office, dump_office
from queue_core.state import State
from queue_core.tickets import AT_COUNTER, LIVE, Status

register(
    {
        "config.in_use": (
            "Không bỏ được {what}: đang có số {number}. Hãy chuyển số này trước.",
            "{what} cannot be removed: number {number} is there. Move that number first.",
        ),
        "config.fixed": (
            "Không đổi được mã tỉnh và mã đơn vị khi đang hoạt động: chúng nằm trong địa chỉ của mọi thiết bị.",
            "The province and office ids cannot change while running: every device's address holds them.",
        ),
    }
)


def transfer(state: State, command: Transfer, ctx: Context) -> list[e.AnyEvent]:
    """Send a ticket to another line, or to the end of its own."""
    ticket = live_ticket(state, command.ticket)
    service = leaf(state, command.service)
    if command.counter is not None:
        counter, _ = counter_of(state, command.counter)
        if service.id not in counter.tiers:
            raise RuleError("counter.does_not_serve", counter=counter.number, service=service.label())
    same = ticket.service == service.id and ticket.only_counter == command.counter
    if same and command.keep_place and ticket.status is Status.WAITING:
        raise RuleError("ticket.already_there", number=ticket.number)
    return [
        e.TicketTransferred(
            at_ms=ctx.at_ms,
            by=ctx.by,
            ticket=ticket.id,
            service=service.id,
            only_counter=command.counter,
            place=ticket.place if command.keep_place else state.next_place,
            kept=command.keep_place,
            by_counter=ticket.counter if ticket.status in AT_COUNTER else None,
        )
    ]


def park(state: State, command: Park, ctx: Context) -> list[e.AnyEvent]:
    """Keep a ticket aside."""
    ticket = live_ticket(state, command.ticket)
    if ticket.status is Status.PARKED:
        raise wrong_state(ticket)
    counter = ticket.counter if ticket.status in AT_COUNTER else None
    return [e.TicketParked(at_ms=ctx.at_ms, by=ctx.by, ticket=ticket.id, counter=counter)]


def unpark(state: State, command: Unpark, ctx: Context) -> list[e.AnyEvent]:
    """Back in the line, at its place."""
    ticket = live_ticket(state, command.ticket)
    if ticket.status is not Status.PARKED:
        raise wrong_state(ticket)
    return [e.TicketUnparked(at_ms=ctx.at_ms, by=ctx.by, ticket=ticket.id)]


def reopen(state: State, command: Reopen, ctx: Context) -> list[e.AnyEvent]:
    """A ticket that ended by mistake waits again at its old place."""
    ticket = any_ticket(state, command.ticket)
    if ticket.status in LIVE:
        raise wrong_state(ticket)
    leaf(state, ticket.service)
    only = ticket.only_counter if state.setup.counter(ticket.only_counter or "") else None  # it may be gone meanwhile
    back = replace(
        ticket, status=Status.WAITING, counter=None, only_counter=only, misses=0, behind=0, ended_ms=None, reason=""
    )
    return [e.TicketRestored(at_ms=ctx.at_ms, by=ctx.by, ticket=back.dump(), why="reopened")]


def set_priority(state: State, command: SetPriority, ctx: Context) -> list[e.AnyEvent]:
    """Confirm, give or remove a priority."""
    ticket = live_ticket(state, command.ticket)
    if command.priority is not None and command.priority not in {c.id for c in state.setup.priority.classes}:
        raise RuleError("priority.unknown", priority=command.priority)
    confirmed = command.confirmed and command.priority is not None
    if ticket.priority == command.priority and ticket.priority_confirmed == confirmed:
        return []
    return [
        e.PriorityChanged(at_ms=ctx.at_ms, by=ctx.by, ticket=ticket.id, priority=command.priority, confirmed=confirmed)
    ]


def switch_service(state: State, command: SwitchService, ctx: Context) -> list[e.AnyEvent]:
    """Open or close a service or a group for today."""
    service = state.setup.service(command.service)
    if service is None:
        raise RuleError("service.unknown", service=command.service)
    if state.switched.get(service.id) == command.open:
        return []
    return [e.ServiceSwitched(at_ms=ctx.at_ms, by=ctx.by, service=service.id, open=command.open)]


def change_office(state: State, command: ChangeOffice, ctx: Context) -> list[e.AnyEvent]:
    """Replace the configuration, unless it is wrong, stale, or takes the ground from a live ticket."""
    if command.revision is not None and command.revision != state.revision:
        raise RuleError("config.stale", revision=state.revision)
    try:
        office = Office.model_validate(command.office)
    except ValidationError as error:
        raise config_error(error) from error
    if (office.province, office.id) != (state.setup.province, state.setup.id):
        raise RuleError("config.fixed")
    leaves = {s.id for s in office.leaves()}
    counters = {c.id for c in office.counters}
    for ticket in state.live():
        if ticket.service not in leaves:
            raise RuleError("config.in_use", what=ticket.service, number=ticket.number)
        for needed in (ticket.only_counter, ticket.counter):
            if needed is not None and needed not in counters:
                raise RuleError("config.in_use", what=needed, number=ticket.number)
    before, after = dump_office(state.setup), dump_office(office)
    if before == after:
        return []
    return [
        e.OfficeChanged(
            at_ms=ctx.at_ms, by=ctx.by, office=after, revision=state.revision + 1, paths=changed_paths(before, after)
        )
    ]


def config_error(error: ValidationError, line: int | str = "–") -> ConfigError:
    """The first problem of a configuration as a keyed error that names the key path."""
    first = error.errors(include_url=False)[0]
    path = ".".join(str(part) for part in first["loc"] if part not in {"function-after", "function-before"})
    said = str(first["msg"]).removeprefix("Value error, ")
    if not path and ": " in said:
        path, said = said.split(": ", 1)
    words = config_words({**first, "msg": said})
    return ConfigError("config.invalid", path=path or "/", line=line, **words)


def changed_paths(before: Any, after: Any, path: str = "") -> list[str]:
    """Dotted paths at which two plain values differ, at most 50."""
    if isinstance(before, dict) and isinstance(after, dict):
        found: list[str] = []
        for key in sorted({*before, *after}):
            if before.get(key) != after.get(key):
                found += changed_paths(before.get(key), after.get(key), f"{path}.{key}" if path else str(key))
        return found[:50]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        found = []
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            if old != new:
                found += changed_paths(old, new, f"{path}[{index}]")
        return found[:50]
    return [path or "/"]


def ask_help(state: State, command: AskHelp, ctx: Context) -> list[e.AnyEvent]:
    """Somebody needs a hand; pressing again changes nothing."""
    return [] if command.device in state.help else [e.HelpAsked(at_ms=ctx.at_ms, by=ctx.by, device=command.device)]


def answer_help(state: State, command: AnswerHelp, ctx: Context) -> list[e.AnyEvent]:
    """An officer goes there."""
    return [e.HelpAnswered(at_ms=ctx.at_ms, by=ctx.by, device=command.device)] if command.device in state.help else []


def report_alert(state: State, command: ReportAlert, ctx: Context) -> list[e.AnyEvent]:
    """Trouble of a device, there or gone."""
    there = (command.device, command.kind) in state.alerts
    if command.on and not there:
        return [e.AlertRaised(at_ms=ctx.at_ms, by=ctx.by, device=command.device, kind=command.kind)]
    if not command.on and there:
        return [e.AlertCleared(at_ms=ctx.at_ms, by=ctx.by, device=command.device, kind=command.kind)]
    return []


def note_account(_state: State, command: NoteAccount, ctx: Context) -> list[e.AnyEvent]:
    """For the audit."""
    return [e.AccountChanged(at_ms=ctx.at_ms, by=ctx.by, account=command.account, what=command.what)]


def note_dossier(_state: State, command: NoteDossier, ctx: Context) -> list[e.AnyEvent]:
    """What became of a dossier of the book, for the audit and the month's figures."""
    return [
        e.DossierChanged(
            at_ms=ctx.at_ms, by=ctx.by, dossier_hash=command.dossier_hash, what=command.what, state=command.state,
            late=command.late,
        )
    ]  # fmt: skip
