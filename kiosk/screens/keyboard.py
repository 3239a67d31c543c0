"""The keyboard on the screen: big keys in the order everybody knows, or of the alphabet where ten do not fit.

A narrow panel (10 inches upright) has no room for ten keys of a finger's width in a row: there the letters stand in
the order of the alphabet, seven in a row. A low one (10 inches lying) has eleven keys in three rows instead of four.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from kivy.uix.floatlayout import FloatLayout

from kiosk import session as s
from kiosk.frame import Box, Frame, frame_of
from kiosk.screens.base import View
from kiosk.screens.nav import word_width
from kiosk.screens.parts import place, pressed_fill
from kiosk.session.typing import Method, Typed
from queue_kit.languages import tr
from queue_kit.screen import fonts
from queue_kit.screen.measures import measure
from queue_kit.screen.theme import Theme
from queue_kit.screen.touchable import Card, Touchable
from queue_kit.screen.widgets import Icon, OneLine, Words

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
_LOW_FIGURES: Final[tuple[str, ...]] = ("1234567890", ".,-/()'\"&", "@:;+%*#")
#: how many rows of keys a keyboard has, the usual one first, and how many keys the longest row
_LAYOUTS: Final[dict[int, int]] = {4: 10, 3: 11, 5: 7}
_CODE_FIGURES: Final[tuple[str, ...]] = ("12345", "67890")
_METHOD_WORDS: Final[dict[Method, str]] = {"telex": "Telex", "vni": "VNI", "plain": "ABC"}


class Key(Touchable):
    """A key: a sign, a word or an icon."""

    is_key = True

    def __init__(
        self, *, theme: Theme, box: Box, label: str, act: Callable[[], None], icon: str = "", quiet: bool = False,
        letter_units: float = 64, word_px: float = 0.0,
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
            word = len(label) > 1
            line = OneLine(
                text=label, largest_px=(word_px or theme.body_px) if word else theme.u(letter_units), height_em=1.0,
                font_name=fonts.SEMIBOLD if word else fonts.BOLD, color=ink, size_hint=(None, None),
                note=word and 0.0 < word_px < theme.body_px,
            )  # fmt: skip
            self.add_widget(place(line, box.inset(theme.u(2), 0)))

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
        rows: int = 4, capitals: bool = False, vietnamese: bool = True, punctuation: bool = True,
    ) -> None:  # fmt: skip
        super().__init__()
        place(self, box)
        self._count = rows
        self._theme, self._send, self._lang = theme, send, lang
        self._capitals, self._vietnamese, self._punctuation = capitals, vietnamese, punctuation
        spots = self._rows(typed)
        gap = theme.gap_px
        widest = max(sum(spot.wide for spot in row) for row in spots)
        most = max(len(row) for row in spots)
        one = (box.width - gap * (most - 1)) / max(widest, 1.0)
        high = (box.height - gap * (len(spots) - 1)) / len(spots)
        for number, row in enumerate(spots):
            widths, word_px = self._widths(row, one, box.width - gap * (len(row) - 1))
            spare = box.width - sum(widths) - gap * (len(row) - 1)
            # The last row fills its line: the bar for spaces takes what is left.
            bars = [at for at, spot in enumerate(row) if isinstance(spot.event, s.PressKey) and spot.event.key == " "]
            for at in bars:
                widths[at] += spare
            left = box.x + (0.0 if bars else spare / 2)
            for spot, wide in zip(row, widths, strict=True):
                key_box = Box(left, box.top - (number + 1) * high - number * gap, wide, high)
                self.add_widget(
                    Key(theme=theme, box=key_box, label=spot.label, icon=spot.icon, quiet=spot.quiet,
                        act=lambda event=spot.event: self._send(event), letter_units=52, word_px=word_px)  # type: ignore[misc]
                )  # fmt: skip
                left += wide + gap

    def _widths(self, row: list[_Spot], one: float, room: float) -> tuple[list[float], float]:
        """The keys' widths and the letters of those with a word: as large as a button's if the row has the room."""
        theme = self._theme
        worded = [len(spot.label) > 1 and not spot.icon for spot in row]
        for size in (theme.body_px, theme.note_px):
            words = [
                max(one, word_width(spot.label, size) + theme.u(8)) if word else 0.0
                for spot, word in zip(row, worded, strict=True)
            ]
            others = sum(spot.wide for spot, word in zip(row, worded, strict=True) if not word)
            # Signs give way to words, down to a finger's width.
            letter = min(one, (room - sum(words)) / others) if others else one
            if sum(words) <= room + 1 and letter >= min(one, _key_least(theme)):
                return [wide or spot.wide * letter for spot, wide in zip(row, words, strict=True)], size
        share = room / sum(spot.wide for spot in row)
        return [spot.wide * min(one, share) for spot in row], size

    def _rows(self, typed: Typed) -> list[list[_Spot]]:
        clear = _Spot(tr(self._lang, "kiosk.keys.clear"), s.ClearKeys(), 1.6, quiet=True)
        if typed.figures and not self._vietnamese:
            return self._code_figures(clear)
        other = "kiosk.keys.letters" if typed.figures else "kiosk.keys.figures"
        switch = _Spot(tr(self._lang, other), s.SwitchKeys(), 1.6, quiet=True)
        erase = _Spot(tr(self._lang, "kiosk.keys.erase"), s.EraseKey(), 1.5, "backspace", quiet=True)
        signs = [_Spot(sign, s.PressKey(sign)) for sign in ("-./" if self._punctuation else "")]
        method = _Spot(_METHOD_WORDS[typed.method], s.SwitchMethod(), 1.6, quiet=True)
        short = "_short" if self._theme.tight else ""
        space = _Spot(tr(self._lang, f"kiosk.keys.space{short}"), s.PressKey(" "), 2.0)
        if self._count == 3:
            return self._low(typed, clear, switch, erase, [method, space] if self._vietnamese else signs)
        figures, letters = (_FIGURES_NARROW, _ALPHABET) if self._count == 5 else (_FIGURES, _QWERTY)
        rows = [[self._letter(sign) for sign in row] for row in (figures if typed.figures else letters)]
        while len(rows) < self._count - 1:
            rows.append([])
        rows[-1].append(replace(erase, wide=2.0 if self._count == 5 else 1.5))
        last = [switch, *([method, space] if self._vietnamese else signs), clear]
        return [row for row in rows if row] + [last]

    def _low(self, typed: Typed, clear: _Spot, switch: _Spot, erase: _Spot, others: list[_Spot]) -> list[list[_Spot]]:
        """Eleven in a row: what is no letter fills the rows' ends."""
        figures = _LOW_FIGURES if typed.figures else _QWERTY
        upper, middle, lower = ([self._letter(sign) for sign in row] for row in figures)
        if self._vietnamese:
            method, space = others
            return [
                [*upper, replace(erase, wide=1.0)],
                [*middle, replace(clear, wide=2.0)],
                [replace(switch, wide=1.2), *lower[:7], replace(method, wide=1.4), replace(space, wide=1.4)],
            ]
        return [
            [*upper, replace(erase, wide=1.0)], [*middle, replace(clear, wide=2.0)],
            [replace(switch, wide=1.0), *lower, *others],
        ]  # fmt: skip

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


