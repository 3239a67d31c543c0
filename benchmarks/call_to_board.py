"""``motcua bench call-to-board``: from an officer's click to the number on the drawn television, and a burst of ten.

The click is HTTP to the real console; the message is what the broker delivers to an observer; the frame is found in
the pixels of the virtual screen; the speech is found in the samples of the recording.
"""

from __future__ import annotations

import statistics
import threading
import time
import uuid
from pathlib import Path
from typing import Annotated, Final

import typer

from benchmarks.call_to_board_display import BoardProcess, Watcher, calls_in_voice, overlaps
from motcua.disk_folder import disk_folder
from motcua.figures import Figures
from motcua.office_run import SHIPPED_OFFICE, OfficeRun, round_the_clock
from motcua.officer_client import OfficerClient
from motcua.virtual_screen import VirtualScreen
from queue_core.office_file import read_office
from queue_core.wire.messages import Board, IssueRequest
from queue_core.wire.payload import read
from queue_hub.accounts import Accounts, Role
from queue_kit.broker import free_port

OFFICER, PASSWORD = "lan", uuid.uuid4().hex
BURST: Final = 10
SERVICE: Final = "ho-tich"
SHOWN_AT_LEAST_S: Final = 4.0
CLICK_PAUSE_S: Final = 0.5
#: the best peer's display shows a call after so long (it polls), and half of those in a burst never
PEER_S: Final = 3.0


def run(
    *,
    json: Annotated[bool, typer.Option("--json", help="end with one line of JSON")] = False,
    calls: Annotated[int, typer.Option(help="single calls measured")] = 20,
    folder: Annotated[Path | None, typer.Option(help="where the journal is to stand; it must be on a disk")] = None,
) -> None:
    """Officer's click → board message → drawn number; ten calls in a second, each shown and spoken."""
    figures = Figures(
        "bench call-to-board",
        bounds={
            "call_to_message_p50_ms": ("<=", 15.0),
            "message_to_frame_p50_ms": ("<=", 100.0),
            "burst_calls_shown": ("=", BURST),
            "burst_calls_spoken": ("=", BURST),
        },
    )
    with disk_folder(folder) as place:
        round_the_clock(SHIPPED_OFFICE, place / "office.yaml", counters=_ten_counters())
        accounts = Accounts(place / "hub")
        accounts.create(OFFICER, PASSWORD, Role.ADMINISTRATOR, "Nguyễn Thị Lan")
        accounts.close()
        with OfficeRun(
            place, office=place / "office.yaml", http_port=free_port(), hub_options=["--clock-source", "system"]
        ) as office:
            actors = _Actors(office)
            _clicks(actors, figures, calls)
            with (
                VirtualScreen() as screen,
                _board(office, place / "silent", screen, voice="none"),
                Watcher(screen) as eyes,
            ):
                _single_calls(actors, eyes, figures, calls)
            with VirtualScreen() as screen, _board(office, place / "board", screen) as board, Watcher(screen) as eyes:
                _burst(actors, board, eyes, figures)
            actors.close()
    figures.finish(json=json)


def _board(office: OfficeRun, folder: Path, screen: VirtualScreen, *, voice: str = "default") -> BoardProcess:
    return BoardProcess(
        folder,
        broker_port=office.broker.port,
        province=office.office.province,
        office=office.office.id,
        display=screen.display,
        password_file=office.broker.password_path("board-1"),
        voice=voice,
    )


def _ten_counters() -> list[dict[str, object]]:
    """A burst of ten calls wants ten counters: each of them takes every service."""
    everything = [service.id for service in read_office(SHIPPED_OFFICE).leaves()]
    return [{"id": f"quay-{n}", "number": n, "services": [everything]} for n in range(1, BURST + 1)]


