"""Prepare the process for Kivy: its environment and configuration must stand before the first kivy import.

Why so early: Kivy reads ``KIVY_*`` and its configuration file while it is imported, opens the window when
``kivy.core.window`` is imported, and would parse our own command line. A later change is ignored without a word.
"""

from __future__ import annotations

import logging
import math
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

#: diagonal, in inches, of the panel that the drawn sizes were chosen on: 1080x1920 at 102.5 dots an inch
REFERENCE_DIAGONAL_INCH: Final = 21.5
MM_PER_INCH: Final = 25.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """A window in pixels, and how many of them the panel has an inch (``dpi``)."""

    width: int
    height: int
    dpi: float

    @property
    def portrait(self) -> bool:
        """Whether it stands on its short side."""
        return self.height > self.width

    def px(self, mm: float) -> float:
        """Pixels of a length in mm on the real panel."""
        return mm * self.dpi / MM_PER_INCH


def parse_size(text: str) -> tuple[int, int]:
    """Read ``1080x1920``; raises :class:`ValueError` with what is allowed."""
    width, _, height = text.lower().replace("×", "x").partition("x")
    if not (width.isdigit() and height.isdigit() and 200 <= int(width) <= 8192 and 200 <= int(height) <= 8192):
        raise ValueError(f"size {text!r}: write width x height in pixels, 200 to 8192 each, such as 1080x1920")
    return int(width), int(height)


def usual_dpi(width: int, height: int) -> float:
    """Dots an inch if the window fills a 21.5 inch panel: what is assumed until the panel is configured."""
    return math.hypot(width, height) / REFERENCE_DIAGONAL_INCH


def prepare(
    *,
    size: tuple[int, int],
    dpi: float | None = None,
    fullscreen: bool = False,
    position: tuple[int, int] = (0, 0),
    rotation: int = 0,
    cursor: bool = False,
    title: str = "motcua",
    home: Path | None = None,
    video: str | None = None,
) -> Screen:
    """Set environment and Kivy configuration; gives the screen as who stands before it sees it.

    ``size``: the panel's or window's own pixels, before any turning.

    ``home``: Kivy's folder (a private one by default, so that no user's configuration leaks in). ``video``: SDL's
    driver (``x11``, ``kmsdrm``); None leaves the choice to SDL and the environment. ``rotation`` turns the picture
    and the touches by 0, 90, 180 or 270 degrees. Raises :class:`RuntimeError` when Kivy is imported already.
    """
    if any(name.startswith("kivy.") for name in sys.modules):
        raise RuntimeError("prepare() must be called before the first kivy import")
    width, height = size
    real_dpi = dpi or float(os.environ.get("KIVY_DPI", "0")) or usual_dpi(width, height)
    folder = home or Path(tempfile.mkdtemp(prefix="motcua-kivy-"))
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.update(
        KIVY_HOME=str(folder),
        KIVY_NO_ARGS="1",
        KIVY_NO_FILELOG="1",
        KIVY_NO_ENV_CONFIG="1",
        KIVY_LOG_MODE="PYTHON",
        KIVY_DPI=str(real_dpi),
        KIVY_METRICS_DENSITY="1",
        KIVY_WINDOW="sdl2",
        KIVY_TEXT="sdl2",
        KIVY_IMAGE="sdl2",
        # Clips are played by the voice's own player; a second one would only cost memory.
        KIVY_AUDIO="sdl2",
        KIVY_CAMERA="",
        KIVY_VIDEO="",
        KIVY_SPELLING="",
        KIVY_CLIPBOARD="dummy",
    )
    if video:
        os.environ["SDL_VIDEODRIVER"] = video
    # A finger must arrive once: as a touch, not as a touch and the mouse that SDL makes of it.
    os.environ.setdefault("SDL_TOUCH_MOUSE_EVENTS", "0")
    os.environ["SDL_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR"] = "0"
    logging.getLogger("kivy").setLevel(logging.WARNING)

    from kivy.config import Config

    for key, _ in Config.items("input"):
        Config.remove_option("input", key)
    # Kivy's own name for the pointer that SDL reports: it reads no device by itself.
    Config.set("input", "mouse", "mouse,disable_multitouch")
    for section, key, value in (
        ("graphics", "width", width),
        ("graphics", "height", height),
        ("graphics", "position", "custom"),
        ("graphics", "left", position[0]),
        ("graphics", "top", position[1]),
        ("graphics", "borderless", 1),
        ("graphics", "resizable", 0),
        ("graphics", "fullscreen", "auto" if fullscreen else 0),
        ("graphics", "rotation", rotation),
        ("graphics", "show_cursor", int(cursor)),
        ("graphics", "maxfps", 60),
        # Rounded corners and icons are smooth by themselves; multisampling costs a Pi a third of its frames.
        ("graphics", "multisamples", 0),
        ("graphics", "allow_screensaver", 0),
        ("kivy", "exit_on_escape", 0),
        ("kivy", "log_level", "warning"),
        ("kivy", "window_title", title),
        ("kivy", "keyboard_mode", ""),
        ("postproc", "double_tap_time", 0),
        ("postproc", "triple_tap_time", 0),
        ("postproc", "jitter_distance", 0),
    ):
        Config.set(section, key, str(value))
    if rotation in {90, 270}:
        width, height = height, width
    return Screen(width=width, height=height, dpi=real_dpi)
