"""A newer list in the old one's place, by nobody's hand: only when it is whole, not empty and not much shorter.

The old catalogue is kept as ``.previous``. Whatever is wrong with the new one, the old one stays as it was.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from queue_core.version import version
from queue_kit.catalogue.errors import CatalogueError
from queue_kit.catalogue.findings import Report
from queue_kit.catalogue.importing import read_sources
from queue_kit.catalogue.published import DEADLINE_S, LIMIT_BYTES, Edition, Published, published
from queue_kit.catalogue.reader import Catalogue
from queue_kit.catalogue.shipped import ORIGIN
from queue_kit.catalogue.store import build, canonical, connect, draft_beside, swap_in, verify
from queue_kit.catalogue.words import LifeEvents, Synonyms

log = logging.getLogger(__name__)
MOST_LOST_PERCENT: Final = 10
#: codes that a refusal names
_NAMED: Final = 5
_FORMAT: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """The catalogue in place now. ``new``: another one than before; ``fetched``: the list was read anew.

    ``before``, ``after``: how many procedures; ``lost``: codes that are not there any more.
    """

    hash: str
    new: bool
    fetched: bool
    before: int
    after: int
    lost: tuple[str, ...] = ()
    report: Report | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What was fetched last, from where, and what was made of it by which software and words."""

    address: str
    edition: Edition
    hash: str
    made_by: str


def renew(
    source: str,
    into: Path,
    synonyms: Synonyms,
    events: LifeEvents,
    *,
    ca: Path | None = None,
    most_lost_percent: float = MOST_LOST_PERCENT,
    deadline_s: float = DEADLINE_S,
    limit_bytes: int = LIMIT_BYTES,
) -> Renewed:
    """Bring ``into`` up to the list at ``source``, as :func:`queue_kit.catalogue.published.published` takes it.

    Raises CatalogueError as that does, and catalogue.source_empty, catalogue.source_loses, catalogue.not_written; then
    the catalogue is as it was. The sample that ships with the project may be replaced by anything.
    """
    present, codes = _present(into)
    made_by = _made_by(synonyms, events)
    kept = _read_kept(into)
    # A server's "not changed" counts only while what was made of its file then would be made of it now.
    known = kept is not None and (kept.address, kept.hash, kept.made_by) == (source, present, made_by)
    have = kept.edition if kept is not None and known else None
    with published(source, beside=into, have=have, ca=ca, deadline_s=deadline_s, limit_bytes=limit_bytes) as found:
        if found is None:
            return Renewed(hash=present, new=False, fetched=False, before=len(codes), after=len(codes))
        done = _replace(found, into, synonyms, events, source, present, codes, most_lost_percent)
    _write_kept(into, _Kept(address=source, edition=found.edition, hash=done.hash, made_by=made_by))
    return done


def _replace(  # noqa: PLR0917 -- what the caller was given and what it found
    found: Published,
    into: Path,
    synonyms: Synonyms,
    events: LifeEvents,
    source: str,
    present: str,
    codes: frozenset[str],
    most_lost_percent: float,
) -> Renewed:
    procedures, report = read_sources(found.sources)
    if not procedures:
        raise CatalogueError("catalogue.source_empty", refused=len(report.refused))
    fresh = {one.code for one in procedures}
    lost = sorted(codes - fresh)
    if len(lost) * 100 > most_lost_percent * len(codes):
        percent = round(100 * len(lost) / len(codes))
        more = "…" if len(lost) > _NAMED else ""
        raise CatalogueError(
            "catalogue.source_loses", lost=len(lost), before=len(codes), percent=percent,
            allowed=f"{most_lost_percent:g}", codes=", ".join(lost[:_NAMED]) + more,
        )  # fmt: skip
    try:
        with draft_beside(into) as draft:
            identity = build(draft, procedures, synonyms, events, origin=source)
            if identity != present:
                verify(draft)
                Catalogue(draft).close()  # it opens as hub and kiosk will open it
                if present:
                    _keep_previous(into)
                swap_in(draft, into)
    except OSError as error:
        raise CatalogueError("catalogue.not_written", file=into.name, problem=error) from error
    return Renewed(
        hash=identity, new=identity != present, fetched=True, before=len(codes), after=len(fresh), lost=tuple(lost),
        report=report,
    )  # fmt: skip


def previous(into: Path) -> Path:
    """Where the catalogue before lies."""
    return into.with_name(f"{into.name}.previous")


def _keep_previous(into: Path) -> None:
    """A second name for the present file, so that its own is never without one. Raises OSError."""
    with draft_beside(previous(into)) as draft:
        draft.unlink()
        try:
            os.link(into, draft)
        except OSError:  # a file system without links
            shutil.copyfile(into, draft)
        swap_in(draft, previous(into))


def _present(into: Path) -> tuple[str, frozenset[str]]:
    """The content hash of a whole catalogue, and its codes; "" where there is none. The sample counts as empty."""
    try:
        identity = verify(into)
        with closing(connect(into)) as database:
            origin = database.execute("SELECT value FROM meta WHERE key = 'origin'").fetchone()
            if origin is not None and origin[0] == ORIGIN:
                return identity, frozenset()
            return identity, frozenset(code for (code,) in database.execute("SELECT DISTINCT code FROM procedure"))
    except CatalogueError as error:
        if into.exists():
            log.warning("the catalogue %s is replaced: %s", into.name, error)
        return "", frozenset()


def _made_by(synonyms: Synonyms, events: LifeEvents) -> str:
    """What else decides about a catalogue: the software that reads the list, and the words beside it."""
    parts = (version(), canonical(synonyms.model_dump(mode="json")), canonical(events.model_dump(mode="json")))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _kept_file(into: Path) -> Path:
    return into.with_name(f"{into.name}.source")


def _read_kept(into: Path) -> _Kept | None:
    """What was fetched last; nothing where the file is away or none: then the list is fetched whole."""
    try:
        said: dict[str, Any] = json.loads(_kept_file(into).read_text(encoding="utf-8"))
        if said["version"] != _FORMAT:
            return None
        data = said["data"]
        return _Kept(**{**data, "edition": Edition(**data["edition"])})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write_kept(into: Path, kept: _Kept) -> None:
    """Beside the catalogue, after it: cut in between, the list is only fetched once more."""
    with _told():
        if not (kept.edition.etag or kept.edition.modified):
            _kept_file(into).unlink(missing_ok=True)
            return
        with draft_beside(_kept_file(into)) as draft:
            draft.write_text(json.dumps({"version": _FORMAT, "data": asdict(kept)}), encoding="utf-8")
            swap_in(draft, _kept_file(into))


@contextlib.contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        log.warning("which list was fetched is not kept: %s", error)
