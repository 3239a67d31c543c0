"""What goes wrong with a slip printer, done to the paper machine, and what the console must then say of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from queue_kit.paper.interpreter import VirtualPrinter

#: rows a second: a usual slip then takes longer than anybody should stand for, but comes out …
_SLOW_ROWS: Final = 240.0
#: … and here it does not before the kiosk's patience ends
_CRAWLING_ROWS: Final = 60.0
_USUAL_ROWS: Final = 4000.0
_SECONDS: Final = 10.0

Deed = Callable[[VirtualPrinter], None]


@dataclass(frozen=True, slots=True)
class PaperFault:
    """One failure.

    ``before``: done before the citizen asks; ``during``: when the first rows are on paper. ``kinds``: the troubles of
    which the console must show one. ``comes_out``: whether the slip comes out all the same (None: it may).
    """

    name: str
    kinds: frozenset[str]
    mend: Deed
    before: Deed | None = None
    during: Deed | None = None
    comes_out: bool | None = False


def _power_cycle(printer: VirtualPrinter) -> None:
    """Off and on: the line goes too, and what was sent is forgotten."""
    printer.unplug()
    printer.power_cycle()
    printer.plug()


def _in_the_middle(deed: Deed) -> Deed:
    def later(printer: VirtualPrinter) -> None:
        printer.wait_until_printing(_SECONDS)
        deed(printer)

    return later


def _answers_well(printer: VirtualPrinter) -> None:
    printer.answer("well")


def _usual_speed(printer: VirtualPrinter) -> None:
    printer.set_speed(_USUAL_ROWS)


#: each listed failure in turn; where it can come before a slip or in the middle of one, both
FAULTS: Final[tuple[tuple[PaperFault, ...], ...]] = (
    (
        PaperFault(
            "paper_out_before", frozenset({"paper_out"}), VirtualPrinter.refill, before=VirtualPrinter.run_out_of_paper
        ),
    ),
    (
        PaperFault(
            "paper_out_during", frozenset({"paper_out"}), VirtualPrinter.refill,
            before=lambda printer: printer.run_out_of_paper(after_dots=400),
        ),
    ),
    (
        PaperFault(
            "cover_opened", frozenset({"paper_cover_open"}), VirtualPrinter.close_cover,
            before=lambda printer: printer.open_cover(after_dots=300),
        ),
    ),
    (
        PaperFault(
            "silent", frozenset({"paper_silent"}), _answers_well, before=lambda printer: printer.answer("silent")
        ),
        PaperFault(
            "silent", frozenset({"paper_unfinished", "paper_silent"}), VirtualPrinter.resume,
            before=lambda printer: printer.hang(after_dots=500),
        ),
    ),
    (
        PaperFault(
            "slow", frozenset({"paper_unfinished"}), _usual_speed,
            before=lambda printer: printer.set_speed(_CRAWLING_ROWS),
        ),
        PaperFault(
            "slow", frozenset({"paper_slow", "paper_unfinished"}), _usual_speed,
            before=lambda printer: printer.set_speed(_SLOW_ROWS), comes_out=None,
        ),
    ),
    (
        PaperFault(
            "power_cycled", frozenset({"paper_unfinished", "paper_unreachable"}), lambda _printer: None,
            during=_in_the_middle(_power_cycle),
        ),
    ),
    (
        PaperFault(
            "unplugged", frozenset({"paper_unreachable"}), VirtualPrinter.plug,
            during=_in_the_middle(VirtualPrinter.unplug),
        ),
        PaperFault(
            "unplugged", frozenset({"paper_unreachable"}), VirtualPrinter.plug, before=VirtualPrinter.unplug
        ),
    ),
    (
        PaperFault(
            "garbage", frozenset({"paper_garbled"}), _answers_well, before=lambda printer: printer.answer("garbage")
        ),
        PaperFault(
            "garbage", frozenset({"paper_garbled"}), _answers_well,
            during=_in_the_middle(lambda printer: printer.answer("garbage")),
        ),
    ),
)  # fmt: skip

NEAR_END: Final = PaperFault(
    "near_end", frozenset({"paper_near_end"}), VirtualPrinter.refill, before=VirtualPrinter.near_end_of_paper,
    comes_out=True,
)  # fmt: skip
"""No failure yet: the staff are warned while slips still come out."""

FALLBACK: Final = PaperFault(
    "second_printer", frozenset({"paper_second"}), VirtualPrinter.refill,
    before=lambda printer: printer.run_out_of_paper(after_dots=350), comes_out=True,
)  # fmt: skip
"""The slip comes out of the second printer, and both are spoken of."""
