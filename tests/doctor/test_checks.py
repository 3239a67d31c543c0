"""A technician's visit: each device well, broken, silent and not fitted, on real wires and a machine of our own."""

from __future__ import annotations

import os
import threading
import time
import tty
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import segno
import zxingcpp
from gpiozero import LED
from gpiozero.pins.mock import MockFactory
from PIL import Image, ImageDraw

from motcua.doctor.registry import PROVIDERS, all_checks
from queue_core.errors import WORDS
from queue_core.wire.messages import Beat, Rev
from queue_kit.doctor import Check, Doing, Finding, Outcome, Setting, examine, failed, ok
from queue_kit.doctor.examination import first_failed
from queue_kit.paper.interpreter import VirtualPrinter
from tests.health.machine import machine, put
from tests.kiosk.sound_card import SoundCard
from tests.wire.harness import TOPICS, Office

DOC = Path(__file__).parents[2] / "docs" / "doctor.md"


def found(name: str, tmp_path: Path, **said: Any) -> Outcome:
    """What one check says of a machine."""
    setting = Setting(**{"data": tmp_path, "root": tmp_path / "machine"} | said)
    (check,) = [one for one in all_checks(setting) if one.name == name]
    (finding,) = examine([check])
    return finding.outcome


# -- the machine's body


@pytest.mark.parametrize(
    ("name", "said", "state", "key"),
    [
        ("temperature", {"hot_c": [51.0]}, "ok", "doctor.temperature"),
        ("temperature", {"hot_c": [85.0]}, "failed", "doctor.hot"),
        ("temperature", {}, "unknown", "doctor.unknown"),
        ("undervoltage", {"low": False}, "ok", "doctor.ok"),
        ("undervoltage", {"low": True}, "failed", "doctor.undervoltage"),
        ("undervoltage", {}, "unknown", "doctor.unknown"),
        ("disk", {"errors": [0]}, "ok", "doctor.disk"),
        ("disk", {"errors": [2]}, "failed", "doctor.disk_errors"),
    ],
)
def test_the_machines_own_body(tmp_path: Path, name: str, said: dict[str, Any], state: str, key: str) -> None:
    machine(tmp_path / "machine", **said)
    outcome = found(name, tmp_path)
    assert (outcome.state, outcome.key) == (state, key)


def test_a_card_that_cannot_be_written(tmp_path: Path) -> None:
    outcome = found("disk", tmp_path, data=tmp_path / "nowhere")
    assert (outcome.state, outcome.key) == ("failed", "doctor.disk_readonly")
    assert "nowhere" in outcome.vi


def test_the_clock_of_a_machine_that_has_just_been_found_in_1970(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("queue_kit.doctor.checks.machine._SINCE_YEAR", 9999)
    assert found("clock", tmp_path).key == "doctor.clock_wrong"


@pytest.mark.parametrize(("source", "state"), [("ntp", "ok"), ("rtc", "ok"), ("floor", "unknown")])
def test_where_the_time_comes_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, state: str) -> None:
    monkeypatch.setattr("queue_kit.doctor.checks.machine.kernel_source", lambda: source)
    outcome = found("clock", tmp_path)
    assert (outcome.state, outcome.key) == (state, f"doctor.clock_{source}")


@pytest.mark.parametrize(
    ("links", "broker", "state"),
    [
        ({"lo": "1", "eth0": "1"}, "hub", "ok"),
        ({"lo": "1", "eth0": "0"}, "hub", "failed"),
        ({"lo": "1", "eth0": "0"}, "127.0.0.1", "absent"),
        ({"lo": "1"}, None, "absent"),
    ],
)
def test_the_network(tmp_path: Path, links: dict[str, str], broker: str | None, state: str) -> None:
    for name, carrier in links.items():
        put(tmp_path / "machine", f"sys/class/net/{name}/carrier", carrier)
    assert found("network", tmp_path, broker_host=broker).state == state


