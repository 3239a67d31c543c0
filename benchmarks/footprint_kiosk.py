"""The kiosk's part of ``motcua bench footprint``: first frame, idle load, first touch after idle, memory after tickets.

All in one run of the shipped kiosk against the shipped broker and hub, with real touches on a virtual screen and a
printer that takes the slips.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.footprint_hub import pss_mb
from motcua.disk_folder import disk_folder
from motcua.office_run import SHIPPED_OFFICE, Child, OfficeRun, round_the_clock
from motcua.virtual_screen import VirtualScreen
from queue_kit.paper.interpreter import VirtualPrinter

SIZE: Final = (1080, 1920)
BOUNDS: Final = {
    "kiosk_first_frame_s": ("<=", 2.5),
    "kiosk_idle_cpu_percent": ("<=", 1.0),
    "first_touch_p95_ms": ("<=", 150.0),
    "kiosk_pss_mb": ("<=", 150.0),
}
_SETTLED_S: Final = 1.5
_HOLD_S: Final = 0.05
#: longer than the kiosk's second-strike guard
_BETWEEN_S: Final = 0.55


class NotSeenError(TimeoutError):
    """The kiosk did not show what was waited for."""


@dataclass(frozen=True, slots=True)
class Footprint:
    """What was measured; :meth:`figures` names it as the bench does."""

    first_frame_s: float
    idle_cpu_percent: float
    touch_ms: list[float]
    pss_mb: float
    pss_start_mb: float
    tickets: int

    def figures(self) -> dict[str, float]:
        """Key → figure."""
        ordered = sorted(self.touch_ms)
        p95 = ordered[math.ceil(0.95 * len(ordered)) - 1]  # nearest rank
        return {
            "kiosk_first_frame_s": self.first_frame_s,
            "kiosk_idle_cpu_percent": self.idle_cpu_percent,
            "first_touch_p95_ms": p95,
            "kiosk_pss_mb": self.pss_mb,
        }


class Finger:
    """Touches by words, as they stand in the kiosk's touch map."""

    def __init__(self, screen: VirtualScreen, touch_map: Path) -> None:
        self._screen, self._map = screen, touch_map
        self._last_s = 0.0

    def sees(self) -> dict[str, Any]:
        """The map as it is now; empty before the first."""
        try:
            said: dict[str, Any] = json.loads(self._map.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        return said

    def wait(self, wanted: Callable[[dict[str, Any]], bool], what: str, timeout_s: float = 15.0) -> dict[str, Any]:
        """Wait until the map is as wanted. Raises :class:`NotSeenError`."""
        until_s = time.monotonic() + timeout_s
        while time.monotonic() < until_s:
            said = self.sees()
            if said and wanted(said):
                return said
            time.sleep(0.005)
        raise NotSeenError(f"the kiosk shows no {what}; its last screen: {self.sees().get('screen')}")

    def place(self, says: str) -> tuple[int, int]:
        """Where something with these words lies. Raises :class:`NotSeenError`."""
        for target in self.sees().get("targets", []):
            if says in target["says"]:
                return int(target["x"]), int(target["y"])
        raise NotSeenError(f"nothing on the kiosk says {says!r}")

    def touch(self, says: str) -> None:
        """Press and release, not sooner after the last time than the kiosk takes for trembling."""
        pause_s = self._last_s + _BETWEEN_S - time.monotonic()
        if pause_s > 0:
            time.sleep(pause_s)
        self._screen.move(*self.place(says))
        self._screen.press()
        time.sleep(_HOLD_S)
        self._screen.release()
        self._last_s = time.monotonic()

    def touch_until(self, says: str, wanted: Callable[[dict[str, Any]], bool], what: str) -> None:
        """Touch, again if need be, until the kiosk shows what is wanted. Raises :class:`NotSeenError`."""
        for patience_s in (3.0, 5.0, 15.0):
            with contextlib.suppress(NotSeenError):
                self.touch(says)
                self.wait(wanted, what, patience_s)
                return
            if wanted(self.sees()):
                return
        raise NotSeenError(f"the kiosk shows no {what}; its last screen: {self.sees().get('screen')}")


def cpu_s(pid: int) -> float:
    """User and system seconds of a process, its threads included (proc(5), stat fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def first_frame_s(screen: VirtualScreen, ready: Path, began_s: float, alive: Callable[[], bool]) -> float:
    """Seconds from the start until the picture that then stays was on the screen, below the clock's band."""
    top = round(screen.size[1] * 0.4)
    last, since_s = b"", began_s
    while True:
        now_s = time.monotonic()
        picture = hashlib.blake2b(screen.rows(top, screen.size[1]), digest_size=16).digest()
        if picture != last:
            last, since_s = picture, now_s
        elif ready.exists() and now_s - since_s >= _SETTLED_S:
            return since_s - began_s
        if now_s - began_s > 60 or not alive():
            raise NotSeenError("the kiosk drew no first frame")
        time.sleep(0.004)


def first_touch_ms(screen: VirtualScreen, place: tuple[int, int], *, count: int, seed: int) -> list[float]:
    """Milliseconds from the press to a changed pixel, each after some seconds without a touch."""
    chance = random.Random(seed)
    x, y = place
    # Beside the words and the icon, inside the tile.
    watched = (x - 400, y)
    measured = []
    for _ in range(count):
        screen.move(5, 5)
        time.sleep(2.5 + 2.0 * chance.random())
        screen.move(x, y)
        time.sleep(2.0 + chance.random())
        before = screen.pixel(*watched)
        began_s = time.perf_counter()
        screen.press()
        while screen.pixel(*watched) == before:
            if time.perf_counter() - began_s > 3:
                raise NotSeenError("a press is not shown")
            time.sleep(0.0003)
        measured.append((time.perf_counter() - began_s) * 1000)
        # Slide off and let go: nothing is chosen.
        screen.move(5, 5)
        time.sleep(0.1)
        screen.release()
    return measured


def take_tickets(finger: Finger, printer: VirtualPrinter, count: int, *, service: str) -> None:
    """Take so many numbers by touch, every fifth by the service list, the others by the tile for results.

    A touch that the kiosk took for trembling (on a busy machine two may be read close together) is made again.
    """
    for number in range(count):
        home = finger.wait(lambda said: said["screen"] == "home", "home screen")
        collect = any("Nhận kết quả" in target["says"] for target in home["targets"])
        if collect and number % 5:
            finger.touch_until("Nhận kết quả", lambda said: said["screen"] == "dossier_code", "receipt's code")
            finger.touch_until("hông có", lambda said: said["screen"] == "number", "number")
        else:
            finger.touch_until("Lấy số thứ tự", lambda said: said["screen"] == "services", "service list")
            finger.touch_until(service, lambda said: said["screen"] == "number", "number")
        printer.wait_for_slip(number + 1, 15)
        finger.wait(lambda said: said["slip"] == "printed", "printed slip")
        finger.touch_until("Xong", lambda said: said["screen"] == "home", "home screen")


def measure_kiosk(
    folder: Path, *, idle_s: float = 60.0, touches: int = 30, tickets: int = 200, seed: int = 1, note: bool = False
) -> Footprint:
    """Run an office in ``folder`` (on a disk) and measure its kiosk. About 6 minutes with the usual numbers."""

    def tell(text: str) -> None:
        if note:
            print(text, file=sys.stderr, flush=True)

    office = round_the_clock(SHIPPED_OFFICE, folder / "office.json")
    ready, touch_map = folder / "kiosk.ready", folder / "kiosk.touch.json"
    service = next(one for one in office.leaves() if one.kind == "service")
    group = next((one for one in office.services if service in one.services), None)
    if group is not None:
        service = next(one for one in office.services if one.is_leaf and one.kind == "service")
    with (
        # A trusted clock: without one the kiosk shows none, and idling would be too easy.
        OfficeRun(folder, office=folder / "office.json", hub_options=["--clock-source", "system"]) as run,
        VirtualPrinter() as printer,
        VirtualScreen(*SIZE) as screen,
    ):
        words = [
            "kiosk", "--province", office.province, "--office", office.id, *run.client_words("kiosk-1"),
            "--printer", printer.address, "--data", str(folder / "kiosk"), "--size", f"{SIZE[0]}x{SIZE[1]}",
            "--attract-s", "100000", "--ready-file", str(ready), "--touch-map", str(touch_map),
        ]  # fmt: skip
        began_s = time.monotonic()
        kiosk: Child = run.child("kiosk", words, env=screen.env)
        frame_s = first_frame_s(screen, ready, began_s, lambda: kiosk.running)
        tell(f"first frame {frame_s:.2f} s")
        finger = Finger(screen, touch_map)
        place = finger.place("Lấy số thứ tự")
        time.sleep(4)  # what is loaded after the first frame is not idling
        pss_start = pss_mb(kiosk.pid)
        spent_s, from_s = cpu_s(kiosk.pid), time.monotonic()
        time.sleep(idle_s)
        idle = (cpu_s(kiosk.pid) - spent_s) / (time.monotonic() - from_s) * 100
        tell(f"idle {idle:.2f} % of a core, {pss_start:.0f} MB")
        touch = first_touch_ms(screen, place, count=touches, seed=seed)
        tell("first touch " + " ".join(f"{one:.0f}" for one in sorted(touch)) + " ms")
        take_tickets(finger, printer, tickets, service=service.label("vi"))
        pss = pss_mb(kiosk.pid)
        tell(f"{pss:.1f} MB after {tickets} tickets")
        return Footprint(frame_s, idle, touch, pss, pss_start, tickets)


def main() -> None:
    """Measure and print; options are numbers of idle seconds, touches, tickets."""
    idle_s, touches, tickets = (*(int(x) for x in sys.argv[1:4]), *(60, 30, 200)[len(sys.argv[1:4]) :])
    with disk_folder() as folder:
        result = measure_kiosk(folder, idle_s=idle_s, touches=touches, tickets=tickets, note=True)
    print(json.dumps(result.figures()))


if __name__ == "__main__":
    main()
