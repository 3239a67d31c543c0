"""What lies over a screen for a moment: are you still there, help is coming, how large shall the letters be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from kiosk import session as s
from kiosk.frame import Box
from kiosk.screens.base import View
from kiosk.screens.nav import NavCell, in_lines, needed
from kiosk.screens.pager import Pager, cut_for_pager
from kiosk.screens.parts import place
from kiosk.screens.text_pages import font_of, text_pages
from kiosk.screens.tiles import Cut, Tile, TileSpec, cut
from kiosk.words import say
from queue_kit.catalogue.parts import Paragraph
from queue_kit.languages import tr
from queue_kit.screen import fonts
from queue_kit.screen.measures import fitting_size, longest_word_px
from queue_kit.screen.theme import Theme
from queue_kit.screen.touchable import Card, Touchable
from queue_kit.screen.widgets import Icon, OneLine, Ring, Words


@dataclass(frozen=True, slots=True)
class Button:
    """A button of an overlay."""

    icon: str
    label: str
    act: Callable[[], None]
    primary: bool = False


def _button_height(theme: Theme, label: str, width: float) -> float:
    """The height of a button whose word stands in as few lines as its width allows, beside its icon or without."""
    shown = [(in_lines(label, lines, theme.body_px), way) for lines in (1, 2) for way in ("beside", "none")]
    sizes = [needed(theme, text, way) for text, way in shown]  # type: ignore[arg-type]
    return next((high for wide, high in sizes if wide <= width), sizes[-1][1])


#: how much of its usual size a sheet's text has; it never falls below the smallest letters
_STEPS: Final = (1.0, 0.85, 0.72, 0.65)


class Veil(Touchable):
    """Darkens what lies below and takes every touch that is meant for it."""


class Sheet(FloatLayout):
    """A card in the middle over a veil: a picture, a heading, a sentence, something of its own, buttons."""

    def __init__(  # noqa: PLR0915 -- one sheet, from its upper edge to its lower
        self,
        *,
        view: View,
        heading: str,
        sub: str,
        buttons: list[Button],
        picture: Callable[[Box], Widget] | None = None,
        picture_units: float = 0.0,
        extra: Callable[[Box], None] | None = None,
        extra_height: Callable[[float], float] | None = None,
        outside: Callable[[], None] | None = None,
    ) -> None:
        super().__init__()
        theme, whole = view.theme, view.frame.whole
        self.theme, self._view = theme, view
        c = theme.c
        place(self, whole)
        shade = (0.0, 0.0, 0.0, 0.75) if theme.high_contrast else (*c.ink[:3], 0.6)
        self.add_widget(
            place(
                Veil(fill=shade, fill_pressed=shade, border=(0, 0, 0, 0), border_pressed=(0, 0, 0, 0), radius_px=0,
                     action=outside),
                whole,
            )
        )  # fmt: skip
        margin = theme.u(8 if theme.tight else 40)
        width = min(whole.width - 2 * margin, theme.u(920))
        pad = theme.u(12 if theme.tight else 44)
        inner = width - 2 * pad
        gap = max(theme.u(10 if theme.tight else 24), theme.gap_px)
        # Side by side, unless that takes more than two lines of a word.
        one = (inner - gap * (len(buttons) - 1)) / len(buttons)
        above = any(needed(theme, in_lines(b.label, 2, theme.body_px), "none")[0] > one for b in buttons)
        if above:
            one = inner
        each = max(theme.u(60 if theme.tight else 128), *(_button_height(theme, b.label, one) for b in buttons))
        button_height = each if not above else each * len(buttons) + gap * (len(buttons) - 1)
        own = extra_height(inner) if extra_height else 0.0
        most = whole.height - 2 * margin
        # What can be touched stands low: a screen hung low has its lowest part for nobody.
        floor = view.frame.nav.y
        most -= floor
        beside = picture is not None and width > 1.4 * most
        paged = True
        for step, pictured in (*((s_, True) for s_ in _STEPS), (_STEPS[-1], False)):
            picture_px = theme.u(picture_units * (step if theme.tight else 1)) if pictured else 0.0
            text_width = inner - (picture_px + gap if beside and picture_px else 0)
            head_px, sub_px = theme.sizes(52 * step)[0], theme.sizes(34 * step)[0]
            head = fitting_size(heading, fonts.BOLD, (head_px,), text_width, most)[1] if heading else 0.0
            below = fitting_size(sub, fonts.REGULAR, (sub_px,), text_width, most)[1] if sub else 0.0
            text = head + below
            upper = max(text, picture_px) if beside else text + (picture_px + gap if picture_px else 0)
            height = upper + (own + gap if own else 0) + button_height + gap + 2 * pad
            if height <= most:
                paged = False
                break
        height = min(height, most)
        box = Box((whole.width - width) / 2, floor + (whole.height - floor - height) / 2, width, height)
        if view.frame.portrait:
            # Within reach from a wheelchair: not above the body's upper edge, where that is possible.
            lowered = min(box.y, view.frame.whole.height - view.frame.band_least - height)
            box = Box(box.x, max(floor + margin, lowered), width, height)
        card = Card(fill=c.surface, border=c.line, radius_px=theme.u(28), border_px=max(2, theme.u(3)))
        self.add_widget(place(card, box))
        top = box.top - pad
        left = box.x + pad
        align = "left" if beside else "center"
        if picture is not None and picture_px and not paged:
            spot = (
                Box(left, top - upper / 2 - picture_px / 2, picture_px, picture_px)
                if beside
                else Box(box.x + (width - picture_px) / 2, top - picture_px, picture_px, picture_px)
            )
            self.add_widget(picture(spot))
            if not beside:
                top -= picture_px + gap
        base = box.y + pad + button_height + gap
        self.sub = Words(text="", font_size=sub_px, color=c.ink, align=align)
        if paged:
            self._said = (Paragraph(heading, "head"), *([Paragraph(sub)] if sub else []))
            low = base + (own + gap if own else 0)
            self._room = Box(left, low, inner, top - low)
            self._shown: list[Widget] = []
            self._show_page(0)
        else:
            words_left = left + (picture_px + gap if beside and picture_px else 0)
            words_top = top - (upper - text) / 2 if beside else top
            self._say(heading, sub, Box(words_left, words_top - text, text_width, text), head_px, head)
        if extra is not None:
            extra(Box(left, base, inner, own))
        self._buttons(buttons, Box(left, box.y + pad, one, each), gap, above=above)

    def _say(self, heading: str, sub: str, box: Box, head_px: float, head: float) -> None:
        """The heading and the sentence, all of them at once."""
        words = Words(
            text=heading, font_name=fonts.BOLD, font_size=head_px, color=self.theme.c.ink, align=self.sub.align
        )
        self.add_widget(place(words, Box(box.x, box.top - head, box.width, head)))
        self.sub.text = sub
        self.add_widget(place(self.sub, replace(box, height=box.height - head)))

    def _buttons(self, buttons: list[Button], first: Box, gap: float, *, above: bool) -> None:
        """The buttons from ``first``, the lowest or leftmost, side by side or above each other."""
        for index, button in enumerate(buttons):
            cell = NavCell(
                theme=self.theme, icon=button.icon, label=button.label, action=button.act, primary=button.primary
            )
            steps = len(buttons) - 1 - index if above else index
            spot = (
                replace(first, y=first.y + steps * (first.height + gap))
                if above
                else replace(first, x=first.x + steps * (first.width + gap))
            )
            self.add_widget(place(cell, spot))

    def _show_page(self, page: int) -> None:
        """A page of words too long for the sheet; turning them is the sheet's own affair."""
        theme, room = self.theme, self._room
        for widget in self._shown:
            self.remove_widget(widget)
        beside = not self._view.frame.portrait
        place_of, buttons = cut_for_pager(theme, room, theme.gap_px, beside=beside)
        pages = text_pages(self._said, theme, place_of.width, place_of.height, qr_px=0.0)
        self._shown = []
        top = place_of.top
        for piece in pages[page]:
            top -= piece.before + piece.height
            words = Words(text=piece.text, font_name=font_of(piece.kind), font_size=piece.font_px, color=theme.c.ink)
            self._shown.append(place(words, Box(place_of.x, top, place_of.width, piece.height)))
        if len(pages) > 1:
            self._shown.append(Pager(theme=theme, box=buttons, page=page, last=len(pages) - 1, turn=self._show_page))
        for widget in self._shown:
            self.add_widget(widget)

    def tell(self, share: float, seconds: int) -> None:
        """Time passes; only the ring minds."""


