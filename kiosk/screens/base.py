"""What every screen is: a function of the visit, the office and the theme, drawn into the frame."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar

from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from kiosk import session as s
from kiosk.frame import Frame
from kiosk.scanning import SmallPicture
from kiosk.screens.band import Band, Head, needed_height
from kiosk.screens.nav import Cell, NavRow, plan_nav
from kiosk.words import say
from queue_kit.languages import offered, tr
from queue_kit.screen.theme import Theme


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Everything a screen is drawn from. ``send`` hands a touch to the session.

    ``scans``: a scanner stands beside the screen, and may be spoken of; ``aims``: it is a camera, whose picture can be
    shown; ``picture``: its newest, later ones come by :meth:`KioskScreen.look`. ``prints``: a printer; ``speaks``: a
    voice for the visit's language. ``day``: today, where a clock is trusted.
    """

    visit: s.Visit
    seen: s.Seen
    theme: Theme
    frame: Frame
    send: Callable[[s.Event], None]
    clock: str = ""
    date: str = ""
    scans: bool = False
    prints: bool = False
    speaks: bool = False
    day: dt.date | None = None
    aims: bool = False
    picture: SmallPicture | None = None

    def tr(self, key: str, **args: object) -> str:
        """The sentence of a key in the visit's language."""
        return tr(self.visit.lang, key, **args)

    def doing(self, event: s.Event) -> Callable[[], None]:
        """A function of no arguments that sends this touch."""
        return lambda: self.send(event)


class KioskScreen(FloatLayout):
    """Base of all screens: band above, body between, the row below. ``fill`` adds the body."""

    #: names of visit fields whose change does not rebuild the screen but calls :meth:`refresh`
    lively: ClassVar[frozenset[str]] = frozenset()
    #: a name of any length stands in the question's place, and whole elsewhere
    named: ClassVar[bool] = False

    def __init__(self, view: View) -> None:
        super().__init__()
        view = self.view = self.fitting(view)
        self.band: Band | None = None
        plan = plan_nav(
            view.theme, view.frame, back=self.back(), tools=self.tools(), extras=self.extras(), on=self.coming()
        )
        self.view = replace(view, frame=self.settle(view.frame, plan.height))
        self.fill_band()
        self.fill()
        self.fill_nav()

    def fitting(self, view: View) -> View:
        """The view as this screen can show it."""
        return view

    # -- what a screen says of itself
    def title(self) -> str:
        """The question."""
        return ""

    def sub(self) -> str:
        """A sentence under it."""
        return ""

    def mark(self) -> Widget | None:
        """Something else in the question's place."""
        return None

    def fill(self) -> None:
        """Add the body."""

    def back(self) -> Cell | None:
        """The cell at the bottom left."""
        return Cell("arrow-left", self.view.tr("kiosk.nav.back"), self.view.doing(s.GoBack()))

    def way_on(self) -> Cell | None:
        """The cell at the bottom right."""
        return None

    def coming(self) -> Cell | None:
        """The way on, or the one that will come while typing: the keys shall not move then."""
        return self.way_on()

    def extras(self) -> list[Cell]:
        """Buttons of the screen's own that stand between back and the way on, where there are two rows."""
        return []

    def refresh(self, view: View) -> bool:
        """Take a changed view without being built anew; False: build it anew."""
        self.view = view
        return False

    def look(self, picture: SmallPicture | None) -> None:
        """A camera's newest picture, some times a second; None while it has none."""

    # -- the same on all
    def fill_band(self) -> None:
        """The office's name, the clock and the question."""
        self.band = Band(head=self._head(), mark=self.mark())
        self.add_widget(self.band)

    def settle(self, frame: Frame, nav_height: float) -> Frame:
        """The frame when it is known how high the bottom rows are."""
        return frame.settled(nav_height, self.band_height())

    def band_height(self) -> float:
        """How high a band above the body would like to be."""
        return needed_height(self._head())

    def _head(self) -> Head:
        view = self.view
        lobby = view.seen.lobby
        return Head(
            theme=view.theme,
            frame=view.frame,
            office=say(lobby.office, view.visit.lang) if lobby else "",
            clock=view.clock,
            date=view.date,
            title=self.title(),
            sub=self.sub(),
            named=self.named,
        )

    def fill_nav(self) -> None:
        """The bottom rows."""
        view = self.view
        plan = plan_nav(
            view.theme, view.frame, back=self.back(), tools=self.tools(), extras=self.extras(), on=self.way_on()
        )
        self.add_widget(NavRow(theme=view.theme, frame=view.frame, plan=plan))

    def tools(self) -> list[Cell]:
        """Start page, language, letters, help."""
        view = self.view
        known = offered(view.seen.lobby.languages) if view.seen.lobby else ["vi", "en"]
        at = known.index(view.visit.lang) if view.visit.lang in known else 0
        # The next first, then all others: who reads Khmer alone shall find it on a Vietnamese screen.
        others = [*known[at + 1 :], *known[:at]] or [view.visit.lang]
        shown = others[:1] if view.theme.tight else others
        return [
            Cell("home", view.tr("kiosk.nav.home"), view.doing(s.GoHome())),
            Cell(
                "language",
                " / ".join(tr(lang, "common.language") for lang in shown),
                view.doing(s.SetLanguage(others[0])),
            ),
            Cell(
                "text-size", view.tr("kiosk.nav.look"), view.doing(s.OpenLook()), short=view.tr("kiosk.nav.look_short")
            ),
            Cell("hand-stop", view.tr("kiosk.nav.help"), view.doing(s.AskHelp())),
        ]

    def tell_time(self, clock: str, date: str) -> None:
        """Set the clock; draws only when it changed."""
        if self.band is not None and self.band.clock_label.text != clock:
            self.band.clock_label.text = clock
        if self.band is not None and self.band.date_label.text != date:
            self.band.date_label.text = date
