"""The keyboard on the screen: big keys in the order everybody knows, or of the alphabet where ten do not fit.

A narrow panel (10 inches upright) has no room for ten keys of a finger's width in a row: there the letters stand in
the order of the alphabet, seven in a row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from kivy.uix.floatlayout import FloatLayout

from kiosk import session as s
from kiosk.frame import Box, Frame
from kiosk.screens.parts import place, pressed_fill
from kiosk.session.typing import Method, Typed
from queue_kit.languages import tr
from queue_kit.screen import fonts
from queue_kit.screen.theme import Theme
from queue_kit.screen.widgets import Card, Icon, OneLine, Touchable, Words, fitting_size, measure

#: no key is narrower
_KEY_LEAST_MM: Final = 16.0
_ROW_LEAST_MM: Final = 16.0
#: a row of keys: as high as a finger wants, less where the screen is low
_ROW_UNITS: Final = 100.0
_QWERTY: Final[tuple[str, ...]] = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_ALPHABET: Final[tuple[str, ...]] = ("abcdefg", "hijklmn", "opqrstu", "vwxyz")
_FIGURES: Final[tuple[str, ...]] = ("1234567890", ".,-/()'\"", "&@:;+%")
_FIGURES_NARROW: Final[tuple[str, ...]] = ("1234567", "890.,-/", "()&@:;+")
#: under a code: nothing but what codes are made of
_CODE_FIGURES: Final[tuple[str, ...]] = ("12345", "67890")
_METHOD_WORDS: Final[dict[Method, str]] = {"telex": "Telex", "vni": "VNI", "plain": "ABC"}


class Key(Touchable):
    """A key: a sign, a word or an icon."""

    def __init__(
        self, *, theme: Theme, box: Box, label: str, act: Callable[[], None], icon: str = "", quiet: bool = False,
        letter_units: float = 64,
    ) -> None:  # fmt: skip
        c = theme.c
        super().__init__(
            fill=c.tint if quiet else c.surface, fill_pressed=pressed_fill(theme), border=c.line,
            border_pressed=c.primary_dark, radius_px=theme.u(14), border_px=max(2, theme.u(2)), action=act,
        )  # fmt: skip
        place(self, box)
        ink = c.primary if theme.high_contrast else c.ink
        self._label = label
        if icon:
            size = min(theme.u(56), box.height * 0.6, box.width * 0.8)
            middle = Box(box.x + (box.width - size) / 2, box.y + (box.height - size) / 2, size, size)
            self.add_widget(place(Icon(icon=icon, size_px=size, color=ink), middle))
        else:
            font = fonts.SEMIBOLD if len(label) > 1 else fonts.BOLD
            line = OneLine(text=label, largest_px=theme.u(30 if len(label) > 1 else letter_units), font_name=font,
                           color=ink, size_hint=(None, None))  # fmt: skip
            self.add_widget(place(line, box.inset(theme.u(4), 0)))

    @property
    def says(self) -> str:
        """The key's name, for an icon too."""
        return self._label


@dataclass(frozen=True, slots=True)
class _Spot:
    """A key's place in its row: ``wide`` in widths of a letter's key."""

    label: str
    event: s.Event
    wide: float = 1.0
    icon: str = ""
    quiet: bool = False