class StillThere(Sheet):
    """The question whether somebody is still there: quý vị còn cần thêm thời gian không."""

    def __init__(self, view: View, seconds: int) -> None:
        self._lang = view.visit.lang
        self.ring: Ring | None = None
        self.count: OneLine | None = None
        super().__init__(
            view=view,
            heading=view.tr("kiosk.still.title"),
            sub=tr(view.visit.lang, "kiosk.still.sub", seconds=seconds, count=seconds),
            picture=lambda box: self._ring(view.theme, box, seconds),
            picture_units=180,
            buttons=[
                Button("home", view.tr("kiosk.still.leave"), view.doing(s.GoHome())),
                Button("clock", view.tr("kiosk.still.stay"), view.doing(s.Anywhere()), primary=True),
            ],
            outside=view.doing(s.Anywhere()),
        )

    def _ring(self, theme: Theme, box: Box, seconds: int) -> Widget:
        holder = FloatLayout(size_hint=(None, None))
        self.ring = Ring(ink=theme.c.primary, rail=theme.c.line if not theme.high_contrast else (0.4, 0.4, 0.4, 1),
                         width_px=theme.u(8))  # fmt: skip
        self.count = OneLine(text=str(seconds), largest_px=theme.u(72), color=theme.c.ink, size_hint=(None, None))
        holder.add_widget(place(self.ring, box))
        holder.add_widget(place(self.count, box))
        return place(holder, box)

    def tell(self, share: float, seconds: int) -> None:
        """The ring shrinks; the second is written only when it changes."""
        if self.ring is not None and self.count is not None:
            self.ring.share = share
            if self.count.text != str(seconds):
                self.count.text = str(seconds)
                self.sub.text = tr(self._lang, "kiosk.still.sub", seconds=seconds, count=seconds)


