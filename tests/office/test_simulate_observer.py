"""The observer finds what is wrong: a small day noted by hand, and the same day with one fault at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from motcua.simulate.line_book import Rules
from motcua.simulate.notes import Act, BoardSeen, CallSeen, Heard, Listed, Notes, Outage, PageSeen, SlipSeen
from motcua.simulate.observer import KINDS, Verdict, judge

RULES = Rules(
    counters={"q1": [["ho-tich"]], "q2": [["ho-tich"], ["dat-dai"]]},
    ratio=2, patience_min=45, back_after=3, miss_limit=3, booking_grace_min=15,
    numbers_given_ms=((1_795_393_800_000, 1_795_407_300_000),),
)  # fmt: skip
EIGHT_MS = 1_795_395_600_000


@dataclass
class Pen:
    """Writes a day down: each act a second and a position later than the one before."""

    notes: Notes = field(default_factory=Notes)
    at_s: float = 100.0
    clock_ms: int = EIGHT_MS
    seq: int = 10
    wave: int = 0
    live: dict[str, Listed] = field(default_factory=dict)

    def act(self, who: str, verb: str, **more: Any) -> Act:
        self.at_s += 1.0
        self.wave += 1
        self.clock_ms += 60_000
        if not more.get("key"):
            self.seq += 1
            more.setdefault("seq", self.seq)
        values = {"sent_s": self.at_s, "answered_s": self.at_s + 0.01, "request_id": f"r{self.wave}", **more}
        return self.notes.act(Act(who=who, verb=verb, clock_ms=self.clock_ms, wave=self.wave, **values))

    def issue(self, ticket: str, number: str, service: str = "ho-tich", **details: Any) -> Act:
        details = {"service": service, "follow_url": f"http://x/t/{ticket}", **details}
        self.notes.slips.append(SlipSeen(picture=f"{ticket}.png", code=f"http://x/t/{ticket}"))
        return self.act("kiosk-1", "issue", ticket=ticket, number=number, details=details)

    def call(self, counter: str, ticket: str, number: str, verb: str = "call_next", **details: Any) -> Act:
        details = {"status": "called", **details}
        act = self.act(f"officer:{counter}", verb, counter=counter, ticket=ticket, number=number, details=details)
        self.live[counter] = Listed(ticket=ticket, number=number, counter=counter, state="called", call_seq=self.seq)
        self.board()
        known: dict[str, Any] = {"ticket": ticket, "number": number, "counter": counter, "seq": self.seq}
        self.notes.calls.append(CallSeen(at_s=self.at_s, epoch="e", **known))
        for what in ("shown", "spoken"):
            self.notes.heard.append(Heard(what=what, at_s=self.at_s + 0.1, began_s=self.at_s + 0.1, **known))
        return act

    def at(self, counter: str, verb: str, ticket: str, number: str, **details: Any) -> Act:
        act = self.act(f"officer:{counter}", verb, counter=counter, ticket=ticket, number=number, details=details)
        if verb in {"finish", "no_show"}:
            self.live.pop(counter, None)
        elif verb == "serve":
            self.live[counter] = replace(self.live[counter], state="serving")
        self.board()
        return act

    def board(self) -> None:
        signs = {c: entry.number for c, entry in self.live.items()}
        self.notes.boards.append(
            BoardSeen(at_s=self.at_s, epoch="e", seq=self.seq, calls=tuple(self.live.values()), numbers=signs)
        )

    def pages(self, **status: str) -> None:
        for ticket, (number, said) in {t: s.split(" ") for t, s in status.items()}.items():
            self.notes.pages.append(PageSeen(code=f"http://x/t/{ticket}", number=number, status=said))


def good_day() -> Pen:
    """Four numbers, one of them priority, at two counters; one no-show who comes back; one expires."""
    pen = Pen()
    pen.issue("t1", "A001")
    pen.issue("t2", "A002", priority="cao-tuoi")
    pen.issue("t3", "A003")
    pen.call("q1", "t2", "A002")
    pen.call("q2", "t1", "A001")
    pen.at("q1", "serve", "t2", "A002")
    pen.at("q1", "finish", "t2", "A002")
    pen.at("q2", "no_show", "t1", "A001", status="waiting")
    pen.call("q1", "t3", "A003")
    pen.call("q2", "t1", "A001")
    pen.issue("t4", "A004")
    pen.at("q2", "serve", "t1", "A001")
    pen.at("q2", "finish", "t1", "A001")
    pen.at("q1", "serve", "t3", "A003")
    pen.at("q1", "finish", "t3", "A003")
    pen.pages(t1="A001 finished", t2="A002 finished", t3="A003 finished", t4="A004 expired")
    return pen


def broken(verdict: Verdict) -> set[str]:
    return {kind for kind in KINDS if verdict.figures[kind]}


def test_a_good_day_is_found_good() -> None:
    verdict = judge(good_day().notes, RULES)
    assert [(f.fault.kind, f.fault.what) for f in verdict.findings] == []
    assert verdict.figures["issued"] == 4
    assert verdict.figures["calls_heard"] == 3
    assert (verdict.notes["finished"], verdict.notes["expired"]) == (3, 1)


def _change(notes: Notes, list_name: str, index: int, **changes: Any) -> None:
    items = getattr(notes, list_name)
    items[index] = replace(items[index], **changes)


def _find(notes: Notes, verb: str, number: str) -> int:
    return next(i for i, a in enumerate(notes.acts) if (a.verb, a.number) == (verb, number))


def same_number_twice(pen: Pen) -> None:
    pen.issue("t5", "A004")
    pen.pages(t5="A004 expired")


def one_request_two_numbers(pen: Pen) -> None:
    first = pen.notes.acts[_find(pen.notes, "issue", "A004")]
    pen.issue("t5", "A005")
    _change(pen.notes, "acts", -1, request_id=first.request_id)
    pen.notes.slips.pop()
    pen.pages(t5="A005 expired")


def call_never_heard(pen: Pen) -> None:
    pen.notes.heard = [h for h in pen.notes.heard if (h.what, h.number) != ("spoken", "A003")]


def dropped_though_still_called(pen: Pen) -> None:
    heard = next(h for h in pen.notes.heard if (h.what, h.number) == ("spoken", "A003"))
    pen.notes.heard[pen.notes.heard.index(heard)] = replace(heard, what="dropped", why="gone")


def spoken_after_it_was_served(pen: Pen) -> None:
    index = next(i for i, h in enumerate(pen.notes.heard) if (h.what, h.number) == ("spoken", "A002"))
    _change(pen.notes, "heard", index, began_s=pen.at_s)


def spoken_twice(pen: Pen) -> None:
    pen.notes.heard.append(pen.notes.heard[1])


def spoken_for_another_counter(pen: Pen) -> None:
    _change(pen.notes, "heard", 1, counter="q2")


def spoken_for_nobody(pen: Pen) -> None:
    pen.notes.heard.append(replace(pen.notes.heard[-1], seq=999, ticket="t9", number="A009"))


def old_call_after_a_kill(pen: Pen) -> None:
    pen.notes.outages.append(Outage(what="hub", down_s=pen.at_s + 1, up_s=pen.at_s + 2))
    pen.notes.calls.append(replace(pen.notes.calls[0], at_s=pen.at_s + 3, epoch="e2"))


def called_at_two_counters(pen: Pen) -> None:
    pen.issue("t5", "A005")
    pen.call("q1", "t4", "A004")
    pen.call("q2", "t4", "A004")
    pen.live.pop("q1")
    pen.notes.boards.pop()
    for counter, ticket, number in (("q2", "t4", "A004"),):
        pen.at(counter, "finish", ticket, number)
    pen.notes.pages.pop()
    pen.pages(t4="A004 finished", t5="A005 expired")
    # whoever should have been called instead is not the point of this fault
    _change(pen.notes, "acts", -2, verb="call")


def two_at_one_counter(pen: Pen) -> None:
    pen.issue("t5", "A005")
    pen.call("q1", "t4", "A004")
    pen.call("q1", "t5", "A005")
    pen.at("q1", "finish", "t5", "A005")
    pen.notes.pages.pop()
    pen.pages(t4="A004 finished", t5="A005 finished")


def two_signs_one_number(pen: Pen) -> None:
    _change(pen.notes, "boards", 0, numbers={"q1": "A002", "q2": "A002"})


def board_shows_who_has_gone(pen: Pen) -> None:
    _change(pen.notes, "boards", -1, calls=pen.notes.boards[-2].calls)


def board_leaves_somebody_out(pen: Pen) -> None:
    _change(pen.notes, "boards", 0, calls=())


def order_broken(pen: Pen) -> None:
    """A002 has priority and came before A003: q1 may not call A003 first."""
    notes = pen.notes
    for index, act in enumerate(notes.acts):
        swap = {"t2": ("t3", "A003"), "t3": ("t2", "A002")}
        if act.verb != "issue" and act.ticket in swap:
            ticket, number = swap[act.ticket]
            notes.acts[index] = replace(act, ticket=ticket, number=number)
    for name in ("heard", "calls"):
        for index, item in enumerate(getattr(notes, name)):
            if item.ticket in swap:
                getattr(notes, name)[index] = replace(item, ticket=swap[item.ticket][0], number=swap[item.ticket][1])
    for index, board in enumerate(notes.boards):
        calls = tuple(
            replace(c, ticket=swap[c.ticket][0], number=swap[c.ticket][1]) if c.ticket in swap else c
            for c in board.calls
        )
        notes.boards[index] = replace(board, calls=calls)


def told_that_nobody_waits(pen: Pen) -> None:
    pen.act("officer:q1", "call_next", counter="q1", key="queue.empty")


def forgotten_at_the_end(pen: Pen) -> None:
    index = next(i for i, p in enumerate(pen.notes.pages) if p.code.endswith("t3"))
    _change(pen.notes, "pages", index, status="")


def still_at_the_counter_at_the_end(pen: Pen) -> None:
    pen.call("q1", "t4", "A004")
    pen.notes.pages.pop()
    pen.pages(t4="A004 called")


def refused_without_reason(pen: Pen) -> None:
    pen.act("kiosk-1", "issue", key="internal", details={"service": "ho-tich"})


def done_and_then_refused(pen: Pen) -> None:
    done = pen.notes.acts[_find(pen.notes, "finish", "A003")]
    pen.notes.acts.append(replace(done, key="counter.nobody_here", seq=None, sent_s=pen.at_s, answered_s=pen.at_s))


def sent_away_in_opening_hours(pen: Pen) -> None:
    pen.act("kiosk-1", "issue", key="office.closed", details={"service": "ho-tich"})


def counter_forgets_who_is_there(pen: Pen) -> None:
    pen.call("q1", "t4", "A004")
    pen.act("officer:q1", "serve", counter="q1", key="counter.nobody_here")
    pen.at("q1", "finish", "t4", "A004")
    pen.notes.pages.pop()
    pen.pages(t4="A004 finished")


def counter_invents_somebody(pen: Pen) -> None:
    pen.act("officer:q1", "call_next", counter="q1", key="counter.busy")


def ticket_unknown_after_a_restart(pen: Pen) -> None:
    pen.act("officer:q1", "call", counter="q1", ticket="t4", number="A004", key="ticket.unknown")


def history_went_back(pen: Pen) -> None:
    pen.seq -= 5
    pen.issue("t5", "A005")
    pen.pages(t5="A005 expired")


def slip_of_nobody(pen: Pen) -> None:
    _change(pen.notes, "slips", 0, code="http://x/t/other")


def slip_with_another_number(pen: Pen) -> None:
    _change(pen.notes, "slips", 0, read_number="A010")


FAULTS: list[tuple[Callable[[Pen], None], set[str]]] = [
    (same_number_twice, {"duplicate_numbers"}),
    (one_request_two_numbers, {"duplicate_numbers"}),
    (slip_with_another_number, {"duplicate_numbers"}),
    (call_never_heard, {"lost"}),
    (dropped_though_still_called, {"lost"}),
    (board_leaves_somebody_out, {"lost"}),
    (forgotten_at_the_end, {"lost"}),
    (still_at_the_counter_at_the_end, {"lost"}),
    (refused_without_reason, {"lost"}),
    (done_and_then_refused, {"lost"}),
    (sent_away_in_opening_hours, {"lost"}),
    (counter_forgets_who_is_there, {"lost"}),
    (ticket_unknown_after_a_restart, {"lost"}),
    (history_went_back, {"lost"}),
    (slip_of_nobody, {"lost"}),
    (called_at_two_counters, {"double_calls"}),
    (two_at_one_counter, {"double_calls"}),
    (two_signs_one_number, {"double_calls"}),
    (counter_invents_somebody, {"double_calls"}),
    (spoken_after_it_was_served, {"stale_announcements"}),
    (spoken_twice, {"stale_announcements"}),
    (spoken_for_another_counter, {"stale_announcements"}),
    (spoken_for_nobody, {"stale_announcements"}),
    (old_call_after_a_kill, {"stale_announcements"}),
    (board_shows_who_has_gone, {"stale_announcements"}),
    (order_broken, {"out_of_order_unexplained"}),
    (told_that_nobody_waits, {"out_of_order_unexplained"}),
]


@pytest.mark.parametrize(("spoil", "kinds"), FAULTS, ids=lambda value: getattr(value, "__name__", ""))
def test_each_fault_is_found_and_named(spoil: Callable[[Pen], None], kinds: set[str]) -> None:
    pen = good_day()
    spoil(pen)
    verdict = judge(pen.notes, RULES)
    assert broken(verdict) == kinds, [(f.fault.kind, f.fault.number, f.fault.what) for f in verdict.findings]


def test_a_given_call_explains_itself() -> None:
    pen = good_day()
    pen.issue("t5", "A005")
    pen.call("q1", "t5", "A005", verb="call")
    pen.at("q1", "finish", "t5", "A005")
    pen.pages(t5="A005 finished")
    assert broken(judge(pen.notes, RULES)) == set()


def test_a_call_silenced_by_a_kill_explains_itself() -> None:
    pen = good_day()
    call_never_heard(pen)
    call = next(a for a in pen.notes.acts if (a.verb, a.number) == ("call_next", "A003"))
    pen.notes.outages.append(Outage(what="hub", down_s=call.sent_s + 0.001, up_s=call.answered_s - 0.001))
    assert broken(judge(pen.notes, RULES)) == set()


def test_a_retry_that_is_answered_twice_is_one_act() -> None:
    pen = good_day()
    issue = pen.notes.acts[_find(pen.notes, "issue", "A002")]
    pen.notes.acts.append(replace(issue, answered_s=issue.answered_s + 5, tries=2))
    verdict = judge(pen.notes, RULES)
    assert broken(verdict) == set()
    assert verdict.figures["issued"] == 4


def test_the_story_tells_a_number_s_life_in_order() -> None:
    pen = good_day()
    spoken_after_it_was_served(pen)
    (finding,) = judge(pen.notes, RULES).findings
    story = "\n".join(finding.story)
    assert finding.fault.number == "A002"
    assert (
        story.index("issue A002") < story.index("call_next A002") < story.index("finish A002") < story.index("spoken")
    )
