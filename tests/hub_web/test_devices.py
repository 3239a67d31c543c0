"""A kiosk's own state, over the real wire, at the officer's console."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kiosk.desk import Desk
from queue_kit.health import device_file
from queue_kit.paper.interpreter import VirtualPrinter
from tests.health.machine import machine
from tests.hub_web.house import House, Officer
from tests.wire.harness import DEADLINE_S, eventually
from tests.wire.harness import Office as Wire


def device(lan: Officer, name: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = [one for one in lan.send("GET", "/devices").json() if one["id"] == name]
    return found[0] if found else {}


def test_a_weak_supply_a_hot_machine_and_a_roll_near_its_end_stand_at_the_console(
    open_house: Callable[..., House], wire: Wire, tmp_path: Path
) -> None:
    house = open_house(wire=wire)
    lan = house.officer("lan")
    body = machine(tmp_path / "machine", hot_c=[52.0], low=False, errors=[0], up_s=4242, system="Debian 12")
    with VirtualPrinter() as printer:
        bus = wire.bus("kiosk-1", kind="kiosk")
        desk = Desk(
            bus=bus, data=tmp_path / "kiosk", printer=printer.address, width_dots=576, post=lambda _event: None,
            machine=body, status_every_s=0.1,
        )  # fmt: skip
        desk.condition.devices["scanner"] = lambda: "away"
        desk.start()
        try:
            assert bus.wait_connected(DEADLINE_S)
            printer.near_end_of_paper()
            desk.warm()
            eventually(lambda: desk.printing.status is not None and desk.printing.status.paper_near_end)
            machine(body, hot_c=[84.0], low=True)
            desk.condition.look()
            kiosk = eventually(lambda: (one := device(lan, "kiosk-1")) and len(one["troubles"]) == 4 and one)
            health = kiosk["health"]
            assert (health["printer"], health["paper"], health["cover_open"]) == ("ok", "near_end", False)
            assert (health["temperature_c"], health["undervoltage"], health["disk_errors"]) == (84.0, True, 0)
            assert (health["scanner"], health["camera"], health["uptime_s"]) == ("away", None, 4242)
            assert health["versions"]["os"] == "Debian 12"
            kinds = {trouble["kind"] for trouble in kiosk["troubles"]}
            assert kinds == {"paper_near_end", "scanner_away", "temperature_high", "undervoltage"}
            shown = {alert["kind"]: alert["words"] for alert in lan.send("GET", "/counters/quay-1").json()["alerts"]}
            assert shown["undervoltage"] == "nguồn điện yếu, hãy thay bộ nguồn hoặc dây"
            # one source mended takes nothing of another away
            printer.refill()
            eventually(lambda: "paper_near_end" not in {x["kind"] for x in device(lan, "kiosk-1")["troubles"]})
            assert len(device(lan, "kiosk-1")["troubles"]) == 3
        finally:
            desk.stop()
        eventually(lambda: device(lan, "kiosk-1")["state"] == "stopping")


def test_what_was_found_on_the_whole_device_stands_at_the_console_with_what_to_do(
    open_house: Callable[..., House], wire: Wire, tmp_path: Path
) -> None:
    """``motcua health`` leaves it in a file; the device's process has it among its troubles, and takes it back."""
    house = open_house(wire=wire)
    lan = house.officer("lan")
    body = machine(tmp_path / "machine", hot_c=[52.0])
    file = body / device_file.PLACE
    file.parent.mkdir(parents=True)
    kinds = ["unit_failed.motcua-install", "unit_away.motcua-kiosk.target", "certificate_ends"]
    device_file.write(file, {"told_by": "kiosk", "kinds": kinds})
    bus = wire.bus("kiosk-1", kind="kiosk")
    desk = Desk(
        bus=bus, data=tmp_path / "kiosk", printer="none:", width_dots=576, post=lambda _event: None, machine=body,
    )  # fmt: skip
    desk.start()
    try:
        assert bus.wait_connected(DEADLINE_S)
        desk.condition.look()
        troubles = eventually(lambda: len(found := device(lan, "kiosk-1").get("troubles", [])) == 3 and found)
        assert {one["kind"]: one["words"] for one in troubles} == {
            "certificate_ends": "chứng thư của đơn vị còn dưới 60 ngày, hãy báo kỹ thuật của tỉnh ngay",
            "unit_away.motcua-kiosk.target":
                "tiến trình motcua-kiosk.target không chạy: hãy khởi động lại thiết bị, nếu vẫn vậy gọi kỹ thuật",
            "unit_failed.motcua-install": "cập nhật phần mềm không thành, máy vẫn dùng bản cũ: hãy báo kỹ thuật",
        }  # fmt: skip
        device_file.write(file, {"told_by": "kiosk", "kinds": []}, since_s=device_file.since_start_s() - 1000)
        desk.condition.look()
        eventually(lambda: [one["kind"] for one in device(lan, "kiosk-1")["troubles"]] == [device_file.SILENT])
        device_file.write(file, {"told_by": "kiosk", "kinds": []})
        desk.condition.look()
        eventually(lambda: device(lan, "kiosk-1")["troubles"] == [])
    finally:
        desk.stop()
