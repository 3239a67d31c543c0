"""The technician's way through the session, and the workbench behind it, without a screen."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from gpiozero.pins.mock import MockFactory
from PIL import Image

from kiosk import session as s
from kiosk.desk import Desk
from kiosk.panel.light import Status
from kiosk.panel.panel import Panel
from kiosk.panel.plan import PanelPlan
from kiosk.run import reading_devices
from kiosk.scanning.scanners.camera import CameraScanner
from kiosk.technician.checks import kiosk_checks
from kiosk.technician.pin import PinLock, write_pin
from kiosk.technician.workbench import Workbench
from queue_kit.broker import Broker, office_accounts
from queue_kit.doctor import Check, Outcome, Setting, examine, ok
from queue_kit.paper.interpreter import VirtualPrinter
from tests.kiosk.test_desk import Events, desk_at
from tests.kiosk.test_session import TIMING, Citizen

ROWS = (
    s.CheckRow("printer", (("vi", "Máy in"), ("en", "Printer"))),
    s.CheckRow("print", (("vi", "In thử"), ("en", "Trial slip")), acts=True),
    s.CheckRow("scan", (("vi", "Quét thử"), ("en", "Trial scan")), acts=True),
    s.CheckRow("touch-test", (("vi", "Thử cảm ứng"), ("en", "Touch test")), acts=True),
)


def at_the_door() -> Citizen:
    return Citizen().does(s.OpenTechnician())


def inside() -> Citizen:
    return at_the_door().does(*map(s.TypeDigit, "805213"), s.EnterPin(), s.ChecksCame(ROWS))


def test_a_hold_leads_to_the_door_from_home_only() -> None:
    assert at_the_door().screen is s.Screen.TECHNICIAN_PIN
    assert Citizen().does(s.TakeNumber(), s.OpenTechnician()).screen is s.Screen.SERVICES


def test_a_pin_is_asked_about_once_and_kept_nowhere() -> None:
    door = at_the_door().does(*map(s.TypeDigit, "80521"), s.EnterPin())
    assert door.effects == [], "five digits are no PIN"
    door.does(s.TypeDigit("3"), s.EnterPin(), s.EnterPin())
    assert door.effects == [s.TryPin("805213")]
    assert (door.visit.digits, door.visit.bench.trying) == ("", True)
    assert "805213" not in repr(door.visit)
    assert "805213" not in repr(door.effects)


@pytest.mark.parametrize(
    ("closed_s", "said", "minutes"), [(0.0, "wrong", 0), (299.0, "closed", 5), (61.0, "closed", 2)]
)
def test_a_wrong_pin_is_said_and_a_closed_door_too(closed_s: float, said: str, minutes: int) -> None:
    door = at_the_door().does(*map(s.TypeDigit, "000111"), s.EnterPin(), s.PinRefused(closed_s))
    assert (door.visit.bench.said, door.visit.bench.closed_min) == (said, minutes)
    assert door.screen is s.Screen.TECHNICIAN_PIN


def test_checks_that_came_unasked_open_nothing() -> None:
    assert at_the_door().does(s.ChecksCame(ROWS)).screen is s.Screen.TECHNICIAN_PIN
    assert Citizen().does(s.ChecksCame(ROWS)).screen is s.Screen.HOME
    assert Citizen().does(s.RunCheck("print")).effects == []


def test_what_makes_no_noise_is_looked_at_by_itself_the_rest_when_touched() -> None:
    page = inside()
    assert page.effects[-1] == s.RunChecks(("printer",))
    assert [row.state for row in page.visit.bench.rows] == ["running", "", "", ""]
    page.does(s.CheckEnded("printer", "failed", (("vi", "hết giấy"),)), s.RunCheck("print"), s.RunCheck("print"))
    assert page.effects[-2:] == [s.RunChecks(("printer",)), s.RunChecks(("print",))], "once, however often touched"
    assert [row.state for row in page.visit.bench.rows[:2]] == ["failed", "running"]
    page.does(s.RunCheck("printer"))
    assert page.effects[-1] == s.RunChecks(("printer",))


def test_a_scan_is_told_by_its_length_and_goes_nowhere_else() -> None:
    page = inside().does(s.RunCheck("scan"))
    assert page.visit.bench.row("scan").state == "running"  # type: ignore[union-attr]
    page.does(s.Scanned("001099012345|123456789|Nguyen Van A"))
    row = page.visit.bench.row("scan")
    assert row is not None
    assert (row.state, dict(row.words)["vi"]) == ("ok", "Đã đọc một mã gồm 35 ký tự")
    assert page.screen is s.Screen.TECHNICIAN
    assert "Nguyen" not in repr(page.visit)
    assert at_the_door().does(s.Scanned("H00.00.01-250101-0001")).screen is s.Screen.TECHNICIAN_PIN


@pytest.mark.parametrize(
    ("touches_mm", "state"),
    [([1, 2, 0.5, 3, 2.2], "ok"), ([1, 2, 25, 3, 2], "failed"), ([80, 80, 80, 80, 80], "failed")],
)
def test_five_targets_judge_the_touch_panel_by_the_worst(touches_mm: list[float], state: str) -> None:
    page = inside().does(s.RunCheck("touch-test"))
    assert page.screen is s.Screen.TOUCH_TEST
    page.does(*map(s.TouchedTarget, touches_mm))
    row = page.visit.bench.row("touch-test")
    assert row is not None
    assert (page.screen, row.state) == (s.Screen.TECHNICIAN, state)


def test_a_technician_is_given_minutes_and_then_the_door_is_shut() -> None:
    page = inside().waits(TIMING.technician_s - 1)
    assert (page.screen, page.visit.overlay) == (s.Screen.TECHNICIAN, s.Overlay.NONE)
    page.waits(1).waits(TIMING.ring_s)
    assert page.visit.shown == s.Visit()
    assert inside().does(s.GoBack()).visit.shown == s.Visit()
    assert inside().does(s.RunCheck("touch-test"), s.GoBack()).screen is s.Screen.TECHNICIAN
    assert at_the_door().waits(TIMING.idle_s).waits(TIMING.ring_s).visit.shown == s.Visit(), "the door itself is quick"


# -- the workbench


@pytest.fixture
def lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PinLock:
    monkeypatch.setattr("kiosk.technician.pin._COST", 2)
    write_pin(tmp_path / "pin", "805213")
    return PinLock(tmp_path / "pin", tmp_path / "tries.json")


def test_nothing_runs_before_the_right_pin(lock: PinLock) -> None:
    events, ran = Events(), []

    def checks() -> list[Check]:
        def run(_doing: object) -> Outcome:
            ran.append(1)
            return ok()

        return [Check(name="printer", code=30, vi="Máy in", en="Printer", run=run)]

    bench = Workbench(lock, post=events, checks=checks)
    bench.do(s.RunChecks(("printer",)))
    bench.do(s.TryPin("111000"))
    assert events.wait(s.PinRefused).closed_s == 0
    assert ran == []
    bench.do(s.TryPin("805213"))
    assert [row.name for row in events.wait(s.ChecksCame).rows] == ["printer"]
    bench.do(s.RunChecks(("printer",)))
    assert events.wait(s.CheckEnded).state == "ok"
    bench.do(s.TryPin("111000"))
    events.wait(s.PinRefused, lambda event: event is not events.all[0])
    bench.do(s.RunChecks(("printer",)))
    for _ in range(4):
        bench.do(s.TryPin("111000"))
    assert events.wait(s.PinRefused, lambda event: event.closed_s > 0).closed_s > 290
    assert ran == [1], "a wrong PIN shuts the door again"


# -- on a running kiosk


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    with Broker(tmp_path_factory.mktemp("broker"), accounts=office_accounts(kiosks=1)) as running:
        yield running


def found(desk: Desk, setting: Setting, name: str) -> Outcome:
    (check,) = [one for one in kiosk_checks(desk, setting) if one.name == name]
    (finding,) = examine([check])
    return finding.outcome


def until(condition: Callable[[], Any]) -> None:
    deadline_s, pause = time.monotonic() + 10, threading.Event()
    while not condition():
        assert time.monotonic() < deadline_s
        pause.wait(0.01)


def test_a_running_kiosks_own_printer_is_asked_through_it(broker: Broker, tmp_path: Path) -> None:
    with VirtualPrinter() as first, VirtualPrinter(width_dots=384) as second:
        setting = Setting(
            data=tmp_path, printer=first.address, second_printer=f"{second.address}?paper=58", scanner="serial:/dev/x",
            broker_host=broker.host, broker_port=broker.port,
        )  # fmt: skip
        with desk_at(broker, tmp_path, first.address, second_printer=setting.second_printer) as (desk, _):
            until(lambda: desk.connected)
            desk.condition.devices["scanner"] = lambda: "away"
            assert found(desk, setting, "broker").state == "ok"
            assert found(desk, setting, "scanner").key == "doctor.scanner_away"
            assert found(desk, setting, "printer").key == "doctor.printer"
            assert found(desk, setting, "print").key == "doctor.printed"
            assert found(desk, setting, "print-second").key == "doctor.printed"
            assert ([slip.width for slip in first.slips], [slip.width for slip in second.slips]) == ([576], [384])
            first.open_cover()
            assert found(desk, setting, "printer").key == "paper.cover_open"
            assert found(desk, setting, "second-printer").state == "ok"
            assert found(desk, setting, "print").key == "paper.cover_open"
            assert len(second.slips) == 1, "a trial slip has no stand-in"


def test_a_running_kiosks_own_camera_and_panel_are_asked_through_it(
    broker: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.technician.panel._EACH_S", 0.7)
    shelf, factory = tmp_path / "shelf", MockFactory()
    shelf.mkdir()
    picture = Image.new("L", (640, 480), 20)
    picture.paste(230, (80, 60, 560, 420))
    picture.save(shelf / "one.png")
    camera = CameraScanner(address=f"camera:folder:{shelf}?fps=30&cpu=95", heard=lambda _text: None)
    troubles: list[frozenset[str]] = []
    plan = PanelPlan.model_validate({"light": {"ready": 5, "help": 13}})
    panel = Panel(plan, post=Events(), troubles=troubles.append, factory=lambda: factory)
    setting = Setting(data=tmp_path, scanner=f"camera:folder:{shelf}")
    with desk_at(broker, tmp_path, "none:") as (desk, _):
        desk.condition.devices["camera"] = lambda: None if camera.there is None else "there" if camera.there else "away"

        def says(name: str) -> str:
            (check,) = [one for one in kiosk_checks(desk, setting, scanner=camera, panel=panel) if one.name == name]
            (finding,) = examine([check])
            return finding.outcome.key

        assert (says("camera"), says("panel")) == ("doctor.camera_asleep", "doctor.unknown"), "not tried is not well"
        camera.start()
        panel.start()
        try:
            until(lambda: panel.there)
            panel.show(Status.READY)
            until(lambda: factory.pin(5).state)
            assert (says("look"), says("camera")) == ("doctor.camera_sees", "doctor.camera")
            assert camera.picture is None, "it is shown for no longer than it takes"
            assert (says("panel"), says("light")) == ("doctor.panel", "doctor.lit")
            assert [one.state for one in factory.pin(13).states].count(True) == 1, "the help lamp had its turn"
            until(lambda: factory.pin(5).state)  # and the light says again what it said before
        finally:
            panel.stop()
            camera.stop()


@pytest.mark.parametrize(
    ("address", "there", "scanner", "camera"),
    [
        ("none:", None, "none", "none"),
        ("keyboard:", None, None, "none"),
        ("serial:/dev/x", True, "there", "none"),
        ("camera:/dev/video0", None, "none", None),
        ("camera:/dev/video0", True, "none", "there"),
        ("camera:/dev/video0", False, "none", "away"),
    ],
)
def test_a_camera_is_told_as_a_camera(
    address: str, there: bool | None, scanner: str | None, camera: str | None
) -> None:
    devices = reading_devices(address, SimpleNamespace(there=there))  # type: ignore[arg-type]
    assert (devices["scanner"](), devices["camera"]()) == (scanner, camera)


def test_a_kiosk_without_devices_says_that_it_has_none(broker: Broker, tmp_path: Path) -> None:
    with desk_at(broker, tmp_path, "none:") as (desk, _):
        setting = Setting(data=tmp_path)
        for name in (
            "printer",
            "second-printer",
            "print",
            "print-second",
            "sound",
            "say",
            "camera",
            "look",
            "panel",
            "light",
        ):
            assert found(desk, setting, name).state == "absent", name
        names = [check.name for check in kiosk_checks(desk, setting)]
        assert names == sorted(set(names), key=names.index)
        assert {"clock", "disk", "temperature", "undervoltage", "touch-test", "scan"} <= set(names)
