"""What the picture holds: values and words, never a citizen's name, never a stale clock."""

from __future__ import annotations

import pytest
from lobby import NOW_MS, Lobby, called, counter, scene

from queue_core.wire.messages import BoardCall, Call, Info, InfoGuidance, InfoResults, Rev, Wait
from queue_display.board.legibility import judge
from queue_display.board.model import BoardModel
from queue_display.board.picture import HubClock, broken_at_dash, take, wait_words


def test_before_the_first_board_it_connects() -> None:
    picture = take(BoardModel(now_s=0, speaks=False), 0, HubClock())
    assert picture.message[0] == "Đang kết nối…"
    assert picture.live


def test_a_new_call_is_large_and_coloured_and_in_no_row() -> None:
    lobby = Lobby()
    model, clock = scene(lobby)
    called(model, lobby, "A024", 2)
    called(model, lobby, "A025", 3, now_s=5)
    picture = take(model, 5, clock)
    assert picture.large is not None
    assert (picture.large.number, picture.large.counter_number, picture.large.coloured) == ("A025", 3, True)
    assert [row.number for row in picture.rows] == ["A024"]
    later = take(model, 9, clock)
    assert later.large is not None
    assert not later.large.coloured


def test_a_call_that_waits_for_its_turn_stands_in_the_rows_at_once() -> None:
    lobby = Lobby()
    model, clock = scene(lobby)
    for number in ("A001", "A002", "A003"):
        called(model, lobby, number, int(number[-1]), now_s=1)
    picture = take(model, 1.1, clock)
    assert picture.large is not None
    assert picture.large.number == "A001"
    assert [row.number for row in picture.rows] == ["A003", "A002"]


def test_six_rows_newest_first() -> None:
    lobby = Lobby()
    for n in range(1, 10):
        lobby.call(f"A{n:03d}", n % 6 + 1)
    model, clock = scene(lobby)
    picture = take(model, 0, clock)
    assert picture.large is not None
    assert picture.large.number == "A009"
    assert [row.number for row in picture.rows] == ["A008", "A007", "A006", "A005", "A004", "A003"]


def test_when_nobody_is_called_any_more_the_board_invites() -> None:
    lobby = Lobby()
    model, clock = scene(lobby)
    called(model, lobby, "A001", 1)
    lobby.becomes("A001", "gone")
    model.on_board(lobby.board(), retained=False, now_s=10)
    picture = take(model, 10, clock)
    assert picture.large is None
    assert picture.message[0] == "Mời lấy số và chờ gọi tại đây"
    assert [(row.number, row.state) for row in picture.rows] == [("A001", "gone")]


def test_a_closed_office_says_when_to_come() -> None:
    words = {"vi": "Hôm nay đã ngừng nhận số lúc 16:30.", "en": "No more numbers today."}
    model, clock = scene(Lobby(open=False, message=words))
    picture = take(model, 0, clock)
    assert not picture.open
    assert picture.message == (words["vi"], words["en"])


@pytest.mark.parametrize(
    ("line", "state", "words"),
    [
        (counter(1, "open", "A025", "s0"), "busy", ("", "")),
        (counter(1, "open"), "ready", ("Sẵn sàng", "Ready")),
        (counter(1, "paused"), "paused", ("Tạm dừng", "Paused")),
        (counter(1, "closed"), "closed", ("Đóng", "Closed")),
        (counter(1, "paused", "A025", "s0"), "paused", ("Tạm dừng", "Paused")),
    ],
)
def test_counters_in_words(line: object, state: str, words: tuple[str, str]) -> None:
    model, clock = scene(Lobby(counters=[line]))
    found = take(model, 0, clock).counters[0]
    assert (found.state, found.words) == (state, words)
    assert (found.ticket_number, found.service) == (("A025", "Hộ tịch") if state == "busy" else ("", ""))


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(None, None, ""), (10, 15, "10–15 phút"), (0, 4, "sắp đến lượt"), (5, 5, "5 phút"), (0, 5, "0–5 phút")],
)
def test_a_wait_is_a_range(low: int | None, high: int | None, words: str) -> None:
    assert wait_words(Wait(ahead=3, low_min=low, high_min=high)) == words


def test_the_clock_is_the_hubs_in_vietnam_and_goes_on() -> None:
    model, clock = scene(Lobby())
    picture = take(model, 0, clock)
    assert (picture.clock, picture.day) == ("09:41", "Thứ Hai, 23/11/2026")
    assert take(model, 60, clock).clock == "09:42"
    assert HubClock().words(100) == ("", "")


