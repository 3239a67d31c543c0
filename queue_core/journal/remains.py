"""What a journal file holds beside its records: answers and the hub's own tables, as far as they are readable.

No hash proves these, so SQLite reads them, and whatever it cannot read whole is taken from the newest backup.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from queue_core.journal import schema
from queue_core.journal.failures import DAMAGE


@dataclass(frozen=True, slots=True)
class Table:
    """One table: the statements that make it (and its indexes), its rows; ``origin`` tells where they came from."""

    name: str
    statements: list[str]
    rows: list[tuple[Any, ...]]
    whole: bool
    origin: str = "journal"


@dataclass(slots=True)
class Remains:
    """All that goes into the new file beside its records."""

    answers: dict[str, tuple[str, str, int, int]] = field(default_factory=dict)
    tables: list[Table] = field(default_factory=list)

    def write(self, connection: sqlite3.Connection) -> None:
        """Put everything into the new file."""
        connection.executemany(
            "INSERT OR REPLACE INTO answers (request_id, reply, day, at_ms) VALUES (?, ?, ?, ?)", self.answers.values()
        )
        for table in self.tables:
            for statement in table.statements:
                connection.execute(statement)
            if table.rows:
                places = ",".join("?" * len(table.rows[0]))
                insert = f"INSERT OR IGNORE INTO {_quoted(table.name)} VALUES ({places})"  # noqa: S608
                connection.executemany(insert, table.rows)


def read_remains(corrupt: Path, backups: Sequence[Path]) -> Remains:
    """Read the damaged file first, then its backups, the newest first."""
    remains = Remains()
    tables: dict[str, Table] = {}
    for path, origin in [(corrupt, "journal"), *((backup, "backup") for backup in backups)]:
        with contextlib.closing(_open(path)) as connection:
            for row in _rows(connection, "SELECT request_id, reply, day, at_ms FROM answers ORDER BY id")[0]:
                if [type(value) for value in row] == [str, str, int, int]:
                    remains.answers.setdefault(row[0], row)
            for table in _own_tables(connection):
                known = tables.get(table.name)
                if known is None or (table.whole and not known.whole):
                    tables[table.name] = replace(table, origin=origin)
    remains.tables = [
        table if table.whole else replace(table, origin=f"{table.origin}, in part") for table in tables.values()
    ]
    return remains


def _open(path: Path) -> sqlite3.Connection:
    """The file, or an empty one in its stead when nothing of it can be read."""
    with contextlib.suppress(*DAMAGE):
        return schema.connect(path, read_only=True)
    return sqlite3.connect(":memory:")


def _own_tables(connection: sqlite3.Connection) -> list[Table]:
    listed = _rows(connection, "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'")[0]
    names = [str(row[0]) for row in listed if row[0] not in schema.OWN_TABLES and not str(row[0]).startswith("sqlite_")]
    tables = []
    for name in names:
        made = "SELECT sql FROM sqlite_schema WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY type = 'table' DESC"
        statements = [str(row[0]) for row in _rows(connection, made, name)[0]]
        rows, whole = _rows(connection, f"SELECT * FROM {_quoted(name)}")  # noqa: S608
        tables.append(Table(name, statements, rows, whole))
    return tables


def _rows(connection: sqlite3.Connection, question: str, *values: object) -> tuple[list[tuple[Any, ...]], bool]:
    """All rows up to the first that cannot be read, and whether that was all."""
    rows: list[tuple[Any, ...]] = []
    try:
        rows.extend(connection.execute(question, values))
    except DAMAGE:
        return rows, False
    return rows, True


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
