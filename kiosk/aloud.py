"""Reads a procedure aloud through the kiosk's loudspeaker, as the visit says. On the screen's thread; never waits.

The text is spoken stretch by stretch while it is made: none of it is kept as sound.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from kiosk import session as s
from kiosk.guidance.stretches import phrases, read_out
from kiosk.sounds import UNHEARD, Sounds, Told

#: the guide begins softer: whoever holds a headset to the ear is nearer
GAIN: Final = 0.8


class Reader:
    """``post`` takes the session's events, from any thread."""

    def __init__(self, sounds: Sounds, post: Callable[[s.Event], None]) -> None:
        self._sounds, self._post = sounds, post

    def follow(self, before: s.Visit, visit: s.Visit, day: date | None) -> None:
        """The visit took a step: begin to read, or be still."""
        ident = visit.aloud.ident
        if before.aloud.ident == ident:
            return
        if not ident:
            self._sounds.hush()
            return
        start = visit.aloud.at
        said = phrases(read_out(visit, day)[start:])
        if not said:
            self._post(s.AloudEnded(ident))
            return
        self._sounds.read(said, GAIN, self._teller(ident, start, len(said)))

    def _teller(self, ident: str, start: int, count: int) -> Told:
        def told(number: int) -> None:
            if number == UNHEARD:
                self._post(s.AloudEnded(ident, failed=True))
            elif number == count:
                self._post(s.AloudEnded(ident))
            else:
                self._post(s.AloudAt(ident, start + number))

        return told