def test_without_a_date_there_is_no_clock() -> None:
    lobby = Lobby()
    model, clock = scene(lobby)
    lobby.seq += 1
    model.on_board(lobby.board().model_copy(update={"date": None}), retained=False, now_s=0)
    assert take(model, 0, clock).clock == ""


def test_a_lost_connection_is_said_in_words() -> None:
    model, clock = scene(Lobby())
    model.on_connection(connected=False, now_s=1)
    picture = take(model, 1, clock)
    assert not picture.live
    assert picture.trouble[0].startswith("Mất kết nối")
    assert picture.trouble[1]


def test_the_messages_have_no_place_for_a_citizens_name() -> None:
    fields = set(BoardCall.model_fields) | set(Call.model_fields)
    assert not {f for f in fields if any(word in f for word in ("name", "citizen", "phone", "person", "officer"))}


# ------------------------------------------------------------------ what the hub tells besides
def _info(**values: object) -> Info:
    return Info.model_validate({"rev": {"epoch": "e1", "seq": 1}, "asof_ms": NOW_MS, **values})


@pytest.mark.parametrize(
    ("results", "drawn"),
    [
        (InfoResults(month="2026-11", received=1412, returned=388, on_time_percent=98.7), ("1.412", "388", "98,7 %")),
        (InfoResults(month="2026-11", received=3, returned=0), ("3", "0", "")),
        (InfoResults(month="2026-11", received=0, returned=7, on_time_percent=100), ("0", "7", "100 %")),
    ],
)
def test_results_are_written_as_a_vietnamese_official_writes_them(
    results: InfoResults, drawn: tuple[str, str, str]
) -> None:
    model, clock = scene(Lobby())
    model.on_info(_info(results=results))
    found = take(model, 0, clock).results
    assert found is not None
    assert (found.received, found.returned, found.on_time) == drawn
    assert found.month == ("Tháng 11/2026", "November 2026")


def test_what_the_hub_did_not_tell_is_not_in_the_picture() -> None:
    model, clock = scene(Lobby())
    model.on_info(_info())
    picture = take(model, 0, clock)
    assert (picture.guidance, picture.results, picture.ready) == ((), None, ())


def test_an_older_information_replaces_no_newer_one_and_a_replaced_journals_none() -> None:
    lobby = Lobby()
    model, clock = scene(lobby)

    def told(title: str, epoch: str, seq: int) -> None:
        page = InfoGuidance(title={"vi": title}, text={"vi": "…"})
        model.on_info(Info(rev=Rev(epoch=epoch, seq=seq), asof_ms=NOW_MS, guidance=[page]))

    def shown() -> str:
        return take(model, 0, clock).guidance[0].title[0]

    told("mới", "e1", 9)
    told("cũ", "e1", 8)
    assert shown() == "mới"
    model.on_board(Lobby(epoch="e2").board(), retained=False, now_s=1)
    told("sổ mới", "e2", 1)
    told("sổ cũ", "e1", 99)
    assert shown() == "sổ mới"


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Hộ tịch – Chứng thực", ["Hộ\u00a0tịch\u00a0–", "Chứng\u00a0thực"]),
        ("Công an xã", ["Công", "an", "xã"]),
        ("Đất đai, nhà ở, xây dựng – Môi trường", ["Đất", "đai,", "nhà", "ở,", "xây", "dựng", "–", "Môi", "trường"]),
    ],
)
def test_a_name_breaks_at_its_dash(name: str, lines: list[str]) -> None:
    assert broken_at_dash(name).split(" ") == lines


# ------------------------------------------------------------------ legibility
@pytest.mark.parametrize(
    ("distance_m", "diagonal_inch", "number_ok", "rows_ok", "advised"),
    [(8, 43, True, False, 85), (4, 43, True, True, 40), (8, 85, True, True, 85), (8, 32, False, False, 85),
     (20, 55, False, False, None)],
)  # fmt: skip
def test_a_television_too_small_is_said(
    distance_m: float, diagonal_inch: float, *, number_ok: bool, rows_ok: bool, advised: int | None
) -> None:
    found = judge(size=(1920, 1080), diagonal_inch=diagonal_inch, distance_m=distance_m, number_px=320, row_px=96)
    assert (found.number_ok, found.rows_ok) == (number_ok, rows_ok)
    assert found.advised_inch == advised
    assert (found.advice() is None) == (number_ok and rows_ok)
    # 43 inches of 16:9: 0.496 mm a pixel, and a digit is three quarters of its size
    if diagonal_inch == 43:
        assert found.number_mm == pytest.approx(119, abs=1)
