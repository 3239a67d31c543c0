"""What a listed fault is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake that somebody could make.

    ``name`` says it in words. In ``file`` the text ``old``, which stands there once, becomes ``new``. ``tests`` are
    pytest's names of the tests that must fail then; all of them are part of ``make test``.
    """

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
