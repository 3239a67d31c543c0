"""Where a series goes on after the journal that counted it was damaged or lost.

Whoever saw a number is a witness: what could be read of the old journal, the board that lay on the broker, a kiosk's
record, a board that keeps a copy of the events. The hub goes on above the highest number that any witness knows.

**What is believed.** A witness speaks of one date; of another than the open day's it is not believed. A number must
be written as this office writes it (prefix, then as many digits as the service pads to, more only when they are
needed), and it must not be absurd: at most what the format's own width holds (A001: 999) or the day's limits add up to,
or as much again above what is already known, for after 999 comes 1000. A witness beyond that is not heard at all, so a
confused one (A99999) moves nothing.

**When nobody knows.** Where nothing of the old file spoke of the day and no witness names a series, it goes on at the
next unused letter: A becomes the next single letter that no service, no kiosk's offline series and no number of today
uses (never I or O, which look like 1 and 0); HT- becomes HU-; 1 becomes the next figure of the same length that begins
no other prefix and continues none. Where all are taken, the series goes on in the middle of its width (A501). The
letter is for that day only.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from queue_core import events as e
from queue_core.commands import RaiseSeries, Testify
from queue_core.decisions.context import Context
from queue_core.errors import register
from queue_core.office import Office, format_number
from queue_core.state import State

_LETTERS: Final = re.compile(r"([A-Z]{1,3}-?)(\d{2,6})")
#: letters that nobody takes for a figure
_ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"
#: where a prefix has no service that says so: digits of a number
_DIGITS: Final = 3
#: an alert of the hub: numbers go on at another letter today
NEW_LETTER: Final = "new_letter"

register(
    {
        "series.asking": (
            "Hệ thống vừa phục hồi và đang đối chiếu các số đã cấp. Mời chờ vài giây rồi thử lại.",
            "The system has just recovered and is checking the numbers already given. Please try again in seconds.",
        ),
    }
)


def raise_series(state: State, command: RaiseSeries, ctx: Context) -> list[e.AnyEvent]:
    """Note what a witness knows, where it is higher than what the state holds."""
    higher = _higher(state, command.series)
    if not higher and command.days <= max(state.day, state.days):
        return []
    return [e.SeriesRaised(at_ms=ctx.at_ms, by=ctx.by, series=higher, days=command.days)]


def testify(state: State, command: Testify, ctx: Context) -> list[e.AnyEvent]:
    """A witness speaks: its numbers of today are never given again, as far as they are believed."""
    return raise_series(state, RaiseSeries(series=spoken_of(state, command)), ctx)


def spoken_of(state: State, command: Testify) -> dict[str, int]:
    """Prefix → the highest number of today that the witness is believed to have seen."""
    return believed(state, command.numbers) if of_today(state, command) else {}


def of_today(state: State, command: Testify) -> bool:
    """Whether it speaks of the open day; while either knows no date, it does."""
    return command.date is None or state.date is None or command.date == state.date


def believed(state: State, numbers: Iterable[str]) -> dict[str, int]:
    """Printed numbers as the highest ordinal by prefix; what this office cannot have given is left out."""
    office, series = state.setup, dict[str, int]()
    for number in numbers:
        read = _read(office, number)
        if read is not None and read[1] <= _bound(state, read[0]):
            series[read[0]] = max(read[1], series.get(read[0], 0))
    return series


def ask_witnesses(ctx: Context, *, spoken: bool) -> list[e.AnyEvent]:
    """The journal was damaged or lost: no number is given until this is settled.

    ``spoken``: what is left of it speaks for every series; else those no witness names go on at another letter.
    """
    doubt: e.Doubt = "some" if spoken else "all"
    return [e.SeriesRaised(at_ms=ctx.at_ms, by=ctx.by, series={}, doubt=doubt)]


def settle(state: State, ctx: Context, *, known: Collection[str], all_known: bool) -> list[e.AnyEvent]:
    """The witnesses have spoken, or had their time: from here on numbers are given again.

    ``known``: prefixes that a witness named; ``all_known``: one of them hears every number of the office.
    """
    series: dict[str, int] = {}
    letters: dict[str, str] = {}
    if state.doubt == "all" and not all_known:
        digits = {s.prefix: s.digits for s in state.setup.leaves()}
        taken = _taken(state)
        for prefix in sorted(digits):
            now = state.letters.get(prefix, prefix)
            if now in known:
                continue
            fresh = unused_prefix(prefix, taken)
            if fresh is None:
                series[now] = 10 ** digits[prefix] // 2
            else:
                letters[prefix] = fresh
                taken.add(fresh)
    settled = e.SeriesRaised(at_ms=ctx.at_ms, by=ctx.by, series=_higher(state, series), letters=letters, doubt="none")
    if not letters and not series:
        return [settled]
    return [settled, e.AlertRaised(at_ms=ctx.at_ms, by=ctx.by, device="hub", kind=NEW_LETTER)]


def unused_prefix(prefix: str, taken: Collection[str]) -> str | None:
    """The next prefix of the same shape that nobody uses; None when all are taken.

    >>> unused_prefix("A", {"A", "B", "HT-"}), unused_prefix("HT-", {"HT-"}), unused_prefix("1", {"1", "2", "30"})
    ('C', 'HU-', '4')
    """
    return next((fresh for fresh in _same_shape(prefix) if not _clashes(fresh, taken)), None)


def _same_shape(prefix: str) -> Iterator[str]:
    if prefix.isdigit():
        width = len(prefix)
        figures = range(10 ** (width - 1), 10**width)
        yield from (str(figure) for figure in figures if figure > int(prefix))
        yield from (str(figure) for figure in figures if figure < int(prefix))
        return
    word, dash = prefix.rstrip("-"), "-" if prefix.endswith("-") else ""
    later = [letter for letter in _ALPHABET if letter > word[-1]]
    earlier = [letter for letter in _ALPHABET if letter < word[-1]]
    yield from (f"{word[:-1]}{letter}{dash}" for letter in later + earlier)


def _clashes(prefix: str, taken: Collection[str]) -> bool:
    """Whether a number of the one could be read as a number of another."""
    if not prefix.isdigit():
        return prefix in taken
    return any(other.isdigit() and (other.startswith(prefix) or prefix.startswith(other)) for other in taken)


def _taken(state: State) -> set[str]:
    office = state.setup
    return {
        *(s.prefix for s in office.leaves()),
        *(d.offline_prefix for d in office.devices if d.offline_prefix),
        *(prefix for prefix, ordinal in state.series.items() if ordinal),
        *state.letters.values(),
    }


def _higher(state: State, series: dict[str, int]) -> dict[str, int]:
    return {prefix: ordinal for prefix, ordinal in series.items() if ordinal > state.series.get(prefix, 0)}


def _digits(office: Office, prefix: str) -> int:
    return next((s.digits for s in office.leaves() if s.prefix == prefix), _DIGITS)


def _read(office: Office, number: str) -> tuple[str, int] | None:
    """Prefix and ordinal of a printed number; None for one that is not written as a number is."""
    prefixes = [s.prefix for s in office.leaves()]
    prefix = next((p for p in prefixes if p.isdigit() and number.isdigit() and number.startswith(p)), "")
    if not prefix:
        found = _LETTERS.fullmatch(number)
        if found is not None:
            prefix = found[1]
        elif number.isdigit() and prefixes:  # a figure that stood in for another one today
            prefix = number[: min(len(p) for p in prefixes)]
    rest = number.removeprefix(prefix)
    if not prefix or not (rest.isascii() and rest.isdigit()) or len(rest) > 6:
        return None
    ordinal = int(rest)
    return (prefix, ordinal) if format_number(prefix, ordinal, _digits(office, prefix)) == number else None


def _bound(state: State, prefix: str) -> int:
    """The highest ordinal that one witness is believed."""
    limits = [s.daily_limit for s in state.setup.leaves() if s.prefix == prefix]
    width = int(10 ** _digits(state.setup, prefix)) - 1
    together = sum(limit or 0 for limit in limits) if None not in limits else 0
    return max(width, together, state.series.get(prefix, 0) + width)
