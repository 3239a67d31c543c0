"""What the lobby may see: the board's snapshot, the kiosk's offer, a ticket as its holder sees it."""

from __future__ import annotations

from typing import Any

import pytest

from queue_core import commands as c
from queue_core.clock import Moment
from queue_core.errors import JournalError
from queue_core.wire.messages import Board, Lobby, Rev, Wait
from queue_hub.replies import ticket_body
from queue_hub.views import CallBook, board, lobby
from tests.core.house import House
from tests.core.life import at, office

REV = Rev(epoch="e", seq=1)


class Room(House):
    """An office and what its displays are told."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.book = CallBook()
        self._noted = 0

    @property
    def moment(self) -> Moment:
        return Moment(self.now_ms, self.now_ms, self.boot, self.source)

    def board(self) -> Board:
        while self._noted < len(self.events):
            self.book.note(self._noted + 1, self.events[self._noted])
            self._noted += 1
        return board(self.state, self.book, REV, self.moment, lambda _state, _service: Wait(ahead=3))

    def lobby(self, **more: Any) -> Lobby:
        return lobby(self.state, REV, self.moment, lambda _state, _service: None, **more)

    def shown(self) -> str:
        return " ".join(f"{entry.number}:{entry.state}" for entry in self.board().calls)


def test_the_life_of_a_call_on_the_board() -> None:
    room = Room().open("q1", "q2")
    for _ in range(3):
        room.issue()
    assert room.shown() == ""
    room.call("q1")
    assert room.shown() == "A001:called"
    room.do(c.Serve(counter="q1"))
    room.call("q2")
    assert room.shown() == "A002:called A001:serving", "the newest first"
    room.do(c.NoShow(counter="q2"))
    assert room.shown() == "A002:gone A001:serving"
    room.now_ms += 179_000
    assert room.shown() == "A002:gone A001:serving"
    room.now_ms += 1_000
    assert room.shown() == "A001:serving", "three minutes after the call only who is still there"


def test_a_recall_brings_the_call_up_again() -> None:
    room = Room().open("q1", "q2")
    room.issue()
    room.issue()
    room.call("q1")
    room.call("q2")
    room.do(c.Recall(counter="q1"))
    found = room.board().calls
    assert [(entry.number, entry.times) for entry in found] == [("A001", 2), ("A002", 1)]


def test_who_is_brought_back_by_an_undo_stands_on_the_board_again() -> None:
    room = Room().open("q1")
    room.issue()
    room.call("q1")
    room.now_ms += 20 * 60_000
    room.do(c.Finish(counter="q1"))
    assert room.shown() == ""
    room.do(c.Undo(counter="q1"))
    assert room.shown() == "A001:called"


def test_a_new_day_begins_with_an_empty_board() -> None:
    room = Room().open("q1")
    room.issue()
    room.call("q1")
    assert room.shown()
    room.tick("2026-11-25 07:30")
    assert room.shown() == ""
    assert room.board().day == 2


def test_counters_and_services_on_the_board() -> None:
    room = Room().open("q1", "q3")
    room.issue()
    room.issue()
    room.call("q1")
    room.do(c.PauseCounter(counter="q3"))
    found = room.board()
    assert [(x.number, x.status, x.ticket_number) for x in found.counters] == [
        (1, "open", "A001"), (2, "closed", None), (3, "paused", None),
    ]  # fmt: skip
    assert [(x.id, x.waiting) for x in found.services] == [("ho-tich", 1), ("chung-thuc", 0), ("dat-dai", 0)]
    assert found.services[0].wait == Wait(ahead=3)


@pytest.mark.parametrize(
    ("when", "someone", "is_open", "vi"),
    [
        ("2026-11-23 09:00", False, True, None),
        ("2026-11-23 16:50", False, False, "Hôm nay đã ngừng nhận số lúc 16:45. Mời quay lại 7:30 sáng thứ Tư, 25/11."),
        ("2026-11-23 16:50", True, True, None),  # whoever waits is still served
        ("2026-11-23 12:00", False, False, "Hôm nay đã ngừng nhận số lúc 11:15. Mời quay lại lúc 13:30."),
    ],
)
def test_a_closed_office_on_the_board(when: str, someone: bool, is_open: bool, vi: str | None) -> None:
    room = Room()
    if someone:
        room.issue()
    room.clock(when)
    found = room.board()
    assert (found.open, found.message.get("vi")) == (is_open, vi)


def test_without_a_date_the_board_names_none() -> None:
    room = Room(known=False)
    assert (room.board().date, room.board().open) == (None, True)
    assert (room.lobby().date, room.lobby().clock_known) == (None, False)


def test_the_offer_of_the_kiosk() -> None:
    room = Room()
    room.issue("dat-dai")
    room.issue("dat-dai")
    offer = room.lobby()
    assert offer.open
    assert [(s.id, s.open, s.waiting) for s in offer.services] == [
        ("ho-tich", True, 0), ("chung-thuc", True, 0), ("nhom", True, 2),
    ]  # fmt: skip
    assert offer.services[2].services[0].counters == [2, 3]
    assert [p.name["vi"] for p in offer.priorities] == ["Người cao tuổi", "Có con nhỏ"]
    assert offer.bookings, "ho-tich takes bookings"
    room.do(c.SwitchService(service="nhom", open=False))
    shut = room.lobby().services[2]
    assert (shut.open, shut.services[0].open) == (False, False)
    assert shut.message["vi"].startswith("Đất đai hiện không nhận số.")


def test_a_service_that_is_full_says_so_before_it_is_touched() -> None:
    room = Room(office(services=[{"id": "x", "name": "X", "prefix": "A", "daily_limit": 1}],
                       counters=[{"id": "q1", "number": 1, "services": ["x"]}]))  # fmt: skip
    room.issue("x")
    found = room.lobby()
    assert not found.services[0].open
    assert found.services[0].message["vi"] == "X đã phát hết 1 số hôm nay. Mời quay lại 7:30 sáng thứ Tư, 25/11."
    assert found.open, "the office is open, only this service has no more numbers"


def test_a_closed_office_and_a_full_disk_close_the_whole_lobby() -> None:
    room = Room(now="2026-11-24 09:00")
    found = room.lobby()
    assert (found.open, found.message["vi"]) == (
        False,
        "Trung tâm hiện không nhận số. Mời quay lại 7:30 sáng thứ Tư, 25/11.",
    )
    room = Room()
    trouble = JournalError("journal.disk_full", file="hub.db")
    found = room.lobby(trouble=trouble)
    assert (found.open, found.message) == (False, {"vi": trouble.vi, "en": trouble.en})


def test_no_message_knows_a_citizen() -> None:
    """Whatever a display is told holds numbers, counters and services, and nothing about a person."""
    room = Room().open("q1")
    room.do(c.Issue(service="ho-tich", dossier_hash="ab" * 16), "kiosk-1/secret-request")
    room.call("q1")
    told = room.board().model_dump_json() + room.lobby().model_dump_json()
    assert "abababab" not in told
    assert "secret-request" not in told


def test_a_ticket_as_its_holder_sees_it() -> None:
    room = Room()
    room.issue(priority="cao-tuoi")
    room.issue("dat-dai")
    first = ticket_body(room.state, room.ticket("A001"))
    assert (first.number, first.priority_name["vi"], first.counters, first.time, first.date) == (
        "A001", "Người cao tuổi", [1, 2], "08:00", "2026-11-23",
    )  # fmt: skip
    assert first.follow_url is None
    followed = ticket_body(room.state, room.ticket("HT-001"), lambda ticket, _state: f"https://x/{ticket.id}")
    assert (followed.follow_url, followed.priority) == ("https://x/1-2", None)
    room.do(c.Transfer(ticket="1-2", service="dat-dai", counter="q3"))
    assert ticket_body(room.state, room.ticket("HT-001")).counters == [3]


def test_a_ticket_without_a_date_shows_none() -> None:
    room = Room(known=False)
    room.issue()
    body = ticket_body(room.state, room.ticket("A001"))
    assert (body.date, body.time, body.issued_ms) == (None, None, at("2026-11-23 08:00"))
