"""The virtual printer: the strict paper machine behind a TCP port or a pseudo-terminal.

It is the peer that the tests print to and the demo's printer, whose slips lie as pictures in a folder.
``python -m queue_kit.paper.interpreter --port 9100 --out DIR`` writes ``slip-0001.png`` and so on.
Like a real printer it serves one connection at a time, and what a connection left in its buffer stays there.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from PIL import Image

from queue_kit.paper.lines import Jack, Line
from queue_kit.paper.machine import Mood, PaperMachine

_READ_BYTES: Final = 4096
_TICK_S: Final = 0.01


class VirtualPrinter:
    """A printer in a thread. Use it as a context manager, or :meth:`start` and :meth:`close` it.

    :param out_dir: folder for one PNG a slip; None keeps them in memory only.
    :param port: TCP port on 127.0.0.1, 0 takes a free one; see :attr:`port` and :attr:`address`.
    :param pty: listen on a pseudo-terminal instead; see :attr:`path`.
    :param link: a lasting name for it, as udev gives: after a replug the device has another, this one leads to it.
    :param rows_per_s: speed of the paper, None as fast as can be (a real one: 600 to 2,400).
    """

    def __init__(
        self,
        out_dir: Path | None = None,
        *,
        port: int = 0,
        width_dots: int = 576,
        host: str = "127.0.0.1",
        pty: bool = False,
        rows_per_s: float | None = None,
        buffer_bytes: int = 16_384,
        link: Path | None = None,
    ) -> None:
        self._out_dir = out_dir
        self._machine = PaperMachine(width_dots=width_dots, buffer_bytes=buffer_bytes)
        self._rows_per_s = rows_per_s
        self._changed = threading.Condition()
        self._saved = 0
        self._closing = False
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_write, False)
        self._wanted_plugged = True
        self._jack = Jack(host=host, port=port, pty=pty, link=link)
        self.port, self.path, self.address = self._jack.port, self._jack.path, self._jack.address
        self._thread = threading.Thread(target=self._run, name=f"virtual-printer-{self.port or self.path}", daemon=True)

    # -- life

    def start(self) -> Self:
        """Begin to listen."""
        if self._out_dir:
            self._out_dir.mkdir(parents=True, exist_ok=True)
        self._thread.start()
        return self

    def close(self) -> None:
        """Switch it off and close its port."""
        if self._closing:
            return
        self._closing = True
        self._wake()
        if self._thread.ident is not None:
            self._thread.join(5)
        for fd in (self._wake_read, self._wake_write):
            os.close(fd)
        self._jack.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- what it has done

    @property
    def slips(self) -> list[Image.Image]:
        """The slips cut so far: mode ``1``, 0 black."""
        with self._changed:
            return list(self._machine.slips)

    @property
    def errors(self) -> list[str]:
        """What it refused; empty is as it should be."""
        with self._changed:
            return list(self._machine.errors)

    @property
    def unfinished_dots(self) -> int:
        """Rows printed since the last cut."""
        with self._changed:
            return self._machine.unfinished_dots

    def wait_for_slip(self, count: int, timeout_s: float) -> Image.Image:
        """Give slip number ``count`` (from 1) as soon as it is cut. Raises TimeoutError."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._machine.slips) >= count, timeout_s):
                message = f"{len(self._machine.slips)} of {count} slips after {timeout_s} s; {self._machine.errors}"
                raise TimeoutError(message)
            return self._machine.slips[count - 1]

    # -- what can happen to it

    def run_out_of_paper(self, after_dots: int = 0) -> None:
        """End the roll after so many more rows."""
        self._change(paper_left_dots=after_dots)

    def near_end_of_paper(self) -> None:
        """Let the near-end sensor see the roll's end coming."""
        self._change(near_end=True)

    def refill(self) -> None:
        """Put in a new roll, close the cover; it goes on with what it has in its buffer."""
        self._change(paper_left_dots=None, near_end=False, cover_open=False, opens_after_dots=None)

    def open_cover(self, after_dots: int | None = None) -> None:
        """Open the cover now, or in the middle of what is printed next."""
        if after_dots is None:
            self._change(cover_open=True)
        else:
            self._change(opens_after_dots=after_dots)

    def close_cover(self) -> None:
        """Close the cover; it goes on."""
        self._change(cover_open=False, opens_after_dots=None)

    def hang(self, after_dots: int | None = None) -> None:
        """Stop hearing, printing and answering, now or in the middle of what is printed next."""
        if after_dots is None:
            self._change(hanging=True)
        else:
            self._change(hangs_after_dots=after_dots)

    def resume(self) -> None:
        """End the hanging: hear and print what has come in meanwhile."""
        with self._changed:
            self._machine.hangs_after_dots = None
            answers = self._machine.wake()
            if self._jack.line is not None and answers:
                self._jack.line.send(answers)
        self._wake()

    def answer(self, mood: Mood) -> None:
        """Answer as it should, not at all, or nonsense; it prints all the same."""
        self._change(mood=mood)

    def power_cycle(self) -> None:
        """Switch it off and on; a half slip stays in its mouth."""
        with self._changed:
            self._machine.power_cycle()
        self._wake()

    def unplug(self) -> None:
        """Pull its cable, in the middle of whatever it is doing; done when this returns."""
        self._plug(wanted=False)

    def plug(self) -> None:
        """Put the cable back; it is still switched on and has not forgotten what it was sent."""
        self._plug(wanted=True)

    def wait_until_printing(self, timeout_s: float) -> None:
        """Wait until rows come out that are not there yet. Raises TimeoutError."""
        with self._changed:
            there = self._machine.unfinished_dots
            if not self._changed.wait_for(lambda: self._machine.unfinished_dots not in {0, there}, timeout_s):
                raise TimeoutError

    def set_speed(self, rows_per_s: float | None) -> None:
        """Print that fast from now on; None: as fast as can be."""
        self._rows_per_s = rows_per_s
        self._wake()

    def _plug(self, *, wanted: bool) -> None:
        with self._changed:
            self._wanted_plugged = wanted
            self._wake()
            self._changed.wait_for(lambda: self._jack.plugged is wanted, 5)

    def _follow_the_cable(self, selector: selectors.BaseSelector) -> None:
        with self._changed:
            if self._jack.plugged is self._wanted_plugged:
                return
            if self._wanted_plugged:
                self._jack.plug_in()
            else:
                for key in list(selector.get_map().values()):
                    if key.fd != self._wake_read:
                        selector.unregister(key.fd)
                self._jack.pull_out()
            self._changed.notify_all()

    def _change(self, **switches: object) -> None:
        with self._changed:
            for name, value in switches.items():
                setattr(self._machine, name, value)
        self._wake()

    def _wake(self) -> None:
        with contextlib.suppress(BlockingIOError, OSError):
            os.write(self._wake_write, b".")

    # -- the thread

    def _run(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._wake_read, selectors.EVENT_READ)
            worked_at = time.monotonic()
            while not self._closing:
                self._follow_the_cable(selector)
                self._listen_to(selector)
                busy = not self._machine.stopped and self._rows_per_s is not None
                ready = {key.fd for key, _ in selector.select(_TICK_S if busy else None)}
                if self._wake_read in ready:
                    os.read(self._wake_read, _READ_BYTES)
                now = time.monotonic()
                self._turn(ready, now - worked_at)
                worked_at = now

    def _listen_to(self, selector: selectors.BaseSelector) -> None:
        """Watch the line while there is room in the buffer, the listener while there is no line."""
        wanted = set()
        if self._jack.line is not None:
            if self._machine.room_bytes:
                wanted.add(self._jack.line.fd)
        elif self._jack.listener is not None:
            wanted.add(self._jack.listener.fileno())
        watched = {key.fd for key in selector.get_map().values()} - {self._wake_read}
        for fd in watched - wanted:
            selector.unregister(fd)
        for fd in wanted - watched:
            selector.register(fd, selectors.EVENT_READ)

    def _turn(self, ready: set[int], passed_s: float) -> None:
        with self._changed:
            line, listener = self._jack.line, self._jack.listener
            if line is None and listener is not None and listener.fileno() in ready:
                self._jack.accept()
            elif line is not None and line.fd in ready:
                self._hear(line)
            max_rows = None if self._rows_per_s is None else max(1, round(self._rows_per_s * min(passed_s, 0.1)))
            answers = self._machine.work(max_rows)
            if answers and self._jack.line is not None:
                self._jack.line.send(answers)
            self._save()
            self._changed.notify_all()

    def _hear(self, line: Line) -> None:
        data = line.receive(min(_READ_BYTES, self._machine.room_bytes))
        if data is None:
            self._jack.hang_up()
        elif data:
            answers = self._machine.receive(data)
            if answers:
                line.send(answers)

    def _save(self) -> None:
        while self._out_dir and self._saved < len(self._machine.slips):
            slip = self._machine.slips[self._saved]
            self._saved += 1
            whole = self._out_dir / f"slip-{self._saved:04}.png"
            part = whole.with_suffix(".part")
            slip.save(part, format="PNG")
            part.replace(whole)  # whoever watches the folder never sees half a picture


def main() -> None:
    """Run a virtual printer until Ctrl-C or SIGTERM."""
    import argparse
    import sys

    parser = argparse.ArgumentParser(description="A virtual ESC/POS printer: slips appear as pictures.")
    parser.add_argument("--port", type=int, default=9100)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--out", type=Path, required=True, help="folder for slip-0001.png …")
    parser.add_argument("--width-dots", type=int, default=576, help="576 for 80 mm rolls, 384 for 58 mm")
    parser.add_argument("--rows-per-s", type=float, default=None, help="the paper's speed; a real one: 600 to 2400")
    args = parser.parse_args()
    printer = VirtualPrinter(
        args.out, port=args.port, host=args.host, width_dots=args.width_dots, rows_per_s=args.rows_per_s
    )
    with printer:
        sys.stdout.write(f"{printer.address} → {args.out}\n")
        sys.stdout.flush()
        stop = threading.Event()
        for wanted in (signal.SIGINT, signal.SIGTERM):
            signal.signal(wanted, lambda *_: stop.set())
        stop.wait()


if __name__ == "__main__":
    main()
