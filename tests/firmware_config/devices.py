"""A device of each board, as an office has it; their files are kept in ``golden/``.

``python -m tests.firmware_config.devices`` writes them anew: look at the difference before you keep it.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from firmware_config.device import Device, describe
from firmware_config.render import render, write
from queue_kit.broker.accounts import office_accounts

GOLDEN = Path(__file__).parent / "golden"

DEVICES: dict[str, Device] = {
    # The usual commune: everything on one board, a touch panel turned upright.
    "pi4-solo": describe(
        board="pi4", role="solo", screen="portrait-1080p", rtc=True, camera=True, panel_ports=("1-1.1",),
        scanner_port="1-1.2", backup_port="2-1", root="PARTUUID=4e639091-02",
    ),
    "pi5-kiosk": describe(
        board="pi5", role="kiosk", screen="touch-display", rtc=True, touch_rotation=180, scanner_port="1-2",
        printer_port="3-1", root="LABEL=writable",
    ),
    "cm4-board": describe(board="cm4", role="board", screen="landscape-1080p", storage_ports=("1-1",)),
    "zero2w-signs": describe(board="zero2w", role="signs", matrices=True, sign_bus_on_header=True),
    "amd64-hub": describe(board="amd64", role="hub", networks=("192.168.7.0/24",), ssh=True, public_port=0),
    "amd64-central": describe(board="amd64", role="central", networks=("10.0.0.0/8",), ssh=True),
}  # fmt: skip


def rendered(name: str) -> dict[str, bytes]:
    accounts = office_accounts(kiosks=2, boards=2, signs=1)
    office = "+" if DEVICES[name].role == "central" else "xa-mau"
    return render(DEVICES[name], accounts=accounts, root=f"motcua/v1/tinh-mau/{office}")


if __name__ == "__main__":
    shutil.rmtree(GOLDEN, ignore_errors=True)
    for device in DEVICES:
        write(rendered(device), GOLDEN / device)
