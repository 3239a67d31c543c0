"""What the dossier's screens are drawn from: the line of steps, and a picture of where the code is on the receipt."""

from __future__ import annotations

from typing import Final

from kivy.graphics import Color, Line, Rectangle, RoundedRectangle
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from kiosk.dossier_words import MARK_ICONS
from kiosk.frame import Box
from kiosk.screens.parts import place
from kiosk.words import say
from queue_core.wire.messages import DossierBody
from queue_kit.languages import tr
from queue_kit.screen import fonts
from queue_kit.screen.measures import longest_word_px, measure
from queue_kit.screen.theme import Theme
from queue_kit.screen.touchable import Card
from queue_kit.screen.widgets import Icon, Words

_DISC: Final = 64.0
_WORD_SIZES: Final = (30.0, 28.0, 27.0)
#: widths of a barcode's bars and gaps in turn
_BARS: Final = (2, 1, 1, 2, 3, 1, 1, 3, 2, 2, 1, 1, 3, 2, 1, 1, 2, 1, 3, 1, 1, 2, 2, 1, 1, 3, 2, 1, 2, 1, 1, 2, 3, 1, 2)


class StepLine(FloatLayout):
    """The steps side by side: done has a tick, the one reached its own picture, what comes is an empty ring.

    Large letters and small panels have room for the name of the step that is reached only, and say its number.
    """

    def __init__(self, *, theme: Theme, box: Box, dossier: DossierBody, lang: str) -> None:
        super().__init__()
        place(self, box)
        c = theme.c
        names = [say(step, lang) for step in dossier.steps]
        one, size, brief = box.width / max(1, len(names)), *_letters(theme, box.width, names)
        disc = theme.u(44 if theme.tight else _DISC)
        middle = box.top - disc / 2
        with self.canvas.before:
            for index in range(1, len(names)):
                Color(rgba=c.primary if index < dossier.step else c.line)
                left, right = (box.x + (index + side * 0.5) * one - side * disc / 2 for side in (-1, 1))
                Line(points=[left, middle, right, middle], width=max(1.5, theme.u(3)))
        if brief:
            self._reached(theme, box, dossier, lang)
        for index, name in enumerate(names, 1):
            here, done = index == dossier.step, index < dossier.step
            centre = box.x + (index - 0.5) * one
            filled = here or done
            sheet = Card(
                fill=(c.primary if filled else c.surface), border=c.primary if filled else c.ink_soft,
                radius_px=disc / 2, border_px=max(2, theme.u(3)),
            )  # fmt: skip
            spot = Box(centre - disc / 2, middle - disc / 2, disc, disc)
            self.add_widget(place(sheet, spot))
            if filled:
                icon = MARK_ICONS[dossier.mark] if here else "check"
                inner = spot.inset(disc * 0.16)
                self.add_widget(place(Icon(icon=icon, size_px=inner.width, color=c.on_primary), inner))
            if brief:
                continue
            font = fonts.BOLD if here else fonts.REGULAR
            width = one - theme.u(6)
            high = measure(name, font, size, width)[1]
            words = Words(text=name, font_name=font, font_size=size, color=c.ink if filled else c.ink_soft,
                          align="center", note=True)  # fmt: skip
            self.add_widget(place(words, Box(centre - width / 2, middle - disc / 2 - theme.u(4) - high, width, high)))

    def _reached(self, theme: Theme, box: Box, dossier: DossierBody, lang: str) -> None:
        size = theme.body_px
        high = measure(reached_words(dossier, lang), fonts.BOLD, size, box.width)[1]
        words = Words(text=reached_words(dossier, lang), font_name=fonts.BOLD, font_size=size, color=theme.c.ink,
                      align="center")  # fmt: skip
        self.add_widget(place(words, Box(box.x, box.y, box.width, high)))

    @staticmethod
    def height_of(theme: Theme, width: float, dossier: DossierBody, lang: str) -> float:
        """Pixels it needs in a width."""
        names = [say(step, lang) for step in dossier.steps]
        one, (size, brief) = width / max(1, len(names)) - theme.u(6), _letters(theme, width, names)
        disc = theme.u(44 if theme.tight else _DISC)
        if brief:
            return disc + measure(reached_words(dossier, lang), fonts.BOLD, theme.body_px, width)[1]
        words = max((measure(name, fonts.BOLD, size, one)[1] for name in names), default=0.0)
        return disc + theme.u(4) + words


