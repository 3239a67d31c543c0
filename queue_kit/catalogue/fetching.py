"""Fetching a newer catalogue from the hub: whole, checked and swapped in at once, or not at all.

The old file stays in its place, and open, until the new one has been read to its last page. One deadline holds for the
whole transfer: a hub that sends a byte now and then does not keep the kiosk waiting.
"""

from __future__ import annotations

import http
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from queue_kit.catalogue.errors import CatalogueError
from queue_kit.catalogue.line import TROUBLES, asked, receive
from queue_kit.catalogue.reader import Catalogue
from queue_kit.catalogue.store import connect, draft_beside, swap_in, verify

DEADLINE_S: Final = 60.0
#: the real list of a commune takes 6 MB
LIMIT_BYTES: Final = 32 * 1024 * 1024
CURRENT: Final = "/catalogue/current.db"


@dataclass(frozen=True, slots=True)
class Fetched:
    """The catalogue in place now, and whether it is a new one."""

    hash: str
    new: bool


def held_hash(path: Path) -> str:
    """The content hash that the catalogue at ``path`` names; "" where there is no usable one."""
    try:
        with closing(connect(path)) as database:
            return str(database.execute("SELECT value FROM meta WHERE key = 'hash'").fetchone()[0])
    except CatalogueError:
        return ""


def fetch(
    hub_url: str,
    into: Path,
    *,
    path: str = CURRENT,
    wanted: str = "",
    ca: Path | None = None,
    deadline_s: float = DEADLINE_S,
    limit_bytes: int = LIMIT_BYTES,
) -> Fetched:
    """Bring ``into`` up to what the hub offers.

    ``hub_url``: the console's or the public listener (``https://hub.office:8443``); ``path`` and ``wanted``: of the
    message that announced the version; ``ca``: the office's own authority (PEM). A catalogue that is here already is
    not fetched again (``If-None-Match``). Raises CatalogueError: catalogue.away (no answer, cut off, too slow, another
    answer), catalogue.too_large, catalogue.wrong_hash, catalogue.not_one, catalogue.newer_format,
    catalogue.not_written; then the old file is as it was.
    """
    have = held_hash(into)
    if have and have == wanted:
        return Fetched(have, new=False)
    ends = time.monotonic() + deadline_s
    try:
        headers = {"if-none-match": f'"{have}"'} if have else {}
        address = f"{hub_url.rstrip('/')}{path}"
        with asked(address, headers=headers, ca=ca, deadline_s=deadline_s) as answer:
            if answer.status == http.HTTPStatus.NOT_MODIFIED and have:
                return Fetched(have, new=False)
            if answer.status != http.HTTPStatus.OK:
                raise CatalogueError("catalogue.away", problem=f"HTTP {answer.status}")
            tag = (answer.getheader("etag") or "").removeprefix("W/").strip('"')
            with draft_beside(into) as draft:
                with draft.open("wb") as file:
                    receive(answer, file, limit_bytes, ends)
                found = verify(draft)
                if found != (wanted or tag or found) or (tag and found != tag):
                    raise CatalogueError("catalogue.wrong_hash")
                Catalogue(draft).close()  # it opens as the kiosk will open it
                swap_in(draft, into)
    except CatalogueError:
        raise
    except TROUBLES as error:
        raise CatalogueError("catalogue.away", problem=str(error) or type(error).__name__) from error
    except OSError as error:
        kind = "catalogue.not_written" if error.filename else "catalogue.away"
        raise CatalogueError(kind, file=into.name, problem=error) from error
    return Fetched(found, new=True)
