"""Comparison with the province's published list: what is missing here or out of date ("đầy đủ, kịp thời").

The list is XLSX, CSV or JSON with at least the codes; names and decision numbers are compared where it has them
(Nghị định 61/2018/NĐ-CP, Điều 13; the duty to publish fully and on time).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from queue_core.vietnamese import fold
from queue_kit.catalogue.importing import records_of
from queue_kit.catalogue.procedure import CODE, Procedure
from queue_kit.catalogue.repairs import is_announcement, one_line


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the published list."""

    code: str
    name: str = ""
    decision: str = ""


@dataclass(frozen=True, slots=True)
class Outdated:
    """A procedure here that the list has otherwise: what differs ("name", "decision"), here and there."""

    code: str
    what: str
    here: str
    there: str


@dataclass(slots=True, kw_only=True)
class Comparison:
    """``missing``: listed, not here. ``withdrawn``: here, no longer listed. ``outdated``: here in another version."""

    listed: int = 0
    here: int = 0
    missing: list[Listed] = field(default_factory=list)
    outdated: list[Outdated] = field(default_factory=list)
    withdrawn: list[Listed] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether nothing is missing, outdated or withdrawn."""
        return not (self.missing or self.outdated or self.withdrawn)


def read_list(path: Path) -> list[Listed]:
    """The published list; lines without a code are passed over. Raises CatalogueError catalogue.source_unreadable."""
    found = {}
    for record in records_of(path):
        if isinstance(record, dict) and CODE.match(code := one_line(record.get("ma_thu_tuc"))):
            found[code] = _listed(code, record)
    return list(found.values())


def _listed(code: str, record: dict[str, Any]) -> Listed:
    name = one_line(record.get("ten_thu_tuc"))
    return Listed(code, "" if is_announcement(name) else name, one_line(record.get("so_quyet_dinh")))


def compare(here: Iterable[Procedure], published: Iterable[Listed]) -> Comparison:
    """Compare the catalogue's procedures with the published list, by code."""
    own = {procedure.code: procedure for procedure in here}
    listed = {one.code: one for one in published}
    result = Comparison(listed=len(listed), here=len(own))
    for code in sorted(listed.keys() | own.keys()):
        one, procedure = listed.get(code), own.get(code)
        if procedure is None and one is not None:
            result.missing.append(one)
        elif one is None and procedure is not None:
            result.withdrawn.append(Listed(code, procedure.name, procedure.decision))
        elif one is not None and procedure is not None:
            for what, there, mine in (
                ("name", one.name, procedure.name),
                ("decision", one.decision, procedure.decision),
            ):
                if there and _key(there) != _key(mine):
                    result.outdated.append(Outdated(code, what, mine, there))
    return result


def _key(text: str) -> str:
    """Letters only: a list typed by hand differs in case, signs and blanks."""
    return "".join(c for c in fold(text).removeprefix("thu tuc ") if c.isalnum())
