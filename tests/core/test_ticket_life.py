"""A ticket from the kiosk to its end, with every side road, and what is refused on the way."""

from __future__ import annotations

from typing import Any

import pytest

from queue_core import commands as c
from queue_core import events as e
from queue_core.engine import fold_into
from queue_core.office import dump_office
from queue_core.state import State
from tests.core.house import House
from tests.core.life import at, office, plain


def at_counter(house: House, number: str) -> str | None:
    return house.ticket(number).counter


def test_an_ordinary_visit() -> None:
    house = House().open("q1")
    number = house.issue()
    assert house.status(number) == "waiting"
    assert house.call("q1") == ("A001", "first")
    assert (house.status(number), at_counter(house, number)) == ("called", "q1")
    house.do(c.Recall(counter="q1"))
    assert house.ticket(number).calls == 2
    house.do(c.Serve(counter="q1"))
    assert house.status(number) == "serving"
    house.now_ms += 60_000
    house.do(c.Finish(counter="q1"))
    ticket = house.ticket(number)
    assert (ticket.status, ticket.ended_ms) == ("finished", house.now_ms)
    assert house.state.counters["q1"].ticket is None


@pytest.mark.parametrize(
    ("where", "refused", "key"),
    [
        ("waiting", c.Recall(counter="q1"), "counter.nobody_here"),
        ("waiting", c.Serve(counter="q1"), "counter.nobody_here"),
        ("waiting", c.Finish(counter="q1"), "counter.nobody_here"),
        ("waiting", c.NoShow(counter="q1"), "counter.nobody_here"),
        ("waiting", c.Unpark(ticket="1-1"), "ticket.wrong_state"),
        ("waiting", c.Reopen(ticket="1-1"), "ticket.wrong_state"),
        ("waiting", c.Transfer(ticket="1-1", service="ho-tich"), "ticket.already_there"),
        ("waiting", c.Transfer(ticket="1-1", service="nhom"), "service.not_a_leaf"),
        ("waiting", c.Transfer(ticket="1-1", service="khong-co"), "service.unknown"),
        ("waiting", c.Transfer(ticket="1-1", service="ho-tich", counter="q3"), "counter.does_not_serve"),
        ("waiting", c.Transfer(ticket="1-1", service="ho-tich", counter="q9"), "counter.unknown"),
        ("waiting", c.SetPriority(ticket="1-1", priority="khong-co"), "priority.unknown"),
        ("waiting", c.CallTicket(counter="q3", ticket="1-1"), "counter.not_open"),
        ("waiting", c.CallNext(counter="q9"), "counter.unknown"),
        ("called", c.CallNext(counter="q1"), "counter.busy"),
        ("called", c.CallTicket(counter="q2", ticket="1-1"), "ticket.at_other_counter"),
        ("called", c.PauseCounter(counter="q1"), "counter.busy"),
        ("called", c.CloseCounter(counter="q1"), "counter.busy"),
        ("called", c.Unpark(ticket="1-1"), "ticket.wrong_state"),
        ("serving", c.Recall(counter="q1"), "ticket.wrong_state"),
        ("serving", c.Serve(counter="q1"), "ticket.wrong_state"),
        ("serving", c.NoShow(counter="q1"), "ticket.wrong_state"),
        ("parked", c.Park(ticket="1-1"), "ticket.wrong_state"),
        ("parked", c.CallNext(counter="q1"), "queue.empty"),
        ("finished", c.Park(ticket="1-1"), "ticket.wrong_state"),
        ("finished", c.CancelTicket(ticket="1-1"), "ticket.wrong_state"),
        ("finished", c.CallTicket(counter="q1", ticket="1-1"), "ticket.wrong_state"),
        ("finished", c.SetPriority(ticket="1-1", priority=None), "ticket.wrong_state"),
        ("finished", c.Transfer(ticket="1-1", service="dat-dai"), "ticket.wrong_state"),
        ("finished", c.CancelTicket(ticket="1-7"), "ticket.unknown"),
        ("finished", c.SlipDone(ticket="1-7", ok=True), "ticket.unknown"),
        ("finished", c.OpenCounter(counter="q1", officer="minh"), "counter.taken"),
        ("finished", c.SwitchService(service="khong-co", open=True), "service.unknown"),
    ],
)
def test_what_is_refused(where: str, refused: Any, key: str) -> None:
    house = House().open("q1", "q2")
    house.issue()
    steps: dict[str, list[c.AnyCommand]] = {
        "waiting": [],
        "called": [c.CallNext(counter="q1")],
        "serving": [c.CallNext(counter="q1"), c.Serve(counter="q1")],
        "parked": [c.Park(ticket="1-1")],
        "finished": [c.CallNext(counter="q1"), c.Finish(counter="q1")],
    }
    for step in steps[where]:
        house.do(step)
    error = house.refused(refused)
    assert error.key == key
    assert error.vi != error.en


