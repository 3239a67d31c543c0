"""The screen and its touch panel, as the kernel sees them. Whether touches land right is tried on the kiosk's page."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from queue_kit.doctor.check import Check, Outcome, failed, ok, unknown
from queue_kit.doctor.setting import Setting

#: ABS_MT_POSITION_X of linux/input-event-codes.h: only touch panels have it
_TOUCH_BIT: Final = 0x35
_WORD_BITS: Final = 64


def checks(setting: Setting) -> list[Check]:
    """What is connected."""
    return [
        Check(name="display", code=35, vi="Màn hình", en="Screen", run=lambda _doing: _display(setting)),
        Check(name="touch", code=36, vi="Cảm ứng", en="Touch panel", run=lambda _doing: _touch(setting)),
    ]


def _display(setting: Setting) -> Outcome:
    connectors = sorted(setting.root.glob("sys/class/drm/card*-*"))
    if not connectors:
        return unknown()
    there = [one for one in connectors if _text(one / "status") == "connected"]
    if not there:
        return failed("doctor.no_display", screens=", ".join(_name(one) for one in connectors))
    return ok("doctor.display", screens=", ".join(f"{_name(one)} {_first_mode(one)}".strip() for one in there))


def _touch(setting: Setting) -> Outcome:
    inputs = sorted(setting.root.glob("sys/class/input/event*/device"))
    if not inputs:
        return unknown()
    names = [_text(one / "name") or one.parent.name for one in inputs if _is_touch(one)]
    return ok("doctor.touch", names=", ".join(names)) if names else failed("doctor.no_touch")


def _is_touch(device: Path) -> bool:
    """The kernel prints a bit field as words of 64 bits in hex, the highest first."""
    words = [int(word, 16) for word in _text(device / "capabilities/abs").split() if _is_hex(word)]
    index, bit = divmod(_TOUCH_BIT, _WORD_BITS)
    return len(words) > index and bool(words[-1 - index] >> bit & 1)


def _is_hex(word: str) -> bool:
    return bool(word) and all(sign in "0123456789abcdefABCDEF" for sign in word)


def _name(connector: Path) -> str:
    return connector.name.partition("-")[2]


def _first_mode(connector: Path) -> str:
    return next(iter(_text(connector / "modes").splitlines()), "")


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
