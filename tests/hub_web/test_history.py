"""The history in words: the day, the clock, the accounts and the set-up, as a supervisor reads them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from queue_core import commands as c
from queue_hub.web.history_words import described
from tests.hub.house import HandClock
from tests.hub_web.house import House

DAY_MS = 86_400_000

TOLD: dict[str, tuple[dict[str, Any], str, list[str]]] = {
    "a clock set by the network": (
        {"type": "clock_set", "offset_ms": 330_000, "source": "ntp"}, "Chỉnh đồng hồ theo giờ mạng (NTP)",
        ["tiến 5 phút 30 giây"],
    ),
    "set back by its own battery clock": (
        {"type": "clock_set", "offset_ms": -2 * DAY_MS - 3_600_000, "source": "rtc"},
        "Chỉnh đồng hồ theo đồng hồ trong máy (RTC)", ["lùi 2 ngày 1 giờ"],
    ),
    "right again by itself": (
        {"type": "clock_set", "offset_ms": 0, "source": "ntp"}, "Đồng hồ máy chủ đã đúng trở lại", [],
    ),
    "a jump": (
        {"type": "clock_doubted", "jump_ms": 366 * DAY_MS}, "Đồng hồ máy chủ nhảy giờ, chưa được tin",
        ["tiến 366 ngày"],
    ),
    "a date said by an officer": (
        {"type": "day_dated", "date": "2026-11-23", "by": "officer:lan"}, "Cán bộ xác nhận ngày 23/11/2026", [],
    ),
    "a date by the clock": (
        {"type": "day_dated", "date": "2026-11-23", "by": "hub"}, "Ngày làm việc theo đồng hồ: 23/11/2026", [],
    ),
    "a day opened by a date": (
        {"type": "day_opened", "date": "2026-11-25", "by": "officer:lan"}, "Cán bộ xác nhận ngày 25/11/2026", [],
    ),
    "closed": (
        {"type": "day_closed", "why": "supervisor", "expired": {"1-2": "waiting", "1-3": "parked"}}, "Khoá sổ ngày",
        ["2 số còn chờ đã hết hiệu lực"],
    ),
    "reopened": ({"type": "day_reopened"}, "Mở lại sổ ngày", []),
    "a service closed": (
        {"type": "service_switched", "service": "ho-tich", "open": False}, "Lĩnh vực", ["ho-tich: Đóng"],
    ),
    "an account": (
        {"type": "account_changed", "account": "lan", "what": "role:supervisor"}, "Cán bộ",
        ["lan: đổi vai trò: Phụ trách"],
    ),
    "a token": (
        {"type": "account_changed", "account": "token:7f", "what": "created:read,issue"}, "Cán bộ",
        ["token:7f: tạo mới: read,issue"],
    ),
    "something of a later version": (
        {"type": "account_changed", "account": "lan", "what": "frozen"}, "Cán bộ", ["lan: frozen"],
    ),
    "the set-up": (
        {"type": "office_changed", "paths": ["name.vi", "counters[7]"], "office": {"name": {"vi": "Xã Mẫu"}}},
        "Cấu hình", ["name.vi → Xã Mẫu", "counters[7] → –"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", TOLD)
def test_what_happened_in_words(case: str) -> None:
    body, title, lines = TOLD[case]
    told = described({"by": "hub"} | body, "vi")
    assert (told["title"], told["lines"]) == (title, lines)
    english = described({"by": "hub"} | body, "en")
    vietnamese = re.compile("[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
    assert not vietnamese.search(english["title"])
    assert english["title"] != title


def test_a_vouched_clock_and_a_date_by_hand_are_in_the_history(open_house: Callable[..., House]) -> None:
    machine = HandClock()
    house = open_house(machine=machine)
    chi = house.officer("chi", "supervisor")
    machine.pass_s(10, jump_s=366 * 86_400)
    house.ask(c.Tick())
    chi.do("/day/clock")
    machine.reboot(0, "boot-2", "floor")
    chi.do("/day/date", {"date": "2027-11-25"})
    told = chi.send("GET", "/office/history").json()
    ours = [(x["type"], x["by"]) for x in told if x["type"] != "account_changed"]
    assert ours[0] == ("day_opened", "officer:chi")
    assert ("clock_set", "officer:chi") in ours
    assert ("clock_doubted", "hub") in ours
    vouched = next(x for x in told if x["type"] == "clock_set")
    assert vouched["title"] == "Xác nhận giờ mới của máy chủ là đúng"
    assert vouched["lines"][0].startswith("tiến 366 ngày")
    assert "learned" not in told[0]
    assert "office" not in told[0]


def test_a_day_closed_by_mistake_is_reopened(house: House) -> None:
    house.issue()
    house.issue()
    chi = house.officer("chi", "supervisor")
    chi.do("/day/close")
    assert chi.post("/tickets", {"service": "ho-tich"}).json()["key"] == "office.day_closed"
    view = chi.send("GET", "/state").json()
    assert (view["day_open"], view["figures"]["waiting"]) == (False, 0)
    chi.do("/day/reopen")
    view = chi.send("GET", "/state").json()
    assert (view["day_open"], view["figures"]["waiting"]) == (True, 2)
    assert chi.do("/tickets", {"service": "ho-tich"})["number"] == "A003"
    told = [(x["title"], x["by"]) for x in chi.send("GET", "/office/history").json()]
    assert told[:2] == [("Mở lại sổ ngày", "officer:chi"), ("Khoá sổ ngày", "officer:chi")]
