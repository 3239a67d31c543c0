"""An identity card held up, typed, sent to the hub: nothing of it is found anywhere in the whole office afterwards.

Broker, hub, console, two kiosks with real scanners and a television, as processes. First a mark is planted in each of
the places and found there by the same search; a place that this test forgets to fill fails it.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final, cast

import httpx
import pytest

from motcua.demo.eyes import read
from motcua.office_run import Child, round_the_clock
from motcua.virtual_screen import VirtualScreen
from queue_core.wire.messages import DossierRequest, IssueRequest, RateRequest
from queue_hub.command import SHIPPED_OFFICE
from queue_kit.broker import free_port
from queue_kit.paper.interpreter import VirtualPrinter
from tests.kiosk.test_lobby_touch import Lobby
from tests.office.traces import content_of, files_of, where
from tests.office.visited import Visited
from tests.scanning.test_serial import Plug
from tests.wire.harness import DEADLINE_S

READY_S: Final = 60.0
NUMBER, OLD, NAME, HOME, BORN = "079203987654", "219876543", "Nguyễn Thị Dấu Vết", "Thôn Ổ Gà Dấu Vết", "09091990"
CARD: Final = f"{NUMBER}|{OLD}|{NAME}|{BORN}|Nữ|{HOME}|02022021"
#: a scanner that types knows an American keyboard only
PLAIN_CARD: Final = f"{NUMBER}|{OLD}|Nguyen Thi Dau Vet|{BORN}|Nu|Thon O Ga Dau Vet|02022021"
MACHINE_LINES: Final = (
    f"IDVNM2039876542{NUMBER}<<4",
    "9009090F5009093VNM<<<<<<<<<<<8",
    "NGUYEN<<THI<DAU<VET<<<<<<<<<<<",
)
PARTS: Final = (NUMBER, OLD, NAME, HOME, "Dấu Vết", "DAU<VET", BORN, "09/09/1990", "1990-09-09")
RECEIPT: Final = "H55.242-261120-0001"
MARK: Final = "MUC 7351"
#: a touch that showed nothing by then is repeated
AGAIN_S: Final = 3.0
#: a device that sends cards: its own words stay out of the search, whenever the observer hears them
CARELESS: Final = "kiosk-4"
#: databases that a mark reaches by the office's own ways; into the others it is put
FILLED_BY_USE: Final = frozenset({"hub.db", "accounts.db"})
PAGES: Final = (
    "/room", "/dossiers", "/api/v1/counters/quay-2", "/api/v1/state", "/api/v1/dossiers", "/api/v1/office/history",
    "/api/v1/accounts",
)  # fmt: skip
REFUSED: Final = "thẻ căn cước"


class Screen(Lobby):
    """A kiosk's screen with everything it has shown so far."""

    def __init__(self, screen: VirtualScreen, printer: VirtualPrinter, touch_map: Path, kiosk: Child) -> None:
        super().__init__(screen, cast("Any", None), printer, touch_map)
        self.kiosk = kiosk
        self._shown: list[str] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        last = ""
        while not self._over.wait(0.005):
            with contextlib.suppress(OSError):
                text = self._map.read_text(encoding="utf-8")
                if text != last:
                    last = text
                    self._shown.append(text)

    @property
    def shown(self) -> bytes:
        """All words of all screens since :meth:`forget`, each screen on a line."""
        said = [json.loads(text) for text in self._shown]
        lines = [" ".join([*one["words"], *(target["says"] for target in one["targets"])]) for one in said]
        return "\n".join(lines).encode()

    def forget(self) -> None:
        """What was on the screen while fingers typed it was only its typist's to see."""
        self._shown.clear()

    def end(self) -> None:
        self._over.set()
        self._thread.join(5)

    def press(self, says: str, then: Callable[[dict[str, Any]], bool], *, whole: bool = False) -> None:
        """Touch something until it shows; on a slow screen a touch may come too soon after the last, as people know."""
        for _ in range(8):
            self.touch(self.now, says, whole=whole)
            if self.comes(then, AGAIN_S):
                return
        raise AssertionError(f"{says} does nothing on {self.now}")

    def go_home(self) -> None:
        """Whatever is shown: to the start."""
        if self.now["screen"] != "home":
            self.press("Trang đầu", lambda said: said["screen"] == "home")

    @property
    def now(self) -> dict[str, Any]:
        return cast("dict[str, Any]", json.loads(self._map.read_text(encoding="utf-8")))

    def comes(self, there: Callable[[dict[str, Any]], bool], seconds: float) -> bool:
        """Whether such a screen is shown within the time."""
        pause, until = threading.Event(), time.monotonic() + seconds
        while not there(self.now):
            if time.monotonic() > until:
                return False
            pause.wait(0.02)
        return True

    def refuses_a_card(self) -> None:
        """Wait until it says kindly that this is an identity card."""
        assert self.comes(refusal, DEADLINE_S), f"no refusal on {self.now}"

    def knows_no_such_dossier(self) -> None:
        """A receipt's code was heard and looked up: whatever was held up before it has been dealt with."""
        unknown = "Không tìm thấy hồ sơ này"
        assert self.comes(showing(unknown), DEADLINE_S), self.now