def test_screens_and_touch_panels_as_the_kernel_names_them(tmp_path: Path) -> None:
    root = tmp_path / "machine"
    assert found("display", tmp_path).state == found("touch", tmp_path).state == "unknown"
    put(root, "sys/class/drm/card1-HDMI-A-1/status", "disconnected")
    put(root, "sys/class/input/event0/device/name", "gpio-keys")
    put(root, "sys/class/input/event0/device/capabilities/abs", "0")
    assert found("display", tmp_path).key == "doctor.no_display"
    assert found("touch", tmp_path).key == "doctor.no_touch"
    put(root, "sys/class/drm/card1-HDMI-A-2/status", "connected")
    put(root, "sys/class/drm/card1-HDMI-A-2/modes", "1920x1080\n1280x720")
    put(root, "sys/class/input/event1/device/name", "ILITEK Multi-Touch")
    put(root, "sys/class/input/event1/device/capabilities/abs", "260800000000003")
    assert found("display", tmp_path).vi == "HDMI-A-2 1920x1080"
    assert found("touch", tmp_path).en == "ILITEK Multi-Touch"


# -- the wire


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made = Office(tmp_path_factory.mktemp("broker"))
    yield made
    made.close()


def account(wire: Office, name: str = "watch", **changes: Any) -> dict[str, Any]:
    return {
        "broker_host": wire.broker.host, "broker_port": wire.broker.port, "broker_username": name,
        "broker_password": wire.broker.password("watch"), "province": TOPICS.province, "office": TOPICS.office,
        **changes,
    }  # fmt: skip


def test_a_broker_that_refuses_strangers_is_there(tmp_path: Path, wire: Office) -> None:
    outcome = found("broker", tmp_path, broker_host=wire.broker.host, broker_port=wire.broker.port)
    assert (outcome.state, outcome.key) == ("ok", "doctor.broker")
    assert found("hub", tmp_path, broker_host=wire.broker.host).state == "unknown"


def test_a_broker_that_is_away_or_knows_us_not(tmp_path: Path, wire: Office) -> None:
    assert found("broker", tmp_path, broker_host="127.0.0.1", broker_port=1).key == "doctor.broker_away"
    outcome = found("broker", tmp_path, **account(wire, broker_password="wrong"))
    assert (outcome.state, outcome.key) == ("failed", "doctor.broker_refused")
    assert "wrong" not in str(outcome)


