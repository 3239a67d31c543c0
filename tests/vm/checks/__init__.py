"""The checks by subject: each says its promise, raises when it does not hold, and goes on with the last one's disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.vm.stage import Stage


@dataclass(frozen=True, slots=True)
class Check:
    """``says``: the promise, as it is printed."""

    says: str
    run: Callable[[Stage], None]
