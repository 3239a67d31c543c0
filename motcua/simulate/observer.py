"""The outside observer: judges a day by what was shown, spoken, printed, asked and answered, and by nothing else.

Everything it knows is in :class:`~motcua.simulate.notes.Notes`. A fault comes with its story: what was noted of that
number, in order, with times.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from motcua.simulate.announcements import Announcements
from motcua.simulate.line_book import Fault, Holder, Kind, LineBook, Rules
from motcua.simulate.notes import Act, Notes, PageSeen
from motcua.simulate.story import story_of
from motcua.simulate.surfaces import Surfaces

KINDS: Final[tuple[Kind, ...]] = (
    "lost", "duplicate_numbers", "double_calls", "stale_announcements", "out_of_order_unexplained",
)  # fmt: skip
#: refusals that the office's rules and its people explain
_EXPLAINED: Final = frozenset(
    {
        "office.closed", "office.day_closed", "service.closed", "service.limit_reached", "service.entry_not_allowed",
        "request.cancelled", "booking.too_early", "booking.used", "booking.unknown", "booking.full", "booking.past",
        "queue.empty", "counter.busy", "counter.taken", "counter.not_open", "counter.nobody_here",
        "ticket.wrong_state", "ticket.at_other_counter", "ticket.already_there", "counter.does_not_serve",
        "undo.nothing", "undo.too_late",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault and its story."""

    fault: Fault
    story: tuple[str, ...]


@dataclass(slots=True)
class Verdict:
    """What the observer says of the day. ``notes``: further counts for people."""

    figures: dict[str, int]
    findings: list[Finding]
    notes: dict[str, int] = field(default_factory=dict)


def judge(notes: Notes, rules: Rules, *, closed: bool = True) -> Verdict:
    """Judge a day. ``closed``: the day was ended, so that nobody may be left."""
    day = _Day(notes, rules)
    day.replay()
    day.judge_refusals()
    announcements = Announcements(notes, day.done_once)
    announcements.judge()
    surfaces = Surfaces(notes, day.done, day.book)
    surfaces.judge_boards()
    surfaces.judge_paper()
    if closed:
        day.judge_ends()
    faults = _once([*day.faults, *day.book.faults, *announcements.faults, *surfaces.faults])
    figures: dict[str, int] = {
        "issued": len({h.number for h in day.book.holders.values()}),
        "calls_heard": len(announcements.heard_tickets),
        **{kind: sum(1 for fault in faults if fault.kind == kind) for kind in KINDS},
    }
    findings = [Finding(fault, tuple(story_of(fault.number, notes, day.book))) for fault in faults]
    return Verdict(figures, findings, day.counts())


def _once(faults: Iterable[Fault]) -> list[Fault]:
    seen: dict[Fault, None] = dict.fromkeys(faults)
    return list(seen)


def _came_before(refused: Act, done: Act) -> bool:
    """Of two clicks at once one may come before anybody waits; after the other it would find the counter busy."""
    return refused.key == "queue.empty" and refused.sent_s <= done.answered_s


@dataclass(frozen=True, slots=True)
class _Room:
    """Who could be called and who was at the counters, at one moment."""

    able: dict[str, set[str]]
    at: dict[str, str]