class HelpSheet(Sheet):
    """The call for help, and whether it arrived."""

    def __init__(self, view: View) -> None:
        ok = view.visit.help_ok
        heading, sub, icon = {
            None: ("kiosk.help.asking", "", "hand-stop"),
            True: ("kiosk.help.sent", "kiosk.help.sent_sub", "circle-check"),
            False: ("kiosk.help.failed", "kiosk.help.failed_sub", "alert-triangle"),
        }[ok]
        colour = view.theme.c.warn if ok is False else view.theme.c.good if ok else view.theme.c.primary

        def picture(box: Box) -> Widget:
            return place(Icon(icon=icon, size_px=box.width, color=colour), box)

        super().__init__(
            view=view,
            heading=view.tr(heading),
            sub=view.tr(sub) if sub else "",
            picture=picture,
            picture_units=140,
            buttons=[Button("check", view.tr("kiosk.help.close"), view.doing(s.CloseOverlay()), primary=True)],
            outside=view.doing(s.CloseOverlay()),
        )


class WholeSheet(Sheet):
    """A service's name from the first word to the last, and the way to its number."""

    def __init__(self, view: View) -> None:
        lang = view.visit.lang
        service = s.find_service(view.seen.lobby, view.visit.reading)
        ident, name, examples = (
            ("", "", "") if service is None else (service.id, say(service.name, lang), say(service.examples, lang))
        )
        choose = view.doing(s.ChooseService(ident))
        super().__init__(
            view=view,
            heading=name,
            sub=examples,
            buttons=[
                Button("arrow-left", view.tr("kiosk.nav.back"), view.doing(s.CloseOverlay())),
                Button("arrow-right", view.tr("kiosk.services.this"), choose, primary=True),
            ],
            outside=view.doing(s.CloseOverlay()),
        )


class LookSheet(Sheet):
    """Letters and colours; each choice is seen at once."""

    def __init__(self, view: View) -> None:
        visit, theme = view.visit, view.theme
        self._view = view

        def spec(key: str, words: str, icon: str, *, chosen: bool, large: bool, contrast: bool) -> TileSpec:
            return TileSpec(
                key=key,
                name=view.tr(words),
                icon="circle-check" if chosen else icon,
                chosen=chosen,
                act=view.doing(s.SetLook(large=large, high_contrast=contrast)),
            )

        large, contrast = visit.large, visit.high_contrast
        self._specs = [
            spec("normal", "kiosk.look.normal", "text-size", chosen=not large, large=False, contrast=contrast),
            spec("large", "kiosk.look.large", "text-size", chosen=large, large=True, contrast=contrast),
            spec("day", "kiosk.look.day", "sun", chosen=not contrast, large=large, contrast=False),
            spec("contrast", "kiosk.look.contrast", "contrast", chosen=contrast, large=large, contrast=True),
        ]
        self._gap = max(theme.u(8 if theme.tight else 16), theme.gap_px)
        super().__init__(
            view=view,
            heading="" if theme.low else view.tr("kiosk.look.title"),
            sub="",
            buttons=[Button("check", view.tr("kiosk.look.close"), view.doing(s.CloseOverlay()), primary=True)],
            extra=self._tiles,
            extra_height=self._height,
            outside=view.doing(s.CloseOverlay()),
        )

    def _columns(self, width: float) -> tuple[int, float, list[Cut]]:
        """Two side by side, unless that breaks a word; the width of one, and how each is cut."""
        units = 34 if self._view.theme.tight else 40
        for columns in (2, 1):
            one = (width - (columns - 1) * self._gap) / columns
            cuts = [cut(spec, self._view.theme, one, units) for spec in self._specs]
            if all(
                longest_word_px(spec.name, fonts.SEMIBOLD, measured.name_px) <= measured.text_width
                for spec, measured in zip(self._specs, cuts, strict=True)
            ):
                break
        return columns, one, cuts

    def _rows(self, columns: int, cuts: list[Cut]) -> list[float]:
        return [max(one.height for one in cuts[at : at + columns]) for at in range(0, len(cuts), columns)]

    def _height(self, width: float) -> float:
        columns, _, cuts = self._columns(width)
        rows = self._rows(columns, cuts)
        return sum(rows) + self._gap * (len(rows) - 1)

    def _tiles(self, box: Box) -> None:
        columns, one, cuts = self._columns(box.width)
        top = box.top
        for row, high in enumerate(self._rows(columns, cuts)):
            for column in range(columns):
                at = row * columns + column
                spot = Box(box.x + column * (one + self._gap), top - high, one, high)
                self.add_widget(Tile(spec=self._specs[at], theme=self._view.theme, box=spot, measured=cuts[at]))
            top -= high + self._gap
