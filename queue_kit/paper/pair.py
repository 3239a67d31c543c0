"""Two printers side by side: what the first cannot print comes out of the second.

The first is tried for every slip, so nobody has to switch back when its roll was changed. Its trouble stays known
(:attr:`~queue_kit.paper.printer.PrintResult.first_trouble`): that a slip came out is no reason to leave it unmended.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from PIL import Image

from queue_kit.paper.commands import PrinterStatus
from queue_kit.paper.errors import PaperError
from queue_kit.paper.printer import Draw, Printer, PrintResult

#: another printer cannot help: the caller's slip or address is wrong, or somebody only has to wait
_NO_HELP: Final = frozenset({"paper.too_wide", "paper.busy", "paper.address"})


class PrinterPair:
    """A printer and its stand-in; see :class:`~queue_kit.paper.printer.Printer`."""

    def __init__(self, first: Printer, second: Printer) -> None:
        self.first, self.second = first, second
        self.width_dots = first.width_dots

    def print_slip(self, slip: Image.Image | Draw) -> PrintResult:
        """Print at the first, else at the second. Raises what the first one had when neither could.

        Where part of the slip may have come out of the first, the second's carries the mark of a reprint. A finished
        picture that is wider than the second's roll cannot be printed there.
        """
        try:
            return self.first.print_slip(slip)
        except PaperError as error:
            if error.key in _NO_HELP:
                raise
            trouble = error
        again = trouble.may_have_printed
        try:
            done = self.second.print_slip(
                slip if isinstance(slip, Image.Image) else lambda roll: slip(replace(roll, again=again))
            )
        except PaperError as second_error:
            trouble.may_have_printed = again or second_error.may_have_printed
            raise trouble from second_error
        return PrintResult(
            confirmed=done.confirmed, status=done.status, duration_s=done.duration_s, sent_bytes=done.sent_bytes,
            second=True, first_trouble=trouble.key,
        )  # fmt: skip

    def status(self) -> PrinterStatus:
        """How the first is."""
        return self.first.status()

    def status_of_second(self) -> PrinterStatus:
        """How the second is: one that stands by unnoticed is empty when it is needed."""
        return self.second.status()

    def close(self) -> None:
        """Let both lines go."""
        self.first.close()
        self.second.close()
