"""What is looked up among the procedures: a list, what was found, one procedure and a part of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from queue_kit.catalogue.procedure import Procedure

if TYPE_CHECKING:
    from queue_kit.catalogue.reader import Entry


@dataclass(frozen=True, slots=True)
class Group:
    """A list of procedures: a field by its name, or a matter of life by its id."""

    kind: Literal["field", "event"]
    ident: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """What the kiosk's own catalogue offers to choose from: (group, name by language, icon), in order."""

    events: tuple[tuple[Group, dict[str, str], str], ...] = ()
    fields: tuple[tuple[Group, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """``entries``: the list that is open, None while it is fetched; ``found`` answers the text ``found_for``."""

    group: Group | None = None
    entries: tuple[Entry, ...] | None = None
    found: tuple[Entry, ...] = ()
    found_for: str = ""
    code: str = ""
    procedure: Procedure | None = None
    section: str = ""
    printing: Literal["", "printing", "printed", "failed"] = ""
