"""A camera behind ``/dev/video*``: a USB one, or any other that the kernel gives frames of."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import mmap
import os
import select
import time
from collections.abc import Callable
from typing import Any, Final

from kiosk.errors import KioskError
from kiosk.scanning.camera.frames import Grey
from kiosk.scanning.camera.settings import CameraSettings
from kiosk.scanning.camera.sources import v4l2_kernel as kernel

_BUFFERS: Final = 3


class V4l2Source:
    """Frames by memory that is shared with the kernel; the newest is taken, older ones are given back unread.

    ``ioctl``: the kernel's, given anew by whoever plays one.
    """

    def __init__(self, settings: CameraSettings, ioctl: Callable[[int, int, Any], int] = fcntl.ioctl) -> None:
        self._settings, self._ioctl = settings, ioctl
        self._file: int | None = None
        self._maps: list[mmap.mmap] = []
        self._format, self._letters = kernel.Format(), ""

    def open(self) -> None:
        """See :class:`FrameSource`."""
        device = self._settings.target
        try:
            self._file = os.open(device, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        except PermissionError as error:
            raise KioskError("camera.no_permission", device=device, group="video") from error
        except OSError as error:
            raise KioskError("camera.away", device=device) from error
        try:
            self._set_up(self._file)
        except OSError as error:
            self.close()
            key = "camera.busy" if error.errno == errno.EBUSY else "camera.no_camera"
            raise KioskError(key, device=device) from error
        except KioskError:
            self.close()
            raise

    def _set_up(self, file: int) -> None:
        can = kernel.Capability()
        self._ioctl(file, kernel.QUERYCAP, can)
        can_do = can.device_caps if can.capabilities & kernel.HAS_DEVICE_CAPS else can.capabilities
        if not (can_do & kernel.CAN_CAPTURE and can_do & kernel.CAN_STREAM):
            raise KioskError("camera.no_camera", device=self._settings.target)
        self._choose_format(file)
        rate = kernel.Rate(type=kernel.CAPTURE, numerator=1, denominator=round(self._settings.fps))
        with contextlib.suppress(OSError):
            # Not every camera lets its rate be chosen; what is too many is not looked at.
            self._ioctl(file, kernel.S_PARM, rate)
        wanted = kernel.Request(count=_BUFFERS, type=kernel.CAPTURE, memory=kernel.MMAP)
        self._ioctl(file, kernel.REQBUFS, wanted)
        for index in range(wanted.count):
            buffer = self._buffer(index)
            self._ioctl(file, kernel.QUERYBUF, buffer)
            self._maps.append(mmap.mmap(file, buffer.length, offset=buffer.offset))
            self._ioctl(file, kernel.QBUF, buffer)
        self._ioctl(file, kernel.STREAMON, ctypes.c_int(kernel.CAPTURE))

    def _choose_format(self, file: int) -> None:
        for letters in kernel.FORMATS:
            asked = kernel.Format(
                type=kernel.CAPTURE, width=self._settings.width, height=self._settings.height,
                pixelformat=kernel.fourcc(letters), field=kernel.FIELD_ANY,
            )  # fmt: skip
            with contextlib.suppress(OSError):
                self._ioctl(file, kernel.S_FMT, asked)
                if asked.pixelformat == kernel.fourcc(letters):
                    self._format, self._letters = asked, letters
                    return
        raise KioskError("camera.no_format", device=self._settings.target, formats=", ".join(kernel.FORMATS))

    @staticmethod
    def _buffer(index: int = 0) -> kernel.Buffer:
        return kernel.Buffer(index=index, type=kernel.CAPTURE, memory=kernel.MMAP)

    def read(self, deadline_s: float) -> Grey:
        """See :class:`FrameSource`."""
        device, until_s = self._settings.target, time.monotonic() + deadline_s
        if self._file is None:
            raise KioskError("camera.away", device=device)
        while (left_s := until_s - time.monotonic()) > 0:
            if not select.select([self._file], [], [], left_s)[0]:
                break
            try:
                newest = self._newest(self._file)
                if newest is None:
                    continue
                grey = self._grey(newest)
                self._ioctl(self._file, kernel.QBUF, newest)
            except OSError as error:
                raise KioskError("camera.away", device=device) from error
            if grey is not None:
                return grey
        raise KioskError("camera.silent", device=device)

    def _newest(self, file: int) -> kernel.Buffer | None:
        newest: kernel.Buffer | None = None
        while True:
            buffer = self._buffer()
            try:
                self._ioctl(file, kernel.DQBUF, buffer)
            except BlockingIOError:
                return newest
            if newest is not None:
                self._ioctl(file, kernel.QBUF, newest)
            newest = buffer

    def _grey(self, buffer: kernel.Buffer) -> Grey | None:
        """The picture of a buffer; None for one that the driver or the line has spoilt."""
        if buffer.flags & kernel.BUFFER_ERROR or buffer.index >= len(self._maps):
            return None
        form = self._format
        raw = self._maps[buffer.index][: buffer.bytesused or buffer.length]
        try:
            return kernel.grey_of(raw, self._letters, form.width, form.height, form.bytesperline)
        except (ValueError, OSError, SyntaxError):
            return None

    def close(self) -> None:
        """See :class:`FrameSource`."""
        file, self._file = self._file, None
        if file is None:
            return
        with contextlib.suppress(OSError):
            self._ioctl(file, kernel.STREAMOFF, ctypes.c_int(kernel.CAPTURE))
        for area in self._maps:
            area.close()
        self._maps.clear()
        os.close(file)
