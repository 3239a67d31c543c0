"""The shipped command on a virtual screen, touched by a real finger: from home to a printed slip, and home again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from kiosk.technician.pin import write_pin
from motcua.virtual_screen import VirtualScreen
from queue_core.wire.messages import CheckInRequest, ErrorBody, IssueRequest, RateRequest, Reply
from queue_kit.broker import Broker, office_accounts
from queue_kit.paper.interpreter import VirtualPrinter
from tests.kiosk import office_sample as office
from tests.kiosk import rating_sample
from tests.kiosk.fake_hub import FakeHub

DEADLINE_S = 30.0
#: a kiosk takes a second strike within half a second for a trembling one
STRIKE_S = 0.55


class Lobby:
    """A kiosk in its lobby, with everything it stands beside."""

    def __init__(
        self, screen: VirtualScreen, hub: FakeHub, printer: VirtualPrinter, touch_map: Path, rotation: int = 0
    ) -> None:
        self.screen, self.hub, self.printer, self._map, self._rotation = screen, hub, printer, touch_map, rotation
        self._free_s = 0.0

    def sees(self, screen: str, where: Callable[[dict[str, Any]], bool] = lambda _: True) -> dict[str, Any]:
        """Wait until the kiosk shows a screen."""
        deadline = time.monotonic() + DEADLINE_S
        pause = threading.Event()
        said: dict[str, Any] = {}
        while not (said.get("screen") == screen and where(said)):
            assert time.monotonic() < deadline, f"waited for {screen}, saw {said}"
            pause.wait(0.02)
            if self._map.exists():
                said = json.loads(self._map.read_text(encoding="utf-8"))
        self._free_s = max(self._free_s, time.monotonic() + STRIKE_S)
        return said

    def offers(self, screen: str, words: str) -> dict[str, Any]:
        """Wait until the screen has something to touch with these words."""
        return self.sees(screen, lambda said: any(words in target["says"] for target in said["targets"]))

    def touch(self, on: dict[str, Any], says: str, *, whole: bool = False) -> None:
        """A finger on something with these words (``whole``: these alone); it does not tremble.

        The kiosk counts from when it acted, and it had acted before what followed was seen.
        """
        target = next(
            target for target in on["targets"] if (says == target["says"] if whole else says in target["says"])
        )
        threading.Event().wait(max(0.0, self._free_s - time.monotonic()))
        self.screen.touch(*self.place(target["x"], target["y"]))
        self._free_s = time.monotonic() + STRIKE_S

    def place(self, x: int, y: int) -> tuple[int, int]:
        """A place of the picture on the panel, which may hang on its side."""
        width, height = self.screen.size
        return {0: (x, y), 90: (y, height - x), 180: (width - x, height - y), 270: (width - y, x)}[self._rotation]


@pytest.fixture
def more() -> list[str]:
    """Further options of the kiosk."""
    return []


@pytest.fixture
def lobby(tmp_path: Path, more: list[str], request: pytest.FixtureRequest) -> Iterator[Lobby]:
    """A kiosk with a scanner that types; a test may name another (``{tmp}`` is its own folder)."""
    with lobby_of(tmp_path, more, getattr(request, "param", "keyboard:").format(tmp=tmp_path)) as found:
        yield found


@contextmanager
def lobby_of(
    tmp_path: Path, more: list[str], scanner: str, panel: tuple[int, int] = (540, 960), rotation: int = 0
) -> Iterator[Lobby]:
    """A kiosk on a panel of these pixels, turned by so many degrees."""

    def ticket(count: int, request: object) -> Any:
        return office.ticket(ticket=f"t-{count}", number=f"A{count:03d}", lang=getattr(request, "lang", "vi"))

    touch_map, ready = tmp_path / "touch.json", tmp_path / "ready"
    with (
        Broker(tmp_path / "broker", accounts=office_accounts()) as broker,
        VirtualPrinter() as printer,
        FakeHub(broker, office.lobby(), ticket) as hub,
        VirtualScreen(*panel) as screen,
    ):
        words = [
            sys.executable, "-m", "motcua", "kiosk", "--province", "tinh-a", "--office", "xa-b",
            "--broker-port", str(broker.port), "--broker-password-file", str(broker.password_path("kiosk-1")),
            "--printer", printer.address, "--scanner", scanner, "--data", str(tmp_path / "kiosk"),
            "--size", "{}x{}".format(*panel), "--rotation", str(rotation),
            "--ready-file", str(ready), "--touch-map", str(touch_map), *more,
        ]  # fmt: skip
        with (tmp_path / "kiosk.log").open("wb") as log:
            kiosk = subprocess.Popen(words, env={**os.environ, **screen.env}, stdout=log, stderr=log)
        try:
            found = Lobby(screen, hub, printer, touch_map, rotation)
            found.sees("home", lambda said: any("Lấy số" in target["says"] for target in said["targets"]))
            assert ready.exists() or found.sees("home")
            yield found
            kiosk.terminate()
            assert kiosk.wait(15) == 0, (tmp_path / "kiosk.log").read_text()
        finally:
            kiosk.kill()
            kiosk.wait(10)


def test_from_home_to_a_slip_in_english_with_priority(lobby: Lobby) -> None:
    home = lobby.sees("home")
    assert not [t for t in home["targets"] if not t["says"]], "every target has words"
    lobby.touch(home, "English")
    english = lobby.sees("home", lambda said: any("Take a number" in target["says"] for target in said["targets"]))
    lobby.touch(english, "Take a number")
    lobby.touch(lobby.sees("services"), "priority")
    lobby.touch(lobby.sees("priority"), "Pregnant")
    chosen = lobby.sees("services", lambda said: any("Pregnant" in target["says"] for target in said["targets"]))
    lobby.touch(chosen, "Civil status")
    lobby.printer.wait_for_slip(1, DEADLINE_S)
    done = lobby.sees("number", lambda said: said["slip"] == "printed")
    (request,) = lobby.hub.wait_for("issue")
    assert isinstance(request, IssueRequest)
    assert (request.service, request.priority, request.lang) == ("ho-tich", "mang-thai", "en")
    lobby.hub.wait_for("slip")
    lobby.touch(done, "Done")
    back = lobby.sees("home", lambda said: any("Lấy số thứ tự" in target["says"] for target in said["targets"]))
    assert back["overlay"] == ""
    assert not lobby.printer.errors


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_panel_that_hangs_on_its_side_shows_an_upright_picture_and_is_touched_where_it_shows(
    tmp_path: Path, rotation: int
) -> None:
    panel = (540, 960) if rotation == 180 else (960, 540)
    with lobby_of(tmp_path, [], "none:", panel, rotation) as lobby:
        home = lobby.sees("home")
        # PIL turns against the clock, as the picture was turned: back it goes by the rest.
        upright = lobby.screen.picture().rotate(360 - rotation, expand=True).convert("RGB")
        assert upright.size == (540, 960)
        assert upright.getpixel((4, 4))[2] > upright.getpixel((4, 4))[0] + 60, "the office's dark band is at the top"
        assert min(upright.getpixel((4, 955))) > 220, "the light row of buttons is at the bottom"
        assert all(target["x"] < 540 and target["y"] < 960 for target in home["targets"])
        lobby.touch(home, "English")
        lobby.touch(lobby.offers("home", "Take a number"), "Take a number")
        lobby.touch(lobby.sees("services"), "Civil status")
        lobby.printer.wait_for_slip(1, DEADLINE_S)


def test_a_slip_that_stuck_comes_out_when_the_roll_was_changed(lobby: Lobby) -> None:
    lobby.printer.run_out_of_paper(after_dots=300)
    lobby.touch(lobby.sees("home"), "Lấy số thứ tự")
    lobby.touch(lobby.sees("services"), "Hộ tịch")
    failed = lobby.sees("number", lambda said: said["slip"] == "failed")
    assert any("A001" in words for words in failed["words"]), "the number can be photographed"
    lobby.hub.wait_for("alert")
    lobby.printer.refill()
    lobby.touch(failed, "In lại phiếu")
    done = lobby.sees("number", lambda said: said["slip"] == "printed")
    assert not any("In lại" in target["says"] for target in done["targets"])
    assert len(lobby.printer.slips) == 2, "the half one was cut off"
    assert len(lobby.hub.wait_for("issue")) == 1


def _hold(lobby: Lobby, seconds: float) -> None:
    lobby.screen.move(120, 40)
    lobby.screen.press()
    threading.Event().wait(seconds)
    lobby.screen.release()


@pytest.fixture
def technician(tmp_path: Path, more: list[str]) -> None:
    write_pin(tmp_path / "pin", "805213")
    more += ["--technician-pin-file", str(tmp_path / "pin")]


def _page(lobby: Lobby, number: int) -> dict[str, Any]:
    """A page of the technician's list, with everything on it looked at."""

    def there(said: dict[str, Any]) -> bool:
        return "Đang kiểm tra…" not in said["words"] and any(w.startswith(f"Trang {number} / ") for w in said["words"])

    return lobby.sees("technician", there)


