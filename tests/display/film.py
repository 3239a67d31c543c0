"""A small film for tests: an AVI of JPEG pictures and a tone, written by hand, so no encoder is needed.

Layout: Microsoft's "AVI RIFF File Reference": RIFF 'AVI ', LIST hdrl, LIST movi (interleaved 00dc, 01wb), idx1.
"""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

TONE_HZ = 440.0
RATE_HZ = 44100
#: WAVEFORMATEXTENSIBLE: a front-centre channel, PCM
SOUND = struct.pack("<HHIIHHHHI", 0xFFFE, 1, RATE_HZ, 2 * RATE_HZ, 2, 16, 22, 16, 4) + bytes.fromhex(
    "0100000000001000800000aa00389b71"
)

#: WAVEFORMAT without a layout of channels: ffpyplayer refuses such a sound
SOUND_WITHOUT_LAYOUT = struct.pack("<HHIIHH", 1, 1, RATE_HZ, 2 * RATE_HZ, 2, 16)


def write_film(
    path: Path, *, seconds: float = 20.0, fps: int = 25, size: tuple[int, int] = (320, 240), sound: bytes = SOUND
) -> Path:
    """A gold square that wanders over blue, and a steady tone of 440 Hz at -6 dBFS. ``sound``: its format, or none."""
    frames = round(seconds * fps)
    samples = RATE_HZ // fps
    chunks: list[tuple[bytes, bytes]] = []
    for index in range(frames):
        chunks.append((b"00dc", _picture(index, size)))
        if sound:
            at = (np.arange(samples) + index * samples) / RATE_HZ
            chunks.append((b"01wb", np.round(16000 * np.sin(2 * np.pi * TONE_HZ * at)).astype("<i2").tobytes()))
    pieces: list[bytes] = []
    entries: list[bytes] = []
    offset = 4
    for name, data in chunks:
        padded = data + b"\0" * (len(data) % 2)
        entries.append(struct.pack("<4sIII", name, 0x10, offset, len(data)))
        pieces.append(struct.pack("<4sI", name, len(data)) + padded)
        offset += 8 + len(padded)
    body = _header(frames, fps, size, sound) + _list(b"movi", b"".join(pieces)) + _chunk(b"idx1", b"".join(entries))
    path.write_bytes(struct.pack("<4sI4s", b"RIFF", 4 + len(body), b"AVI ") + body)
    return path


def _picture(index: int, size: tuple[int, int]) -> bytes:
    image = Image.new("RGB", size, (30, 80, 150))
    left = 4 * index % (size[0] - size[0] // 4)
    ImageDraw.Draw(image).rectangle((left, size[1] // 3, left + size[0] // 4, 2 * size[1] // 3), fill=(250, 200, 10))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


def _header(frames: int, fps: int, size: tuple[int, int], sound: bytes) -> bytes:
    width, height = size
    main = struct.pack(
        "<14I", 1_000_000 // fps, 0, 0, 0x10, frames, 0, 1 + bool(sound), width * height * 3, width, height, 0, 0, 0, 0
    )
    picture = _list(
        b"strl",
        _chunk(
            b"strh",
            struct.pack("<4s4sI2H8I4H", b"vids", b"MJPG", 0, 0, 0, 0, 1, fps, 0, frames, 0, 0, 0, 0, 0, width, height),
        )
        + _chunk(
            b"strf", struct.pack("<IiiHH4sIiiII", 40, width, height, 1, 24, b"MJPG", width * height * 3, 0, 0, 0, 0)
        ),
    )
    tone = _list(
        b"strl",
        _chunk(
            b"strh",
            struct.pack("<4s4sI2H8I4H", b"auds", b"\0\0\0\0", 0, 0, 0, 0, 1, RATE_HZ, 0, frames * RATE_HZ // fps, 0, 0,
                        2, 0, 0, 0, 0),
        )
        + _chunk(b"strf", sound),
    )  # fmt: skip
    return _list(b"hdrl", _chunk(b"avih", main) + picture + (tone if sound else b""))


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack("<4sI", name, len(data)) + data + b"\0" * (len(data) % 2)


def _list(name: bytes, data: bytes) -> bytes:
    return _chunk(b"LIST", name + data)
