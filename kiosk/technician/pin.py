"""The technician's PIN: kept as a salted hash, tried under a lock-out that a restart does not forget.

Six digits are guessed in a minute by a machine, so the file stays readable by the kiosk's user only, and at the screen
each fifth wrong one closes the door for longer.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import secrets
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Final

from kiosk.errors import KioskError
from queue_core.errors import register

LEAST_DIGITS: Final = 6
MOST_DIGITS: Final = 12
#: wrong ones until the door is closed, and for how long: then twice as long each time, at most a day
FREE_TRIES: Final = 5
FIRST_LOCK_S: Final = 300.0
MOST_LOCK_S: Final = 24 * 3600.0
#: scrypt (RFC 7914): 16 MB for a moment, some hundredths of a second
_COST, _BLOCK = 2**14, 8
_MARK: Final = "motcua-pin-1"
register(
    {
        "pin.weak": (
            "Mã phải gồm {least} đến {most} chữ số, không phải toàn một chữ số và không phải dãy liền nhau.",
            "A PIN has {least} to {most} digits, not all the same and no run such as 123456.",
        ),
        "pin.file": (
            "Tệp mã {file} không dùng được: {problem}. Hãy tạo lại bằng motcua doctor --new-pin.",
            "The PIN file {file} cannot be used: {problem}. Make it again by motcua doctor --new-pin.",
        ),
    }
)


def write_pin(file: Path, pin: str) -> None:
    """Hash a PIN into a file that only its owner reads. Raises KioskError ``pin.weak``, ``pin.file``."""
    steps = {(int(b) - int(a)) for a, b in pairwise(pin)} if pin.isdecimal() else set()
    if not (pin.isascii() and pin.isdecimal() and LEAST_DIGITS <= len(pin) <= MOST_DIGITS) or steps in (
        {0}, {1}, {-1},
    ):  # fmt: skip
        raise KioskError("pin.weak", least=LEAST_DIGITS, most=MOST_DIGITS)
    salt = secrets.token_bytes(16)
    part = file.with_name(f"{file.name}.part")
    try:
        with contextlib.suppress(FileNotFoundError):
            part.unlink()
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
            out.write(f"{_MARK} {salt.hex()} {_hash(pin, salt).hex()}\n")
        part.replace(file)
    except OSError as error:
        raise KioskError("pin.file", file=str(file), problem=error.strerror or str(error)) from error


def _hash(pin: str, salt: bytes) -> bytes:
    return hashlib.scrypt(pin.encode(), salt=salt, n=_COST, r=_BLOCK, p=1, maxmem=64 * 1024 * 1024)


class PinLock:
    """A kiosk's door for technicians. ``tries``: file that remembers wrong ones. Not on the screen's thread.

    The clock is the machine's: one that is set back does not open the door, since what is kept is how long it has
    still to stay closed, counted from whenever it is looked at.
    """

    def __init__(self, file: Path, tries: Path, *, mono_s: Callable[[], float] = time.monotonic) -> None:
        """Read the hash. Raises KioskError ``pin.file``."""
        try:
            mark, salt, wanted = file.read_text(encoding="ascii").split()
            self._salt, self._wanted = bytes.fromhex(salt), bytes.fromhex(wanted)
            if mark != _MARK or len(self._salt) < 16 or len(self._wanted) != 64:
                raise ValueError("not made by motcua doctor --new-pin")
        except (OSError, ValueError) as error:
            raise KioskError("pin.file", file=str(file), problem=str(error)) from error
        self._tries, self._mono_s = tries, mono_s
        self._wrong = self._remembered()
        # after a restart the whole time again: nobody gains anything by pulling the plug
        self._closed_until_s = mono_s() + _lock_s(self._wrong) if _lock_s(self._wrong) else 0.0

    @property
    def closed_s(self) -> float:
        """Seconds until another try; 0: now."""
        return max(0.0, self._closed_until_s - self._mono_s())

    def try_pin(self, pin: str) -> bool:
        """Whether it is right. A closed door says no to any, and counts nothing."""
        if self.closed_s > 0:
            return False
        # written down before it is judged: a plug pulled in between is a wrong one
        self._remember(self._wrong + 1)
        if hmac.compare_digest(_hash(pin, self._salt), self._wanted):
            self._remember(0)
            return True
        if _lock_s(self._wrong):
            self._closed_until_s = self._mono_s() + _lock_s(self._wrong)
        return False

    def _remember(self, wrong: int) -> None:
        self._wrong = wrong
        part = self._tries.with_suffix(".part")
        with contextlib.suppress(OSError), part.open("w", encoding="utf-8") as out:
            json.dump({"v": 1, "wrong": wrong}, out)
            out.flush()
            os.fsync(out.fileno())
            part.replace(self._tries)

    def _remembered(self) -> int:
        try:
            wrong = json.loads(self._tries.read_text(encoding="utf-8"))["wrong"]
        except FileNotFoundError:
            return 0
        except (OSError, ValueError, KeyError, TypeError):
            return FREE_TRIES  # somebody spoiled the record: as if it had been full
        return wrong if isinstance(wrong, int) and wrong >= 0 else FREE_TRIES


def _lock_s(wrong: int) -> float:
    """How long the door is closed after so many wrong ones."""
    rounds, rest = divmod(wrong, FREE_TRIES)
    if not rounds or rest:
        return 0.0
    return float(min(MOST_LOCK_S, FIRST_LOCK_S * 2 ** (rounds - 1)))
