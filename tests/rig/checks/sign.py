"""A number sign on a line behind a USB adapter of the virtual machine."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import socket
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from motcua.demo.officer import Officer
from queue_core.wire.messages import IssueRequest
from queue_display.signs.virtual import ANSWER, CELLS, FRAME, VirtualSigns
from tests.rig.checks import Check, Rig
from tests.rig.machine import OUTSIDE, PYTHON, MachineError, wait_until
from tests.rig.office import OFFICER, PASSWORD

PORT, LINE = "sign-line", "sign-port"
USB_PORT = "3"
COUNTER, COUNTER_ID, SERVICE = 2, "quay-2", "ho-tich"
_FIRST_S, _AGAIN_S = 120, 60


def devices(rig_socket: Path) -> list[str]:
    """QEMU's words for the adapter that the sign's line begins at; ``serial`` names it for udev."""
    return [
        "-chardev", f"socket,id={LINE},path={rig_socket},server=on,wait=off",
        "-device", f"usb-serial,chardev={LINE},id={PORT},serial=sign,bus=usb.0,port={USB_PORT}",
    ]  # fmt: skip


def shows_the_call(rig: Rig) -> None:
    """A called number stands on the sign; it is there again after the power and after the line was cut."""
    with Officer(f"http://127.0.0.1:{rig.office.http_port}", OFFICER, PASSWORD) as officer, _signs(rig) as signs:
        officer.open_counter(COUNTER)
        officer.wait_for_waiting(_number(rig))
        officer.call_next()
        # Somebody from an earlier check may have waited longer.
        number = officer.current_number()
        _expect(signs, number, _FIRST_S)
        signs.power_cut()
        _expect(signs, number, _AGAIN_S)
        rig.machine.qmp("device_del", id=PORT)
        signs.power_cut()
        wait_until(lambda: not _ports(rig), "end of the sign's port", 30)
        rig.machine.qmp(
            "device_add", driver="usb-serial", chardev=LINE, id=PORT, serial="sign", bus="usb.0", port=USB_PORT
        )
        _expect(signs, number, _AGAIN_S)


def _number(rig: Rig) -> str:
    """A citizen at another kiosk takes a number."""
    bus = rig.office.bus("kiosk-1", kind="kiosk")
    bus.start()
    try:
        bus.wait_connected(10)
        reply = bus.request("issue", IssueRequest(request_id=uuid.uuid4().hex, service=SERVICE))
        if reply.ticket is None:
            raise MachineError(f"no number: {reply.error}")
        return reply.ticket.number
    finally:
        bus.stop()


def _expect(signs: VirtualSigns, number: str, timeout_s: float) -> None:
    if not signs.wait_for(COUNTER, lambda text: text == number, timeout_s):
        raise MachineError(f"the sign shows {signs.text(COUNTER)!r}, not {number}")


def _ports(rig: Rig) -> list[str]:
    """The names udev gives the sign's adapter."""
    said = rig.machine.run("sh", "-c", "ls /dev/serial/by-id/*sign*").out.split()
    return [name for name in said if "sign" in name]


@contextlib.contextmanager
def _signs(rig: Rig) -> Iterator[VirtualSigns]:
    """``motcua signs`` inside, one text sign at the other end of its line outside."""
    folder, office = rig.machine.folder, rig.office
    shutil.copy2(office.broker.password_path("signs-1"), folder / "signs.password")
    words: list[str | Path] = [
        PYTHON, "-m", "motcua", "signs", "--province", office.office.province, "--office", office.office.id,
        "--client", "signs-1", "--broker-host", OUTSIDE, "--broker-port", str(office.broker.port),
        "--broker-username", "signs-1", "--broker-password-file", "/rig/signs.password",
        "--wiring", "/rig/signs.yaml",
    ]  # fmt: skip
    unit = {
        "kind": "text", "counter": COUNTER_ID, "address": COUNTER, "cells": CELLS, "frame": FRAME, "answer": ANSWER,
    }  # fmt: skip
    with VirtualSigns(folder / "sign-end", (COUNTER,)) as signs, _joined(rig.machine.socket(LINE), signs.port):
        # QEMU plugs the adapter in when somebody is at the other end.
        port = wait_until(lambda: _ports(rig), "port of the sign's adapter", 30)[0]
        wiring = {"lines": [{"id": "line-1", "port": port, "signs": [unit]}]}
        (folder / "signs.yaml").write_text(json.dumps(wiring), encoding="utf-8")
        with rig.machine.started("signs", *words):
            yield signs


@contextlib.contextmanager
def _joined(line: Path, port: Path) -> Iterator[None]:
    """Carry bytes between QEMU's end of the line and the sign's."""
    over = threading.Event()
    with socket.socket(socket.AF_UNIX) as cable:
        cable.connect(str(line))
        end = os.open(port, os.O_RDWR | os.O_NOCTTY)

        def carry() -> None:
            while not over.is_set():
                ready, _, _ = select.select([cable.fileno(), end], [], [], 0.2)
                if cable.fileno() in ready:
                    os.write(end, cable.recv(1024))
                if end in ready:
                    cable.sendall(os.read(end, 1024))

        carrier = threading.Thread(target=carry, name="line", daemon=True)
        carrier.start()
        try:
            yield
        finally:
            over.set()
            carrier.join(5)
            os.close(end)


CHECKS: Final = (
    Check("a number sign on ttyUSB shows the call, and again after its power and its line were cut", shows_the_call),
)
