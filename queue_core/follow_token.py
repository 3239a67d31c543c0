"""The token in a slip's follow address, taken out of what a scanner read. The address itself is never opened.

Whether the token is one of the hub's own, the hub says (queue_hub.follow): only it has the key.
"""

from __future__ import annotations

import re
from typing import Final

#: longer than any address the hub makes
_MOST: Final = 400
_ADDRESS: Final = re.compile(r"https?://[^\s?#]{1,255}/t/([A-Za-z0-9._:-]{1,64}~[A-Za-z0-9_-]{16})/?\Z")


def read_follow(text: str) -> str | None:
    """The token of a slip's code, or None for any other text."""
    if len(text) > _MOST:
        return None
    found = _ADDRESS.match(text.strip())
    return found[1] if found else None
