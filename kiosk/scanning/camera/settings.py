"""What a camera's address says: ``camera:picamera2?size=1280x720``, ``camera:/dev/video0``, ``camera:folder:/path``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args
from urllib.parse import parse_qsl

from kiosk.errors import KioskError

Kind = Literal["picamera2", "v4l2", "folder", "video"]
KINDS: Final = get_args(Kind)
#: as :mod:`kiosk.scanning.decoding.decoded` has them; not imported from there, for that room needs numpy
SYMBOLOGIES: Final = (
    "code128", "code39", "code93", "itf", "ean13", "ean8", "codabar", "qr", "datamatrix", "aztec", "pdf417",
)  # fmt: skip
_USUAL_SIZE: Final = "1280x720"
_LONGEST_PATTERN: Final = 120
_UNIT: Final = re.compile(r"[A-Z0-9.]{1,20}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraSettings:
    """One camera. ``target``: the device file, folder or film, or the number of a Pi's camera.

    ``cpu_percent``: of one core, what reading may take at most; ``turn``: degrees by which the picture shown is turned
    clockwise; ``mirror``: it is shown as in a mirror; ``light``: ``none``, ``gpio:BCM`` or ``led:NAME``.
    """

    kind: Kind
    target: str
    width: int
    height: int
    fps: float = 10.0
    cpu_percent: int = 60
    codes: tuple[str, ...] = ("code128", "qr")
    units: tuple[str, ...] = ()
    also: str = ""
    turn: int = 0
    mirror: bool = False
    light: str = "none"


def read_settings(address: str) -> CameraSettings:
    """Read an address that begins with ``camera:``. Raises :class:`KioskError` that names what is wrong."""
    scheme, _, rest = address.partition(":")
    place, _, query = rest.partition("?")
    if scheme != "camera":
        raise KioskError("scanner.bad_address", address=address)
    kind, target = _place(place, address)
    options = dict(parse_qsl(query, keep_blank_values=True))
    try:
        settings = _settings(kind, target, options)
    except (ValueError, re.error) as error:
        raise KioskError("camera.bad_option", address=address, what=str(error)) from error
    if options:
        raise KioskError("camera.bad_option", address=address, what=", ".join(sorted(options)))
    return settings


def _place(place: str, address: str) -> tuple[Kind, str]:
    kind, _, target = place.partition(":")
    if place.startswith("/dev/"):
        return "v4l2", place
    if kind == "picamera2" and (not target or target.isdecimal()):
        return "picamera2", target or "0"
    if kind == "folder" and target.startswith("/"):
        return "folder", target
    if kind == "video" and target.startswith("/"):
        return "video", target
    raise KioskError("scanner.bad_address", address=address)


def _settings(kind: Kind, target: str, options: dict[str, str]) -> CameraSettings:
    """Takes what it knows out of the options. Raises :class:`ValueError`."""
    width, height = _size(options.pop("size", _USUAL_SIZE))
    codes = tuple(options.pop("codes", "code128,qr").split(","))
    if unknown := [code for code in codes if code not in SYMBOLOGIES]:
        raise ValueError(f"codes={','.join(unknown)}: {', '.join(SYMBOLOGIES)}")
    units = tuple(unit for unit in options.pop("units", "").split(",") if unit)
    if any(not _UNIT.fullmatch(unit) for unit in units):
        raise ValueError(f"units={','.join(units)}: H56,000.17.22")
    also = options.pop("also", "")
    if len(also) > _LONGEST_PATTERN:
        raise ValueError(f"also: at most {_LONGEST_PATTERN} characters")
    re.compile(also)
    light = options.pop("light", "none")
    if not re.fullmatch(r"none|gpio:[0-9]{1,2}|led:[\w.:+-]{1,64}", light):
        raise ValueError(f"light={light}: none, gpio:18, led:NAME")
    return CameraSettings(
        kind=kind,
        target=target,
        width=width,
        height=height,
        fps=_number(options, "fps", 10, 1, 30),
        cpu_percent=_number(options, "cpu", 60, 5, 95),
        codes=codes,
        units=units,
        also=also,
        turn=_one_of(options, "turn", (0, 90, 180, 270)),
        mirror=bool(_one_of(options, "mirror", (0, 1))),
        light=light,
    )


def _size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{3,4})x(\d{3,4})", text)
    if found is None or not (320 <= int(found[1]) <= 3840 and 240 <= int(found[2]) <= 2160):
        raise ValueError(f"size={text}: 320x240 … 3840x2160")
    return int(found[1]), int(found[2])


def _number(options: dict[str, str], name: str, usual: int, least: int, most: int) -> int:
    text = options.pop(name, str(usual))
    if not text.isdecimal() or not least <= int(text) <= most:
        raise ValueError(f"{name}={text}: {least} … {most}")
    return int(text)


def _one_of(options: dict[str, str], name: str, allowed: tuple[int, ...]) -> int:
    text = options.pop(name, str(allowed[0]))
    if text not in map(str, allowed):
        raise ValueError(f"{name}={text}: {', '.join(map(str, allowed))}")
    return int(text)


def groups_of(kind: Kind) -> Mapping[str, str]:
    """Details for an error about a permission: the group that may open such a device."""
    return {"group": "video"} if kind in {"v4l2", "picamera2"} else {"group": "motcua"}
