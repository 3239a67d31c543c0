"""A scripted citizen and officer: they read the screens, touch, press keys, and check that all say the same number.

Nothing is told to them from inside: the citizen finds a tile by reading it, the number by looking at it; the slip's
number is read from the paper, and its QR by an engine that did not draw it.
"""

from __future__ import annotations

import json
import threading
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from motcua.demo.eyes import PATIENCE_S, find_number, numbers_in, read, read_large, wait_for
from motcua.demo.lobby_devices import PRESENCE
from queue_core.errors import MotcuaError, register
from queue_kit.mock_pins import PinHand

if TYPE_CHECKING:
    from PIL import Image

    from motcua.demo.lobby_devices import VirtualScanner
    from motcua.virtual_screen import VirtualScreen
    from queue_display.signs.virtual import VirtualSigns
    from queue_kit.paper.interpreter import VirtualPrinter

register(
    {
        "demo.numbers_differ": (
            "Số không khớp: {what}.",
            "The numbers differ: {what}.",
        ),
        "demo.no_slip": ("Máy in không in phiếu.", "No slip came out of the printer."),
        "demo.not_called": ("Bảng không hiện số {number}.", "The board did not show {number}."),
    }
)
BIG_PX = 90
OTHERS = 3
#: the officer's; its sign is the unit of this address
COUNTER = 2


@dataclass(slots=True)
class Facts:
    """What the morning showed: for the report."""

    number: str = ""
    seen: dict[str, str] = field(default_factory=dict)
    spoken: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    #: the receipt's code as its paper has it, and what the kiosk said of its dossier
    receipt: str = ""
    dossier: str = ""
    #: what happened, at which lamp or pin, and how
    panel: list[tuple[str, str, str]] = field(default_factory=list)