def test_a_technician_comes_in_by_a_long_hold_and_a_pin(technician: None, lobby: Lobby) -> None:
    lobby.sees("home")
    _hold(lobby, 4.5)
    for digit in "805213":
        lobby.touch(lobby.sees("technician_pin"), digit, whole=True)
    lobby.touch(lobby.offers("technician_pin", "Mở"), "Mở")
    # Pages follow each other from the first: what is still being looked at may move what stands behind it. Each is
    # known by its number; its words change by themselves.
    number = 1
    page = _page(lobby, number)
    while not any("In thử" in target["says"] for target in page["targets"]):
        lobby.touch(page, "Trang sau")
        number += 1
        page = _page(lobby, number)
    lobby.touch(page, next(target["says"] for target in page["targets"] if target["says"].split(" · ")[0] == "In thử"))
    lobby.printer.wait_for_slip(1, DEADLINE_S)
    lobby.sees("technician", lambda said: any("Đã in phiếu thử" in words for words in said["words"]))
    lobby.touch(lobby.sees("technician"), "Trang đầu")
    lobby.sees("home")


@pytest.mark.slow
def test_without_a_pin_file_a_long_hold_opens_nothing(lobby: Lobby) -> None:
    lobby.sees("home")
    _hold(lobby, 4.5)
    lobby.touch(lobby.sees("home"), "Lấy số thứ tự")
    lobby.sees("services")


