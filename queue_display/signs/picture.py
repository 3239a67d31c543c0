"""The picture on a matrix of LEDs: a number as tall as it goes, the words of a paused counter, the mark of a lost hub.

On eight rows of LEDs no font has stacked accents. Numbers use luma's own small fonts; "TẠM" and "ĐÓNG", which take
turns, are drawn here dot by dot. From sixteen rows on the screens' font is used.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from queue_display.signs.errors import UnitError
from queue_display.signs.shows import Show

if TYPE_CHECKING:
    from PIL import Image

    from queue_kit.fonts import Weight

_SMALL_ROWS: Final = 8
_LIT: Final = 255
_THRESHOLD: Final = [_LIT * (grey > 110) for grey in range(256)]
#: smaller letters of the screens' font are no letters any more
_LEAST_SIZE: Final = 8
_TWO_LINES_ROWS: Final = 32
#: with fewer rows the accents of QUẦY are read as those of another word
_SENTENCE_ROWS: Final = 64
#: the words of a paused counter: in turns, then one below the other, then the whole sentence, as rows allow
CLOSED_TURNS: Final = ("TẠM", "ĐÓNG")
CLOSED_SENTENCE: Final = ("QUẦY TẠM", "THỜI ĐÓNG")
#: eight rows from the top: two for an accent, five for the capital, one for a dot below
_LETTERS: Final[dict[str, tuple[str, ...]]] = {
    "T": ("     ", "     ", "#####", "  #  ", "  #  ", "  #  ", "  #  ", "     "),
    "Ạ": ("     ", "     ", " ### ", "#   #", "#####", "#   #", "#   #", "  #  "),
    "M": ("     ", "     ", "#   #", "## ##", "# # #", "#   #", "#   #", "     "),
    "Đ": ("      ", "      ", " #### ", " #   #", "###  #", " #   #", " #### ", "      "),
    "Ó": ("   # ", "  #  ", " ### ", "#   #", "#   #", "#   #", " ### ", "     "),
    "N": ("     ", "     ", "#   #", "##  #", "# # #", "#  ##", "#   #", "     "),
    "G": ("     ", "     ", " ### ", "#    ", "#  ##", "#   #", " ### ", "     "),
}


def turns(show: Show, height: int) -> int:
    """How many pictures take turns."""
    return len(CLOSED_TURNS) if show.closed and height < _TWO_LINES_ROWS else 1


def picture(show: Show, width: int, height: int, phase: int = 0) -> Image.Image:
    """The picture, one bit a LED. Raises :class:`UnitError` ``narrow`` for a number that does not fit whole."""
    from PIL import Image, ImageDraw

    # In greys first: letters drawn in one bit from the start have bumps.
    image = Image.new("L", (width, height))
    pen = ImageDraw.Draw(image)
    #: the mark's own corner; what is shown keeps out of it
    room = width - 2 if show.lost else width
    if show.closed and height == _SMALL_ROWS:
        _letters(image, CLOSED_TURNS[phase % len(CLOSED_TURNS)], width)
    elif show.closed:
        _lines(pen, _closed_lines(height, phase), room, height, weight="medium")
    elif show.number is not None and height == _SMALL_ROWS:
        _small(pen, show.number, room)
    elif show.number is not None:
        _lines(pen, (show.number,), room, height)
    if show.lost:
        side = 1 if height == _SMALL_ROWS else 2
        pen.rectangle((width - side, height - side, width - 1, height - 1), fill=_LIT)
    return image.point(_THRESHOLD, "1")


def _closed_lines(height: int, phase: int) -> tuple[str, ...]:
    if height < _TWO_LINES_ROWS:
        return (CLOSED_TURNS[phase % len(CLOSED_TURNS)],)
    return CLOSED_TURNS if height < _SENTENCE_ROWS else CLOSED_SENTENCE


def _small(pen: Any, number: str, room: int) -> None:
    from luma.core.legacy import text, textsize
    from luma.core.legacy.font import CP437_FONT, LCD_FONT, TINY_FONT, proportional

    if not number.isascii():
        raise UnitError("narrow", "ASCII only", number=number)
    # These fonts strike their zero through; from across the room that is an eight.
    seen = number.replace("0", "O")
    for font in (CP437_FONT, LCD_FONT, TINY_FONT):
        narrowed: Any = proportional(font)
        wide = textsize(seen, narrowed)[0] - 1  # its last column is a gap
        if wide <= room:
            text(pen, ((room - wide) // 2, 0 if font is not TINY_FONT else 1), seen, fill=_LIT, font=narrowed)
            return
    raise UnitError("narrow", f"{room} LEDs", number=number)


def _letters(image: Image.Image, word: str, width: int) -> None:
    glyphs = [_LETTERS[letter] for letter in word]
    wide = sum(len(glyph[0]) + 1 for glyph in glyphs) - 1
    left = max(0, (width - wide) // 2)
    for glyph in glyphs:
        for y, row in enumerate(glyph):
            for x, dot in enumerate(row):
                if dot == "#" and left + x < width:
                    image.putpixel((left + x, y), _LIT)
        left += len(glyph[0]) + 1


def _lines(pen: Any, lines: tuple[str, ...], room: int, height: int, *, weight: Weight = "bold") -> None:
    """Lines of text, as large as they go. Raises :class:`UnitError` ``narrow``."""
    each = height // len(lines)
    for size in range(each * 2, _LEAST_SIZE, -1):
        font = _font(size, weight)
        boxes = [font.getbbox(line) for line in lines]
        if all(box[2] - box[0] <= room and box[3] - box[1] <= each for box in boxes):
            for place, (line, box) in enumerate(zip(lines, boxes, strict=True)):
                left = (room - (box[2] - box[0])) // 2 - box[0]
                top = place * each + (each - (box[3] - box[1])) // 2 - box[1]
                pen.text((left, top), line, fill=_LIT, font=font)
            return
    raise UnitError("narrow", f"{room}×{height} LEDs", number=lines[0])


@cache
def _font(size: int, weight: Weight) -> Any:
    from PIL import ImageFont

    from queue_kit.fonts import find_font

    return ImageFont.truetype(str(find_font(weight)), size)