def reached_words(dossier: DossierBody, lang: str) -> str:
    """Which step of how many is reached, and its name."""
    name = say(dossier.steps[dossier.step - 1], lang) if 0 < dossier.step <= len(dossier.steps) else ""
    return tr(lang, "dossier.step", step=dossier.step, steps=len(dossier.steps), name=name)


def _letters(theme: Theme, width: float, names: list[str]) -> tuple[float, bool]:
    """Letters of the steps' names, and whether there is room for the name of the step reached only."""
    one = width / max(1, len(names)) - theme.u(6)
    for size in theme.sizes(*_WORD_SIZES, note=True):
        if all(longest_word_px(name, fonts.BOLD, size) <= one for name in names):
            return size, theme.tight
    return theme.note_px, True


class ReceiptPicture(Widget):
    """The upper part of a receipt; the barcode with its code is framed in gold, once."""

    def __init__(self, *, theme: Theme, box: Box, **kwargs: object) -> None:
        super().__init__(**kwargs)
        place(self, box)
        c = theme.c
        wide, high = box.width, box.height
        grey = c.line if not theme.high_contrast else c.ink_soft
        frame = Box(box.x + wide * 0.09, box.y + high * 0.34, wide * 0.82, high * 0.36)
        with self.canvas:
            Color(rgba=c.surface)
            RoundedRectangle(pos=(box.x, box.y), size=(wide, high), radius=[theme.u(8)])
            Color(rgba=c.ink_soft)
            Line(rounded_rectangle=(box.x, box.y, wide, high, theme.u(8)), width=max(1.0, theme.u(1.5)))
            Color(rgba=grey)
            for left, level, share in ((0.08, 0.9, 0.34), (0.54, 0.9, 0.38), (0.12, 0.83, 0.26), (0.6, 0.83, 0.26)):
                self._stroke(box, left, level, share)
            for left, level, share in ((0.3, 0.22, 0.4), (0.08, 0.14, 0.7), (0.08, 0.07, 0.55)):
                self._stroke(box, left, level, share)
            Color(rgba=c.gold)
            Line(rounded_rectangle=(frame.x, frame.y, frame.width, frame.height, theme.u(10)), width=theme.u(4))
            Color(rgba=c.ink)
            self._bars(Box(frame.x + wide * 0.05, frame.y + frame.height * 0.36, wide * 0.5, frame.height * 0.52))
            Rectangle(
                pos=(frame.x + wide * 0.1, frame.y + frame.height * 0.14), size=(wide * 0.4, max(2.0, high * 0.035))
            )
            self._matrix(frame, wide)

    @staticmethod
    def _stroke(box: Box, left: float, level: float, share: float) -> None:
        Rectangle(
            pos=(box.x + box.width * left, box.y + box.height * level),
            size=(box.width * share, max(2.0, box.height * 0.03)),
        )

    @staticmethod
    def _bars(box: Box) -> None:
        module = box.width / sum(_BARS)
        left = box.x
        for index, modules in enumerate(_BARS):
            if index % 2 == 0:
                Rectangle(pos=(left, box.y), size=(modules * module, box.height))
            left += modules * module

    @staticmethod
    def _matrix(frame: Box, wide: float) -> None:
        """A QR code beside the bars, as small pictures show one."""
        side = min(frame.height * 0.72, wide * 0.2)
        left, low, module = frame.right - wide * 0.05 - side, frame.y + (frame.height - side) / 2, side / 9
        for row in range(9):
            for column in range(9):
                corner = any(
                    max(abs(row - at), abs(column - beside)) in {0, 1} for at, beside in ((1, 1), (1, 7), (7, 1))
                )
                if corner or (row * 5 + column * 3 + row * column) % 4 == 1:
                    Rectangle(pos=(left + column * module, low + (8 - row) * module), size=(module + 0.5, module + 0.5))
