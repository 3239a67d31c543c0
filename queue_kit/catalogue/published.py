"""A province's list where it is published: an https address, or a folder such as a mounted stick.

What a server says of a file, its name and its type, is not believed: the kind is read from its first bytes, and it gets
a name of our own. What was fetched last is asked for anew only when the server says that it changed.
"""

from __future__ import annotations

import contextlib
import http
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urljoin, urlsplit

from queue_kit.catalogue.errors import CatalogueError
from queue_kit.catalogue.importing import MAX_SOURCE_BYTES
from queue_kit.catalogue.line import TROUBLES, asked, receive

DEADLINE_S: Final = 300.0
#: the portal's records of a whole province; a commune's take 6 MB
LIMIT_BYTES: Final = 64 * 1024 * 1024
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS: Final = 3
_HEADER_LETTERS: Final = 200
_BOM: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """Which edition of a file a server gave, in its own words; both may be empty."""

    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """Sources as :func:`queue_kit.catalogue.importing.read_sources` takes them, while they are held open."""

    sources: tuple[Path, ...]
    edition: Edition


@contextlib.contextmanager
def published(
    source: str,
    *,
    beside: Path,
    have: Edition | None = None,
    ca: Path | None = None,
    deadline_s: float = DEADLINE_S,
    limit_bytes: int = LIMIT_BYTES,
) -> Iterator[Published | None]:
    """The list at ``source``; None: the server says that ``have`` is still the newest.

    What is fetched lies in a folder ``beside`` another until the end. Raises CatalogueError: catalogue.away,
    catalogue.too_large, catalogue.source_not_https (also where a server leads to such an address),
    catalogue.source_unreadable, catalogue.not_written.
    """
    if "://" not in source:
        if not Path(source).exists():  # the stick is not in tonight
            raise CatalogueError("catalogue.away", problem=f"{source}: not there")
        yield Published(sources=(Path(source),), edition=Edition())
        return
    with contextlib.ExitStack() as stack:
        try:
            prefix = f".{beside.name}.fetch-"
            beside.parent.mkdir(parents=True, exist_ok=True)
            _tidy(beside.parent, prefix)
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=prefix, dir=beside.parent)))
            got = _fetch(source, folder, have, ca, deadline_s, limit_bytes)
        except TROUBLES as error:
            raise CatalogueError("catalogue.away", problem=str(error) or type(error).__name__) from error
        except OSError as error:
            kind = "catalogue.not_written" if error.filename else "catalogue.away"
            raise CatalogueError(kind, file=beside.name, problem=error.strerror or error) from error
        yield got


def _tidy(folder: Path, prefix: str) -> None:
    """What a run that was cut left behind."""
    for left in folder.glob(f"{prefix}*"):
        for file in left.iterdir():
            file.unlink(missing_ok=True)
        left.rmdir()


def _fetch(  # noqa: PLR0917 -- what the caller was given
    source: str, folder: Path, have: Edition | None, ca: Path | None, deadline_s: float, limit_bytes: int
) -> Published | None:
    headers = {}
    if have is not None and have.etag:
        headers["if-none-match"] = have.etag
    if have is not None and have.modified:
        headers["if-modified-since"] = have.modified
    ends = time.monotonic() + deadline_s
    address = source
    for _ in range(_MOST_REDIRECTS + 1):
        if urlsplit(address).scheme != "https":
            raise CatalogueError("catalogue.source_not_https", address=address[:200])
        left_s = max(0.1, ends - time.monotonic())
        with asked(address, headers=headers, ca=ca, deadline_s=left_s) as answer:
            if answer.status in _REDIRECTS:
                address = urljoin(address, answer.getheader("location") or "")
                continue
            if answer.status == http.HTTPStatus.NOT_MODIFIED and headers:
                return None
            if answer.status != http.HTTPStatus.OK:
                raise CatalogueError("catalogue.away", problem=f"HTTP {answer.status}")
            file = folder / "list"
            with file.open("wb") as out:
                receive(answer, out, limit_bytes, ends)
            edition = Edition(etag=_said(answer.getheader("etag")), modified=_said(answer.getheader("last-modified")))
        return Published(sources=(_named(file),), edition=edition)
    raise CatalogueError("catalogue.away", problem="redirected too often")


def _said(header: str | None) -> str:
    """A header that may be sent back as it came; a longer or strange one is forgotten."""
    return header if header and len(header) <= _HEADER_LETTERS and header.isascii() and header.isprintable() else ""


def _named(file: Path) -> Path:
    """The file with the ending that the import reads it by. Raises CatalogueError catalogue.source_unreadable."""
    with file.open("rb") as opened:
        head = opened.read(1024).removeprefix(_BOM).lstrip()
    if head.startswith(b"PK\x03\x04"):
        _check_sheet(file)
        ending = ".xlsx"
    elif head.startswith((b"{", b"[")):
        ending = ".json"
    elif head.startswith(b"<"):
        raise CatalogueError("catalogue.source_unreadable", file=file.name, problem="a web page, not a list")
    else:
        ending = ".csv"
    return file.rename(file.with_suffix(ending))


def _check_sheet(file: Path) -> None:
    """A small file may hold a sheet that fills the machine's memory."""
    try:
        with zipfile.ZipFile(file) as packed:
            size_bytes = sum(one.file_size for one in packed.infolist())
    except zipfile.BadZipFile as error:
        raise CatalogueError("catalogue.source_unreadable", file=file.name, problem=error) from error
    if size_bytes > MAX_SOURCE_BYTES:
        raise CatalogueError("catalogue.source_unreadable", file=file.name, problem="over 200 MB when unpacked")