def _rows_for(theme: Theme, width: float, height: float) -> int:
    """How many rows of keys: as many as a finger's width makes of the letters, less where the screen is low."""
    fitting = [
        rows for rows, keys in _LAYOUTS.items() if (width - (keys - 1) * theme.gap_px) / keys >= _key_least(theme)
    ]
    lowest = [rows for rows in fitting if _keys_least(theme, rows) <= height * _KEYS_MOST]
    return (lowest or sorted(fitting) or [5])[0]


def _key_least(theme: Theme) -> float:
    """A finger's width, and room for the widest letter."""
    return max(theme.mm(_KEY_LEAST_MM) - 1, theme.body_px * _WIDEST_EM + theme.u(4))


#: less is no room for anything between the field and the keys
_FOUND_LEAST: Final = 76.0
#: a capital W
_WIDEST_EM: Final = 1.0
#: on a lower or narrower panel keys of a finger's width leave no room for large letters
_LARGE_LEAST_MM: Final = 150.0


def with_room_for_keys(view: View) -> View:
    """The view of a screen with keys: on a panel of 10 inches its letters are the usual ones, also in large mode."""
    theme = view.theme
    if not theme.large or min(theme.screen.width, theme.screen.height) >= theme.mm(_LARGE_LEAST_MM):
        return view
    theme = theme.but(large=False)
    return replace(view, theme=theme, frame=frame_of(theme, view.frame.lower_edge_mm))


#: the keys' least height takes no more than this share of the body, if fewer rows are possible
_KEYS_MOST: Final = 0.6


def _keys_least(theme: Theme, rows: int) -> float:
    return rows * (theme.mm(_ROW_LEAST_MM) + 1) + (rows - 1) * theme.gap_px


def _field_height(theme: Theme) -> float:
    return max(theme.u(56 if theme.tight else 96), theme.mm(12))


def typing_frame(
    theme: Theme, frame: Frame, nav_height: float, band_height: float, low_band: float
) -> tuple[Frame, bool]:
    """The frame of a screen with keys, and whether its question has room; a field's own hint asks it, too.

    ``low_band``: the height of a band without a question. On a small lying panel the band stands above, for the keys
    need the whole width.
    """
    tried = []
    frames = (frame, frame.across()) if frame.beside and theme.tight else (frame,)
    for wanted in (theme.u(_FOUND_LEAST), 0.0):
        for one in frames:
            for high, asked in ((band_height, True), (low_band, False)):
                if one.beside and not asked:
                    continue
                settled = one.settled(nav_height, high)
                body = settled.body
                rows = _rows_for(theme, body.width, body.height)
                wide = (body.width - (_LAYOUTS[rows] - 1) * theme.gap_px) / _LAYOUTS[rows]
                spare = body.height - _keys_least(theme, rows) - _field_height(theme) - 2 * frame.gap
                if wide >= _key_least(theme) and spare >= wanted:
                    return settled, asked
                tried.append((spare, settled, asked))
    best = max(tried, key=lambda one: one[0])
    return best[1], best[2]


