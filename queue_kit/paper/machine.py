"""A thermal printer's inside, interpreted strictly: bytes in, paper and answers out. No socket, no thread.

It knows the commands this project sends and nothing more. What it doesn't know, a picture wider than the roll, or a
real-time command hidden in a picture is written down in :attr:`PaperMachine.errors`, and the machine stops, where a
lenient one would print rubbish and let the fault travel to an office.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from PIL import Image, ImageChops

from queue_kit.paper.machine_codes import CODE, CodeStore

Mood = Literal["well", "silent", "garbage"]
"""How it answers: as it should, not at all (it prints, though), or with bytes that mean nothing."""

GARBAGE: Final = b"\xff\xa5"
_DOTS_A_LINE: Final = 30
_CLEAR: Final = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
_RASTER: Final = b"\x1dv0"


@dataclass
class _Picture:
    """A raster band being received: its rows are printed as they come."""

    row_bytes: int
    rows_left: int


@dataclass
class PaperMachine:
    """The printer. Change the switches, :meth:`receive` bytes, :meth:`work`, and look at :attr:`slips`.

    :ivar width_dots: dots across the roll.
    :ivar paper_left_dots: rows until the paper ends, None: a roll without end.
    :ivar stops_at_dots: rows until ``stop`` happens (the cover opens, it hangs), None: never.
    :ivar slips: finished slips, mode ``1``, 0 black. :ivar errors: what it refused.
    """

    width_dots: int = 576
    buffer_bytes: int = 16_384
    mood: Mood = "well"
    cover_open: bool = False
    near_end: bool = False
    hanging: bool = False
    paper_left_dots: int | None = None
    opens_after_dots: int | None = None
    hangs_after_dots: int | None = None
    slips: list[Image.Image] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    _buffer: bytearray = field(default_factory=bytearray)
    _seen: bytearray = field(default_factory=bytearray)
    _unheard: bytearray = field(default_factory=bytearray)
    _rows: bytearray = field(default_factory=bytearray)
    _picture: _Picture | None = None
    _codes: CodeStore = field(default_factory=CodeStore)

    @property
    def paper_out(self) -> bool:
        """No paper under the head."""
        return self.paper_left_dots is not None and self.paper_left_dots <= 0

    @property
    def refused(self) -> bool:
        """It met something it doesn't know, and stands still until it is switched off and on."""
        return bool(self.errors)

    @property
    def stopped(self) -> bool:
        """It prints nothing now."""
        return self.hanging or self.cover_open or self.paper_out or self.refused

    @property
    def room_bytes(self) -> int:
        """How many more bytes it takes; what is over waits on the line."""
        return max(0, self.buffer_bytes - len(self._buffer) - len(self._unheard))

    @property
    def unfinished_dots(self) -> int:
        """Rows printed since the last cut."""
        return len(self._rows) // self._row_bytes

    @property
    def _row_bytes(self) -> int:
        return (self.width_dots + 7) // 8

    # -- in

    def receive(self, data: bytes) -> bytes:
        """Take bytes off the line; give the real-time answers, which overtake everything."""
        if self.hanging:
            self._unheard += data
            return b""
        answers = bytearray()
        for byte in data:
            self._buffer.append(byte)
            self._seen.append(byte)
            del self._seen[:-10]
            answers += self._real_time()
        return bytes(answers)

    def wake(self) -> bytes:
        """Hear what came in while it hung."""
        self.hanging = False
        unheard, self._unheard = bytes(self._unheard), bytearray()
        return self.receive(unheard)

    def power_cycle(self) -> None:
        """Switch off and on: the buffer is empty, errors are gone; paper and slips stay."""
        for waiting in (self._buffer, self._seen, self._unheard, self.errors):
            waiting.clear()
        self._picture = None
        self._codes = CodeStore()
        self.hanging = False

    def _real_time(self) -> bytes:
        seen = self._seen
        if seen[-3:-1] == b"\x10\x04" and 1 <= seen[-1] <= 4:
            return self._answer(bytes((self._status(seen[-1]),)))
        if seen == _CLEAR:
            self._buffer.clear()
            self._picture = None
            return self._answer(b"\x37\x25\x00")
        if seen[-2:] == b"\x10\x05" or (seen[-3:-1] == b"\x10\x14" and seen[-1] != 8):
            self.errors.append(f"real-time command {seen[-3:].hex(' ')} is not allowed, in a picture or elsewhere")
        return b""

    def _answer(self, answer: bytes) -> bytes:
        if self.mood == "well":
            return answer
        return GARBAGE if self.mood == "garbage" else b""

    def _status(self, kind: int) -> int:
        fixed = 0x12
        if kind == 1:
            return fixed | (0x08 if self.cover_open or self.paper_out or self.refused else 0)
        if kind == 2:
            return (
                fixed
                | (0x04 if self.cover_open else 0)
                | (0x20 if self.paper_out else 0)
                | (0x40 if self.refused else 0)
            )
        if kind == 3:
            return fixed | (0x20 if self.refused else 0)
        return fixed | (0x0C if self.near_end or self.paper_out else 0) | (0x60 if self.paper_out else 0)

    # -- out

    def work(self, max_rows: int | None = None) -> bytes:
        """Print and obey what has come in, at most ``max_rows`` rows; give the answers that come in their turn."""
        answers = bytearray()
        rows_left = max_rows
        while not self.stopped and self._buffer:
            if self._picture is not None:
                printed = self._print_row()
                if not printed or (rows_left := None if rows_left is None else rows_left - 1) == 0:
                    break
                continue
            used = self._obey(answers)
            if not used:
                break
            del self._buffer[:used]
        return bytes(answers)

    def _print_row(self) -> bool:
        picture = self._picture
        if picture is None or len(self._buffer) < picture.row_bytes:
            return False
        self._feed_row(bytes(self._buffer[: picture.row_bytes]))
        del self._buffer[: picture.row_bytes]
        picture.rows_left -= 1
        if not picture.rows_left:
            self._picture = None
        return True

    def _feed_row(self, row: bytes = b"") -> None:
        self._rows += row.ljust(self._row_bytes, b"\0")
        if self.paper_left_dots is not None:
            self.paper_left_dots -= 1
        if self.opens_after_dots is not None:
            self.opens_after_dots -= 1
            if self.opens_after_dots <= 0:
                self.cover_open, self.opens_after_dots = True, None
        if self.hangs_after_dots is not None:
            self.hangs_after_dots -= 1
            if self.hangs_after_dots <= 0:
                self.hanging, self.hangs_after_dots = True, None

    def _obey(self, answers: bytearray) -> int:
        """Obey the command at the head of the buffer; give its length, 0 when more bytes are needed or it stopped."""
        head = bytes(self._buffer[:13])
        if head.startswith(CODE):
            return self._code()
        for start, length in _LENGTHS.items():
            if head.startswith(start):
                return self._do(start, head[:length], answers) if len(head) >= length else 0
            if start.startswith(head):
                return 0
        self.errors.append(f"unknown command {head[:8].hex(' ')}")
        return 0

    def _do(self, start: bytes, command: bytes, answers: bytearray) -> int:
        if start == _RASTER:
            return self._begin_picture(command)
        if start == b"\x1dV":
            return self._cut_after(command)
        if start == b"\x1dr":
            if command[2] not in b"\x01\x31":
                return self._refuse(command)
            sensors = (0x03 if self.near_end or self.paper_out else 0) | (0x0C if self.paper_out else 0)
            answers += self._answer(bytes((sensors,)))
        elif start == b"\x1d(H":
            if command[3:7] != b"\x06\x00\x30\x30" or not all(32 <= sign <= 126 for sign in command[7:11]):
                return self._refuse(command)
            answers += self._answer(b"\x37\x22" + command[7:11] + b"\0")
        elif start == b"\x1da" and command[2] != 0:
            return self._refuse(command)
        elif start == b"\x1ba":
            if command[2] > 2:
                return self._refuse(command)
            self._codes.place = command[2]
        elif start == b"\n":
            self._feed(_DOTS_A_LINE)
        elif start == b"\x1bd":
            self._feed(command[2] * _DOTS_A_LINE)
        return len(command)

    def _code(self) -> int:
        """Obey one function of GS ( k; give its length, 0 when more bytes are needed or it was refused."""
        length = 5 + int.from_bytes(self._buffer[3:5], "little")
        if len(self._buffer) < 5 or len(self._buffer) < length:
            return 0
        command = bytes(self._buffer[:length])
        rows = self._codes.obey(command[5:], self.width_dots)
        if rows is None:
            return self._refuse(command)
        for row in rows:
            if self.stopped:
                break
            self._feed_row(row)
        return length

    def _feed(self, dots: int) -> None:
        for _ in range(dots):
            if self.stopped:
                return
            self._feed_row()

    def _begin_picture(self, command: bytes) -> int:
        row_bytes, rows = int.from_bytes(command[4:6], "little"), int.from_bytes(command[6:8], "little")
        if command[3] != 0 or not row_bytes or not rows:
            return self._refuse(command)
        if row_bytes > self._row_bytes:
            self.errors.append(f"a picture of {row_bytes * 8} dots is wider than the roll of {self.width_dots}")
            return 0
        self._picture = _Picture(row_bytes, rows)
        return len(command)

    def _cut_after(self, command: bytes) -> int:
        if command[2] in b"AB":
            if len(self._buffer) < 4:
                return 0
            length = 4
        elif command[2] in b"\x00\x01\x30\x31":
            length = 3
        else:
            return self._refuse(command)
        if self._rows:
            self.slips.append(self.paper())
            self._rows.clear()
        return length

    def paper(self) -> Image.Image:
        """Give what has been printed since the last cut: mode ``1``, 0 black."""
        rows = self.unfinished_dots
        dots = Image.frombytes("1", (self._row_bytes * 8, rows), bytes(self._rows))
        return ImageChops.invert(dots.convert("L")).convert("1").crop((0, 0, self.width_dots, rows))

    def _refuse(self, command: bytes) -> int:
        self.errors.append(f"unknown form of a command {command.hex(' ')}")
        return 0


_LENGTHS: Final[dict[bytes, int]] = {
    b"\x00": 1,
    b"\n": 1,
    b"\x1b@": 2,
    b"\x1ba": 3,
    b"\x1bd": 3,
    b"\x1da": 3,
    b"\x1dr": 3,
    b"\x1dV": 3,
    _RASTER: 8,
    b"\x1d(H": 11,
    b"\x10\x04": 3,  # answered when it came in; here only stepped over
    _CLEAR: 10,
}