def test_the_third_no_show_cancels() -> None:
    house = House().open("q1")
    number = house.issue()
    for misses in (1, 2):
        assert house.misses("q1") == number
        assert (house.status(number), house.ticket(number).misses) == ("waiting", misses)
    house.misses("q1")
    ticket = house.ticket(number)
    assert (ticket.status, ticket.reason, house.state.counters["q1"].ticket) == ("cancelled", "no_show", None)


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_how_many_no_shows_is_the_offices(limit: int) -> None:
    house = House(office(policy={"no_show_limit": limit})).open("q1")
    number = house.issue()
    missed = 0
    while house.status(number) == "waiting":
        house.misses("q1")
        missed += 1
    assert missed == limit


@pytest.mark.parametrize(("keep", "order"), [(True, "A001 A002 A003"), (False, "A002 A003 A001")])
def test_transfer_keeps_or_loses_the_place(keep: bool, order: str) -> None:
    house = House().open("q1", "q3")
    house.issue("dat-dai")
    for _ in range(3):
        house.issue("chung-thuc")
    house.now_ms += 60_000
    since_ms = house.ticket("A001").waiting_since_ms
    house.do(c.Transfer(ticket=house.ticket("A001").id, service="ho-tich", keep_place=keep))
    assert house.ticket("A001").waiting_since_ms == (since_ms if keep else house.now_ms)
    assert house.calls("q1", 3) == order


def test_transfer_from_a_counter_frees_it_and_clears_the_misses() -> None:
    house = House().open("q1", "q3")
    house.issue()
    house.misses("q1")
    house.call("q1")
    house.do(c.Transfer(ticket="1-1", service="dat-dai"))
    ticket = house.ticket("A001")
    assert (ticket.status, ticket.misses, ticket.behind, ticket.counter) == ("waiting", 0, 0, None)
    assert house.state.counters["q1"].ticket is None
    assert house.call("q3") == ("A001", "first")


def test_parked_and_back_at_its_place() -> None:
    house = House().open("q1")
    for _ in range(3):
        house.issue()
    house.call("q1")
    house.do(c.Park(ticket="1-1"))
    assert house.call("q1")[0] == "A002"
    house.do(c.Unpark(ticket="1-1"))
    assert house.calls("q1", 2) == "A001 A003"


def test_a_parked_one_may_be_called_straight() -> None:
    house = House().open("q1")
    house.issue()
    house.do(c.Park(ticket="1-1"))
    house.do(c.CallTicket(counter="q1", ticket="1-1"))
    assert (house.status("A001"), at_counter(house, "A001")) == ("called", "q1")


@pytest.mark.parametrize("end", ["finish", "no_show", "transfer", "park"])
@pytest.mark.parametrize(("after_ms", "possible"), [(0, True), (10_000, True), (10_001, False)])
def test_undo_within_ten_seconds(end: str, after_ms: int, possible: bool) -> None:
    house = House().open("q1")
    house.issue()
    house.call("q1")
    before = house.ticket("A001")
    ends: dict[str, c.AnyCommand] = {
        "finish": c.Finish(counter="q1"),
        "no_show": c.NoShow(counter="q1"),
        "transfer": c.Transfer(ticket="1-1", service="dat-dai", keep_place=False),
        "park": c.Park(ticket="1-1"),
    }
    house.do(ends[end])
    assert house.ticket("A001").status != "called"
    house.now_ms += after_ms
    if not possible:
        error = house.refused(c.Undo(counter="q1"))
        assert error.key == "undo.too_late"
        assert "10 giây" in error.vi
        return
    house.do(c.Undo(counter="q1"))
    assert house.ticket("A001") == before
    assert house.state.counters["q1"].ticket == "1-1"
    assert house.refused(c.Undo(counter="q1")).key == "undo.nothing"


