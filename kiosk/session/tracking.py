"""What is typed, asked and found of a dossier. Nothing of it stands in a ``repr``: a trace tells nobody's affairs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from queue_core.dossier_code import MAX_FOREIGN
from queue_core.dossiers import CHARACTERS_COUNT
from queue_core.wire.messages import DossierBody, ErrorBody

MOST_CODE: Final = MAX_FOREIGN
MOST_SECRET: Final = CHARACTERS_COUNT


@dataclass(frozen=True, slots=True)
class Wanted:
    """A look-up on its way, or the one that found nothing. ``secret``: the receipt's characters, None without."""

    request_id: str
    code: str = field(repr=False)
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracking:
    """``collecting``: a result shall be collected; ``text``, ``secret``: what stands in the two fields.

    ``figures``: digits are on the keys, not letters; ``words``: why what stands there was not taken.
    """

    collecting: bool = False
    text: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    figures: bool = True
    words: ErrorBody | None = None
    wanted: Wanted | None = None
    found: DossierBody | None = field(default=None, repr=False)
