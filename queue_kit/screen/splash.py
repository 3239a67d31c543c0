"""The picture while a device starts: written into the kernel's frame buffer, before there is a screen to draw on.

``python -m queue_kit.screen.splash [--rotation 90]`` draws it, shows it and keeps it beside; :func:`show_again` puts it
back without drawing, when a process that owns the screen begins and the console was cleared for it. A machine without
a frame buffer, such as a desktop's, has none and misses nothing.
"""

from __future__ import annotations

import contextlib
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL import Image

_SYSTEM: Final = Path("/sys/class/graphics/fb0")
_DEVICE: Final = Path("/dev/fb0")
#: as the frame buffer wants it; gone with the power
KEPT: Final = Path("/run/motcua/splash/picture")
#: bits a pixel that the kernel's drivers use for it: XR24 and RG16, little-endian (drm_fourcc.h)
_BITS: Final = (32, 16)
#: height of a letter over the panel's shorter side
_LARGE, _SMALL = 0.075, 0.045


@dataclass(frozen=True, slots=True)
class FrameBuffer:
    """The kernel's own picture: pixels, bits a pixel, bytes a line."""

    width: int
    height: int
    bits: int
    stride: int

    @classmethod
    def read(cls, system: Path = _SYSTEM) -> FrameBuffer:
        """What the kernel says of it. Raises :class:`OSError` (there is none) or :class:`ValueError`."""
        width, height = (system / "virtual_size").read_text(encoding="ascii").split(",")
        bits, stride = (int((system / name).read_text(encoding="ascii")) for name in ("bits_per_pixel", "stride"))
        if bits not in _BITS:
            raise ValueError(f"{bits} bits a pixel")
        return cls(int(width), int(height), bits, stride)

    def packed(self, picture: Image.Image) -> bytes:
        """A picture of the buffer's size (RGB) as its bytes."""
        line = self.width * self.bits // 8
        pixels = picture.tobytes("raw", "BGRX") if self.bits == 32 else _rg16(picture)
        rest = bytes(self.stride - line)
        return b"".join(pixels[at : at + line] + rest for at in range(0, len(pixels), line))


def _rg16(picture: Image.Image) -> bytes:
    """Five bits of red, six of green, five of blue: Pillow reads it and does not write it."""
    from PIL import Image, ImageChops

    red, green, blue = picture.split()
    low = ImageChops.add(green.point(lambda level: level << 3 & 0xE0), blue.point(lambda level: level >> 3))
    high = ImageChops.add(red.point(lambda level: level & 0xF8), green.point(lambda level: level >> 5))
    return Image.merge("LA", (low, high)).tobytes()


def draw(width: int, height: int, rotation: int) -> Image.Image:
    """The picture for a panel of these pixels whose screens are turned by ``rotation`` degrees."""
    from PIL import Image, ImageDraw, ImageFont

    from queue_kit.languages import tr
    from queue_kit.screen import fonts
    from queue_kit.screen.theme import DAY

    size = (height, width) if rotation in {90, 270} else (width, height)
    ground, ink = (tuple(round(part * 255) for part in colour[:3]) for colour in (DAY.primary_dark, DAY.on_primary))
    picture = Image.new("RGB", size, ground)
    canvas = ImageDraw.Draw(picture)
    middle = size[0] / 2
    for lang, weight, share, down in (("vi", fonts.BOLD, _LARGE, 0.46), ("en", fonts.SEMIBOLD, _SMALL, 0.54)):
        font = ImageFont.truetype(str(fonts.font_file(weight)), round(min(size) * share))
        canvas.text((middle, size[1] * down), tr(lang, "kiosk.home.starting"), font=font, fill=ink, anchor="mm")
    # Pillow turns against the clock, as Kivy turns its window.
    return picture.rotate(rotation, expand=True)


def show(rotation: int, *, system: Path = _SYSTEM, device: Path = _DEVICE, kept: Path = KEPT) -> None:
    """Draw it, show it, keep it. Raises :class:`OSError` or :class:`ValueError`."""
    buffer = FrameBuffer.read(system)
    data = buffer.packed(draw(buffer.width, buffer.height, rotation))
    with device.open("r+b", buffering=0) as out:
        out.write(data)
    kept.write_bytes(data)


def show_again(*, device: Path = _DEVICE, kept: Path = KEPT) -> None:
    """Put the kept picture back, where there are a frame buffer, a picture and the right to."""
    with contextlib.suppress(OSError), kept.open("rb") as picture, device.open("r+b", buffering=0) as out:
        shutil.copyfileobj(picture, out, 1 << 20)


def main() -> None:
    """As the unit runs it, with a kiosk's or a board's own options, of which only the rotation matters here."""
    import argparse

    parser = argparse.ArgumentParser()
    parser.add_argument("--rotation", type=int, default=0, choices=(0, 90, 180, 270))
    try:
        show(parser.parse_known_args()[0].rotation)
    except (OSError, ValueError) as error:
        print(f"no picture: {error}", file=sys.stderr)  # noqa: T201 -- for the journal
        sys.exit(1)


if __name__ == "__main__":
    main()
