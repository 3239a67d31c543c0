"""Signs in a working office: the real hub on the real broker, frames on a real cable, keys that call."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from gpiozero.pins.mock import MockFactory

from queue_core import commands as c
from queue_core import events as e
from queue_core.version import version
from queue_core.wire.messages import Beat, DeviceState, Rev
from queue_display.signs.runtime import Runtime
from queue_display.signs.virtual import ANSWER, FRAME, VirtualSigns
from queue_display.signs.wiring import Wiring, check_wiring
from queue_hub.web.console_view import alert_words
from queue_kit.health.watch import Body
from queue_kit.pins import PinError
from tests.health.machine import machine
from tests.hub.house import Hub
from tests.signs.house import DEADLINE_S, Cable, Units, eventually
from tests.wire.harness import TOPICS, Box
from tests.wire.harness import Office as Wire


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Wire]:
    made = Wire(tmp_path / "broker")
    yield made
    made.close()
    assert made.faults == []


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    made = Hub(tmp_path)
    yield made
    made.close()


@pytest.fixture
def signs(tmp_path: Path) -> Iterator[VirtualSigns]:
    with VirtualSigns(tmp_path / "ttySigns", (1, 2)) as made:
        yield made


def wiring_of(port: Path, **more: Any) -> Wiring:
    texts = [
        {"kind": "text", "counter": f"q{n}", "address": n, "frame": FRAME, "answer": ANSWER} for n in (1, 2)
    ]  # fmt: skip
    wiring = Wiring.model_validate({"lines": [{"id": "day-1", "port": str(port), "signs": texts}], **more})
    check_wiring(wiring)
    return wiring


@pytest.fixture
def works(wire: Wire) -> Iterator[Callable[..., Runtime]]:
    made: list[Runtime] = []

    def start(wiring: Wiring, **more: Any) -> Runtime:
        tied: list[Runtime] = []
        bus = wire.bus("signs-1", kind="signs", on_connection=lambda up: tied[0].on_connection(up))  # noqa: PLW0108 -- tied later
        tied.append(Runtime(bus, wiring, again_s=0.2, **more))
        tied[0].start()
        made.append(tied[0])
        return tied[0]

    yield start
    for one in made:
        one.stop()


def shows(signs: VirtualSigns, address: int, text: str) -> None:
    assert signs.wait_for(address, lambda shown: shown == text, DEADLINE_S), f"{address}: {signs.text(address)!r}"


def test_a_morning_above_two_counters(hub: Hub, wire: Wire, signs: VirtualSigns, works: Callable[..., Runtime]) -> None:
    hub.goes_on_air(wire)
    works(wiring_of(signs.port))
    hub.opened("q1", "q2")
    hub.issue("request-1")
    hub.call("q1")
    shows(signs, 1, "A001")
    hub.ask(c.PauseCounter(counter="q2"), by="officer:lan")
    shows(signs, 2, "TAM DONG")
    signs.power_cut()
    shows(signs, 1, "A001")
    hub.ask(c.Finish(counter="q1"), by="officer:lan")
    shows(signs, 1, "")
    hub.ask(c.OpenCounter(counter="q2", officer="lan"), by="officer:lan")
    shows(signs, 2, "")


def test_the_hub_goes_and_comes_back_and_the_number_stays(
    hub: Hub, wire: Wire, signs: VirtualSigns, works: Callable[..., Runtime]
) -> None:
    hub.goes_on_air(wire)
    runtime = works(wiring_of(signs.port))
    hub.opened("q1")
    hub.issue("request-1")
    hub.call("q1")
    shows(signs, 1, "A001")
    hub.close()
    shows(signs, 1, "A001.")
    # The signs' own process is started anew meanwhile: the retained board still has the number.
    runtime.stop()
    signs.power_cut()
    works(wiring_of(signs.port))
    shows(signs, 1, "A001.")
    hub.open()
    hub.goes_on_air(wire)
    shows(signs, 1, "A001")


def test_the_officer_sees_which_sign_is_dead_and_that_it_is_back(
    hub: Hub, wire: Wire, signs: VirtualSigns, works: Callable[..., Runtime]
) -> None:
    hub.goes_on_air(wire)
    works(wiring_of(signs.port))

    def alerts() -> set[str]:
        return {kind for device, kind in hub.engine.state.alerts if device == "signs-1"}

    shows(signs, 1, "")
    signs.unplug()
    eventually(lambda: alerts() == {"signs_line_away.day-1"})
    assert "day-1" in alert_words("signs_line_away.day-1", "vi")
    signs.plug_in()
    eventually(lambda: not alerts())


def test_the_machine_of_the_signs_tells_how_it_is(
    hub: Hub, wire: Wire, signs: VirtualSigns, works: Callable[..., Runtime], tmp_path: Path
) -> None:
    """Its heat and its card stand in the retained state; a weak supply and a lost line at the console, side by side."""
    root = machine(tmp_path / "pi", hot_c=[52.5], low=True, up_s=3600)
    hub.goes_on_air(wire)
    hub.opened("q1")
    _, box = wire.listener("watch", TOPICS.device_state("signs-1"))
    works(wiring_of(signs.port), body=Body(tmp_path / "card", root=root))

    def alerts() -> set[str]:
        return {kind for device, kind in hub.engine.state.alerts if device == "signs-1"}

    shows(signs, 1, "")
    eventually(lambda: alerts() == {"undervoltage"})
    signs.unplug()
    eventually(lambda: alerts() == {"undervoltage", "signs_line_away.day-1"})
    told = box.wait_state("signs-1", state="ready", alerts=["signs_line_away.day-1", "undervoltage"])
    assert told.health is not None
    assert (told.health.temperature_c, told.health.undervoltage, told.health.uptime_s) == (52.5, True, 3600)
    assert told.health.disk_writable is True
    assert told.health.disk_free_mb
    signs.plug_in()
    eventually(lambda: alerts() == {"undervoltage"})


def test_a_key_on_the_cable_calls_the_next_and_the_sign_shows_who(
    hub: Hub, wire: Wire, cable: Cable, units: Callable[..., Units], works: Callable[..., Runtime]
) -> None:
    hub.goes_on_air(wire)
    there = units(1, 11)
    line = {
        "id": "day-1", "port": str(cable.near), "answer_ms": 120,
        "signs": [{"kind": "modbus", "counter": "q1", "address": 1, "form": "ascii"}],
        "keypads": [{"counter": "q1", "address": 11, "keys": {1: "next"}, "lamp": {"register": 9}}],
    }  # fmt: skip
    works(Wiring.model_validate({"lines": [line]}))
    there.was_asked(11)
    hub.issue("request-1")

    def press() -> None:
        there.put(11, 9, 0)

        def strike() -> bool:
            there.put(11, 0, 1)
            there.was_asked(11)
            there.put(11, 0, 0)
            there.was_asked(11)
            return there.word(11, 9) != 0

        eventually(strike, "the officer was not told")  # a second strike within a moment counts as the first

    press()
    assert there.word(11, 9) == 2, "nobody is on duty: refused"
    hub.opened("q1")
    assert not hub.written(e.TicketCalled)
    press()
    assert there.word(11, 9) == 1
    eventually(lambda: (there.word(1, 0), there.word(1, 1)) == (0x4130, 0x3031))
    assert [call.by for call in hub.written(e.TicketCalled)] == ["keypad:signs-1:lan"]


def test_darker_in_the_evening_by_the_hubs_clock(
    wire: Wire, tmp_path: Path, works: Callable[..., Runtime], hub: Hub
) -> None:
    hub.goes_on_air(wire)  # its clock stands at 08:00
    with VirtualSigns(tmp_path / "ttyLevel", (1, 2)) as signs:
        levels = Box()
        signs.on_frame = lambda raw: levels("", raw[11:12], None)  # type: ignore[arg-type]
        wiring = wiring_of(signs.port, brightness={"07:00": 100, "18:30": 20})
        works(wiring)
        levels.wait_for(lambda box: any(raw == b"9" for _, raw, _ in box.items))
        evening_ms = hub.clock.read().utc_ms + 11 * 3600 * 1000
        hub.bus.publish(TOPICS.beat, Beat(rev=Rev(epoch=hub.engine.epoch, seq=1), asof_ms=evening_ms), qos=0)
        levels.wait_for(lambda box: any(raw == b"2" for _, raw, _ in box.items))


def test_keys_on_pins_that_cannot_be_had_are_told_and_the_signs_go_on(
    hub: Hub, wire: Wire, signs: VirtualSigns, works: Callable[..., Runtime]
) -> None:
    def refused() -> Any:
        raise PinError("pins.forbidden", user="signs")

    hub.goes_on_air(wire)
    works(wiring_of(signs.port, buttons=[{"counter": "q1", "pins": {17: "next"}}]), pins=refused)
    hub.opened("q1")
    hub.issue("request-1")
    hub.call("q1")
    shows(signs, 1, "A001")
    eventually(lambda: ("signs-1", "keypad_pins.1") in hub.engine.state.alerts)


def test_a_key_on_a_pin_calls(hub: Hub, wire: Wire, signs: VirtualSigns, works: Callable[..., Runtime]) -> None:
    factory = MockFactory()
    hub.goes_on_air(wire)
    runtime = works(wiring_of(signs.port, buttons=[{"counter": "q1", "pins": {17: "next"}}]), pins=lambda: factory)
    hub.opened("q1")
    hub.issue("request-1")
    assert runtime.bus.wait_connected(DEADLINE_S)
    eventually(lambda: runtime._keypads)
    factory.pin(17).drive_low()
    shows(signs, 1, "A001")


def test_the_shipped_command_shows_says_so_and_ends_when_told(
    hub: Hub, wire: Wire, signs: VirtualSigns, tmp_path: Path
) -> None:
    hub.goes_on_air(wire)
    hub.opened("q1")
    hub.issue("request-1")
    hub.call("q1")
    _, box = wire.listener("watch", TOPICS.device_state("signs-1"))
    wiring, ready = tmp_path / "signs.yaml", tmp_path / "ready"
    wiring.write_text(wiring_of(signs.port).model_dump_json(exclude_defaults=True, by_alias=True), encoding="utf-8")
    words = [
        sys.executable, "-m", "motcua", "signs", "--province", TOPICS.province, "--office", TOPICS.office,
        "--broker-port", str(wire.broker.port), "--broker-password-file", str(wire.broker.password_path("signs-1")),
        "--wiring", str(wiring), "--ready-file", str(ready), "--data", str(tmp_path / "card"),
    ]  # fmt: skip
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as process:
        shows(signs, 1, "A001")
        eventually(ready.exists)
        assert box.wait_state("signs-1", state="ready").kind == "signs"

        def healthy(seen: Box) -> DeviceState | None:
            told = seen.messages(DeviceState, TOPICS.device_state("signs-1"))
            return next((one for one in told if one.health is not None), None)

        health = box.wait_for(healthy).health
        assert (health.disk_writable, health.versions["motcua"]) == (True, version())
        process.terminate()
        assert process.wait(DEADLINE_S) == 0, process.stderr.read() if process.stderr else ""
    box.wait_state("signs-1", state="stopping")
    assert signs.text(1) == "A001", "a sign keeps its number when its process ends"
