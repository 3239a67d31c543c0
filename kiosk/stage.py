"""Puts the visit's screen on the window: built anew when what it shows has changed, left alone when not."""

from __future__ import annotations

from typing import Any, Final

from kivy.core.window import Window
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from kiosk import session as s
from kiosk.screens.asking import AskingScreen
from kiosk.screens.attract import AttractScreen
from kiosk.screens.base import KioskScreen, View
from kiosk.screens.check_in import CheckInScreen
from kiosk.screens.dossier import DossierAskedScreen, DossierScreen
from kiosk.screens.dossier_code import DossierCodeScreen, DossierOpeningScreen
from kiosk.screens.find import FindScreen
from kiosk.screens.home import HomeScreen
from kiosk.screens.number import NumberScreen
from kiosk.screens.overlays import HelpSheet, LookSheet, Sheet, StillThere, WholeSheet
from kiosk.screens.procedure import ProcedureScreen
from kiosk.screens.procedures import EntriesScreen, FieldsScreen, ProceduresScreen
from kiosk.screens.rating_faces import RateFacesScreen, RateWhyScreen
from kiosk.screens.rating_thanks import RateThanksScreen
from kiosk.screens.rating_which import RateHowScreen, RateNumberScreen, RatePrefixScreen
from kiosk.screens.reading import ReadingScreen
from kiosk.screens.services import PriorityScreen, ServicesScreen
from kiosk.screens.technician import PinScreen, TechnicianScreen, TouchTestScreen
from kiosk.screens.trouble import TroubleScreen

SCREENS: Final[dict[s.Screen, type[KioskScreen]]] = {
    s.Screen.ATTRACT: AttractScreen,
    s.Screen.HOME: HomeScreen,
    s.Screen.SERVICES: ServicesScreen,
    s.Screen.PRIORITY: PriorityScreen,
    s.Screen.CHECK_IN: CheckInScreen,
    s.Screen.PROCEDURES: ProceduresScreen,
    s.Screen.FIELDS: FieldsScreen,
    s.Screen.ENTRIES: EntriesScreen,
    s.Screen.FIND: FindScreen,
    s.Screen.PROCEDURE: ProcedureScreen,
    s.Screen.READING: ReadingScreen,
    s.Screen.DOSSIER_CODE: DossierCodeScreen,
    s.Screen.DOSSIER_ASKED: DossierAskedScreen,
    s.Screen.DOSSIER: DossierScreen,
    s.Screen.DOSSIER_OPENING: DossierOpeningScreen,
    s.Screen.RATE_HOW: RateHowScreen,
    s.Screen.RATE_PREFIX: RatePrefixScreen,
    s.Screen.RATE_NUMBER: RateNumberScreen,
    s.Screen.RATE_FACES: RateFacesScreen,
    s.Screen.RATE_WHY: RateWhyScreen,
    s.Screen.RATE_THANKS: RateThanksScreen,
    s.Screen.TECHNICIAN_PIN: PinScreen,
    s.Screen.TECHNICIAN: TechnicianScreen,
    s.Screen.TOUCH_TEST: TouchTestScreen,
    s.Screen.ASKING: AskingScreen,
    s.Screen.NUMBER: NumberScreen,
    s.Screen.TROUBLE: TroubleScreen,
}


def throw_away(widget: Widget) -> None:
    """Take a tree of widgets apart, so that its pictures are freed now and not when Python next collects."""
    for child in list(widget.children):
        throw_away(child)
    widget.clear_widgets()
    for canvas in (widget.canvas.before, widget.canvas, widget.canvas.after):
        canvas.clear()


class Stage(FloatLayout):
    """The window's root. ``show`` may be called as often as one likes; equal views cost nothing."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.screen: KioskScreen | None = None
        self.sheet: Sheet | None = None
        self._shown: tuple[Any, ...] | None = None
        self._overlay: tuple[Any, ...] | None = None
        #: how often a screen was built, for those who measure
        self.built = 0

    def show(self, view: View, *, seconds_left: int = 15) -> None:
        """Draw the view; ``seconds_left`` is for the question whether somebody is still there."""
        self._show_screen(view)
        self._show_overlay(view, seconds_left)

    def _show_screen(self, view: View) -> None:
        visit = view.visit.shown
        base = s.below_overlay(visit)
        shown = (base, view.seen, view.theme, view.frame)
        if self.screen is not None and self._shown is not None:
            if shown == self._shown:
                self.screen.tell_time(view.clock, view.date)
                return
            same_screen = self._shown[0].screen == base.screen and self._shown[2:] == shown[2:]
            if same_screen and self.screen.refresh(view):
                self._shown = shown
                return
        new = SCREENS[base.screen](view)
        new.size_hint = (None, None)
        new.size = (view.frame.whole.width, view.frame.whole.height)
        # The ground is what the window is cleared with: a sheet of its own would cost a layer of every frame.
        Window.clearcolor = view.theme.c.ground
        if self.screen is not None:
            self.remove_widget(self.screen)
            throw_away(self.screen)
        self.screen = new
        # Below the overlay, above the ground.
        self.add_widget(new, index=1 if self.sheet is not None else 0)
        self._shown = shown
        self.built += 1

    def _show_overlay(self, view: View, seconds_left: int) -> None:
        visit = view.visit
        key: tuple[Any, ...] | None = None
        if visit.overlay is not s.Overlay.NONE:
            key = (visit.overlay, visit.help_ok, visit.reading, view.theme, visit.large, visit.high_contrast)
        if key == self._overlay:
            return
        if self.sheet is not None:
            self.remove_widget(self.sheet)
            throw_away(self.sheet)
            self.sheet = None
        self._overlay = key
        match visit.overlay:
            case s.Overlay.STILL_THERE:
                self.sheet = StillThere(view, seconds_left)
            case s.Overlay.HELP:
                self.sheet = HelpSheet(view)
            case s.Overlay.LOOK:
                self.sheet = LookSheet(view)
            case s.Overlay.WHOLE:
                self.sheet = WholeSheet(view)
            case _:
                return
        self.add_widget(self.sheet)