def test_a_closed_office_offers_no_numbers_and_opens_again_by_itself(lobby: Lobby) -> None:
    closed = {"vi": "Hôm nay đã ngừng nhận số lúc 16:30.", "en": "Numbers ended at 16:30."}
    lobby.hub.publish(open=False, message=closed)
    lobby.sees("home", lambda said: not any("Lấy số" in target["says"] for target in said["targets"]))
    lobby.hub.publish(open=True, message={})
    lobby.sees("home", lambda said: any("Lấy số" in target["says"] for target in said["targets"]))


def test_a_booking_is_checked_in_by_a_scanner_that_types(lobby: Lobby) -> None:
    lobby.sees("home", lambda said: any("Quét mã QR" in target["says"] for target in said["targets"]))
    lobby.screen.scan("MOTCUA-BOOKING:402918")
    lobby.sees("number", lambda said: said["slip"] == "printed")
    (request,) = lobby.hub.wait_for("check_in")
    assert isinstance(request, CheckInRequest)
    assert request.booking == "402918"
    lobby.touch(lobby.sees("number"), "Xong")
    lobby.sees("home")
    lobby.screen.scan("001099012345|123456789|Nguyen Van A|01011999|Nam|Xa Mau|01012021")
    trouble = lobby.sees("trouble")
    assert not any("Nguyen" in target["says"] for target in trouble["targets"])


