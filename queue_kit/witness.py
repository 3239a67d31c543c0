"""What a client saw of the numbers given, and telling it to a hub whose journal is another than the one last known.

A hub that lost its journal asks nobody: its birth names a new epoch, and whoever sees that tells it the highest number
of each series it knows, of the last business date it knows (request ``witness``). The hub judges what it believes.

The file holds the epoch that was last told and, for a board, the numbers; a kiosk's numbers are safe in its print
record before they are shown, so it hands them in at its start.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self

from queue_core.errors import MotcuaError
from queue_core.wire.bus import Bus, MessageInfo
from queue_core.wire.errors import WireError
from queue_core.wire.messages import Board, DeviceState, Facts, WitnessRequest
from queue_core.wire.payload import read

log = logging.getLogger(__name__)
#: a board's file is written at most so often: cards wear out, and a board that lives knows the rest by heart
WRITE_EVERY_S: Final = 1.0
_TRY_S: Final = 1.0
_RETRY_S: Final = 0.5
#: asking again cannot help
_FINAL: Final = frozenset({"wire.refused", "wire.malformed", "wire.version", "wire.too_large"})


@dataclass(frozen=True, slots=True)
class Seen:
    """The highest printed number of each series on one business date; None: nobody said which."""

    date: str | None = None
    numbers: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def on(self, date: str | None) -> Self:
        """The same on this date: another day's numbers are void, those of no date go on in it."""
        if date is None or date == self.date:
            return self
        return replace(self, date=date, numbers=self.numbers if self.date is None else {})

    def with_number(self, number: str, *, service: str, date: str | None) -> Self:
        """And this number. Within a service and its letters a longer number is a higher one: after 999 comes 1000."""
        here = self.on(date)
        series = (service, number.rstrip("0123456789"))
        before = here.numbers.get(series, "")
        if (len(number), number) <= (len(before), before):
            return here
        return replace(here, numbers={**here.numbers, series: number})

    def dump(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {"date": self.date, "numbers": [[*series, number] for series, number in self.numbers.items()]}

    @classmethod
    def load(cls, values: Mapping[str, Any]) -> Self:
        """Read what :meth:`dump` wrote. Raises :class:`ValueError`, :class:`TypeError` or :class:`KeyError`."""
        numbers = {(str(service), str(letters)): str(number) for service, letters, number in values["numbers"]}
        return cls(date=values["date"], numbers=numbers)


class Witness:
    """Tells a hub of another epoch what was seen; a thread of its own, started and stopped by its owner.

    ``file``: where epoch and numbers are kept. ``keeps``: whether the numbers go into it as well. ``whole``: whether
    it hears every number of the office (see :meth:`on_events`). ``seen``: what is known at the start from elsewhere.
    """

    def __init__(
        self, bus: Bus, file: Path, *, keeps: bool = False, whole: bool = False, seen: Seen | None = None
    ) -> None:
        self._bus, self._file, self._keeps, self._whole = bus, file, keeps, whole
        self._changed = threading.Condition()
        self._told_epoch, stored = _load(file)
        self._seen = seen or stored
        self._written = (self._told_epoch, self._seen)
        self._untold: WitnessRequest | None = None
        self._epoch = self._told_epoch
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="witness", daemon=True)

    def start(self) -> None:
        """Begin to tell and to write."""
        self._thread.start()

    def stop(self) -> None:
        """Write what is known, and end."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread.ident is not None:
            self._thread.join(5.0)

    # ------------------------------------------------------------------ any thread, quick
    def on_hub(self, _topic: str, payload: bytes, _info: MessageInfo) -> None:
        """The hub's birth: another journal than the last told one is told what was seen until now."""
        try:
            state = read(DeviceState, payload)
        except MotcuaError:
            return
        if state.state != "ready" or not state.epoch:
            return
        with self._changed:
            if state.epoch == self._epoch:
                return
            before, self._epoch = self._told_epoch, state.epoch
            self._untold = WitnessRequest(
                request_id=secrets.token_hex(16),
                epoch=before,
                date=self._seen.date,
                numbers=list(self._seen.numbers.values()),
                whole=self._whole,
            )
            self._changed.notify_all()

    def on_events(self, _topic: str, payload: bytes, _info: MessageInfo) -> None:
        """A commit's facts, for a mirror."""
        try:
            facts = read(Facts, payload)
        except MotcuaError:
            return
        for event in facts.events:
            match event:
                case {"type": "ticket_issued", "ticket": {"number": str(number), "service": str(service)}}:
                    self.saw(number, service=service, date=None)
                case {"type": "day_opened" | "day_dated", "date": str(date)}:
                    self.date_is(date)

    def on_board(self, board: Board) -> None:
        """The lobby's board: the date, and numbers that were called."""
        seen = self._seen.on(board.date)
        for call in board.calls:
            seen = seen.with_number(call.number, service=call.service, date=None)
        self._know(seen)

    def saw(self, number: str, *, service: str, date: str | None) -> None:
        """A number was given; ``date`` None: on the date that is known."""
        self._know(self._seen.with_number(number, service=service, date=date))

    def date_is(self, date: str | None) -> None:
        """The office's business date."""
        self._know(self._seen.on(date))

    def _know(self, seen: Seen) -> None:
        with self._changed:
            if seen != self._seen:
                self._seen = seen
                self._changed.notify_all()

    # ------------------------------------------------------------------ the thread
    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(self._has_work, timeout=60.0)
                untold, stopping = self._untold, self._stopping
            if untold is not None and not stopping:
                self._tell(untold)
            self._write()
            if stopping:
                return
            with self._changed:
                self._changed.wait_for(lambda: self._stopping or self._untold is not None, timeout=WRITE_EVERY_S)

    def _has_work(self) -> bool:
        return self._stopping or self._untold is not None or (self._keeps and self._seen != self._written[1])

    def _tell(self, said: WitnessRequest) -> None:
        try:
            self._bus.request("witness", said, timeout_s=_TRY_S)
        except WireError as error:
            if error.key not in _FINAL:
                with self._changed:
                    self._changed.wait_for(lambda: self._stopping, timeout=_RETRY_S)
                return
        with self._changed:
            if self._untold is said:
                self._untold, self._told_epoch = None, self._epoch

    def _write(self) -> None:
        with self._changed:
            now = (self._told_epoch, self._seen if self._keeps else Seen())
        if now == self._written:
            return
        values = {"v": 1, "epoch": now[0], **now[1].dump()}
        part = self._file.with_name(f"{self._file.name}.part")
        try:
            with part.open("w", encoding="utf-8") as file:
                json.dump(values, file)
                file.flush()
                os.fsync(file.fileno())
            part.replace(self._file)
        except OSError as error:
            log.warning("the record of numbers was not written: %s", error)
        else:
            self._written = now


def _load(file: Path) -> tuple[str, Seen]:
    """Epoch and numbers of a file; a damaged one is put aside as ``….corrupt.<time>``, never deleted."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True)
        return "", Seen()
    except (OSError, UnicodeDecodeError):
        text = ""
    try:
        values = json.loads(text)
        return str(values["epoch"]), Seen.load(values)
    except (ValueError, TypeError, KeyError):
        aside = file.with_name(f"{file.name}.corrupt.{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
        with contextlib.suppress(OSError):
            file.rename(aside)
        log.warning("the record of numbers was damaged and is kept as %s", aside)
        return "", Seen()
