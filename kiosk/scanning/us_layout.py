"""Characters of a US keyboard: what scanners type when they are set up as our sheets say."""

from __future__ import annotations

from typing import Final

_SHIFTED: Final = dict(zip("`1234567890-=[]\\;',./", '~!@#$%^&*()_+{}|:"<>?', strict=True))


def typed(key: str, *, shift: bool, caps: bool = False) -> str:
    """The character of a key, given as the character it has alone; empty for a key that writes nothing."""
    if len(key) != 1 or not key.isprintable():
        return ""
    if key.isalpha():
        return key.upper() if shift is not caps else key.lower()
    return _SHIFTED.get(key, key) if shift else key
