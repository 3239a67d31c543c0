"""Passwords: what is good enough, and their argon2id hashes."""

from __future__ import annotations

import contextlib
import ctypes
import secrets
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from queue_core.errors import register
from queue_hub.account_errors import AccountError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MIN_PASSWORD: Final = 10
MAX_PASSWORD: Final = 200
_M_MMAP_THRESHOLD: Final = -3
_MIN_DIFFERENT: Final = 5
_GUESSED_FIRST: Final = ("password", "matkhau", "mậtkhẩu", "mật khẩu", "123456789", "987654321", "qwertyui")

register(
    {
        "account.weak_password": (
            "Mật khẩu cần ít nhất {least} ký tự, không chứa tên đăng nhập và không dễ đoán. Có thể dùng một câu ngắn.",
            "At least {least} characters, without the user name, not easy to guess. A short sentence is fine.",
        ),
    }
)


@lru_cache(maxsize=1)
def hasher() -> PasswordHasher:
    """argon2id with 19 MiB and 2 passes (OWASP's first choice): a Pi's hub has no 64 MiB to spare for a log-in."""
    from argon2 import PasswordHasher

    # From 1 MiB on, glibc shall map memory and unmap it when freed (mallopt(3)). By itself it raises that limit after
    # the first log-in, and each worker thread's arena keeps 19 MiB for good.
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, 1 << 20)
    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return hasher().hash(secrets.token_hex(16))


def hash_password(username: str, password: str) -> str:
    """The hash to store. Raises account.weak_password; no rules of composition (NIST SP 800-63B)."""
    folded = password.casefold()
    guessable = username in folded or len(set(folded)) < _MIN_DIFFERENT or any(p in folded for p in _GUESSED_FIRST)
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD or guessable:
        raise AccountError("account.weak_password", least=MIN_PASSWORD)
    return hasher().hash(password)


def password_is(stored: str | None, password: str) -> bool:
    """Whether the password fits; takes as long (about 30 ms) where there is nothing stored, and is then False."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        hasher().verify(stored or _nobodys_hash(), password[:MAX_PASSWORD])
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None
