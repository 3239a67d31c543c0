"""Slip printers: how they are, and a trial slip."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from queue_core.errors import MotcuaError
from queue_kit.doctor.check import Check, Outcome, absent, failed, of_error, ok, unknown
from queue_kit.doctor.setting import Setting

if TYPE_CHECKING:
    from PIL.Image import Image

    from queue_kit.paper.commands import PrinterStatus
    from queue_kit.paper.printer import Printer, PrintResult

_PRINT_S: Final = 20.0


def checks(setting: Setting) -> list[Check]:
    """The printer, the one that stands in for it, and a slip from each."""
    return [
        Check(name="printer", code=30, vi="Máy in", en="Printer", run=lambda _doing: _status(setting, setting.printer)),
        Check(
            name="second-printer", code=31, vi="Máy in thứ hai", en="Second printer",
            run=lambda _doing: _status(setting, setting.second_printer),
        ),
        Check(
            name="print", code=50, vi="In thử", en="Trial slip", acts=True, deadline_s=_PRINT_S,
            run=lambda _doing: _trial(setting, setting.printer),
        ),
        Check(
            name="print-second", code=51, vi="In thử máy thứ hai", en="Trial slip, second printer", acts=True,
            deadline_s=_PRINT_S, run=lambda _doing: _trial(setting, setting.second_printer),
        ),
    ]  # fmt: skip


def of_status(status: PrinterStatus, width_dots: int) -> Outcome:
    """What a printer said of itself."""
    if status.problem == "paper.none":
        return absent()
    if status.problem is not None:
        return failed(status.problem, address="")
    if status.online is None:
        return unknown("doctor.printer_unconfirmed")
    return ok("doctor.printer_low" if status.paper_near_end else "doctor.printer", width_dots=width_dots)


def of_slip(result: PrintResult) -> Outcome:
    """A trial slip that left without an error."""
    return ok("doctor.printed") if result.confirmed else unknown("doctor.printed_unconfirmed")


def print_trial(printer: Printer, address: str) -> PrintResult:
    """Print the technician's slip. Raises the paper's keyed errors."""
    from queue_kit.paper.trial import draw_trial_slip, trial_slip_lines

    shown = address.partition("?")[0]
    return printer.print_slip(
        lambda roll: draw_trial_slip(
            trial_slip_lines(width_dots=roll.width_dots, at=datetime.now(UTC), printer=shown), roll.width_dots
        )
    )


def print_hand_over(setting: Setting, draw: Callable[[int], Image]) -> Outcome:
    """Print the sheet that both sides sign, drawn for a roll of so many dots; a printer's trouble is the outcome."""
    if setting.printer.startswith("none"):
        return absent()

    def print_it(printer: Printer) -> Outcome:
        result = printer.print_slip(lambda roll: draw(roll.width_dots))
        return ok("doctor.handed_over") if result.confirmed else unknown("doctor.handed_over_unconfirmed")

    try:
        return _with(setting, setting.printer, print_it)
    except MotcuaError as error:
        return of_error(error)


def _status(setting: Setting, address: str) -> Outcome:
    from queue_kit.paper.profile import profile_of

    def ask(printer: Printer) -> Outcome:
        status = printer.status()
        if status.problem == "paper.silent" and profile_of(address).completion == "none":
            return unknown("doctor.printer_unconfirmed")
        if status.problem not in {None, "paper.none"}:
            shown = address.partition("?")[0]
            return failed(str(status.problem), address=shown, group=_group_of(shown))
        return of_status(status, printer.width_dots)

    return _with(setting, address, ask)


def _group_of(address: str) -> str:
    """The group that owns the device of an address."""
    path = Path(address.partition(":")[2])
    try:
        return path.group() if path.is_absolute() else "lp"
    except (OSError, KeyError):
        return "lp"


def _trial(setting: Setting, address: str) -> Outcome:
    if address.startswith("none"):
        return absent()
    return _with(setting, address, lambda printer: of_slip(print_trial(printer, address)))


def _with(setting: Setting, address: str, do: Callable[[Printer], Outcome]) -> Outcome:
    from queue_kit.paper.printer import open_printer
    from queue_kit.paper.slip import WIDTH_DOTS

    printer = open_printer(address, width_dots=WIDTH_DOTS.get(setting.paper_mm, WIDTH_DOTS[80]))
    try:
        return do(printer)
    finally:
        printer.close()
