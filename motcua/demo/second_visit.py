"""Somebody comes back with a receipt: presence wakes the screen, the scanner reads the code, the light tells the rest.

The receipt is printed by the hub, its code read off the paper by an engine that did not draw it, and only that is given
to the scanner. The panel is worked at its pins: a sensor's edge, a button's contact, and lamps that are looked at.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from motcua.demo.eyes import PATIENCE_S, wait_for
from motcua.demo.lobby_devices import BUTTONS, LAMPS, PRESENCE, REST_S
from queue_core.errors import MotcuaError, register
from queue_kit.mock_pins import PinHand, PinSeen

if TYPE_CHECKING:
    from PIL import Image

    from motcua.demo.lobby_devices import VirtualScanner
    from motcua.demo.morning import Facts
    from motcua.virtual_screen import VirtualScreen
    from queue_kit.paper.interpreter import VirtualPrinter

register(
    {
        "demo.no_receipt": ("Giấy tiếp nhận không in ra hoặc không đọc được.", "No readable receipt came out."),
        "demo.light": ("Đèn báo không đúng: {what}.", "The status light is wrong: {what}."),
    }
)
_MATTER: Final = "Đăng ký khai sinh"
_READY: Final = 9
_LIGHT_S: Final = 10.0
#: a rhythm has come round twice by then
_FLASHES: Final = 6


class SecondVisit:
    """``pins``: the socket of the kiosk's mock pins. ``slips``: how many came out of the printer before."""

    def __init__(
        self,
        *,
        kiosk: VirtualScreen,
        printer: VirtualPrinter,
        scanner: VirtualScanner,
        pins: Path,
        console: str,
        account: tuple[str, str],
        out: Path,
        facts: Facts,
        slips: int,
    ) -> None:
        self._kiosk, self._printer, self._scanner, self._pins = kiosk, printer, scanner, pins
        self._console, self._account, self._out, self._facts = console, account, out, facts
        self._slips = slips

    def play(self, timed: Callable[[str, Callable[[], Any]], None]) -> None:
        """Play it, each step by ``timed``; raises a keyed error when something does not fit."""
        with PinHand(self._pins) as hand:
            timed("officer accepts a dossier, receipt is printed", self._receipt)
            timed("kiosk rests, somebody comes near, it wakes", lambda: self._wakes(hand))
            timed("scanner reads the receipt, kiosk shows the dossier", self._scan)
            timed("help is pressed, the light calls", lambda: self._help(hand))

    def _receipt(self) -> None:
        """Accept a dossier at the counter and finish it; the receipt's code as its paper has it."""
        import zxingcpp

        from motcua.officer_client import OfficerClient

        client = OfficerClient(urlsplit(self._console).port or 80)
        try:
            client.log_in(*self._account)
            made = client.post("/dossiers", {"matter": _MATTER, "service": "ho-tich", "term_count": 2})
            client.post(f"/dossiers/print/{made['forms'][0]}", {"code": made["code"]})
            client.post("/dossiers/state", {"code": made["code"], "state": _READY})
        finally:
            client.close()
        slip = self._printer.wait_for_slip(self._slips + 1, PATIENCE_S)
        if slip is None:
            raise MotcuaError("demo.no_receipt")
        slip.convert("L").save(self._out / "receipt.png")
        codes = [one.text for one in zxingcpp.read_barcodes(slip.convert("L"))]
        if made["code"] not in codes:
            raise MotcuaError("demo.no_receipt")
        self._facts.receipt = codes[codes.index(made["code"])]

    def _wakes(self, hand: PinHand) -> None:
        """The screen rests until the sensor's edge."""
        self._see("Mời quý vị lấy số", "rest.png", seconds=REST_S + 20)
        resting, pause = self._foot(), threading.Event()
        began_s = time.monotonic()
        hand.drive(PRESENCE, high=True)
        while self._foot() == resting and time.monotonic() < began_s + _LIGHT_S:
            pause.wait(0.01)
        said = f"màn hình thức sau {time.monotonic() - began_s:.1f} s / the screen wakes"
        wait_for(self._kiosk.picture, "Kính chào", "kiosk")
        hand.drive(PRESENCE, high=False)
        self._facts.panel.append(("Có người đến gần / somebody comes near", f"presence, GPIO{PRESENCE}", said))
        ready = hand.wait_for(LAMPS["ready"], lambda lamp: lamp.high and lamp.lasted[-1][0] > 1.0, _LIGHT_S)
        if ready is None:
            raise MotcuaError("demo.light", what="ready")
        self._tell_light("Sẵn sàng / ready", ready, "sáng đều / steady")
        worked = sum(high for _, high in hand.look(LAMPS["working"]).lasted)
        if not worked:
            raise MotcuaError("demo.light", what="working")
        said = f"đã sáng {worked} lần khi lấy số và in phiếu / was lit {worked} times while numbers were given"
        self._facts.panel.append(("Đang làm việc / working", f"working, GPIO{LAMPS['working']}", said))

    def _scan(self) -> None:
        self._scanner.scan(self._facts.receipt)
        self._see("Đã có kết quả", "dossier.png")
        self._facts.dossier = "Đã có kết quả. Mời lấy số Trả kết quả. / The result is ready."

    def _help(self, hand: PinHand) -> None:
        # Where the screen just asked whether somebody is still there, the first press only says yes.
        for _ in range(2):
            hand.press(BUTTONS["help"])
            if hand.wait_for(LAMPS["help"], lambda seen: seen.high, _LIGHT_S / 4):
                break
        lamp = hand.wait_for(LAMPS["help"], lambda seen: len(seen.lasted) > _FLASHES, _LIGHT_S)
        if lamp is None or hand.look(LAMPS["ready"]).high:
            raise MotcuaError("demo.light", what="help")
        self._kiosk.save(self._out / "help.png")
        rhythm = " · ".join(f"{'▮' if high else '–'} {length_s:.2f} s" for length_s, high in lamp.lasted[1:_FLASHES])
        self._tell_light("Cần giúp / help", lamp, rhythm)

    def _see(self, text: str, picture: str, *, seconds: float = 15) -> None:
        """Read it on the screen; what was looked at last is kept as a picture, of what was there instead too."""
        looked = [self._kiosk.picture()]

        def look() -> Image.Image:
            looked[0] = self._kiosk.picture()
            return looked[0]

        try:
            wait_for(look, text, "kiosk", seconds=seconds)
        finally:
            looked[0].save(self._out / picture)

    def _foot(self) -> bytes:
        """The lowest rows: dark while the screen rests, buttons at home."""
        height = self._kiosk.size[1]
        return self._kiosk.rows(height - height // 16, height)

    def _tell_light(self, moment: str, lamp: PinSeen, rhythm: str) -> None:
        name = next(name for name, pin in LAMPS.items() if pin == lamp.pin)
        self._facts.panel.append((moment, f"{name}, GPIO{lamp.pin}", rhythm))
