"""A new journal out of what can be read of a damaged one and of its backups. Nothing of the old file is thrown away.

The damaged file is put aside under ``<name>.corrupt.<UTC time>`` with its log, a note beside the journal says that
its recovery is under way, the new file is built beside it, and takes the name only when it is whole. A cut at any
moment leaves the note: the journal is not opened, and salvage begins again from the file that was put aside.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from queue_core.errors import JournalError
from queue_core.journal import opening, schema
from queue_core.journal.chains import Kept, Readable, choose
from queue_core.journal.failures import failure
from queue_core.journal.pages import Pages
from queue_core.journal.reading import JournalReader
from queue_core.journal.record import Row, genesis, link
from queue_core.journal.remains import Remains, read_remains
from queue_core.journal.witnesses import highest_numbers, numbers_in

_LOGS = ("-wal", "-journal")


@dataclass(frozen=True, slots=True)
class SalvageReport:
    """What became of a damaged journal.

    ``gaps`` are (first, last) old seqs that nobody could read, as far as is known; ``set_aside`` counts whole records
    that could not be continued from. ``series`` is the highest number per prefix that any record of ``last_day``
    testifies to, kept or not: a witness for what is given next. ``tables`` tells where each of the hub's own tables
    came from ("journal", "backup", or "journal, in part"). ``from_file``: the damaged file itself, not only a backup,
    still speaks of ``last_day``; else nobody on disk knows how far that day had come.
    """

    corrupt: Path
    epoch: str
    from_epoch: str | None
    kept: int
    last_old_seq: int
    runs: list[tuple[int, int]]
    gaps: list[tuple[int, int]]
    set_aside: int
    open_day_whole: bool
    day: int
    last_day: int
    series: dict[str, int]
    backups_used: list[Path]
    backups_foreign: list[Path]
    answers: int
    tables: dict[str, str]
    from_file: bool = True

    @property
    def lost(self) -> int:
        """How many records are known to be lost."""
        return sum(last - first + 1 for first, last in self.gaps)

    def words(self) -> tuple[str, str]:
        """What to tell the supervisor, in Vietnamese and English."""
        known = ", ".join(f"{prefix}{ordinal:03d}" for prefix, ordinal in sorted(self.series.items()))
        day_vi = "còn nguyên" if self.open_day_whole else "bị thiếu, hãy đối chiếu với các số đang có ở phòng chờ"
        day_en = "is whole" if self.open_day_whole else "is not whole: compare it with the numbers in the waiting room"
        vi = (
            f"Sổ nhật ký hỏng đã được phục hồi: giữ {self.kept} bản ghi, mất {self.lost}, để riêng {self.set_aside}. "
            f"Ngày đang mở {day_vi}. Số lớn nhất đã biết: {known or 'chưa rõ'}. Tệp hỏng được giữ ở {self.corrupt}."
        )
        en = (
            f"The damaged journal was recovered: {self.kept} records kept, {self.lost} lost, {self.set_aside} set "
            f"aside. The open day {day_en}. Highest numbers known: {known or 'none'}. The damaged file is kept as "
            f"{self.corrupt}."
        )
        return vi, en

    def plain(self) -> dict[str, object]:
        """The report as plain JSON values."""
        values = {key: _plain(value) for key, value in asdict(self).items()}
        return {**values, "lost": self.lost}


def _plain(value: object) -> object:
    if isinstance(value, Path):
        return str(value)
    return [_plain(item) for item in value] if isinstance(value, list) else value


def salvage(path: Path | str, backups: Iterable[Path | str] = ()) -> SalvageReport:
    """Put the damaged journal at ``path`` aside and make a new one, with a new epoch, of what is readable.

    ``backups`` that are copies of the same chain fill its holes; if nothing of the file itself can be read, the one
    that goes furthest stands in for it. The open day goes on from its last unbroken record.

    Raises JournalError: journal.nothing_to_salvage, journal.in_use, journal.disk_full, journal.read_only,
    journal.write_failed; the damaged file is then still there, and salvage may be called again.
    """
    path = Path(path)
    copies = [Path(backup) for backup in backups]
    if not path.parent.is_dir():
        raise JournalError("journal.nothing_to_salvage", file=str(path))
    lock = opening.lock_file(path)
    try:
        corrupt = _put_aside(path)
        return _rebuild(path, corrupt, copies)
    except (OSError, sqlite3.Error) as error:
        if isinstance(error, JournalError):
            raise
        raise failure(error, path) from error
    finally:
        os.close(lock)


def _put_aside(path: Path) -> Path:
    """Give the damaged files their second name and leave the note; gives the second name."""
    note = opening.salvage_note(path)
    if note.exists():
        aside = path.with_name(note.read_text(encoding="utf-8").strip())
        if aside.exists() or _log(aside, "-wal").exists():
            return aside
    present = [tail for tail in ("", *_LOGS) if _log(path, tail).exists()]
    if not present:
        raise JournalError("journal.nothing_to_salvage", file=str(path))
    when = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    names = (f"{path.name}.corrupt.{when}{f'-{again}' if again else ''}" for again in range(1000))
    aside = next(path.with_name(name) for name in names if not path.with_name(name).exists())
    for tail in present:
        _second_name(_log(path, tail), _log(aside, tail))
    draft = note.with_name(note.name + ".part")
    draft.write_text(f"{aside.name}\n", encoding="utf-8")
    schema.put_in_place(draft, note)
    return aside


def _second_name(file: Path, name: Path) -> None:
    try:
        os.link(file, name)
    except OSError:
        # A file system without links, or a card that refuses: a copy takes longer and does as well.
        shutil.copyfile(file, name)
        schema.sync(name)


def _log(path: Path, tail: str) -> Path:
    return path.with_name(path.name + tail)


@dataclass(slots=True)
class _Copy:
    path: Path
    readable: Readable
    header: schema.Header | None
    others: list[Row]

    def last_seq(self) -> int:
        return max(self.readable.by_seq, default=0)


def _read(path: Path) -> _Copy:
    readable = Readable()
    unproven: list[Row] = []
    with contextlib.suppress(OSError):
        rows = list(Pages(path).rows())
        if readable.add(rows):
            known = {row[9] for same in readable.by_seq.values() for row in same}
            unproven = [row for row in rows if row[9] not in known]
    return _Copy(path, readable, _header(path), unproven)


def _header(path: Path) -> schema.Header | None:
    try:
        with JournalReader(path) as reader:
            return reader.header
    except JournalError:
        return None


def _rebuild(path: Path, corrupt: Path, backups: Sequence[Path]) -> SalvageReport:
    damaged = _read(corrupt)
    own_last_day = max((row[1] for same in damaged.readable.by_seq.values() for row in same), default=-1)
    copies = [_read(backup) for backup in backups if backup.exists()]
    used, foreign = _join(damaged, copies)
    headers = [copy.header for copy in (damaged, *used) if copy.header is not None]
    rows = [row for same in damaged.readable.by_seq.values() for row in same]
    last_seq_known = max([0, *(row[0] for row in rows), *_believable(damaged.others, rows)])
    kept = choose(damaged.readable, last_seq_known=last_seq_known)
    remains = read_remains(corrupt, [copy.path for copy in used])
    for copy in (damaged, *copies):
        # Made by looking; the log beside it is evidence, this is not.
        _log(copy.path, "-shm").unlink(missing_ok=True)
    last_day = max((row[1] for row in rows), default=0)
    from_epoch = headers[0].epoch if headers else None
    simulated = headers[0].simulated if headers else any(row[5] == "simulated" for row in rows)
    origin = {
        "epoch": from_epoch,
        "last_seq": kept.rows[-1][0] if kept.rows else 0,
        "runs": kept.runs,
        "gaps": kept.gaps,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    epoch = _write(path, kept, remains, simulated=simulated, origin=origin)
    return SalvageReport(
        corrupt=corrupt,
        epoch=epoch,
        from_epoch=from_epoch,
        kept=len(kept.rows),
        last_old_seq=kept.rows[-1][0] if kept.rows else 0,
        runs=kept.runs,
        gaps=kept.gaps,
        set_aside=kept.set_aside,
        open_day_whole=kept.open_day_whole,
        day=kept.rows[-1][1] if kept.rows else 0,
        last_day=last_day,
        series=_series(rows, damaged.others, last_day, sum(last - first + 1 for first, last in kept.gaps)),
        backups_used=[copy.path for copy in used],
        backups_foreign=[copy.path for copy in foreign],
        answers=len(remains.answers),
        tables={table.name: table.origin for table in remains.tables},
        from_file=own_last_day == last_day,
    )


def _join(damaged: _Copy, copies: Sequence[_Copy]) -> tuple[list[_Copy], list[_Copy]]:
    """Bring the copies of the same chain into the damaged file's records; the used ones and the foreign ones."""
    used: list[_Copy] = []
    foreign: list[_Copy] = []
    for copy in sorted(copies, key=_Copy.last_seq, reverse=True):
        if not copy.readable.by_seq:
            continue
        alone = not damaged.readable.by_seq
        same_name = damaged.header and copy.header and damaged.header.epoch == copy.header.epoch
        if alone or same_name or damaged.readable.knows_of(copy.readable):
            damaged.readable.join(copy.readable)
            damaged.others += copy.others
            used.append(copy)
        else:
            foreign.append(copy)
    return used, foreign


