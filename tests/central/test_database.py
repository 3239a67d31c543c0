"""The database: made and brought up by the process that serves, only looked at by the commands; errors in words."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from typer.testing import CliRunner

from central.command import app
from central.database import database_of, look_at_database, open_database
from central.errors import CentralError
from central.schema import METADATA
from central.store import Store
from tests.central.test_store import made, said, sending
from tests.journal.conftest import Office


def refused(address: str, *, looking: bool = False) -> str:
    with pytest.raises(CentralError) as told:
        (look_at_database if looking else open_database)(address)
    assert told.value.vi != told.value.en
    return told.value.key


def marked(folder: Path, version: str) -> None:
    open_database(database_of(folder)).dispose()
    with closing(sqlite3.connect(folder / "central.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = ?", (version,))
        database.commit()


def test_a_database_of_a_newer_version_is_not_touched(tmp_path: Path) -> None:
    marked(tmp_path, "9999")
    before = (tmp_path / "central.db").read_bytes()
    assert refused(database_of(tmp_path)) == refused(database_of(tmp_path), looking=True) == "central.too_new"
    assert (tmp_path / "central.db").read_bytes() == before


def test_who_only_looks_makes_nothing(tmp_path: Path) -> None:
    """Root looks before central ever ran: a database of root's would be one that central cannot write."""
    assert refused(database_of(tmp_path), looking=True) == "central.no_database"
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "central.db").touch()
    assert refused(database_of(tmp_path), looking=True) == "central.no_database"
    assert (tmp_path / "central.db").stat().st_size == 0


@pytest.mark.parametrize(
    ("address", "key", "says"),
    [
        ("sqlite:////nowhere/at/all/central.db", "central.store_away", "unable to open"),
        ("postgresql+psycopg://central:secret-7@10.0.0.1/central", "central.address", "psycopg"),
        ("central:secret-7@10.0.0.1", "central.address", "ArgumentError"),
        ("oracle+none://central:secret-7@x", "central.address", "NoSuchModuleError"),
    ],
)
def test_a_database_that_cannot_be_opened_is_said_in_words_and_no_password_is(
    address: str, key: str, says: str
) -> None:
    with pytest.raises(CentralError) as told:
        open_database(address)
    assert told.value.key == key
    assert says in str(told.value)
    assert "secret-7" not in f"{told.value}{told.value.__cause__}"


def test_a_damaged_file_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "central.db").write_bytes(os.urandom(8192))
    assert refused(database_of(tmp_path)) == refused(database_of(tmp_path), looking=True) == "central.store_away"


def test_the_steps_make_what_the_code_believes_in(tmp_path: Path) -> None:
    engine = open_database(database_of(tmp_path))
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2, "FULL"
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
    engine.dispose()


# --- the commands


def run(*words: object, code: int = 0) -> str:
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == code, done.output
    return done.output


def test_the_commands_tell_what_there_is(store: Store, office: Office, tmp_path: Path) -> None:
    office.issues(3)
    assert "no office has been heard yet" in run("offices", "--data", tmp_path)
    said(store, sending(office.journal), made(['{"type": "help_asked", "at_ms": 253402300800000, "by": "", "v": 1}']))
    told = run("offices", "--data", tmp_path)
    assert office.journal.epoch in told
    assert "253402300800000 ms" in told, "an office's broken clock"
    assert "no alarms" in run("alarms", "--data", tmp_path)
    said(store, made(["{"]))
    assert "1 alarms: motcua central alarms" in run("offices", "--data", tmp_path)
    assert "central.broken_chain, once" in run("alarms", "--data", tmp_path)
    assert run("verify", "--data", tmp_path).count(": 4 records, whole") == 1
    assert '"times": 1' in run("alarms", "--data", tmp_path, "--json")


def test_a_broken_chain_is_an_exit_code(store: Store, office: Office, tmp_path: Path) -> None:
    office.issues(3)
    said(store, sending(office.journal))
    with closing(sqlite3.connect(tmp_path / "central.db")) as database:
        database.execute("UPDATE events SET body = replace(body, 'A002', 'A102')")
        database.commit()
    assert "record 3: its contents are not what was written" in run("verify", "--data", tmp_path, code=1)


def test_without_a_database_the_commands_say_what_to_do(tmp_path: Path) -> None:
    for command in ("offices", "alarms", "verify"):
        assert "central.no_database" in run(command, "--data", tmp_path, code=2)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--province", "Tỉnh A"), "is not an id"),
        (("--province", "tinh-a", "--broker-password-file", "/nowhere/password"), "does not exist"),
        (("--province", "tinh-a", "--database-file", "/nowhere/address"), "does not exist"),
        (("--province", "tinh-a", "--tls-ca", "/nowhere/ca.pem"), "belong together"),
    ],
)
def test_a_mistake_in_how_central_is_started_is_named(tmp_path: Path, words: tuple[str, ...], says: str) -> None:
    told = run("serve", "--data", tmp_path, *words, code=2)
    assert says in " ".join(told.replace("│", " ").split())
    assert list(tmp_path.iterdir()) == []
