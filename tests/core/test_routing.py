"""Who is next: the ratio, patience, the counter's own order, appointments, no-shows, and the words that say why."""

from __future__ import annotations

import pytest

from motcua.order_reference import OrderReference, Waiting
from queue_core import commands as c
from queue_core import events as e
from queue_core import routing
from tests.core.house import House
from tests.core.life import at, office


def arrive(house: House, *asked: str) -> None:
    """``A`` ordinary and ``P`` with priority at hộ tịch, ``B`` and ``Q`` at chứng thực, ``L`` at land matters."""
    for letter in "".join(asked):
        service = {"A": "ho-tich", "P": "ho-tich", "B": "chung-thuc", "Q": "chung-thuc", "L": "dat-dai"}[letter]
        house.issue(service, "cao-tuoi" if letter in "PQ" else None)


@pytest.mark.parametrize(
    ("queue", "counter", "order"),
    [
        ("AAA", "q1", "A001 A002 A003"),
        ("APA", "q1", "A002 A001 A003"),
        ("AAPPPPP", "q1", "A003 A004 A001 A005 A006 A002 A007"),  # two with priority, then one without
        ("PPPA", "q1", "A001 A002 A004 A003"),
        ("PPP", "q1", "A001 A002 A003"),  # nobody else waits: no ratio
        ("AABB", "q1", "A001 A002 A003 A004"),  # q1 takes both as equals
        ("AABB", "q2", "A003 A004 A001 A002"),  # q2 takes chứng thực first
        ("PPBA", "q2", "A003 A001 A002 A004"),  # its order of services stands above priority
        ("LLA", "q3", "HT-001 HT-002"),
    ],
)
def test_the_order_of_a_counter(queue: str, counter: str, order: str) -> None:
    house = House().open(counter)
    arrive(house, queue)
    assert house.calls(counter, len(order.split())) == order


@pytest.mark.parametrize(
    ("ratio", "order"),
    [(1, "A002 A001 A003 A004 A005"), (2, "A002 A003 A001 A004 A005"), (3, "A002 A003 A004 A001 A005")],
)
def test_the_ratio_is_the_offices(ratio: int, order: str) -> None:
    house = House(office(priority={"ratio": ratio, "classes": [{"id": "cao-tuoi", "name": "Già"}]})).open("q1")
    arrive(house, "APPPP")
    assert house.calls("q1", 5) == order


def test_each_counter_counts_its_own_priority_calls() -> None:
    house = House().open("q1", "q2")
    arrive(house, "BBBQQQQQ")
    assert [house.call("q1")[0], house.call("q2")[0], house.call("q1")[0]] == ["A004", "A005", "A006"]
    assert house.call("q1")[0] == "A001"  # two at q1
    assert house.call("q2")[0] == "A007"  # only the second at q2


def test_a_counter_that_closes_begins_to_count_anew() -> None:
    house = House().open("q1")
    arrive(house, "AAPPPP")
    house.calls("q1", 2)
    house.do(c.Finish(counter="q1"))
    house.do(c.CloseCounter(counter="q1"))
    house.open("q1")
    assert house.calls("q1", 2) == "A005 A006"


def test_only_calls_that_kept_somebody_waiting_count() -> None:
    house = House().open("q1")
    arrive(house, "PPP")
    house.calls("q1", 3)
    arrive(house, "APP")
    assert house.calls("q1", 3) == "A005 A006 A004"


@pytest.mark.parametrize(
    ("waits_min", "order"), [(19, "A002 A003 A001 A004"), (20, "A002 A001 A003 A004"), (45, "A002 A001 A003 A004")]
)
def test_patience_ends_after_so_many_minutes(waits_min: int, order: str) -> None:
    """Who has waited that long lets one with priority go first, not two."""
    house = House().open("q1")
    arrive(house, "A")
    house.now_ms += waits_min * 60_000
    arrive(house, "PPP")
    assert house.calls("q1", 4) == order


@pytest.mark.parametrize(("waits_min", "order"), [(19, "A002 A003 A001"), (20, "A001 A002 A003")])
def test_who_waited_long_passes_the_counters_order_of_services(waits_min: int, order: str) -> None:
    house = House().open("q2")
    arrive(house, "A")
    house.now_ms += waits_min * 60_000
    arrive(house, "BB")
    assert house.calls("q2", 3) == order


def test_a_booking_joins_the_priority_lane_when_its_hour_comes() -> None:
    house = House(now="2026-11-23 08:00").open("q1")
    house.do(c.MakeBooking(service="ho-tich", code="123456", at_ms=at("2026-11-23 08:30")))
    arrive(house, "AA")
    house.do(c.CheckIn(booking="123456"), "kiosk-1/b1")
    house.clock("08:29")
    assert house.call("q1") == ("A001", "first")
    house.clock("08:30")
    assert house.call("q1") == ("A003", "booked")


@pytest.mark.parametrize(
    ("passes", "order"), [(0, "A001 A002 A003"), (1, "A002 A001 A003"), (3, "A002 A003 A004"), (50, "A002 A003 A004")]
)
def test_a_no_show_lets_so_many_pass(passes: int, order: str) -> None:
    house = House(office(policy={"no_show_back_after": passes})).open("q1")
    arrive(house, "AAAAA")
    assert house.misses("q1") == "A001"
    assert house.calls("q1", 3) == order


