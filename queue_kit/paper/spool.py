"""The kiosk's memory of what it asked for and what it printed: a small file that survives a power cut.

One line a change, each with its checksum, appended and flushed to the card before anything follows from it. A line
the power cut tore off at the end was promised to nobody and is dropped. Damage anywhere else is no power cut: the
file is renamed ``….corrupt.<time>``, reported, and what can be read becomes a new file. After a start
:meth:`Spool.pending` says what must be cancelled (asked, no answer known), printed, or printed again.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

from queue_kit.paper.errors import SpoolError

State = Literal["asked", "given", "printing", "printed", "failed", "cancelled"]
Todo = Literal["cancel", "print", "reprint"]

_HEADER: Final = {"motcua_spool": 1}
_MAY_BECOME: Final[dict[State | None, frozenset[State]]] = {
    None: frozenset({"asked"}),
    "asked": frozenset({"given", "cancelled"}),
    "given": frozenset({"printing", "failed", "cancelled"}),
    "printing": frozenset({"printing", "printed", "failed"}),
    "printed": frozenset({"printing"}),  # asked for again at the kiosk or the console
    "failed": frozenset({"printing", "cancelled"}),
    "cancelled": frozenset(),
}
#: what a line may hold besides the state
_FACTS: Final = ("ticket_id", "number", "service", "date", "slip", "why")
_TODO: Final[dict[State, Todo]] = {"asked": "cancel", "given": "print", "printing": "reprint"}


@dataclass(frozen=True, slots=True)
class SpoolEntry:
    """One request of this kiosk. ``slip`` is the slip's content as JSON, as long as it may be needed.

    ``service`` and ``date`` (the business date; None: none was known) belong to the number.
    """

    request_id: str
    state: State
    ticket_id: str | None = None
    number: str | None = None
    service: str | None = None
    date: str | None = None
    slip: Mapping[str, Any] | None = None
    why: str | None = None
    """Key of the error a failed slip met."""

    @property
    def todo(self) -> Todo | None:
        """What is to be done about it after a crash; None when nothing is."""
        return _TODO.get(self.state)


@dataclass(frozen=True, slots=True)
class SpoolDamage:
    """A damaged file was found: where it lies now, and how many of its lines were read and lost."""

    kept_as: Path
    read_lines: int
    lost_lines: int


class Spool:
    """The record; one process, any thread. Each change is on the card when its method returns.

    :param path: the file; its folder exists.
    :param keep_finished: how many finished requests are remembered (their numbers are witnesses for the hub).
    :raises SpoolError: ``spool.unwritable``.
    """

    def __init__(self, path: Path, *, keep_finished: int = 1000) -> None:
        self._path = path
        self._keep_finished = keep_finished
        self._lock = threading.Lock()
        self._entries: dict[str, SpoolEntry] = {}
        self.damage: SpoolDamage | None = None
        """Set when the file was found damaged at the start: report it."""
        self._fd = -1
        self._size = 0
        self._lines = 0
        self._read()
        self._rewrite()

    # -- what happened

    def asked(self, request_id: str) -> SpoolEntry:
        """Before the hub is asked for a number. The same again changes nothing."""
        return self._become(request_id, "asked")

    def given(
        self,
        request_id: str,
        *,
        ticket_id: str,
        number: str,
        slip: Mapping[str, Any],
        service: str | None = None,
        date: str | None = None,
    ) -> SpoolEntry:
        """The hub has answered with a number. The same answer again changes nothing."""
        return self._become(
            request_id, "given", ticket_id=ticket_id, number=number, service=service, date=date, slip=dict(slip)
        )

    def printing(self, request_id: str) -> SpoolEntry:
        """Before the slip's first byte goes to the printer."""
        return self._become(request_id, "printing")

    def printed(self, request_id: str) -> SpoolEntry:
        """The printer has confirmed the slip."""
        return self._become(request_id, "printed")

    def failed(self, request_id: str, why: str) -> SpoolEntry:
        """The slip could not be printed, and the citizen was told; ``why`` is the error's key."""
        return self._become(request_id, "failed", why=why)

    def cancelled(self, request_id: str) -> SpoolEntry:
        """The hub has taken the request back, or refused it."""
        return self._become(request_id, "cancelled")

    # -- what is known

    def entry(self, request_id: str) -> SpoolEntry:
        """Give one request. Raises SpoolError ``spool.unknown``."""
        with self._lock:
            found = self._entries.get(request_id)
        if found is None:
            raise SpoolError("spool.unknown", request_id=request_id)
        return found

    def pending(self) -> list[SpoolEntry]:
        """Give what a crash left undone, oldest first; see :attr:`SpoolEntry.todo`."""
        with self._lock:
            return [entry for entry in self._entries.values() if entry.todo]

    def numbers(self) -> list[SpoolEntry]:
        """Give the requests that got a number, oldest first: a witness when the hub's journal was lost."""
        with self._lock:
            return [entry for entry in self._entries.values() if entry.number]

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._fd >= 0:
                os.close(self._fd)
                self._fd = -1

    # -- the file

    def _become(self, request_id: str, state: State, **facts: Any) -> SpoolEntry:
        with self._lock:
            before = self._entries.get(request_id)
            was = before.state if before else None
            if before and (state == "asked" or (state == "given" and before.ticket_id == facts["ticket_id"])):
                return before  # the same question or the same answer once more
            entry = replace(before or SpoolEntry(request_id, state), state=state, **facts)
            if state not in _MAY_BECOME[was]:
                raise SpoolError("spool.wrong_state", request_id=request_id, state=was or "-", wanted=state)
            self._append(_line(_record(entry, before)))
            self._entries[request_id] = entry
            if self._lines > 4 * (self._keep_finished + 100):
                with contextlib.suppress(SpoolError):  # the change itself is safe; a full card is met at the next one
                    self._rewrite()
            return entry

    def _append(self, line: bytes) -> None:
        try:
            if self._fd < 0:
                self._open()
            written = 0
            while written < len(line):
                written += os.write(self._fd, line[written:])
            os.fsync(self._fd)
        except OSError as error:
            self._undo()
            raise self._unwritable(error) from error
        self._size += len(line)
        self._lines += 1

    def _undo(self) -> None:
        """Take half a line away again; where not even that works, reopen (and repair) at the next change."""
        try:
            os.ftruncate(self._fd, self._size)
            os.fsync(self._fd)
        except OSError:
            with contextlib.suppress(OSError):
                os.close(self._fd)
            self._fd = -1

    def _open(self) -> None:
        self._fd = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        os.ftruncate(self._fd, self._size)

    def _read(self) -> None:
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return
        except OSError as error:
            raise self._unwritable(error) from error
        lines = data.split(b"\n")
        torn = lines.pop()  # what follows the last line's end: nothing, or the line a power cut tore off
        records = [_parse(line) for line in lines]
        good = [record for record in records if record is not None]
        if len(good) < len(records) or good[:1] != [_HEADER]:
            self._set_aside(len(good), len(records) - len(good) + bool(torn))
        for record in good:
            self._fold(record)

    def _set_aside(self, read_lines: int, lost_lines: int) -> None:
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        kept_as = self._path.with_name(f"{self._path.name}.corrupt.{stamp}")
        count = 1
        while kept_as.exists():
            count += 1
            kept_as = self._path.with_name(f"{self._path.name}.corrupt.{stamp}-{count}")
        try:
            self._path.rename(kept_as)
        except OSError as error:
            raise self._unwritable(error) from error
        self.damage = SpoolDamage(kept_as, read_lines, lost_lines)

    def _fold(self, record: Mapping[str, Any]) -> None:
        request_id, state = record.get("id"), _state(record.get("state"))
        if not isinstance(request_id, str) or state is None:
            return  # the header
        before = self._entries.get(request_id) or SpoolEntry(request_id, state)
        facts = {name: record[name] for name in _FACTS if name in record}
        self._entries[request_id] = replace(before, state=state, **facts)

    def _rewrite(self) -> None:
        """Write what is still of use into a new file and put it in the old one's place, all or nothing."""
        finished = [entry.request_id for entry in self._entries.values() if not entry.todo]
        too_many = max(0, len(finished) - self._keep_finished)
        for request_id in finished[:too_many]:
            del self._entries[request_id]
        for request_id in finished[too_many:]:
            if self._entries[request_id].state in {"printed", "cancelled"}:
                self._entries[request_id] = replace(self._entries[request_id], slip=None)
        lines = [_line(_HEADER), *(_line(_record(entry, None)) for entry in self._entries.values())]
        part = self._path.with_name(self._path.name + ".part")
        try:
            self._write_whole(part, lines)
        except OSError as error:
            raise self._unwritable(error) from error

    def _write_whole(self, part: Path, lines: list[bytes]) -> None:
        with part.open("wb") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._path)
        old, self._fd = self._fd, -1
        self._size, self._lines = sum(map(len, lines)), len(lines)
        if old >= 0:
            os.close(old)
        folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)  # else the new name may be lost though the file is not
        finally:
            os.close(folder)
        self._fd = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)

    def _unwritable(self, error: OSError) -> SpoolError:
        return SpoolError("spool.unwritable", file=self._path.name, problem=error.strerror or str(error))


def _state(said: object) -> State | None:
    return next((state for state in _MAY_BECOME if state is not None and state == said), None)


def _record(entry: SpoolEntry, before: SpoolEntry | None) -> dict[str, Any]:
    """Give what a line holds: the state, and the facts that are new."""
    record: dict[str, Any] = {"id": entry.request_id, "state": entry.state}
    for name in _FACTS:
        value = getattr(entry, name)
        if value is not None and (before is None or getattr(before, name) != value):
            record[name] = value
    return record


def _line(record: Mapping[str, Any]) -> bytes:
    body = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()
    return b"%08x %s\n" % (zlib.crc32(body), body)


def _parse(line: bytes) -> dict[str, Any] | None:
    """Read a line; None when it is not whole."""
    checksum, _, body = line.partition(b" ")
    if checksum != b"%08x" % zlib.crc32(body) or not body:
        return None
    with contextlib.suppress(ValueError):
        record = json.loads(body)
        if isinstance(record, dict):
            return record
    return None
