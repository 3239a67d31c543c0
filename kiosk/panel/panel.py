"""The panel at work: gpiozero's devices, and one thread that plays the light's rhythm and looks at the fan.

The kiosk serves without it. Pins that cannot be opened (no library, no permission, taken by another program) are told
to the console and tried again; a mistake in the file is refused before the window opens.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any, Final

from kiosk import session as s
from kiosk.panel.buttons import Button, PanelPressed, trembles
from kiosk.panel.fan import heat_c, runs
from kiosk.panel.light import Lamp, Status, lamp_of, lit
from kiosk.panel.plan import PanelPlan
from queue_kit.pins import PinError, open_factory, pin_error

log = logging.getLogger(__name__)

DOOR_OPEN: Final = "door_open"
AWAY: Final = "panel_away"
_BOUNCE_S: Final = 0.03
_FAN_S: Final = 5.0
_AGAIN_S: Final = 10.0
_BEEP_S: Final = 0.05
_WARNING_S: Final = 0.15
_ALARM_S: Final = 0.6


class Panel:
    """``post`` takes the session's events, ``troubles`` the kinds of trouble there are now; both from any thread.

    ``factory`` gives gpiozero's pins; ``heat`` the processor's degrees Celsius.
    """

    def __init__(
        self,
        plan: PanelPlan,
        *,
        post: Callable[[s.Event], None],
        troubles: Callable[[frozenset[str]], None],
        factory: Callable[[], Any] | None = None,
        heat: Callable[[], float | None] = heat_c,
        now_s: Callable[[], float] = time.monotonic,
        again_s: float = _AGAIN_S,
    ) -> None:
        self._plan, self._post, self._troubles = plan, post, troubles
        self._factory = factory or (lambda: open_factory(plan.factory))
        self._heat, self._now_s, self._again_s = heat, now_s, again_s
        self._pins: Any = None
        self._devices: list[Any] = []
        self._lamps: dict[Lamp, Any] = {}
        self._buzzer: Any = None
        self._fan: Any = None
        self._changed = threading.Condition()
        self._status = Status.AWAY
        self._since_s = now_s()
        self._warns = False
        self._kinds: frozenset[str] = frozenset()
        self._struck_s: dict[Button, float] = {}
        self._there: bool | None = None
        self._trial: tuple[float, float] | None = None
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="panel", daemon=True)

    # ------------------------------------------------------------------ any thread
    @property
    def plan(self) -> PanelPlan:
        """Which pin is what."""
        return self._plan

    @property
    def there(self) -> bool | None:
        """Whether its pins are open; None until that was tried."""
        return self._there

    def try_lamps(self, each_s: float) -> None:
        """Light each lamp so long, one after the other, for a technician who looks; then the status is back."""
        with self._changed:
            self._trial = self._now_s(), each_s
            self._changed.notify_all()

    def start(self) -> None:
        """Open the pins, or wait for them."""
        self._thread.start()

    def stop(self) -> None:
        """Light out, fan off, pins back."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread.ident is not None:
            self._thread.join(3.0)

    def show(self, status: Status, *, warns: bool = False) -> None:
        """What the light says from now on; ``warns``: the screen asks whether somebody is still there."""
        with self._changed:
            beeps, self._warns = warns and not self._warns, warns
            if status is not self._status:
                self._status, self._since_s = status, self._now_s()
                self._changed.notify_all()
            if beeps:
                self._beep(_WARNING_S, 2)

    # ------------------------------------------------------------------ the panel's thread
    def _run(self) -> None:
        while not self._stopping:
            try:
                self._open()
                self._there = True
                self._tell(AWAY, on=False)
                self._play()
            except PinError as error:
                log.warning("panel: %s", error.vi)
                self._there = False
                self._tell(AWAY, on=True)
            except Exception:  # whatever a GPIO library raises: the screen goes on
                log.exception("the panel failed")
                self._there = False
                self._tell(AWAY, on=True)
            finally:
                self._close()
            with self._changed:
                self._changed.wait_for(lambda: self._stopping, self._again_s)

    def _play(self) -> None:
        shown: tuple[Lamp | None, bool] | None = None
        fan_at_s = self._now_s()
        while True:
            with self._changed:
                if self._stopping:
                    return
                told = self._status, self._since_s, self._trial
            lamp, on, change_s = self._due(told[0], told[1])
            if (lamp, on) != shown:
                shown = lamp, on
                for name, device in self._lamps.items():
                    device.value = int(on and name is lamp)
            if self._plan.fan is not None and self._now_s() >= fan_at_s:
                fan_at_s = self._now_s() + _FAN_S
                self._fan.value = int(runs(self._plan.fan, self._heat(), running=bool(self._fan.value)))
            waits = [change_s if lamp is not None else None]
            waits.append(fan_at_s - self._now_s() if self._plan.fan is not None else None)
            with self._changed:
                if not self._stopping and told == (self._status, self._since_s, self._trial):
                    self._changed.wait(min((max(0.0, wait_s) for wait_s in waits if wait_s is not None), default=None))

    def _due(self, status: Status, since_s: float) -> tuple[Lamp | None, bool, float | None]:
        """Which lamp, whether it is on, and in how many seconds that changes."""
        now_s = self._now_s()
        if self._trial is not None:
            began_s, each_s = self._trial
            turn = int((now_s - began_s) // each_s)
            if turn < len(self._lamps):
                return list(self._lamps)[turn], True, began_s + (turn + 1) * each_s - now_s
        on, change_s = lit(status, now_s - since_s)
        return lamp_of(status, self._plan.light), on, change_s

    # ------------------------------------------------------------------ pins
    def _open(self) -> None:
        from gpiozero import Button as Switch
        from gpiozero import DigitalInputDevice, DigitalOutputDevice

        plan, self._pins = self._plan, self._factory()
        for lamp, pin in plan.light.items():
            self._lamps[lamp] = self._device(f"light.{lamp}", pin, DigitalOutputDevice)
        if plan.buzzer is not None:
            self._buzzer = self._device("buzzer", plan.buzzer, DigitalOutputDevice)
        if plan.fan is not None:
            self._fan = self._device("fan", plan.fan.pin, DigitalOutputDevice, initial_value=True)
        for button, pin in plan.buttons.items():
            switch = self._device(f"buttons.{button}", pin, Switch, pull_up=True, bounce_time=_BOUNCE_S)
            switch.when_pressed = lambda which=button: self._pressed(which)
        if plan.presence is not None:
            low = plan.presence.active == "low"
            sensor = self._device("presence", plan.presence.pin, DigitalInputDevice, pull_up=low)
            sensor.when_activated = self._approached
        if plan.door is not None:
            contact = self._device(
                "door", plan.door.pin, DigitalInputDevice, pull_up=True, bounce_time=_BOUNCE_S
            )  # fmt: skip
            made, broken = self._door_shut, self._door_opened
            if plan.door.shut == "open":
                made, broken = broken, made
            contact.when_activated, contact.when_deactivated = made, broken
            (made if contact.value else broken)()

    def _device(self, use: str, pin: int, kind: Callable[..., Any], **options: Any) -> Any:
        try:
            device = kind(pin, pin_factory=self._pins, **options)
        except Exception as error:
            raise pin_error(error, use=use, pin=pin) from error
        # gpiozero closes a device that nobody keeps
        self._devices.append(device)
        return device

    def _close(self) -> None:
        for device in self._devices:
            try:
                device.close()
            except Exception:  # a library that failed may fail here too
                log.debug("a pin did not close", exc_info=True)
        self._devices.clear()
        self._lamps.clear()
        self._buzzer = self._fan = None

    # ------------------------------------------------------------------ gpiozero's threads
    def _pressed(self, button: Button) -> None:
        now_s = self._now_s()
        if trembles(button, now_s - self._struck_s.get(button, float("-inf"))):
            return
        self._struck_s[button] = now_s
        self._beep(_BEEP_S, 1)
        self._post(PanelPressed(button))

    def _approached(self) -> None:
        self._post(s.Approached())

    def _door_opened(self) -> None:
        self._beep(_ALARM_S, 3)
        self._tell(DOOR_OPEN, on=True)

    def _door_shut(self) -> None:
        self._tell(DOOR_OPEN, on=False)

    def _beep(self, length_s: float, times: int) -> None:
        if self._buzzer is not None:
            self._buzzer.blink(on_time=length_s, off_time=length_s, n=times, background=True)

    def _tell(self, kind: str, *, on: bool) -> None:
        with self._changed:
            kinds = self._kinds | {kind} if on else self._kinds - {kind}
            if kinds == self._kinds:
                return
            self._kinds = kinds
        self._troubles(kinds)