def test_undo_of_the_third_no_show() -> None:
    house = House(office(policy={"no_show_limit": 1})).open("q1")
    house.issue()
    house.misses("q1")
    assert house.status("A001") == "cancelled"
    house.do(c.Undo(counter="q1"))
    assert (house.status("A001"), house.ticket("A001").misses) == ("called", 0)


@pytest.mark.parametrize(
    ("meanwhile", "key"),
    [
        (c.CallNext(counter="q1"), "undo.nothing"),  # the counter has gone on
        (c.CallTicket(counter="q2", ticket="1-1"), "ticket.at_other_counter"),
        (c.CloseCounter(counter="q1"), "counter.not_open"),
    ],
)
def test_what_cannot_be_undone(meanwhile: Any, key: str) -> None:
    house = House().open("q1", "q2")
    house.issue()
    house.issue()
    house.call("q1")
    house.do(c.Park(ticket="1-1"))
    house.do(meanwhile)
    assert house.refused(c.Undo(counter="q1")).key == key


@pytest.mark.parametrize("end", ["finished", "cancelled", "expired"])
def test_reopened_at_its_old_place(end: str) -> None:
    house = House().open("q1")
    for _ in range(3):
        house.issue()
    if end == "finished":
        house.call("q1")
        house.do(c.Finish(counter="q1"))
    elif end == "cancelled":
        house.do(c.CancelTicket(ticket="1-1"))
    else:
        house.do(c.CloseDay())
    assert house.status("A001") == end
    house.do(c.Reopen(ticket="1-1"))
    assert (house.status("A001"), house.ticket("A001").ended_ms) == ("waiting", None)
    assert house.call("q1")[0] == "A001"


def test_reopened_after_its_counter_was_abolished() -> None:
    house = House().open("q3")
    house.issue("dat-dai")
    house.do(c.Transfer(ticket="1-1", service="dat-dai", counter="q3"))
    house.call("q3")
    house.do(c.Finish(counter="q3"))
    house.do(c.CloseCounter(counter="q3"))
    values = dump_office(office())
    values["counters"] = values["counters"][:2]
    house.do(c.ChangeOffice(office=values))
    house.do(c.Reopen(ticket="1-1"))
    house.open("q2")
    assert house.call("q2")[0] == "HT-001"


def test_cancelled_before_and_after_the_answer() -> None:
    house = House()
    house.do(c.CancelRequest(of="kiosk-1/early"))
    assert house.refused(c.Issue(service="ho-tich"), "kiosk-1/early").key == "request.cancelled"
    number = house.issue()
    house.do(c.CancelRequest(of="kiosk-1/r1"))
    assert (house.status(number), house.ticket(number).reason) == ("cancelled", "request")
    assert house.refused(c.Issue(service="ho-tich"), "kiosk-1/r1").key == "request.cancelled"
    assert house.do(c.CancelRequest(of="kiosk-1/r1")) == []


def test_whoever_is_at_the_counter_is_not_cancelled_by_the_kiosk() -> None:
    house = House().open("q1")
    number = house.issue()
    house.call("q1")
    assert house.do(c.CancelRequest(of="kiosk-1/r1")) == []
    assert house.status(number) == "called"


def test_the_same_request_gives_nothing_new() -> None:
    house = House()
    house.do(c.Issue(service="ho-tich"), "kiosk-1/r1")
    assert house.do(c.Issue(service="ho-tich"), "kiosk-1/r1") == []
    assert house.do(c.Issue(service="chung-thuc"), "kiosk-1/r1") == []
    assert list(house.state.numbers) == ["A001"]


