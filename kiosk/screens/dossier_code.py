"""Scanning or typing a dossier's code, and typing the receipt's 4 characters."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from typing import Any

from kivy.uix.widget import Widget

from kiosk import session as s
from kiosk.frame import Box, Frame
from kiosk.scanning import SmallPicture
from kiosk.screens.band import needed_height
from kiosk.screens.base import KioskScreen, View
from kiosk.screens.keyboard import Keyboard, TextField, typed_height, typing_boxes, typing_frame, with_room_for_keys
from kiosk.screens.live_view import LiveView
from kiosk.screens.nav import Cell
from kiosk.screens.parts import place
from kiosk.screens.places import Places
from kiosk.screens.tiles import Tile, TileSpec, cut
from kiosk.words import say
from queue_kit.screen import fonts
from queue_kit.screen.measures import fitting_size
from queue_kit.screen.touchable import Card
from queue_kit.screen.widgets import Icon, Words

#: less is no picture any more
_PICTURE_LEAST = 150.0
#: nobody can aim with less
_VIEW_LEAST = 64.0
#: nor is there room for a warning below the field
_WARNING_LEAST = 110.0


class _TypingScreen(KioskScreen):
    """A field, what is said of it, keys. While typing only the first two are drawn anew."""

    #: what is drawn beside the words that say where the code is
    pictured = True
    #: what is typed may need several lines
    long = True
    #: dots and dashes are among the keys
    punctuation = True

    def fill(self) -> None:
        """Keys at the lower edge, the field above, the picture or the refusal between."""
        view = self.view
        self._field, self._free, keys, rows = typing_boxes(view.theme, view.frame)
        self._free = self.fill_below(self._free)
        typed = s.Typed(figures=view.visit.tracking.figures)
        self.add_widget(
            Keyboard(theme=view.theme, box=keys, typed=typed, send=view.send, lang=view.visit.lang, capitals=True,
                     vietnamese=False, punctuation=self.punctuation, rows=rows)
        )  # fmt: skip
        self._changing: list[Any] = []
        self._live: LiveView | None = None
        self._fill_changing()

    #: the question has room beside the keys
    _asked = True

    def fitting(self, view: View) -> View:
        """The keys set how large letters can be."""
        return with_room_for_keys(view)

    def settle(self, frame: Frame, nav_height: float) -> Frame:
        """The keys first."""
        head = self._head()
        low = needed_height(replace(head, title="", sub=""))
        settled, self._asked = typing_frame(self.view.theme, frame, nav_height, needed_height(head), low)
        return settled

    @property
    @abstractmethod
    def text(self) -> str:
        """What stands in the field."""

    @abstractmethod
    def field(self, box: Box) -> Widget:
        """What was typed so far."""

    @abstractmethod
    def where(self) -> str:
        """Where on the receipt it is found."""

    def fill_below(self, free: Box) -> Box:
        """Add what stands between the picture and the keys; gives what is left of the room."""
        return free

    def _fill_changing(self) -> None:
        before = list(self.children)
        view, self._live = self.view, None
        words = view.visit.tracking.words
        high = typed_height(view.theme, self._field, self.text) if words is None and self.long else 0.0
        if high > self._field.height:
            # The code before anything that is said of it.
            self.add_widget(self.field(replace(self._free, height=self._field.top - self._free.y)))
            self._changing = [child for child in self.children if child not in before]
            return
        warning = say({"vi": words.vi, "en": words.en}, view.visit.lang) if words is not None else ""
        if warning and not self._has_room_for(warning):
            # What is wrong with it stands in its place until something is typed.
            self._free, kept = replace(self._free, height=self._field.top - self._free.y), self._free
            self._say(warning, "alert-triangle")
            self._free = kept
            self._changing = [child for child in self.children if child not in before]
            return
        self.add_widget(self.field(self._field))
        if words is not None:
            icon = "id" if words.key == "scan.card" else "alert-triangle"
            self._say(warning, icon)
        else:
            self._say(self.where(), "")
        self._changing = [child for child in self.children if child not in before]

    def look(self, picture: SmallPicture | None) -> None:
        """Show what the camera sees, in the place of the receipt's picture."""
        self.view = replace(self.view, picture=picture)
        if self._live is not None:
            self._live.show(picture)

    def _say(self, sentence: str, icon: str) -> None:
        """A sentence with a warning's icon, or with the picture."""
        theme, box = self.view.theme, self._free
        c = theme.c
        pad = theme.u(12 if theme.tight else 24)
        if icon:
            card = Card(fill=c.surface, border=c.warn, radius_px=theme.u(20), border_px=max(3, theme.u(4)))
            self.add_widget(place(card, box))
        inner = box.inset(pad)
        picture = 0.0
        if icon:
            picture = min(theme.u(96), inner.height, inner.width * 0.2)
            spot = Box(inner.x, inner.y + (inner.height - picture) / 2, picture, picture)
            self.add_widget(place(Icon(icon=icon, size_px=picture, color=c.warn), spot))
        elif self.pictured and inner.height >= theme.u(120):
            high = min(inner.height, theme.u(380))
            picture = min(high * 1.25, inner.width * 0.5)
            spot = Box(inner.x, inner.y + (inner.height - picture / 1.25) / 2, picture, picture / 1.25)
            self._live = LiveView(theme=theme, box=spot, picture=self.view.picture)
            self.add_widget(self._live)
        elif self.pictured and self.view.aims:
            self._view_alone(box)
            return
        left = inner.x + (picture + theme.u(28) if picture else 0.0)
        width = inner.right - left
        font = fonts.SEMIBOLD if icon else fonts.REGULAR
        sizes = theme.sizes(36, 34)
        size, high = fitting_size(sentence, font, sizes, width, inner.height)
        if high > inner.height and picture:
            if self._live is not None:
                self.remove_widget(self._live)
                self._live = None
            if self.view.aims and not icon:
                # What is aimed with before words.
                self._view_alone(box)
                return
            # Words before pictures.
            self._plain(sentence, font, box, warned=bool(icon))
            return
        if high > inner.height and not icon:
            return
        words = Words(text=sentence, font_name=font, font_size=size, color=c.ink)
        self.add_widget(place(words, Box(left, inner.y + (inner.height - high) / 2, width, high)))

    def _view_alone(self, box: Box) -> None:
        """Too low for words beside it: what the camera sees, where there is any room to aim."""
        inner = box.inset(self.view.theme.u(8))
        if inner.height < self.view.theme.u(_VIEW_LEAST):
            return
        wide = min(inner.width, inner.height * 16 / 9)
        spot = Box(inner.x + (inner.width - wide) / 2, inner.y, wide, inner.height)
        self._live = LiveView(theme=self.view.theme, box=spot, picture=self.view.picture)
        self.add_widget(self._live)

    def _has_room_for(self, warning: str) -> bool:
        """Whether a warning can stand below the field, in the smallest letters it may have."""
        theme, room = self.view.theme, self._free
        if room.height < theme.u(_WARNING_LEAST):
            return False
        inner = room.inset(theme.u(10), theme.u(2))
        return fitting_size(warning, fonts.SEMIBOLD, (theme.note_px,), inner.width, inner.height)[1] <= inner.height

    def _plain(self, sentence: str, font: str, box: Box, *, warned: bool) -> None:
        """The sentence alone; a warning is never left out, other words stand only where they fit."""
        theme = self.view.theme
        inner = box.inset(theme.u(10), theme.u(2))
        size, high = fitting_size(sentence, font, theme.sizes(36, 34), inner.width, inner.height)
        if high > inner.height and warned:
            size, high = fitting_size(sentence, font, theme.sizes(34, 30, 28, note=True), inner.width, inner.height)
        if high <= inner.height or warned:
            words = Words(text=sentence, font_name=font, font_size=size, color=theme.c.ink, note=warned)
            self.add_widget(place(words, Box(inner.x, inner.y + (inner.height - high) / 2, inner.width, high)))

    def refresh(self, view: View) -> bool:
        """Typing changes the field and what is said of it; anything else draws the screen anew."""
        old = self.view
        self.view = replace(view, frame=old.frame, theme=old.theme)
        same = _but_typed(view.visit) == _but_typed(old.visit) and view.seen == old.seen
        ready = self.ready
        self.view = old
        if not same or ready != self.ready:
            self.view = view
            return False
        self.view = replace(view, frame=old.frame, theme=old.theme)
        for widget in self._changing:
            self.remove_widget(widget)
        self._fill_changing()
        return True

    @property
    def ready(self) -> bool:
        """Whether there is a way on."""
        return bool(self.text)


