"""A keypad as a Modbus RTU unit on a sign's line. It cannot speak up by itself: it is asked, many times a second."""

from __future__ import annotations

from typing import Any, Final

from queue_display.signs.errors import UnitError
from queue_display.signs.keypads.strikes import Strikes
from queue_display.signs.protocols.modbus import talking
from queue_display.signs.wiring import ModbusKeypad

_BITS: Final = 16


class PolledKeypad:
    """One unit."""

    def __init__(self, wired: ModbusKeypad, *, echo: bool = False) -> None:
        self.wired, self._echo = wired, echo
        self._strikes = Strikes()

    def ask(self, port: Any, now_s: float) -> str | None:
        """What the key means that was pressed since the last time. Raises :class:`UnitError`, or the port's errors."""
        try:
            with talking(port, self.wired.address, echo=self._echo) as unit:
                word = int(unit.read_register(self.wired.at))
        except OSError:
            self._strikes.forget()
            raise
        keys = self._keys(word)
        pressed = self._strikes.held(keys, now_s)
        if self._strikes.stuck:
            raise UnitError("stuck", self.wired.counter)
        return None if pressed is None else self.wired.keys[pressed]

    def tell(self, port: Any, *, taken: bool) -> None:
        """Show the officer that the key was taken, or refused. Raises as :meth:`ask` does."""
        lamp = self.wired.lamp
        if lamp is not None:
            with talking(port, self.wired.address, echo=self._echo) as unit:
                unit.write_register(lamp.at, lamp.taken if taken else lamp.refused, functioncode=6)

    def _keys(self, word: int) -> frozenset[int]:
        if self.wired.form == "bits":
            keys = frozenset(bit for bit in range(_BITS) if word >> bit & 1)
        else:
            keys = frozenset({word} if word else ())
        if strange := keys - self.wired.keys.keys():
            self._strikes.forget()
            raise UnitError("garbled", f"{self.wired.counter}: no key {min(strange)}")
        return keys
