"""The pictures of `motcua bench scan`: a camera above a kiosk's shelf looks at receipts, slips and telephones.

Everything is drawn here from a seed, with numpy and Pillow: no photograph, nobody's code. A sheet with its code is
drawn large, laid into the frame by a projection at twice the frame's size, made smaller (so that a pixel sees what a
pixel of a camera sees), then lit, blurred, and given a sensor's noise and a JPEG's traces. Each class has one trouble
that it is named after; how much of it differs from picture to picture.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from barcode import Code128
from PIL import Image, ImageDraw

from benchmarks.scan_lens import Grey, blurred, glare, laid, moderate, moved, sensed, shade
from benchmarks.scan_sheets import Sheet, code128, dossier_text, drawn_sheet, written

SIZES: Final = ((640, 480), (1280, 720), (1280, 720), (1280, 720), (1920, 1080))
#: pictures of each class; nothing is to be found in "empty"
CLASSES: Final[dict[str, int]] = {
    "plain": 45,
    "thermal": 45,
    "blur": 45,
    "motion": 45,
    "angle": 45,
    "tilt": 45,
    "glare": 45,
    "low_light": 45,
    "phone": 45,
    "small": 45,
    "curved": 45,
    "far": 45,
    "empty": 120,
}
#: a picture of these may be read without trouble
UNDEGRADED: Final = frozenset({"plain", "empty"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One frame, its class, and the code in it; ``text`` is None where there is none."""

    kind: str
    grey: Grey
    symbology: str = ""
    text: str | None = None


def pictures(seed: int, classes: dict[str, int] | None = None) -> Iterator[Picture]:
    """All pictures, class by class; the same for the same seed."""
    for kind, count in (CLASSES if classes is None else classes).items():
        for number in range(count):
            chance = np.random.default_rng([seed, *kind.encode(), number])
            yield _MAKERS[kind](kind, chance, number)


def receipt_picture(text: str, *, seed: int) -> Grey:
    """A receipt with this code in bars, well lit and nearly straight: for tests and demonstrations."""
    chance = np.random.default_rng(seed)
    sheet = drawn_sheet(chance, qr=False, text=text)
    light = laid(sheet, (1280, 720), chance, pixels=2.8, angle=4, tilt=0.05)
    return sensed(shade(light, chance, 0.2), chance)


def _of(sheet: Sheet, kind: str, grey: Grey) -> Picture:
    return Picture(kind=kind, grey=grey, symbology=sheet.symbology, text=sheet.text)


def _begun(
    chance: np.random.Generator, number: int, *, pixels: tuple[float, float] = (2.0, 3.2)
) -> tuple[Sheet, tuple[int, int], float]:
    """A sheet, a frame's size, and pixels a module at which the code fits into the frame."""
    sheet = drawn_sheet(chance, qr=number % 5 in {1, 3})
    size = SIZES[number % len(SIZES)] if number % 2 else SIZES[chance.integers(len(SIZES))]
    wanted = float(chance.uniform(*pixels))
    if sheet.symbology == "qr":
        return sheet, size, wanted * 1.2
    text = sheet.text or ""
    modules = len(Code128(text).build()[0])
    return sheet, size, min(wanted, size[0] * 0.94 / modules)


def _plain(kind: str, chance: np.random.Generator, number: int) -> Picture:
    sheet, size, pixels = _begun(chance, number, pixels=(2.2, 3.4))
    light = laid(sheet, size, chance, pixels=pixels, angle=chance.uniform(-6, 6), tilt=0.05)
    return _of(sheet, kind, sensed(blurred(shade(light, chance, 0.2), 0.5), chance))


