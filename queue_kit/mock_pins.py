"""gpiozero's mock pins, worked by a hand outside of the process: for tests and demonstrations, and for nothing else.

The process that has the pins opens a unix socket (:class:`MockPins`) when it is told to; another one presses buttons
and looks at lamps through it (:class:`PinHand`). One line of JSON a question and one an answer:
``{"pin": 4, "drive": true}`` drives an input, ``{"pin": 5}`` looks. The answer has ``pin``, ``function``, ``high``,
and ``lasted``: the latest states and the seconds each of them lasted, ``[[0.15, true], [0.25, false], …]``.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from queue_kit.pins import FIRST_PIN, LAST_PIN, PinError

_LATEST: Final = 32
_LONGEST: Final = 4096
_ANSWER_S: Final = 5.0
_LOOK_S: Final = 0.02


@dataclass(frozen=True, slots=True)
class PinSeen:
    """A pin as it is now. ``lasted``: the latest states, seconds and whether it was high; the last one still lasts."""

    pin: int
    function: str
    high: bool
    lasted: tuple[tuple[float, bool], ...]


class MockPins:
    """The pins, and the socket at ``path``, which only this user may open. Raises PinError pins.socket."""

    def __init__(self, path: Path) -> None:
        from gpiozero.pins.mock import MockFactory

        self.factory: Any = MockFactory()
        self._lock = threading.Lock()
        self._path = path
        self._socket = socket.socket(socket.AF_UNIX)
        try:
            path.unlink(missing_ok=True)
            self._socket.bind(str(path))
            path.chmod(0o600)
            self._socket.listen(4)
        except OSError as error:
            self._socket.close()
            raise PinError("pins.socket", path=path, problem=error) from error
        threading.Thread(target=self._run, name="mock-pins", daemon=True).start()

    def close(self) -> None:
        """Nobody may come any more."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._path.unlink(missing_ok=True)

    def _run(self) -> None:
        while True:
            try:
                hand, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(hand,), name="mock-pins-hand", daemon=True).start()

    def _serve(self, hand: socket.socket) -> None:
        with contextlib.suppress(OSError), hand, hand.makefile("rb") as lines:
            while line := lines.readline(_LONGEST):
                try:
                    said = self._answer(json.loads(line))
                except Exception as error:  # noqa: BLE001 -- whatever a hand asks for: it is told
                    said = {"error": f"{type(error).__name__}: {error}"[:200]}
                hand.sendall(json.dumps(said).encode() + b"\n")

    def _answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        number = int(asked["pin"])
        if not FIRST_PIN <= number <= LAST_PIN:
            raise ValueError(f"GPIO{number}")
        with self._lock:
            pin = self.factory.pin(number)
            if "drive" in asked:
                if pin.function != "input":
                    raise ValueError(f"GPIO{number} is an output")
                (pin.drive_high if asked["drive"] else pin.drive_low)()
            states = list(pin.states)
            # gpiozero keeps with each state how long the one before it lasted
            lengths_s = [one.timestamp for one in states[1:]] + [time.monotonic() - pin._last_change]  # noqa: SLF001
            lasted = [[round(s, 3), bool(one.state)] for s, one in zip(lengths_s, states, strict=False)]
            return {"pin": number, "function": pin.function, "high": bool(pin.state), "lasted": lasted[-_LATEST:]}


class PinHand:
    """A hand on the pins of another process. Use as a context manager. Raises OSError when nobody is there."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(_ANSWER_S)
        try:
            self._socket.connect(str(path))
        except OSError:
            self._socket.close()
            raise
        self._lines = self._socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._lines.close()
        self._socket.close()

    def look(self, pin: int) -> PinSeen:
        """A pin as it is now."""
        return self._ask({"pin": pin})

    def drive(self, pin: int, *, high: bool) -> PinSeen:
        """Put an input high or low. Raises ValueError for an output."""
        return self._ask({"pin": pin, "drive": high})

    def press(self, pin: int) -> None:
        """A push button to ground, pressed and let go."""
        self.drive(pin, high=False)
        self.drive(pin, high=True)

    def wait_for(self, pin: int, wanted: Callable[[PinSeen], bool], timeout_s: float) -> PinSeen | None:
        """Look until it is so; None: it was not in time."""
        until_s, pause = time.monotonic() + timeout_s, threading.Event()
        while not wanted(seen := self.look(pin)):
            if time.monotonic() > until_s:
                return None
            pause.wait(_LOOK_S)
        return seen

    def _ask(self, question: dict[str, Any]) -> PinSeen:
        self._socket.sendall(json.dumps(question).encode() + b"\n")
        said = json.loads(self._lines.readline() or b'{"error": "closed"}')
        if "error" in said:
            raise ValueError(said["error"])
        lasted = tuple((float(length_s), bool(high)) for length_s, high in said["lasted"])
        return PinSeen(said["pin"], said["function"], said["high"], lasted)
