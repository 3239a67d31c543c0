"""What the picture holds, as plain values: made from the model, drawn by the screen, compared in tests.

Every word of the board stands here, Vietnamese first and English small. No citizen's name can be in it: the messages
have none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from queue_core.clock import VIETNAM
from queue_core.office import say
from queue_core.wire.messages import Board, BoardCall, BoardCounter, Info, Wait
from queue_display.board.knowledge import Link
from queue_display.board.model import BoardModel

ROWS: Final = 6
#: a part of a name that is kept on one line
_TIED_LETTERS: Final = 16
_WEEKDAYS_VI: Final = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")
_MONTHS_EN: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_FIRST_MS: Final = 1_577_836_800_000  # 2020: an earlier clock is none

Pair = tuple[str, str]
#: a state in words: (Vietnamese, English)
COUNTER_WORDS: Final[dict[str, Pair]] = {
    "ready": ("Sẵn sàng", "Ready"),
    "paused": ("Tạm dừng", "Paused"),
    "closed": ("Đóng", "Closed"),
}
LINK_WORDS: Final[dict[Link, Pair]] = {
    "starting": ("", ""),
    "live": ("", ""),
    "broker_away": (
        "Mất kết nối — số trên màn hình có thể chưa mới. Mời nghe cán bộ gọi.",
        "Connection lost — numbers may be out of date. Please listen for the officer.",
    ),
    "hub_away": (
        "Mất kết nối với hệ thống xếp hàng — mời nghe cán bộ gọi trực tiếp.",
        "The queue system is away — please listen for the officer.",
    ),
    "silent": (
        "Mất kết nối — số trên màn hình có thể chưa mới. Mời nghe cán bộ gọi.",
        "Connection lost — numbers may be out of date. Please listen for the officer.",
    ),
}
NOTHING_YET: Final[Pair] = ("Mời lấy số và chờ gọi tại đây", "Please take a number and wait for it here")
CONNECTING: Final[Pair] = ("Đang kết nối…", "Connecting…")
CLOSED: Final[Pair] = ("Hiện ngoài giờ làm việc", "The office is closed now")


@dataclass(frozen=True, slots=True)
class Large:
    """The call shown large. ``coloured``: new; ``state``: as the board lists it."""

    number: str
    counter_number: int
    priority: bool
    lang: str
    coloured: bool
    state: Literal["called", "serving", "gone"]
    ticket: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One of the last calls."""

    number: str
    counter_number: int
    priority: bool
    state: Literal["called", "serving", "gone"]


@dataclass(frozen=True, slots=True)
class CounterLine:
    """A counter: its number, what it does (service, or its own name), the ticket there or its state in words."""

    number: int
    service: str
    ticket_number: str
    state: Literal["busy", "ready", "paused", "closed"]
    words: Pair


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """How many wait for a service, and the honest wait of who comes now."""

    name: str
    waiting: int
    wait: str


@dataclass(frozen=True, slots=True)
class Guidance:
    """A page of guidance: title and a few lines."""

    title: Pair
    text: Pair