class Morning:
    """One citizen's visit and the officer who serves."""

    def __init__(
        self,
        *,
        kiosk: VirtualScreen,
        board: VirtualScreen,
        printer: VirtualPrinter,
        signs: VirtualSigns,
        scanner: VirtualScanner,
        pins: Path,
        console: str,
        account: tuple[str, str],
        out: Path,
        calls: Path,
    ) -> None:
        self._kiosk, self._board, self._printer, self._signs = kiosk, board, printer, signs
        self._scanner, self._pins = scanner, pins
        self._console, self._account, self._out, self._calls = console, account, out, calls
        self._facts = Facts()
        self._places = ((0, 0), (0, 0))

    def play(self) -> Facts:
        """Play it; raises a keyed error when something does not fit."""
        from motcua.demo.officer import Officer
        from motcua.demo.second_visit import SecondVisit

        facts = self._facts
        with Officer(self._console, *self._account) as officer:
            self._timed("officer logs in and opens a counter", lambda: officer.open_counter(COUNTER))
            self._timed("citizen takes a number", self._take_number)
            self._timed("slip", self._read_slip)
            self._timed(f"{OTHERS} more citizens take numbers", self._others_come)
            officer.wait_for_waiting(facts.number)
            self._timed("officer calls", officer.call_next)
            self._timed("board shows the call", self._see_board)
            self._timed("sign above the counter", self._see_sign)
            facts.seen["console"] = officer.current_number()
            officer.save(self._out / "console.png")
            self._timed("voice", self._hear)
            officer.serve_and_finish()
        SecondVisit(
            kiosk=self._kiosk, printer=self._printer, scanner=self._scanner, pins=self._pins, console=self._console,
            account=self._account, out=self._out, facts=facts, slips=1 + OTHERS,
        ).play(self._timed)  # fmt: skip
        wrong = {place: number for place, number in facts.seen.items() if number != facts.number}
        if wrong:
            raise MotcuaError("demo.numbers_differ", what=json.dumps({"screen": facts.number} | wrong))
        typer.echo(f"Mọi nơi cùng một số / the same number everywhere: {facts.number} ({', '.join(facts.seen)})")
        return facts

    def _timed(self, what: str, act: Callable[[], Any]) -> None:
        began = time.monotonic()
        act()
        self._facts.seconds[what] = round(time.monotonic() - began, 2)
        typer.echo(f"  ✓ {what} ({self._facts.seconds[what]} s)")

    # ------------------------------------------------------------------ the citizen
    def _take_number(self) -> None:
        kiosk = self._kiosk
        take, matter = self._find_matter()
        kiosk.save(self._out / "services.png")
        self._places = (take, matter)
        kiosk.touch(*matter)
        wait_for(kiosk.picture, "Số của quý vị", "kiosk")
        self._facts.number = self._facts.seen["kiosk"] = self._big_number(kiosk)
        kiosk.save(self._out / "number.png")

    def _find_matter(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Where to touch for a number and for the matter. A screen at rest is woken by whoever comes near."""
        kiosk = self._kiosk
        self._comes_near()
        take = wait_for(kiosk.picture, "Lấy số thứ tự", "kiosk")
        kiosk.save(self._out / "home.png")
        kiosk.touch(*take)
        try:
            return take, wait_for(kiosk.picture, "Hộ tịch", "kiosk")
        except MotcuaError:
            # it went to rest in the very second before the touch, which then only woke it
            kiosk.touch(*take)
            return take, wait_for(kiosk.picture, "Hộ tịch", "kiosk")

    def _comes_near(self) -> None:
        with PinHand(self._pins) as hand:
            hand.drive(PRESENCE, high=True)
            hand.drive(PRESENCE, high=False)

    def _others_come(self) -> None:
        """Whoever comes next has watched the first: the same places, without reading again."""
        kiosk, (take, matter) = self._kiosk, self._places
        width, height = kiosk.size
        left, top = int(width * 0.6), int(height * 0.9)  # the way on is bottom right, always
        # Two buttons with an icon over the word: a block of lines to the engine, not words strewn about.
        x, y = wait_for(lambda: kiosk.picture().crop((left, top, width, height)), "Xong", "kiosk", mode=6)
        done = (left + x, top + y)
        # what tells one screen from the other at a glance: the colours around the places to touch
        number_screen = self._colours(take, matter)
        for count in range(2, 2 + OTHERS):
            home = self._touch(done, number_screen)
            services = self._touch(take, home)
            number_screen = self._touch(matter, services)
            if self._printer.wait_for_slip(count, PATIENCE_S) is None:
                raise MotcuaError("demo.no_slip")
        self._touch(done, number_screen)  # nobody else comes: the screen may rest

    def _colours(self, *places: tuple[int, int]) -> tuple[object, ...]:
        shown = self._kiosk.picture()
        return tuple(shown.getpixel((x + dx, y + dy)) for x, y in places for dx in (-150, 150) for dy in (-90, 90))

    def _touch(self, place: tuple[int, int], before: tuple[object, ...]) -> tuple[object, ...]:
        """Touch until the screen is another one and stays so, as people do; how it looks then."""
        deadline, pause = time.monotonic() + PATIENCE_S, threading.Event()
        while time.monotonic() < deadline:
            self._kiosk.touch(*place)
            last = before
            for _ in range(30):  # a second touch too soon would be one on the next screen
                pause.wait(0.15)
                now = self._colours(*self._places)
                if now != before and now == last:
                    return now
                last = now
        raise MotcuaError("demo.not_seen", text="…", where="kiosk", seconds=PATIENCE_S)

    def _big_number(self, screen: VirtualScreen) -> str:
        deadline, pause = time.monotonic() + PATIENCE_S, threading.Event()
        while time.monotonic() < deadline:
            if found := numbers_in(read_large(screen.picture()), min_height=BIG_PX):
                return found[0].upper().replace("O", "0").replace("I", "1")
            pause.wait(0.2)
        raise MotcuaError("demo.not_seen", text="A…", where="kiosk", seconds=PATIENCE_S)

    # ------------------------------------------------------------------ the paper
    def _read_slip(self) -> None:
        slip = self._printer.wait_for_slip(1, PATIENCE_S)
        if slip is None:
            raise MotcuaError("demo.no_slip")
        picture = slip.convert("L")
        picture.save(self._out / "slip.png")
        words = read(picture, lang="eng", mode=6)
        found = find_number(words, self._facts.number) or find_number(read(picture, lang="eng"), self._facts.number)
        self._facts.seen["slip"] = self._facts.number if found else ", ".join(numbers_in(words)) or "unread"
        self._facts.seen["slip's QR"] = self._follow(picture)

    def _follow(self, picture: Image.Image) -> str:
        """Scan the slip's QR as a phone would and open the page: the number it speaks of."""
        import zxingcpp

        codes = zxingcpp.read_barcodes(picture)
        address = next((c.text for c in codes if c.text.startswith("http")), "")
        if not address:
            return "no QR"
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 (http, as checked above)
            page = answer.read().decode()
        return self._facts.number if self._facts.number in page else "another number"

    # ------------------------------------------------------------------ the board
    def _see_board(self) -> None:
        deadline, pause = time.monotonic() + 10, threading.Event()
        while time.monotonic() < deadline:
            shown = self._board.picture()
            if find_number(read_large(shown), self._facts.number, min_height=BIG_PX):
                shown.save(self._out / "board.png")
                self._facts.seen["board"] = self._facts.number
                return
            pause.wait(0.1)
        self._board.save(self._out / "board.png")
        raise MotcuaError("demo.not_called", number=self._facts.number)

    def _see_sign(self) -> None:
        """The number on the sign above the counter, as its units were told it over the wire."""
        self._signs.wait_for(COUNTER, lambda text: text == self._facts.number, 10)
        self._signs.picture(COUNTER).save(self._out / "sign.png")
        self._facts.seen["counter's sign"] = self._signs.text(COUNTER) or "nothing"

    def _hear(self) -> None:
        """Wait until the record says that the call was spoken to its end."""
        deadline, pause = time.monotonic() + 40, threading.Event()
        while time.monotonic() < deadline:
            if self._calls.exists():
                lines = [json.loads(line) for line in self._calls.read_text(encoding="utf-8").splitlines()]
                self._facts.spoken = [one["number"] for one in lines if one["what"] == "spoken"]
                if self._facts.number in self._facts.spoken:
                    self._facts.seen["voice"] = self._facts.number
                    return
            pause.wait(0.2)
        self._facts.seen["voice"] = "nothing was spoken"
