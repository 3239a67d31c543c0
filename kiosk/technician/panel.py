"""The panel's pins: can they be had, and do the lamps light. ``--device panel=PANEL.yaml`` in a terminal.

With gpiozero's stand-in pins (``factory: mock``) nothing is known of any lamp, and that is said.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from queue_core.errors import register
from queue_kit.doctor import Check, Doing, Outcome, Setting, absent, failed, ok, unknown
from queue_kit.pins import open_factory, pin_error

if TYPE_CHECKING:
    from kiosk.panel.panel import Panel
    from kiosk.panel.plan import PanelPlan

_EACH_S: Final = 2.0
_TRIAL_S: Final = 15.0
register(
    {
        "doctor.panel": ("Mở được {count} chân: {names}", "{count} pins open: {names}"),
        "doctor.panel_not_named": (
            "Chưa khai báo bảng nút và đèn (--panel)",
            "No panel is configured (--panel; here: --device panel=FILE)",
        ),
        "doctor.panel_away": (
            "Bảng nút và đèn không hoạt động; kiosk thử lại mỗi 10 giây. Hãy xem quyền (nhóm gpio) và nhật ký.",
            "The panel does not work; the kiosk tries again every 10 s. Look at the group gpio and the log.",
        ),
        "doctor.panel_mock": (
            "Bảng dùng chân giả (factory: mock): không có đèn hay nút thật nào",
            "The panel has stand-in pins (factory: mock): no real lamp, no real button",
        ),
        "doctor.no_light": ("Bảng không có đèn báo", "The panel has no status light"),
        "doctor.watch_light": (
            "Từng đèn đang sáng {seconds} giây theo thứ tự: {names}. Mời nhìn đèn…",
            "Each lamp is lit for {seconds} s in turn: {names}. Watch the light…",
        ),
        "doctor.lit": (
            "Đã bật lần lượt: {names}. Mỗi đèn phải sáng rõ, đúng màu.",
            "Lit in turn: {names}. Each must have been bright and of its colour.",
        ),
    }
)


def checks(setting: Setting) -> list[Check]:
    """The pins; each lamp in turn."""
    return [
        Check(name="panel", code=38, vi="Bảng nút và đèn", en="Panel", run=lambda _doing: _pins(setting)),
        Check(
            name="light", code=57, vi="Thử đèn báo", en="Status light trial", acts=True, deadline_s=_TRIAL_S,
            run=lambda doing: _light(setting, doing),
        ),
    ]  # fmt: skip


def not_named() -> Outcome:
    """There is none by the configuration."""
    return absent("doctor.panel_not_named")


def of_running(panel: Panel | None) -> Outcome:
    """What a running kiosk knows of its own panel."""
    if panel is None:
        return not_named()
    if panel.there is None:
        return unknown()
    if not panel.there:
        return failed("doctor.panel_away")
    return _opened(panel.plan)


def light_of_running(panel: Panel | None, doing: Doing) -> Outcome:
    """Each lamp of a running kiosk in turn, by the thread that owns them."""
    if panel is None:
        return not_named()
    if not panel.plan.light:
        return absent("doctor.no_light")
    if not panel.there:
        return failed("doctor.panel_away")
    _watch(panel.plan, doing)
    panel.try_lamps(_EACH_S)
    threading.Event().wait(min(_EACH_S * len(panel.plan.light), max(0.0, doing.until_s - time.monotonic())))
    return _lit(panel.plan)


def _plan(setting: Setting) -> PanelPlan | None:
    """Raises the file's keyed errors."""
    from kiosk.panel.plan import read_plan

    file = setting.more.get("panel")
    return read_plan(Path(file)) if file else None


def _pins(setting: Setting) -> Outcome:
    """Every pin opened and given back; none of them changes what it drives."""
    plan = _plan(setting)
    if plan is None:
        return not_named()
    from gpiozero import DigitalInputDevice, DigitalOutputDevice

    factory, opened = open_factory(plan.factory), []
    driven = {*plan.light.values(), plan.buzzer, plan.fan.pin if plan.fan else None}
    try:
        for use, pin in plan.uses():
            try:
                if pin in driven:
                    opened.append(DigitalOutputDevice(pin, initial_value=None, pin_factory=factory))
                else:
                    opened.append(DigitalInputDevice(pin, pull_up=True, pin_factory=factory))
            except Exception as error:
                raise pin_error(error, use=use, pin=pin) from error
    finally:
        _give_back(factory, opened)
    return _opened(plan)


def _light(setting: Setting, doing: Doing) -> Outcome:
    plan = _plan(setting)
    if plan is None:
        return not_named()
    if not plan.light:
        return absent("doctor.no_light")
    from gpiozero import DigitalOutputDevice

    factory, lamps = open_factory(plan.factory), []
    try:
        for lamp, pin in plan.light.items():
            try:
                lamps.append(DigitalOutputDevice(pin, pin_factory=factory))
            except Exception as error:
                raise pin_error(error, use=f"light.{lamp}", pin=pin) from error
        _watch(plan, doing)
        for device in lamps:
            device.on()
            threading.Event().wait(_EACH_S)
            device.off()
    finally:
        _give_back(factory, lamps)
    return _lit(plan)


def _give_back(factory: Any, devices: list[Any]) -> None:
    for device in devices:
        device.close()
    factory.close()


def _names(plan: PanelPlan) -> str:
    return ", ".join(f"{lamp} (GPIO{pin})" for lamp, pin in plan.light.items())


def _watch(plan: PanelPlan, doing: Doing) -> None:
    said = ok("doctor.watch_light", seconds=round(_EACH_S), names=_names(plan))
    doing.tell(said.vi, said.en)


def _lit(plan: PanelPlan) -> Outcome:
    return unknown("doctor.panel_mock") if plan.factory == "mock" else ok("doctor.lit", names=_names(plan))


def _opened(plan: PanelPlan) -> Outcome:
    if plan.factory == "mock":
        return unknown("doctor.panel_mock")
    uses = [f"{use} (GPIO{pin})" for use, pin in plan.uses()]
    return ok("doctor.panel", count=len(uses), names=", ".join(uses))
