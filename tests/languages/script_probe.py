"""Khmer on a real window: what a label measures, draws and breaks. A program: script_probe.py OUT.json"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from queue_kit.screen import boot, fonts

boot.prepare(size=(800, 600))
fonts.register()

from kivy.base import EventLoop  # noqa: E402

EventLoop.ensure_window()
from kivy.core.text import Label  # noqa: E402
from PIL import Image, ImageDraw, ImageFont  # noqa: E402

from queue_kit.languages import tr  # noqa: E402
from queue_kit.languages.scripts import file_of  # noqa: E402

STYLES = {fonts.REGULAR: "regular", fonts.SEMIBOLD: "semibold", fonts.BOLD: "bold"}
WORDS = ("ស្ត្រី", "ខ្មែរ", "បញ្ចូល", "ត្រឹមត្រូវ")


def drawn(label: Label) -> tuple[int, int]:
    """Width of the ink, and of the picture."""
    label.refresh()
    texture = label.texture
    picture = Image.frombytes("RGBA", texture.size, texture.pixels).getchannel("A")
    left, _, right, _ = picture.getbbox() or (0, 0, 0, 0)
    return right - left, texture.size[0]


def main() -> None:
    """Measure first, draw afterwards: the order in which a screen is laid out."""
    shapes = []
    for size, (family, style) in enumerate(STYLES.items(), start=60):
        for number, word in enumerate(WORDS):
            px = size + 3 * number  # a size of its own: no font that an earlier word has told its script
            label = Label(text=word, font_name=family, font_size=px)
            measured = label.get_extents(word)[0]
            ink, wide = drawn(label)
            sheet = Image.new("L", (600, 300))
            pen = ImageFont.truetype(str(file_of("km", style)), px)
            ImageDraw.Draw(sheet).text((100, 100), word, 255, pen)
            left, _, right, _ = sheet.getbbox() or (0, 0, 0, 0)
            shapes.append({"word": word, "measured": measured, "wide": wide, "ink": ink, "pillow": right - left})
    text = tr("km", "kiosk.number.keep")
    label = Label(text=text, font_name=fonts.REGULAR, font_size=34, text_size=(330, None))
    label.refresh()
    lines = ["".join(word.text for word in line.words) for line in label._cached_lines]
    latin = Label(text="Ổ khoá\u200bA", font_name=fonts.REGULAR, font_size=34)
    latin.refresh()
    found = {
        "shapes": shapes, "text": text, "kept": label.text, "lines": lines,
        "latin": [latin.options["font_script_name"], latin.options["font_name_r"]],
    }  # fmt: skip
    Path(sys.argv[1]).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
