"""How numbers look and how many there are; who may take one, and how: walk-in, booked, to collect a result."""

from __future__ import annotations

from typing import Any

import pytest

from queue_core import commands as c
from queue_core.office import Office, format_number
from tests.core.house import House
from tests.core.life import at, office


def services(*prefixes: str, **more: Any) -> dict[str, Any]:
    ids = [f"s{number}" for number, _ in enumerate(prefixes)]
    return {
        "services": [{"id": i, "name": i, "prefix": p, **more} for i, p in zip(ids, prefixes, strict=True)],
        "counters": [{"id": "q1", "number": 1, "services": ids}],
    }


@pytest.mark.parametrize(
    ("prefix", "ordinal", "digits", "number"),
    [
        ("A", 1, 3, "A001"),
        ("A", 25, 3, "A025"),
        ("1", 1, 3, "1001"),
        ("HT-", 15, 3, "HT-015"),
        ("A", 999, 3, "A999"),
        ("A", 1000, 3, "A1000"),  # it grows, it never begins again within the day
        ("1", 1000, 3, "11000"),
        ("B", 7, 2, "B07"),
        ("K", 12345, 4, "K12345"),
    ],
)
def test_how_a_number_looks(prefix: str, ordinal: int, digits: int, number: str) -> None:
    assert format_number(prefix, ordinal, digits) == number


def test_after_999_comes_1000() -> None:
    house = House(office(**services("A")))
    house.do(c.RaiseSeries(series={"A": 998}))
    assert [house.issue("s0") for _ in range(3)] == ["A999", "A1000", "A1001"]


def test_services_of_one_prefix_share_a_series() -> None:
    house = House()
    assert [house.issue("ho-tich"), house.issue("chung-thuc"), house.issue("ho-tich")] == ["A001", "A002", "A003"]
    assert house.issue("dat-dai") == "HT-001"


def test_a_witness_only_raises() -> None:
    house = House()
    house.do(c.RaiseSeries(series={"A": 40, "HT-": 0, "Z": 3}))
    assert house.issue() == "A041"
    assert house.do(c.RaiseSeries(series={"A": 40})) == []
    assert house.issue("dat-dai") == "HT-001"


NUMERIC = {"sign": {"kind": "numeric", "digits": 4}}


