"""A card that says something: in letters as large as it allows, in pages where they would become too small."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kiosk.frame import Box
from kiosk.screens.pager import Pager, cut_for_pager
from kiosk.screens.parts import place
from kiosk.screens.text_pages import Piece, font_of, text_pages
from queue_kit.catalogue.parts import Paragraph
from queue_kit.screen import fonts
from queue_kit.screen.measures import fitting_size
from queue_kit.screen.theme import Rgba, Theme
from queue_kit.screen.touchable import Card
from queue_kit.screen.widgets import Icon, Words

_STEPS: Final = (1.2, 1.1, 1.0, 0.95, 0.88, 0.8, 0.7, 0.6)
_ICON: Final = 110.0
#: a smaller picture is none
_ICON_LEAST: Final = 44.0


class Notice(Card):
    """An icon, a heading, sentences; it cannot be touched but for its pages. ``turn`` is told the page wanted."""

    def __init__(
        self, *, theme: Theme, box: Box, icon: str, heading: str, lines: tuple[str, ...], tone: Rgba | None = None,
        edge: Rgba | None = None, page: int = 0, turn: Callable[[int], None] | None = None, low: bool = False,
    ) -> None:  # fmt: skip
        c = theme.c
        super().__init__(
            fill=c.surface, border=edge or c.line, shadow=c.shadow, radius_px=theme.u(20),
            border_px=max(2, theme.u(4 if edge else 2)),
        )  # fmt: skip
        place(self, box)
        self._theme, self._tone = theme, tone or c.warn
        inner = box.inset(theme.u(12 if theme.tight else 40), theme.u(4 if theme.tiny else 8 if theme.tight else 40))
        if self._whole(inner, icon, heading, lines):
            return
        # A low card has its buttons beside the words.
        beside = low or inner.width > 1.6 * inner.height
        room, buttons = cut_for_pager(theme, inner, theme.u(10), beside=beside)
        said = (Paragraph(heading, "head"), *(Paragraph(line) for line in lines))
        pages = text_pages(said, theme, room.width, room.height, qr_px=0.0)
        page = min(page, len(pages) - 1)
        self._pieces(room if len(pages) > 1 else inner, pages[page])
        if len(pages) > 1:
            self.add_widget(
                Pager(theme=theme, box=buttons, page=page, last=len(pages) - 1, turn=turn or (lambda _: None))
            )

    def _whole(self, inner: Box, icon: str, heading: str, lines: tuple[str, ...]) -> bool:
        """All of it at once, if it fits: the picture above the words, or beside them on a low card."""
        theme = self._theme
        for beside in (False, True) if theme.tight else (False,):
            icon_px = min(theme.u(_ICON), inner.height * (0.5 if beside else 0.26))
            for step in _STEPS:
                head_px, body_px = theme.sizes(52 * step)[0], theme.sizes(36 * step)[0]
                width = inner.width - (icon_px + theme.u(16) if beside else 0)
                room = inner.height - (0 if beside else icon_px + theme.u(12))
                head = fitting_size(heading, fonts.BOLD, (head_px,), width, room)[1]
                bodies = [fitting_size(line, fonts.REGULAR, (body_px,), width, room)[1] for line in lines]
                total = head + sum(bodies) + theme.u(8) * len(lines)
                if total <= room:
                    break
            if total <= room and icon_px >= theme.u(_ICON_LEAST):
                break
        else:
            if total > room and theme.tight:
                return self._wordy(inner, heading, lines)
            if total > room:
                return False
        left = inner.x + (icon_px + theme.u(16) if beside else 0)
        spare = max(0.0, (room - total) / 2)
        top = inner.top - spare
        spot = (
            Box(inner.x, inner.y + (inner.height - icon_px) / 2, icon_px, icon_px)
            if beside
            else Box(self.x + (self.width - icon_px) / 2, top - icon_px, icon_px, icon_px)
        )
        self.add_widget(place(Icon(icon=icon, size_px=icon_px, color=self._tone), spot))
        self._say(Box(left, inner.y, width, (top if beside else spot.y - theme.u(12)) - inner.y),
                  [(heading, fonts.BOLD, head_px, head), *((line, fonts.REGULAR, body_px, high)
                   for line, high in zip(lines, bodies, strict=True))], centred=not beside)  # fmt: skip
        return True

    def _wordy(self, inner: Box, heading: str, lines: tuple[str, ...]) -> bool:
        """Words alone: a tight card has no room for a picture."""
        theme = self._theme
        size = theme.body_px
        said = [(heading, fonts.BOLD, size), *((line, fonts.REGULAR, size) for line in lines)]
        parts = [(*one, fitting_size(one[0], one[1], (size,), inner.width, inner.height)[1]) for one in said]
        total = sum(part[3] for part in parts) + theme.u(6) * (len(parts) - 1)
        if total > inner.height:
            return False
        top = inner.top - (inner.height - total) / 2
        self._say(Box(inner.x, inner.y, inner.width, top - inner.y), parts, centred=True)
        return True

    def _say(self, box: Box, parts: list[tuple[str, str, float, float]], *, centred: bool) -> None:
        top = box.top
        for number, (text, font, size, high) in enumerate(parts):
            top -= high + (self._theme.u(6) if number else 0)
            words = Words(
                text=text, font_name=font, font_size=size, color=self._theme.c.ink,
                align="center" if centred else "left",
            )  # fmt: skip
            self.add_widget(place(words, Box(box.x, top, box.width, high)))

    def _pieces(self, box: Box, pieces: tuple[Piece, ...]) -> None:
        top = box.top
        for piece in pieces:
            top -= piece.before + piece.height
            words = Words(
                text=piece.text, font_name=font_of(piece.kind), font_size=piece.font_px, color=self._theme.c.ink
            )
            self.add_widget(place(words, Box(box.x, top, box.width, piece.height)))
