"""Which service of the office takes a procedure: a citizen who has read a procedure's page takes a number for it.

Pure, over the configuration (:class:`queue_core.office.Service`) and over what kiosks are told of it
(:class:`queue_core.wire.messages.LobbyService`) alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, Self, TypeVar

from queue_core.vietnamese import fold


class Serves(Protocol):
    """A service or a group of services."""

    @property
    def kind(self) -> str:
        """What is done there; "guide" is the guidance."""

    @property
    def fields(self) -> Sequence[str]:
        """The fields of procedures that are served."""

    @property
    def procedures(self) -> Sequence[str]:
        """The codes of procedures that are served."""

    @property
    def services(self) -> Sequence[Self]:
        """The members of a group; empty for a service."""


S = TypeVar("S", bound=Serves)


def service_for(services: Iterable[S], field: str, code: str) -> S | None:
    """The service to take a number for: the one that names the code, else the field, else the guidance.

    A code named by one service wins over a field named by another. Fields are compared without case, accents and
    signs. None only where the office has no guidance either.
    """
    leaves = [leaf for service in services for leaf in _leaves(service)]
    by_code = next((leaf for leaf in leaves if code in leaf.procedures), None)
    if by_code is not None:
        return by_code
    wanted = _key(field)
    by_field = next((leaf for leaf in leaves if wanted and wanted in map(_key, leaf.fields)), None)
    return by_field or next((leaf for leaf in leaves if leaf.kind == "guide"), None)


def _leaves(service: S) -> Iterator[S]:
    if not service.services:
        yield service
    for inner in service.services:
        yield from _leaves(inner)


def _key(field: str) -> str:
    return "".join(c for c in fold(field) if c.isalnum())
