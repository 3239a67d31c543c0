"""The database behind the store: SQLite beside central, or what an address of SQLAlchemy's names, tables and all.

SQLite is opened as an office's journal is: WAL with ``synchronous=FULL``, so that what was acknowledged survives a
power cut. PostgreSQL's own default (``synchronous_commit = on``) does the same.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event

from central.errors import CentralError


def database_of(data: Path) -> str:
    """The address of the database that lies in a folder."""
    return f"sqlite:///{data / 'central.db'}"


def open_database(address: str) -> Engine:
    """The database, with its tables as this version knows them. Raises CentralError: central.too_new."""
    engine = create_engine(address, pool_pre_ping=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _safely)
        event.listen(engine, "begin", _for_writing)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.begin() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
        known = {one.revision for one in ScriptDirectory.from_config(config).walk_revisions()}
        if found is not None and found not in known:
            raise CentralError("central.too_new", found=found)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return engine


def _safely(connection: Any, _record: Any) -> None:
    # Python's own transactions begin too late for a reader that goes on to write.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL").fetchone()
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA busy_timeout=10000").fetchone()


def _for_writing(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
