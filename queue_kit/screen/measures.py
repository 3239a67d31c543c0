"""How much room words need, and in which size they fit. Import only after :func:`queue_kit.screen.boot.prepare`."""

from __future__ import annotations

from functools import lru_cache

from kivy.core.text import Label as CoreLabel

from queue_kit.languages import BREAK
from queue_kit.screen.wrapping import word_width


@lru_cache(maxsize=2048)
def measure(text: str, font: str, size_px: float, width_px: float | None = None) -> tuple[float, float]:
    """Width and height in pixels of words wrapped at ``width_px``, as they will be drawn."""
    core = CoreLabel(text=text, font_name=font, font_size=size_px, text_size=(width_px, None))
    core.resolve_font_name()
    width, height = core.render()
    return float(width), float(height)


def forget_measures() -> None:
    """Forget what words were measured: somebody's may be among them."""
    measure.cache_clear()


def fitting_size(
    text: str, font: str, sizes_px: tuple[float, ...], width_px: float, height_px: float
) -> tuple[float, float]:
    """The first of ``sizes_px`` (largest first) at which the words fit, and their height; the last if none does."""
    size, height = sizes_px[-1], 0.0
    for size in sizes_px:
        height = measure(text, font, size, width_px)[1]
        if height <= height_px and longest_word_px(text, font, size) <= width_px:
            break
    return size, height


def folded(text: str, font: str, size_px: float, width_px: float, height_px: float) -> str:
    """As many of the first words as fit, with … for the rest; one word at least. Show the whole elsewhere."""
    words = text.split()
    low, high = 1, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        fits = measure(" ".join(words[:middle]) + "…", font, size_px, width_px)[1] <= height_px
        low, high = (middle, high) if fits else (low, middle - 1)
    return text if low == len(words) else " ".join(words[:low]) + "…"


def longest_word_px(text: str, font: str, size_px: float) -> float:
    """Width of the longest word: a narrower column would break it inside."""
    # Split as Kivy does: a no-break space is part of a word.
    words = [word for line in text.split("\n") for word in line.replace(BREAK, " ").split(" ") if word]
    return max((word_width(word, font, size_px) for word in words), default=0.0)


def one_line_size(text: str, font: str, sizes_px: tuple[float, ...], width_px: float) -> float:
    """The first of ``sizes_px`` at which the words stand on one line, else the first of all (they will wrap)."""
    return next((size for size in sizes_px if measure(text, font, size)[0] <= width_px), sizes_px[0])