class Keyboard(FloatLayout):
    """Keys for a text field. ``capitals``: it writes capitals (a code). ``send`` takes the touches.

    ``vietnamese`` False: no key for accents, as for a code; ``punctuation``: such a code has dots and dashes.
    """

    def __init__(
        self, *, theme: Theme, box: Box, typed: Typed, send: Callable[[s.Event], None], lang: str,
        capitals: bool = False, vietnamese: bool = True, punctuation: bool = True,
    ) -> None:  # fmt: skip
        super().__init__()
        place(self, box)
        self._theme, self._send, self._lang = theme, send, lang
        self._capitals, self._vietnamese, self._punctuation = capitals, vietnamese, punctuation
        rows = self._rows(box, typed)
        gap = theme.gap_px
        widest = max(sum(spot.wide for spot in row) for row in rows)
        most = max(len(row) for row in rows)
        one = (box.width - gap * (most - 1)) / max(widest, 1.0)
        high = (box.height - gap * (len(rows) - 1)) / len(rows)
        for number, row in enumerate(rows):
            spare = box.width - sum(spot.wide for spot in row) * one - gap * (len(row) - 1)
            # The last row fills its line: the bar for spaces takes what is left.
            bar = any(isinstance(spot.event, s.PressKey) and spot.event.key == " " for spot in row)
            stretch = spare if bar else 0.0
            left = box.x + (spare - stretch) / 2
            for spot in row:
                wide = spot.wide * one + (
                    stretch if isinstance(spot.event, s.PressKey) and spot.event.key == " " else 0
                )
                key_box = Box(left, box.top - (number + 1) * high - number * gap, wide, high)
                self.add_widget(
                    Key(theme=theme, box=key_box, label=spot.label, icon=spot.icon, quiet=spot.quiet,
                        act=lambda event=spot.event: self._send(event), letter_units=52)  # type: ignore[misc]
                )  # fmt: skip
                left += wide + gap

    @staticmethod
    def rows_of(theme: Theme, width: float) -> int:
        """How many rows of keys a width needs."""
        return 4 if _has_ten(theme, width) else 5

    def _rows(self, box: Box, typed: Typed) -> list[list[_Spot]]:
        ten = _has_ten(self._theme, box.width)
        figures, letters = (_FIGURES, _QWERTY) if ten else (_FIGURES_NARROW, _ALPHABET)
        clear = _Spot(tr(self._lang, "kiosk.keys.clear"), s.ClearKeys(), 1.6, quiet=True)
        if typed.figures and not self._vietnamese:
            return self._code_figures(clear)
        rows = [[self._letter(sign) for sign in row] for row in (figures if typed.figures else letters)]
        while len(rows) < self.rows_of(self._theme, box.width) - 1:
            rows.append([])
        erase = _Spot(tr(self._lang, "kiosk.keys.erase"), s.EraseKey(), 1.5 if ten else 2.0, "backspace", quiet=True)
        rows[-1].append(erase)
        other = "kiosk.keys.letters" if typed.figures else "kiosk.keys.figures"
        last = [_Spot(tr(self._lang, other), s.SwitchKeys(), 1.6, quiet=True)]
        if self._vietnamese:
            last.append(_Spot(_METHOD_WORDS[typed.method], s.SwitchMethod(), 1.6, quiet=True))
            last.append(_Spot(tr(self._lang, "kiosk.keys.space"), s.PressKey(" "), 2.0))
        else:
            last += [_Spot(sign, s.PressKey(sign)) for sign in ("-./" if self._punctuation else "")]
        last.append(clear)
        return [row for row in rows if row] + [last]

    def _code_figures(self, clear: _Spot) -> list[list[_Spot]]:
        """Nothing but what codes are made of, in columns."""
        erase = _Spot(tr(self._lang, "kiosk.keys.erase"), s.EraseKey(), 1.6, "backspace", quiet=True)
        upper, lower = ([self._letter(sign) for sign in row] for row in _CODE_FIGURES)
        letters = _Spot(tr(self._lang, "kiosk.keys.letters"), s.SwitchKeys(), 1.6, quiet=True)
        signs = [self._letter(sign) for sign in ("-./" if self._punctuation else "")]
        return [[*upper, erase], [*lower, clear], [letters, *signs]]

    def _letter(self, sign: str) -> _Spot:
        written = sign.upper() if self._capitals else sign
        return _Spot(written, s.PressKey(written))


def _has_ten(theme: Theme, width: float) -> bool:
    return (width - 9 * theme.gap_px) / 10 >= theme.mm(_KEY_LEAST_MM)


def typing_boxes(theme: Theme, frame: Frame) -> tuple[Box, Box, Box]:
    """Where the field, what belongs to it and the keys stand, from the top: the keys below, the field above all."""
    body, gap = frame.body, frame.gap
    rows = Keyboard.rows_of(theme, body.width)
    between = (rows - 1) * theme.gap_px
    # Large letters need the room above the keys more than the keys do.
    share = 0.3 if theme.large else 0.46 if frame.portrait else 0.56
    row = max(min(theme.u(_ROW_UNITS), (body.height * share - between) / rows), theme.mm(_ROW_LEAST_MM))
    keys = replace(body, height=rows * row + between)
    field_height = min(max(theme.u(96), theme.mm(12)), body.height * 0.16)
    field = Box(body.x, body.top - field_height, body.width, field_height)
    low = keys.top + gap
    return field, Box(body.x, low, body.width, field.y - gap - low), keys


class TextField(Card):
    """What was typed, with a bar where the next letter comes; an empty field says what belongs into it."""

    def __init__(self, *, theme: Theme, box: Box, text: str, hint: str, spaced: bool = False) -> None:
        c = theme.c
        super().__init__(fill=c.surface, border=c.primary, radius_px=theme.u(16), border_px=max(3, theme.u(3)))
        place(self, box)
        pad = theme.u(20)
        icon_px = min(theme.u(44), box.height * 0.6)
        icon = Icon(icon="keyboard", size_px=icon_px, color=c.primary)
        self.add_widget(place(icon, Box(box.x + pad, box.y + (box.height - icon_px) / 2, icon_px, icon_px)))
        room = Box(box.x + pad + icon_px + pad, box.y, box.width - 3 * pad - icon_px, box.height)
        shown = " ".join(text) if spaced else text
        sizes = tuple(theme.u(units) for units in (44, 40, 36, 32, 28, 26, 24, 22, 20, 18, 16))
        if spaced and measure(f"{shown}|", fonts.SEMIBOLD, sizes[2])[0] > room.width:
            # A code of another system may need two lines: letters stay letters.
            size, high = fitting_size(f"{shown}|", fonts.SEMIBOLD, sizes, room.width, room.height)
            words = Words(text=f"{shown}|", font_name=fonts.SEMIBOLD, font_size=size, color=c.ink)
            self.add_widget(place(words, Box(room.x, box.y + (box.height - high) / 2, room.width, high)))
            return
        self._line = OneLine(
            text=f"{shown}|" if text else hint,
            largest_px=theme.u(44 if text else 34),
            font_name=fonts.SEMIBOLD if text else fonts.REGULAR,
            color=c.ink if text else c.ink_soft,
            align="left",
            size_hint=(None, None),
        )
        self.add_widget(place(self._line, room))
