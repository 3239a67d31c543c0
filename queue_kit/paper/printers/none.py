"""No printer: a normal choice. The number is shown to be photographed, and officers print at the console."""

from __future__ import annotations

from PIL import Image

from queue_kit.paper.commands import PrinterStatus
from queue_kit.paper.errors import PrinterNotReady
from queue_kit.paper.printer import Draw, PrintResult


class NoPrinter:
    """Refuses each slip with ``paper.none``."""

    width_dots = 576

    def print_slip(self, slip: Image.Image | Draw) -> PrintResult:  # noqa: ARG002
        """Raise PrinterNotReady (``paper.none``)."""
        raise PrinterNotReady("paper.none")

    def status(self) -> PrinterStatus:
        """Everything unknown, problem ``paper.none``."""
        return PrinterStatus(problem="paper.none")

    def close(self) -> None:
        """Nothing to close."""
