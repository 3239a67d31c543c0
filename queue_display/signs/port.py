"""A serial port that is there, or says in words why not: gone, or not allowed and which group to join."""

from __future__ import annotations

import errno
import grp
import logging
import os
import pwd
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from queue_display.signs.errors import LineError, UnitError
from queue_display.signs.wiring import Line as Wired

log = logging.getLogger(__name__)

_WRITE_S: Final = 1.0
_PARITIES: Final = {"none": "N", "even": "E", "odd": "O"}


@contextmanager
def open_port(wired: Wired) -> Iterator[Any]:
    """The open port. Raises :class:`LineError`."""
    from serial import Serial
    from serial.rs485 import RS485Settings

    with line_errors(wired):
        port = Serial(
            wired.port,
            baudrate=wired.baud,
            parity=_PARITIES[wired.parity],
            stopbits=wired.stop_bits,
            timeout=wired.answer_ms / 1000,
            write_timeout=_WRITE_S,
            exclusive=True,  # two masters on one line would each hear half of the answers
        )
        if wired.rs485:
            port.rs485_mode = RS485Settings()
    try:
        yield port
    finally:
        with _quiet():
            port.close()


@contextmanager
def line_errors(wired: Wired) -> Iterator[None]:
    """Whatever a port raises (pyserial's, the system's, termios') as a :class:`LineError`."""
    from serial import SerialException

    try:
        yield
    except (UnitError, LineError):
        raise
    except (SerialException, OSError, termios.error, ValueError) as error:
        if _forbidden(error, wired.port):
            raise LineError("forbidden", port=wired.port, group=_group(wired.port), user=_user()) from error
        raise LineError("away", port=wired.port, detail=str(error)[:120]) from error


@contextmanager
def _quiet() -> Iterator[None]:
    try:
        yield
    except (OSError, termios.error):
        log.debug("a port did not close cleanly", exc_info=True)


def _forbidden(error: Exception, port: str) -> bool:
    denied = isinstance(error, PermissionError) or getattr(error, "errno", None) == errno.EACCES
    return denied or (Path(port).exists() and not os.access(port, os.R_OK | os.W_OK))


def _group(port: str) -> str:
    """The group that may open it: Debian's serial ports are dialout's."""
    try:
        return grp.getgrgid(Path(port).stat().st_gid).gr_name
    except (OSError, KeyError):
        return "dialout"


def _user() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())
