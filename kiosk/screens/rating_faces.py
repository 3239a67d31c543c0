"""How were you served: a face, and what was not good."""

from __future__ import annotations

from kiosk import session as s
from kiosk.frame import Box
from kiosk.screens.base import View
from kiosk.screens.nav import Cell
from kiosk.screens.paged import PagedScreen
from kiosk.screens.parts import place, pressed_fill
from kiosk.screens.rating import FACE_ICONS, asked_of, face_of
from kiosk.screens.tiles import TileSpec
from queue_kit.screen import fonts
from queue_kit.screen.measures import fitting_size, longest_word_px
from queue_kit.screen.touchable import Touchable
from queue_kit.screen.widgets import Icon, Words


class FaceTile(Touchable):
    """A face and its word, one above the other or side by side."""

    def __init__(
        self, *, view: View, box: Box, face: str, value: int, chosen: bool, letter_px: float, word_px: float
    ) -> None:
        theme = view.theme
        c = theme.c
        super().__init__(
            fill=c.tint if chosen else c.surface,
            fill_pressed=pressed_fill(theme),
            border=c.primary if chosen else c.line,
            border_pressed=c.primary_dark,
            shadow=c.shadow,
            radius_px=theme.u(24),
            border_px=max(2, theme.u(4 if chosen else 2)),
            drop_px=theme.u(6),
            action=view.doing(s.ChooseFace(value)),
        )
        place(self, box)
        words = view.tr(f"rating.face.{face}")
        tone = c.good if "happy" in face and "un" not in face else c.primary if face == "neutral" else c.bad
        if theme.high_contrast:
            tone = c.primary
        pad, gap = theme.u(12 if theme.tight else 20), theme.u(12)
        inner = box.inset(pad)
        beside = box.width > 1.6 * box.height
        icon_px = min(
            theme.u(230),
            inner.height - (0 if beside else word_px + gap),
            inner.width * (0.4 if beside else 1),
        )
        width = inner.width - icon_px - 2 * gap if beside else inner.width
        high = fitting_size(words, fonts.SEMIBOLD, (letter_px,), width, inner.height)[1]
        icon = Icon(icon=FACE_ICONS[face], size_px=icon_px, color=tone)
        label = Words(
            text=words, font_name=fonts.SEMIBOLD, font_size=letter_px, color=c.ink, align="left" if beside else "center"
        )
        if beside:
            place(icon, Box(inner.x, box.y + (box.height - icon_px) / 2, icon_px, icon_px))
            place(label, Box(inner.x + icon_px + 2 * gap, box.y + (box.height - high) / 2, width, high))
        else:
            # The faces stand on one line, whether their words need one line or two.
            middle = box.y + (box.height - icon_px - gap - word_px) / 2 + word_px
            place(icon, Box(box.x + (box.width - icon_px) / 2, middle + gap, icon_px, icon_px))
            place(label, Box(inner.x, middle - high, inner.width, high))
        self.add_widget(icon)
        self.add_widget(label)
        if chosen:
            side = theme.u(40 if theme.tight else 56)
            spot = Box(box.right - pad / 2 - side, box.top - pad / 2 - side, side, side)
            self.add_widget(place(Icon(icon="circle-check", size_px=side, color=c.primary), spot))


class RateFacesScreen(PagedScreen):
    """The question and its faces, the happiest first."""

    def title(self) -> str:
        """Were you satisfied."""
        return self.view.tr("rating.ask")

    def sub(self) -> str:
        """What to do."""
        return self.view.tr("rating.ask_sub")

    def fill(self) -> None:
        """As large as the screen allows; the same letters on all."""
        view = self.view
        scale, chosen = view.visit.opinion.scale, view.visit.opinion.value
        theme, body, gap = view.theme, view.frame.body, view.frame.gap
        values = range(scale, 0, -1)
        words = [view.tr(f"rating.face.{face_of(value, scale)}") for value in values]
        across = (body.width - (scale - 1) * gap) / scale
        along = (body.height - (scale - 1) * gap) / scale
        pad = theme.u(12 if theme.tight else 20)
        for size in theme.sizes(52, 48, 44, 40, 36, 34):
            wide = max(longest_word_px(word, fonts.SEMIBOLD, size) for word in words)
            tall = max(fitting_size(word, fonts.SEMIBOLD, (size,), across - 2 * pad, along)[1] for word in words)
            room = across - 2 * pad
            high = body.height - 2 * pad - theme.u(12)
            if body.width > body.height and room >= max(wide, theme.touch_px) and tall <= 0.5 * high:
                boxes = [Box(body.x + n * (across + gap), body.y, across, body.height) for n in range(scale)]
                break
            icon_px = min(theme.u(230), along - 2 * pad, (body.width - 2 * pad) * 0.4)
            room = body.width - 2 * pad - icon_px - 2 * theme.u(12)
            tall = max(fitting_size(word, fonts.SEMIBOLD, (size,), room, along)[1] for word in words)
            if wide <= room and tall <= along - pad and along >= theme.touch_px:
                boxes = [Box(body.x, body.top - (n + 1) * along - n * gap, body.width, along) for n in range(scale)]
                break
        else:
            self._as_tiles()
            return
        for box, value in zip(boxes, values, strict=True):
            face = face_of(value, scale)
            self.add_widget(
                FaceTile(
                    view=view, box=box, face=face, value=value, chosen=value == chosen, letter_px=size, word_px=tall
                )
            )

    def _as_tiles(self) -> None:
        """Letters so large that the faces need pages."""
        view = self.view
        scale = view.visit.opinion.scale
        self.fill_tiles(
            [
                TileSpec(
                    key=str(value), name=view.tr(f"rating.face.{face_of(value, scale)}"),
                    icon="circle-check" if value == view.visit.opinion.value else FACE_ICONS[face_of(value, scale)],
                    act=view.doing(s.ChooseFace(value)),
                    chosen=value == view.visit.opinion.value,
                )
                for value in range(scale, 0, -1)
            ],
            view.frame.body,
        )  # fmt: skip


class RateWhyScreen(PagedScreen):
    """What was not good: as many as one likes."""

    def title(self) -> str:
        """The question."""
        return self.view.tr("rating.why.title")

    def sub(self) -> str:
        """Several may be chosen."""
        return self.view.tr("rating.why.sub", send=self.view.tr("rating.why.send"))

    def fill(self) -> None:
        """The reasons; a chosen one has its tick."""
        view = self.view
        chosen = view.visit.opinion.reasons
        self.fill_tiles(
            [
                TileSpec(
                    key=reason, name=view.tr(f"rating.reason.{reason}"), chosen=reason in chosen,
                    icon="circle-check" if reason in chosen else "circle", act=view.doing(s.ToggleReason(reason)),
                )
                for reason in asked_of(view).reasons
            ],
            view.frame.body,
        )  # fmt: skip

    def way_on(self) -> Cell | None:
        """That is all."""
        return Cell("arrow-right", self.view.tr("rating.why.send"), self.view.doing(s.ReasonsDone()), primary=True)