def typing_boxes(theme: Theme, frame: Frame) -> tuple[Box, Box, Box, int]:
    """Where the field, what belongs to it and the keys stand, from the top, and how many rows the keys have."""
    body, gap = frame.body, frame.gap
    rows = _rows_for(theme, body.width, body.height)
    between = (rows - 1) * theme.gap_px
    field_height = _field_height(theme)
    # Large letters need the room above the keys more than the keys do.
    share = 0.3 if theme.tight else 0.46 if frame.portrait else 0.56
    row = max(min(theme.u(_ROW_UNITS), (body.height * share - between) / rows), theme.mm(_ROW_LEAST_MM) + 1)
    # Letters of the keys stand whole.
    row = max(row, min(theme.body_px * 1.1, (body.height - field_height - gap - between) / rows))
    spare = body.height - rows * row - between - field_height - 2 * gap
    if theme.tight and spare < theme.u(_FOUND_LEAST):
        # Nothing can stand there: keys are better for it.
        row = min(theme.u(_ROW_UNITS), row + max(0.0, spare + gap) / rows)
    keys = replace(body, height=rows * row + between)
    field = Box(body.x, body.top - field_height, body.width, field_height)
    low = keys.top + gap
    return field, Box(body.x, low, body.width, max(0.0, field.y - gap - low)), keys, rows


class TextField(Card):
    """What was typed, with a bar where the next letter comes; an empty field says what belongs into it."""

    def __init__(self, *, theme: Theme, box: Box, text: str, hint: str, spaced: bool = False) -> None:
        c = theme.c
        super().__init__(fill=c.surface, border=c.primary, radius_px=theme.u(16), border_px=max(3, theme.u(3)))
        place(self, box)
        pad = theme.u(12 if theme.tight else 20)
        icon_px = min(theme.u(44), box.height * 0.6)
        icon = Icon(icon="keyboard", size_px=icon_px, color=c.primary)
        self.add_widget(place(icon, Box(box.x + pad, box.y + (box.height - icon_px) / 2, icon_px, icon_px)))
        room = Box(box.x + pad + icon_px + pad, box.y, box.width - 3 * pad - icon_px, box.height)
        if not text:
            self.add_widget(place(self._hint(theme, hint, room.width), room))
            return
        shown, size, high = typed_letters(theme, text, room.width, spaced=spaced)
        if high > box.height:
            # The end of an endless code: that is where it grows.
            shown, high = _tail(text, size, room.width, box.height)
        if high:
            # A code of another system may need several lines: letters stay letters.
            words = Words(text=f"{shown}|", font_name=fonts.SEMIBOLD, font_size=size, color=c.ink)
            self.add_widget(place(words, Box(room.x, box.y + (box.height - high) / 2, room.width, high)))
            return
        line = OneLine(
            text=f"{shown}|", largest_px=theme.u(34 if theme.tight else 44), font_name=fonts.SEMIBOLD, color=c.ink,
            align="left", size_hint=(None, None),
        )  # fmt: skip
        self.add_widget(place(line, room))

    @staticmethod
    def _hint(theme: Theme, hint: str, width: float) -> OneLine:
        """What belongs into an empty field; the example alone where there is no room for more."""
        if measure(hint, fonts.REGULAR, theme.note_px)[0] > width:
            hint = hint.rpartition(": ")[2]
        return OneLine(
            text=hint, largest_px=theme.u(34), font_name=fonts.REGULAR, color=theme.c.ink_soft, align="left",
            size_hint=(None, None), note=True,
        )  # fmt: skip


def typed_letters(theme: Theme, text: str, width: float, *, spaced: bool) -> tuple[str, float, float]:
    """What is shown of what was typed, its letters' size, and its height where one line is too short (else 0)."""
    shown = " ".join(text) if spaced else text
    if not spaced or measure(f"{shown}|", fonts.SEMIBOLD, theme.sizes(36)[0])[0] <= width:
        return shown, 0.0, 0.0
    size = theme.body_px
    return shown, size, measure(f"{shown}|", fonts.SEMIBOLD, size, width)[1]


def _tail(text: str, size_px: float, width: float, height: float) -> tuple[str, float]:
    """The last letters that fit, and the height of their lines."""
    high = 0.0
    for start in range(len(text)):
        shown = ("… " if start else "") + " ".join(text[start:])
        high = measure(f"{shown}|", fonts.SEMIBOLD, size_px, width)[1]
        if high <= height:
            break
    return shown, high


def typed_height(theme: Theme, box: Box, text: str) -> float:
    """How high a field in a box must be for a code in its letters."""
    icon_px = min(theme.u(44), box.height * 0.6)
    room = box.width - 3 * theme.u(12 if theme.tight else 20) - icon_px
    return typed_letters(theme, text, room, spaced=True)[2] + theme.u(8)
