"""One RS-485 line: its port, the signs and keypads on it, and one thread that speaks, since only one may.

Signs are told again and again, not only when something changed: one that lost its power has its number back within
:data:`AGAIN_S`. A unit that is silent is asked less often, so that the others do not wait for it. A port that is gone
is waited for.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from queue_core.wire.bus import end_process
from queue_display.signs.errors import LineError, LineTrouble, Trouble, UnitError
from queue_display.signs.keypads.modbus import PolledKeypad
from queue_display.signs.port import line_errors, open_port
from queue_display.signs.protocols import SerialSign
from queue_display.signs.protocols.modbus import ModbusNumberSign
from queue_display.signs.protocols.text import TextFrameSign
from queue_display.signs.shows import Show
from queue_display.signs.wiring import Line as Wired
from queue_display.signs.wiring import ModbusSign

log = logging.getLogger(__name__)

#: every sign is told again after so long
AGAIN_S: Final = 5.0
#: a keypad is asked so often
POLL_S: Final = 0.06
#: a unit that was silent once may have been disturbed; the second time it is away
_FAILURES: Final = 2
_SOON_S: Final = 0.3
_AWAY_S: Final = 2.0
_PORT_S: Final = 1.0
_LATE_BYTES: Final = 256

#: (the thing: ``sign`` or ``keypad``, its counter, what is wrong)
UnitTrouble = tuple[str, str, Trouble]


@dataclass(slots=True)
class _Unit:
    """How one unit is doing. ``next_s``: when it is spoken to next."""

    what: str
    counter: str
    failures: int = 0
    trouble: Trouble | None = None
    next_s: float = 0.0

    def well(self, next_s: float) -> bool:
        """It answered; True when it had been in trouble."""
        before, self.trouble, self.failures, self.next_s = self.trouble, None, 0, next_s
        return before is not None

    def ill(self, trouble: Trouble, now_s: float) -> bool:
        """It did not, or not well; True when that is news."""
        self.failures += 1
        known = self.failures >= _FAILURES or trouble in {"narrow", "stuck"}
        self.next_s = now_s + (_AWAY_S if known else _SOON_S)
        before, self.trouble = self.trouble, trouble if known else self.trouble
        return self.trouble != before


@dataclass(slots=True)
class _SignUnit(_Unit):
    sign: SerialSign = field(kw_only=True)
    told: Show | None = None

    @property
    def reached(self) -> bool:
        """Whether news are worth telling at once. A number too long for it is no reason to be late with the next."""
        return not self.failures or self.trouble == "narrow"


@dataclass(slots=True)
class _KeypadUnit(_Unit):
    keypad: PolledKeypad = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class Health:
    """What is wrong with a line: with all of it, or with units of it. ``tried``: the port was opened or refused."""

    tried: bool = False
    line: LineTrouble | None = None
    units: frozenset[UnitTrouble] = frozenset()


class Line:
    """``pressed``: (counter, key); ``changed``: the health is another one. Both come from the line's thread."""

    def __init__(
        self,
        wired: Wired,
        *,
        pressed: Callable[[str, str], None],
        changed: Callable[[], None],
        again_s: float = AGAIN_S,
        port_s: float = _PORT_S,
        now_s: Callable[[], float] = time.monotonic,
        fatal: Callable[[BaseException], None] = end_process,
    ) -> None:
        self.wired = wired
        self.health = Health()
        #: when the line's thread was last seen at work, in seconds of the monotonic clock
        self.turned_at_s = time.monotonic()
        self._pressed, self._changed, self._again_s, self._port_s = pressed, changed, again_s, port_s
        self._now_s, self._fatal = now_s, fatal
        self._signs = [
            _SignUnit("sign", one.counter, sign=ModbusNumberSign(one, echo=wired.echo)
                      if isinstance(one, ModbusSign) else TextFrameSign(one))
            for one in wired.signs
        ]  # fmt: skip
        self._keypads = [
            _KeypadUnit("keypad", one.counter, keypad=PolledKeypad(one, echo=wired.echo)) for one in wired.keypads
        ]
        self._lock = threading.Lock()
        self._wanted: dict[str, Show] = {}
        self._answers: list[tuple[str, bool]] = []
        self._work = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"line-{wired.id}", daemon=True)

    # ------------------------------------------------------------------ any thread
    def start(self) -> None:
        """Open the port, or wait for it."""
        self._thread.start()

    def stop(self) -> None:
        """End; the signs keep what they show."""
        self._stopping.set()
        self._work.set()
        if self._thread.ident is not None:
            self._thread.join(5.0)

    def show(self, counter: str, show: Show) -> None:
        """What the signs above a counter shall show from now on."""
        with self._lock:
            if self._wanted.get(counter) == show:
                return
            self._wanted[counter] = show
        self._work.set()

    def tell(self, counter: str, *, taken: bool) -> None:
        """What became of a key of this counter's keypad."""
        if any(unit.counter == counter for unit in self._keypads):
            with self._lock:
                self._answers.append((counter, taken))
            self._work.set()

    # ------------------------------------------------------------------ the line's thread
    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                try:
                    with open_port(self.wired) as port:
                        self._serve(port)
                except LineError as error:
                    self._lost(error)
                    self._stopping.wait(self._port_s)
        except BaseException as error:  # noqa: BLE001 -- a line without its thread would stand still for ever
            self._fatal(error)

    def _lost(self, error: LineError) -> None:
        self.turned_at_s = time.monotonic()
        if self.health.line != error.trouble:
            log.warning("line %s: %s", self.wired.id, error.en)
        for unit in (*self._signs, *self._keypads):
            unit.failures, unit.trouble, unit.next_s = 0, None, 0.0
        for sign in self._signs:
            sign.told = None
        self._say(Health(tried=True, line=error.trouble))

    def _serve(self, port: Any) -> None:
        log.info("line %s: %s is open", self.wired.id, self.wired.port)
        self._look()
        while not self._stopping.is_set():
            self._work.clear()
            self.turned_at_s = time.monotonic()
            for sign in self._signs:
                self._tell_sign(port, sign)
                self.turned_at_s = time.monotonic()
                # Between two signs the keys get their turn: a press waits for one unit's silence, not for all.
                self._ask_keypads(port)
            if not self._signs:
                self._ask_keypads(port)
            self._work.wait(max(0.0, self._due_s() - self._now_s()))

    def _due_s(self) -> float:
        soonest = self._now_s() + self._again_s
        with self._lock:
            wanted = dict(self._wanted)
        for sign in self._signs:
            show = wanted.get(sign.counter)
            if show is not None:
                new = sign.told != show and sign.reached
                soonest = min(soonest, self._now_s() if new else sign.next_s)
        return min([soonest, *(unit.next_s for unit in self._keypads)])

    def _tell_sign(self, port: Any, unit: _SignUnit) -> None:
        with self._lock:
            show = self._wanted.get(unit.counter)
        now_s = self._now_s()
        new = show != unit.told and unit.reached
        if show is None or (not new and now_s < unit.next_s):
            return
        with line_errors(self.wired):
            try:
                unit.sign.send(port, show)
            except UnitError as error:
                # A number too long for the sign: it was told to be blank, and that it is.
                unit.told = show if error.trouble == "narrow" else None
                self._noted(port, unit, error)
            else:
                unit.told = show
                if unit.well(self._now_s() + self._again_s):
                    log.info("line %s: the sign of %s is back", self.wired.id, unit.counter)
                    self._look()

    def _ask_keypads(self, port: Any) -> None:
        with self._lock:
            answers, self._answers = self._answers, []
        for unit in self._keypads:
            now_s = self._now_s()
            with line_errors(self.wired):
                try:
                    for counter, taken in answers:
                        if counter == unit.counter:
                            unit.keypad.tell(port, taken=taken)
                    if now_s < unit.next_s:
                        continue
                    key = unit.keypad.ask(port, now_s)
                except UnitError as error:
                    self._noted(port, unit, error)
                    continue
            if unit.well(self._now_s() + POLL_S):
                log.info("line %s: the keypad of %s is back", self.wired.id, unit.counter)
                self._look()
            if key is not None:
                self._pressed(unit.counter, key)

    def _noted(self, port: Any, unit: _Unit, error: UnitError) -> None:
        if unit.ill(error.trouble, self._now_s()):
            log.warning("line %s: the %s of %s: %s", self.wired.id, unit.what, unit.counter, error.en)
            self._look()
        elif error.trouble == "stuck":
            unit.next_s = self._now_s() + POLL_S  # else its end, and the next press, would be missed
        if error.trouble in {"away", "garbled"}:
            with line_errors(self.wired):
                # An answer that comes late would be taken for the next unit's: the line has to be quiet first.
                port.read(_LATE_BYTES)

    def _look(self) -> None:
        """The health, from how the units are doing. Nobody answers: that is one fault, of the line."""
        units = (*self._signs, *self._keypads)
        troubles = frozenset((unit.what, unit.counter, unit.trouble) for unit in units if unit.trouble is not None)
        deaf = len(units) > 1 and all(unit.trouble in {"away", "garbled"} for unit in units)
        self._say(Health(tried=True, line="silent" if deaf else None, units=frozenset() if deaf else troubles))

    def _say(self, health: Health) -> None:
        if health != self.health:
            self.health = health
            self._changed()
