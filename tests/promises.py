"""Named checks of a whole system, one after the other: each says its promise and raises when it does not hold.

What the rig, the containers and the machines share: choosing by words, a line a check, and the last line N of N.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

S = TypeVar("S")


@dataclass(frozen=True)
class Check(Generic[S]):
    """``says``: the promise, as it is printed. ``run`` is given the stage that all checks work on."""

    says: str
    run: Callable[[S], None]


def chosen(checks: Iterable[Check[S]], words: Sequence[str]) -> list[Check[S]]:
    """All, or those whose promise holds one of the words."""
    return [check for check in checks if not words or any(word in check.says for word in words)]


def passed(checks: Iterable[Check[S]], stage: S) -> int:
    """Run them; gives how many held. Each is told as soon as it ended."""
    return sum(_passes(check, stage) for check in checks)


def verdict(count: int, of: int) -> int:
    """Print the last line; gives the program's exit code. None asked for is no success."""
    print(f"{count} of {of}")
    return 0 if of and count == of else 1


def _passes(check: Check[S], stage: S) -> bool:
    began = time.monotonic()
    try:
        check.run(stage)
    except Exception:  # noqa: BLE001 -- whatever went wrong is the check's answer
        print(f"FAILED  {check.says}\n{traceback.format_exc()}", flush=True)
        return False
    print(f"ok      {check.says} ({time.monotonic() - began:.0f} s)", flush=True)
    return True
