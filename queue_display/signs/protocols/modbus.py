"""A number display as a Modbus RTU unit (MODBUS over Serial Line V1.02), through minimalmodbus.

The registers are the maker's: the wiring file says which one takes the number and how. What cannot be written whole is
not written at all: the sign is blanked, and staff are told.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from queue_display.signs.errors import UnitError
from queue_display.signs.shows import Show
from queue_display.signs.wiring import ModbusSign

_DIGITS_A_WORD: Final = 4
_DASHES: Final = "-"
_MOST: Final = 0xFFFF


def registers(sign: ModbusSign, show: Show) -> list[int]:
    """The words for the sign's number registers. Raises :class:`UnitError` ``narrow``."""
    match sign.form:
        case "number":
            return [_value(sign, show)]
        case "bcd":
            return _bcd(sign, show)
        case _:
            return _ascii(sign, show)


def others(sign: ModbusSign, show: Show) -> list[tuple[int, int]]:
    """Further registers to write, each with its word: the mark of a lost hub, the brightness."""
    out = []
    if sign.mark is not None:
        out.append((sign.mark.at, sign.mark.on if show.lost else sign.mark.off))
    if sign.dimmer is not None:
        out.append((sign.dimmer.at, max(1, round(sign.dimmer.most * show.percent / 100))))
    return out


def _narrow(show: Show, why: str) -> UnitError:
    return UnitError("narrow", why, number=show.number)


def _value(sign: ModbusSign, show: Show) -> int:
    if show.closed:
        return sign.blank if sign.closed is None else sign.closed
    if show.number is None:
        return sign.blank
    number = show.number
    if not number.isascii() or not number.isdecimal():
        raise _narrow(show, "digits only")
    if number.startswith("0") and len(number) > 1:
        raise _narrow(show, "a value has no leading zero")  # 015 would be seen as 15, which is somebody else
    if len(number) > sign.cells or int(number) > _MOST:
        raise _narrow(show, f"{sign.cells} cells")
    if int(number) in {sign.blank, sign.closed}:
        raise _narrow(show, "this value blanks the sign")
    return int(number)


def _bcd(sign: ModbusSign, show: Show) -> list[int]:
    digits = [sign.blank_digit] * sign.cells
    if show.closed and sign.dash_digit is not None:
        digits = [sign.dash_digit] * sign.cells
    elif show.number is not None and not show.closed:
        if not show.number.isascii() or not show.number.isdecimal():
            raise _narrow(show, "digits only")
        if len(show.number) > sign.cells:
            raise _narrow(show, f"{sign.cells} cells")
        told = [int(digit) for digit in show.number]
        digits = [sign.blank_digit] * (sign.cells - len(told)) + told
    return _packed(digits, _DIGITS_A_WORD, 4, sign.blank_digit)


def _ascii(sign: ModbusSign, show: Show) -> list[int]:
    text = _DASHES * sign.cells if show.closed else show.number or ""
    if not text.isascii():
        raise _narrow(show, "ASCII only")
    if len(text) > sign.cells:
        raise _narrow(show, f"{sign.cells} cells")
    if show.lost and sign.mark is None and len(text) < sign.cells:
        text += "."
    return _packed([ord(sign_) for sign_ in text.rjust(sign.cells)], 2, 8, ord(" "))


def _packed(cells: list[int], a_word: int, bits: int, filler: int) -> list[int]:
    """Cells from the left, so many a word, the first in the high bits."""
    cells = [filler] * (-len(cells) % a_word) + cells
    words = [cells[i : i + a_word] for i in range(0, len(cells), a_word)]
    return [sum(cell << bits * (a_word - 1 - place) for place, cell in enumerate(word)) for word in words]


class ModbusNumberSign:
    """One unit."""

    def __init__(self, wired: ModbusSign, *, echo: bool = False) -> None:
        self._wired, self._echo = wired, echo

    def send(self, port: Any, show: Show) -> None:
        """Write the number, then mark and brightness."""
        try:
            words, narrow = registers(self._wired, show), None
        except UnitError as error:
            words, narrow = registers(self._wired, Show(lost=show.lost, percent=show.percent)), error
        with talking(port, self._wired.address, echo=self._echo) as unit:
            self._write(unit, self._wired.at, words)
            for at, word in others(self._wired, show):
                self._write(unit, at, [word])
            if self._wired.verify and (kept := unit.read_registers(self._wired.at, len(words))) != words:
                raise UnitError("garbled", f"told {words}, it holds {kept}")
        if narrow is not None:
            raise narrow

    def _write(self, unit: Any, at: int, words: list[int]) -> None:
        if len(words) == 1 and self._wired.write == "single":
            unit.write_register(at, words[0], functioncode=6)
        elif self._wired.write == "single":
            for place, word in enumerate(words):
                unit.write_register(at + place, word, functioncode=6)
        else:
            unit.write_registers(at, words)


@contextmanager
def talking(port: Any, address: int, *, echo: bool) -> Iterator[Any]:
    """A unit on an open port; what minimalmodbus raises of it becomes a :class:`UnitError`."""
    from minimalmodbus import Instrument, LocalEchoError, ModbusException, NoResponseError

    unit = Instrument(port, address)
    unit.handle_local_echo = echo
    try:
        yield unit
    except ModbusException as error:
        silent = isinstance(error, NoResponseError | LocalEchoError)
        raise UnitError("away" if silent else "garbled", f"{address}: {error}") from error