def showing(text: str) -> Callable[[dict[str, Any]], bool]:
    return lambda said: any(text in words for words in said["words"])


def refusal(said: dict[str, Any]) -> bool:
    return any(REFUSED in words.replace("\n", " ") for words in said["words"])


class Whole(Visited):
    """The office with its lobby: two kiosks, one printer, a television."""

    def open_lobby(self, stack: contextlib.ExitStack) -> None:
        self.printer = stack.enter_context(VirtualPrinter())
        self.cable = Plug(self.folder / "ttyScanner")
        self.cable.plug_in()
        stack.callback(self.cable.unplug)
        screens = [stack.enter_context(VirtualScreen(540, 960)) for _ in range(2)]
        wall = stack.enter_context(VirtualScreen(640, 360))
        who = ["--province", self.office.province, "--office", self.office.id]
        children = []
        for number, scanner in enumerate(("keyboard:", f"serial:{self.cable.name}?baud=9600"), 1):
            name = f"kiosk-{number}"
            words = [
                "kiosk", *who, *self.client_words(name), "--client", name, "--printer", self.printer.address,
                "--scanner", scanner, "--data", str(self.folder / name), "--size", "540x960", "--no-press-sound",
                "--touch-map", str(self.folder / f"{name}.map"), "--ready-file", str(self.folder / f"{name}.ready"),
                "--idle-s", "120",
            ]  # fmt: skip
            children.append(self.child(name, words, env=screens[number - 1].env))
        board = [
            "display", *who, *self.client_words("board-1"), "--data", str(self.folder / "board"), "--size", "640x360",
            "--audio", "none", "--voice", "none", "--ready-file", str(self.folder / "board.ready"),
        ]  # fmt: skip
        self.child("board", board, env=wall.env).wait_for(self.folder / "board.ready", READY_S)
        self.lobby = []
        for number, child in enumerate(children, 1):
            child.wait_for(self.folder / f"kiosk-{number}.ready", READY_S)
            self.lobby.append(Screen(screens[number - 1], self.printer, self.folder / f"kiosk-{number}.map", child))
            stack.callback(self.lobby[-1].end)
            self.lobby[-1].offers("home", "Tra cứu hồ sơ")
        self._hears(children[1])

    def _hears(self, kiosk: Child) -> None:
        """Wait until the kiosk has opened its scanner's port."""
        port, pause = os.path.realpath(self.cable.name), threading.Event()
        for _ in range(int(READY_S / 0.05)):
            ends = Path(f"/proc/{kiosk.pid}/fd").iterdir()
            if any(os.path.realpath(end) == port for end in ends):
                return
            pause.wait(0.05)
        raise AssertionError("the scanner's port was not opened")

    def places(self) -> dict[str, bytes]:
        """Everything that could keep, show or send what was scanned."""
        found: dict[str, bytes] = {}
        for path in files_of(self.folder):
            if path.suffix != ".map" and not path.name.endswith(("-wal", "-shm")):
                with contextlib.suppress(FileNotFoundError):
                    found[f"file {path.relative_to(self.folder)}"] = content_of(path)
            elif path.suffix != ".map":
                found[f"file {path.relative_to(self.folder)}"] = path.read_bytes()
        said = [one for one in self.heard.items if f"/request/{CARELESS}/" not in one[0]]
        found["bus"] = b"\n".join(topic.encode() + b" " + payload for topic, payload, _ in said)
        for number, screen in enumerate(self.lobby, 1):
            found[f"screen of kiosk-{number}"] = screen.shown
        slips = [" ".join(word.text for word in read(slip, lang="eng", mode=6)) for slip in self.printer.slips]
        found["paper"] = "\n".join(slips).encode()
        for page in PAGES:
            answer = self.console.get(page)
            assert answer.status_code == 200, (page, answer.text[:200])
            found[f"page {page}"] = answer.content
        return found


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[Whole]:
    office = tmp_path / "office.yaml"
    round_the_clock(SHIPPED_OFFICE, office, dossiers={"unit_code": "H55.242", "lookups_per_kiosk": 200})
    folder = tmp_path / "office"
    folder.mkdir()
    options = ["--clock-source", "system", "--verbose"]
    with contextlib.ExitStack() as stack:
        run = stack.enter_context(Whole(folder, office=office, kiosks=4, http_port=free_port(), hub_options=options))
        run.open_doors()
        stack.callback(run.close_doors)
        run.open_lobby(stack)
        yield run


