"""One account: who somebody is, what the role allows, and how names are written."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from queue_hub.account_errors import AccountError

USERNAME: Final = re.compile(r"^[a-z][a-z0-9._-]{1,31}$")


class Role(StrEnum):
    """What an account may do; each role may do what the ones before it may."""

    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"

    def covers(self, other: Role) -> bool:
        """Whether this role may do what ``other`` may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account without its secret. ``version`` grows with each change."""

    username: str
    name: str
    title: str
    role: Role
    version: int
    has_photo: bool


def check_username(username: str) -> None:
    """Raise account.username."""
    if not USERNAME.match(username):
        raise AccountError("account.username")


def clean(text: str) -> str:
    """NFC, one space between words, at most 100 characters."""
    return " ".join(unicodedata.normalize("NFC", text).split())[:100]


def clean_name(text: str) -> str:
    """The same of a name. Raises account.name when nothing is left."""
    name = clean(text)
    if not name:
        raise AccountError("account.name")
    return name
