"""The technician's way: a long hold, a PIN, the list of checks, five targets. Nothing of it where no PIN was made."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kiosk.session.bench import OFF_TARGET_MM, PIN_LEAST, SCAN, TARGETS, TOUCHES, Bench, CheckRow
from kiosk.session.effects import RunChecks, TryPin
from kiosk.session.events import CheckEnded, ChecksCame, PinRefused
from kiosk.session.moves import Context, Handlers, Result, to
from kiosk.session.touches import EnterPin, OpenTechnician, RunCheck, TouchedTarget
from kiosk.session.visit import Screen, Visit
from queue_kit.languages import languages, tr


def _open(visit: Visit, event: OpenTechnician, context: Context) -> Result:
    del event
    if visit.screen is not Screen.HOME:
        return visit, ()
    return to(visit, Screen.TECHNICIAN_PIN, context, digits="", bench=Bench()), ()


def _enter(visit: Visit, event: EnterPin, context: Context) -> Result:
    del event, context
    if visit.screen is not Screen.TECHNICIAN_PIN or len(visit.digits) < PIN_LEAST or visit.bench.trying:
        return visit, ()
    return replace(visit, digits="", bench=Bench(trying=True)), (TryPin(visit.digits),)


def _refused(visit: Visit, event: PinRefused, context: Context) -> Result:
    del context
    if visit.screen is not Screen.TECHNICIAN_PIN:
        return visit, ()
    closed = event.closed_s > 0
    minutes = max(1, -(-int(event.closed_s) // 60)) if closed else 0
    return replace(visit, digits="", bench=Bench(said="closed" if closed else "wrong", closed_min=minutes)), ()


def _came(visit: Visit, event: ChecksCame, context: Context) -> Result:
    """The PIN was right: the list, and everything is looked at that neither prints nor sounds."""
    if visit.screen is not Screen.TECHNICIAN_PIN or not visit.bench.trying:
        return visit, ()
    quiet = tuple(row.name for row in event.rows if not row.acts)
    rows = tuple(row if row.acts else replace(row, state="running") for row in event.rows)
    return to(visit, Screen.TECHNICIAN, context, page=0, digits="", bench=Bench(rows=rows)), (RunChecks(quiet),)


def _run(visit: Visit, event: RunCheck, context: Context) -> Result:
    row = visit.bench.row(event.name)
    if visit.screen is not Screen.TECHNICIAN or row is None or (row.state == "running" and event.name != SCAN):
        return visit, ()
    if event.name == TOUCHES:
        return to(visit, Screen.TOUCH_TEST, context, bench=replace(visit.bench, touches_mm=())), ()
    bench = visit.bench.with_row(
        event.name, "running", _said("kiosk.technician.scan_now") if event.name == SCAN else ()
    )
    return replace(visit, bench=bench), () if event.name == SCAN else (RunChecks((event.name,)),)


def _ended(visit: Visit, event: CheckEnded, context: Context) -> Result:
    del context
    return replace(visit, bench=visit.bench.with_row(event.name, event.state, event.words)), ()


def _touched(visit: Visit, event: TouchedTarget, context: Context) -> Result:
    if visit.screen is not Screen.TOUCH_TEST:
        return visit, ()
    touches = (*visit.bench.touches_mm, event.off_mm)
    bench = replace(visit.bench, touches_mm=touches)
    if len(touches) < TARGETS:
        return replace(visit, bench=bench), ()
    worst = max(touches)
    words = _said("kiosk.technician.touched", worst_mm=f"{worst:.1f}".replace(".", ","), limit_mm=round(OFF_TARGET_MM))
    bench = bench.with_row(TOUCHES, "ok" if worst <= OFF_TARGET_MM else "failed", words)
    return to(visit, Screen.TECHNICIAN, context, bench=bench), ()


def scanned(visit: Visit, text: str) -> Result:
    """A code was held to the scanner: that it was read is all that is kept of it."""
    row: CheckRow | None = visit.bench.row(SCAN)
    if visit.screen is not Screen.TECHNICIAN or row is None:
        return visit, ()
    words = _said("kiosk.technician.scanned", count=len(text))
    return replace(visit, bench=visit.bench.with_row(SCAN, "ok", words)), ()


def back_from(visit: Visit, context: Context) -> Visit | None:
    """One screen back; None: home."""
    return to(visit, Screen.TECHNICIAN, context) if visit.screen is Screen.TOUCH_TEST else None


def _said(key: str, **values: object) -> tuple[tuple[str, str], ...]:
    return tuple((lang, tr(lang, key, **values)) for lang in languages())


HANDLERS: Final[Handlers] = {
    OpenTechnician: _open,
    EnterPin: _enter,
    PinRefused: _refused,
    ChecksCame: _came,
    RunCheck: _run,
    CheckEnded: _ended,
    TouchedTarget: _touched,
}
