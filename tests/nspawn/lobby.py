"""A kiosk's screen and a finger on it; the journal that has to agree with it."""

from __future__ import annotations

import json
import time
from typing import Any

from motcua.virtual_screen import VirtualScreen
from tests.nspawn.container import Container, wait_until


class Lobby:
    """The kiosk's screen: what it shows, and a finger on it."""

    def __init__(self, device: Container, screen: VirtualScreen) -> None:
        self._screen = screen
        self._map = device.first_root() / "run/motcua/kiosk/touch.json"

    def sees(self, screen: str, says: str = "", timeout_s: float = 60) -> dict[str, Any]:
        """Wait for a screen that offers something with these words."""

        def there() -> dict[str, Any] | None:
            try:
                said: dict[str, Any] = json.loads(self._map.read_text(encoding="utf-8"))
            except (FileNotFoundError, json.JSONDecodeError):
                return None
            fits = said["screen"] == screen and (not says or any(says in one["says"] for one in said["targets"]))
            return said if fits else None

        return wait_until(there, f"screen {screen} with “{says}”", timeout_s)

    def tap(self, screen: str, says: str) -> None:
        """Touch it."""
        said = self.sees(screen, says)
        target = next(one for one in said["targets"] if says in one["says"])
        time.sleep(0.7)  # a finger is not taken for the tail of the one before
        self._screen.touch(target["x"], target["y"])

    def takes_a_number(self, service: str) -> str:
        """From home to the number on the screen, and home again."""
        self.tap("home", "Lấy số thứ tự")
        self.tap("services", service)
        said = self.sees("number")
        number = next(word for word in said["words"] if word[:1].isalpha() and word[1:].isdecimal())
        # "Done" leads home, whatever its words are in this version: the visit would end by itself too
        home = next((one["says"] for one in said["targets"] if "Xong" in one["says"]), "")
        if home:
            self.tap("number", home)
        self.sees("home", "Lấy số thứ tự", 120)
        return str(number)


def issued(hub: Container) -> list[str]:
    """Numbers of the tickets in the hub's journal, in their order."""
    said = hub.ok("/opt/motcua/bin/motcua", "journal", "show", "--json", "/var/lib/motcua/hub", user="motcua-hub")
    records = [json.loads(line)["event"] for line in said.splitlines()]
    return [str(one["ticket"]["number"]) for one in records if one["type"] == "ticket_issued"]
