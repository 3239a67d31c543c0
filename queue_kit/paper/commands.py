"""ESC/POS in bytes: what is sent, and what the answers mean. Pure; source: Epson's ESC/POS command reference.

A real-time command (DLE EOT, DLE ENQ, DLE DC4) is obeyed by a printer wherever its bytes turn up, in the middle of
a picture too, where they would ask for a status nobody waits for or open a cash drawer. So no such pair is
left in a picture: one more black dot breaks it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from PIL import Image, ImageChops

INITIALISE: Final = b"\x1b@"
NO_AUTOMATIC_STATUS: Final = b"\x1da\x00"
ASK_PAPER: Final = b"\x1dr\x01"  # answered in its turn, after what was sent before
CUT: Final = b"\x1dVB\x00"  # feed to the knife, partial cut
CLEAR_BUFFER: Final = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"  # DLE DC4, function 8
#: in a picture's ``info``: (row, text) of each code that the printer draws itself, from top to bottom
NATIVE_CODES: Final = "motcua-codes"
_TEAR_OFF_LINES: Final = 5
_QR_MODULE_DOTS: Final = 6  # of an address on a slip: 22 to 25 mm

_REAL_TIME_SECONDS: Final = (0x04, 0x05, 0x14)
_EXTRA_DOT: Final = 0x08


def ask_status(kind: int) -> bytes:
    """DLE EOT 1 printer, 2 why off line, 3 errors, 4 paper: answered at once, out of turn, by one byte."""
    return bytes((0x10, 0x04, kind))


def ask_process_id(mark: str) -> bytes:
    """GS ( H function 48: the four signs ``mark`` come back when all that was sent before is printed."""
    return b"\x1d(H\x06\x00\x30\x30" + mark.encode("ascii")


def end_of_slip(*, cutter: bool) -> bytes:
    """Feed and cut, or feed far enough to tear off."""
    return CUT if cutter else bytes((0x1B, 0x64, _TEAR_OFF_LINES))


def native_qr(text: str) -> bytes:
    """A QR code (model 2, level M) that the printer draws itself, in the middle of the roll: GS ( k.

    ``text``: printable ASCII, at most 700 signs. Raises :class:`ValueError`.
    """
    if not text.isascii() or not text.isprintable() or not 0 < len(text) <= 700:
        raise ValueError(text)

    def function(number: int, parameters: bytes) -> bytes:
        said = bytes((0x31, number)) + parameters
        return b"\x1d(k" + len(said).to_bytes(2, "little") + said

    return b"".join(
        (
            b"\x1ba\x01",
            function(65, b"\x32\x00"),
            function(67, bytes((_QR_MODULE_DOTS,))),
            function(69, b"\x31"),
            function(80, b"\x30" + text.encode()),
            function(81, b"\x30"),
            b"\x1ba\x00",
        )
    )


def raster_bands(image: Image.Image, band_rows: int) -> Iterator[bytes]:
    """Give ``image`` (mode 1, 0 black) as GS v 0 commands of at most ``band_rows`` rows each."""
    row_bytes = (image.width + 7) // 8
    padded = Image.new("1", (row_bytes * 8, image.height), 255)
    padded.paste(image.convert("1"), (0, 0))
    dots = ImageChops.invert(padded.convert("L")).convert("1").tobytes()
    for top in range(0, image.height, band_rows):
        rows = min(band_rows, image.height - top)
        band = without_real_time(dots[top * row_bytes : (top + rows) * row_bytes])
        yield b"\x1dv0\x00" + row_bytes.to_bytes(2, "little") + rows.to_bytes(2, "little") + band


def without_real_time(dots: bytes) -> bytes:
    """Break each pair of bytes that begins a real-time command by one more black dot."""
    if not any(bytes((0x10, second)) in dots for second in _REAL_TIME_SECONDS):
        return dots
    changed = bytearray(dots)
    for second in _REAL_TIME_SECONDS:
        at = changed.find(bytes((0x10, second)))
        while at >= 0:
            changed[at + 1] |= _EXTRA_DOT
            at = changed.find(bytes((0x10, second)), at + 1)
    return bytes(changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterStatus:
    """What the printer said of itself. None is "not known", which is not "fine"."""

    online: bool | None = None
    cover_open: bool | None = None
    paper_near_end: bool | None = None
    paper_out: bool | None = None
    error: bool | None = None
    problem: str | None = None
    """Key of the error that says best what is wrong; None when everything needed is known and fine."""

    @property
    def ready(self) -> bool:
        """Whether a slip can be printed now."""
        return self.problem is None


def read_status(answers: dict[int, int | None]) -> PrinterStatus:
    """Make a status of the bytes answered to DLE EOT 1–4 (None: no answer)."""

    def bit(kind: int, mask: int) -> bool | None:
        answer = answers.get(kind)
        return None if answer is None else bool(answer & mask)

    off_line = bit(1, 0x08)
    paper_end = bit(4, 0x60)
    if paper_end is None:
        paper_end = bit(2, 0x20)
    faults = [bit(2, 0x40), bit(3, 0x28)]
    status = PrinterStatus(
        online=None if off_line is None else not off_line,
        cover_open=bit(2, 0x04),
        paper_near_end=bit(4, 0x0C),
        paper_out=paper_end,
        error=True if True in faults else None if None in faults else False,
    )
    return PrinterStatus(
        online=status.online,
        cover_open=status.cover_open,
        paper_near_end=status.paper_near_end,
        paper_out=status.paper_out,
        error=status.error,
        problem=_problem(status),
    )


def _problem(status: PrinterStatus) -> str | None:
    if status.cover_open:
        return "paper.cover_open"
    if status.paper_out:
        return "paper.out"
    if status.error:
        return "paper.fault"
    if status.online is False:
        return "paper.offline"
    if None in (status.online, status.cover_open, status.paper_out, status.error):
        return "paper.silent"
    return None


@dataclass
class Answers:
    """What came back from the printer, sorted: each kind of answer has its own fixed bits."""

    real_time: list[int] = field(default_factory=list)
    paper: list[int] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    cleared: bool = False
    nonsense: int = 0
    _rest: bytearray = field(default_factory=bytearray)

    def take(self, data: bytes) -> None:
        """Sort newly read bytes in."""
        self._rest += data
        while self._rest:
            first = self._rest[0]
            if first == 0x37:  # a block: header, kind, content, NUL
                end = self._rest.find(0)
                if end < 0:
                    if len(self._rest) > 80:
                        self.nonsense += len(self._rest)
                        self._rest.clear()
                    return
                if self._rest[1] == 0x22:
                    self.marks.append(self._rest[2:end].decode("ascii", "replace"))
                self.cleared = self.cleared or self._rest[1] == 0x25
                del self._rest[: end + 1]
                continue
            if first & 0x93 == 0x12:
                self.real_time.append(first)
            elif first & 0x90 == 0:
                self.paper.append(first)
            else:
                self.nonsense += 1
            del self._rest[0]

    def forget(self) -> None:
        """Drop everything that came before a question."""
        self.real_time.clear()
        self.paper.clear()
        self.marks.clear()
        self._rest.clear()
        self.nonsense = 0
        self.cleared = False
