"""What every screen stands on: lettering, colours, true scale, the idle sleep, words. No window is opened."""

from __future__ import annotations

import os
import string
import struct
import threading
import time
from pathlib import Path

import pytest

from queue_kit.screen import boot, fonts, icons
from queue_kit.screen.frame_rate import FrameRate, InputFiles
from queue_kit.screen.theme import DAY, HIGH_CONTRAST, REFERENCE_DPI, Theme, contrast

ROOT = Path(__file__).parents[2]
VOWELS = "aăâeêioôơuưy"
TONES = ["", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"]


def vietnamese() -> set[str]:
    import unicodedata

    toned = {unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES} | {"đ"}
    return toned | {letter.upper() for letter in toned} | set(string.ascii_letters + string.digits)


def table(font: bytes, tag: bytes) -> int:
    (count,) = struct.unpack_from(">H", font, 4)
    for index in range(count):
        name, _, offset, _ = struct.unpack_from(">4sLLL", font, 12 + 16 * index)
        if name == tag:
            return int(offset)
    raise LookupError(tag)


@pytest.mark.parametrize("name", [fonts.REGULAR, fonts.SEMIBOLD, fonts.BOLD])
def test_every_vietnamese_letter_is_there_and_fits_into_its_line(name: str, tmp_path: Path) -> None:
    from PIL import ImageFont

    corrected = tmp_path / "font.ttf"
    corrected.write_bytes(fonts.with_line_height(fonts.font_file(name).read_bytes()))
    font = ImageFont.truetype(str(corrected), 100)
    ascent, descent = font.getmetrics()
    assert (ascent, descent) == (round(fonts.ASCENT_EM * 100), pytest.approx(fonts.DESCENT_EM * 100, abs=1))
    nothing = font.getmask("\U000f0000").getbbox()
    shape = bytes(font.getmask("\U000f0000"))
    for letter in sorted(vietnamese()):
        _, top, _, bottom = font.getbbox(letter, anchor="ls")
        assert -top <= ascent, f"{letter} rises above its line"
        assert bottom <= descent, f"{letter} hangs below its line"
        drawn = font.getmask(letter)
        assert (drawn.getbbox(), bytes(drawn)) != (nothing, shape), f"{letter} is missing"


def test_without_the_correction_a_stacked_capital_leaves_its_line() -> None:
    """Why the correction is there: should the font's next version not need it, it may go."""
    from PIL import ImageFont

    font = ImageFont.truetype(str(fonts.font_file(fonts.BOLD)), 100)
    assert -font.getbbox("Ổ", anchor="ls")[1] > font.getmetrics()[0]


def test_a_file_that_is_no_font_is_refused() -> None:
    with pytest.raises(ValueError, match="TrueType"):
        fonts.with_line_height(struct.pack(">LHHHH", 0x10000, 0, 0, 0, 0))


def test_every_icon_has_its_glyph() -> None:
    font = fonts.font_file(fonts.ICONS).read_bytes()
    at = table(font, b"cmap")
    (count,) = struct.unpack_from(">H", font, at + 2)
    covered: set[int] = set()
    for index in range(count):
        platform, _, offset = struct.unpack_from(">HHL", font, at + 4 + 8 * index)
        (form,) = struct.unpack_from(">H", font, at + offset)
        if form == 4 and platform in {0, 3}:
            (double,) = struct.unpack_from(">H", font, at + offset + 6)
            ends = struct.unpack_from(f">{double // 2}H", font, at + offset + 14)
            starts = struct.unpack_from(f">{double // 2}H", font, at + offset + 16 + double)
            covered |= {code for a, b in zip(starts, ends, strict=True) for code in range(a, b + 1)}
    assert covered >= set(icons.GLYPHS.values())
    assert icons.glyph("no such icon") == icons.glyph(icons.FALLBACK)


# ------------------------------------------------------------------ colours and scale
@pytest.mark.parametrize("palette", [DAY, HIGH_CONTRAST])
def test_words_stand_out(palette: object) -> None:
    p = palette
    for ink, ground in (
        ("ink", "surface"), ("ink", "ground"), ("ink", "tint"), ("ink_soft", "surface"), ("ink_soft", "ground"),
        ("ink_soft", "tint"), ("primary", "surface"), ("primary", "tint"), ("on_primary", "primary"),
        ("on_primary", "primary_dark"), ("warn", "surface"), ("warn", "ground"), ("on_header", "header"),
    ):  # fmt: skip
        ratio = contrast(getattr(p, ink), getattr(p, ground))
        assert ratio >= 4.5, f"{ink} on {ground}: {ratio:.2f}"
    assert contrast(p.on_header, p.header) >= 7, "the number"  # type: ignore[attr-defined]
    assert contrast(p.ink, p.surface) >= 7, "the number in landscape"  # type: ignore[attr-defined]


@pytest.mark.parametrize(("inch", "touch_px"), [(21.5, 81), (15.6, 111)])
def test_true_scale(inch: float, touch_px: int) -> None:
    dpi = (1080**2 + 1920**2) ** 0.5 / inch
    theme = Theme(screen=boot.Screen(width=1080, height=1920, dpi=dpi))
    assert round(theme.touch_px) == touch_px
    capital_mm = theme.u(34) * 0.74 / theme.mm(1)
    assert capital_mm == pytest.approx(6.1, abs=0.25), "body letters have one height on every panel"
    assert theme.but(large=True).u(34) == pytest.approx(2 * theme.u(34), abs=1)
    assert pytest.approx(102.46, abs=0.01) == REFERENCE_DPI


@pytest.mark.parametrize(("text", "size"), [("1080x1920", (1080, 1920)), ("1920×1080", (1920, 1080))])
def test_sizes_are_read(text: str, size: tuple[int, int]) -> None:
    assert boot.parse_size(text) == size


@pytest.mark.parametrize("text", ["", "1080", "1080x", "x1920", "10x10", "1080x99999", "axb", "-1080x1920"])
def test_nonsense_sizes_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="1080x1920"):
        boot.parse_size(text)


