"""What stands beside the demo's kiosk: a panel on gpiozero's mock pins, a scanner on a serial line that is a pty."""

from __future__ import annotations

import json
import os
import tty
from pathlib import Path
from typing import Final, Self

PRESENCE: Final = 4
LAMPS: Final = {"ready": 5, "working": 6, "help": 13}
BUTTONS: Final = {"take": 17, "help": 27}
#: seconds at home until the screen rests: a morning is short
REST_S: Final = 25


class VirtualScanner:
    """A scanner; ``address`` is what the kiosk is told. Use as a context manager."""

    def __init__(self, port: Path) -> None:
        self._port = port
        self._ends: tuple[int, int] | None = None
        self.address = f"serial:{port}"

    def __enter__(self) -> Self:
        self._ends = os.openpty()
        for end in self._ends:
            tty.setraw(end)
        self._port.unlink(missing_ok=True)  # of a demo that was cut off
        self._port.symlink_to(os.ttyname(self._ends[1]))
        return self

    def __exit__(self, *_: object) -> None:
        self._port.unlink(missing_ok=True)
        for end in self._ends or ():
            os.close(end)
        self._ends = None

    def scan(self, text: str) -> None:
        """Send a code as a scanner does, with the end of a line."""
        if self._ends is not None:
            os.write(self._ends[0], text.encode() + b"\r\n")


def write_panel(file: Path) -> None:
    """The panel's file."""
    plan = {"factory": "mock", "presence": {"pin": PRESENCE}, "light": LAMPS, "buttons": BUTTONS}
    # JSON is YAML: the same reader takes it
    file.write_text(json.dumps({"format": 1, **plan}), encoding="utf-8")
