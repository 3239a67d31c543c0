"""What lies between a sheet and a grey frame in `motcua bench scan`: a projection, light, blur, a sensor, a JPEG."""

from __future__ import annotations

import io
import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.scan_sheets import Sheet

Grey = NDArray[np.uint8]
Light = NDArray[np.float32]


def _background(size: tuple[int, int], chance: np.random.Generator) -> Image.Image:
    """A shelf: a broad shade with some grain."""
    wide, high = size
    coarse = chance.normal(chance.uniform(50, 150), 14, (max(2, high // 120), max(2, wide // 120)))
    grain = chance.normal(0, 3, (high // 4, wide // 4))
    shade = Image.fromarray(coarse.clip(0, 255).astype(np.uint8)).resize(size, Image.Resampling.BICUBIC)
    fine = Image.fromarray((grain + 128).clip(0, 255).astype(np.uint8)).resize(size, Image.Resampling.BILINEAR)
    return Image.fromarray(
        (np.asarray(shade, np.int16) + np.asarray(fine, np.int16) - 128).clip(0, 255).astype(np.uint8)
    )


def _coefficients(target: NDArray[np.float64], source: NDArray[np.float64]) -> list[float]:
    """Pillow's eight numbers of the projection that takes points of the frame to points of the sheet."""
    rows = []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
    solved = np.linalg.solve(np.array(rows), source.reshape(8))
    return [float(number) for number in solved]


def laid(
    sheet: Sheet, size: tuple[int, int], chance: np.random.Generator, *,
    pixels: float, angle: float, tilt: float = 0.0, bend: float = 0.0,
) -> Light:  # fmt: skip
    """The sheet in a frame. ``pixels`` a module, ``angle`` in degrees, ``tilt`` and ``bend``: 0 to about 0.5."""
    wide, high = size
    scale = 2 * pixels / sheet.module_px
    image = sheet.image
    if scale < 1:
        image = image.resize(
            (max(8, round(image.width * scale)), max(8, round(image.height * scale))), Image.Resampling.BOX
        )
        scale = 1.0
    if bend:
        image = _bent(image, bend, chance)
    half = np.array([image.width / 2, image.height / 2]) * scale
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
    turn = math.radians(angle)
    turned = corners @ np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
    if tilt:
        way = chance.uniform(0, 2 * math.pi)
        depth = 1 + tilt * (turned @ np.array([math.cos(way), math.sin(way)])) / max(wide, high)
        turned = turned / depth[:, None]
    middle = np.array([wide, high]) + chance.uniform(-0.06, 0.06, 2) * size
    source = np.array([[0, 0], [image.width, 0], [image.width, image.height], [0, image.height]], float)
    numbers = _coefficients(turned + middle, source)
    laid = image.transform((2 * wide, 2 * high), Image.Transform.PERSPECTIVE, numbers, Image.Resampling.BILINEAR)
    grey, alpha = laid.reduce(2).split()
    ground = _background(size, chance)
    ground.paste(grey, (0, 0), alpha)
    return np.asarray(ground, np.float32)


def _bent(image: Image.Image, bend: float, chance: np.random.Generator) -> Image.Image:
    """Paper that does not lie flat: its columns are pressed together and pulled apart, its rows wave."""
    wide, high = image.size
    columns = 24
    at = np.linspace(0, 1, columns + 1)
    phase, waves = chance.uniform(0, 2 * math.pi), chance.uniform(0.5, 1.3)
    pressed = at + bend * 0.09 * np.sin(2 * math.pi * waves * at + phase)
    pressed = (pressed - pressed[0]) / (pressed[-1] - pressed[0]) * wide
    lift = bend * 0.12 * min(high, 0.4 * wide) * np.sin(2 * math.pi * waves * at + phase + 1.2)
    mesh = []
    for column in range(columns):
        left, right = round(at[column] * wide), round(at[column + 1] * wide)
        x0, x1, y0, y1 = pressed[column], pressed[column + 1], lift[column], lift[column + 1]
        mesh.append(((left, 0, right, high), (x0, y0, x0, high + y0, x1, high + y1, x1, y1)))
    return image.transform(image.size, Image.Transform.MESH, mesh, Image.Resampling.BILINEAR)


def blurred(light: Light, radius: float) -> Light:
    """A lens that is not in focus; ``radius`` in pixels. Pillow blurs bytes only."""
    reach = max(1, math.ceil(radius * 2.5))
    weights: Light = np.exp(-0.5 * (np.arange(-reach, reach + 1) / radius) ** 2).astype(np.float32)
    weights /= weights.sum()
    for axis in (0, 1):
        padding = [(0, 0), (0, 0)]
        padding[axis] = (reach, reach)
        padded = np.pad(light, padding, mode="edge")
        length = light.shape[axis]
        parts = (
            padded[at : at + length] * weight if axis == 0 else weight * padded[:, at : at + length]
            for at, weight in enumerate(weights)
        )
        total: Light = sum(parts, np.zeros_like(light))
        light = total
    return light


def moved(light: Light, length: float, angle: float) -> Light:
    """A hand that moved so many pixels while the shutter was open."""
    steps = max(2, math.ceil(length * 2))
    image, total = Image.fromarray(light), np.zeros(light.shape, np.float32)
    for step in range(steps):
        along = length * (step / (steps - 1) - 0.5)
        shift = (1, 0, along * math.cos(angle), 0, 1, along * math.sin(angle))
        total += np.asarray(
            image.transform(image.size, Image.Transform.AFFINE, shift, Image.Resampling.BILINEAR), np.float32
        )
    mean: Light = (total / steps).astype(np.float32)
    return mean


def shade(light: Light, chance: np.random.Generator, strength: float) -> Light:
    """A lamp at one side."""
    high, wide = light.shape
    way = chance.uniform(0, 2 * math.pi)
    along = np.linspace(-0.5, 0.5, wide, dtype=np.float32) * math.cos(way)
    down = np.linspace(-0.5, 0.5, high, dtype=np.float32) * math.sin(way)
    slope: Light = (along[None, :] + down[:, None]).astype(np.float32)
    return light * (1 + strength * slope)


def glare(light: Light, chance: np.random.Generator, spots: int, reach: float) -> Light:
    """A lamp's reflection: spots in which everything is white."""
    high, wide = light.shape
    rows, columns = np.mgrid[0:high:4, 0:wide:4].astype(np.float32)
    veil = np.zeros(rows.shape, np.float32)
    for _ in range(spots):
        x, y = wide * chance.uniform(0.3, 0.7), high * chance.uniform(0.38, 0.62)
        long, thin, turn = (
            reach * wide * chance.uniform(0.5, 1),
            reach * high * chance.uniform(0.2, 0.5),
            chance.uniform(-0.5, 0.5),
        )
        across = ((columns - x) * math.cos(turn) + (rows - y) * math.sin(turn)) / long
        along = ((rows - y) * math.cos(turn) - (columns - x) * math.sin(turn)) / thin
        veil += np.exp(-((across**2 + along**2) ** 1.6))
    shown = np.asarray(Image.fromarray(veil).resize((wide, high), Image.Resampling.BILINEAR), np.float32)
    return light + 330 * shown


def sensed(light: Light, chance: np.random.Generator, *, noise: float = 2.0, quality: int = 90) -> Grey:
    """What the sensor and its JPEG make of the light."""
    shot = np.sqrt(light.clip(0, 255)) * (noise / 11)
    noisy = light + chance.standard_normal(light.shape, np.float32) * (noise * 0.6 + shot)
    grey: Grey = noisy.clip(0, 255).astype(np.uint8)
    if quality >= 100:
        return grey
    held = io.BytesIO()
    Image.fromarray(grey).save(held, "JPEG", quality=quality)
    return np.asarray(Image.open(held).convert("L"))


def moderate(light: Light, dark: float, bright: float) -> Light:
    """Ink and paper as grey as they are here."""
    return dark + light * ((bright - dark) / 255)