class _Day:
    def __init__(self, notes: Notes, rules: Rules) -> None:
        self.notes = notes
        self.book = LineBook(rules)
        self.faults: list[Fault] = []
        done = [a for a in notes.acts if a.ok and a.seq is not None]
        # A cancel that came too late changed nothing and names the position of what went before it.
        self.done = sorted(done, key=lambda a: (a.wave, a.seq or 0, a.verb == "cancel", a.answered_s))
        #: the same without what was answered twice for one request id (a retry, a double tap)
        self.done_once: list[Act] = []
        self._first: dict[tuple[str, str], Act] = {}
        #: before and after the waves in which somebody was refused: a refusal names no position
        self._rooms: dict[int, tuple[_Room, _Room]] = {}

    def fault(self, kind: Kind, number: str, what: str) -> None:
        self.faults.append(Fault(kind, number, what))

    # ------------------------------------------------------------------ what was done, in the order it was done
    def replay(self) -> None:
        """Tell the book, wave after wave, and within a wave by the positions that the answers named."""
        refused = {a.wave for a in self.notes.acts if not a.ok}
        by_wave: dict[int, list[Act]] = {wave: [] for wave in refused}
        for act in self.done:
            by_wave.setdefault(act.wave, []).append(act)
        highest = 0
        for wave in sorted(by_wave):
            before, room = highest, self._room() if wave in refused else None
            for act in by_wave[wave]:
                if self._is_repeat(act):
                    continue
                self.done_once.append(act)
                if act.verb == "slip":  # told by the printers in their own time
                    continue
                seq = act.seq or 0
                if seq < before:
                    what = f"{act.verb} was answered position {seq} after position {before}: something was forgotten"
                    self.fault("lost", act.number or "?", what)
                highest = max(highest, seq)
                self.book.take(act)
            if room is not None:
                self._rooms[wave] = (room, self._room())

    def _room(self) -> _Room:
        counters = self.book.rules.counters
        return _Room({counter: self.book.able(counter) for counter in counters}, dict(self.book.at))

    def _is_repeat(self, act: Act) -> bool:
        if not act.request_id:
            return False
        key = (act.who, act.request_id)
        before = self._first.setdefault(key, act)
        if before is act:
            return False
        if before.ticket != act.ticket or before.number != act.number:
            self.fault(
                "duplicate_numbers", act.number or "?", f"one request was answered {before.number}, then {act.number}"
            )
        return True

    # ------------------------------------------------------------------ what was refused
    def judge_refusals(self) -> None:
        for act in self.notes.acts:
            if act.ok:
                continue
            done = self._first.get((act.who, act.request_id))
            if done is not None and act.request_id and not _came_before(act, done):
                what = f"{act.verb} was done, and the same request was refused: {act.key}"
                self.fault("lost", act.number or done.number or "?", what)
            elif act.key not in _EXPLAINED:
                self.fault("lost", act.number or "?", f"{act.who} was refused {act.verb}: {act.key}")
            elif act.key in {"office.closed", "service.closed"} and self._in_hours(act):
                self.fault("lost", act.number or "?", f"{act.who} was sent away in opening hours: {act.key}")
            elif act.counter is not None:
                self._judge_at_counter(act, act.counter)

    def _in_hours(self, act: Act) -> bool:
        return any(begin <= act.clock_ms < end for begin, end in self.book.rules.numbers_given_ms)

    def _judge_at_counter(self, act: Act, counter: str) -> None:
        """A refusal must fit who waited and who was at the counter, before and after the wave it fell in."""
        before, after = self._rooms[act.wave]
        here = {before.at.get(counter), after.at.get(counter)}
        if act.key == "queue.empty":
            for ticket in sorted(before.able.get(counter, set()) & after.able.get(counter, set()))[:1]:
                number = self.book.holders[ticket].number
                self.fault("out_of_order_unexplained", number, f"{counter} was told that nobody waits")
        elif act.key == "counter.busy" and here == {None}:
            self.fault("double_calls", act.number or "?", f"{counter} was told that somebody is there; nobody is")
        elif act.key == "counter.nobody_here" and None not in here:
            number = self.book.holders[before.at[counter]].number
            self.fault("lost", number, f"{counter} was told that nobody is there; {number} is")

    # ------------------------------------------------------------------ the end
    def judge_ends(self) -> None:
        self.book.close_day()
        pages = {page.code: page for page in self.notes.pages}
        for holder in self.book.holders.values():
            if holder.state not in {"finished", "cancelled", "expired"}:
                self.fault("lost", holder.number, f"at the end of the day it is still {holder.state}")
            self._judge_page(holder, pages.get(holder.code) if holder.code else None)

    def _judge_page(self, holder: Holder, page: PageSeen | None) -> None:
        if page is None:
            if self.notes.pages:
                self.fault("lost", holder.number, "its page was not to be had at the end of the day")
            return
        if page.number != holder.number:
            self.fault("duplicate_numbers", holder.number, f"its page says {page.number}")
        if page.status != holder.state:
            self.fault("lost", holder.number, f"it ended as {holder.state}, its page says {page.status!r}")

    def counts(self) -> dict[str, int]:
        """Further counts, for people."""
        holders = self.book.holders.values()
        verbs = [a.verb for a in self.done_once]
        return {
            "acts": len(self.notes.acts),
            "calls_spoken": sum(1 for line in self.notes.heard if line.what == "spoken"),
            "finished": sum(1 for h in holders if h.state == "finished"),
            "cancelled": sum(1 for h in holders if h.state == "cancelled"),
            "expired": sum(1 for h in holders if h.state == "expired"),
            "slips_failed": sum(1 for a in self.done if a.verb == "slip" and a.details.get("why")),
            "slips_read": len(self.notes.slips),
            "slip_numbers_read": sum(1 for slip in self.notes.slips if slip.read_number),
            "boards_compared": len(self.notes.boards),
            "retried": sum(1 for a in self.notes.acts if a.tries > 1),
            **{
                verb: verbs.count(verb)
                for verb in ("call_next", "call", "recall", "no_show", "transfer", "park", "undo", "reopen")
            },
        }
