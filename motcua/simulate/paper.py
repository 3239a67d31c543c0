"""The slips of a simulated day: drawn and printed in a process of its own, and read back from the paper."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Collection
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from motcua.simulate.notes import SlipSeen

#: every so many slips the printed number itself is read, by an engine that had no part in drawing it
READ_EVERY: Final = 25
_NUMBER: Final = re.compile(r"\b([A-Z]{1,3}-?|[1-9])([0-9]{3,4})\b")


class PrintRoom:
    """One printer: slips one after the other, drawn in another process, so that no answer waits for a drawing."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
        self._jobs: list[Future[str]] = []

    def print(self, body: dict[str, Any], office: dict[str, str], done: Callable[[str], None]) -> None:
        """Print the slip of a ticket; ``done`` gets an error key or "" on a thread of the pool's."""
        job: Future[str] = self._pool.submit(_print, self._address, body, office)
        job.add_done_callback(lambda future: done(future.result()))
        self._jobs.append(job)

    @property
    def waiting(self) -> int:
        """How many slips are not printed yet."""
        self._jobs = [job for job in self._jobs if not job.done()]
        return len(self._jobs)

    def finish(self) -> None:
        """Wait until everything is printed."""
        self._pool.shutdown(wait=True)


_printer: Any = None


def _print(address: str, body: dict[str, Any], office: dict[str, str]) -> str:
    from queue_core.wire.messages import TicketBody
    from queue_kit.paper.errors import PaperError
    from queue_kit.paper.printer import open_printer
    from queue_kit.paper.slip import slip_image
    from queue_kit.paper.ticket_slip import ticket_slip

    global _printer  # noqa: PLW0603 -- one printer a process
    try:
        if _printer is None:
            _printer = open_printer(address, print_deadline_s=30.0)
        _printer.print_slip(slip_image(ticket_slip(TicketBody.model_validate(body), office=office)))
    except PaperError as error:
        return error.key
    return ""


def read_slips(folder: Path, prefixes: Collection[str]) -> list[SlipSeen]:
    """Read every slip's code from its picture, and of some the number, which begins with one of the prefixes."""
    pictures = sorted(folder.glob("*/slip-*.png"))
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda path, index: _read(path, index, prefixes), pictures, range(len(pictures))))


def _read(path: Path, index: int, prefixes: Collection[str]) -> SlipSeen:
    import zxingcpp
    from PIL import Image

    with Image.open(path) as picture:
        grey = picture.convert("L")
    codes = zxingcpp.read_barcodes(grey)
    code = next((found.text for found in codes if found.text.startswith("http")), "")
    number = _read_number(path, prefixes) if index % READ_EVERY == 0 else ""
    return SlipSeen(picture=f"{path.parent.name}/{path.name}", code=code, read_number=number)


def _read_number(path: Path, prefixes: Collection[str]) -> str:
    """The big number, by tesseract; "" when it made nothing of it, or something else on a second look.

    A reader errs more often than a printer: only what two ways of looking agree on is held against the slip.
    """
    program = shutil.which("tesseract")
    if program is None:
        return ""
    seen = set()
    for layout in ("11", "3"):
        words = [program, str(path), "-", "-l", "eng", "--psm", layout, "--dpi", "203"]
        done = subprocess.run(words, capture_output=True, check=False, timeout=60)
        found = _NUMBER.findall(done.stdout.decode(errors="replace").upper())
        seen.add(next(("".join(parts) for parts in found if parts[0] in prefixes), ""))
    return seen.pop() if len(seen) == 1 else ""