def test_priority_is_confirmed_given_and_removed() -> None:
    house = House()
    house.issue(priority="cao-tuoi")
    assert not house.ticket("A001").priority_confirmed
    house.do(c.SetPriority(ticket="1-1", priority="cao-tuoi"))
    assert house.ticket("A001").priority_confirmed
    assert house.do(c.SetPriority(ticket="1-1", priority="cao-tuoi")) == []
    house.do(c.SetPriority(ticket="1-1", priority=None))
    assert (house.ticket("A001").priority, house.ticket("A001").priority_confirmed) == (None, False)
    assert house.refused(c.Issue(service="ho-tich", priority="vua"), "kiosk-1/x").key == "priority.unknown"


def test_a_counter_and_its_officers() -> None:
    house = House().open("q1")
    assert house.do(c.OpenCounter(counter="q1", officer="lan")) == []
    error = house.refused(c.OpenCounter(counter="q1", officer="minh"))
    assert error.key == "counter.taken"
    assert "Lan" in error.vi
    house.do(c.PauseCounter(counter="q1"))
    assert house.refused(c.OpenCounter(counter="q1", officer="minh")).key == "counter.taken"
    assert house.refused(c.CallNext(counter="q1")).key == "counter.not_open"
    house.now_ms += 90_000
    house.open("q1")
    assert house.state.counters["q1"].status == "open"
    house.do(c.OpenCounter(counter="q1", officer="minh", officer_name="Minh", take_over=True))
    assert house.state.counters["q1"].officer_name == "Minh"
    house.do(c.CloseCounter(counter="q1"))
    assert house.do(c.CloseCounter(counter="q1")) == []
    house.open("q1")


def test_help_and_alerts_are_there_once() -> None:
    house = House()
    assert [len(house.do(c.AskHelp(device="kiosk-1"))) for _ in range(2)] == [1, 0]
    assert [len(house.do(c.AnswerHelp(device="kiosk-1"))) for _ in range(2)] == [1, 0]
    on = c.ReportAlert(device="kiosk-1", kind="paper_out", on=True)
    off = c.ReportAlert(device="kiosk-1", kind="paper_out", on=False)
    assert [len(house.do(one)) for one in (on, on, off, off)] == [1, 0, 1, 0]


def test_slips_are_in_the_record() -> None:
    house = House()
    house.issue()
    house.do(c.SlipDone(ticket="1-1", ok=False, why="paper.out"))
    house.do(c.SlipDone(ticket="1-1", ok=True))
    house.do(c.SlipDone(ticket="1-1", ok=True))
    printed = [event for event in house.events if isinstance(event, (e.SlipPrinted, e.SlipFailed))]
    assert [event.type for event in printed] == ["slip_failed", "slip_printed", "slip_printed"]
    assert house.ticket("A001").printed == 2


def test_who_has_no_slip_is_known_until_one_came_out() -> None:
    house = House()
    house.issue()

    def slip(*, ok: bool) -> bool:
        house.do(c.SlipDone(ticket="1-1", ok=ok, why="" if ok else "paper.out"))
        return house.ticket("A001").no_slip

    assert not house.ticket("A001").no_slip, "a slip on its way is not missing"
    assert [slip(ok=ok) for ok in (False, False, True, False)] == [True, True, False, False]


def test_a_no_show_that_is_taken_back_changes_nothing_about_the_slip() -> None:
    house = House()
    house.issue()
    house.open("q1")
    house.call("q1")
    house.do(c.NoShow(counter="q1"))
    house.do(c.SlipDone(ticket="1-1", ok=False, why="paper.out"))
    house.do(c.Undo(counter="q1"))
    assert house.ticket("A001").no_slip
    assert house.status("A001") == "called"


@pytest.mark.parametrize(
    ("edit", "key"),
    [
        (lambda v: v["services"].pop(0), "config.invalid"),  # its counter still names it
        (lambda v: v | {"services": v["services"][:2], "counters": v["counters"][:1]}, "config.in_use"),
        (lambda v: v | {"counters": v["counters"][:2]}, "config.in_use"),  # number HT-001 was sent to counter 3
        (lambda v: v | {"id": "xa-khac"}, "config.fixed"),
        (lambda v: v | {"province": "tinh-khac"}, "config.fixed"),
        (lambda v: v | {"colour": "red"}, "config.invalid"),
    ],
)
def test_an_edit_takes_the_ground_from_nobody(edit: Any, key: str) -> None:
    house = House().open("q1")
    house.issue("dat-dai")
    house.do(c.Transfer(ticket="1-1", service="dat-dai", counter="q3"))
    values = dump_office(office())
    changed = edit(values)
    changed = changed if "services" in changed else values
    error = house.refused(c.ChangeOffice(office=changed))
    assert error.key == key
    if key == "config.in_use":
        assert "HT-001" in error.vi