def _thermal(kind: str, chance: np.random.Generator, number: int) -> Picture:
    """A slip from a pocket: faded, lines of dots missing, bands where the roll stuck, creases."""
    sheet, size, pixels = _begun(chance, number)
    grey, alpha = sheet.image.split()
    ink = np.array(grey, np.float32)
    high, wide = ink.shape
    dot = 2 if sheet.symbology == "code128" else 5
    rows = np.repeat(chance.normal(0, 12, high // dot + 1), dot)[:high]
    columns = np.where(np.repeat(chance.random(wide // dot + 1) < 0.005, dot)[:wide], 255, 0)
    specks = np.asarray(
        Image.fromarray(chance.normal(0, 24, (high // dot, wide // dot)).astype(np.float32)).resize(
            (wide, high), Image.Resampling.NEAREST
        )
    )
    fade = chance.uniform(0.05, 0.7)
    worn = 255 - (255 - ink) * (1 - fade)
    worn = np.where(ink < 128, worn + rows[:, None] * (1 - fade) + specks * (1 - fade), worn)
    worn = np.maximum(worn, columns[None, :] * 0.96)
    for _ in range(chance.integers(0, 5)):
        y, slope = chance.uniform(0, high), chance.uniform(-0.3, 0.3)
        line = np.abs(np.arange(high)[:, None] - y - slope * np.arange(wide)[None, :]) < dot * 1.2
        worn = np.where(line, 225, worn)
    faded = Sheet(
        Image.merge("LA", (Image.fromarray(worn.clip(0, 255).astype(np.uint8)), alpha)),
        sheet.module_px,
        sheet.symbology,
        sheet.text,
    )
    light = laid(faded, size, chance, pixels=pixels, angle=chance.uniform(-12, 12), tilt=0.1, bend=0.08)
    return _of(
        sheet,
        kind,
        sensed(blurred(shade(moderate(light, 20, 225), chance, 0.4), pixels * 0.2), chance, noise=1.5, quality=88),
    )


def _blur(kind: str, chance: np.random.Generator, number: int) -> Picture:
    """Too near for the lens."""
    sheet, size, pixels = _begun(chance, number)
    light = laid(sheet, size, chance, pixels=pixels, angle=chance.uniform(-10, 10), tilt=0.05)
    strength = chance.uniform(0.3, 0.66)
    return _of(sheet, kind, sensed(blurred(shade(light, chance, 0.3), pixels * strength), chance, noise=1.5))


def _motion(kind: str, chance: np.random.Generator, number: int) -> Picture:
    sheet, size, pixels = _begun(chance, number)
    angle = chance.uniform(-10, 10)
    light = laid(sheet, size, chance, pixels=pixels, angle=angle, tilt=0.05)
    way = math.radians(angle) + chance.uniform(-1.1, 1.1)
    smeared = moved(light, pixels * chance.uniform(0.5, 2.6), way)
    return _of(sheet, kind, sensed(blurred(shade(smeared, chance, 0.3), 0.5), chance, noise=1.5))


def _angle(kind: str, chance: np.random.Generator, number: int) -> Picture:
    """Held in any way, and not well: turned, not still, in the room's light."""
    sheet, size, pixels = _begun(chance, number, pixels=(1.7, 2.6))
    turn = chance.uniform(0, 360)
    if sheet.symbology == "code128":
        modules = len(Code128(sheet.text or "").build()[0])
        room = min(
            size[0] / max(1e-6, abs(math.cos(math.radians(turn)))),
            size[1] / max(1e-6, abs(math.sin(math.radians(turn)))),
        )
        pixels = max(1.45, min(pixels, room * 0.92 / modules))
    light = laid(sheet, size, chance, pixels=pixels, angle=turn, tilt=0.25)
    return _of(
        sheet,
        kind,
        sensed(blurred(shade(light, chance, 0.4), pixels * chance.uniform(0.15, 0.42)), chance, noise=1.5),
    )


def _tilt(kind: str, chance: np.random.Generator, number: int) -> Picture:
    sheet, size, pixels = _begun(chance, number, pixels=(1.9, 3.0))
    light = laid(sheet, size, chance, pixels=pixels, angle=chance.uniform(-35, 35), tilt=chance.uniform(0.3, 0.8))
    return _of(
        sheet,
        kind,
        sensed(blurred(shade(light, chance, 0.4), pixels * chance.uniform(0.15, 0.42)), chance, noise=1.5),
    )


def _glared(kind: str, chance: np.random.Generator, number: int) -> Picture:
    """A laminated sheet under a lamp."""
    sheet, size, pixels = _begun(chance, number)
    light = laid(sheet, size, chance, pixels=pixels, angle=chance.uniform(-12, 12), tilt=0.1)
    shining = glare(moderate(light, 45, 200), chance, int(chance.integers(1, 4)), chance.uniform(0.04, 0.2))
    return _of(sheet, kind, sensed(blurred(shining, pixels * 0.25), chance, noise=1.5))


def _low_light(kind: str, chance: np.random.Generator, number: int) -> Picture:
    """An evening without the lamp: little light, much gain."""
    sheet, size, pixels = _begun(chance, number)
    light = laid(sheet, size, chance, pixels=pixels, angle=chance.uniform(-10, 10), tilt=0.1)
    bright = chance.uniform(40, 110)
    dim = moderate(blurred(shade(light, chance, 0.5), pixels * 0.3), 10, bright)
    return _of(sheet, kind, sensed(dim, chance, noise=chance.uniform(2, 6), quality=90))


def _phone(kind: str, chance: np.random.Generator, number: int) -> Picture:
    """A telephone's screen: its raster, its shine, now and then white on black."""
    sheet, size, pixels = _begun(chance, number, pixels=(2.0, 3.0))
    grey, alpha = sheet.image.split()
    shown = np.array(grey, np.float32)
    if chance.random() < 0.25:
        shown = 255 - shown
    high, wide = shown.shape
    pitch = sheet.module_px / chance.uniform(2.6, 5.2)
    raster = (
        0.85
        + 0.15
        * np.cos(2 * math.pi * np.arange(wide) / pitch)[None, :]
        * np.cos(2 * math.pi * np.arange(high) / pitch)[:, None]
    )
    flat = shown * raster + 18
    lit = Sheet(
        Image.merge("LA", (Image.fromarray(flat.clip(0, 255).astype(np.uint8)), alpha)),
        sheet.module_px,
        sheet.symbology,
        sheet.text,
    )
    light = laid(lit, size, chance, pixels=pixels, angle=chance.uniform(-25, 25), tilt=0.2)
    shining = glare(moderate(light, 25, 235), chance, int(chance.integers(0, 3)), chance.uniform(0.03, 0.1))
    return _of(
        sheet, kind, sensed(blurred(shining, pixels * chance.uniform(0.15, 0.42)), chance, noise=1.5, quality=85)
    )


def _small(kind: str, chance: np.random.Generator, number: int) -> Picture:
    """Fewer pixels a module than the optics ask for."""
    sheet, size, pixels = _begun(chance, number, pixels=(1.3, 1.9))
    light = laid(sheet, size, chance, pixels=pixels, angle=chance.uniform(-9, 9), tilt=0.05)
    return _of(
        sheet,
        kind,
        sensed(blurred(shade(light, chance, 0.3), pixels * chance.uniform(0.15, 0.38)), chance, noise=1.5),
    )


def _curved(kind: str, chance: np.random.Generator, number: int) -> Picture:
    """Folded and rolled in a hand."""
    sheet, size, pixels = _begun(chance, number)
    light = laid(
        sheet, size, chance, pixels=pixels, angle=chance.uniform(-15, 15), tilt=0.3, bend=chance.uniform(0.1, 0.75)
    )
    return _of(
        sheet,
        kind,
        sensed(blurred(shade(light, chance, 0.7), pixels * chance.uniform(0.15, 0.42)), chance, noise=1.5),
    )


def _far(kind: str, chance: np.random.Generator, number: int) -> Picture:
    """A wide sheet of print with a small code somewhere in it, turned a little and a little soft."""
    sheet, size, pixels = _begun(chance, number, pixels=(1.3, 1.9))
    light = laid(
        sheet, size, chance, pixels=pixels, angle=chance.choice([0, 90, 180, 270]) + chance.uniform(-25, 25), tilt=0.15
    )
    return _of(
        sheet,
        kind,
        sensed(blurred(shade(light, chance, 0.4), pixels * chance.uniform(0.15, 0.35)), chance, noise=1.5, quality=88),
    )


def _empty(kind: str, chance: np.random.Generator, number: int) -> Picture:
    """No code: print, rulings, stripes of a shirt, a keyboard, a bare shelf, half a code."""
    size = SIZES[number % len(SIZES)]
    match number % 6:
        case 0:
            image = written(1500, 1100, chance, size=int(chance.integers(22, 60)))
        case 1:  # stripes of cloth or a shutter
            bars = np.repeat(chance.random(140) < 0.5, chance.integers(8, 24))
            line = np.where(bars, chance.integers(20, 90), chance.integers(150, 240)).astype(np.uint8)
            image = Image.fromarray(np.tile(line, (900, 1)))
        case 2:  # a form of cells and ruled lines
            image = written(1500, 1100, chance, size=30)
            pen = ImageDraw.Draw(image)
            for at in range(0, 1500, int(chance.integers(14, 60))):
                pen.line((at, 0, at, 1100), fill=60, width=2)
        case 3:  # black and white squares that are no code
            grain = int(chance.integers(8, 26))
            image = Image.fromarray(
                np.kron(chance.random((60, 80)) < 0.5, np.ones((grain, grain))).astype(np.uint8) * 220
            )
        case 4:
            image = Image.new("L", (1200, 900), int(chance.integers(30, 230)))
        case _:  # half a code: its other half is under a thumb
            text = dossier_text(chance)
            code = code128(text, 4, 200)
            image = Image.new("L", (1500, 900), 240)
            image.paste(code.crop((0, 0, round(code.width * chance.uniform(0.3, 0.6)), code.height)), (60, 300))
    held = Sheet(Image.merge("LA", (image, Image.new("L", image.size, 255))), 4)
    light = laid(held, size, chance, pixels=chance.uniform(1.6, 4), angle=chance.uniform(-40, 40), tilt=0.3)
    softened = blurred(shade(light, chance, 0.5), chance.uniform(0.3, 1.8))
    return Picture(kind=kind, grey=sensed(softened, chance, noise=chance.uniform(1.5, 6)))


_MAKERS: Final[dict[str, Callable[[str, np.random.Generator, int], Picture]]] = {
    "plain": _plain,
    "thermal": _thermal,
    "blur": _blur,
    "motion": _motion,
    "angle": _angle,
    "tilt": _tilt,
    "glare": _glared,
    "low_light": _low_light,
    "phone": _phone,
    "small": _small,
    "curved": _curved,
    "far": _far,
    "empty": _empty,
}
