"""The slip's looks: words to black dots on a thermal roll.

Sizes are dots at 203 dpi, 8 a millimetre: body type of 14 points is 40, 12 points (the smallest allowed) is 34.
Text is drawn grey and cut at a threshold, which keeps the thin strokes of stacked accents (Ỗ, Ặ) that
one-bit hinting breaks. Names wrap into lines of even length and are never cut.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from queue_kit.fonts import WEIGHT_NUMBERS, find_font, find_variable_noto
from queue_kit.paper.commands import NATIVE_CODES
from queue_kit.paper.slip import Role, Slip, slip_blocks
from queue_kit.paper.typesetting import Font, fitting, font_of, line_pitch, wrap

DOTS_PER_MM: Final = 8
BODY_DOTS: Final = 40
NUMBER_INK_DOTS: Final = 168  # 21 mm where the roll is wide enough …
NUMBER_FLOOR_DOTS: Final = 124  # … and never under 15 mm: a longer number grows narrower, not lower
_NUMBER_WISH_DOTS: Final = 145  # 18 mm: worth a squeeze nobody sees
_UNSEEN_SQUEEZE: Final = 0.92
_MARGIN: Final = 8
_DARK_BELOW: Final = 150  # grey under this is a black dot; thermal dots bleed a little, so not much over half
_NUMBER_MARGIN: Final = 20
_CLEAR_DOTS: Final = 3
_QR_SIDE_DOTS: Final = 224  # 28 mm: a phone's camera takes it at an arm's length
_QR_QUIET_MODULES: Final = 4
_NATIVE_QUIET_DOTS: Final = 28


class Sheet:
    """A roll of paper being drawn on from top to bottom; grey while drawing, one bit when finished."""

    def __init__(self, width_dots: int) -> None:
        self.width = width_dots
        self.y = _MARGIN
        self._ink_bottom = 0  # of the text so far
        self._codes: list[tuple[int, str]] = []
        self._image = Image.new("L", (width_dots, 1600), 255)
        self.draw = ImageDraw.Draw(self._image)

    def room(self, height: int) -> None:
        """Make sure that ``height`` more dots fit."""
        if self.y + height + _MARGIN > self._image.height:
            longer = Image.new("L", (self.width, (self.y + height + _MARGIN) * 2), 255)
            longer.paste(self._image, (0, 0))
            self._image = longer
            self.draw = ImageDraw.Draw(longer)

    def gap(self, height: int) -> None:
        """Leave ``height`` dots white."""
        self.y += height

    def text(self, text: str, font: Font, *, left: int | None = None, width: int | None = None) -> None:
        """Write ``text`` wrapped into even lines, centred, or from ``left`` on."""
        font = fitting(text, font)
        pitch = line_pitch(font)
        for line in wrap(text, font, width or self.width - 2 * _MARGIN):
            self.room(2 * pitch)
            # Stacked capitals (Ổ, Ắ) rise over the font's own ascent: never into the line above.
            _, above, _, below = font.getbbox(line, anchor="ls")
            base = max(self.y + font.getmetrics()[0], self._ink_bottom + _CLEAR_DOTS - int(above))
            self._ink_bottom = base + int(below)
            if left is None:
                self.draw.text((self.width / 2, base), line, 0, font, anchor="ms")
            else:
                self.draw.text((left, base), line, 0, font, anchor="ls")
            self.y = base + font.getmetrics()[1]

    def rule(self, *, dotted: bool = False, inset: int = _MARGIN, weight: int = 3) -> None:
        """Draw a line across."""
        self.room(weight)
        self._ink_bottom = self.y + weight
        if dotted:
            for x in range(inset, self.width - inset - weight, weight * 4):
                self.draw.rectangle((x, self.y, x + weight - 1, self.y + weight - 1), 0)
        else:
            self.draw.rectangle((inset, self.y, self.width - inset - 1, self.y + weight - 1), 0)
        self.y += weight

    def paste(self, picture: Image.Image, left: int | None = None) -> None:
        """Put a grey picture at the current height, centred or from ``left``."""
        self.room(picture.height)
        self._image.paste(picture, ((self.width - picture.width) // 2 if left is None else left, self.y))
        self.y += picture.height

    def native_code(self, text: str) -> None:
        """Leave the white above and below a QR that the printer draws itself."""
        self.gap(_NATIVE_QUIET_DOTS)
        self._codes.append((self.y, text))
        self.gap(_NATIVE_QUIET_DOTS)

    def finish(self) -> Image.Image:
        """Give the finished paper: mode ``1``, 0 black."""
        paper = self._image.crop((0, 0, self.width, self.y + _MARGIN))
        paper = paper.point([0] * _DARK_BELOW + [255] * (256 - _DARK_BELOW), mode="1")
        paper.info[NATIVE_CODES] = tuple(self._codes)
        return paper


def number_picture(number: str, width_dots: int) -> Image.Image:
    """Draw the number as tall as it may be: narrow letters first, then lower, at last squeezed; never under 15 mm."""
    width = width_dots - 2 * _NUMBER_MARGIN
    ink_dots = NUMBER_INK_DOTS
    picture = _ink(number, ink_dots, 100)
    for width_percent in (90, 80, 70, 62):
        if picture.width <= width:
            return picture
        picture = _ink(number, ink_dots, width_percent)
    if picture.width > width:
        fitting = ink_dots * width // picture.width
        squeezed = min(_NUMBER_WISH_DOTS, round(fitting / _UNSEEN_SQUEEZE))
        ink_dots = max(NUMBER_FLOOR_DOTS, fitting, squeezed)
        picture = _ink(number, ink_dots, 62)
    if picture.width > width:
        picture = picture.resize((width, picture.height), Image.Resampling.LANCZOS)
    return picture


def _ink(number: str, ink_dots: int, width_percent: int) -> Image.Image:
    """Draw ``number`` so that a digit's ink is ``ink_dots`` high, cut to its ink."""
    font = _number_font(ink_dots, width_percent)
    left, top, right, bottom = font.getbbox(number, anchor="ls")
    picture = Image.new("L", (int(right - left) + 4, int(bottom - top) + 4), 255)
    ImageDraw.Draw(picture).text((2 - left, 2 - top), number, 0, font, anchor="ls")
    ink = picture.point([255] * _DARK_BELOW + [0] * (256 - _DARK_BELOW)).getbbox()
    return picture.crop(ink) if ink else picture