def plant(run: Whole) -> set[str]:
    """A mark in each place, by the way things come there; gives the places that must have it."""
    pages = run.console
    office = pages.get("/api/v1/office").json()["office"]
    next(s for s in office["services"] if s["id"] == "ho-tich").update(name={"vi": MARK}, short={"vi": MARK})
    assert pages.put("/api/v1/office", json={"office": office}).status_code == 200
    run.post("/dossiers", {"matter": MARK, "person": {"name": MARK}})
    run.post("/accounts", {"username": "dau-moc", "name": MARK, "role": "officer", "password": "mùa hạ trên bản"})
    for screen in run.lobby:
        screen.press("Lấy số", lambda said: any(MARK in target["says"] for target in said["targets"]))
        screen.press(MARK, lambda said: said["screen"] != "services")
        screen.sees("number", lambda said: said["slip"] == "printed")
        screen.go_home()
    run.post("/counters/quay-2/open", {})
    run.post("/counters/quay-2/call-next", {})
    must = {"bus", "paper", *(f"screen of kiosk-{n}" for n in (1, 2)), *(f"page {path}" for path in PAGES)}
    folders = {run.folder, *(path.parent for path in files_of(run.folder) if path.suffix != ".ready")}
    for folder in folders:
        (folder / "planted.txt").write_text(MARK, encoding="utf-8")
    for path in files_of(run.folder):
        name = f"file {path.relative_to(run.folder)}"
        if path.suffix == ".log" or path.name == "planted.txt":
            with path.open("a", encoding="utf-8") as file:
                file.write(f"{MARK}\n")
            must.add(name)
        elif path.suffix == ".db":
            must.add(name)
            if path.name not in FILLED_BY_USE:
                with closing(sqlite3.connect(path, timeout=10)) as db, db:
                    db.execute("CREATE TABLE planted (mark TEXT)")
                    db.execute("INSERT INTO planted VALUES (?)", (MARK,))
    return must


def test_nothing_of_an_identity_card_is_anywhere_in_the_whole_office(whole: Whole) -> None:
    must = plant(whole)
    assert len([place for place in must if place.endswith(".db")]) >= 7, "hub and kiosks keep databases"
    found = {place for place, _ in where(whole.places(), [MARK])}
    assert must - found == set(), "the search finds what is there"

    typist, reader = whole.lobby
    hold_up_to_the_keyboard_scanner(typist)
    type_the_number(typist)
    hold_up_to_the_serial_scanner(whole, reader)
    slips = len(whole.printer.slips)
    assert where(whole.places(), PARTS) == set()
    assert slips == 2, "no card gave a slip"
    asked = [topic for topic, _, _ in whole.heard.items if topic.endswith("/dossier") and "/request/" in topic]
    assert len(asked) == 2, "each kiosk looked up the receipt, and nothing else"

    a_device_that_sends_it_all_the_same(whole)
    a_console_that_is_told_it(whole)
    assert where(whole.places(), PARTS) == set()
    assert whole.hub is not None
    whole.hub.stop()
    assert where({str(path): content_of(path) for path in files_of(whole.folder)}, PARTS) == set(), "nor in what stays"


