"""What a check is, and how it may end. No device here, no clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

import queue_kit.doctor.words  # noqa: F401 -- the words of its keys
from queue_core.errors import MotcuaError

State = Literal["ok", "failed", "unknown", "absent"]
"""``unknown``: nobody can say, which is not "fine"; ``absent``: this machine has none, by its configuration."""
STATES: Final[tuple[State, ...]] = ("ok", "failed", "unknown", "absent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a check ended: a state, and why in words of both languages (a key of the errors' words)."""

    state: State
    key: str
    vi: str
    en: str
    values: tuple[tuple[str, Any], ...] = ()

    def words(self, lang: str) -> str:
        """In one of the two languages."""
        return self.en if lang == "en" else self.vi


def _outcome(state: State, key: str, values: dict[str, Any]) -> Outcome:
    said = MotcuaError(key, **values)
    return Outcome(state=state, key=key, vi=said.vi, en=said.en, values=tuple(sorted(values.items())))


def ok(key: str = "doctor.ok", **values: Any) -> Outcome:
    """It is well."""
    return _outcome("ok", key, values)


def failed(key: str, **values: Any) -> Outcome:
    """It is not; the words say what to do."""
    return _outcome("failed", key, values)


def unknown(key: str = "doctor.unknown", **values: Any) -> Outcome:
    """Nobody can say."""
    return _outcome("unknown", key, values)


def absent(key: str = "doctor.absent", **values: Any) -> Outcome:
    """There is none here."""
    return _outcome("absent", key, values)


def of_error(error: MotcuaError) -> Outcome:
    """A device's own keyed error."""
    return Outcome(state="failed", key=error.key, vi=error.vi, en=error.en, values=tuple(sorted(error.details.items())))


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """What a check is given: until when (:func:`time.monotonic`), and whom to tell what a person should do now."""

    until_s: float
    tell: Callable[[str, str], None] = lambda _vi, _en: None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check.

    ``name``: one word, as typed and as in the report. ``code``: exit code of ``motcua doctor`` when it is the first
    that failed; 10 to 99, its own for ever. ``acts``: something comes out, sounds or lights, or a person must do
    something: run only when asked for by name. ``run`` ends by its ``until_s``; what it raises is a failure.
    """

    name: str
    code: int
    vi: str
    en: str
    run: Callable[[Doing], Outcome]
    acts: bool = False
    deadline_s: float = 6.0

    def title(self, lang: str) -> str:
        """What is checked."""
        return self.en if lang == "en" else self.vi


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A check that was run."""

    check: Check
    outcome: Outcome
    took_s: float

    def dump(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "name": self.check.name,
            "code": self.check.code,
            "state": self.outcome.state,
            "key": self.outcome.key,
            "vi": self.outcome.vi,
            "en": self.outcome.en,
            "values": dict(self.outcome.values),
            "took_ms": round(self.took_s * 1000),
        }
