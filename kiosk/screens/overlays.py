"""What lies over a screen for a moment: are you still there, help is coming, how large shall the letters be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from kiosk import session as s
from kiosk.frame import Box
from kiosk.screens.base import View
from kiosk.screens.nav import NavCell, nav_letters
from kiosk.screens.parts import place
from kiosk.screens.tiles import Tile, TileSpec, cut
from kiosk.words import say
from queue_kit.languages import tr
from queue_kit.screen import fonts
from queue_kit.screen.theme import Theme
from queue_kit.screen.widgets import Card, Icon, OneLine, Ring, Touchable, Words, fitting_size


@dataclass(frozen=True, slots=True)
class Button:
    """A button of an overlay."""

    icon: str
    label: str
    act: Callable[[], None]
    primary: bool = False


class Veil(Touchable):
    """Darkens what lies below and takes every touch that is meant for it."""


class Sheet(FloatLayout):
    """A card in the middle over a veil: a picture, a heading, a sentence, something of its own, buttons."""

    def __init__(
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
        self.theme = theme
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
        margin = theme.u(12 if theme.large else 40)
        width = min(whole.width - 2 * margin, theme.u(920))
        pad = theme.u(18 if theme.large else 44)
        inner = width - 2 * pad
        gap = theme.u(10 if theme.large else 24)
        button_height = max(theme.u(128), theme.touch_px)
        own = extra_height(inner) if extra_height else 0.0
        most = whole.height - 2 * margin
        beside = picture is not None and width > 1.4 * most
        for step in (1.0, 0.85, 0.72, 0.62, 0.55, 0.45, 0.38, 0.32):
            picture_px = theme.u(picture_units * (step if theme.large else 1))
            text_width = inner - (picture_px + gap if beside else 0)
            head_px = theme.u(52 * step)
            sub_px = theme.u(max(24 if step >= 0.55 else 18, 34 * step))
            head = fitting_size(heading, fonts.BOLD, (head_px,), text_width, most)[1]
            below = fitting_size(sub, fonts.REGULAR, (sub_px,), text_width, most)[1] if sub else 0.0
            text = head + below
            upper = max(text, picture_px) if beside else text + (picture_px + gap if picture_px else 0)
            height = upper + (own + gap if own else 0) + button_height + gap + 2 * pad
            if height <= most:
                break
        box = Box((whole.width - width) / 2, (whole.height - height) / 2, width, height)
        if view.frame.portrait:
            # Within reach from a wheelchair: not above the body's upper edge, where that is possible.
            lowered = min(box.y, view.frame.body.top - height)
            box = Box(box.x, max(view.frame.nav.y + margin, lowered), width, height)
        card = Card(fill=c.surface, border=c.line, radius_px=theme.u(28), border_px=max(2, theme.u(3)))
        self.add_widget(place(card, box))
        top = box.top - pad
        left = box.x + pad
        align = "left" if beside else "center"
        if picture is not None and picture_px:
            spot = (
                Box(left, top - upper / 2 - picture_px / 2, picture_px, picture_px)
                if beside
                else Box(box.x + (width - picture_px) / 2, top - picture_px, picture_px, picture_px)
            )
            self.add_widget(picture(spot))
            if not beside:
                top -= picture_px + gap
        text_left = left + (picture_px + gap if beside else 0)
        words_top = top - (upper - text) / 2 if beside else top
        self.heading = Words(text=heading, font_name=fonts.BOLD, font_size=head_px, color=c.ink, align=align)
        self.add_widget(place(self.heading, Box(text_left, words_top - head, text_width, head)))
        self.sub = Words(text=sub, font_size=sub_px, color=c.ink, align=align)
        self.add_widget(place(self.sub, Box(text_left, words_top - text, text_width, below)))
        if extra is not None:
            base = box.y + pad + button_height + gap
            extra(Box(left, base, inner, own))
        one = (inner - gap * (len(buttons) - 1)) / len(buttons)
        letter_px = min(nav_letters(theme, button.label, one, button_height)[0] for button in buttons)
        for index, button in enumerate(buttons):
            cell = NavCell(
                theme=theme,
                icon=button.icon,
                label=button.label,
                action=button.act,
                primary=button.primary,
                letter_px=letter_px,
            )
            self.add_widget(place(cell, Box(left + index * (one + gap), box.y + pad, one, button_height)))

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
        self._gap = theme.u(8 if theme.large else 16)
        super().__init__(
            view=view,
            heading=view.tr("kiosk.look.title").replace(" / ", " /\n") if theme.large else view.tr("kiosk.look.title"),
            sub="",
            buttons=[Button("check", view.tr("kiosk.look.close"), view.doing(s.CloseOverlay()), primary=True)],
            extra=self._tiles,
            extra_height=self._height,
            outside=view.doing(s.CloseOverlay()),
        )

    def _cuts(self, width: float) -> tuple[float, list[Any]]:
        one = (width - self._gap) / 2
        return one, [cut(spec, self._view.theme, one, 32 if self._view.theme.large else 40) for spec in self._specs]

    def _height(self, width: float) -> float:
        return float(2 * max(c.height for c in self._cuts(width)[1]) + self._gap)

    def _tiles(self, box: Box) -> None:
        one, cuts = self._cuts(box.width)
        high = (box.height - self._gap) / 2
        for index, (spec, measured) in enumerate(zip(self._specs, cuts, strict=True)):
            row, column = divmod(index, 2)
            spot = Box(box.x + column * (one + self._gap), box.top - (row + 1) * high - row * self._gap, one, high)
            self.add_widget(Tile(spec=spec, theme=self._view.theme, box=spot, measured=measured))
