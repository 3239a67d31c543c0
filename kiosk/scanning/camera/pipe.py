"""What the camera's process and the kiosk say to each other, over two pipes.

To the kiosk: a letter, a length of four bytes, that many bytes. To the camera: one letter a command; the pipe's end
means that the kiosk is gone.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

CODE: Final = b"C"  # a text that counts
SHOWN: Final = b"V"  # a small picture: width, height, grey rows from the top
BEAT: Final = b"B"  # alive; b"1" when frames come, b"0" when it sleeps
TROUBLE: Final = b"T"  # the key of what is wrong

SLEEP: Final = b"s"
WAKE: Final = b"w"
SHOW: Final = b"v"

_HEAD: Final = struct.Struct(">cI")
_SIZE: Final = struct.Struct(">HH")
#: more is no message of ours
MOST_BYTES: Final = 1 << 20


class PipeBrokenError(ValueError):
    """What came is no message: the other side is not what it should be."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A small grey picture, rows from the top."""

    width: int
    height: int
    pixels: bytes


def packed(kind: bytes, body: bytes = b"") -> bytes:
    """One message."""
    return _HEAD.pack(kind, len(body)) + body


def packed_picture(shown: Shown) -> bytes:
    """The message of a picture."""
    return packed(SHOWN, _SIZE.pack(shown.width, shown.height) + shown.pixels)


def picture_of(body: bytes) -> Shown:
    """The picture of a message. Raises :class:`PipeBrokenError`."""
    if len(body) < _SIZE.size:
        raise PipeBrokenError("a picture without a size")
    width, height = _SIZE.unpack_from(body)
    if len(body) != _SIZE.size + width * height:
        raise PipeBrokenError("a picture of another size")
    return Shown(width, height, body[_SIZE.size :])


class Unpacker:
    """Bytes as they come in, until they make messages."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> list[tuple[bytes, bytes]]:
        """The messages that these bytes complete: kind and body. Raises :class:`PipeBrokenError`."""
        self._held += data
        messages = []
        while len(self._held) >= _HEAD.size:
            kind, length = _HEAD.unpack_from(self._held)
            if kind not in (CODE, SHOWN, BEAT, TROUBLE) or length > MOST_BYTES:
                raise PipeBrokenError("not a camera's message")
            if len(self._held) < _HEAD.size + length:
                break
            messages.append((kind, bytes(self._held[_HEAD.size : _HEAD.size + length])))
            del self._held[: _HEAD.size + length]
        return messages