@lru_cache(maxsize=16)
def _number_font(ink_dots: int, width_percent: int) -> ImageFont.FreeTypeFont:
    """The font whose digits are so high; kept, because finding it takes longer than drawing with it."""
    path = find_variable_noto()
    size = ink_dots * 4 // 3
    for _ in range(2):  # the second turn corrects the size by what the first one measured
        font = ImageFont.truetype(str(path or find_font("bold")), size)
        if path:
            font.set_variation_by_axes([WEIGHT_NUMBERS["bold"], width_percent])
        top, bottom = font.getbbox("0", anchor="ls")[1::2]
        size = round(size * ink_dots / (bottom - top))
    return font


def qr_picture(text: str, side_dots: int = _QR_SIDE_DOTS) -> Image.Image:
    """Draw a QR code (ISO/IEC 18004, level M) with its quiet zone, whole dots a module, about ``side_dots``."""
    import segno

    rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix]
    module = max(4, side_dots // len(rows))
    code = Image.new("L", (len(rows), len(rows)), 255)
    code.putdata([0 if dark else 255 for row in rows for dark in row])
    code = code.resize((len(rows) * module,) * 2, Image.Resampling.NEAREST)
    quiet = _QR_QUIET_MODULES * module
    framed = Image.new("L", (code.width + 2 * quiet, code.height + 2 * quiet), 255)
    framed.paste(code, (quiet, quiet))
    return framed


def draw_slip(slip: Slip, width_dots: int = 576, *, native_codes: bool = False) -> Image.Image:
    """Draw the slip; see :func:`queue_kit.paper.slip.slip_image`."""
    sheet = Sheet(width_dots)
    said: dict[Role, str] = {line.role: line.text for line in slip_blocks(slip)}
    body, strong = font_of("medium", BODY_DOTS), font_of("bold", BODY_DOTS)
    larger = font_of("bold", 46 if width_dots >= 512 else 42)

    if "reprint" in said:
        _band(sheet, said["reprint"], strong, filled=False)
        sheet.gap(12)
    sheet.text(said["office"], strong)
    sheet.gap(10)
    sheet.rule()
    sheet.gap(10)
    sheet.text(said["title"], body)
    sheet.gap(14)
    sheet.paste(number_picture(said["number"], width_dots))
    sheet.gap(22)
    if "priority" in said:
        _band(sheet, said["priority"], strong, filled=True, star=True)
        sheet.gap(14)
    sheet.text(said["service"], larger)
    if "counters" in said:
        sheet.gap(6)
        sheet.text(said["counters"], larger)
    _queue(sheet, said, body, strong)
    sheet.gap(14)
    sheet.rule(dotted=True)
    if slip.follow_url:
        _follow(sheet, said["follow"], slip.follow_url, body, native=native_codes)
    else:
        sheet.gap(10)
    last: tuple[Role, ...] = ("no_show", "when", "thanks")
    for role in last:
        if role in said:
            sheet.text(said[role], strong if role == "thanks" else body)
            sheet.gap(8)
    return sheet.finish()


def _queue(sheet: Sheet, said: dict[Role, str], body: Font, strong: Font) -> None:
    """Write who is ahead and how long it takes."""
    if not {"ahead", "wait", "closing"} & said.keys():
        return
    sheet.gap(12)
    sheet.rule(dotted=True)
    sheet.gap(10)
    parts: tuple[tuple[Role, Font], ...] = (("ahead", body), ("wait", strong), ("told", body), ("closing", body))
    for role, font in parts:
        if role in said:
            sheet.gap(8 if role == "closing" else 0)
            sheet.text(said[role], font)


def _follow(sheet: Sheet, label: str, url: str, font: Font, *, native: bool) -> None:
    """Put the QR with its label: beside it on a wide roll, below it on a narrow one or under a printer's own code."""
    font = fitting(label, font)
    if native:
        sheet.native_code(url)
        sheet.text(label, font)
        sheet.gap(10)
        return
    code = qr_picture(url)
    if sheet.width < code.width + 240:
        sheet.paste(code)
        sheet.y -= 12
        sheet.text(label, font)
        sheet.gap(10)
        return
    top = sheet.y
    left = _MARGIN + 16
    sheet.paste(code, sheet.width - code.width)
    bottom = sheet.y
    width = sheet.width - code.width - left
    height = len(wrap(label, font, width)) * line_pitch(font)
    sheet.y = top + (code.height - height) // 2
    sheet.text(label, font, left=left, width=width)
    sheet.y = bottom - 12  # the white below it counts as the code's quiet zone


def _band(sheet: Sheet, text: str, font: Font, *, filled: bool, star: bool = False) -> None:
    """Write ``text`` in a rounded band, white on black or framed, with a star before it when asked."""
    font = fitting(text, font)
    pad_x, pad_y, star_side = 28, 8, 34 if star else 0
    lines = wrap(text, font, sheet.width - 2 * (_MARGIN + pad_x) - star_side - 12)
    pitch = line_pitch(font)
    width = int(max(font.getlength(line) for line in lines)) + 2 * pad_x + (star_side + 12 if star else 0)
    height = pitch * len(lines) + 2 * pad_y
    sheet.room(height)
    left, top = (sheet.width - width) // 2, sheet.y
    sheet.draw.rounded_rectangle(
        (left, top, left + width - 1, top + height - 1), radius=min(height // 2, 36), fill=0 if filled else 255,
        outline=0, width=4,
    )  # fmt: skip
    ink = 255 if filled else 0
    if star:
        _star(sheet.draw, left + pad_x + star_side / 2, top + height / 2, star_side / 2, ink)
    middle = left + (width + (star_side + 12 if star else 0)) / 2
    for i, line in enumerate(lines):
        base = top + pad_y + pitch * i + font.getmetrics()[0]
        sheet.draw.text((middle, base), line, ink, font, anchor="ms")
    sheet.y += height


def _star(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float, ink: int) -> None:
    from math import cos, pi, sin

    points = [
        (x + (radius if i % 2 == 0 else radius * 0.42) * sin(i * pi / 5),
         y - (radius if i % 2 == 0 else radius * 0.42) * cos(i * pi / 5))
        for i in range(10)
    ]  # fmt: skip
    draw.polygon(points, fill=ink)
