"""What the camera sees, with a frame to aim at; until it sees anything, the picture of where the code is."""

from __future__ import annotations

from typing import Any, Final

from kivy.graphics import Color, Line, Rectangle, StencilPop, StencilPush, StencilUnUse, StencilUse
from kivy.graphics.texture import Texture
from kivy.uix.floatlayout import FloatLayout

from kiosk.frame import Box
from kiosk.scanning import SmallPicture
from kiosk.screens.dossier_parts import ReceiptPicture
from kiosk.screens.parts import place
from queue_kit.screen.theme import Theme

#: of the view's sides: where to hold the code
_AIM: Final = 0.12
#: of the aim's sides: how long its corners are
_CORNER: Final = 0.22


class LiveView(FloatLayout):
    """A small grey picture, enlarged by the graphics card; a new one costs one upload of 60 kB."""

    def __init__(self, *, theme: Theme, box: Box, picture: SmallPicture | None = None) -> None:
        super().__init__()
        place(self, box)
        self._theme, self._box = theme, box
        self._texture: Any = None
        self._receipt: ReceiptPicture | None = None
        self.show(picture)

    def show(self, picture: SmallPicture | None) -> None:
        """Take the newest picture; None brings the receipt's picture back."""
        if picture is None:
            self._forget()
            return
        if self._texture is None or self._texture.size != (picture.width, picture.height):
            self._begin(picture)
        self._texture.blit_buffer(picture.pixels, colorfmt="luminance", bufferfmt="ubyte")
        self.canvas.ask_update()

    @property
    def live(self) -> bool:
        """Whether a picture is shown."""
        return self._texture is not None

    def _forget(self) -> None:
        if self._receipt is None:
            self.canvas.clear()
            self._texture = None
            self._receipt = ReceiptPicture(theme=self._theme, box=self._box)
            self.add_widget(self._receipt)

    def _begin(self, picture: SmallPicture) -> None:
        if self._receipt is not None:
            self.remove_widget(self._receipt)
            self._receipt = None
        self._texture = Texture.create(size=(picture.width, picture.height), colorfmt="luminance")
        # Rows come from the top.
        self._texture.flip_vertical()
        box, theme = self._box, self._theme
        # The picture fills the place; what does not fit is cut off at both sides alike.
        scale = max(box.width / picture.width, box.height / picture.height)
        wide, high = picture.width * scale, picture.height * scale
        self.canvas.clear()
        with self.canvas:
            StencilPush()
            Rectangle(pos=(box.x, box.y), size=(box.width, box.height))
            StencilUse()
            Color(1, 1, 1, 1)
            Rectangle(
                texture=self._texture, size=(wide, high),
                pos=(box.x + (box.width - wide) / 2, box.y + (box.height - high) / 2),
            )  # fmt: skip
            StencilUnUse()
            Rectangle(pos=(box.x, box.y), size=(box.width, box.height))
            StencilPop()
            Color(rgba=theme.c.ink_soft)
            Line(rectangle=(box.x, box.y, box.width, box.height), width=max(1.0, theme.u(1.5)))
            for points in _corners(box.inset(box.width * _AIM, box.height * _AIM)):
                # Dark below, gold above: seen on white paper and on a dark shelf.
                Color(0, 0, 0, 0.75)
                Line(points=points, width=max(3.0, theme.u(6)), cap="round", joint="round")
                Color(rgba=theme.c.gold)
                Line(points=points, width=max(2.0, theme.u(3.5)), cap="round", joint="round")


def _corners(aim: Box) -> list[list[float]]:
    long = min(aim.width, aim.height) * _CORNER
    return [
        [x, y + down * long, x, y, x + right * long, y]
        for x, right in ((aim.x, 1), (aim.right, -1))
        for y, down in ((aim.y, 1), (aim.top, -1))
    ]