def _but_typed(visit: s.Visit) -> s.Visit:
    return replace(visit.shown, tracking=replace(visit.tracking, text="", secret="", words=None))


class DossierCodeScreen(_TypingScreen):
    """The code on the receipt."""

    @property
    def text(self) -> str:
        """The code as far as it is typed."""
        return self.view.visit.tracking.text

    def title(self) -> str:
        """What to hold where."""
        if not self._asked:
            return ""
        short = ".short" if self.view.theme.tight else ""
        if self.view.scans and self.view.aims:
            return self.view.tr(f"dossier.code.aim{short}")
        return self.view.tr(f"dossier.code.{'scan' if self.view.scans else 'type'}{short}")

    def sub(self) -> str:
        """The other way."""
        return (
            "" if not self._asked else self.view.tr("dossier.code.sub_scan" if self.view.scans else "dossier.code.sub")
        )

    def field(self, box: Box) -> Widget:
        """The code, letter by letter, or what one looks like."""
        hint = self.view.tr("dossier.code.hint")
        return TextField(theme=self.view.theme, box=box, text=self.text, hint=hint, spaced=True)

    def where(self) -> str:
        """In words, beside the picture; or what to bring besides, where a result shall be collected."""
        return self.view.tr("dossier.code.collect" if self.view.visit.tracking.collecting else "dossier.code.where")

    _has_tile = False

    def fill_below(self, free: Box) -> Box:
        """No receipt: a tile of its own where there is room, else the way on while nothing is typed."""
        view = self.view
        theme, gap = view.theme, view.frame.gap
        if not view.visit.tracking.collecting:
            return free
        spec = TileSpec(
            key="without", name=view.tr("dossier.code.without.whole"), icon="ticket", quiet=True,
            act=view.doing(s.WithoutReceipt()),
        )  # fmt: skip
        measured = cut(spec, theme, free.width, 36.0)
        left = free.height - measured.height - gap
        if theme.tight or left < theme.u(_PICTURE_LEAST):
            return free
        self._has_tile = True
        box = Box(free.x, free.y, free.width, measured.height)
        self.add_widget(Tile(spec=spec, theme=theme, box=box, measured=measured))
        return Box(free.x, free.y + measured.height + gap, free.width, left)

    def coming(self) -> Cell:
        """Look it up, once there is something to look up."""
        return self.way_on() or Cell("search", self.view.tr("dossier.code.find"), lambda: None, primary=True)

    def way_on(self) -> Cell | None:
        """Look it up; with an empty field and a result to collect, the number without a receipt."""
        view = self.view
        if self.ready:
            return Cell("search", view.tr("dossier.code.find"), view.doing(s.LookUpCode()), primary=True)
        if view.visit.tracking.collecting and not self._has_tile:
            return Cell("ticket", view.tr("dossier.code.without"), view.doing(s.WithoutReceipt()))
        return None


class DossierOpeningScreen(_TypingScreen):
    """The receipt's 4 characters."""

    pictured = False
    long = False
    punctuation = False

    @property
    def text(self) -> str:
        """The characters typed so far."""
        return self.view.visit.tracking.secret

    def title(self) -> str:
        """What to type."""
        return self.view.tr("dossier.opening.title") if self._asked else ""

    def sub(self) -> str:
        """Where it stands."""
        return self.view.tr("dossier.opening.sub") if self._asked else ""

    def field(self, box: Box) -> Widget:
        """Four places."""
        return Places(theme=self.view.theme, box=box, count=s.MOST_SECRET, text=self.text)

    def where(self) -> str:
        """What to do without."""
        return self.view.tr("dossier.opening.hint")

    @property
    def ready(self) -> bool:
        """All four are there."""
        return len(self.text) == s.MOST_SECRET

    def coming(self) -> Cell:
        """Show what they open, once all four are there."""
        return self.way_on() or Cell("eye", self.view.tr("dossier.opening.show"), lambda: None, primary=True)

    def way_on(self) -> Cell | None:
        """Show what they open."""
        if not self.ready:
            return None
        return Cell("eye", self.view.tr("dossier.opening.show"), self.view.doing(s.OpenDetails()), primary=True)
