"""Print a slip and know that it is printed.

A printer takes bytes long before it prints them, and its real-time status overtakes what waits in its buffer. So a
slip is sent in bands, each followed by a question that is answered *in its turn* (GS r); few bands are on their way
at a time, so a real-time question still gets through when the paper runs out in the middle. The slip counts as printed
when the last in-order answer is in and the status after it is fine.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import Final

from PIL import Image

from queue_kit.paper import commands
from queue_kit.paper.channel import Channel, ChannelForbidden, ChannelLost, ChannelStalled
from queue_kit.paper.commands import NATIVE_CODES, Answers, PrinterStatus, read_status
from queue_kit.paper.errors import PaperError, PrinterAddressError, PrinterNotReady, PrinterUnreachable, PrintUnfinished
from queue_kit.paper.printer import Draw, PrinterProfile, PrintResult, Roll

_QUIET_S: Final = 0.25  # no answer for so long: ask in real time what is the matter
_NOT_READY: Final = {"paper.cover_open", "paper.out", "paper.fault", "paper.offline"}


class EscposPrinter:
    """An ESC/POS printer behind any line; see :class:`queue_kit.paper.printer.Printer`."""

    def __init__(
        self,
        connect: Callable[[], Channel],
        *,
        address: str,
        profile: PrinterProfile,
        width_dots: int,
        cutter: bool,
        keep_open: bool,
        status_deadline_s: float,
        print_deadline_s: float,
    ) -> None:
        self._connect = connect
        self._address = address
        self._profile = profile
        self.width_dots = width_dots
        self._roll = Roll(width_dots=width_dots, native_codes=profile.codes == "native")
        self._cutter = cutter
        self._keep_open = keep_open
        self._status_deadline_s = status_deadline_s
        self._print_deadline_s = print_deadline_s
        self._lock = threading.Lock()
        self._channel: Channel | None = None
        self._answers = Answers()
        self._first = True  # the process before this one may have died in the middle of a band
        self._half_printed = False  # of the slip before
        self._sending = False
        self._slip_count = 0

    # -- what the office calls

    def print_slip(self, slip: Image.Image | Draw) -> PrintResult:
        """Print one slip; see :class:`~queue_kit.paper.printer.Printer`. Ends within its deadlines, always."""
        image = slip if isinstance(slip, Image.Image) else slip(self._roll)
        if image.width > self.width_dots:
            raise PrinterNotReady("paper.too_wide", width=image.width, limit=self.width_dots)
        if not self._lock.acquire(timeout=self._status_deadline_s):
            raise PrinterNotReady("paper.busy")
        try:
            started = time.monotonic()
            self._sending = False
            channel = self._open()
            if self._profile.completion != "none":
                self._refuse_unless_ready(self._ask_all(channel), may_have_printed=False)
            sent_bytes, status = self._print(channel, image)
            confirmed = self._profile.completion in {"process-id", "paper-status"}
            self._first = self._half_printed = False
            self._let_go(abort=False)
            return PrintResult(
                confirmed=confirmed, status=status, duration_s=time.monotonic() - started, sent_bytes=sent_bytes
            )
        except ChannelForbidden as error:
            raise PrinterUnreachable("paper.no_permission", address=self._address, group=str(error)) from error
        except ChannelLost as error:
            self._let_go(abort=True)
            raise PrinterUnreachable(
                "paper.unreachable", may_have_printed=self._sending, address=self._address
            ) from error
        except PaperError:
            self._clear()
            self._let_go(abort=True)
            raise
        finally:
            self._lock.release()

    def status(self) -> PrinterStatus:
        """Ask the printer; a printer busy with a slip says ``paper.busy``."""
        if not self._lock.acquire(blocking=False):
            return PrinterStatus(problem="paper.busy")
        try:
            channel = self._open()
            status = self._ask_all(channel)
            self._let_go(abort=status.problem is not None)
            return status
        except ChannelForbidden:
            return PrinterStatus(problem="paper.no_permission")
        except ChannelLost:
            self._let_go(abort=True)
            return PrinterStatus(online=False, problem="paper.unreachable")
        except PaperError as error:
            self._let_go(abort=True)
            return PrinterStatus(problem=error.key)
        finally:
            self._lock.release()

    def close(self) -> None:
        """Let the line go."""
        with self._lock:
            self._disconnect(abort=True)

    # -- the line

    def _open(self) -> Channel:
        if self._channel is None:
            try:
                self._channel = self._connect()
            except ImportError as error:
                package = "pyusb" if (error.name or "").startswith("usb") else error.name or str(error)
                raise PrinterAddressError("paper.driver_missing", package=package, address=self._address) from error
        self._answers = Answers()
        return self._channel

    def _let_go(self, *, abort: bool) -> None:
        if abort or not self._keep_open:
            self._disconnect(abort=abort)

    def _disconnect(self, *, abort: bool) -> None:
        channel, self._channel = self._channel, None
        if channel is not None:
            channel.close(abort=abort)

    def _clear(self) -> None:
        """Ask a printer that can to throw away the rest of a failed slip, so that a new roll doesn't bring it out."""
        if self._sending and self._profile.clears_buffer and self._channel is not None:
            until = time.monotonic() + _QUIET_S
            with contextlib.suppress(ChannelStalled, ChannelLost):
                self._channel.write(commands.CLEAR_BUFFER, until)
                while data := self._channel.read(until):  # closing at once would reset the line before it is heard
                    self._answers.take(data)
                    if self._answers.cleared:
                        return

    # -- questions in real time

    def _ask_all(self, channel: Channel) -> PrinterStatus:
        """Ask DLE EOT 1–4, one after the other: one byte says not which question it answers."""
        until = time.monotonic() + self._status_deadline_s
        answers: dict[int, int | None] = {}
        for kind in (1, 2, 3, 4):
            answers[kind] = self._ask(channel, kind, until)
            if answers[kind] is None:
                break
        status = read_status(answers)
        if status.problem == "paper.silent" and self._answers.nonsense:
            return PrinterStatus(problem="paper.garbled")
        return status

    def _ask(self, channel: Channel, kind: int, until: float) -> int | None:
        self._answers.real_time.clear()
        try:
            channel.write(commands.ask_status(kind), until)
        except ChannelStalled:
            return None
        while not self._answers.real_time:
            data = channel.read(until)
            if not data:
                return None
            self._answers.take(data)
            if self._answers.nonsense:
                return None
        return self._answers.real_time[0]

    def _refuse_unless_ready(self, status: PrinterStatus, *, may_have_printed: bool) -> None:
        if status.problem is None:
            return
        kind = PrinterNotReady if status.problem in _NOT_READY else PrinterUnreachable
        raise kind(status.problem, may_have_printed=may_have_printed)

    # -- the slip

    def _print(self, channel: Channel, image: Image.Image) -> tuple[int, PrinterStatus]:
        profile = self._profile
        bands = list(_pieces(image, profile.band_rows))
        head = self._resync(image) + commands.INITIALISE + commands.NO_AUTOMATIC_STATUS
        tail = commands.end_of_slip(cutter=self._cutter)
        size = len(head) + sum(map(len, bands)) + len(tail)
        deadline_s = self._print_deadline_s + (size / channel.bytes_per_s if channel.bytes_per_s else 0.0)
        until = time.monotonic() + deadline_s
        in_turn = profile.completion in {"process-id", "paper-status"}
        self._answers.forget()
        self._sending = self._half_printed = True  # from here on until the end is confirmed
        try:
            channel.write(head, until)
            for count, band in enumerate(bands):
                if in_turn:
                    self._wait_for_turns(channel, count - profile.bands_ahead, until)
                channel.write(band + (commands.ASK_PAPER if in_turn else b""), until)
            channel.write(tail, until)
            if in_turn:
                self._wait_for_end(channel, len(bands), until)
        except (ChannelStalled, _DeadlinePassed) as error:
            raise PrintUnfinished("paper.unfinished", may_have_printed=True, deadline_s=round(deadline_s)) from error
        status = PrinterStatus()
        if profile.completion != "none":
            status = self._ask_all(channel)
            self._judge_end(status, deadline_s)
        return size, status

    def _resync(self, image: Image.Image) -> bytes:
        """Bring a printer to its senses that may wait for the rest of a band, and part a half slip from the next."""
        if not (self._first or self._half_printed):
            return b""
        if self._profile.clears_buffer:
            clear = commands.CLEAR_BUFFER
        else:  # white dots fill up the band; what is over are NULs, which printers ignore
            clear = bytes(self._profile.band_rows * ((image.width + 7) // 8))
        part = commands.end_of_slip(cutter=self._cutter) if self._half_printed else b""
        return clear + part

    def _wait_for_turns(self, channel: Channel, turns: int, until: float) -> None:
        """Wait until ``turns`` in-order answers are in; on silence ask in real time what is the matter."""
        while len(self._answers.paper) < turns:
            self._hear(channel, until)

    def _wait_for_end(self, channel: Channel, turns: int, until: float) -> None:
        if self._profile.completion == "paper-status":
            channel.write(commands.ASK_PAPER, until)
            self._wait_for_turns(channel, turns + 1, until)
            return
        self._slip_count += 1
        mark = f"{self._slip_count % 10_000:04}"
        channel.write(commands.ask_process_id(mark), until)
        while mark not in self._answers.marks:
            self._hear(channel, until)

    def _hear(self, channel: Channel, until: float) -> None:
        if time.monotonic() >= until:
            raise _DeadlinePassed
        data = channel.read(min(until, time.monotonic() + _QUIET_S))
        if data:
            self._answers.take(data)
            if self._answers.nonsense:
                raise PrinterUnreachable("paper.garbled", may_have_printed=True)
            return
        answers: dict[int, int | None] = {}
        for kind in (1, 2, 3, 4):
            answers[kind] = self._ask(channel, kind, min(until, time.monotonic() + _QUIET_S))
            if answers[kind] is None:
                break  # it hangs, or is only slow: the deadline decides
        status = read_status(answers)
        if status.problem in _NOT_READY:
            self._refuse_unless_ready(status, may_have_printed=True)

    def _judge_end(self, status: PrinterStatus, deadline_s: float) -> None:
        """Ask whether the state agrees with the printer's word that it has come to the end."""
        if status.problem == "paper.out" and self._profile.completion == "process-id":
            return  # this slip is out; the next one will be refused
        if status.problem in _NOT_READY:
            self._refuse_unless_ready(status, may_have_printed=True)
        if status.problem is not None:
            raise PrintUnfinished("paper.unfinished", may_have_printed=True, deadline_s=round(deadline_s))


def _pieces(image: Image.Image, band_rows: int) -> Iterator[bytes]:
    """The slip as commands: bands of the picture, and between them the codes that the printer draws itself."""
    top = 0
    for row, text in image.info.get(NATIVE_CODES, ()):
        yield from commands.raster_bands(image.crop((0, top, image.width, row)), band_rows)
        yield commands.native_qr(text)
        top = row
    yield from commands.raster_bands(image.crop((0, top, image.width, image.height)), band_rows)


class _DeadlinePassed(Exception):
    pass