def test_a_no_show_comes_at_once_when_nobody_else_waits() -> None:
    house = House().open("q1")
    arrive(house, "A")
    house.misses("q1")
    assert house.call("q1") == ("A001", "back")


def test_a_no_show_does_not_wait_for_ever_behind_another_service() -> None:
    """At a counter of two services whose other line never ends, three calls are three calls."""
    house = House().open("q1")
    arrive(house, "A", "BBBBBB")
    assert house.misses("q1") == "A001"
    called = [house.call("q1")[0] for _ in range(4)]
    assert called[-1] == "A001"
    assert "A001" not in called[:-1]


def test_calls_of_a_counter_that_does_not_take_it_do_not_bring_a_no_show_nearer() -> None:
    house = House().open("q1", "q3")
    arrive(house, "AAAA", "LLL")
    house.misses("q1")
    house.calls("q3", 3)
    assert house.ticket("A001").behind == 3
    house.calls("q1", 2)
    assert house.ticket("A001").behind == 1


def test_sent_to_one_counter() -> None:
    house = House().open("q1", "q2")
    arrive(house, "AB")
    house.do(c.Transfer(ticket=house.ticket("A001").id, service="chung-thuc", counter="q1", keep_place=True))
    assert house.call("q2") == ("A002", "first")
    house.do(c.Finish(counter="q2"))
    assert house.refused(c.CallNext(counter="q2")).key == "queue.empty"
    assert house.call("q1") == ("A001", "sent")
    given = c.CallTicket(counter="q2", ticket=house.ticket("A001").id, finish=True)
    assert house.refused(given).key == "ticket.at_other_counter"


def test_the_officer_chooses_and_the_record_says_who_was_next() -> None:
    house = House().open("q1")
    arrive(house, "AAA")
    called = house.do(c.CallTicket(counter="q1", ticket=house.ticket("A003").id))[-1]
    assert isinstance(called, e.TicketCalled)
    assert (called.why, called.details) == ("given", {"instead_of": house.ticket("A001").id})


@pytest.mark.parametrize(
    ("queue", "counter", "why", "vi", "en"),
    [
        ("AA", "q1", "first", "đến trước", "came first"),
        ("AP", "q1", "priority", "diện ưu tiên: Người cao tuổi", "priority: Elderly"),
        (
            "APPPpp", "q1", "ratio",
            "vừa gọi 2 số ưu tiên, đến lượt số thường", "after 2 priority numbers, an ordinary one",
        ),
        ("AB", "q2", "order", "quầy này nhận dịch vụ này trước", "this counter takes this service first"),
    ],
)  # fmt: skip
def test_why_in_words(queue: str, counter: str, why: str, vi: str, en: str) -> None:
    """Who is next after as many calls as there are small letters."""
    house = House().open(counter)
    arrive(house, queue.rstrip("p"))
    for _ in range(queue.count("p")):
        house.call(counter)
    place = routing.next_for(house.state, counter, house.now_ms)
    assert place is not None
    assert place.reason == why
    assert routing.words(place.reason, place.details, house.state.setup) == vi
    assert routing.words(place.reason, place.details, house.state.setup, "en") == en


def test_why_in_words_after_a_long_wait_and_after_a_no_show() -> None:
    house = House().open("q1", "q2")
    arrive(house, "A")
    house.now_ms += 25 * 60_000
    arrive(house, "B")
    place = routing.next_for(house.state, "q2", house.now_ms)
    assert place is not None
    assert routing.words(place.reason, place.details, house.state.setup) == "đã chờ 25 phút"
    house.misses("q1")
    house.call("q1")
    place = routing.next_for(house.state, "q1", house.now_ms)
    assert place is not None
    assert routing.words(place.reason, place.details, house.state.setup) == "quá lượt 1 lần, gọi lại"
    assert routing.words("unheard-of", {}, house.state.setup) == "unheard-of"


def test_the_counters_own_order_is_not_called_a_ratio() -> None:
    """One with priority waits for another service, and one was called before: that is not why."""
    house = House().open("q2")
    arrive(house, "BQP")
    assert house.call("q2") == ("A002", "priority")
    assert house.call("q2") == ("A001", "first")


def test_people_ahead() -> None:
    house = House()
    arrive(house, "AAAPPB")
    tickets = {number: house.ticket(number) for number in ("A001", "A003", "A005")}
    ahead = {number: routing.ahead_of(house.state, ticket, house.now_ms) for number, ticket in tickets.items()}
    assert ahead == {"A001": 2, "A003": 4, "A005": 1}


def test_the_reference_judges_as_the_rule_on_paper() -> None:
    """The judge itself: five people, two with priority, worked out by hand."""
    judge = OrderReference({"q1": [["x"], ["y"]]}, ratio=1, patience_min=10)
    for rank, (name, service, favoured) in enumerate(
        [("anh", "y", False), ("ba", "x", False), ("co", "x", True), ("di", "x", True), ("em", "x", False)]
    ):
        judge.arrive(Waiting(name, service, rank, since_ms=0, favoured=favoured))
    order = []
    while (wanted := judge.expected("q1", 60_000)) is not None:
        judge.call("q1", wanted, 60_000)
        order.append(wanted)
    assert order == ["co", "ba", "di", "em", "anh"]
