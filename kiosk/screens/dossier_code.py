"""Scanning or typing a dossier's code, and typing the receipt's 4 characters."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from typing import Any

from kivy.uix.widget import Widget

from kiosk import session as s
from kiosk.frame import Box
from kiosk.screens.base import KioskScreen, View
from kiosk.screens.dossier_parts import ReceiptPicture
from kiosk.screens.keyboard import Keyboard, TextField, typing_boxes
from kiosk.screens.nav import Cell
from kiosk.screens.parts import place
from kiosk.screens.places import Places
from kiosk.screens.tiles import Tile, TileSpec, cut
from kiosk.words import say
from queue_kit.screen import fonts
from queue_kit.screen.widgets import Card, Icon, Words, fitting_size

_WORDS_UNITS = (36.0, 34.0, 32.0, 30.0, 28.0, 26.0, 24.0, 22.0, 20.0)


#: less is no picture any more
_PICTURE_LEAST = 150.0


class _TypingScreen(KioskScreen):
    """A field, what is said of it, keys. While typing only the first two are drawn anew."""

    #: what is drawn beside the words that say where the code is
    pictured = True
    #: dots and dashes are among the keys
    punctuation = True

    def fill(self) -> None:
        """Keys at the lower edge, the field above, the picture or the refusal between."""
        view = self.view
        self._field, self._free, keys = typing_boxes(view.theme, view.frame)
        self._free = self.fill_below(self._free)
        typed = s.Typed(figures=view.visit.tracking.figures)
        self.add_widget(
            Keyboard(theme=view.theme, box=keys, typed=typed, send=view.send, lang=view.visit.lang, capitals=True,
                     vietnamese=False, punctuation=self.punctuation)
        )  # fmt: skip
        self._changing: list[Any] = []
        self._fill_changing()

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
        view = self.view
        self.add_widget(self.field(self._field))
        words = view.visit.tracking.words
        if words is not None:
            icon = "id" if words.key == "scan.card" else "alert-triangle"
            self._say(say({"vi": words.vi, "en": words.en}, view.visit.lang), icon)
        else:
            self._say(self.where(), "")
        self._changing = [child for child in self.children if child not in before]

    def _say(self, sentence: str, icon: str) -> None:
        """A sentence with a warning's icon, or with the picture."""
        theme, box = self.view.theme, self._free
        c = theme.c
        pad = theme.u(12 if theme.large else 24)
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
            self.add_widget(ReceiptPicture(theme=theme, box=spot))
        left = inner.x + (picture + theme.u(28) if picture else 0.0)
        width = inner.right - left
        font = fonts.SEMIBOLD if icon else fonts.REGULAR
        sizes = tuple(theme.u(units) for units in _WORDS_UNITS)
        size, high = fitting_size(sentence, font, sizes, width, inner.height)
        words = Words(text=sentence, font_name=font, font_size=size, color=c.ink)
        self.add_widget(place(words, Box(left, inner.y + (inner.height - high) / 2, width, high)))

    def refresh(self, view: View) -> bool:
        """Typing changes the field and what is said of it; anything else draws the screen anew."""
        old, self.view = self.view, replace(view, frame=self.view.frame)
        same = _but_typed(view.visit) == _but_typed(old.visit) and view.seen == old.seen
        ready = self.ready
        self.view = old
        if not same or ready != self.ready:
            self.view = view
            return False
        self.view = replace(view, frame=old.frame)
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
        short = ".short" if self.view.theme.large else ""
        return self.view.tr(f"dossier.code.{'scan' if self.view.scans else 'type'}{short}")

    def sub(self) -> str:
        """The other way."""
        return self.view.tr("dossier.code.sub_scan" if self.view.scans else "dossier.code.sub")

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
        if theme.large or left < theme.u(_PICTURE_LEAST):
            return free
        self._has_tile = True
        box = Box(free.x, free.y, free.width, measured.height)
        self.add_widget(Tile(spec=spec, theme=theme, box=box, measured=measured))
        return Box(free.x, free.y + measured.height + gap, free.width, left)

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
    punctuation = False

    @property
    def text(self) -> str:
        """The characters typed so far."""
        return self.view.visit.tracking.secret

    def title(self) -> str:
        """What to type."""
        return self.view.tr("dossier.opening.title")

    def sub(self) -> str:
        """Where it stands."""
        return self.view.tr("dossier.opening.sub")

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

    def way_on(self) -> Cell | None:
        """Show what they open."""
        if not self.ready:
            return None
        return Cell("eye", self.view.tr("dossier.opening.show"), self.view.doing(s.OpenDetails()), primary=True)
