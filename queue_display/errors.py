"""The words of the displays' keyed errors. Importing this module registers them."""

from __future__ import annotations

from queue_core.errors import MotcuaError, register


class BoardOptionError(MotcuaError, ValueError):
    """An option of the board that cannot be used (keys ``board.*``)."""


register(
    {
        "board.option": (
            "Tuỳ chọn {option} sai: {problem}.",
            "The option {option} is wrong: {problem}.",
        ),
    }
)
