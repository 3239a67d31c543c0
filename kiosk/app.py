"""The Kivy application: joins the session, the stage and the desk, and lives on the screen's thread.

Nothing here may block. Events of other threads come through :meth:`KioskApp.post`, which also ends the idle sleep.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from datetime import date
from typing import Any, Final

from kivy.app import App
from kivy.clock import Clock
from kivy.core.window import Window

from kiosk import session as s
from kiosk.aloud import Reader
from kiosk.asker import new_id
from kiosk.frame import Box, Frame, frame_of, large_most
from kiosk.guidance import Around, Guide, KeyPressed
from kiosk.guidance.keyboard import GuidanceKeys
from kiosk.panel import PanelPressed, status_of, touches
from kiosk.scanning import Attention, Scanner, Seeing, SmallPicture
from kiosk.scanning.attention import attention_for
from kiosk.screens.base import View
from kiosk.settings import KioskSettings, Lights, Link
from kiosk.sounds import Sounds
from kiosk.stage import Stage
from kiosk.touch_map import TouchMap
from kiosk.words import clock_words, date_words, local_date
from queue_kit.memory import give_back_code, settle, tidy
from queue_kit.screen.frame_rate import FrameRate
from queue_kit.screen.measures import forget_measures
from queue_kit.screen.theme import Theme
from queue_kit.screen.touchable import Touchable
from queue_kit.sd_notify import Notifier

log = logging.getLogger(__name__)

_TICK_S = 0.5
#: the shrinking ring is drawn so often
_RING_FPS = 8.0
_SLIDE_S = 4.0
#: what the camera sees, while its picture is shown
_LOOK_FPS = 8.0
#: after a new screen, when the frame that shows it is drawn and the same finger cannot act again yet
_TIDY_S = 0.35
#: a finger that stays longer on a tile is no press
_PRESS_MOST_S: Final = 3.0
#: the printing thread has loaded what it needs
_WARMED_S = 2.5


class KioskApp(App):
    """One kiosk."""

    def __init__(self, *, settings: KioskSettings, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.settings_ = settings
        self.link: Link | None = None
        self.scanner: Scanner | None = None
        self.panel: Lights | None = None
        self.sounds: Sounds | None = None
        self.guide: Guide | None = None
        self.reader: Reader | None = None
        #: the line to systemd, fed by the loop that draws
        self.notifier = Notifier({})
        self._appeared = False
        #: Kivy forgets a listener that nobody keeps
        self._keys: GuidanceKeys | None = None
        self._hold: object = None
        self.frames = FrameRate(idle_fps=2.0, active_fps=30.0, hold_s=1.5)
        self.visit = s.Visit(lang=settings.lang, touched_s=time.monotonic(), since_s=time.monotonic())
        self.seen = s.Seen()
        self._events: deque[s.Event] = deque()
        self._frames: dict[Theme, Frame] = {}
        self._stage: Stage | None = None
        self._ready = False
        self._drawn: s.Visit | None = None
        #: since when a finger on a tile keeps what is new from being drawn
        self._waits_since_s: float | None = None
        touch_map = settings.touch_map
        self._map = TouchMap(touch_map, settings.screen.height) if touch_map is not None else None
        self._helped_s = float("-inf")
        #: words of somebody's own were measured
        self._personal = False
        self._attention = Attention.ASLEEP
        self._picture: SmallPicture | None = None

    # ------------------------------------------------------------------ Kivy's life
    def build(self) -> Stage:
        """The root widget."""
        settle()
        self._stage = Stage()
        return self._stage

    def on_start(self) -> None:
        """The window is there."""
        self.frames.install(Clock)
        Touchable.on_any_press = self._pressed
        Window.bind(on_touch_down=self._any_touch, on_key_down=self._any_touch, on_flip=self._flipped)
        if self.link is not None:
            self.link.start()
            self.seen = self.link.seen()
        if self.scanner is not None:
            self.scanner.start()
            self._attend()
        if self.panel is not None:
            self.panel.start()
        if self.sounds is not None:
            self.reader = Reader(self.sounds, self.post)
            self.guide = Guide(self.sounds, self._guided, self._around)
            self._keys = GuidanceKeys(lambda key: self.post(KeyPressed(key)))
            self._keys.start()
        if self.settings_.technician:
            from kiosk.technician.hold import LongHold

            self._hold = LongHold(self._holding_zone, lambda: self.send(s.OpenTechnician()))
        self._draw()
        Clock.schedule_interval(self._drain, 0)
        Clock.schedule_interval(self._tick, _TICK_S)

    def on_stop(self) -> None:
        """The window goes."""
        self.notifier.stopping()
        if self.scanner is not None:
            self.scanner.stop()
        if self.panel is not None:
            self.panel.stop()
        if self.link is not None:
            self.link.stop()
        if self.sounds is not None:
            self.sounds.stop()

    def end(self) -> None:
        """Close the window; may be called by a signal's handler."""
        Clock.schedule_once(lambda _: self.stop(), 0)
        self.frames.wake()

    # ------------------------------------------------------------------ events
    def post(self, event: s.Event) -> None:
        """Hand an event to the session, from any thread."""
        self._events.append(event)
        self.frames.wake()

    def send(self, event: s.Event) -> None:
        """A touch, on the screen's thread."""
        self.frames.busy()
        if self.guide is not None:
            self.guide.touched()
        self._step(event)
        self._draw(acted=True)
        self.frames.hurry()

    def _guided(self, event: s.Event) -> s.Visit:
        """A touch that one of the four keys means; gives the visit after it."""
        self.frames.busy()
        self._step(event)
        return self.visit

    def _drain(self, _: float) -> None:
        self.notifier.alive()
        if not self._events:
            if self._waits_since_s is not None and not Touchable.held:
                self._draw()
            return
        while self._events:
            event = self._events.popleft()
            if isinstance(event, KeyPressed):
                self._key(event)
                continue
            if isinstance(event, PanelPressed):
                self._pressed()
                self._events.extendleft(reversed(touches(event.button, self.visit)))
                continue
            if isinstance(event, s.SeenChanged) and self.link is not None:
                self.seen = self.link.seen()
            self._step(event)
        self._draw()

    def _key(self, event: KeyPressed) -> None:
        """One of the four keys. While the lobby is called its answer waits, and a click says that it was felt."""
        if self.guide is None or self.sounds is None:
            return
        if self.sounds.held:
            self.sounds.press()
        self.guide.press(event.key, self.visit, self.seen)

    def _around(self) -> Around:
        """What the guide knows of the kiosk itself."""
        sets = self.settings_
        return Around(scans=sets.scans, prints=sets.prints, headset=sets.headset, day=self._day(), speaks=self._speaks)

    def _speaks(self, lang: str) -> bool:
        """Whether the kiosk has a voice for a language."""
        return self.sounds is not None and self.sounds.speaks(lang)

    def _tick(self, _: float) -> None:
        if self.link is not None:
            seen = self.link.seen()
            if seen != self.seen:
                self.seen = seen
                self._step(s.SeenChanged())
        guided = self.guide is not None and self.guide.reading
        if guided or s.listening(self.visit, time.monotonic()):
            self._step(s.Listening())
        self._step(s.Tick())
        if self.guide is not None:
            self.guide.tick(self.visit, self.settings_.timing, time.monotonic())
        if self.visit.overlay is s.Overlay.STILL_THERE:
            self._tell_ring()
        self._draw()

    def _step(self, event: s.Event) -> None:
        context = s.Context(self.seen, time.monotonic(), new_id, self.timing, self.settings_.lang, self._day())
        before = self.visit
        self.visit, effects = s.step(before, event, context)
        if before.screen is not self.visit.screen and self.visit.screen is s.Screen.NUMBER:
            self.frames.busy(_SLIDE_S)
        self._personal = self._personal or self.visit.screen in s.DOSSIERS
        if before.overlay is not self.visit.overlay and self.visit.overlay is s.Overlay.STILL_THERE:
            Clock.schedule_interval(self._ring, 1 / _RING_FPS)
        if before.screen is not self.visit.screen:
            Clock.unschedule(self._tidy)
            Clock.schedule_once(self._tidy, _TIDY_S)
        self._attend()
        for effect in effects:
            if isinstance(effect, s.CallOfficer):
                self._helped_s = time.monotonic()
            if self.link is not None:
                self.link.do(effect)
        if self.reader is not None:
            self.reader.follow(before, self.visit, context.day)
        if self.guide is not None:
            self.guide.follow(before, event, self.visit, self.seen)

    def _holding_zone(self) -> Box | None:
        """The upper half of the band, with the office's name, while nobody is in the middle of something."""
        if self.visit.screen is not s.Screen.HOME or self._stage is None or self._stage.screen is None:
            return None
        band = self._stage.screen.view.frame.band
        return Box(band.x, band.y + band.height / 2, band.width, band.height / 2)

    @property
    def timing(self) -> s.Timing:
        """The timing to live by now: who listens is given longer."""
        timing = self.settings_.timing
        return timing if self.guide is None else self.guide.timing(timing)

    def _day(self) -> date | None:
        """The office's date, where its clock is trusted."""
        now_ms = self.link.clock_ms() if self.link is not None else None
        return None if now_ms is None else local_date(now_ms)

    def _attend(self) -> None:
        """A camera sleeps while nobody is there, and shows its picture where a code is asked for."""
        if not isinstance(self.scanner, Seeing):
            return
        before, self._attention = self._attention, attention_for(self.visit.screen)
        if self._attention is Attention.SHOWN and before is not Attention.SHOWN:
            Clock.schedule_interval(self._look, 1 / _LOOK_FPS)
        self.scanner.attend(self._attention)

    def _look(self, _: float) -> bool:
        """Drives the live picture; ends with its screen."""
        if self._attention is not Attention.SHOWN or not isinstance(self.scanner, Seeing):
            return False
        picture = self.scanner.picture
        if self._stage is not None and self._stage.screen is not None and picture is not self._picture:
            self._picture = picture
            self._stage.screen.look(picture)
        if picture is not None:
            self.frames.busy(2 / _LOOK_FPS)
        return True

    def _tidy(self, _: float) -> None:
        """What the screen before held is given back, unless a finger is there already; at home, its words as well."""
        if not Touchable.held:
            if self._personal and self.visit.screen is s.Screen.HOME:
                self._personal = False
                forget_measures()
            tidy()

    def _warmed(self, _: float) -> None:
        """Everything that a first citizen wants is loaded: what only the start needed is given back."""
        self._tidy(0)
        # Reading the list of pages takes tens of ms: not on the thread that answers a finger.
        threading.Thread(target=give_back_code, name="give-back", daemon=True).start()

    def _ring(self, _: float) -> bool:
        """Drives the ring; ends with the question."""
        if self.visit.overlay is not s.Overlay.STILL_THERE:
            return False
        self.frames.busy(2 / _RING_FPS)
        self._tell_ring()
        return True

    def _tell_ring(self) -> None:
        stage, timing = self._stage, self.timing
        if stage is None or stage.sheet is None:
            return
        idle_s, ring_s = timing.patience(self.visit.screen)
        left_s = idle_s + ring_s - (time.monotonic() - self.visit.touched_s)
        stage.sheet.tell(max(0.0, min(1.0, left_s / ring_s)), max(0, round(left_s)))

    # ------------------------------------------------------------------ drawing
    def _keeps_still(self) -> bool:
        """Whether a tile stays as it is under the finger that is on it, for as long as somebody slow may press."""
        drawn, now_s = self._drawn, time.monotonic()
        same_screen = drawn is not None and (drawn.screen, drawn.overlay) == (self.visit.screen, self.visit.overlay)
        if not Touchable.held or not same_screen:
            self._waits_since_s = None
            return False
        if self._waits_since_s is None:
            self._waits_since_s = now_s
        return now_s - self._waits_since_s < _PRESS_MOST_S

    def _draw(self, *, acted: bool = False) -> None:
        """Show the visit as it is now. ``acted``: a finger asked for it; anything else may wait for a finger."""
        stage = self._stage
        if stage is None or (self._keeps_still() and not acted):
            return
        self._drawn = self.visit.shown
        if self.panel is not None:
            status = status_of(self.visit, self.seen, helped_s=time.monotonic() - self._helped_s)
            self.panel.show(status, warns=self.visit.overlay is s.Overlay.STILL_THERE)
        visit, screen = self.visit, self.settings_.screen
        # The screen at rest is for everybody.
        large = visit.large and visit.screen is not s.Screen.ATTRACT
        theme = Theme(
            screen=screen, lang=visit.lang, large=large, high_contrast=visit.high_contrast,
            large_most=large_most(screen, self.settings_.lower_edge_mm),
        )  # fmt: skip
        if theme not in self._frames:
            self._frames[theme] = frame_of(theme, self.settings_.lower_edge_mm)
        now_ms = self.link.clock_ms() if self.link is not None else None
        stage.show(
            View(
                visit=visit,
                seen=self.seen,
                theme=theme,
                frame=self._frames[theme],
                send=self.send,
                # One that is known to be away is not spoken of.
                scans=self.settings_.scans and (self.scanner is None or self.scanner.there is not False),
                aims=isinstance(self.scanner, Seeing),
                prints=self.settings_.prints,
                speaks=self._speaks(visit.lang),
                day=self._day(),
                picture=self._picture if self._attention is Attention.SHOWN else None,
                clock="" if now_ms is None else clock_words(now_ms),
                date="" if now_ms is None else date_words(now_ms, visit.lang),
            ),
            seconds_left=round(self.timing.patience(visit.screen)[1]),
        )

    def _flipped(self, *_: object) -> None:
        """A frame is drawn and about to go to the screen: this is told before it does, so what follows waits a turn.

        The first with an office's tiles makes the kiosk ready.
        """
        if not self._appeared:
            # The kiosk serves without an office too: it says where to ask.
            self._appeared = True
            Clock.schedule_once(lambda _: self.notifier.ready(), 0)
            self.frames.hurry()
        if self._map is not None:
            Clock.schedule_once(self._tell_map, 0)
            self.frames.hurry()
        if not self._ready and self.seen.lobby is not None and self._stage is not None and self._stage.built:
            self._ready = True
            Clock.schedule_once(self._become_ready, 0)
            self.frames.hurry()

    def _become_ready(self, _: float) -> None:
        if self.settings_.ready_file is not None:
            # Renamed into place: who waits for the file never reads half of it.
            part = self.settings_.ready_file.with_suffix(".part")
            part.write_text(f"{time.time():.3f}\n", encoding="utf-8")
            part.replace(self.settings_.ready_file)
        if self.link is not None:
            self.link.warm()
        Clock.schedule_once(self._warmed, _WARMED_S)

    def _tell_map(self, _: float) -> None:
        if self._map is not None and self._stage is not None:
            self._map.write(self._stage, self.visit)

    def _any_touch(self, *_: object) -> bool:
        self.frames.busy()
        return False

    def _pressed(self) -> None:
        """Something was pressed: the pressed look comes with the next frame, and that comes at once."""
        if self.sounds is not None:
            self.sounds.press()
        self.frames.busy()
        self.frames.hurry()
