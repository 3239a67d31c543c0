"""Runs checks, each by its deadline: a device that hangs is what is looked for, and must not hang the doctor."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from queue_core.errors import MotcuaError
from queue_kit.doctor.check import Check, Doing, Finding, Outcome, failed, of_error, unknown

log = logging.getLogger(__name__)

#: a check that keeps its own deadline ends by itself; one that does not is left behind after so much more
_GRACE_S: Final = 1.0


def examine(
    checks: Iterable[Check],
    *,
    begin: Callable[[Check], None] = lambda _check: None,
    tell: Callable[[str, str], None] = lambda _vi, _en: None,
) -> Iterator[Finding]:
    """Run them in order and give each finding as it comes. ``begin``: told before each."""
    for check in checks:
        begin(check)
        began_s = time.monotonic()
        outcome = _by_its_deadline(check, Doing(until_s=began_s + check.deadline_s, tell=tell))
        yield Finding(check=check, outcome=outcome, took_s=time.monotonic() - began_s)


def first_failed(findings: Iterable[Finding], *, insisted: bool = False) -> int:
    """The exit code: of the first check that failed; 0 where none did.

    ``insisted``: each was asked for by name, so one whose device is not there has failed too.
    """
    bad = {"failed", "absent"} if insisted else {"failed"}
    return next((one.check.code for one in findings if one.outcome.state in bad), 0)


def _by_its_deadline(check: Check, doing: Doing) -> Outcome:
    ended: list[Outcome] = []

    def run() -> None:
        try:
            ended.append(check.run(doing))
        except MotcuaError as error:
            ended.append(of_error(error))
        except Exception as error:
            log.exception("the check %s broke", check.name)
            ended.append(failed("doctor.broke", problem=f"{type(error).__name__}: {error}"[:200]))

    thread = threading.Thread(target=run, name=f"check-{check.name}", daemon=True)
    thread.start()
    thread.join(max(0.0, doing.until_s - time.monotonic()) + _GRACE_S)
    return ended[0] if ended else unknown("doctor.no_answer", seconds=round(check.deadline_s))
