"""The checks by subject; each says its promise, and raises when it does not hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.nspawn.stage import Stage


@dataclass(frozen=True, slots=True)
class Check:
    """``says``: the promise, as it is printed."""

    says: str
    run: Callable[[Stage], None]
