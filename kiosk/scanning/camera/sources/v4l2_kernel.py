"""Video4Linux2 as the kernel speaks it: structures, requests, and the grey part of each pixel format.

Source: ``linux/videodev2.h`` (uapi), 64-bit. A request's number holds its structure's size, so a wrong structure is
refused by the kernel; :func:`sizes` lets a test see it without one. No library on PyPI does this under a free licence
without compiling.
"""

from __future__ import annotations

import ctypes
import io
import struct
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Grey = NDArray[np.uint8]

CAPTURE: Final = 1  # V4L2_BUF_TYPE_VIDEO_CAPTURE
MMAP: Final = 1  # V4L2_MEMORY_MMAP
FIELD_ANY: Final = 0
CAN_CAPTURE: Final = 0x00000001
CAN_STREAM: Final = 0x04000000
HAS_DEVICE_CAPS: Final = 0x80000000
BUFFER_ERROR: Final = 0x0040


class Capability(ctypes.Structure):
    """struct v4l2_capability."""

    _fields_ = (
        ("driver", ctypes.c_char * 16), ("card", ctypes.c_char * 32), ("bus_info", ctypes.c_char * 32),
        ("version", ctypes.c_uint32), ("capabilities", ctypes.c_uint32), ("device_caps", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32 * 3),
    )  # fmt: skip


class Format(ctypes.Structure):
    """struct v4l2_format with v4l2_pix_format in its union of 200 bytes."""

    _fields_ = (
        ("type", ctypes.c_uint32), ("_gap", ctypes.c_uint32), ("width", ctypes.c_uint32), ("height", ctypes.c_uint32),
        ("pixelformat", ctypes.c_uint32), ("field", ctypes.c_uint32), ("bytesperline", ctypes.c_uint32),
        ("sizeimage", ctypes.c_uint32), ("_rest", ctypes.c_uint8 * 176),
    )  # fmt: skip


class Rate(ctypes.Structure):
    """struct v4l2_streamparm with v4l2_captureparm in its union of 200 bytes."""

    _fields_ = (
        ("type", ctypes.c_uint32), ("capability", ctypes.c_uint32), ("capturemode", ctypes.c_uint32),
        ("numerator", ctypes.c_uint32), ("denominator", ctypes.c_uint32), ("_rest", ctypes.c_uint8 * 184),
    )  # fmt: skip


class Request(ctypes.Structure):
    """struct v4l2_requestbuffers."""

    _fields_ = (
        ("count", ctypes.c_uint32), ("type", ctypes.c_uint32), ("memory", ctypes.c_uint32),
        ("capabilities", ctypes.c_uint32), ("flags", ctypes.c_uint8), ("reserved", ctypes.c_uint8 * 3),
    )  # fmt: skip


class Buffer(ctypes.Structure):
    """struct v4l2_buffer; of its unions what MMAP needs."""

    _fields_ = (
        ("index", ctypes.c_uint32), ("type", ctypes.c_uint32), ("bytesused", ctypes.c_uint32),
        ("flags", ctypes.c_uint32), ("field", ctypes.c_uint32), ("_gap", ctypes.c_uint32),
        ("seconds", ctypes.c_int64), ("microseconds", ctypes.c_int64), ("timecode", ctypes.c_uint8 * 16),
        ("sequence", ctypes.c_uint32), ("memory", ctypes.c_uint32), ("offset", ctypes.c_uint64),
        ("length", ctypes.c_uint32), ("reserved2", ctypes.c_uint32), ("request_fd", ctypes.c_uint32),
        ("_end", ctypes.c_uint32),
    )  # fmt: skip


QUERYCAP: Final = 0x80685600
S_FMT: Final = 0xC0D05605
REQBUFS: Final = 0xC0145608
QUERYBUF: Final = 0xC0585609
QBUF: Final = 0xC058560F
DQBUF: Final = 0xC0585611
STREAMON: Final = 0x40045612
STREAMOFF: Final = 0x40045613
S_PARM: Final = 0xC0CC5616

STRUCTURES: Final = {
    QUERYCAP: Capability, S_FMT: Format, REQBUFS: Request, QUERYBUF: Buffer, QBUF: Buffer, DQBUF: Buffer, S_PARM: Rate,
}  # fmt: skip


def size_in(request: int) -> int:
    """The size of the structure that a request's number asks for (``_IOC_SIZE``)."""
    return (request >> 16) & 0x3FFF


def fourcc(letters: str) -> int:
    """A pixel format's number."""
    return int(struct.unpack("<I", letters.encode("ascii"))[0])


#: the cheapest first: grey alone, grey before the colours, grey between them, compressed
FORMATS: Final = ("GREY", "NV12", "YU12", "YUYV", "MJPG")


def grey_of(raw: bytes | memoryview, letters: str, width: int, height: int, line_bytes: int) -> Grey:
    """The grey picture (height × width) of a buffer. Raises :class:`ValueError` when the buffer holds less."""
    if letters == "MJPG":
        with Image.open(io.BytesIO(raw)) as image:
            if image.width * image.height > width * height * 4:
                raise ValueError("a picture larger than was asked for")
            image.draft("L", None)
            return np.array(image.convert("L"))
    step = 2 if letters == "YUYV" else 1
    line_bytes = max(line_bytes, width * step)
    if len(raw) < line_bytes * (height - 1) + width * step:
        raise ValueError(f"{len(raw)} bytes for {width}x{height} {letters}")
    lines = np.frombuffer(raw, np.uint8, min(len(raw), line_bytes * height))
    if len(lines) < line_bytes * height:
        lines = np.concatenate([lines, np.zeros(line_bytes * height - len(lines), np.uint8)])
    return lines.reshape(height, line_bytes)[:, : width * step : step].copy()
