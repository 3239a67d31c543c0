"""The database behind central: SQLite in its folder, or what an address of SQLAlchemy's names; its tables brought up.

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
from sqlalchemy.exc import SQLAlchemyError

from central.errors import CentralError


def database_of(data: Path) -> str:
    """The address of the database that lies in a folder."""
    return f"sqlite:///{data / 'central.db'}"


def open_database(address: str) -> Engine:
    """For the process that serves: the database, made or brought up to this version.

    Raises CentralError: central.address, central.too_new, central.store_away.
    """
    config = _steps()
    engine = _engine(address, for_writing=True)
    try:
        with engine.begin() as connection:
            _known_version(config, _version(connection))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except SQLAlchemyError as error:
        engine.dispose()
        raise away(error) from error
    return engine


def look_at_database(address: str) -> Engine:
    """For whoever only looks: nothing is made, nothing is brought up.

    Raises CentralError: central.address, central.no_database, central.too_old, central.too_new, central.store_away.
    """
    config, engine = _steps(), _engine(address, for_writing=False)
    url = engine.url
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).exists():
        raise CentralError("central.no_database", place=url.database)
    try:
        with engine.connect() as connection:
            found = _version(connection)
    except SQLAlchemyError as error:
        engine.dispose()
        raise away(error) from error
    if found is None:
        raise CentralError("central.no_database", place=url.render_as_string(hide_password=True))
    _known_version(config, found)
    if found != ScriptDirectory.from_config(config).get_current_head():
        raise CentralError("central.too_old", found=found)
    return engine


def _steps() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _known_version(config: Config, found: str | None) -> None:
    if found is not None and found not in {
        one.revision for one in ScriptDirectory.from_config(config).walk_revisions()
    }:
        raise CentralError("central.too_new", found=found)


def away(error: SQLAlchemyError) -> CentralError:
    """What the database said, in words; never a statement, its values or an address."""
    said = str(getattr(error, "orig", None) or type(error).__name__)
    return CentralError("central.store_away", problem=" ".join(said.split())[:160])


def _engine(address: str, *, for_writing: bool) -> Engine:
    try:
        engine = create_engine(address, pool_pre_ping=True)
    except ImportError as error:
        raise CentralError("central.address", problem=error.msg) from error
    except SQLAlchemyError as error:  # its words may hold the address, and a password in it
        raise CentralError("central.address", problem=type(error).__name__) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _for_writing if for_writing else _for_reading)
        event.listen(engine, "begin", _begin_immediate if for_writing else _begin)
    return engine


def _version(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _for_writing(connection: Any, record: Any) -> None:
    _for_reading(connection, record)
    connection.execute("PRAGMA journal_mode=WAL").fetchone()
    connection.execute("PRAGMA synchronous=FULL")


def _for_reading(connection: Any, _record: Any) -> None:
    # Python's own transactions begin too late for a reader that goes on to write.
    connection.isolation_level = None
    connection.execute("PRAGMA busy_timeout=10000").fetchone()


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
