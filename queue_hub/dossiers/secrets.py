"""What the hub's own key makes of a dossier's code: the hash that may be journaled, and the receipt's 4 characters.

Neither is stored beside the code; both can be made again with ``dossier.key`` of the data folder.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from pathlib import Path

from queue_core.dossiers import CHARACTERS, CHARACTERS_COUNT
from queue_hub.secret_file import secret_key


class DossierKey:
    """The office's key for dossiers, made when it is missing."""

    def __init__(self, data: Path) -> None:
        self._key = secret_key(data / "dossier.key")

    def hash(self, code: str) -> str:
        """32 hexadecimal digits that tell nobody without the key which dossier it is."""
        return self._mac("hash", code)[:16].hex()

    def characters(self, code: str) -> str:
        """The 4 characters ("Mã tra cứu") of a dossier of the book."""
        value = int.from_bytes(self._mac("characters", code)[:8], "big")
        letters = []
        for _ in range(CHARACTERS_COUNT):
            value, index = divmod(value, len(CHARACTERS))
            letters.append(CHARACTERS[index])
        return "".join(letters)

    def _mac(self, purpose: str, code: str) -> bytes:
        return hmac.new(self._key, f"{purpose}\0{code}".encode(), hashlib.sha256).digest()


def same_characters(given: str, right: str) -> bool:
    """Whether the typed characters are the right ones; case and spaces do not matter, the time taken tells nothing."""
    typed = "".join(given.split()).upper()
    return secrets.compare_digest(typed.encode(errors="replace"), right.upper().encode())