def test_the_hub_is_heard_or_missed(tmp_path: Path, wire: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    hub, stopped = wire.started("hub", kind="hub"), threading.Event()

    def beat() -> None:
        while not stopped.wait(0.1):
            hub.publish(TOPICS.beat, Beat(rev=Rev(epoch="e", seq=1), asof_ms=1), qos=0)

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    assert found("hub", tmp_path, **account(wire)).key == "doctor.hub"
    stopped.set()
    thread.join(5)
    monkeypatch.setattr("queue_kit.doctor.checks.wire._BEAT_S", 0.3)
    monkeypatch.setattr("queue_kit.doctor.checks.wire._CONNECT_S", 1.0)
    assert found("hub", tmp_path, **account(wire)).key == "doctor.hub_silent"


# -- paper


@pytest.mark.parametrize(
    ("happening", "state", "key"),
    [
        (lambda _v: None, "ok", "doctor.printer"),
        (VirtualPrinter.near_end_of_paper, "ok", "doctor.printer_low"),
        (VirtualPrinter.run_out_of_paper, "failed", "paper.out"),
        (VirtualPrinter.open_cover, "failed", "paper.cover_open"),
        (lambda v: v.answer("garbage"), "failed", "paper.garbled"),
        (lambda v: v.answer("silent"), "failed", "paper.silent"),
        (VirtualPrinter.unplug, "failed", "paper.unreachable"),
    ],
)
def test_the_printer_says_how_it_is(tmp_path: Path, happening: Any, state: str, key: str) -> None:
    with VirtualPrinter() as printer:
        happening(printer)
        outcome = found("printer", tmp_path, printer=printer.address)
        assert (outcome.state, outcome.key) == (state, key)


def test_a_printer_that_never_answers_is_unknown(tmp_path: Path) -> None:
    with VirtualPrinter() as printer:
        printer.answer("silent")
        assert found("printer", tmp_path, printer=f"{printer.address}?profile=silent").state == "unknown"
        outcome = found("print", tmp_path, printer=f"{printer.address}?profile=silent")
        assert (outcome.state, outcome.key) == ("unknown", "doctor.printed_unconfirmed")


def test_a_trial_slip_comes_out_of_each_printer(tmp_path: Path) -> None:
    with VirtualPrinter() as first, VirtualPrinter(width_dots=384) as second:
        setting = {"printer": first.address, "second_printer": f"{second.address}?paper=58"}
        assert found("print", tmp_path, **setting).key == "doctor.printed"
        assert found("print-second", tmp_path, **setting).key == "doctor.printed"
        (slip,), (narrow,) = first.slips, second.slips
        assert (slip.width, narrow.width) == (576, 384)
        assert zxingcpp.read_barcodes(slip.convert("L"))
    assert found("print", tmp_path).state == "absent"
    assert found("printer", tmp_path, printer="tcp://").key == "paper.address"


# -- scanner, loudspeaker


@pytest.fixture
def line() -> Iterator[tuple[int, str]]:
    master, slave = os.openpty()
    tty.setraw(slave)
    name = os.ttyname(slave)
    yield master, name
    os.close(master)
    os.close(slave)


def test_a_scanner_that_is_there_and_reads(tmp_path: Path, line: tuple[int, str]) -> None:
    master, name = line
    assert found("scanner", tmp_path, scanner=f"serial:{name}").state == "ok"
    told: list[str] = []
    setting = Setting(data=tmp_path, scanner=f"serial:{name}")
    (check,) = [one for one in all_checks(setting) if one.name == "scan"]

    def tell(vi: str, en: str) -> None:
        told.append(vi + en)
        os.write(master, b"001234567890\r\n")

    (finding,) = examine([check], tell=tell)
    assert (finding.outcome.state, finding.outcome.key) == ("ok", "doctor.scanned")
    assert len(told) == 1
    assert "001234567890" not in str(finding.dump()), "what was read may be somebody's card"
    assert "12" in finding.outcome.vi


def test_a_scanner_that_is_away_or_types(tmp_path: Path) -> None:
    assert found("scanner", tmp_path, scanner=f"serial:{tmp_path}/nothing").key == "doctor.scanner_away"
    assert found("scanner", tmp_path, scanner="keyboard:").key == "doctor.scanner_typed"
    assert found("scanner", tmp_path, scanner="laser:").key == "scanner.bad_address"
    assert found("scan", tmp_path).state == "absent"


# -- the camera, the panel


def shelf_of(tmp_path: Path, *, blank: bool) -> str:
    """A folder in place of a lens: a printed sheet, or a cap on it."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    picture = Image.new("L", (640, 480), 20)
    if not blank:
        ImageDraw.Draw(picture).rectangle((80, 60, 560, 420), fill=230)
    picture.save(folder / "one.png")
    return f"camera:folder:{folder}?fps=30&cpu=95"


def test_a_camera_that_nobody_configured_is_said_as_such(tmp_path: Path) -> None:
    for scanner in ("none:", "keyboard:"):
        for name in ("camera", "look"):
            outcome = found(name, tmp_path, scanner=scanner)
            assert (outcome.state, outcome.key) == ("absent", "doctor.camera_not_named")


def test_a_camera_that_sees(tmp_path: Path) -> None:
    address = shelf_of(tmp_path, blank=False)
    assert found("camera", tmp_path, scanner=address).key == "doctor.camera"
    outcome = found("look", tmp_path, more={"camera": address.removeprefix("camera:")})
    assert (outcome.state, outcome.key) == ("ok", "doctor.camera_sees")
    assert "320×240" in outcome.vi


def test_a_camera_is_woken_for_a_trial_scan_and_is_no_scanner_beside_itself(tmp_path: Path) -> None:
    address = shelf_of(tmp_path, blank=True)
    assert found("scanner", tmp_path, scanner=address).state == "absent", "one device, one check"
    segno.make_qr("H00.00-261123-0001").save(tmp_path / "shelf" / "one.png", scale=8, border=4)
    outcome = found("scan", tmp_path, scanner=address)
    assert (outcome.state, outcome.key) == ("ok", "doctor.scanned")


def test_a_camera_with_its_cap_on_or_without_its_cable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.technician.camera._AIM_S", 0.5)
    address = shelf_of(tmp_path, blank=True)
    assert found("camera", tmp_path, scanner=address).state == "ok", "it gives pictures"
    outcome = found("look", tmp_path, scanner=address)
    assert (outcome.state, outcome.key) == ("failed", "doctor.camera_blind")
    for name in ("camera", "look"):
        assert found(name, tmp_path, scanner="camera:/dev/video99").key == "camera.away"
    assert found("camera", tmp_path, more={"camera": "telescope"}).key == "scanner.bad_address"


PANEL = "format: 1\nfactory: {factory}\npresence: {{pin: 4}}\nlight: {{ready: 5, help: 13}}\nbuttons: {{take: 17}}\n"


@pytest.fixture
def pins(monkeypatch: pytest.MonkeyPatch) -> MockFactory:
    """The board's pins: gpiozero's mock ones answer for lgpio."""
    factory = MockFactory()
    monkeypatch.setattr("kiosk.technician.panel.open_factory", lambda _name: factory)
    monkeypatch.setattr(factory, "close", lambda: None)
    monkeypatch.setattr("kiosk.technician.panel._EACH_S", 0.05)
    return factory


def panel(tmp_path: Path, factory: str = "lgpio") -> dict[str, dict[str, str]]:
    file = tmp_path / "panel.yaml"
    file.write_text(PANEL.format(factory=factory), encoding="utf-8")
    return {"more": {"panel": str(file)}}


def test_the_panels_pins_open_and_nothing_lights_by_that(tmp_path: Path, pins: MockFactory) -> None:
    outcome = found("panel", tmp_path, **panel(tmp_path))
    assert (outcome.state, outcome.key) == ("ok", "doctor.panel")
    assert "light.help (GPIO13)" in outcome.en
    assert not any(one.state for pin in (5, 13) for one in pins.pin(pin).states)


def test_each_lamp_is_lit_in_turn(tmp_path: Path, pins: MockFactory) -> None:
    outcome = found("light", tmp_path, **panel(tmp_path))
    assert (outcome.state, outcome.key) == ("ok", "doctor.lit")
    moments = [[when for when, on in _moments(pins.pin(pin)) if on] for pin in (5, 13)]
    assert [len(one) for one in moments] == [1, 1]
    assert moments[0] < moments[1]
    assert not pins.pin(5).state
    assert not pins.pin(13).state


def _moments(pin: Any) -> list[tuple[float, bool]]:
    """When a pin went up and down, from gpiozero's own history (each entry: seconds since the one before)."""
    at_s, found_at = 0.0, []
    for one in pin.states:
        at_s += one.timestamp
        found_at.append((at_s, bool(one.state)))
    return found_at


def test_pins_that_another_holds_and_pins_that_are_none(tmp_path: Path, pins: MockFactory) -> None:
    held = LED(13, pin_factory=pins)
    for name in ("panel", "light"):
        outcome = found(name, tmp_path, **panel(tmp_path))
        assert (outcome.state, outcome.key) == ("failed", "pins.busy")
        assert "GPIO13" in outcome.vi
    held.close()
    assert found("panel", tmp_path, **panel(tmp_path)).state == "ok"


def test_a_panel_without_its_library_of_stand_ins_or_not_configured(tmp_path: Path) -> None:
    for name in ("panel", "light"):
        assert found(name, tmp_path).key == "doctor.panel_not_named"
        assert found(name, tmp_path).state == "absent"
    assert found("panel", tmp_path, **panel(tmp_path, "pigpio")).key == "pins.library"
    outcome = found("panel", tmp_path, **panel(tmp_path, "mock"))
    assert (outcome.state, outcome.key) == ("unknown", "doctor.panel_mock"), "no real lamp: never ok"


def test_a_sentence_is_heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    card = SoundCard(tmp_path)
    for name, value in card.env.items():
        monkeypatch.setenv(name, value)
    assert found("say", tmp_path).state == "absent"
    assert found("say", tmp_path, sound_device="").key == "doctor.said"
    assert card.frames > 8000
    assert found("sound", tmp_path, sound_device="").key == "doctor.no_sound"
    put(
        tmp_path / "machine",
        "proc/asound/cards",
        " 0 [Headphones     ]: bcm2835_headpho - bcm2835 Headphones\n                      bcm2835 Headphones",
    )
    assert found("sound", tmp_path, sound_device="").en == "1 devices: bcm2835 Headphones"


# -- the examination itself


def test_a_check_that_hangs_or_breaks_ends_and_the_others_go_on() -> None:
    hanging = threading.Event()

    def hang(_doing: Doing) -> Outcome:
        hanging.wait(8)
        return ok()

    def break_(_doing: Doing) -> Outcome:
        raise RuntimeError("no such thing")

    checks = [
        Check(name="hang", code=90, vi="", en="", run=hang, deadline_s=0.1),
        Check(name="break", code=91, vi="", en="", run=break_),
        Check(name="fail", code=92, vi="", en="", run=lambda _doing: failed("paper.out")),
        Check(name="fine", code=93, vi="", en="", run=lambda _doing: ok()),
    ]
    began_s = time.monotonic()
    findings = list(examine(checks))
    hanging.set()
    assert [one.outcome.state for one in findings] == ["unknown", "failed", "failed", "ok"]
    assert "no such thing" in findings[1].outcome.en
    assert time.monotonic() - began_s < 5
    assert first_failed(findings) == 91


@pytest.mark.parametrize(
    ("states", "insisted", "code"),
    [
        (["ok", "absent", "unknown"], False, 0),
        (["ok", "failed", "failed"], False, 11),
        (["ok", "absent"], True, 11),
        (["unknown"], True, 0),
    ],
)
def test_the_exit_code_is_of_the_first_that_failed(states: Any, insisted: bool, code: int) -> None:
    findings = [
        Finding(
            check=Check(name="x", code=10 + index, vi="", en="", run=lambda _doing: ok()),
            outcome=Outcome(state=state, key="", vi="", en=""), took_s=0.0,
        )
        for index, state in enumerate(states)
    ]  # fmt: skip
    assert first_failed(findings, insisted=insisted) == code


def test_every_check_has_a_code_of_its_own_and_stands_in_the_document(tmp_path: Path) -> None:
    checks = all_checks(Setting(data=tmp_path))
    assert len({one.code for one in checks}) == len({one.name for one in checks}) == len(checks)
    assert all(10 <= one.code <= 99 for one in checks)
    text = DOC.read_text(encoding="utf-8")
    for one in checks:
        assert f"| {one.code} | `{one.name}` |" in text, one.name
    assert len(PROVIDERS) >= 6


def test_every_word_of_a_check_is_in_both_languages() -> None:
    for key, (vi, en) in WORDS.items():
        if key.startswith("doctor."):
            assert vi
            assert en
