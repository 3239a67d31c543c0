"""``motcua central``: the province's process, and what it holds."""

from __future__ import annotations

import json as json_text
import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from queue_core.errors import MotcuaError

app = typer.Typer(help="The province: takes every office's journal over MQTT, keeps it, tells how far each is.")
_VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

Data = Annotated[Path, typer.Option(help="folder of central's own database (SQLite)")]
DatabaseFile = Annotated[Path | None, typer.Option(help="file with another database's address, as SQLAlchemy takes it")]
Json = Annotated[bool, typer.Option("--json", help="for a machine")]


@app.command()
def serve(  # noqa: PLR0917 -- a process's options
    province: Annotated[str, typer.Option(help="the province's id")],
    data: Data,
    database_file: DatabaseFile = None,
    broker_host: Annotated[str, typer.Option(envvar="MOTCUA_BROKER_HOST")] = "127.0.0.1",
    broker_port: Annotated[int, typer.Option(envvar="MOTCUA_BROKER_PORT")] = 1883,
    broker_username: Annotated[str, typer.Option(help="account at the broker; its client id too")] = "central",
    broker_password_file: Annotated[Path | None, typer.Option(help="file with the broker's password")] = None,
    tls_ca: Annotated[Path | None, typer.Option(help="central's authority; with --tls-cert and --tls-key")] = None,
    tls_cert: Annotated[Path | None, typer.Option(help="central's certificate, for a broker elsewhere")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="central's key")] = None,
    ready_file: Annotated[Path | None, typer.Option(help="written when central serves")] = None,
    verbose: Annotated[bool, typer.Option()] = False,
) -> None:
    """Serve the offices of a province until told to stop."""
    logging.basicConfig(level=logging.DEBUG if verbose else logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    from central.process import Central, CentralOptions
    from queue_core.wire.tls import broker_tls
    from queue_kit.sd_notify import Notifier

    try:
        tls = broker_tls(tls_ca, tls_cert, tls_key)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with _errors():
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        running = Central(
            CentralOptions(
                province=province,
                data=data,
                database=_address(data, database_file),
                broker_host=broker_host,
                broker_port=broker_port,
                broker_username=broker_username,
                broker_password=_secret(broker_password_file),
                broker_tls=tls,
                ready_file=ready_file,
            ),
            Notifier(),
        )
    running.start()
    stop.wait()
    running.stop()


@app.command()
def offices(*, data: Data, database_file: DatabaseFile = None, json: Json = False) -> None:
    """Every office: how far its journal is here, when it was last heard, what was refused."""
    with _errors(), _store(data, database_file) as store:
        chains = store.chains()
    if json:
        for chain in chains:
            typer.echo(json_text.dumps(_values(chain)))
        return
    if not chains:
        typer.echo("no office has been heard yet")
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("office", "journal", "records", "last event", "heard", "alarms")
    for chain in chains:
        name = f"{chain.epoch} (simulated)" if chain.simulated else chain.epoch
        last = _time(chain.last_ms) if chain.last_ms is not None else "–"
        table.add_row(chain.office, name, str(chain.seq), last, _time(chain.heard_ms), str(chain.alarms or "–"))
    Console().print(table)


@app.command()
def verify(
    *,
    data: Data,
    database_file: DatabaseFile = None,
    office: Annotated[str | None, typer.Option(help="only this office's journals")] = None,
    json: Json = False,
) -> None:
    """Check every link of the journals that lie here; exit code 1 when one is broken."""
    whole = True
    with _errors(), _store(data, database_file) as store:
        for chain in store.chains(office):
            broken = store.verify(chain)
            whole = whole and broken is None
            said = str(broken) if broken else "whole"
            if json:
                typer.echo(json_text.dumps({**_values(chain), "ok": broken is None, "said": said}))
            else:
                typer.echo(f"{chain.office} {chain.epoch}: {chain.seq} records, {said}")
    if not whole:
        raise typer.Exit(1)


def _values(chain: Any) -> dict[str, object]:
    names = ("office", "epoch", "simulated", "begins", "seq", "heard_ms", "last_ms", "alarms")
    return {name: getattr(chain, name) for name in names}


def _time(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, _VIETNAM).strftime("%d/%m/%Y %H:%M")


def _secret(file: Path | None) -> str | None:
    return file.read_text(encoding="utf-8").strip() if file else None


def _address(data: Path, file: Path | None) -> str:
    from central.database import database_of

    return _secret(file) or database_of(data)


@contextmanager
def _store(data: Path, file: Path | None) -> Iterator[Any]:
    from central.database import open_database
    from central.store import Store

    store = Store(open_database(_address(data, file)))
    try:
        yield store
    finally:
        store.close()


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except MotcuaError as error:
        typer.echo(f"{error.vi}\n{error.en}\n({error.key})", err=True)
        raise typer.Exit(2) from error