@pytest.mark.parametrize(
    ("prefixes", "limit", "sign", "problem"),
    [
        (("1", "2"), 999, {"kind": "numeric", "digits": 4}, None),
        (("1",), 999, {"kind": "numeric", "digits": 4}, None),
        (("1",), None, {"kind": "numeric", "digits": 5}, None),
        (("A",), 999, {"kind": "text", "digits": 4}, None),
        (("HT-",), 99, {"kind": "text", "digits": 6}, None),
        (("A",), 999, {"kind": "numeric", "digits": 4}, "numeric sign cannot show A999"),
        (("1", "HT-"), 999, {"kind": "numeric", "digits": 4}, "numeric sign cannot show HT-999"),
        (("1",), 1000, {"kind": "numeric", "digits": 4}, "4 cells cannot show 11000"),
        (("1",), None, {"kind": "numeric", "digits": 4}, "4 cells cannot show 19999"),
        (("1", "1"), 500, {"kind": "numeric", "digits": 4}, "4 cells cannot show 11000"),  # one series, two limits
        (("HT-",), 999, {"kind": "text", "digits": 5}, "5 cells cannot show HT-999"),
    ],
)
def test_a_sign_must_be_able_to_show_its_numbers(
    prefixes: tuple[str, ...], limit: int | None, sign: dict[str, Any], problem: str | None
) -> None:
    values = services(*prefixes, **({"daily_limit": limit} if limit else {}))
    values["counters"][0]["sign"] = sign
    if problem is None:
        office(**values)
        return
    with pytest.raises(ValueError, match=problem):
        office(**values)


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        (services("1", "12"), "prefixes 1 and 12 can give the same number"),
        (services("A", ""), "needs a prefix"),
        (services("A", "a"), "should match pattern"),
        (services("A", "ABCD"), "should match pattern"),
        (services("A", "0"), "should match pattern"),
        (services("A", "A") | {"devices": [{"id": "kiosk-1", "offline_prefix": "A"}]}, "stands twice: A"),
        (
            services("A")
            | {"devices": [{"id": "kiosk-1", "offline_prefix": "K"}, {"id": "kiosk-2", "offline_prefix": "K"}]},
            "stands twice: K",
        ),
        (
            services("A") | {"devices": [{"id": "k", "offline_prefix": "1"}, {"id": "l", "offline_prefix": "12"}]},
            "1 and 12",
        ),
        (
            services("A") | {"counters": [{"id": "q1", "number": 1, "services": ["s9"]}]},
            "no counter takes this service",
        ),
        (services("A") | {"counters": [{"id": "q1", "number": 1, "services": []}]}, "at least 1 item"),
        (
            services("A") | {"counters": [{"id": i, "number": 1, "services": ["s0"]} for i in ("q1", "q2")]},
            "stands twice: 1",
        ),
    ],
)
def test_numbers_that_could_be_mistaken_are_refused(values: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        office(**values)


def test_one_prefix_has_one_width() -> None:
    values = services("A", "A")
    values["services"][1]["digits"] = 4
    with pytest.raises(ValueError, match="same digits"):
        office(**values)


def test_a_third_level_is_refused() -> None:
    values = services("A")
    values["services"] = [
        {"id": "g", "name": "g", "services": [{"id": "h", "name": "h", "services": values["services"]}]}
    ]
    with pytest.raises(ValueError, match="two levels"):
        office(**values)


# ---------------------------------------------------------------------- how many, and who
def test_the_daily_limit() -> None:
    house = House(office(**services("A", "B", daily_limit=2)))
    assert [house.issue("s0"), house.issue("s0")] == ["A001", "A002"]
    error = house.refused(c.Issue(service="s0"), "kiosk-1/r9")
    assert (error.key, error.vi) == (
        "service.limit_reached",
        "s0 đã phát hết 2 số hôm nay. Mời quay lại 7:30 sáng thứ Tư, 25/11.",
    )
    assert error.en == "s0 has given all its 2 numbers for today. Please come at 7:30 on Wednesday 25/11."
    assert house.issue("s1") == "B001"
    house.tick("2026-11-25 07:30")
    assert house.issue("s0") == "A001"


def test_a_cancelled_number_is_not_given_again_and_counts() -> None:
    house = House(office(**services("A", daily_limit=2)))
    house.issue("s0")
    house.do(c.CancelTicket(ticket="1-1"))
    assert house.issue("s0") == "A002"
    assert house.refused(c.Issue(service="s0"), "kiosk-1/r9").key == "service.limit_reached"


KINDS = office(
    services=[
        {"id": "thuong", "name": "Thường", "prefix": "A"},
        {"id": "hen", "name": "Chỉ hẹn", "prefix": "B", "entries": ["booked"], "slot_places": 1},
        {"id": "tra", "name": "Trả kết quả", "prefix": "T", "kind": "collect", "entries": []},
        {"id": "huong-dan", "name": "Hướng dẫn chung", "prefix": "H", "kind": "guide", "entries": []},
        {"id": "bo-sung", "name": "Bổ sung hồ sơ", "prefix": "S", "kind": "supplement", "entries": []},
        {"id": "ca-hai", "name": "Cả hai", "prefix": "C", "entries": ["walk_in", "collect"]},
    ],
    counters=[{"id": "q1", "number": 1, "services": ["thuong", "hen", "tra", "huong-dan", "bo-sung", "ca-hai"]}],
)


@pytest.mark.parametrize(
    ("service", "asked", "becomes"),
    [
        ("thuong", "walk_in", "walk_in"),
        ("thuong", "collect", None),
        ("thuong", "booked", None),
        ("hen", "walk_in", None),
        ("tra", "walk_in", "collect"),
        ("tra", "collect", "collect"),
        ("huong-dan", "walk_in", "walk_in"),
        ("huong-dan", "collect", None),
        ("bo-sung", "walk_in", "walk_in"),
        ("ca-hai", "walk_in", "walk_in"),
        ("ca-hai", "collect", "collect"),
    ],
)
def test_who_may_enter_how(service: str, asked: Any, becomes: str | None) -> None:
    house = House(KINDS)
    if becomes is None:
        assert house.refused(c.Issue(service=service, entry=asked), "kiosk-1/r1").key == "service.entry_not_allowed"
    else:
        assert house.ticket(house.issue(service, entry=asked)).entry == becomes


@pytest.mark.parametrize(
    ("service", "key"), [("khong-co", "service.unknown"), ("nhom", "service.not_a_leaf"), ("", "service.unknown")]
)
def test_a_service_that_is_none(service: str, key: str) -> None:
    command = c.Issue.model_construct(service=service, entry="walk_in", priority=None, lang="vi", verb="issue")
    assert House().refused(command, "kiosk-1/r1").key == key


# ---------------------------------------------------------------------- bookings
def booked(when: str = "2026-11-23 09:00", **changes: Any) -> House:
    house = House(office(**changes))
    house.do(c.MakeBooking(service="ho-tich", code="123456", at_ms=at(when)))
    return house


@pytest.mark.parametrize(
    ("now", "key", "urgent"),
    [
        ("2026-11-23 07:59", "booking.too_early", None),
        ("2026-11-23 08:00", None, True),
        ("2026-11-23 09:00", None, True),
        ("2026-11-23 09:15", None, True),  # 15 minutes' grace
        ("2026-11-23 09:16", None, False),  # later it is an ordinary number from now
    ],
)
def test_checking_in(now: str, key: str | None, urgent: bool | None) -> None:
    house = booked()
    house.clock(now)
    if key is not None:
        error = house.refused(c.CheckIn(booking="123456"), "kiosk-1/b")
        assert error.key == key
        assert "9:00" in error.vi
        assert "08:00" in error.vi
        return
    house.do(c.CheckIn(booking="123456"), "kiosk-1/b")
    ticket = house.ticket("A001")
    assert (ticket.entry, ticket.booking, ticket.is_priority(at("2026-11-23 16:00"))) == ("booked", "123456", urgent)


def test_grace_and_earliness_are_the_offices() -> None:
    house = booked(policy={"booking_grace_min": 0, "booking_early_min": 5})
    house.clock("08:54")
    assert house.refused(c.CheckIn(booking="123456"), "kiosk-1/b").key == "booking.too_early"
    house.clock("09:01")
    house.do(c.CheckIn(booking="123456"), "kiosk-1/b")
    assert house.ticket("A001").booked_ms is None


def test_a_booking_is_used_once_and_on_its_day() -> None:
    house = booked("2026-11-25 09:00")
    error = house.refused(c.CheckIn(booking="123456"), "kiosk-1/b")
    assert error.key == "booking.other_day"
    assert "09:00 25/11/2026" in error.vi
    house.tick("2026-11-25 08:30")
    house.do(c.CheckIn(booking="123456"), "kiosk-1/b1")
    assert house.do(c.CheckIn(booking="123456"), "kiosk-1/b1") == []
    error = house.refused(c.CheckIn(booking="123456"), "kiosk-1/b2")
    assert (error.key, error.vi) == ("booking.used", "Lịch hẹn này đã nhận số A001.")
    assert house.refused(c.CancelBooking(code="123456")).key == "booking.used"
    assert house.refused(c.CheckIn(booking="000000"), "kiosk-1/b3").key == "booking.unknown"
    assert house.refused(c.CancelBooking(code="000000")).key == "booking.unknown"


def test_a_closed_day_takes_no_bookings_in() -> None:
    house = booked()
    house.do(c.CloseDay())
    error = house.refused(c.CheckIn(booking="123456"), "kiosk-1/b")
    assert error.key == "office.day_closed"
    assert "thứ Tư, 25/11" in error.vi


@pytest.mark.parametrize(
    ("service", "when", "key"),
    [
        ("ho-tich", "2026-11-23 09:00", None),
        ("ho-tich", "2026-11-23 07:59", "booking.past"),
        ("ho-tich", "2026-11-23 12:00", "booking.past"),  # lunch
        ("ho-tich", "2026-11-24 09:00", "booking.past"),  # a holiday
        ("ho-tich", "2027-03-01 09:00", "booking.past"),  # over 90 days
        ("chung-thuc", "2026-11-23 09:00", "booking.not_offered"),
        ("nhom", "2026-11-23 09:00", "service.not_a_leaf"),
        ("khong-co", "2026-11-23 09:00", "service.unknown"),
    ],
)
def test_booking_a_visit(service: str, when: str, key: str | None) -> None:
    house = House()
    command = c.MakeBooking(service=service, code="123456", at_ms=at(when))
    if key is None:
        house.do(command)
        assert house.refused(command).key == "booking.code_taken"
    else:
        assert house.refused(command).key == key


def test_a_slot_has_so_many_places() -> None:
    house = House()
    for code, when in [("111111", "09:00"), ("222222", "09:29")]:
        house.do(c.MakeBooking(service="ho-tich", code=code, at_ms=at(f"2026-11-23 {when}")))
    third = c.MakeBooking(service="ho-tich", code="333333", at_ms=at("2026-11-23 09:15"))
    assert house.refused(third).key == "booking.full"
    house.do(c.MakeBooking(service="ho-tich", code="444444", at_ms=at("2026-11-23 09:30")))
    house.do(c.CancelBooking(code="111111"))
    house.do(third)


def test_a_booking_checks_in_while_nobody_knows_the_time() -> None:
    house = booked()
    house.source, house.boot = "floor", "boot-2"
    house.do(c.CheckIn(booking="123456"), "kiosk-1/b")
    assert (house.ticket("A001").entry, house.ticket("A001").booked_ms) == ("booked", None)


def test_the_shipped_office_is_sound() -> None:
    from queue_core.office_file import read_office
    from queue_hub.command import SHIPPED_OFFICE

    shipped = read_office(SHIPPED_OFFICE)
    assert isinstance(shipped, Office)
    house = House(shipped)
    assert len({house.issue(service.id) for service in shipped.leaves()}) == len(shipped.leaves())