def test_a_procedure_is_typed_read_printed_and_gets_its_number(lobby: Lobby) -> None:
    """With fingers only: search by typing without accents, read what to bring, print it, take the number for it."""
    lobby.touch(lobby.offers("home", "Tra cứu thủ tục"), "Tra cứu thủ tục")
    lobby.touch(lobby.sees("procedures"), "Gõ tên việc")
    for key in "khai":
        lobby.touch(lobby.sees("find"), key, whole=True)
    lobby.touch(lobby.offers("find", "1.001193"), "1.001193")
    lobby.touch(lobby.offers("procedure", "Giấy tờ cần mang"), "Giấy tờ cần mang")
    lobby.touch(lobby.sees("reading"), "Quay lại")
    lobby.touch(lobby.sees("procedure"), "In danh sách")
    lobby.printer.wait_for_slip(1, DEADLINE_S)
    lobby.touch(lobby.offers("procedure", "tờ in"), "Lấy số")
    lobby.sees("number", lambda said: said["slip"] == "printed")
    (request,) = lobby.hub.wait_for("issue")
    assert isinstance(request, IssueRequest)
    assert request.service == "huong-dan", "no service of this lobby names the field: guidance takes it"
    assert not lobby.printer.errors


def test_a_slip_is_scanned_and_rated_and_what_was_said_last_arrives_once(lobby: Lobby) -> None:
    lobby.hub.publish(rating=rating_sample.asked(), hotline="1022")
    lobby.touch(lobby.offers("home", "Đánh giá phục vụ"), "Đánh giá phục vụ")
    lobby.offers("rate_how", "Nhập số trên phiếu")
    lobby.screen.scan("https://so.example.gov.vn/t/118-A007~AbCd_-0123456789")
    lobby.touch(lobby.sees("rate_faces"), "Không hài lòng")
    (asked,) = lobby.hub.wait_for("rate")
    assert isinstance(asked, RateRequest)
    assert (asked.token, asked.value) == ("118-A007~AbCd_-0123456789", None), "asked at once whether it may be rated"
    lobby.touch(lobby.offers("rate_why", "Thái độ phục vụ"), "Thái độ phục vụ")
    lobby.touch(lobby.sees("rate_why"), "Gửi")
    lobby.touch(lobby.offers("rate_thanks", "Chọn lại"), "Chọn lại")
    lobby.touch(lobby.sees("rate_faces"), "Không hài lòng")
    lobby.touch(lobby.offers("rate_why", "Thời gian"), "Thời gian giải quyết")
    lobby.touch(lobby.sees("rate_why"), "Gửi")
    lobby.touch(lobby.offers("rate_thanks", "Xong"), "Xong")
    lobby.sees("home")
    _, said = lobby.hub.wait_for("rate", 2)
    assert isinstance(said, RateRequest)
    assert (said.token, said.value, said.scale, said.reasons) == ("118-A007~AbCd_-0123456789", 1, 3, ["time"])


def test_a_number_is_typed_and_a_visit_that_is_not_over_is_said_so(lobby: Lobby) -> None:
    error = ErrorBody(key="rating.not_finished", vi="Số A007 chưa xong việc.", en="Number A007 is not finished yet.")
    lobby.hub.refusals["rate"] = Reply(ok=False, error=error)
    lobby.hub.publish(rating=rating_sample.asked())
    lobby.touch(lobby.offers("home", "Đánh giá phục vụ"), "Đánh giá phục vụ")
    lobby.touch(lobby.offers("rate_how", "Nhập số trên phiếu"), "Nhập số trên phiếu")
    lobby.touch(lobby.offers("rate_prefix", "Hộ tịch"), "Hộ tịch")
    lobby.touch(lobby.offers("rate_number", "7"), "7", whole=True)
    lobby.touch(lobby.offers("rate_number", "Tiếp tục"), "Tiếp tục")
    lobby.touch(lobby.offers("trouble", "Quay lại"), "Quay lại")
    lobby.sees("rate_number")
    (asked,) = lobby.hub.wait_for("rate")
    assert isinstance(asked, RateRequest)
    assert asked.number == "A7"


@pytest.mark.parametrize(
    "words",
    [
        ["--size", "big"],
        ["--paper-mm", "70"],
        ["--rotation", "45"],
        ["--lang", "xx"],
        ["--printer", "fax:1"],
        ["--scanner", "laser:1"],
        ["--client", "Bad Id"],
    ],
)
def test_wrong_options_are_refused_with_a_sentence_before_any_window(words: list[str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "motcua", "kiosk", "--data", str(tmp_path), *words],
        env={**os.environ, "DISPLAY": ":none"}, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert words[1].split(maxsplit=1)[0].split(":", maxsplit=1)[0] in done.stderr