def _believable(others: Iterable[Row], rows: Sequence[Row]) -> list[int]:
    """The seqs of unproven rows, unless the seq itself is what was damaged."""
    limit = max((row[0] for row in rows), default=0) + 10_000
    return [row[0] for row in others if 0 < row[0] <= limit]


def _series(rows: list[Row], others: list[Row], day: int, lost: int) -> dict[str, int]:
    proven = numbers_in(rows, day=day)
    # A damaged record is still a witness, but no record that is missing can have moved a series by more than one.
    unproven = numbers_in(others, day=day)
    limits = {prefix: ordinal + lost + len(others) for prefix, ordinal in proven.items()}
    heard = {prefix: ordinal for prefix, ordinal in unproven.items() if ordinal <= limits.get(prefix, 0)}
    return highest_numbers(proven, heard)


def _write(path: Path, kept: Kept, remains: Remains, *, simulated: bool, origin: Mapping[str, object]) -> str:
    for tail in (*_LOGS, "-shm"):
        # They have their second name. Left here, they would be played into the new file.
        _log(path, tail).unlink(missing_ok=True)
    epoch = schema.build_new(path, simulated=simulated, salvaged=json.dumps(dict(origin)))
    draft = schema.building(path)
    connection = sqlite3.connect(draft, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous=OFF")  # synced as a whole before it gets its name
        connection.execute("BEGIN")
        _insert(connection, kept.rows, genesis(epoch, simulated=simulated))
        remains.write(connection)
        connection.execute("COMMIT")
        schema.finish(connection)
    finally:
        connection.close()
    with JournalReader(draft) as reader:
        broken = reader.verify()
    if broken is not None:
        raise JournalError("journal.write_failed", file=str(path), problem=str(broken))
    for tail in ("-wal", "-shm"):
        _log(draft, tail).unlink(missing_ok=True)
    schema.put_in_place(draft, path)
    opening.salvage_note(path).unlink(missing_ok=True)
    schema.sync(path.parent)
    return epoch


def _insert(connection: sqlite3.Connection, rows: Iterable[Row], digest: bytes) -> None:
    """Append whole records again, under the new chain."""
    fresh: list[Row] = []
    for number, row in enumerate(rows, 1):
        envelope = (number, *row[1:7])
        prev, digest = digest, link(digest, envelope, row[7])
        fresh.append((*envelope, row[7], prev, digest))
    connection.executemany(schema.INSERT, fresh)