def test_a_service_with_somebody_in_its_line_stays() -> None:
    house = House()
    house.issue("dat-dai")
    values = dump_office(office())
    values |= {"services": values["services"][:2], "counters": values["counters"][:1]}
    error = house.refused(c.ChangeOffice(office=values))
    assert (error.key, error.vi) == (
        "config.in_use",
        "Không bỏ được dat-dai: đang có số HT-001. Hãy chuyển số này trước.",
    )
    house.do(c.CancelTicket(ticket="1-1"))
    house.do(c.ChangeOffice(office=values))


def test_an_edit_is_recorded_with_what_changed() -> None:
    house = House()
    values = dump_office(office())
    assert house.do(c.ChangeOffice(office=values)) == []
    values["services"][0]["daily_limit"] = 20
    changed = house.do(c.ChangeOffice(office=values, revision=1))[0]
    assert isinstance(changed, e.OfficeChanged)
    assert (changed.paths, changed.revision) == (["services[0].daily_limit"], 2)
    assert house.refused(c.ChangeOffice(office=values, revision=1)).key == "config.stale"
    assert house.do(c.ChangeOffice(office=values, revision=2)) == []


def test_a_prefix_changed_within_the_day_gives_no_number_twice() -> None:
    house = House(office(services=[{"id": "x", "name": "X", "prefix": "A"}, {"id": "y", "name": "Y", "prefix": "B"}],
                         counters=[{"id": "q1", "number": 1, "services": ["x", "y"]}]))  # fmt: skip
    assert [house.issue("x"), house.issue("y")] == ["A001", "B001"]
    values = dump_office(house.state.setup)
    values["services"][1]["prefix"] = "A"
    house.do(c.ChangeOffice(office=values))
    assert [house.issue("y"), house.issue("x")] == ["A002", "A003"]


def test_an_event_that_fits_nothing_changes_nothing() -> None:
    """A fold is told of the past and cannot refuse it."""
    house = House()
    house.issue()
    state = house.state.copy()
    strange: list[e.AnyEvent] = [
        e.TicketCalled(at_ms=0, ticket="7-7", counter="q1"),
        e.TicketCalled(at_ms=0, ticket="1-1", counter="q9"),
        e.TicketFinished(at_ms=0, ticket="7-7", counter="q1"),
        e.TicketMissed(at_ms=0, ticket="7-7", counter="q1", misses=1, behind=3),
        e.TicketParked(at_ms=0, ticket="7-7", counter="q1"),
        e.CounterOpened(at_ms=0, counter="q9", officer="x"),
        e.BookingCancelled(at_ms=0, code="000000"),
        e.HelpAnswered(at_ms=0, device="x"),
        e.SlipFailed(at_ms=0, ticket="7-7", why="x"),
    ]
    for event in strange:
        fold_into(state, event)
    assert plain(state) == plain(house.state)


def test_a_fold_gives_the_same_at_any_hour_of_the_world(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replayed a year later in another process: the state reads no clock."""
    import time

    house = House(now="2026-11-23 08:00").open("q1", "q2")
    house.do(c.MakeBooking(service="ho-tich", code="123456", at_ms=at("2026-11-23 09:00")))
    for _ in range(3):
        house.issue()
    house.misses("q1")
    house.call("q1")
    house.do(c.Finish(counter="q1"))
    real = time.time()
    monkeypatch.setattr(time, "time", lambda: real + 365 * 86_400)
    monkeypatch.setattr(time, "time_ns", lambda: int((real + 365 * 86_400) * 10**9))
    again = State()
    for event in house.events:
        fold_into(again, event)
    assert plain(again) == plain(house.state)
