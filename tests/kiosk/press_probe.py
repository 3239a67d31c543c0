"""A finger on a tile while something else happens, in one process with a real window. Run as a program.

press_probe.py   (DISPLAY names an X server) writes what came of each story as JSON.
"""

from __future__ import annotations

import gc
import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from queue_kit.screen import boot, fonts

SCREEN = boot.Screen(width=540, height=960, dpi=51.0)
boot.prepare(size=(540, 960), dpi=SCREEN.dpi)
fonts.register()

from kivy.base import EventLoop  # noqa: E402

EventLoop.ensure_window()
from kivy.input.motionevent import MotionEvent  # noqa: E402

from kiosk import session as s  # noqa: E402
from kiosk.app import KioskApp  # noqa: E402
from kiosk.settings import KioskSettings  # noqa: E402
from queue_kit.screen.touchable import Touchable  # noqa: E402
from tests.kiosk import office_sample as office  # noqa: E402

ROWS = (
    s.CheckRow("printer", (("vi", "Máy in"),), state="running"),
    s.CheckRow("print", (("vi", "In thử"),), acts=True),
)


class Finger(MotionEvent):
    """One touch, handed to widgets as the window does: to what grabbed it when it ends."""

    def __init__(self, tile: Touchable) -> None:
        super().__init__("probe", 1, {})
        self.pos = tile.center
        self.x, self.y = tile.center

    def depack(self, args: object) -> None:
        """Nothing to read."""

    def presses(self, root: Any) -> None:
        root.dispatch("on_touch_down", self)

    def lets_go(self) -> None:
        for grabbed in list(self.grab_list):
            if (widget := grabbed()) is not None:
                self.grab_current = widget
                widget.dispatch("on_touch_up", self)


class Story:
    """A kiosk whose desk only remembers."""

    def __init__(self, visit: s.Visit) -> None:
        self.done: list[s.Effect] = []
        self.seen = s.Seen(lobby=office.lobby())
        self.app = KioskApp(settings=KioskSettings(screen=SCREEN, technician=True))
        self.app.link = SimpleNamespace(do=self.done.append, clock_ms=lambda: None, seen=lambda: self.seen)  # type: ignore[assignment]
        self.app.seen = self.seen
        self.stage = self.app.build()
        self.app.visit = replace(visit, touched_s=self.app.visit.touched_s, since_s=self.app.visit.since_s)
        self.app._draw()
        Touchable.last_act_s = 0.0

    def tile(self, words: str) -> Touchable:
        return next(w for w in self.stage.walk() if isinstance(w, Touchable) and words in w.says)

    def says(self, words: str) -> bool:
        return any(words in w.says for w in self.stage.walk() if isinstance(w, Touchable))

    def happens(self, *events: s.Event) -> None:
        for event in events:
            self.app.post(event)
        self.app._drain(0)


def a_check_ends_under_a_finger() -> dict[str, object]:
    story = Story(s.Visit(screen=s.Screen.TECHNICIAN, bench=s.Bench(rows=ROWS)))
    finger = Finger(story.tile("In thử"))
    finger.presses(story.stage)
    story.happens(s.CheckEnded("printer", "failed", (("vi", "hết giấy"),)))
    waited = not story.says("hết giấy")
    finger.lets_go()
    story.app._drain(0)
    return {"waited": waited, "did": [repr(one) for one in story.done], "shown_after": story.says("hết giấy")}


def a_finger_that_rests_hides_nothing_for_long() -> dict[str, object]:
    from kiosk import app

    story = Story(s.Visit(screen=s.Screen.TECHNICIAN, bench=s.Bench(rows=ROWS)))
    finger = Finger(story.tile("In thử"))
    finger.presses(story.stage)
    app._PRESS_MOST_S = 0.0  # type: ignore[misc]
    story.happens(s.CheckEnded("printer", "failed", (("vi", "hết giấy"),)))
    shown = story.says("hết giấy")
    finger.lets_go()
    return {"shown": shown, "did": len(story.done)}


def the_screen_goes_under_a_finger() -> dict[str, object]:
    story = Story(s.Visit(screen=s.Screen.TECHNICIAN, bench=s.Bench(rows=ROWS)))
    tile = story.tile("In thử")
    acts: list[str] = []
    tile.action = lambda: acts.append("acted")
    finger = Finger(tile)
    finger.presses(story.stage)
    story.happens(s.GoHome())
    finger.lets_go()  # the tile lives on here, as anything may that somebody refers to
    finger = Finger(story.tile("Lấy số"))
    finger.presses(story.stage)
    story.happens(s.SeenChanged())
    del finger, tile
    story.app._step(s.TakeNumber())
    story.app._draw()
    gc.collect()
    return {"did": len(acts), "still_held": len(Touchable.held), "screen": story.app.visit.screen.value}


print(
    json.dumps(
        {
            story.__name__: story()
            for story in (
                a_check_ends_under_a_finger,
                the_screen_goes_under_a_finger,
                a_finger_that_rests_hides_nothing_for_long,
            )
        }
    )
)
