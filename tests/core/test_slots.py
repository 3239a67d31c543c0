"""What is offered as a slot can be booked, and what can be booked is offered: any hours, any length, any day."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from queue_core import commands as c
from queue_core.clock import local, utc_ms_of
from queue_core.engine import decide
from queue_core.errors import RuleError
from queue_core.slots import MAX_BOOKING_DAYS, next_day_with_a_place, slot_of, slots_on
from tests.core.house import House
from tests.core.life import office

MONDAY = date(2026, 11, 23)


def bookable(length_min: int, places: int, begin: int, end: int) -> House:
    hours = [f"{begin // 60:02d}:{begin % 60:02d}-{end // 60:02d}:{end % 60:02d}"]
    return House(
        office(
            hours={"mon-sat": hours}, holidays="none", policy={"stop_before_close_min": 0},
            services=[
                {"id": "ho-tich", "name": "Hộ tịch", "prefix": "A", "slot_min": length_min, "slot_places": places},
            ],
            counters=[{"id": "q1", "number": 1, "services": ["ho-tich"]}],
        ),
        now="2026-11-23 08:10",
    )  # fmt: skip


def books(house: House, at_ms: int) -> bool:
    try:
        decide(house.state, c.MakeBooking(service="ho-tich", code="999999", at_ms=at_ms), house.context())
    except RuleError:
        return False
    return True


@settings(max_examples=60, deadline=None)
@given(
    length_min=st.integers(5, 240),
    places=st.integers(1, 3),
    begin=st.integers(0, 1300),
    span=st.integers(1, 600),
    ahead=st.integers(-1, MAX_BOOKING_DAYS + 1),
    taken=st.lists(st.integers(0, 1439), max_size=6),
    asked=st.integers(0, 1439),
)
def test_what_is_offered_can_be_booked_and_nothing_else(  # noqa: PLR0917 -- drawn by their names
    length_min: int, places: int, begin: int, span: int, ahead: int, taken: list[int], asked: int
) -> None:
    house = bookable(length_min, places, begin, min(begin + span, 1440))
    day = MONDAY + timedelta(days=ahead)
    for number, minute in enumerate(taken):
        at_ms = utc_ms_of(day, minute)
        if books(house, at_ms):
            house.do(c.MakeBooking(service="ho-tich", code=f"{number:06d}", at_ms=at_ms))
    service = house.state.setup.service("ho-tich")
    assert service is not None
    offered = {slot_of(local(slot.at_ms), service): slot for slot in slots_on(house.state, service, day, house.now_ms)}
    for slot in offered.values():
        assert books(house, slot.at_ms) == (slot.places > 0)
    at_ms = utc_ms_of(day, asked)
    slot = offered.get(slot_of(local(at_ms), service))
    if books(house, at_ms):  # only a slot that has begun takes people though it is no longer offered
        assert slot is not None or slot_of(local(at_ms), service) == slot_of(local(house.now_ms), service)
        assert slot is None or slot.places > 0


def test_the_next_day_with_a_place_is_not_a_closed_one() -> None:
    house = bookable(30, 1, 8 * 60, 8 * 60 + 30)
    service = house.state.setup.service("ho-tich")
    assert service is not None
    assert next_day_with_a_place(house.state, service, MONDAY, house.now_ms) == date(2026, 11, 24), "today's has begun"
    saturday, monday = date(2026, 11, 28), date(2026, 11, 30)
    house.do(c.MakeBooking(service="ho-tich", code="111111", at_ms=utc_ms_of(saturday, 8 * 60)))
    assert next_day_with_a_place(house.state, service, saturday, house.now_ms) == monday
    assert next_day_with_a_place(house.state, service, date(2027, 6, 1), house.now_ms) is None
