r"""The frame of a text sign, as its maker's manual writes it, from a template in the wiring file.

``"\x02{address:02X}{text:<8}\x03{xor}"``: what stands in braces is filled in, everything else is sent as it is.

* ``{address}`` the unit's address, ``{text}`` what it shows, ``{mark}`` the sign of a lost hub, ``{level}``
  brightness 0–9;
* ``{xor}``, ``{sum}`` two hexadecimal digits over all bytes before them but the first ``skip`` ones.

A width is a promise: what is longer is refused, never cut, for half a number is another citizen's.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import xor
from string import Formatter
from typing import Final

from queue_display.signs.errors import WiringError

_NUMBERS: Final = frozenset({"address", "level"})
_TEXTS: Final = frozenset({"text", "mark"})
_SUMS: Final = frozenset({"xor", "sum"})
_MOST_BYTES: Final = 200


@dataclass(frozen=True, slots=True)
class _Part:
    """Bytes as they are, then a place (empty: none) with its format."""

    plain: str
    name: str
    form: str


class Frame:
    """A checked template. Raises :class:`WiringError` ``signs.frame`` for one that cannot be filled."""

    def __init__(self, template: str, *, counter: str, encoding: str = "ascii", skip: int = 1) -> None:
        self._encoding, self._skip = encoding, skip
        try:
            parts = [
                _Part(plain, name or "", form or "") for plain, name, form, conversion in Formatter().parse(template)
                if not conversion or _raise(f"!{conversion}")
            ]  # fmt: skip
            self._parts = parts
            self._check(template)
        except (ValueError, KeyError, IndexError, LookupError) as error:
            raise WiringError("signs.frame", counter=counter, problem=str(error)[:100]) from error

    def fill(self, *, address: int, text: str, mark: str, level: int) -> bytes:
        """The bytes to send. Raises :class:`ValueError` for a text the sign's alphabet does not have."""
        values: dict[str, int | str] = {"address": address, "text": text, "mark": mark, "level": level}
        out = bytearray()
        for part in self._parts:
            out += part.plain.encode(self._encoding)
            if part.name in _SUMS:
                over = bytes(out[self._skip :])
                checked = reduce(xor, over, 0) if part.name == "xor" else sum(over) & 0xFF
                out += f"{checked:02X}".encode("ascii")
            elif part.name:
                out += format(values[part.name], part.form).encode(self._encoding)
        return bytes(out)

    def _check(self, template: str) -> None:
        names = [part.name for part in self._parts if part.name]
        if unknown := sorted({*names} - _NUMBERS - _TEXTS - _SUMS):
            _raise("{" + unknown[0] + "}")
        if "text" not in names:
            _raise("{text} is missing")
        if len(self.fill(address=1, text="A001", mark=".", level=9)) > _MOST_BYTES or len(template) > _MOST_BYTES:
            _raise(f"longer than {_MOST_BYTES} bytes")


def _raise(problem: str) -> bool:
    raise ValueError(problem)