def hold_up_to_the_keyboard_scanner(kiosk: Screen) -> None:
    """On each screen of a visit that somebody may hold it to."""
    for tile in (None, "Tra cứu thủ tục", "Đánh giá", "Tra cứu hồ sơ"):
        if tile is not None:
            kiosk.press(tile, lambda said: said["screen"] != "home")
        kiosk.screen.scan(PLAIN_CARD)
        kiosk.refuses_a_card()
        if tile != "Tra cứu hồ sơ":
            kiosk.go_home()
    for text in (NUMBER, OLD, *MACHINE_LINES):
        kiosk.screen.scan(text)
        kiosk.refuses_a_card()
    kiosk.screen.scan(RECEIPT)
    kiosk.knows_no_such_dossier()
    kiosk.go_home()


def type_the_number(kiosk: Screen) -> None:
    """With a finger, where a receipt's code is asked for."""
    kiosk.press("Tra cứu hồ sơ", lambda said: said["screen"] == "dossier_code")
    for count, digit in enumerate(NUMBER, 1):
        typed = " ".join(NUMBER[:count])
        kiosk.press(digit, showing(typed), whole=True)
    kiosk.press("Tra cứu", refusal)
    kiosk.forget()
    kiosk.go_home()


def hold_up_to_the_serial_scanner(run: Whole, kiosk: Screen) -> None:
    """With its accents, in pieces, and with a receipt's code on its heels."""
    for tile in (None, "Tra cứu hồ sơ"):
        if tile is not None:
            kiosk.press(tile, lambda said: said["screen"] != "home")
        for text in (CARD, unicodedata.normalize("NFD", CARD), NUMBER, "\r".join(MACHINE_LINES), f"{CARD}{RECEIPT}"):
            run.cable.sends(text.encode() + b"\r\n")
            kiosk.refuses_a_card()
        kiosk.go_home()
    run.cable.sends(RECEIPT.encode() + b"\r\n")
    kiosk.knows_no_such_dossier()


def a_device_that_sends_it_all_the_same(run: Whole) -> None:
    """The hub does not rely on kiosks."""
    kiosk = run.kiosk(CARELESS)
    for text in (CARD[:64], NUMBER, f"{NUMBER}|{OLD}"):
        reply = run.look_up(text)
        assert reply.error is not None
        assert (reply.error.key, "căn cước" in reply.error.vi) == ("dossier.code_invalid", True)
    with pytest.raises(ValueError, match="at most 64"):
        DossierRequest(request_id="too-long-1", code=CARD)
    for number, text in enumerate((CARD[:64], NUMBER)):
        request = IssueRequest(request_id=f"card-{number:06d}", service="ho-tich", dossier=text)
        assert kiosk.request("issue", request, timeout_s=DEADLINE_S).ticket is not None, "the number matters more"
        rate = RateRequest(request_id=f"rate-{number:06d}", dossier=text, value=3, scale=3)
        assert kiosk.request("rate", rate, timeout_s=DEADLINE_S).error is not None


def a_console_that_is_told_it(run: Whole) -> None:
    """An officer's scanner stands in any field, and in the address bar."""
    for path, body in (
        ("/dossiers/find", {"code": CARD}),
        ("/dossiers/look-up", {"code": CARD}),
        ("/dossiers/state", {"code": CARD[:64], "state": 4}),
        ("/dossiers", {"matter": "Khai sinh", "code": CARD[:64]}),
        ("/dossiers", {"matter": "Khai sinh", "person": {"name": CARD[:90]}}),
        ("/dossiers", {"matter": "Khai sinh", "fee": CARD}),
        ("/dossiers", {"matter": CARD}),
        ("/check-in", {"booking": NUMBER}),
    ):
        refused(run.console.post(f"/api/v1{path}", json=body))
    for path in ("/dossiers/form/01", "/dossiers/label"):
        refused(run.console.get(path, params={"code": CARD[:64]}))
    for path, name in (("/api/v1/dossiers", "like"), ("/api/v1/procedures", "q"), ("/api/v1/dossiers/person", "code")):
        assert run.console.get(path, params={name: PLAIN_CARD[:64]}).status_code == 200


def refused(answer: httpx.Response) -> None:
    assert answer.status_code in {404, 409, 422}, (answer.request.url.path, answer.text)
    assert not where({"answer": answer.content}, PARTS), "a refusal repeats nothing"
