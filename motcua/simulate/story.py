"""The story of one number, for whoever must find out what went wrong: what was noted of it, in order, with times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from motcua.simulate.line_book import LineBook
    from motcua.simulate.notes import Act, Notes

_VIETNAM: Final = timezone(timedelta(hours=7))
_LONG: Final = frozenset({"body", "follow_url"})
_NOTHING: Final = (None, "", False)


def clock(clock_ms: int) -> str:
    """The simulated time of day."""
    return f"{datetime.fromtimestamp(clock_ms / 1000, UTC).astimezone(_VIETNAM):%H:%M:%S}"


def story_of(number: str, notes: Notes, book: LineBook, *, most: int = 60) -> list[str]:
    """Lines in the order of the machine's time, the first at 0."""
    tickets = {h.ticket for h in book.holders.values() if h.number == number}
    mine = [act for act in notes.acts if act.number == number or act.ticket in tickets]
    lines = [(act.answered_s, _act_line(act)) for act in mine]
    for heard in notes.heard:
        if heard.number == number:
            why = f" ({heard.why})" if heard.why else ""
            lines.append((heard.began_s, f"the board: {heard.what} at {heard.counter}, call {heard.seq}{why}"))
    lines += [(c.at_s, f"on the bus: call {c.seq} at {c.counter}") for c in notes.calls if c.number == number]
    shown = ""
    for board in notes.boards:
        now = ", ".join(f"{c.counter} {c.state}" for c in board.calls if c.number == number and c.state != "gone")
        if now != shown:
            lines.append((board.at_s, f"board {board.seq}: {now or 'no longer shown'}"))
            shown = now
    lines += [(outage.down_s, f"the {outage.what} is killed") for outage in notes.outages]
    lines += [(outage.up_s, f"the {outage.what} serves again") for outage in notes.outages]
    lines.sort()
    if not lines:
        return []
    began = lines[0][0]
    return [f"{at - began:9.3f} s  {text}" for at, text in lines[:most]]


def _act_line(act: Act) -> str:
    asked = ", ".join(
        f"{name}={value}" for name, value in sorted(act.details.items()) if name not in _LONG and value not in _NOTHING
    )
    said = act.key or f"done, position {act.seq}"
    tries = f" ({act.tries} tries)" if act.tries > 1 else ""
    where = f" at {act.counter}" if act.counter else ""
    return f"[{clock(act.clock_ms)}] {act.who} {act.verb} {act.number or ''}{where}{tries}: {said} ({asked})"
