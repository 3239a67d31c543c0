"""A kiosk on a real window whose pins are gpiozero's mock ones; a hand works on the pins. Run as a program.

panel_probe.py     (DISPLAY names an X server); prints one JSON object: step → what the kiosk did.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from queue_kit.screen import boot, fonts

SCREEN = boot.prepare(size=(540, 960))
fonts.register()

from gpiozero.pins.mock import MockFactory  # noqa: E402

from kiosk import session as s  # noqa: E402
from kiosk.app import KioskApp  # noqa: E402
from kiosk.panel.panel import Panel  # noqa: E402
from kiosk.panel.plan import PanelPlan  # noqa: E402
from kiosk.settings import KioskSettings  # noqa: E402
from kiosk.sounds import Sounds  # noqa: E402
from queue_kit.voice.pcm import Pcm, click  # noqa: E402
from tests.kiosk import office_sample as office  # noqa: E402

DEADLINE_S = 15.0
PLAN = PanelPlan.model_validate(
    {
        "presence": {"pin": 4},
        "light": {"ready": 5, "working": 6, "help": 13},
        "buttons": {"take": 17, "help": 27, "large": 22, "next": 24},
        "door": {"pin": 16},
    }
)


class Link:
    """An office that stands still."""

    def __init__(self) -> None:
        self.effects: list[s.Effect] = []

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def warm(self) -> None: ...

    def seen(self) -> s.Seen:
        return s.Seen(lobby=office.lobby())

    def clock_ms(self) -> int | None:
        return office.NOW_MS

    def do(self, effect: s.Effect) -> None:
        self.effects.append(effect)


class Card:
    """A sound card that plays in no time and counts."""

    def __init__(self) -> None:
        self.sounds = 0

    def play_pcm(self, *_: object, **__: object) -> bool:
        self.sounds += 1
        return True

    play_program = play_pcm

    def hush(self) -> None: ...
    def close(self) -> None: ...


class Voice:
    """Says everything as one short tone."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def clip(self, _lang: str, words: str, *, wpm: int) -> Pcm:
        self.said.append(words)
        return click()

    def command(self, *_: object, **__: object) -> list[str]:
        return ["true"]

    def speaks(self, _lang: str) -> bool:
        return True


def main() -> None:
    factory, link, card, voice = MockFactory(), Link(), Card(), Voice()
    troubles: list[frozenset[str]] = []
    app = KioskApp(settings=KioskSettings(screen=SCREEN, timing=s.Timing(attract_s=0.1)))
    app.link, app.sounds = link, Sounds(card, voice, clicks=True)
    factory.pin(16).drive_low()  # the door is shut
    app.panel = Panel(PLAN, post=app.post, troubles=troubles.append, factory=lambda: factory)
    did: dict[str, object] = {}

    def until(true: Callable[[], object]) -> bool:
        deadline, pause = time.monotonic() + DEADLINE_S, threading.Event()
        while not true():
            if time.monotonic() > deadline:
                return False
            pause.wait(0.01)
        return True

    def press(pin: int) -> None:
        factory.pin(pin).drive_low()
        factory.pin(pin).drive_high()

    def lamp(pin: int) -> bool:
        return bool(factory.pin(pin).state)

    def hand() -> None:
        try:
            did["rests"] = until(lambda: app.visit.screen is s.Screen.ATTRACT)
            did["ready is lit"] = until(lambda: lamp(5) and not lamp(13))
            app.settings_ = replace(app.settings_, timing=s.Timing())  # from now on it stays awake
            factory.pin(4).drive_high()
            did["presence wakes"] = until(lambda: app.visit.screen is s.Screen.HOME)
            press(22)
            did["large letters"] = until(lambda: app.visit.large)
            press(17)
            did["take a number"] = until(lambda: app.visit.screen is s.Screen.SERVICES)
            did["in large letters still"] = app.visit.large
            press(24)
            did["next guides by voice"] = until(lambda: bool(voice.said))
            press(27)
            did["help is asked"] = until(lambda: any(isinstance(e, s.CallOfficer) for e in link.effects))
            did["help is lit"] = until(lambda: lamp(13))
            did["ready is out"] = until(lambda: not lamp(5))
            factory.pin(16).drive_high()
            did["the door"] = until(lambda: troubles and troubles[-1] == frozenset({"door_open"}))
            did["sounds"] = card.sounds > 0
        finally:
            app.end()

    threading.Thread(target=hand, daemon=True).start()
    app.run()
    print(json.dumps(did), flush=True)


if __name__ == "__main__":
    main()