@dataclass(frozen=True, slots=True)
class Results:
    """The month's processing results, in words and figures as they are drawn. ``on_time``: "98,7 %", or empty."""

    month: Pair
    received: str
    returned: str
    on_time: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything drawn. ``message``: said in place of the large call when there is none."""

    office: str = ""
    office_en: str = ""
    clock: str = ""
    day: str = ""
    live: bool = True
    open: bool = True
    trouble: Pair = ("", "")
    large: Large | None = None
    message: Pair = CONNECTING
    rows: tuple[Row, ...] = ()
    counters: tuple[CounterLine, ...] = ()
    services: tuple[ServiceLine, ...] = ()
    waiting: int = 0
    notices: tuple[Pair, ...] = ()
    guidance: tuple[Guidance, ...] = ()
    results: Results | None = None
    ready: tuple[str, ...] = ()


def take(model: BoardModel, now_s: float, clock: HubClock, *, rows: int = ROWS) -> Picture:
    """The picture now. ``rows``: how many of the last calls are listed."""
    link = model.link(now_s)
    live = link in ("live", "starting")
    board = model.board
    if board is None:
        return Picture(live=live, trouble=LINK_WORDS[link])
    large = _large(model, board, now_s)
    office_en = board.office.get("en", "")
    info = model.info
    clock_text, day = clock.words(now_s) if board.date else ("", "")
    return Picture(
        office=say(board.office) if board.office.get("vi") else office_en,
        office_en=office_en,
        clock=clock_text,
        day=day,
        live=live,
        open=board.open,
        trouble=LINK_WORDS[link],
        large=large,
        message=_message(board),
        rows=_rows(board, large, rows),
        counters=tuple(_counter(counter, _names(board)) for counter in board.counters),
        services=tuple(ServiceLine(broken_at_dash(say(s.name)), s.waiting, wait_words(s.wait)) for s in board.services),
        waiting=sum(service.waiting for service in board.services),
        notices=tuple(_pair(notice) for notice in board.notices if notice.get("vi")),
        guidance=tuple(
            Guidance(_pair(page.title), _pair(page.text)) for page in (info.guidance if info else ()) if page.title
        ),
        results=_results(info) if info else None,
        ready=tuple(info.ready) if info else (),
    )


def _pair(text: dict[str, str]) -> Pair:
    return text.get("vi", ""), text.get("en", "")


def _results(info: Info) -> Results | None:
    found = info.results
    if found is None:
        return None
    year, month = found.month.split("-")
    share = found.on_time_percent
    on_time = "" if share is None else f"{share:g}".replace(".", ",") + " %"
    return Results(
        month=(f"Tháng {int(month)}/{year}", f"{_MONTHS_EN[int(month) - 1]} {year}"),
        received=_thousands(found.received),
        returned=_thousands(found.returned),
        on_time=on_time,
    )


def _thousands(count: int) -> str:
    return f"{count:,}".replace(",", ".")


def _large(model: BoardModel, board: Board, now_s: float) -> Large | None:
    """The call whose turn it is; between turns the newest that still stands; else the newest there was."""
    turn = model.turn
    waiting = {(call.rev.epoch, call.rev.seq) for call in model.turns.waiting}
    listed = {entry.ticket: entry for entry in board.calls}
    if turn is not None and turn.call.rev.epoch == board.rev.epoch:
        entry = listed.get(turn.call.ticket)
        # While others wait for their turn this one keeps the place, whatever has become of it.
        if waiting or model.turns.busy(now_s) or (entry is not None and entry.state != "gone"):
            call = turn.call
            state = entry.state if entry is not None and entry.call_seq == call.rev.seq else "gone"
            return Large(
                call.number, call.counter_number, call.priority, call.lang, model.coloured(now_s), state, call.ticket
            )
    # A call still waiting for its turn is not shown large before it: it stands in the rows.
    ready = [
        entry for entry in board.calls if (board.rev.epoch, entry.call_seq) not in waiting and entry.state != "gone"
    ]
    if not ready:
        return None
    newest = max(ready, key=lambda entry: (entry.state == "called", entry.call_seq))
    return Large(newest.number, newest.counter_number, newest.priority, newest.lang, False, newest.state, newest.ticket)


def _rows(board: Board, large: Large | None, count: int) -> tuple[Row, ...]:
    entries = sorted(board.calls, key=lambda entry: -entry.call_seq)
    others = [entry for entry in entries if large is None or entry.ticket != large.ticket]
    return tuple(_row(entry) for entry in others[:count])


def _row(entry: BoardCall) -> Row:
    return Row(entry.number, entry.counter_number, entry.priority, entry.state)


def broken_at_dash(name: str) -> str:
    """A name on two lines ("Hộ tịch – Chứng thực") breaks at its dash, not within a word of two syllables."""
    parts = name.split(" – ")
    if len(parts) == 1 or max(map(len, parts)) > _TIED_LETTERS:
        return name
    return "\u00a0– ".join(part.replace(" ", "\u00a0") for part in parts)


def _names(board: Board) -> dict[str, str]:
    return {service.id: say(service.name) for service in board.services if service.name.get("vi")}


def _counter(counter: BoardCounter, names: dict[str, str]) -> CounterLine:
    own = broken_at_dash(counter.name.get("vi", ""))
    service = broken_at_dash(names.get(counter.service or "", "")) or own
    if counter.status == "open" and counter.ticket_number:
        return CounterLine(counter.number, service, counter.ticket_number, "busy", ("", ""))
    state: Literal["ready", "paused", "closed"] = "ready" if counter.status == "open" else counter.status
    return CounterLine(counter.number, own, "", state, COUNTER_WORDS[state])


def _message(board: Board) -> Pair:
    if board.open:
        return NOTHING_YET
    return board.message.get("vi", "") or CLOSED[0], board.message.get("en", "") or CLOSED[1]


def wait_words(wait: Wait | None) -> str:
    """A wait as a range: "10–15 phút", "sắp đến lượt"; empty when nobody can tell."""
    if wait is None or wait.low_min is None or wait.high_min is None:
        return ""
    if wait.high_min < 5:
        return "sắp đến lượt"
    return f"{wait.low_min}–{wait.high_min} phút" if wait.low_min != wait.high_min else f"{wait.high_min} phút"


class HubClock:
    """The hub's trusted time, carried on by our own monotonic clock between its messages."""

    def __init__(self) -> None:
        self._asof_ms = 0
        self._at_s = 0.0

    def set(self, asof_ms: int, *, now_s: float) -> None:
        """The hub said what time it is."""
        self._asof_ms, self._at_s = asof_ms, now_s

    def words(self, now_s: float) -> tuple[str, str]:
        """("09:41", "Thứ Hai, 23/11/2026"), empty while no time is known."""
        if self._asof_ms < _FIRST_MS:
            return "", ""
        local = datetime.fromtimestamp(self._asof_ms / 1000 + (now_s - self._at_s), VIETNAM)
        return f"{local:%H:%M}", f"{_WEEKDAYS_VI[local.weekday()]}, {local:%d/%m/%Y}"