# ------------------------------------------------------------------ the sleep
class Clock:
    """As much of Kivy's clock as the frame rate touches."""

    def __init__(self) -> None:
        self._last_tick = time.monotonic()

    def time(self) -> float:
        return time.monotonic()

    def idle(self) -> float:
        """One turn as Kivy's; gives the seconds it took."""
        began = time.monotonic()
        done, sleep_s = self._check_ready(60.0, 0.001, 0.0008)
        while not done:
            self.usleep(1e6 * sleep_s)
            done, sleep_s = self._check_ready(60.0, 0.001, 0.0008)
        self._last_tick = time.monotonic()
        return self._last_tick - began


def idle_rate(paths: list[Path]) -> tuple[FrameRate, Clock, InputFiles]:
    rate, clock, waiter = FrameRate(idle_fps=1.0, active_fps=50.0, hold_s=0.0), Clock(), InputFiles(paths)
    rate.install(clock, waiter)
    rate._busy_until_s = 0.0
    return rate, clock, waiter


def test_a_touch_ends_the_idle_sleep(tmp_path: Path) -> None:
    device = tmp_path / "event0"
    os.mkfifo(device)
    _, clock, waiter = idle_rate([device])
    with device.open("r+b", buffering=0) as finger:
        clock.idle()
        threading.Timer(0.05, lambda: finger.write(b"touch")).start()
        assert clock.idle() < 0.5, "a second of sleep was cut short"
        assert clock.idle() > 0.8, "and the next one was not"
    waiter.close()


def test_another_thread_ends_the_idle_sleep() -> None:
    rate, clock, waiter = idle_rate([])
    threading.Timer(0.05, rate.wake).start()
    assert clock.idle() < 0.5
    waiter.close()


def test_busy_means_many_frames() -> None:
    rate, clock, waiter = idle_rate([])
    rate.busy(5.0)
    assert not rate.idle
    assert clock.idle() < 0.2
    rate.hurry()
    assert clock.idle() < 0.01, "a press is drawn without any sleep"
    waiter.close()
