"""The checks on a running kiosk: its own printer, scanner and connection are asked through it, not beside it.

The names, codes and words are those of ``motcua doctor``; only where a device is held by this process its check is
another.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from kiosk.scanning import Attention, Scanner, Seeing
from kiosk.technician import camera as camera_checks
from kiosk.technician import panel as panel_checks
from kiosk.technician import scanner as scanner_checks
from queue_kit.doctor import Check, Doing, Outcome, Setting, absent, failed, ok, unknown
from queue_kit.doctor.checks import machine, printer, screen, sound, wire

if TYPE_CHECKING:
    from kiosk.desk import Desk
    from kiosk.panel.panel import Panel
    from queue_kit.paper.printer import Printer

#: made by the screen itself, see kiosk.session.technician
_BY_THE_SCREEN: Final = ("touch-test", 54, "Thử cảm ứng", "Touch test")


def kiosk_checks(
    desk: Desk, setting: Setting, *, scanner: Scanner | None = None, panel: Panel | None = None
) -> list[Check]:
    """All checks of a running kiosk, by their codes. ``scanner``, ``panel``: those that it holds."""
    own = {
        "broker": lambda _doing: ok() if desk.connected else failed(
            "doctor.broker_away", host=setting.broker_host, port=setting.broker_port, problem="–"
        ),
        "hub": lambda _doing: failed("doctor.hub_silent", seconds=15) if desk.seen().hub_away else ok("doctor.hub"),
        "printer": lambda doing: _lent(desk, doing, _status_of(setting.printer, second=False)),
        "second-printer": lambda doing: _lent(desk, doing, _status_of(setting.second_printer, second=True)),
        "print": lambda doing: _lent(desk, doing, _trial_of(setting.printer, second=False)),
        "print-second": lambda doing: _lent(desk, doing, _trial_of(setting.second_printer, second=True)),
        "scanner": lambda _doing: _scanner(desk, setting),
        "camera": lambda _doing: _camera(desk, setting),
        "look": lambda doing: _look(scanner, setting, doing),
        "panel": lambda _doing: panel_checks.of_running(panel),
        "light": lambda doing: panel_checks.light_of_running(panel, doing),
    }  # fmt: skip
    known = [
        *(check for part in (machine, wire, printer, sound, screen) for check in part.checks(setting)),
        *(check for part in (scanner_checks, camera_checks, panel_checks) for check in part.checks(setting)),
    ]
    name, code, vi, en = _BY_THE_SCREEN
    checks = [replace(check, run=own.get(check.name, check.run)) for check in known]
    checks.append(Check(name=name, code=code, vi=vi, en=en, acts=True, run=lambda _doing: unknown()))
    return sorted(checks, key=lambda check: check.code)


def _scanner(desk: Desk, setting: Setting) -> Outcome:
    state = desk.condition.devices["scanner"]() if "scanner" in desk.condition.devices else None
    shown = setting.scanner.partition("?")[0]
    if state == "none":
        return absent()
    if state == "away":
        return failed("doctor.scanner_away", address=shown)
    return ok("doctor.scanner", address=shown) if state == "there" else unknown("doctor.scanner_typed")


def _camera(desk: Desk, setting: Setting) -> Outcome:
    state = desk.condition.devices["camera"]() if "camera" in desk.condition.devices else "none"
    if state == "none":
        return camera_checks.not_named()
    return camera_checks.of_state(None if state is None else state == "there", setting)


def _look(scanner: Scanner | None, setting: Setting, doing: Doing) -> Outcome:
    """With the kiosk's own camera, which gives its picture for as long as it takes."""
    if not isinstance(scanner, Seeing):
        return camera_checks.not_named()
    try:
        return camera_checks.look(scanner, setting, doing)
    finally:
        # as this page wants it; whatever comes next says for itself
        scanner.attend(Attention.AWAKE)


def _status_of(address: str, *, second: bool) -> Callable[[Printer], Outcome]:
    def ask(lent: Printer) -> Outcome:
        if address.startswith("none"):
            return absent()
        one = _one_of(lent, second=second)
        return printer.of_status(one.status(), one.width_dots)

    return ask


def _trial_of(address: str, *, second: bool) -> Callable[[Printer], Outcome]:
    def print_(lent: Printer) -> Outcome:
        if address.startswith("none"):
            return absent()
        return printer.of_slip(printer.print_trial(_one_of(lent, second=second), address))

    return print_


def _one_of(lent: Printer, *, second: bool) -> Printer:
    from queue_kit.paper.pair import PrinterPair

    if isinstance(lent, PrinterPair):
        return lent.second if second else lent.first
    return lent


def _lent(desk: Desk, doing: Doing, use: Callable[[Printer], Outcome]) -> Outcome:
    """Use the printer on the printing thread, after the slips that wait."""
    from queue_core.errors import MotcuaError

    ended: list[Outcome | MotcuaError] = []
    there = threading.Event()

    def on_the_thread(lent: Printer | MotcuaError) -> None:
        try:
            ended.append(lent if isinstance(lent, MotcuaError) else use(lent))
        except MotcuaError as error:
            ended.append(error)
        there.set()

    patience_s = max(0.0, doing.until_s - time.monotonic())
    desk.printing.lend(on_the_thread)
    if not there.wait(patience_s):
        return unknown("doctor.no_answer", seconds=round(patience_s))
    if isinstance(ended[0], MotcuaError):
        raise ended[0]
    return ended[0]
