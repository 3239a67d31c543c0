"""Reading a picture as a person would: by tesseract, an engine that had no part in drawing it."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import threading
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from queue_core.errors import MotcuaError, register
from queue_core.vietnamese import fold

if TYPE_CHECKING:
    from PIL import Image

register(
    {
        "demo.not_seen": (
            "Không thấy “{text}” trên {where} sau {seconds} giây.",
            "“{text}” was not seen on the {where} within {seconds} s.",
        )
    }
)
LOOK_AGAIN_S = 0.3
#: a screen that is there by then on a busy computer too; nobody waits so long where it is quicker
PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Word:
    """A word read, with the middle of its box in pixels and its height."""

    text: str
    x: int
    y: int
    height: int
    line: tuple[int, int, int]


def read(picture: Image.Image, *, lang: str = "vie", mode: int = 11) -> list[Word]:
    """All words of a picture. ``mode``: tesseract's page segmentation (11 sparse text, 7 one line)."""
    program = shutil.which("tesseract")
    if program is None:
        raise MotcuaError("demo.program_missing", program="tesseract")
    data = io.BytesIO()
    picture.convert("L").save(data, "PNG")
    done = subprocess.run(
        [program, "-", "-", "-l", lang, "--psm", str(mode), "--dpi", "96", "tsv"],
        input=data.getvalue(), capture_output=True, check=True, timeout=60,
    )  # fmt: skip
    words = []
    for row in csv.DictReader(io.StringIO(done.stdout.decode()), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = unicodedata.normalize("NFC", (row.get("text") or "").strip())
        if text and float(row["conf"]) > 20:
            left, top, width, height = (int(row[k]) for k in ("left", "top", "width", "height"))
            line = (int(row["block_num"]), int(row["par_num"]), int(row["line_num"]))
            words.append(Word(text, left + width // 2, top + height // 2, height, line))
    return words


def find(words: list[Word], text: str) -> tuple[int, int] | None:
    """The middle of a phrase that stands in one line, accents and case aside."""
    wanted = fold(text).split()
    for index in range(len(words) - len(wanted) + 1):
        run = words[index : index + len(wanted)]
        if [_bare(w.text) for w in run] == wanted and len({w.line for w in run}) == 1:
            return sum(w.x for w in run) // len(run), sum(w.y for w in run) // len(run)
    return None


def read_large(picture: Image.Image) -> list[Word]:
    """Words of any size: engines miss lettering taller than a hand, so the picture is also read from farther away."""
    words = read(picture, lang="eng")
    for share in (0.35, 0.15):
        smaller = picture.resize((int(picture.width * share), int(picture.height * share)))
        words += [
            Word(w.text, int(w.x / share), int(w.y / share), int(w.height / share), w.line)
            for w in read(smaller, lang="eng")
        ]
    return words


def find_number(words: list[Word], number: str, *, min_height: int = 0) -> Word | None:
    """A ticket number, allowing what engines confuse in big lettering (0 and O, 1 and I)."""
    wanted = _digits(number)
    for word in sorted(words, key=lambda w: -w.height):
        if word.height >= min_height and _digits(word.text) == wanted:
            return word
    return None


def numbers_in(words: list[Word], *, min_height: int = 0) -> list[str]:
    """Everything that looks like a ticket number, tallest first."""
    found = sorted((w for w in words if w.height >= min_height), key=lambda w: -w.height)
    return [w.text for w in found if re.fullmatch(r"[A-Z]{0,3}-?[0-9OI]{3,4}", w.text.upper())]


def wait_for(
    picture: Callable[[], Image.Image], text: str, where: str, *, seconds: float = PATIENCE_S, mode: int = 11
) -> tuple[int, int]:
    """Look until a phrase can be read; gives its middle. ``mode`` as for :func:`read`. Raises demo.not_seen."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while time.monotonic() < deadline:
        shown = picture()
        for candidate in (shown, _inverted(shown)):
            if place := find(read(candidate, mode=mode), text):
                return place
        pause.wait(LOOK_AGAIN_S)
    raise MotcuaError("demo.not_seen", text=text, where=where, seconds=seconds)


def _inverted(picture: Image.Image) -> Image.Image:
    from PIL import ImageOps

    return ImageOps.invert(picture.convert("L"))


def _bare(text: str) -> str:
    return re.sub(r"[^\w]", "", fold(text))


def _digits(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", text.upper()).translate(str.maketrans("OI", "01"))
