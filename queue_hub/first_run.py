"""The one-time code of an office that nobody administers yet: printed at the hub, typed by the first administrator."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path
from typing import Final

CODE_FILE: Final = "first-run-code.txt"
#: no I, O, 0, 1: the code is read from a screen and typed by hand
_CODE_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def kept_code(folder: Path) -> str:
    """The code in ``folder``; drawn and written there (for the hub's user only) when there is none."""
    path = folder / CODE_FILE
    if path.exists() and (code := path.read_text(encoding="ascii", errors="ignore").strip()):
        return code
    letters = "".join(secrets.choice(_CODE_LETTERS) for _ in range(12))
    code = f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(code + "\n")
        file.flush()
        os.fsync(file.fileno())
    return code


def code_is(right: str, typed: str) -> bool:
    """Whether somebody typed this code, with or without its dashes, in either case."""
    bare = re.sub(r"[^A-Z0-9]", "", typed.upper())
    return secrets.compare_digest(bare.encode(), right.replace("-", "").encode())


def forget_code(folder: Path) -> None:
    """It has been used."""
    (folder / CODE_FILE).unlink(missing_ok=True)
