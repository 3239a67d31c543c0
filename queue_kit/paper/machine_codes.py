"""The paper machine's own QR codes: GS ( k, functions 165 to 181, strictly. Source: Epson's ESC/POS reference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

CODE: Final = b"\x1d(k"
_QR: Final = 0x31
_LEVELS: Final = {0x30: "l", 0x31: "m", 0x32: "q", 0x33: "h"}


@dataclass
class CodeStore:
    """What has been set and stored; ``place``: 0 left, 1 middle, 2 right."""

    place: int = 0
    module_dots: int = 3
    level: str = "l"
    text: str = ""

    def obey(self, said: bytes, width_dots: int) -> list[bytes] | None:
        """Take a function's bytes (from its kind on); the rows to print, None for what is refused."""
        if len(said) < 3 or said[0] != _QR:
            return None
        function, parameters = said[1], said[2:]
        if function == 65 and parameters == b"\x32\x00":
            return []
        if function == 67 and 1 <= parameters[0] <= 16 and len(parameters) == 1:
            self.module_dots = parameters[0]
            return []
        if function == 69 and parameters[0] in _LEVELS and len(parameters) == 1:
            self.level = _LEVELS[parameters[0]]
            return []
        if function == 80 and parameters[0] == 0x30 and len(parameters) > 1:
            self.text = parameters[1:].decode("latin-1")
            return []
        if function == 81 and parameters == b"\x30" and self.text:
            return self._rows(width_dots)
        return None

    def _rows(self, width_dots: int) -> list[bytes] | None:
        import segno

        matrix = [list(row) for row in segno.make(self.text, error=self.level, micro=False, boost_error=False).matrix]
        side = len(matrix) * self.module_dots
        if side > width_dots:
            return None
        left = (0, (width_dots - side) // 2, width_dots - side)[self.place]
        row_bytes = (width_dots + 7) // 8
        rows = []
        for modules in matrix:
            dots = 0
            for column, dark in enumerate(modules):
                if dark:
                    start = left + column * self.module_dots
                    for x in range(start, start + self.module_dots):
                        dots |= 1 << (row_bytes * 8 - 1 - x)
            rows += [dots.to_bytes(row_bytes, "big")] * self.module_dots
        return rows
