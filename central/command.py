"""``motcua central``: the province's process, and what it holds."""

from __future__ import annotations

import json as json_text
import logging
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from queue_core.errors import MotcuaError

if TYPE_CHECKING:
    from central.reader import Reader

app = typer.Typer(
    help="The province: takes every office's journal over MQTT, keeps it, tells how far each is.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)
_VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

Data = Annotated[Path, typer.Option(help="folder of central's own database (SQLite)")]
DatabaseFile = Annotated[
    Path | None,
    typer.Option(exists=True, dir_okay=False, help="file with another database's address, as SQLAlchemy takes it"),
]
Json = Annotated[bool, typer.Option("--json", help="for a machine")]


def _an_id(value: str) -> str:
    from queue_core.wire.topics import ProvinceTopics

    try:
        return ProvinceTopics(value).province
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


@app.command()
def serve(  # noqa: PLR0917 -- a process's options
    province: Annotated[str, typer.Option(help="the province's id, [a-z0-9-], 1 to 32", callback=_an_id)],
    data: Data,
    database_file: DatabaseFile = None,
    broker_host: Annotated[str, typer.Option(envvar="MOTCUA_BROKER_HOST")] = "127.0.0.1",
    broker_port: Annotated[int, typer.Option(envvar="MOTCUA_BROKER_PORT")] = 1883,
    broker_username: Annotated[str, typer.Option(help="account at the broker; its client id too")] = "central",
    broker_password_file: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="file with the broker's password")
    ] = None,
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
    """Every office's journals: how far each is here, when it was last heard."""
    with _errors(), _reader(data, database_file) as reader:
        chains, alarms = reader.chains(), reader.alarms()
    if json:
        for chain in chains:
            mine = sum(one.office == chain.office for one in alarms)
            typer.echo(json_text.dumps({**asdict(chain), "alarms": mine}))
        return
    if not chains:
        typer.echo("no office has been heard yet")
    else:
        rows = [
            (
                chain.office, f"{chain.epoch} (simulated)" if chain.simulated else chain.epoch, str(chain.seq),
                _time(chain.last_ms), _time(chain.heard_ms),
            )
            for chain in chains
        ]  # fmt: skip
        _table(("office", "journal", "records", "last event", "heard"), rows)
    if alarms:
        typer.echo(f"{len(alarms)} alarms: motcua central alarms")


@app.command()
def alarms(*, data: Data, database_file: DatabaseFile = None, json: Json = False) -> None:
    """What was refused or is strange, and needs a person; the newest last."""
    with _errors(), _reader(data, database_file) as reader:
        found = reader.alarms()
    if json:
        for alarm in found:
            typer.echo(json_text.dumps(asdict(alarm)))
        return
    for alarm in found:
        often = f"{alarm.times} times, the last" if alarm.times > 1 else "once"
        typer.echo(f"{alarm.office}: {alarm.words}\n    {alarm.key}, {often} {_time(alarm.last_ms)}")
    if not found:
        typer.echo("no alarms")


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
    with _errors(), _reader(data, database_file) as reader:
        for chain in reader.chains(office):
            broken = reader.verify(chain)
            whole = whole and broken is None
            said = str(broken) if broken else "whole"
            if json:
                typer.echo(json_text.dumps({**asdict(chain), "ok": broken is None, "said": said}))
            else:
                typer.echo(f"{chain.office} {chain.epoch}: {chain.seq} records, {said}")
    if not whole:
        raise typer.Exit(1)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(*heads)
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def _time(at_ms: int | None) -> str:
    if at_ms is None:
        return "–"
    try:
        return datetime.fromtimestamp(at_ms / 1000, _VIETNAM).strftime("%d/%m/%Y %H:%M")
    except (ValueError, OverflowError, OSError):  # an office's broken clock
        return f"{at_ms} ms"


def _secret(file: Path | None) -> str | None:
    return file.read_text(encoding="utf-8").strip() if file else None


def _address(data: Path, file: Path | None) -> str:
    from central.database import database_of

    return _secret(file) or database_of(data)


@contextmanager
def _reader(data: Path, file: Path | None) -> Iterator[Reader]:
    from central.database import look_at_database
    from central.reader import Reader

    reader = Reader(look_at_database(_address(data, file)))
    try:
        yield reader
    finally:
        reader.close()


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except MotcuaError as error:
        typer.echo(f"{error.vi}\n{error.en}\n({error.key})", err=True)
        raise typer.Exit(2) from error