class _Actors:
    """The officer at the console, a citizen's kiosk, and somebody who listens to the bus."""

    def __init__(self, office: OfficeRun) -> None:
        self.heard = _Heard()
        self._observer = office.bus("observer")
        self._observer.subscribe(self._observer.topics.board, lambda _topic, payload, _info: self.heard.board(payload))
        self._kiosk = office.bus("kiosk-1", kind="kiosk")
        for bus in (self._observer, self._kiosk):
            bus.start()
            bus.wait_connected(10)
        self._officer = OfficerClient(office.http_port)
        self._officer.log_in(OFFICER, PASSWORD)
        for number in range(1, BURST + 1):
            self._officer.post(f"/counters/quay-{number}/open")

    def issue(self) -> str:
        """A citizen takes a number."""
        reply = self._kiosk.request("issue", IssueRequest(request_id=uuid.uuid4().hex, service=SERVICE))
        if reply.ticket is None:
            raise SystemExit(f"no ticket: {reply.error}")
        return reply.ticket.number

    def click(self, counter: int) -> None:
        """The officer's big button."""
        self._officer.post(f"/counters/quay-{counter}/call-next", {"finish": True})

    def close(self) -> None:
        """Go home."""
        self._officer.close()
        for bus in (self._kiosk, self._observer):
            bus.stop()


def _clicks(actors: _Actors, figures: Figures, calls: int) -> None:
    """Click → board message, measured while nobody in this process looks at pixels: that would delay its own ears."""
    to_message: list[float] = []
    for index in range(calls):
        number = actors.issue()
        began = time.monotonic()
        actors.click(index % BURST + 1)
        to_message.append((actors.heard.wait(number, 5) - began) * 1000)
        threading.Event().wait(CLICK_PAUSE_S)
    figures.add("call_to_message_p50_ms", statistics.median(to_message))
    figures.also("call_to_message_max_ms", max(to_message))


def _single_calls(actors: _Actors, eyes: Watcher, figures: Figures, calls: int) -> None:
    to_frame: list[float] = []
    for index in range(calls):
        number = actors.issue()
        eyes.expect(number)
        began = time.monotonic()
        actors.click(index % BURST + 1)
        message_s = actors.heard.wait(number, 5)
        seen = eyes.wait(number, 15, after_s=began)
        to_frame.append((seen.first_s - message_s) * 1000)
        # the board gives each call its four seconds: the next one is only clicked when this one had its turn
        threading.Event().wait(SHOWN_AT_LEAST_S + 0.3)
    figures.add("message_to_frame_p50_ms", statistics.median(to_frame), f"the best peer: {PEER_S} s")
    figures.also("message_to_frame_max_ms", max(to_frame))


def _burst(actors: _Actors, board: BoardProcess, watcher: Watcher, figures: Figures) -> None:
    """Ten calls within a second, one at each counter."""
    given = [(counter, actors.issue()) for counter in range(1, BURST + 1)]
    for _, number in given:
        watcher.expect(number)
    began = time.monotonic()
    for counter, _ in given:
        actors.click(counter)
    figures.also("burst_took_s", time.monotonic() - began)
    numbers = [number for _, number in given]
    deadline = time.monotonic() + 60 + BURST * 16
    while time.monotonic() < deadline:
        shown = [s.number for s in watcher.seen if s.number in numbers and s.for_s >= SHOWN_AT_LEAST_S - 0.1]
        if len(set(shown)) == BURST and len(_settled(board, numbers)) == BURST:
            break
        threading.Event().wait(0.2)
    held = {s.number for s in watcher.seen if s.number in numbers and s.for_s >= SHOWN_AT_LEAST_S - 0.1}
    figures.add("burst_calls_shown", len(held))
    calls = [(number, counter) for counter, number in given]
    times = calls_in_voice(board.voice_path, calls)
    figures.add("burst_calls_spoken", sum(1 for number in numbers if times.get(number, 0) > 0))
    figures.also("burst_overlaps", sum(1 for _ in overlaps(board.voice_path, calls)))


def _settled(board: BoardProcess, numbers: list[str]) -> set[str]:
    return {str(one["number"]) for one in board.record() if one["what"] == "spoken" and one["number"] in numbers}


class _Heard:
    """When the board's snapshot first listed a number as called."""

    def __init__(self) -> None:
        self._at: dict[str, float] = {}
        self._changed = threading.Condition()

    def board(self, payload: bytes) -> None:
        now = time.monotonic()
        listed = {call.number for call in read(Board, payload).calls if call.state == "called"}
        with self._changed:
            for number in listed:
                self._at.setdefault(number, now)
            self._changed.notify_all()

    def wait(self, number: str, seconds: float) -> float:
        with self._changed:
            if not self._changed.wait_for(lambda: number in self._at, seconds):
                raise SystemExit(f"no board message lists {number}")
            return self._at[number]
