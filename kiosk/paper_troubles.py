"""What a printer says of itself, as the kinds of trouble that the console shows. Pure.

A slip that came out is no reason to forget the rest: the roll's near end stays, and so does the trouble of a first
printer for which the second one stands in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from queue_kit.paper.commands import PrinterStatus
    from queue_kit.paper.printer import PrintResult

#: a usual slip takes one to three seconds; the citizen waits for it, standing
SLOW_S: Final = 5.0
#: says nothing against the printer: there is none, or it is at work
_NO_TROUBLE: Final = frozenset({"paper.none", "paper.busy"})


def kind(key: str) -> str:
    """A kind of trouble from an error's key; ``""`` for what is none."""
    return "" if key in _NO_TROUBLE else key.replace(".", "_")


def of_status(status: PrinterStatus, *, second: bool = False) -> frozenset[str]:
    """What is wrong with a printer that was asked."""
    low = status.paper_near_end and status.problem != "paper.out"  # an empty roll is no longer near its end
    kinds = {kind(status.problem or "")} | ({"paper_near_end"} if low else set())
    return frozenset(f"second_{name}" if second else name for name in kinds if name)


def of_slip(result: PrintResult) -> frozenset[str]:
    """What is wrong though the slip came out."""
    kinds = {kind(result.first_trouble)}
    if result.second:
        kinds.add("paper_second")
    if result.confirmed:  # a printer that never answers has nothing to say after the slip either
        kinds |= of_status(result.status, second=result.second)
    if result.duration_s > SLOW_S:
        kinds.add("paper_slow")
    return frozenset(name for name in kinds if name)


def printer_health(status: PrinterStatus | None) -> dict[str, Any]:
    """The printer's part of a device's health (DeviceHealth); empty as long as it was not asked."""
    if status is None or status.problem == "paper.busy":
        return {}
    paper = None
    if status.paper_out is not None:
        paper = "out" if status.paper_out else "near_end" if status.paper_near_end else "ok"
    problem = status.problem or "ok"
    return {
        "printer": "none" if problem == "paper.none" else problem,
        "paper": "out" if problem == "paper.out" else paper,
        "cover_open": True if problem == "paper.cover_open" else status.cover_open,
    }
