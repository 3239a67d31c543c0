"""The kiosk's or the board's real window with nobody behind it; its loop hangs when told to. A program.

frame_loop_probe.py kiosk|board   (DISPLAY names an X server; "hang" and "go" come by the standard input)
"""

from __future__ import annotations

import sys
import threading

from queue_kit.screen import boot
from queue_kit.sd_notify import Notifier

screen = boot.prepare(size=(540, 960))
notifier = Notifier()
go_on = threading.Event()

from kivy.clock import Clock  # noqa: E402


def hang(_: float) -> None:
    print("hung", flush=True)
    go_on.wait()
    go_on.clear()


def obey() -> None:
    for line in sys.stdin:
        if line.strip() == "hang":
            Clock.schedule_once(hang, 0)
        else:
            go_on.set()


threading.Thread(target=obey, daemon=True).start()
if sys.argv[1] == "kiosk":
    from kiosk.app import KioskApp
    from kiosk.settings import KioskSettings
    from queue_kit.screen import fonts

    fonts.register()
    kiosk = KioskApp(settings=KioskSettings(screen=screen))
    kiosk.notifier = notifier
    kiosk.run()
else:
    from queue_core.wire.bus import Bus
    from queue_core.wire.topics import Topics
    from queue_display.board.app import BoardApp, FilmSound
    from queue_display.board.record import Record
    from queue_display.board.runtime import Runtime

    # Nothing listens at port 9: the board draws without an office.
    bus = Bus(host="127.0.0.1", port=9, topics=Topics("demo", "demo"), client="board-1", kind="board")
    runtime = Runtime(bus=bus, voice=None, record=Record(None), turned=notifier.alive)
    BoardApp(runtime, media=None, english=True, film_sound=FilmSound(), on_ready=notifier.ready).run()
