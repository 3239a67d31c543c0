"""The outside observer: judges a day by what was shown, spoken, printed, asked and answered, and by nothing else.

Everything it knows is in :class:`~motcua.simulate.notes.Notes`. A fault comes with its story: what was noted of that
number, in order, with times.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from motcua.simulate.line_book import Fault, Holder, Kind, LineBook, Rules
from motcua.simulate.notes import Act, BoardSeen, Heard, Notes
from motcua.simulate.story import story_of

#: so long a message may be on its way to the board's ear on a busy machine
ON_THE_WAY_S: Final = 0.75
KINDS: Final[tuple[Kind, ...]] = (
    "lost", "duplicate_numbers", "double_calls", "stale_announcements", "out_of_order_unexplained",
)  # fmt: skip
CALLS: Final = frozenset({"call_next", "call", "recall"})
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
    day.judge_announcements()
    day.judge_boards()
    day.judge_paper()
    if closed:
        day.judge_ends()
    faults = _once(day.faults + day.book.faults)
    figures = {
        "issued": len({h.number for h in day.book.holders.values()}),
        "calls_heard": len(day.heard_tickets),
        **{kind: sum(1 for fault in faults if fault.kind == kind) for kind in KINDS},
    }
    findings = [Finding(fault, tuple(story_of(fault.number, notes, day.book))) for fault in faults]
    return Verdict(figures, findings, day.counts())


def _once(faults: Iterable[Fault]) -> list[Fault]:
    return list(dict.fromkeys(faults))


class _Day:
    def __init__(self, notes: Notes, rules: Rules) -> None:
        self.notes = notes
        self.book = LineBook(rules)
        self.faults: list[Fault] = []
        self.heard_tickets: set[str] = set()
        done = [a for a in notes.acts if a.ok and a.seq is not None]
        # A cancel that came too late changed nothing and names the position of what went before it.
        self.done = sorted(done, key=lambda a: (a.wave, a.seq or 0, a.verb == "cancel", a.answered_s))
        #: twice asked with one request id (a retry, a double tap): once done
        self.first: dict[tuple[str, str], Act] = {}
        #: waves' able tickets, for refusals that name no position
        self._able_before: dict[int, dict[str, set[str]]] = {}
        self._able_after: dict[int, dict[str, set[str]]] = {}

    def fault(self, kind: Kind, number: str, what: str) -> None:
        self.faults.append(Fault(kind, number, what))

    # ------------------------------------------------------------------ what was done, in the order it was done
    def replay(self) -> None:
        """Tell the book, wave after wave, and within a wave by the positions that the answers named."""
        empty = {a.wave for a in self.notes.acts if a.key == "queue.empty"}
        by_wave: dict[int, list[Act]] = {wave: [] for wave in empty}
        for act in self.done:
            by_wave.setdefault(act.wave, []).append(act)
        highest = 0
        for wave in sorted(by_wave):
            if wave in empty:
                self._able_before[wave] = self._able()
            before = highest
            for act in by_wave[wave]:
                if act.verb == "slip" or self._is_repeat(act):
                    continue
                seq = act.seq or 0
                if seq < before:
                    what = f"{act.verb} was answered position {seq} after position {before}: something was forgotten"
                    self.fault("lost", act.number or "?", what)
                highest = max(highest, seq)
                self.book.take(act)
            if wave in empty:
                self._able_after[wave] = self._able()

    def _able(self) -> dict[str, set[str]]:
        return {counter: self.book.able(counter) for counter in self.book.rules.counters}

    def _is_repeat(self, act: Act) -> bool:
        if not act.request_id:
            return False
        key = (act.who, act.request_id)
        before = self.first.setdefault(key, act)
        if before is act:
            return False
        if before.ticket != act.ticket or before.number != act.number:
            self.fault(
                "duplicate_numbers", act.number or "?", f"one request was answered {before.number}, then {act.number}"
            )
        return True

    def judge_refusals(self) -> None:
        for act in self.notes.acts:
            if act.ok:
                continue
            if act.key not in _EXPLAINED:
                self.fault("lost", act.number or "?", f"{act.who} was refused {act.verb}: {act.key}")
            elif act.key == "queue.empty" and act.verb == "call_next":
                counter = act.counter or ""
                there = self._able_before.get(act.wave, {}).get(counter, set())
                still = self._able_after.get(act.wave, {}).get(counter, set())
                for ticket in there & still:
                    number = self.book.holders[ticket].number
                    self.fault("out_of_order_unexplained", number, f"{counter} was told that nobody waits")
                    break

    # ------------------------------------------------------------------ what was shown and spoken
    def judge_announcements(self) -> None:
        calls: dict[int, Act] = {
            a.seq: a for a in self.done if a.verb in CALLS and a.seq is not None and self._called(a)
        }
        ends = self._ends(calls)
        spoken: dict[int, Heard] = {}
        dropped: dict[int, Heard] = {}
        for line in self.notes.heard:
            if line.what == "dropped":
                dropped[line.seq] = line
            if line.what not in {"shown", "spoken"}:
                continue
            call = calls.get(line.seq)
            if call is None:
                self.fault(
                    "stale_announcements", line.number, f"{line.what} at {line.counter}, which called nobody then"
                )
                continue
            if (line.ticket, line.number, line.counter) != (call.ticket, call.number, call.counter):
                self.fault(
                    "stale_announcements",
                    line.number,
                    f"{line.what} at {line.counter}: {call.counter} called {call.number}",
                )
            end = ends.get(line.seq)
            if end is not None and line.began_s > end.answered_s + ON_THE_WAY_S:
                late_s = line.began_s - end.answered_s
                self.fault(
                    "stale_announcements", line.number,
                    f"{line.what} at {line.counter} {late_s:.2f} s after {end.who} did {end.verb}",
                )  # fmt: skip
            if line.what == "spoken":
                if line.seq in spoken:
                    self.fault("stale_announcements", line.number, "the same call was spoken twice")
                spoken[line.seq] = line
                self.heard_tickets.add(line.ticket)
        for seq, call in calls.items():
            if seq not in spoken and not self._silence_explained(call, ends.get(seq), dropped.get(seq)):
                self.fault("lost", call.number or "?", f"{call.counter} called it, and nobody heard it")
        self._judge_bus(calls)

    def _called(self, act: Act) -> bool:
        """Whether somebody was called: a call-next that found nobody only finished the one who was there."""
        return act.verb == "recall" or act.details.get("status") != "finished"

    def _ends(self, calls: dict[int, Act]) -> dict[int, Act]:
        """Per call the act that ended it: the next that was done to its ticket, but a recall by itself ends it too."""
        ends: dict[int, Act] = {}
        open_calls: dict[str, int] = {}
        at_counter: dict[str, str] = {}
        for act in self.done:
            if self.first.get((act.who, act.request_id), act) is not act:
                continue
            if act.verb in CALLS:
                before = at_counter.get(act.counter or "")
                if before is not None and before in open_calls:
                    ends[open_calls.pop(before)] = act
                if act.seq in calls and act.ticket is not None:
                    open_calls[act.ticket] = act.seq or 0
                    at_counter[act.counter or ""] = act.ticket
            elif act.verb in {"serve", "finish", "no_show", "transfer", "park", "cancel_ticket"}:
                seq = open_calls.pop(act.ticket or "", None)
                if seq is not None:
                    ends[seq] = act
        return ends

    def _silence_explained(self, call: Act, end: Act | None, drop: Heard | None) -> bool:
        """The officer went on before the voice came to it, or something had been killed."""
        if end is not None and drop is not None and drop.why == "gone" and drop.at_s >= end.sent_s:
            return True
        return any(o.down_s <= call.answered_s + ON_THE_WAY_S and call.sent_s <= o.up_s for o in self.notes.outages)

    def _judge_bus(self, calls: dict[int, Act]) -> None:
        seen: set[tuple[str, int]] = set()
        for message in self.notes.calls:
            if (message.epoch, message.seq) in seen:
                self.fault("stale_announcements", message.number, "the same call went out twice")
            seen.add((message.epoch, message.seq))
            call = calls.get(message.seq)
            if call is None:
                self.fault(
                    "stale_announcements", message.number, f"a call went out that {message.counter} did not make"
                )
                continue
            for outage in self.notes.outages:
                if call.answered_s < outage.down_s and message.at_s > outage.up_s:
                    self.fault(
                        "stale_announcements",
                        message.number,
                        f"a call from before the {outage.what} was killed went out again",
                    )

    # ------------------------------------------------------------------ the board
    def judge_boards(self) -> None:
        positions = [seq for seq, _ in self.book.history]
        for board in self.notes.boards:
            live = [c for c in board.calls if c.state != "gone"]
            self._judge_one_board(board)
            index = bisect_right(positions, board.seq) - 1
            true = self.book.history[index][1] if index >= 0 else {}
            for entry in live:
                if true.get(entry.counter, ("", ""))[0] != entry.ticket:
                    self.fault(
                        "stale_announcements", entry.number,
                        f"the board of position {board.seq} shows it at {entry.counter}, where it is not",
                    )  # fmt: skip
            shown = {(c.counter, c.ticket) for c in live}
            for counter, (ticket, state) in true.items():
                if (counter, ticket) not in shown:
                    number = self.book.holders[ticket].number
                    self.fault(
                        "lost", number, f"the board of position {board.seq} leaves it out, though {state} at {counter}"
                    )

    def _judge_one_board(self, board: BoardSeen) -> None:
        at: dict[str, str] = {}
        where: dict[str, str] = {}
        for entry in board.calls:
            if entry.state == "gone":
                continue
            if entry.counter in at:
                self.fault("double_calls", entry.number, f"the board shows {at[entry.counter]} too at {entry.counter}")
            if entry.number in where:
                self.fault(
                    "double_calls", entry.number, f"the board shows it at {where[entry.number]} and {entry.counter}"
                )
            at[entry.counter], where[entry.number] = entry.number, entry.counter
        signs: dict[str, str] = {}
        for counter, number in board.numbers.items():
            if number is None:
                continue
            if number in signs:
                self.fault("double_calls", number, f"the signs of {signs[number]} and {counter} both show it")
            signs[number] = counter

    # ------------------------------------------------------------------ paper and the end
    def judge_paper(self) -> None:
        if not self.notes.slips:
            return
        by_code = {h.code: h for h in self.book.holders.values() if h.code}
        papers = {slip.code: slip for slip in self.notes.slips}
        for slip in self.notes.slips:
            holder = by_code.get(slip.code)
            if holder is None:
                self.fault(
                    "lost",
                    slip.read_number or "?",
                    f"the slip {slip.picture} says {slip.code!r}, which nobody was told",
                )
            elif slip.read_number and slip.read_number != holder.number:
                self.fault("duplicate_numbers", holder.number, f"its slip {slip.picture} says {slip.read_number}")
        for act in self.done:
            if act.verb == "slip" and not act.details.get("why") and act.ticket in self.book.holders:
                holder = self.book.holders[act.ticket]
                if holder.code and holder.code not in papers:
                    self.fault("lost", holder.number, "its slip was printed, and there is no such paper")

    def judge_ends(self) -> None:
        self.book.close_day()
        pages = {page.code: page for page in self.notes.pages}
        for holder in self.book.holders.values():
            if holder.state not in {"finished", "cancelled", "expired"}:
                self.fault("lost", holder.number, f"at the end of the day it is still {holder.state}")
            self._judge_page(holder, pages.get(holder.code) if holder.code else None)

    def _judge_page(self, holder: Holder, page: object) -> None:
        from motcua.simulate.notes import PageSeen

        if not isinstance(page, PageSeen):
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
        verbs = [a.verb for a in self.done if self.first.get((a.who, a.request_id), a) is a]
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
